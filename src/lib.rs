//! libstdb: a SpacetimeDB client for every language that can call C.
//!
//! The map of the crate. The safe core, one folder a noun:
//!
//! - [`error`]: what can go wrong: status codes, their names and sentences, and the error that carries one.
//! - [`wire`]: the protocols. Bytes of a frame to messages, messages to bytes; compression; row lists.
//! - [`net`]: sockets. One reactor thread a process, name resolution, TLS, WebSocket, keepalive, timers.
//! - [`schema`]: what a module says of its tables, columns, keys, indexes and reducers; types; row layouts.
//! - [`value`]: BSATN reader and writer; values with their types; arguments by name; JSON; text forms.
//! - [`cache`]: the client cache: tables, rows and their counts, indexes, what a message changes.
//! - [`connection`]: a connection's life, its callbacks, and advancing it.
//! - [`subscription`]: subscriptions and the life of their handles.
//! - [`call`]: calls of reducers and procedures, one-off queries, and what is told of them.
//! - [`credentials`]: tokens kept in a file.
//!
//! Over it [`ffi`], the C surface, which mirrors the core noun by noun: it checks pointers, crosses the boundary
//! and calls the core. `include/stdb.h` is generated from it.
//!
//! Beside it `src/bin/stdb-codegen`, which writes bindings out of a module's schema.
//!
//! `unsafe` is allowed in [`ffi`] and in the row store only.
#![deny(unsafe_code)]
#![deny(missing_docs)]

pub mod cache;
pub mod call;
pub mod connection;
pub mod credentials;
pub mod error;
pub mod ffi;
pub mod net;
pub mod schema;
pub mod subscription;
pub mod value;
pub mod wire;
