//! What can go wrong: the status codes and the error that carries one.

mod status;

pub use status::*;

use std::fmt;
use std::ops::{Deref, DerefMut};

/// An error of the library. It is no larger than a pointer: results that hardly ever are errors stay small.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Cause>);

/// What an error says: a status code, a message that names what was wrong, and what the peer said, if it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
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
    #[cold]
    pub fn new(status: stdb_status, message: impl Into<String>) -> Self {
        Error(Box::new(Cause { status, message: message.into(), http_status: None, close_code: None }))
    }

    /// Makes a `STDB_ERR_INVALID_ARGUMENT` whose message begins with the argument's name.
    #[cold]
    pub fn argument(name: &str, what: impl fmt::Display) -> Self {
        Error::new(STDB_ERR_INVALID_ARGUMENT, format!("argument `{name}` {what}"))
    }

    /// Makes a `STDB_ERR_HTTP` error for an HTTP status.
    pub fn http(status: u16, message: impl Into<String>) -> Self {
        let mut error = Error::new(STDB_ERR_HTTP, message);
        error.http_status = Some(status);
        error
    }

    /// Makes a `STDB_ERR_CLOSED` error for a WebSocket close code.
    pub fn closed(code: u16, message: impl Into<String>) -> Self {
        let mut error = Error::new(STDB_ERR_CLOSED, message);
        error.close_code = Some(code);
        error
    }

    /// The same error with another message.
    pub fn with_message(mut self, message: String) -> Self {
        self.message = message;
        self
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

impl Deref for Error {
    type Target = Cause;

    fn deref(&self) -> &Cause {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Cause {
        &mut self.0
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
