//! What a callback is told of the message that it runs for.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Connection;
use crate::call::CallStatus;
use crate::error::Error;
use crate::wire::RowList;

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The connection is up.
    Connected,
    /// The connection could not be made.
    ConnectError(Error),
    /// The connection ended.
    Disconnected {
        /// Why; `None` for an ordinary end.
        error: Option<Error>,
        /// Whether it will be made again.
        retries: bool,
    },
    /// The connection is about to be made again.
    Reconnecting {
        /// The number of the attempt since the connection was lost, from 1.
        attempt: u32,
        /// How long it will wait until then.
        delay: Duration,
    },
    /// The connection was made again, and the cache holds what the host says now.
    Reconnected,
    /// A reducer ran, or a call of one came to nothing.
    Reducer(ReducerEvent),
    /// A procedure ran, or a call of one came to nothing.
    Procedure(ProcedureEvent),
    /// A one-off query was answered, or came to nothing.
    Query(QueryEvent),
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
    /// What it returned, as BSATN: its value when it committed, its error when it failed. Empty where the host does not tell.
    pub value: Bytes,
}

/// What is known of a procedure's run.
#[derive(Clone, Debug)]
pub struct ProcedureEvent {
    /// When it began, in microseconds since the Unix epoch; 0 when it is not known to have run.
    pub timestamp_micros: i64,
    /// How long the host worked on it, in microseconds.
    pub host_execution_micros: i64,
    /// How it went.
    pub status: CallStatus,
    /// What the host says of a failure; empty otherwise.
    pub message: String,
    /// The procedure's name.
    pub procedure: String,
    /// What it returned, as BSATN.
    pub value: Bytes,
}

/// The answer to a one-off query.
#[derive(Clone, Debug)]
pub struct QueryEvent {
    /// How it went.
    pub status: CallStatus,
    /// What the host says of a failure; empty otherwise.
    pub message: String,
    /// The query.
    pub query: String,
    /// The rows, by table.
    pub rows: Vec<QueryRows>,
}

/// The rows of one table that a one-off query found.
#[derive(Clone, Debug)]
pub struct QueryRows {
    /// The table's name.
    pub table: Arc<str>,
    /// The rows.
    pub rows: RowList,
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
            Event::Disconnected { error, .. } => error.as_ref(),
            _ => None,
        }
    }
}
