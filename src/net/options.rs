//! What a link is opened with, and the checks of it.

use std::fmt;
use std::time::Duration;

use tungstenite::http::{HeaderName, HeaderValue};
use url::{Host, Url};

use crate::error::{Error, Result};

/// A SpacetimeDB protocol, negotiated as a WebSocket subprotocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `v1.bsatn.spacetimedb`.
    V1,
    /// `v2.bsatn.spacetimedb`.
    V2,
    /// `v3.bsatn.spacetimedb`: the messages of v2, several to a frame.
    V3,
}

impl Protocol {
    /// The name in `Sec-WebSocket-Protocol`.
    pub fn subprotocol(self) -> &'static str {
        match self {
            Protocol::V1 => "v1.bsatn.spacetimedb",
            Protocol::V2 => "v2.bsatn.spacetimedb",
            Protocol::V3 => "v3.bsatn.spacetimedb",
        }
    }

    /// All protocols, the best first.
    pub const ALL: [Protocol; 3] = [Protocol::V3, Protocol::V2, Protocol::V1];

    /// Whether it has procedures, event tables, and rows by query set.
    pub fn is_of_today(self) -> bool {
        self != Protocol::V1
    }

    /// The protocol of a subprotocol's name; `None` when this build does not speak it.
    pub fn from_subprotocol(name: &str) -> Option<Protocol> {
        Protocol::ALL.into_iter().find(|protocol| protocol.subprotocol() == name)
    }
}

/// How the host compresses what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    None,
    /// With gzip.
    Gzip,
    /// With brotli.
    Brotli,
}

impl Compression {
    /// The value of the query parameter `compression`.
    pub fn parameter(self) -> &'static str {
        match self {
            Compression::None => "None",
            Compression::Gzip => "Gzip",
            Compression::Brotli => "Brotli",
        }
    }
}

/// Whether a module's schema is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchSchema {
    /// No.
    No,
    /// Before the WebSocket opens.
    First,
    /// And then the link ends, without a WebSocket.
    Only,
}

/// A host's checked address: scheme, name, port and the path it is mounted at. Made by [`check_uri`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostUri {
    /// Always with the scheme `http` or `https`, without user, query and fragment.
    url: Url,
}

impl HostUri {
    /// Whether TLS is used (`https` or `wss`).
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host's name or address, an IPv6 address without brackets.
    pub fn host(&self) -> String {
        match self.url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// The port, the scheme's own (80 or 443) when the URI names none.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(80)
    }

    /// `host:port`, an IPv6 address in brackets. For messages.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.url.host_str().unwrap_or_default(), self.port())
    }

    /// The value of the `Host` header: the port is left out when it is the scheme's own.
    pub(super) fn host_header(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"))
    }

    /// The URL of an endpoint of a database: `{uri}/v1/database/{database}/{endpoint}`, percent-encoded.
    pub(super) fn endpoint(&self, database: &str, endpoint: &str) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["v1", "database", database, endpoint]);
        }
        url
    }
}

impl fmt::Display for HostUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

/// What a link is opened with. Cloning it gives what a second attempt needs.
#[derive(Clone)]
pub struct LinkOptions {
    /// The host.
    pub uri: HostUri,
    /// The database's name or identity.
    pub database: String,
    /// The token sent as `Authorization: Bearer`. Never logged and never part of an error.
    pub token: Option<String>,
    /// How the host compresses.
    pub compression: Compression,
    /// Whether the host leaves out the transactions of others' reducers that touch no subscribed row.
    pub light_mode: bool,
    /// Whether only confirmed rows are sent; `None` leaves it to the host.
    pub confirmed_reads: Option<bool>,
    /// The protocols offered, the preferred one first. At least one.
    pub protocols: Vec<Protocol>,
    /// Whether the schema is fetched over HTTP.
    pub schema: FetchSchema,
    /// How long everything from [`open`](super::open) to [`LinkHandler::opened`](super::LinkHandler::opened) may take.
    pub connect_timeout: Duration,
    /// After this long without a byte from the peer it is pinged, and after as long again it is taken for gone.
    /// `None`: never.
    pub keepalive: Option<Duration>,
    /// The largest message accepted from the peer, in bytes (as it comes, so compressed).
    pub max_message_bytes: usize,
    /// Further HTTP headers of the handshake and of the schema request. See [`check_header`].
    pub headers: Vec<(String, String)>,
    /// Certificates (PEM) trusted besides the platform's own.
    pub ca_pem: Option<Vec<u8>>,
}

