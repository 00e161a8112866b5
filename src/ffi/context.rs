//! `stdb_context`: what a callback is told of the event that it runs for.

use std::sync::Arc;

use super::arguments::output;
use super::boundary::{boundary, value_of};
use super::connection::stdb_connection;
use super::error::stdb_error;
use super::handle::{self, CType};
use super::types::{stdb_bytes, stdb_connection_id, stdb_identity, stdb_str, stdb_timestamp};
use super::wide::stdb_u128;
use crate::call::CallStatus;
use crate::connection::context::{Context, Event, ReducerEvent};
use crate::error::{Error, STDB_ERR_NOT_FOUND, stdb_status};

/// What a callback is told. It lives as long as the callback runs, and so does all that is borrowed from it.
pub struct stdb_context {
    _opaque: [u8; 0],
}

impl CType for stdb_context {
    type Rust = Context<'static>;
}

/// What happened: one of the `STDB_EVENT_…` numbers.
pub type stdb_event_kind = i32;
/// No event: the context is NULL.
pub const STDB_EVENT_NONE: stdb_event_kind = 0;
/// The connection is up.
pub const STDB_EVENT_CONNECTED: stdb_event_kind = 1;
/// The connection could not be made; see `stdb_context_error`.
pub const STDB_EVENT_CONNECT_ERROR: stdb_event_kind = 2;
/// The connection ended; see `stdb_context_error`, which gives NULL for an ordinary end.
pub const STDB_EVENT_DISCONNECTED: stdb_event_kind = 3;
/// A reducer ran, or a call of one came to nothing; see `stdb_context_reducer_event`.
pub const STDB_EVENT_REDUCER: stdb_event_kind = 4;
/// A subscription's rows have arrived.
pub const STDB_EVENT_SUBSCRIBE_APPLIED: stdb_event_kind = 5;
/// A subscription's rows were taken away.
pub const STDB_EVENT_UNSUBSCRIBE_APPLIED: stdb_event_kind = 6;
/// The host refused or ended a subscription, or the connection ended before it answered; see `stdb_context_error`.
pub const STDB_EVENT_SUBSCRIBE_ERROR: stdb_event_kind = 7;
/// A transaction of which the host does not say what caused it.
pub const STDB_EVENT_TRANSACTION: stdb_event_kind = 8;
/// The library has something to log.
pub const STDB_EVENT_LOG: stdb_event_kind = 9;
/// A procedure ran, or a call of one came to nothing; see `stdb_context_procedure_event`.
pub const STDB_EVENT_PROCEDURE: stdb_event_kind = 10;
/// A one-off query was answered, or came to nothing; see `stdb_context_query_event`.
pub const STDB_EVENT_QUERY: stdb_event_kind = 11;
/// The connection was lost and is about to be made again; see `stdb_context_reconnect_event`.
pub const STDB_EVENT_RECONNECTING: stdb_event_kind = 12;
/// The connection was made again, and the rows told of are what has changed meanwhile.
pub const STDB_EVENT_RECONNECTED: stdb_event_kind = 13;

/// How a reducer call ended: one of the `STDB_CALL_…` numbers.
pub type stdb_call_status = i32;
/// The reducer ran and its changes stand.
pub const STDB_CALL_COMMITTED: stdb_call_status = 0;
/// The reducer returned an error, panicked, does not exist or could not read its arguments; nothing changed.
pub const STDB_CALL_FAILED: stdb_call_status = 1;
/// The database ran out of energy; nothing changed.
pub const STDB_CALL_OUT_OF_ENERGY: stdb_call_status = 2;
/// The connection ended before the host answered; whether the reducer ran is not known.
pub const STDB_CALL_DISCONNECTED: stdb_call_status = 3;
/// The call's time ran out before the host answered; whether the reducer ran is not known.
pub const STDB_CALL_TIMEOUT: stdb_call_status = 4;

/// What is known of a reducer's run. The views live as long as the context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_reducer_event {
    /// When the reducer ran; 0 when it is not known to have run.
    pub timestamp: stdb_timestamp,
    /// How it went.
    pub status: stdb_call_status,
    /// Whether `caller_connection_id` is set; it is not when the host itself called.
    pub has_caller_connection_id: bool,
    /// Whether `energy` is set; it is not when the host does not tell.
    pub has_energy: bool,
    /// What the host says of a failure; empty otherwise.
    pub message: stdb_str,
    /// Who called.
    pub caller_identity: stdb_identity,
    /// Over which connection.
    pub caller_connection_id: stdb_connection_id,
    /// The energy used.
    pub energy: stdb_u128,
    /// The reducer's name.
    pub reducer: stdb_str,
    /// The arguments, as BSATN.
    pub args: stdb_bytes,
}

