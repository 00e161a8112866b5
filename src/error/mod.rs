//! What can go wrong: the status codes and the error that carries one.

mod status;

pub use status::*;

use std::fmt;

/// An error of the library: a status code, a message that names what was wrong, and what the peer said, if it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// One of the `STDB_ERR_…` codes.
    pub status: stdb_status,
    /// What was wrong, for a person. Never holds a token.
    pub message: String,
    /// The HTTP status the host answered with, if that is what went wrong.
    pub http_status: Option<u16>,
    /// The WebSocket close code the host sent, if that is what went wrong.
    pub close_code: Option<u16>,
}

/// A result of the core.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Makes an error of a code and a message.
    pub fn new(status: stdb_status, message: impl Into<String>) -> Self {
        Error { status, message: message.into(), http_status: None, close_code: None }
    }

    /// Makes a `STDB_ERR_INVALID_ARGUMENT` whose message begins with the argument's name.
    pub fn argument(name: &str, what: impl fmt::Display) -> Self {
        Error::new(STDB_ERR_INVALID_ARGUMENT, format!("argument `{name}` {what}"))
    }

    /// Makes a `STDB_ERR_HTTP` error for an HTTP status.
    pub fn http(status: u16, message: impl Into<String>) -> Self {
        Error { http_status: Some(status), ..Error::new(STDB_ERR_HTTP, message) }
    }

    /// Makes a `STDB_ERR_CLOSED` error for a WebSocket close code.
    pub fn closed(code: u16, message: impl Into<String>) -> Self {
        Error { close_code: Some(code), ..Error::new(STDB_ERR_CLOSED, message) }
    }

    /// Whether the handle that gave the error is of no further use.
    pub fn is_fatal(&self) -> bool {
        matches!(
            self.status,
            STDB_ERR_PANIC | STDB_ERR_PROTOCOL | STDB_ERR_DISCONNECTED | STDB_ERR_CLOSED | STDB_ERR_TOO_LARGE
        )
    }

    /// Whether the same attempt may succeed later without a change: the host was away, busy or slow.
    pub fn is_retriable(&self) -> bool {
        match self.status {
            STDB_ERR_TIMEOUT
            | STDB_ERR_DNS
            | STDB_ERR_IO
            | STDB_ERR_UNREACHABLE
            | STDB_ERR_BUSY
            | STDB_ERR_READ_GUARD_HELD => true,
            STDB_ERR_HTTP => matches!(self.http_status, Some(408 | 425 | 429 | 500..=599)),
            STDB_ERR_CLOSED => !matches!(self.close_code, Some(1002 | 1003 | 1007..=1010)),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
