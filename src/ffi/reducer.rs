//! Calling reducers, and callbacks for what reducers did.

use std::ffi::{c_char, c_void};

use super::arguments::text;
use super::boundary::boundary_on;
use super::call::{call_status, core_flags, core_options, stdb_call_flags, stdb_call_options, stdb_call_status};
use super::callback::{UserData, event, once, register, stdb_drop_fn, stdb_event_fn};
use super::connection::stdb_connection;
use super::context::{self, stdb_context};
use super::error::stdb_error;
use super::types::{stdb_bytes, stdb_connection_id, stdb_identity, stdb_str, stdb_timestamp};
use super::value::stdb_value;
use super::wide::stdb_u128;
use crate::connection::Connection;
use crate::connection::context::{Event, ReducerEvent};
use crate::error::stdb_status;
use crate::value::from_json;

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
    /// What the host says of a failure; empty otherwise. Over v2 and v3, an error that the reducer returned as a string.
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
    /// What it returned, as BSATN: its value when it committed, its error when it failed. Empty where the host does not
    /// tell; v1 never does.
    pub value: stdb_bytes,
}

/// Calls a reducer. It is sent at once, or as soon as the connection is up.
///
/// @param connection the connection.
/// @param reducer the reducer's name.
/// @param args the arguments one after another, as BSATN. Copied. The host checks them.
/// @param call_options how to call; NULL for the defaults.
/// @param on_result runs once, on the advancing thread, with the end of the call: `stdb_context_reducer_event` says how it
/// ended, `STDB_CALL_TIMEOUT` and `STDB_CALL_DISCONNECTED` included. NULL when nobody wants to know.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback has run or can no longer run, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_DISCONNECTED` (the connection has ended); `STDB_ERR_UNKNOWN_REDUCER` (the schema is known
/// and has none of that name); `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, unknown flags, a bad `struct_size`);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_call_reducer(
    connection: *mut stdb_connection,
    reducer: *const c_char,
    args: stdb_bytes,
    call_options: *const stdb_call_options,
    on_result: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps handle, text, bytes and options alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let reducer = text(reducer, "reducer")?;
            let options = core_options(call_options)?;
            connection.call_reducer(reducer, args.to_slice("args")?, options, once(on_result, data))
        })
    }
}

/// Calls a reducer with arguments in JSON, which are made BSATN of and checked before anything is sent.
///
/// @param connection the connection, whose schema says what the parameters are.
/// @param reducer the reducer's name.
/// @param args the arguments, ended by NUL: an array of them in their order, `[1, "Ada"]`, or an object by their names,
/// `{"id": 1, "name": "Ada"}`; each in the form that `stdb_value_to_json` gives and `stdb_bsatn_writer_json` takes.
/// @param call_options as for `stdb_connection_call_reducer`.
/// @param on_result as for `stdb_connection_call_reducer`.
/// @param user_data as for `stdb_connection_call_reducer`.
/// @param drop as for `stdb_connection_call_reducer`.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_call_reducer`; `STDB_ERR_JSON` (the text is not JSON, or not the arguments: the message names
/// the place, such as `spawn.first`, and the type expected there); `STDB_ERR_NO_SCHEMA` (there is none, or not yet). Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_call_reducer_json(
    connection: *mut stdb_connection,
    reducer: *const c_char,
    args: *const c_char,
    call_options: *const stdb_call_options,
    on_result: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps handle, texts and options alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let (reducer, options) = (text(reducer, "reducer")?, core_options(call_options)?);
            let mut bytes = Vec::new();
            from_json(reducer, &*connection.reducer_params(reducer)?, text(args, "args")?, &mut bytes)?;
            connection.call_reducer(reducer, &bytes, options, once(on_result, data))
        })
    }
}

/// Sets the flags that calls of a reducer have when they give none themselves.
///
/// @param connection the connection.
/// @param reducer the reducer's name.
/// @param flags one of the `STDB_CALL_FLAGS_…` numbers; `STDB_CALL_FLAGS_DEFAULT` takes back what was set.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, unknown flags); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_set_reducer_flags(
    connection: *mut stdb_connection,
    reducer: *const c_char,
    flags: stdb_call_flags,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and text alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            connection.set_reducer_flags(text(reducer, "reducer")?, core_flags(flags)?);
            Ok(())
        })
    }
}

/// Registers a callback for runs of a reducer that the host tells of: those of this client, whether they committed or not,
/// and those of others that changed a subscribed row (not in light mode).
///
/// @param connection the connection.
/// @param reducer the reducer's name.
/// @param callback runs on the advancing thread, after the row callbacks of the same message; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback is removed, when the connection is gone, or when this call fails; may
/// be NULL.
/// @param callback_id receives the number to remove it by; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_REDUCER` (the schema is known and has none of that name);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_on_reducer(
    connection: *mut stdb_connection,
    reducer: *const c_char,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    unsafe {
        let add = |connection: &Connection, data| {
            connection.on_reducer(text(reducer, "reducer")?, event(callback, data, "callback")?)
        };
        register(connection, "connection", user_data, drop, callback_id, error, add)
    }
}

/// Removes a callback of `stdb_connection_on_reducer`. It does not run again; its destructor runs now, or, if it is running,
/// after that.
///
/// @param connection the connection.
/// @param callback_id the callback's number.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there is none of that number); `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_remove_on_reducer(
    connection: *mut stdb_connection,
    callback_id: u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| connection.callbacks().remove_on_reducer(callback_id))
    }
}

/// What is known of the reducer's run that the event tells of.
///
/// @param context the context; must not be NULL.
/// @param event receives it; its views live as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` when the event is of another kind; `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_reducer_event(
    context: *const stdb_context,
    event: *mut stdb_reducer_event,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let view = |event: &Event| match event {
        Event::Reducer(event) => Some(reducer_event(event)),
        _ => None,
    };
    // SAFETY: the context lives while the callback runs; the output may be written.
    unsafe { context::write_event(context, event, error, "a reducer's", view) }
}

/// The arguments of the reducer's run that the event tells of, as a value: a product of the parameters.
///
/// @param context the context; must not be NULL.
/// @param out receives the value, which lives as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (the event is of another kind); `STDB_ERR_UNKNOWN_REDUCER` (the schema has none of
/// that name); `STDB_ERR_NO_SCHEMA` (the connection has none); `STDB_ERR_BSATN` (they are not what the schema says);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_reducer_args(
    context: *const stdb_context,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the context lives while the callback runs; the output may be written.
    unsafe {
        context::write_value(context, out, error, "a reducer's", |connection, event| match event {
            Event::Reducer(event) => {
                Ok(Some((&*event.reducer, connection.reducer_params(&event.reducer)?, &*event.args)))
            }
            _ => Ok(None),
        })
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
        value: stdb_bytes::of(&event.value),
    }
}
