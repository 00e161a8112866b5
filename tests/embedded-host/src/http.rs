//! As much of HTTP/1.1 as a client of a host needs: one request a connection, answered or upgraded.

use crate::stream::Stream;
use std::io::{self, Read, Write};

/// The head of a request.
pub struct Request {
    /// `GET` or another.
    pub method: String,
    /// Everything before the question mark.
    pub path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

impl Request {
    /// Reads a request and its body, which is not kept. `None` when the client closes first.
    pub fn read(stream: &mut Stream) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        let mut byte = [0];
        // One byte at a time, so that nothing that follows the head is taken from whoever reads on.
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 || head.len() > 1 << 16 {
                return Ok(None);
            }
            head.push(byte[0]);
        }
        let request = Self::parse(&String::from_utf8_lossy(&head));
        let length = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        io::copy(&mut stream.take(length), &mut io::sink())?;
        Ok(Some(request))
    }

    fn parse(head: &str) -> Self {
        let mut lines = head.lines();
        let mut first = lines.next().unwrap_or_default().split(' ');
        let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pair = |(key, value): (&str, &str)| (key.to_string(), value.to_string());
        Self {
            method: method.into(),
            path: path.into(),
            query: query.split('&').filter_map(|p| p.split_once('=')).map(pair).collect(),
            headers: lines.filter_map(|l| l.split_once(':')).map(|(k, v)| pair((k, v.trim()))).collect(),
        }
    }

    /// A header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The subprotocols the client offers.
    pub fn protocols(&self) -> Vec<&str> {
        let offered = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("sec-websocket-protocol"));
        offered.flat_map(|(_, value)| value.split(',')).map(str::trim).collect()
    }

    /// The token of the `Authorization` header.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

/// Answers a request; the connection closes after it.
pub fn answer(stream: &mut Stream, status: u16, content_type: &str, body: &str) -> io::Result<()> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} {reason}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )?;
    stream.finish()
}

/// Accepts an upgrade to a WebSocket with this subprotocol.
pub fn upgrade(stream: &mut Stream, request: &Request, protocol: Option<&str>) -> io::Result<()> {
    let key = request.header("sec-websocket-key").unwrap_or_default();
    let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
    let protocol = protocol.map_or(String::new(), |p| format!("sec-websocket-protocol: {p}\r\n"));
    write!(
        stream,
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-accept: {accept}\r\n{protocol}\r\n"
    )?;
    stream.flush()
}
