//! What is asked of the host before messages flow: the schema, and the switch to WebSocket.

use tungstenite::handshake::client::generate_key;
use tungstenite::handshake::derive_accept_key;

use super::http::{Answer, Exchange};
use super::options::{LinkOptions, Protocol};
use crate::error::{Error, Result, STDB_ERR_PROTOCOL, STDB_ERR_SCHEMA, STDB_ERR_UNSUPPORTED};

/// The largest schema accepted, in bytes.
const SCHEMA_LIMIT: usize = 64 << 20;
const UPGRADE: &str = "the WebSocket handshake";
const SCHEMA: &str = "the schema request";

/// The WebSocket handshake's request.
pub(super) struct Upgrade {
    pub(super) exchange: Exchange,
    key: String,
}

impl Upgrade {
    pub(super) fn new(options: &LinkOptions) -> Upgrade {
        let key = generate_key();
        let offered: Vec<_> = options.protocols.iter().map(|protocol| protocol.subprotocol()).collect();
        let headers = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", &key),
            ("Sec-WebSocket-Protocol", &offered.join(", ")),
        ];
        Upgrade { exchange: Exchange::new(options, &options.subscribe_target(), &headers, 0, UPGRADE), key }
    }

    /// Checks the host's answer; the protocol it chose.
    pub(super) fn check(&self, options: &LinkOptions, answer: &Answer) -> Result<Protocol> {
        let authority = options.uri.authority();
        if answer.status != 101 {
            return Err(answer.refusal(&authority, UPGRADE));
        }
        let not_a_host =
            |why: &str| Error::new(STDB_ERR_PROTOCOL, format!("{authority} is not a WebSocket host: {why}"));
        if !answer.header("upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
            return Err(not_a_host("it switched to something else"));
        }
        if answer.header("sec-websocket-accept") != Some(&derive_accept_key(self.key.as_bytes())) {
            return Err(not_a_host("its Sec-WebSocket-Accept does not fit the key"));
        }
        if let Some(extension) = answer.header("sec-websocket-extensions") {
            return Err(not_a_host(&format!("it uses the extension `{extension}`, which was not offered")));
        }
        let Some(chosen) = answer.header("sec-websocket-protocol") else {
            return Err(Error::new(STDB_ERR_UNSUPPORTED, format!("{authority} chose none of the protocols offered")));
        };
        Protocol::from_subprotocol(chosen)
            .filter(|protocol| options.protocols.contains(protocol))
            .ok_or_else(|| unsupported(&authority, chosen))
    }
}

fn unsupported(authority: &str, chosen: &str) -> Error {
    Error::new(STDB_ERR_UNSUPPORTED, format!("{authority} chose the protocol `{chosen}`, which was not offered"))
}

/// A version of the schema's form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SchemaVersion {
    /// What hosts of 2.x have; it says more.
    Ten,
    /// What hosts from 1.2 on have.
    Nine,
}

/// The request for the module's schema.
pub(super) fn schema_request(options: &LinkOptions, version: SchemaVersion) -> Exchange {
    let number = if version == SchemaVersion::Ten { 10 } else { 9 };
    let target = format!("{}?version={number}", options.uri.endpoint(&options.database, "schema").path());
    let headers = [("Connection", "close"), ("Accept", "application/json")];
    Exchange::new(options, &target, &headers, SCHEMA_LIMIT, SCHEMA)
}

/// Whether the answer may mean that the host does not have this version of the schema, and not that it has none.
pub(super) fn lacks_version(version: SchemaVersion, answer: &Answer) -> bool {
    version == SchemaVersion::Ten && (400..500).contains(&answer.status) && !matches!(answer.status, 401 | 403 | 429)
}

/// Checks the answer to the schema request; the schema's text.
pub(super) fn check_schema(options: &LinkOptions, answer: Answer) -> Result<String> {
    if !answer.is_success() {
        return Err(answer.refusal(&options.uri.authority(), SCHEMA));
    }
    String::from_utf8(answer.body).map_err(|_| {
        Error::new(STDB_ERR_SCHEMA, format!("the schema that {} sent is not UTF-8", options.uri.authority()))
    })
}