impl LinkOptions {
    /// What tests of links begin with, for a host and a database: no token, gzip, protocol v1, 30 s to connect, a ping after 30 s of
    /// silence, messages of up to 256 MiB.
    #[cfg(test)]
    pub(crate) fn new(uri: HostUri, database: impl Into<String>) -> Self {
        LinkOptions {
            uri,
            database: database.into(),
            token: None,
            compression: Compression::Gzip,
            light_mode: false,
            confirmed_reads: None,
            protocols: Protocol::ALL.to_vec(),
            schema: FetchSchema::No,
            connect_timeout: Duration::from_secs(30),
            keepalive: Some(Duration::from_secs(30)),
            max_message_bytes: 256 << 20,
            headers: Vec::new(),
            ca_pem: None,
        }
    }

    /// Checks everything that [`open`](super::open) relies on.
    ///
    /// # Errors
    /// `STDB_ERR_INVALID_ARGUMENT`, naming what was wrong.
    pub fn check(&self) -> Result<()> {
        check_database_name(&self.database)?;
        if let Some(token) = &self.token {
            check_token(token)?;
        }
        if self.protocols.is_empty() {
            return Err(Error::argument("protocols", "is empty"));
        }
        self.headers.iter().try_for_each(|(name, value)| check_header(name, value))
    }

    /// The path and query of the WebSocket handshake's request.
    pub(super) fn subscribe_target(&self) -> String {
        let url = self.uri.endpoint(&self.database, "subscribe");
        let mut target = format!("{}?compression={}", url.path(), self.compression.parameter());
        if self.light_mode {
            target.push_str("&light=true");
        }
        if let Some(confirmed) = self.confirmed_reads {
            target.push_str(if confirmed { "&confirmed=true" } else { "&confirmed=false" });
        }
        target
    }
}

/// Checks a host's URI: `http`, `https`, `ws` or `wss`, or no scheme at all (then `http`), with an optional port and path.
///
/// # Errors
/// `STDB_ERR_INVALID_ARGUMENT`, naming what was wrong.
pub fn check_uri(uri: &str) -> Result<HostUri> {
    let full = if uri.contains("://") { uri.to_string() } else { format!("http://{uri}") };
    let mut url = Url::parse(&full).map_err(|error| Error::argument("uri", format!("is not a URI: {error}")))?;
    let scheme = match url.scheme() {
        "http" | "ws" => "http",
        "https" | "wss" => "https",
        other => {
            return Err(Error::argument("uri", format!("has the scheme `{other}`: use http, https, ws or wss")));
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::argument("uri", "holds a user name or a password: use a token instead"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::argument("uri", "holds a query or a fragment: only a path is allowed"));
    }
    if url.host_str().is_none_or(str::is_empty) || url.set_scheme(scheme).is_err() {
        return Err(Error::argument("uri", "names no host"));
    }
    Ok(HostUri { url })
}

/// Checks a database's name: not empty, no `/`, `?`, `#`, spaces or control characters, and not `.` or `..`.
///
/// # Errors
/// `STDB_ERR_INVALID_ARGUMENT`, naming what was wrong.
pub fn check_database_name(name: &str) -> Result<()> {
    let argument = "database_name";
    if name.is_empty() {
        return Err(Error::argument(argument, "is empty"));
    }
    if name == "." || name == ".." {
        return Err(Error::argument(argument, format!("is `{name}`, which is a path and not a name")));
    }
    match name.chars().find(|c| matches!(c, '/' | '?' | '#') || c.is_whitespace() || c.is_control()) {
        Some(bad) => Err(Error::argument(argument, format!("holds {bad:?}, which is not allowed"))),
        None => Ok(()),
    }
}

/// Checks that a token can be sent in a header: visible ASCII only, not empty.
///
/// # Errors
/// `STDB_ERR_INVALID_ARGUMENT`; the message does not hold the token.
pub fn check_token(token: &str) -> Result<()> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::argument("token", "is empty or holds spaces, control or non-ASCII characters"));
    }
    Ok(())
}

