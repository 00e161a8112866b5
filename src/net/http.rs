//! One HTTP/1.1 request and its answer over a non-blocking stream: the WebSocket handshake and the schema request.
//!
//! The library asks for two things with GET and without a body, so this is all the HTTP there is. A general client
//! would block a thread for each request, resolve names again and put the token into its trace logs.

use std::io::{self, Read, Write};

use httparse::Status;
use tungstenite::http::StatusCode;

use super::options::LinkOptions;
use super::stream::{self, Stream};
use crate::error::{Error, Result, STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};

const HEAD_LIMIT: usize = 64 << 10;
const HEADERS_LIMIT: usize = 128;
/// How much of an error's body is of interest.
const ERROR_BODY_LIMIT: usize = 2 << 10;
/// How much of an error's body is quoted, in characters.
const QUOTE_LIMIT: usize = 512;

/// An answer: the body is what follows the head at once for a 101, and may be cut short for an error.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    reason: String,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// A header's value; the first one, when there are several.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The error for an answer that refuses the request for `what`: its status, and its body when that is text.
    pub(super) fn refusal(&self, authority: &str, what: &str) -> Error {
        let reason = match StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason()) {
            Some(reason) => reason,
            None => &self.reason,
        };
        let mut message = format!("{authority} answered HTTP {} {reason} to {what}", self.status);
        if let Some(text) = quote(&self.body) {
            message = format!("{message}: {text}");
        }
        Error::http(self.status, message)
    }
}

/// How the end of a body is told.
enum Framing {
    Length(usize),
    /// Chunked: how many bytes of the chunk that is being read are still to come, its line end included.
    Chunked(usize),
    UntilEnd,
}

/// A request on its way, or its answer.
pub(super) struct Exchange {
    request: Vec<u8>,
    written: usize,
    /// What was received and not yet understood.
    received: Vec<u8>,
    answer: Option<(Answer, Framing)>,
    /// The largest body of a success, in bytes; with 0 only a 101 is one.
    body_limit: usize,
    authority: String,
    /// What the request is, for messages: "the schema request".
    what: &'static str,
}

impl Exchange {
    /// Prepares a GET of `target` with the options' token and headers, and with `extra` ones.
    pub(super) fn new(
        options: &LinkOptions,
        target: &str,
        extra: &[(&str, &str)],
        body_limit: usize,
        what: &'static str,
    ) -> Exchange {
        let mut request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n", options.uri.host_header());
        let mut add = |name: &str, value: &str| request.extend([name, ": ", value, "\r\n"]);
        extra.iter().for_each(|(name, value)| add(name, value));
        if let Some(token) = &options.token {
            add("Authorization", &format!("Bearer {token}"));
        }
        for (name, value) in &options.headers {
            // The token is the connection's identity: a second Authorization beside it would be ambiguous.
            if options.token.is_none() || !name.eq_ignore_ascii_case("authorization") {
                add(name, value);
            }
        }
        request.push_str("\r\n");
        Exchange {
            request: request.into_bytes(),
            written: 0,
            received: Vec::new(),
            answer: None,
            body_limit,
            authority: options.uri.authority(),
            what,
        }
    }

    /// Writes and reads what can be: `None` while the answer is not complete.
    pub(super) fn advance(&mut self, stream: &mut Stream, scratch: &mut [u8]) -> Result<Option<Answer>> {
        match self.write(stream) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(self.lost(&error)),
        }
        loop {
            let count = match stream.read(scratch) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // A peer that goes away once its error is told is an error told.
                Err(_) if self.partial_error().is_some() => 0,
                Err(error) => return Err(self.lost(&error)),
            };
            self.received.extend_from_slice(&scratch[..count]);
            if self.digest(count == 0)? {
                return Ok(self.answer.take().map(|(answer, _)| answer));
            }
            if count == 0 {
                return Err(self.lost(&stream::ended()));
            }
        }
    }

    fn lost(&self, error: &io::Error) -> Error {
        stream::lost_error(&self.authority, &format!(" during {}", self.what), error)
    }

    /// What an error's answer says so far, when its head has come but its body does not end.
    pub(super) fn partial_error(&self) -> Option<Error> {
        let (answer, _) = self.answer.as_ref()?;
        (self.body_limit == 0 || !answer.is_success()).then(|| answer.refusal(&self.authority, self.what))
    }

    fn write(&mut self, stream: &mut Stream) -> io::Result<bool> {
        while self.written < self.request.len() {
            match stream.write(&self.request[self.written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // TLS may hold some of it back.
        match stream.flush() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            result => result.map(|()| true),
        }
    }

    /// Understands what was received; whether the answer is complete. `end` is whether the peer says no more.
    fn digest(&mut self, end: bool) -> Result<bool> {
        if self.answer.is_none() && !self.parse_head()? {
            return Ok(false);
        }
        let Some((answer, framing)) = &mut self.answer else { return Ok(false) };
        let done = match framing {
            _ if answer.status == 101 => {
                answer.body = std::mem::take(&mut self.received);
                return Ok(true);
            }
            Framing::Chunked(left) => take_chunks(&mut self.received, &mut answer.body, left).map_err(|error| {
                Error::new(STDB_ERR_PROTOCOL, format!("{}: the answer to {}: {error}", self.authority, self.what))
            })?,
            Framing::Length(length) => {
                answer.body.append(&mut self.received);
                answer.body.len() >= *length
            }
            Framing::UntilEnd => {
                answer.body.append(&mut self.received);
                end
            }
        };
        if self.body_limit == 0 || !answer.is_success() {
            return Ok(done || end || answer.body.len() >= ERROR_BODY_LIMIT);
        }
        let size = answer.body.len().max(if let Framing::Length(length) = framing { *length } else { 0 });
        if size > self.body_limit {
            let limit = self.body_limit;
            let what = format!("{}: the answer to {} is larger than {limit} bytes", self.authority, self.what);
            return Err(Error::new(STDB_ERR_TOO_LARGE, what));
        }
        Ok(done)
    }

    fn parse_head(&mut self) -> Result<bool> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_LIMIT];
        let mut head = httparse::Response::new(&mut headers);
        let size = match head.parse(&self.received) {
            Ok(Status::Complete(size)) => size,
            Ok(Status::Partial) if self.received.len() < HEAD_LIMIT => return Ok(false),
            Ok(Status::Partial) => return Err(self.not_http("its headers do not end")),
            Err(error) => return Err(self.not_http(&error.to_string())),
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
        let answer = Answer {
            status: head.code.unwrap_or_default(),
            body: Vec::new(),
            reason: head.reason.unwrap_or_default().to_string(),
            headers: head.headers.iter().map(|header| (header.name.to_string(), text(header.value))).collect(),
        };
        self.received.drain(..size);
        let framing = framing(&answer).ok_or_else(|| self.not_http("its Content-Length is not a number"))?;
        self.answer = Some((answer, framing));
        Ok(true)
    }

    fn not_http(&self, why: &str) -> Error {
        let message =
            format!("{} is not a WebSocket host: its answer to {} is not HTTP: {why}", self.authority, self.what);
        Error::new(STDB_ERR_PROTOCOL, message)
    }
}

