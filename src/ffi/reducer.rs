//! Calling reducers, and callbacks for what reducers did.

use std::ffi::{c_char, c_void};
use std::time::Duration;

use super::arguments::{options, text};
use super::boundary::boundary_on;
use super::callback::{UserData, event, register, stdb_drop_fn, stdb_event_fn};
use super::connection::stdb_connection;
use super::context;
use super::error::stdb_error;
use super::types::stdb_bytes;
use crate::call::{CallFlags, CallOptions};
use crate::connection::Connection;
use crate::connection::callbacks::OnceFn;
use crate::error::{Error, Result, stdb_status};

/// What the host tells of a call: one of the `STDB_CALL_FLAGS_…` numbers.
pub type stdb_call_flags = i32;
/// What was set for the reducer with `stdb_connection_set_reducer_flags`, or everything.
pub const STDB_CALL_FLAGS_DEFAULT: stdb_call_flags = 0;
/// Everything.
pub const STDB_CALL_FLAGS_FULL_UPDATE: stdb_call_flags = 1;
/// Nothing of a call that committed without changing a subscribed row; a 1.2.0 host then says nothing of one that returned
/// an error or panicked, either. The result callback of a call that the host says nothing of runs at its timeout, or when
/// the connection ends.
pub const STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY: stdb_call_flags = 2;

/// How a call is to be made. Set `struct_size` to `sizeof(stdb_call_options)`; zeros in the rest mean the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_call_options {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// What the host tells.
    pub flags: stdb_call_flags,
    /// How long to wait for the answer, in milliseconds; 0 for as long as the connection lives. It counts for a call with a
    /// result callback.
    pub timeout_ms: u32,
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
            let options = core_options(options(call_options, "call_options", DEFAULTS)?)?;
            let on_result = on_result
                .map(|callback| -> OnceFn { Box::new(move |context| callback(context::as_c(context), data.get())) });
            connection.call_reducer(reducer, args.to_slice("args")?, options, on_result)
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

const DEFAULTS: stdb_call_options =
    stdb_call_options { struct_size: size_of::<stdb_call_options>(), flags: STDB_CALL_FLAGS_DEFAULT, timeout_ms: 0 };

fn core_options(options: stdb_call_options) -> Result<CallOptions> {
    let timeout = (options.timeout_ms > 0).then(|| Duration::from_millis(options.timeout_ms.into()));
    Ok(CallOptions { flags: core_flags(options.flags)?, timeout })
}

fn core_flags(flags: stdb_call_flags) -> Result<Option<CallFlags>> {
    match flags {
        STDB_CALL_FLAGS_DEFAULT => Ok(None),
        STDB_CALL_FLAGS_FULL_UPDATE => Ok(Some(CallFlags::FullUpdate)),
        STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY => Ok(Some(CallFlags::NoSuccessNotify)),
        other => Err(Error::argument("flags", format_args!("is {other}, which no flags have"))),
    }
}