/// What kind of event the callback runs for.
///
/// @param context the context; NULL gives `STDB_EVENT_NONE`.
/// @return one of the `STDB_EVENT_…` numbers. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_event_kind(context: *const stdb_context) -> stdb_event_kind {
    // SAFETY: the context lives while the callback runs.
    unsafe { value_of(context, STDB_EVENT_NONE, |context| kind(context.event)) }
}

/// The connection that the event belongs to.
///
/// @param context the context; NULL gives NULL.
/// @return the connection's handle, not owned by whoever asks; it may be used, and even freed, as the handle that
/// `stdb_connection_builder_build` gave, since it is the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_connection(context: *const stdb_context) -> *mut stdb_connection {
    // SAFETY: the context lives while the callback runs.
    unsafe { value_of(context, std::ptr::null_mut(), |context| Arc::as_ptr(context.connection).cast_mut().cast()) }
}

/// The error of the event: why the connection could not be made or ended, why a subscription was refused.
///
/// @param context the context, or NULL.
/// @return the error, borrowed: it lives as long as the context and must not be freed. NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_error(context: *const stdb_context) -> *const stdb_error {
    let pointer = |error: &Error| std::ptr::from_ref(error).cast();
    // SAFETY: the context lives while the callback runs.
    unsafe { value_of(context, std::ptr::null(), |context| context.event.error().map_or(std::ptr::null(), pointer)) }
}

/// What is known of the reducer's run that the event tells of.
///
/// @param context the context; must not be NULL.
/// @param event receives it; its views live as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` when the event is of another kind; `STDB_ERR_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_reducer_event(
    context: *const stdb_context,
    event: *mut stdb_reducer_event,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the context lives while the callback runs; the output may be written.
        let (context, output) = unsafe { (handle::borrow(context, "context")?, output(event, "event")?) };
        let Event::Reducer(event) = context.event else {
            return Err(Error::new(STDB_ERR_NOT_FOUND, "the event is not a reducer's"));
        };
        output.write(reducer_event(event));
        Ok(())
    })
}

/// The context as callbacks get it.
pub(crate) fn as_c(context: &Context<'_>) -> *const stdb_context {
    std::ptr::from_ref(context).cast()
}

fn kind(event: &Event) -> stdb_event_kind {
    match event {
        Event::Connected => STDB_EVENT_CONNECTED,
        Event::ConnectError(_) => STDB_EVENT_CONNECT_ERROR,
        Event::Disconnected { .. } => STDB_EVENT_DISCONNECTED,
        Event::Reconnecting { .. } => STDB_EVENT_RECONNECTING,
        Event::Reconnected => STDB_EVENT_RECONNECTED,
        Event::Procedure(_) => STDB_EVENT_PROCEDURE,
        Event::Query(_) => STDB_EVENT_QUERY,
        Event::Reducer(_) => STDB_EVENT_REDUCER,
        Event::SubscribeApplied => STDB_EVENT_SUBSCRIBE_APPLIED,
        Event::UnsubscribeApplied => STDB_EVENT_UNSUBSCRIBE_APPLIED,
        Event::SubscribeError(_) => STDB_EVENT_SUBSCRIBE_ERROR,
        Event::Transaction => STDB_EVENT_TRANSACTION,
        Event::Log => STDB_EVENT_LOG,
    }
}

fn reducer_event(event: &ReducerEvent) -> stdb_reducer_event {
    let energy = event.energy.unwrap_or(0);
    stdb_reducer_event {
        timestamp: stdb_timestamp { micros: event.timestamp_micros },
        status: call_status(event.status),
        has_caller_connection_id: event.caller_connection_id.is_some(),
        has_energy: event.energy.is_some(),
        message: stdb_str::of(&event.message),
        caller_identity: stdb_identity { bytes: event.caller_identity },
        caller_connection_id: stdb_connection_id { bytes: event.caller_connection_id.unwrap_or_default() },
        energy: stdb_u128 { lo: energy as u64, hi: (energy >> 64) as u64 },
        reducer: stdb_str::of(&event.reducer),
        args: stdb_bytes::of(&event.args),
    }
}

fn call_status(status: CallStatus) -> stdb_call_status {
    match status {
        CallStatus::Committed => STDB_CALL_COMMITTED,
        CallStatus::Failed => STDB_CALL_FAILED,
        CallStatus::OutOfEnergy => STDB_CALL_OUT_OF_ENERGY,
        CallStatus::Disconnected => STDB_CALL_DISCONNECTED,
        CallStatus::Timeout => STDB_CALL_TIMEOUT,
    }
}
