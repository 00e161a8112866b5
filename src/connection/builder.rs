//! The options of a connection, and how it is begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::time::Duration;

use hashbrown::HashMap;
use parking_lot::Mutex;

use super::Connection;
use super::callbacks::{Callbacks, EventFn};
use super::context::Context;
use super::inbox::Inbox;
use super::life::Life;
use super::outbox::Outbox;
use super::receiver::Receiver;
use super::reconnect::{ReconnectPolicy, Reconnector};
use super::shared_cache::SharedCache;
use super::stats::Counts;
use crate::call::PendingCalls;
use crate::error::{Error, Result};
use crate::net::{self, Compression, FetchSchema, LinkOptions, Protocol};
use crate::schema::Schema;
use crate::subscription::Subscriptions;

/// What is called when the connection is up: with our identity and the token to be the same again.
pub type ConnectFn = dyn Fn(&Context<'_>, [u8; 32], &str) + Send + Sync;
/// What is called with what the library has to log.
pub type LogFn = dyn Fn(&Context<'_>, log::Level, &str) + Send + Sync;
/// What gives the token, asked for when a connection is begun.
pub type TokenFn = dyn Fn() -> Result<Option<String>> + Send + Sync;

/// How long making a connection may take, unless told otherwise.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// After how much silence a ping goes out, unless told otherwise.
pub const DEFAULT_KEEPALIVE: Duration = Duration::from_secs(30);
/// How large a message may be, expanded, unless told otherwise.
pub const DEFAULT_MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The callbacks of a connection's life. They stand for as long as the connection lives.
#[derive(Default)]
pub struct LifeCallbacks {
    /// It is up.
    pub on_connect: Option<Box<ConnectFn>>,
    /// It could not be made.
    pub on_connect_error: Option<Box<EventFn>>,
    /// It has ended.
    pub on_disconnect: Option<Box<EventFn>>,
    /// Before each attempt to make a lost connection again.
    pub on_reconnecting: Option<Box<EventFn>>,
    /// The library has something to log.
    pub on_log: Option<Box<LogFn>>,
}

/// The options of a connection. Make it with `default`, set what is wanted, then `build`.
pub struct ConnectionBuilder {
    /// Where the host is.
    pub uri: Option<String>,
    /// Which database (module).
    pub database_name: Option<String>,
    /// The token to be somebody we were before; `None` to be somebody new.
    pub token: Option<String>,
    /// Gives the token instead.
    pub token_provider: Option<Arc<TokenFn>>,
    /// How the host is to compress what it sends.
    pub compression: Compression,
    /// Whether reducer calls of others are to come without saying who called what.
    pub light_mode: bool,
    /// Whether rows are to come only once they are durable; `None` leaves it to the host.
    pub confirmed_reads: Option<bool>,
    /// The protocols to offer.
    pub protocols: Vec<Protocol>,
    /// The schema that the client was made for, if it has one.
    pub schema: Option<Arc<Schema>>,
    /// Whether the host is asked for its schema before the WebSocket opens: to learn it, or to compare it with the one
    /// that was given. With neither, rows are known by their bytes alone.
    pub fetch_schema: bool,
    /// How long making the connection may take.
    pub connect_timeout: Duration,
    /// After how much silence a ping goes out, and how long to wait for a sign of life then; `None` for never.
    pub keepalive: Option<Duration>,
    /// How large a message of the host may be, expanded.
    pub max_message_bytes: usize,
    /// How to make a lost connection again; `None` for not at all.
    pub reconnect: Option<ReconnectPolicy>,
    /// HTTP headers to send with the handshake and the schema request.
    pub headers: Vec<(String, String)>,
    /// Root certificates to trust besides the platform's, as PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// The callbacks of its life.
    pub callbacks: LifeCallbacks,
    /// Raised when a call on the builder panicked.
    pub poisoned: AtomicBool,
}

impl Default for ConnectionBuilder {
    fn default() -> Self {
        ConnectionBuilder {
            uri: None,
            database_name: None,
            token: None,
            token_provider: None,
            compression: Compression::Gzip,
            light_mode: false,
            confirmed_reads: None,
            protocols: Protocol::ALL.to_vec(),
            schema: None,
            fetch_schema: true,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            keepalive: Some(DEFAULT_KEEPALIVE),
            max_message_bytes: DEFAULT_MAX_MESSAGE_BYTES,
            reconnect: None,
            headers: Vec::new(),
            ca_pem: None,
            callbacks: LifeCallbacks::default(),
            poisoned: AtomicBool::new(false),
        }
    }
}

impl ConnectionBuilder {
    /// Checks the options and begins to connect; returns at once. The callbacks move into the connection.
    ///
    /// Errors: `STDB_ERR_INVALID_ARGUMENT` (no or a bad URI, no or a bad database name, a token that no
    /// header can hold), `STDB_ERR_CALLBACK` (the token
    /// provider gave none). The builder keeps its callbacks then.
    pub fn build(&mut self) -> Result<Arc<Connection>> {
        let options = self.link_options()?;
        let schema = self.schema.clone();
        let reconnector = self.reconnect.map(|policy| Reconnector {
            policy,
            options: options.clone(),
            token_provider: self.token_provider.clone(),
            attempts: AtomicU32::new(0),
        });
        let connection = self.connection(schema.clone(), reconnector);
        let (inbox, outbox) = (connection.inbox.clone(), connection.outbox.clone());
        let receiver = Receiver::new(inbox, outbox, schema, options.max_message_bytes);
        connection.outbox.set_link(net::open(options, Box::new(receiver)));
        Ok(connection)
    }

    /// A connection without a link, whose requests wait in its outbox, and the receiver that takes what a host would send.
    #[cfg(test)]
    pub(super) fn build_unlinked(&mut self) -> (Arc<Connection>, Receiver) {
        let schema = self.schema.clone();
        let connection = self.connection(schema.clone(), None);
        let (inbox, outbox) = (connection.inbox.clone(), connection.outbox.clone());
        let receiver = Receiver::new(inbox, outbox, schema, self.max_message_bytes);
        (connection, receiver)
    }

    /// Asks the host for the schema alone, and waits for it, for as long as making the connection may take. Its JSON, as
    /// the host sends it.
    ///
    /// Errors: those of `build`, and those for which a connection cannot be made; `STDB_ERR_SCHEMA` when it is not one.
    pub fn fetch_schema_json(&self) -> Result<String> {
        super::schema_request::fetch(LinkOptions { schema: FetchSchema::Only, ..self.link_options()? })
    }

    fn connection(&mut self, schema: Option<Arc<Schema>>, reconnector: Option<Reconnector>) -> Arc<Connection> {
        Arc::new_cyclic(|this| Connection {
            this: this.clone(),
            inbox: Arc::new(Inbox::default()),
            outbox: Arc::new(Outbox::default()),
            reconnector,
            resync: Mutex::new(None),
            cache: Arc::new(SharedCache::new(schema.as_ref())),
            life: Mutex::new(Life::new(schema, self.fetch_schema)),
            life_callbacks: std::mem::take(&mut self.callbacks),
            callbacks: Callbacks::default(),
            subscriptions: Subscriptions::default(),
            waiting_for_schema: Mutex::default(),
            calls: PendingCalls::default(),
            reducer_flags: Mutex::new(HashMap::new()),
            tables: Mutex::new(HashMap::new()),
            last_request_id: AtomicU32::new(0),
            released: AtomicBool::new(false),
            threaded: AtomicBool::new(false),
            thread: Mutex::new(None),
            counts: Counts::default(),
            poisoned: AtomicBool::new(false),
        })
    }

    fn link_options(&self) -> Result<LinkOptions> {
        let uri = self.uri.as_deref().ok_or_else(|| Error::argument("uri", "was not given"))?;
        let database =
            self.database_name.as_deref().ok_or_else(|| Error::argument("database_name", "was not given"))?;
        net::check_database_name(database)?;
        if self.protocols.is_empty() {
            return Err(Error::argument("protocols", "names none"));
        }
        Ok(LinkOptions {
            uri: net::check_uri(uri)?,
            database: database.to_owned(),
            token: self.current_token()?,
            compression: self.compression,
            light_mode: self.light_mode,
            confirmed_reads: self.confirmed_reads,
            protocols: self.protocols.clone(),
            schema: if self.fetch_schema { FetchSchema::First } else { FetchSchema::No },
            connect_timeout: self.connect_timeout,
            keepalive: self.keepalive,
            max_message_bytes: self.max_message_bytes,
            headers: self.headers.clone(),
            ca_pem: self.ca_pem.clone(),
        })
    }

    fn current_token(&self) -> Result<Option<String>> {
        let token = match &self.token_provider {
            Some(provider) => provider()?,
            None => self.token.clone(),
        };
        token.as_deref().map_or(Ok(()), net::check_token)?;
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;

    use super::*;

    /// The first line that a host gets of a connection.
    fn asked(confirmed_reads: Option<bool>) -> String {
        let host = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut builder = ConnectionBuilder {
            uri: Some(format!("http://{}", host.local_addr().unwrap())),
            database_name: Some("kitchen".into()),
            fetch_schema: false,
            confirmed_reads,
            ..ConnectionBuilder::default()
        };
        let connection = builder.build().unwrap();
        let mut line = String::new();
        BufReader::new(host.accept().unwrap().0).read_line(&mut line).unwrap();
        connection.release();
        line
    }

    #[test]
    fn the_host_is_asked_for_confirmed_reads() {
        assert!(asked(Some(true)).contains("&confirmed=true"));
        assert!(asked(Some(false)).contains("&confirmed=false"));
        assert!(!asked(None).contains("confirmed"), "the host decides");
    }
}
