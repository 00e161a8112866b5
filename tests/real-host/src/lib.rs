//! Starts a real SpacetimeDB host (standalone 1.2.0) for tests, publishes modules to it and calls it over HTTP.
//!
//! ```no_run
//! let mut host = stdb_real_host::RealHost::start()?;
//! host.publish_chat("chat")?;
//! let (_identity, token) = host.new_identity()?;
//! let (status, _body) = host.call("chat", "send_message", r#"["hello"]"#, Some(&token))?;
//! assert_eq!(status, 200);
//! host.restart()?; // the same address, the same databases
//! # Ok::<(), String>(())
//! ```
//!
//! The host is compiled once per machine, into the user's cache folder; see [`installed_host`].

mod http;
mod install;
mod process;

pub use install::installed_host;
use process::{HostProcess, Storage};

/// The module in `tests/modules/chat`, built: SpacetimeDB's quickstart.
pub const CHAT_WASM: &[u8] = include_bytes!("../../modules/chat/chat.wasm");

/// The module in `tests/modules/kitchen`, built: one of everything.
pub const KITCHEN_WASM: &[u8] = include_bytes!("../../modules/kitchen/kitchen.wasm");

/// The module in `tests/modules/torture`, built: what is hard on code generators.
pub const TORTURE_WASM: &[u8] = include_bytes!("../../modules/torture/torture.wasm");

/// A running host with its own folder and port, on 127.0.0.1.
///
/// Dropping it kills the process and removes the folder. A `static` is never dropped: keep it in the test, or in
/// something that the test drops.
pub struct RealHost {
    process: HostProcess,
    publisher_token: String,
}

impl RealHost {
    /// Starts a host that keeps its rows in memory, installing it first when this machine has none.
    ///
    /// Returns when the host answers. The error tells what failed, with the end of the host's log.
    pub fn start() -> Result<RealHost, String> {
        Self::start_with(Storage::Memory)
    }

    /// The same, with rows on disk: they are still there after [`RealHost::restart`].
    pub fn start_persistent() -> Result<RealHost, String> {
        Self::start_with(Storage::Disk)
    }

    fn start_with(storage: Storage) -> Result<RealHost, String> {
        let process = HostProcess::start(storage)?;
        let (_, publisher_token) = new_identity(&process.uri())?;
        Ok(RealHost { process, publisher_token })
    }

    /// The host's address, `http://127.0.0.1:PORT`. It stays the same over a restart.
    pub fn uri(&self) -> String {
        self.process.uri()
    }

    /// The host's process id, or `None` while it is stopped.
    pub fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    /// All that the host has written to its standard output and error.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// A new identity: its 64 hexadecimal digits, and the token that proves it.
    pub fn new_identity(&self) -> Result<(String, String), String> {
        new_identity(&self.uri())
    }

    /// Creates the database `name` with this module, or updates it. Returns the database's identity in hexadecimal.
    pub fn publish(&self, name: &str, wasm: &[u8]) -> Result<String, String> {
        let url = format!("{}/v1/database/{name}", self.uri());
        let body = http::expect_ok(http::put_wasm(&url, wasm, &self.publisher_token))?;
        let answer: serde_json::Value = serde_json::from_str(&body).map_err(|e| format!("publish: {e}: {body}"))?;
        string_at(&answer, "/Success/database_identity").ok_or(format!("publish: {body}"))
    }

    /// Publishes the quickstart's module under this name.
    pub fn publish_chat(&self, name: &str) -> Result<String, String> {
        self.publish(name, CHAT_WASM)
    }

    /// Publishes the module with one of everything under this name.
    pub fn publish_kitchen(&self, name: &str) -> Result<String, String> {
        self.publish(name, KITCHEN_WASM)
    }

    /// The schema of a database, as the host's JSON in version 9 of its format.
    pub fn schema(&self, database: &str) -> Result<String, String> {
        http::expect_ok(http::get(&format!("{}/v1/database/{database}/schema?version=9", self.uri())))
    }

    /// Calls a reducer with a JSON array of arguments. Returns the HTTP status and the body.
    ///
    /// 200: committed. 530: the reducer failed and the body is its message. 404: no such reducer. 400: bad arguments.
    /// Without a token the host makes up an identity for this call.
    pub fn call(
        &self,
        database: &str,
        reducer: &str,
        json_args: &str,
        token: Option<&str>,
    ) -> Result<(u16, String), String> {
        let url = format!("{}/v1/database/{database}/call/{reducer}", self.uri());
        http::post(&url, "application/json", json_args, token)
    }

    /// Runs a SQL statement and returns the host's JSON: an array of `{"schema": …, "rows": [[…], …], …}`.
    pub fn sql(&self, database: &str, query: &str, token: Option<&str>) -> Result<String, String> {
        let url = format!("{}/v1/database/{database}/sql", self.uri());
        http::expect_ok(http::post(&url, "text/plain", query, token))
    }

    /// The rows that one SQL query of the database's owner selects, each a JSON array of its columns.
    pub fn rows(&self, database: &str, query: &str) -> Result<Vec<serde_json::Value>, String> {
        let body = self.sql(database, query, Some(&self.publisher_token))?;
        let answer: serde_json::Value = serde_json::from_str(&body).map_err(|e| format!("sql: {e}: {body}"))?;
        answer.pointer("/0/rows").and_then(|rows| rows.as_array().cloned()).ok_or(format!("sql: {body}"))
    }

    /// Ends the host's process, so that connections break; its folder and its port are kept for [`RealHost::restart`].
    ///
    /// First waits a second, in which the host writes its databases to the disk.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    /// Stops the host if it runs, and starts it again on the same port and the same folder.
    ///
    /// Databases, identities and tokens stay valid. Their rows stay after [`RealHost::start_persistent`]; after
    /// [`RealHost::start`] each database begins anew, with empty tables.
    pub fn restart(&mut self) -> Result<(), String> {
        self.process.stop();
        self.process.start_again()
    }
}

fn new_identity(uri: &str) -> Result<(String, String), String> {
    let body = http::expect_ok(http::post(&format!("{uri}/v1/identity"), "application/json", "", None))?;
    let answer: serde_json::Value = serde_json::from_str(&body).map_err(|e| format!("identity: {e}: {body}"))?;
    match (string_at(&answer, "/identity"), string_at(&answer, "/token")) {
        (Some(identity), Some(token)) => Ok((identity, token)),
        _ => Err(format!("identity: {body}")),
    }
}

fn string_at(json: &serde_json::Value, pointer: &str) -> Option<String> {
    json.pointer(pointer)?.as_str().map(str::to_owned)
}