/// How an answer's body ends; `None` when its headers do not make sense.
fn framing(answer: &Answer) -> Option<Framing> {
    if answer.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked")) {
        return Some(Framing::Chunked(0));
    }
    match answer.header("content-length") {
        Some(length) => length.parse().ok().map(Framing::Length),
        None if matches!(answer.status, 204 | 304) => Some(Framing::Length(0)),
        None => Some(Framing::UntilEnd),
    }
}

/// Moves what chunks `received` holds into the body; whether the last chunk has come.
fn take_chunks(received: &mut Vec<u8>, body: &mut Vec<u8>, left: &mut usize) -> std::result::Result<bool, String> {
    const LINE_END: usize = 2;
    loop {
        if *left > 0 {
            let count = received.len().min(*left);
            body.extend(received.drain(..count));
            *left -= count;
            if *left > 0 {
                return Ok(false);
            }
            body.truncate(body.len() - LINE_END);
        }
        match httparse::parse_chunk_size(received) {
            Ok(Status::Partial) => return Ok(false),
            Ok(Status::Complete((_, 0))) => return Ok(true),
            Ok(Status::Complete((used, size))) => {
                received.drain(..used);
                *left = usize::try_from(size)
                    .ok()
                    .and_then(|size| size.checked_add(LINE_END))
                    .ok_or("a chunk is too large")?;
            }
            Err(_) => return Err("a chunk's size is not a number".into()),
        }
    }
}

/// The beginning of a body, on one line, if it is text.
fn quote(body: &[u8]) -> Option<String> {
    // What was cut short may end inside a character.
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&body[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let readable = !line.is_empty() && !line.contains(char::is_control);
    readable.then(|| line.chars().take(QUOTE_LIMIT).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::check_uri;

    fn exchange() -> Exchange {
        let mut options = LinkOptions::new(check_uri("http://h:1").unwrap(), "d");
        options.token = Some("t".into());
        options.headers = vec![("X-A".into(), "1".into()), ("authorization".into(), "other".into())];
        Exchange::new(&options, "/x", &[("Connection", "close")], 10, "the test")
    }

    /// Feeds an answer byte by byte.
    fn feed(answer: &str) -> Result<Option<Answer>> {
        let mut exchange = exchange();
        for byte in answer.bytes() {
            exchange.received.push(byte);
            if exchange.digest(false)? {
                return Ok(exchange.answer.map(|(answer, _)| answer));
            }
        }
        Ok(exchange.digest(true)?.then(|| exchange.answer.map(|(answer, _)| answer)).flatten())
    }

    #[test]
    fn a_request_has_the_token_once() {
        let expected = "GET /x HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\nAuthorization: Bearer t\r\nX-A: 1\r\n\r\n";
        assert_eq!(String::from_utf8(exchange().request).unwrap(), expected);
    }

    #[test]
    fn bodies_end_by_length_by_chunks_and_with_the_connection() {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nhello",
        ] {
            assert_eq!(feed(answer).unwrap().unwrap().body, b"hello", "{answer}");
        }
        assert!(feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell").unwrap().is_none());
    }

    #[test]
    fn answers_that_are_too_large_or_not_http_are_errors() {
        for answer in ["HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n01234567890"] {
            assert_eq!(feed(answer).err().unwrap().status, STDB_ERR_TOO_LARGE);
        }
        for answer in [
            "SSH-2.0-OpenSSH_9.6\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert_eq!(feed(answer).err().unwrap().status, STDB_ERR_PROTOCOL);
        }
    }

    #[test]
    fn an_error_quotes_its_body_when_that_is_text() {
        let error =
            feed("HTTP/1.1 404 Nope\r\nContent-Length: 9\r\n\r\nno\n such \r").unwrap().unwrap().refusal("h:1", "x");
        assert_eq!(error.message, "h:1 answered HTTP 404 Not Found to x: no such");
        assert_eq!(error.http_status, Some(404));
        assert_eq!(quote(b"a\xff"), None);
        assert_eq!(quote("é".as_bytes().split_last().unwrap().1), None);
        assert_eq!(quote(b"a\xc3").as_deref(), Some("a"));
        assert_eq!(quote(b"\x00\x01"), None);
    }
}