/// Checks an extra header: a valid name and value, and none that the handshake itself sets.
///
/// # Errors
/// `STDB_ERR_INVALID_ARGUMENT`, naming `name` or `value`, and the header. The message does not hold the value.
pub fn check_header(name: &str, value: &str) -> Result<()> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::argument("name", format!("is {name:?}, which is not a header name")))?;
    let own = matches!(parsed.as_str(), "host" | "connection" | "upgrade" | "content-length" | "transfer-encoding");
    if own || parsed.as_str().starts_with("sec-websocket-") {
        return Err(Error::argument("name", format!("is `{name}`, a header that the library sets itself")));
    }
    HeaderValue::from_str(value)
        .map(drop)
        .map_err(|_| Error::argument("value", format!("holds control or non-ASCII characters, for header `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::STDB_ERR_INVALID_ARGUMENT;

    fn options(uri: &str, database: &str) -> LinkOptions {
        LinkOptions::new(check_uri(uri).unwrap(), database)
    }

    #[test]
    fn the_request_target_keeps_the_prefix_and_sets_only_what_was_asked_for() {
        let mut options = options("wss://example.com/prefix/", "my%db");
        assert_eq!(options.subscribe_target(), "/prefix/v1/database/my%25db/subscribe?compression=Gzip");
        options.light_mode = true;
        options.confirmed_reads = Some(false);
        options.compression = Compression::None;
        let expected = "/prefix/v1/database/my%25db/subscribe?compression=None&light=true&confirmed=false";
        assert_eq!(options.subscribe_target(), expected);
        assert_eq!(options.uri.endpoint("a", "schema").as_str(), "https://example.com/prefix/v1/database/a/schema");
    }

    #[test]
    fn uris_are_checked() {
        let uri = check_uri("ws://[::1]:3000").unwrap();
        assert_eq!((uri.host(), uri.port(), uri.is_secure()), ("::1".into(), 3000, false));
        assert_eq!((uri.authority(), uri.host_header()), ("[::1]:3000".into(), "[::1]:3000".into()));
        assert_eq!(check_uri("localhost:3000").unwrap().authority(), "localhost:3000");
        assert_eq!(check_uri("https://a.example").unwrap().host_header(), "a.example");
        assert_eq!(check_uri("https://a.example").unwrap().port(), 443);
        for bad in ["", "ftp://a", "http://", "http://user:pw@a", "http://a/?q", "http://a/#f", "http://a:99999"] {
            assert_eq!(check_uri(bad).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT, "{bad}");
        }
        assert!(!check_uri("http://user:secret@a").unwrap_err().message.contains("secret"));
    }

    #[test]
    fn names_tokens_and_headers_are_checked() {
        assert!(check_database_name("quickstart-chat").is_ok());
        for bad in ["", "a/b", "a?b", "a#b", "a b", "a\nb", ".", ".."] {
            assert_eq!(check_database_name(bad).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT, "{bad:?}");
        }
        assert!(check_token("a.b-c").is_ok());
        assert!(!check_token("secret\r\nX: y").unwrap_err().message.contains("secret"));
        assert!(check_header("X-Extra", "1").is_ok());
        for (name, value) in [("Host", "a"), ("sec-websocket-key", "a"), ("a b", "c"), ("X", "a\r\nb")] {
            assert!(check_header(name, value).is_err(), "{name}");
        }
    }
}
