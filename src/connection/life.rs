//! The stages of a connection's life.

use std::sync::Arc;

use crate::error::{Error, Result, STDB_ERR_DISCONNECTED, STDB_ERR_NOT_CONNECTED};
use crate::net::Protocol;
use crate::schema::Schema;

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Phase {
    /// Being made.
    Connecting = 0,
    /// Up: the host has said who we are.
    Active = 1,
    /// Told to end; the end has not been told of yet.
    Disconnecting = 2,
    /// Over: the last callback has run.
    Ended = 3,
    /// Lost, and to be made again.
    Reconnecting = 4,
}

/// What is known of a connection.
#[derive(Clone)]
pub struct Life {
    /// How far it has come.
    pub phase: Phase,
    /// Our identity and which connection of ours it is, once the host has said so.
    pub who: Option<([u8; 32], [u8; 16])>,
    /// The protocol that the host chose.
    pub protocol: Option<Protocol>,
    /// The token that the host gave, with which to be the same identity again.
    pub token: Option<String>,
    /// The schema, once known.
    pub schema: Option<Arc<Schema>>,
    /// Whether the schema is being fetched.
    pub fetching_schema: bool,
    /// What went wrong, found by the advancing thread.
    pub failure: Option<Error>,
}

impl Life {
    /// The beginning of a life; `schema` is the one the caller gave.
    pub fn new(schema: Option<Arc<Schema>>, fetching_schema: bool) -> Self {
        Life {
            phase: Phase::Connecting,
            who: None,
            protocol: None,
            token: None,
            schema,
            fetching_schema,
            failure: None,
        }
    }

    /// Whether it was ever up: from then on its end is that of a connection, and not of an attempt to make one.
    pub fn was_up(&self) -> bool {
        self.token.is_some()
    }

    /// Whether anything may still be asked of the connection; `STDB_ERR_DISCONNECTED` otherwise.
    pub fn check_open(&self) -> Result<()> {
        match self.phase {
            Phase::Connecting | Phase::Active | Phase::Reconnecting => Ok(()),
            Phase::Disconnecting | Phase::Ended => Err(Error::new(STDB_ERR_DISCONNECTED, "the connection has ended")),
        }
    }

    /// Whether the schema is yet to come.
    pub fn awaits_schema(&self) -> bool {
        self.fetching_schema && self.schema.is_none()
    }

    /// Our identity and connection id; `STDB_ERR_NOT_CONNECTED` before the host has said so.
    pub fn who(&self) -> Result<([u8; 32], [u8; 16])> {
        self.who.ok_or_else(|| Error::new(STDB_ERR_NOT_CONNECTED, "the host has not said yet who this connection is"))
    }
}
