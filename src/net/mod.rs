//! Sockets: one reactor thread a process, name resolution, TLS, HTTP, WebSocket, keepalive, timers.
//!
//! The map. What others use is re-exported here:
//!
//! - `options`: what a link is opened with, and the checks of it.
//! - `link`: a link as its user sees it: send, close, count; and what its handler is told.
//! - `reactor`: the thread that serves all links and timers: [`open`], [`after`], [`shutdown`].
//! - `session`: one connection's life on the reactor.
//! - `dial`: what blocks (resolving names, reading certificates), on threads of its own.
//! - `stream`, `tls`: a connection's bytes in the clear.
//! - `http`, `handshake`: the schema request and the switch to WebSocket.
//! - `frame`, `outgoing`: messages out of bytes, and bytes out of messages.
//! - `timer`: what is due when.
//!
//! No lock is held while a handler runs, and no handler can take the reactor down.
#![deny(unsafe_code)]

mod dial;
mod frame;
mod handshake;
mod http;
mod link;
mod options;
mod outgoing;
mod reactor;
mod session;
mod stream;
mod timer;
mod tls;

#[cfg(test)]
pub(crate) mod tests;

pub use link::{Counters, Link, LinkHandler, Opened, Outcome};
pub use options::{
    Compression, FetchSchema, HostUri, LinkOptions, Protocol, check_database_name, check_header, check_token, check_uri,
};
pub use reactor::{after, open, shutdown};
pub use tls::random;
