//! Calls of reducers and procedures, and one-off queries: what may be asked for, and those that wait for an answer.

mod pending;

pub use pending::{PendingCall, PendingCalls};

use std::time::Duration;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// To run a reducer.
    Reducer,
    /// To run a procedure.
    Procedure,
    /// The rows of a query, once.
    Query,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum CallStatus {
    /// It ran: a reducer's changes stand, a procedure's value or a query's rows are there.
    Committed = 0,
    /// It returned an error, panicked, does not exist or could not be read; a reducer changed nothing.
    Failed = 1,
    /// The database ran out of energy; nothing changed.
    OutOfEnergy = 2,
    /// The connection ended before the host answered; whether it ran is not known.
    Disconnected = 3,
    /// The call's time ran out before the host answered; whether it ran is not known.
    Timeout = 4,
}

/// What the host tells the caller of a call. The numbers are v1's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum CallFlags {
    /// Everything.
    #[default]
    FullUpdate = 0,
    /// Nothing of a call that committed without changing a subscribed row.
    NoSuccessNotify = 1,
}

/// How a call is to be made.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions {
    /// What the host tells; `None` for what was set for the reducer, or `FullUpdate`.
    pub flags: Option<CallFlags>,
    /// How long to wait for the answer; `None` for as long as the connection lives.
    pub timeout: Option<Duration>,
}
