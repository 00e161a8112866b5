//! `stdb_context`: what a callback is told of the event that it runs for.

use std::sync::Arc;

use super::arguments::output;
use super::boundary::{boundary, value_of};
use super::connection::stdb_connection;
use super::error::stdb_error;
use super::handle::{self, CType};
use super::value::stdb_value;
use crate::connection::Connection;
use crate::connection::context::{Context, Event};
use crate::error::{Error, Result, STDB_ERR_NOT_FOUND, stdb_status};
use crate::schema::Type;
use crate::value::Value;

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
/// The connection ended or was lost; see `stdb_context_error`, which gives NULL for an ordinary end, and
/// `stdb_context_retry_follows`.
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
/// `stdb_connection_builder_build` gave, since it is the same. Only the thread that runs the callback may ask.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_connection(context: *const stdb_context) -> *mut stdb_connection {
    // SAFETY: the context lives while the callback runs.
    unsafe { value_of(context, std::ptr::null_mut(), |context| Arc::as_ptr(context.connection).cast_mut().cast()) }
}

/// The error of the event: why the connection could not be made or ended, why a subscription was refused.
///
/// @param context the context, or NULL.
/// @return the error, borrowed: it lives as long as the context and must not be freed. NULL when there is none. Only the
/// thread that runs the callback may ask.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_error(context: *const stdb_context) -> *const stdb_error {
    let pointer = |error: &Error| std::ptr::from_ref(error).cast();
    // SAFETY: the context lives while the callback runs.
    unsafe { value_of(context, std::ptr::null(), |context| context.event.error().map_or(std::ptr::null(), pointer)) }
}

/// Writes what is known of an event of one kind; `view` gives `None` for other kinds. `whose` names the kind, as in
/// `a reducer's`.
///
/// # Safety
/// `context` is NULL or that of the callback that runs; `event` is NULL or may be written to.
pub(crate) unsafe fn write_event<T>(
    context: *const stdb_context,
    event: *mut T,
    error: *mut *mut stdb_error,
    whose: &str,
    view: impl FnOnce(&Event) -> Option<T>,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: as this function's own.
        let (context, output) = unsafe { (handle::borrow(context, "context")?, output(event, "event")?) };
        output.write(view(context.event).ok_or_else(|| other_kind(whose))?);
        Ok(())
    })
}

/// Writes what an event of one kind has as a value: `part` gives what errors call it, its type and its BSATN, or `None` for
/// other kinds.
///
/// # Safety
/// `context` is NULL or that of the callback that runs; `out` is NULL or may be written to.
pub(crate) unsafe fn write_value<'a>(
    context: *const stdb_context,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
    whose: &str,
    part: impl FnOnce(&Connection, &'a Event) -> Result<Option<(&'a str, Arc<Type>, &'a [u8])>>,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: as this function's own; the event lives as long as the context.
        let (context, out) = unsafe { (handle::borrow(context, "context")?, output(out, "out")?) };
        let (name, ty, bytes) = part(context.connection, context.event)?.ok_or_else(|| other_kind(whose))?;
        let value = Value::new(name, &ty, bytes);
        value.check()?;
        // The connection's schema has the type as well, and keeps it.
        out.write(stdb_value::of(value));
        Ok(())
    })
}

/// The error of asking an event for what another kind of event has.
pub(crate) fn other_kind(whose: &str) -> Error {
    Error::new(STDB_ERR_NOT_FOUND, format!("the event is not {whose}"))
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
