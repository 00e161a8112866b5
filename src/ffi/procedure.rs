//! Calling procedures.

use std::ffi::{c_char, c_void};

use super::arguments::text;
use super::boundary::boundary_on;
use super::call::{call_status, core_options, stdb_call_options, stdb_call_status};
use super::callback::{UserData, once, stdb_drop_fn, stdb_event_fn};
use super::connection::stdb_connection;
use super::context::{self, stdb_context};
use super::error::stdb_error;
use super::types::{stdb_bytes, stdb_str, stdb_time_duration, stdb_timestamp};
use super::value::stdb_value;
use crate::call::CallStatus;
use crate::connection::context::{Event, ProcedureEvent};
use crate::error::stdb_status;
use crate::value::from_json;

/// What is known of a procedure's run. The views live as long as the context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_procedure_event {
    /// When it began; 0 when it is not known to have run.
    pub timestamp: stdb_timestamp,
    /// How long the host worked on it; 0 when it is not known to have run.
    pub host_execution: stdb_time_duration,
    /// How it went.
    pub status: stdb_call_status,
    /// What the host says of a failure; empty otherwise.
    pub message: stdb_str,
    /// The procedure's name.
    pub procedure: stdb_str,
    /// What it returned, as BSATN; empty unless `status` is `STDB_CALL_COMMITTED`.
    pub value: stdb_bytes,
}

/// Calls a procedure, which protocols from v2 on have. It is sent at once, or as soon as the connection is up; should the
/// host then choose v1, the call ends with `STDB_CALL_FAILED`.
///
/// @param connection the connection.
/// @param procedure the procedure's name.
/// @param args the arguments one after another, as BSATN. Copied. The host checks them.
/// @param call_options how to call; NULL for the defaults. A procedure may take long: its timeout should be so, too.
/// @param on_result runs once, on the advancing thread, with the end of the call: `stdb_context_procedure_event` says how it
/// ended, `STDB_CALL_TIMEOUT` and `STDB_CALL_DISCONNECTED` included. NULL when nobody wants to know.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback has run or can no longer run, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_DISCONNECTED` (the connection has ended); `STDB_ERR_UNSUPPORTED` (the host has chosen v1);
/// `STDB_ERR_UNKNOWN_PROCEDURE` (the schema is known and has none of that name); `STDB_ERR_INVALID_ARGUMENT` (NULL, not
/// UTF-8, unknown flags, a bad `struct_size`); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_call_procedure(
    connection: *mut stdb_connection,
    procedure: *const c_char,
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
            let (procedure, options) = (text(procedure, "procedure")?, core_options(call_options)?);
            connection.call_procedure(procedure, args.to_slice("args")?, options.timeout, once(on_result, data))
        })
    }
}

/// Calls a procedure with arguments in JSON, which are made BSATN of and checked before anything is sent.
///
/// @param connection the connection, whose schema says what the parameters are.
/// @param procedure the procedure's name.
/// @param args the arguments, ended by NUL: an array of them in their order, `[1, 2]`, or an object by their names,
/// `{"a": 1, "b": 2}`; each in the form that `stdb_value_to_json` gives and `stdb_bsatn_writer_json` takes.
/// @param call_options as for `stdb_connection_call_procedure`.
/// @param on_result as for `stdb_connection_call_procedure`.
/// @param user_data as for `stdb_connection_call_procedure`.
/// @param drop as for `stdb_connection_call_procedure`.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_call_procedure`; `STDB_ERR_JSON` (the text is not JSON, or not the arguments: the message names
/// the place, such as `add.a`, and the type expected there); `STDB_ERR_NO_SCHEMA` (there is none, or not yet). Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_call_procedure_json(
    connection: *mut stdb_connection,
    procedure: *const c_char,
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
            let (procedure, options) = (text(procedure, "procedure")?, core_options(call_options)?);
            let mut bytes = Vec::new();
            from_json(procedure, &*connection.procedure_params(procedure)?, text(args, "args")?, &mut bytes)?;
            connection.call_procedure(procedure, &bytes, options.timeout, once(on_result, data))
        })
    }
}

/// What is known of the procedure's run that the event tells of.
///
/// @param context the context; must not be NULL.
/// @param event receives it; its views live as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` when the event is of another kind; `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_procedure_event(
    context: *const stdb_context,
    event: *mut stdb_procedure_event,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let view = |event: &Event| match event {
        Event::Procedure(event) => Some(procedure_event(event)),
        _ => None,
    };
    // SAFETY: the context lives while the callback runs; the output may be written.
    unsafe { context::write_event(context, event, error, "a procedure's", view) }
}

/// What the procedure returned that the event tells of, as a value.
///
/// @param context the context; must not be NULL.
/// @param out receives the value, which lives as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (the event is of another kind, or the procedure returned nothing since it did not
/// commit); `STDB_ERR_NO_SCHEMA` (the connection has none); `STDB_ERR_BSATN` (it is not of the schema's type);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_procedure_value(
    context: *const stdb_context,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the context lives while the callback runs; the output may be written.
    unsafe {
        context::write_value(context, out, error, "a procedure's that returned", |connection, event| match event {
            Event::Procedure(event) if event.status == CallStatus::Committed => {
                Ok(Some((&*event.procedure, connection.procedure_returns(&event.procedure)?, &*event.value)))
            }
            _ => Ok(None),
        })
    }
}

fn procedure_event(event: &ProcedureEvent) -> stdb_procedure_event {
    stdb_procedure_event {
        timestamp: stdb_timestamp { micros: event.timestamp_micros },
        host_execution: stdb_time_duration { micros: event.host_execution_micros },
        status: call_status(event.status),
        message: stdb_str::of(&event.message),
        procedure: stdb_str::of(&event.procedure),
        value: stdb_bytes::of(&event.value),
    }
}
