//! A small host that speaks SpacetimeDB's wire protocol over loopback, for tests and for the examples.
//!
//! It runs three databases natively, `chat`, `kitchen` and `particles`, replays recorded connections, and misbehaves on
//! demand. It shares no code with the client library it tests.
//!
//! It speaks v1, v2 and v3 of the protocol. `kitchen2` is `kitchen` with what only 2.x hosts have.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`host`] | [`EmbeddedHost`]: the listener, its threads and what a test can ask of it |
//! | `orders` | the same in words |
//! | `service` | what each request gets, and the life of a WebSocket |
//! | `http` | requests and answers, and the upgrade to a WebSocket |
//! | `stream` | a TCP connection, with or without TLS |
//! | `connection` | one WebSocket: a thread that reads, a thread that writes |
//! | `database` | clients, calls of reducers and procedures, and who is told what |
//! | `client` | what a client subscribes to, and how its protocol tells it of things |
//! | `store` | tables, rows and transactions |
//! | `sql` | the queries a client may subscribe to |
//! | [`schema`] | tables, columns and reducers, out of the JSON a host serves |
//! | `module` | the schemas and reducers of the databases |
//! | [`wire`] | messages, their bytes, compression |
//! | [`bsatn`] | a reader and a writer of BSATN |
//! | `token` | identities and tokens |
//! | `misbehaviour` | everything a broken host could do |
//! | `replay` | what a recorded host said |

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod bsatn;
mod client;
mod connection;
mod database;
pub mod host;
mod http;
mod misbehaviour;
mod module;
mod orders;
mod replay;
pub mod schema;
mod service;
mod sql;
mod store;
mod stream;
mod token;
pub mod wire;

pub use host::{Builder, EmbeddedHost};
