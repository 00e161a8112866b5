//! What a callback is told of the message that it runs for.

use std::sync::Arc;

use bytes::Bytes;

use super::Connection;
use crate::error::Error;
use crate::reducer::CallStatus;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The connection is up.
    Connected,
    /// The connection could not be made.
    ConnectError(Error),
    /// The connection ended; `None` for an ordinary end.
    Disconnected(Option<Error>),
    /// A reducer ran, or a call of one came to nothing.
    Reducer(ReducerEvent),
    /// A subscription's rows arrived.
    SubscribeApplied,
    /// A subscription's rows were taken away.
    UnsubscribeApplied,
    /// The host refused or ended a subscription.
    SubscribeError(Error),
    /// A transaction of which the host does not say what caused it.
    Transaction,
    /// The library has something to log.
    Log,
}

/// What is known of a reducer's run.
#[derive(Clone, Debug)]
pub struct ReducerEvent {
    /// When the reducer ran, in microseconds since the Unix epoch; 0 when it is not known to have run.
    pub timestamp_micros: i64,
    /// How it went.
    pub status: CallStatus,
    /// What the host says of a failure; empty otherwise.
    pub message: String,
    /// Who called.
    pub caller_identity: [u8; 32],
    /// Over which connection; `None` when the host itself called.
    pub caller_connection_id: Option<[u8; 16]>,
    /// The energy used; `None` when the host does not tell.
    pub energy: Option<u128>,
    /// The reducer's name.
    pub reducer: String,
    /// The arguments, as BSATN.
    pub args: Bytes,
}

/// What a callback gets: the connection and the event. It lives as long as the callback runs.
pub struct Context<'a> {
    /// The connection that the event belongs to.
    pub connection: &'a Arc<Connection>,
    /// What happened.
    pub event: &'a Event,
}

impl Event {
    /// The error that the event carries, if it carries one.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Event::ConnectError(error) | Event::SubscribeError(error) => Some(error),
            Event::Disconnected(error) => error.as_ref(),
            _ => None,
        }
    }
}
