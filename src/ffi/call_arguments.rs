//! `stdb_arguments`: arguments and keys that are written by name.

use std::ffi::c_char;
use std::sync::atomic::AtomicBool;

use super::arguments::{output, text};
use super::boundary::{Poison, boundary_on, boundary_on_mut, quietly};
use super::connection::stdb_connection;
use super::error::stdb_error;
use super::handle::{self, Boxed, CType};
use super::table::stdb_table;
use super::types::stdb_bytes;
use crate::error::{Result, stdb_status};
use crate::value::Arguments;

/// Arguments for a reducer or a procedure, or the values of a key, which are set one by one by name: in any order, each once,
/// and each of the type that the schema has. `stdb_arguments_bytes` gives them as BSATN, once all are set.
///
/// A value for a parameter that is an option is set as if it were none; `stdb_arguments_set_none` leaves the option empty.
/// What has parts is set with `stdb_arguments_set_value`, `stdb_arguments_set_bsatn` or `stdb_arguments_set_json`.
///
/// Free it with `stdb_arguments_free`. One thread at a time may use it. It may outlive the connection.
pub struct stdb_arguments {
    _opaque: [u8; 0],
}

/// What lies behind a `stdb_arguments`.
pub(crate) struct ArgumentsHandle {
    arguments: Arguments,
    /// The bytes that were given last.
    bytes: Vec<u8>,
    poisoned: AtomicBool,
}

impl CType for stdb_arguments {
    type Rust = ArgumentsHandle;
}
impl Boxed for stdb_arguments {}

impl Poison for ArgumentsHandle {
    fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }
}

fn new(arguments: Arguments) -> *mut stdb_arguments {
    handle::into_box(ArgumentsHandle { arguments, bytes: Vec::new(), poisoned: AtomicBool::new(false) })
}

/// Makes arguments for a reducer, none of them set.
///
/// @param connection the connection, whose schema says what the parameters are.
/// @param reducer the reducer's name.
/// @param out receives the arguments, which the caller owns.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_REDUCER`; `STDB_ERR_NO_SCHEMA` (there is none, or not yet);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_of_reducer(
    connection: *const stdb_connection,
    reducer: *const c_char,
    out: *mut *mut stdb_arguments,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let (reducer, out) = (text(reducer, "reducer")?, output(out, "out")?);
            out.write(new(Arguments::new(reducer, connection.reducer_params(reducer)?)));
            Ok(())
        })
    }
}

/// Makes arguments for a procedure, none of them set.
///
/// @param connection the connection, whose schema says what the parameters are.
/// @param procedure the procedure's name.
/// @param out receives the arguments, which the caller owns.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_PROCEDURE`; `STDB_ERR_NO_SCHEMA` (there is none, or not yet);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_of_procedure(
    connection: *const stdb_connection,
    procedure: *const c_char,
    out: *mut *mut stdb_arguments,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let (procedure, out) = (text(procedure, "procedure")?, output(out, "out")?);
            out.write(new(Arguments::new(procedure, connection.procedure_params(procedure)?)));
            Ok(())
        })
    }
}

/// Makes the values of a key, none of them set: for `stdb_table_find`, `stdb_table_filter` and the bounds of
/// `stdb_table_filter_range`. Those of an index's last columns may be left out.
///
/// @param table the table.
/// @param name a column's name, or an index's name or accessor, as `stdb_table_find` and `stdb_table_filter` take it.
/// @param out receives the values, which the caller owns.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_INDEX` (the table has neither a column nor an index of that name);
/// `STDB_ERR_UNKNOWN_TABLE`; `STDB_ERR_NO_SCHEMA` (there is none, or not yet); `STDB_ERR_INVALID_ARGUMENT` (NULL, not
/// UTF-8); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_of_key(
    table: *const stdb_table,
    name: *const c_char,
    out: *mut *mut stdb_arguments,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |table| {
            let (name, out) = (text(name, "name")?, output(out, "out")?);
            let table = table.schema()?;
            out.write(new(Arguments::new(&table.name, table.key_type(name)?).or_a_prefix()));
            Ok(())
        })
    }
}

/// Frees arguments.
///
/// @param arguments the arguments; NULL does nothing. What `stdb_arguments_bytes` gave ends with them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_free(arguments: *mut stdb_arguments) {
    // SAFETY: the caller gives the arguments up.
    quietly(|| drop(unsafe { handle::take_box(arguments) }));
}

/// Gives the arguments as BSATN, for `stdb_connection_call_reducer` and the like.
///
/// @param arguments the arguments.
/// @param bytes receives the bytes, borrowed from the arguments until the next call that changes, gives or frees them.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, one is not set: the message names it); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_bytes(
    arguments: *mut stdb_arguments,
    bytes: *mut stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive and to itself during the call.
    unsafe {
        boundary_on_mut(arguments, "arguments", error, |handle| {
            let out = output(bytes, "bytes")?;
            handle.bytes = handle.arguments.bytes()?;
            out.write(stdb_bytes::of(&handle.bytes));
            Ok(())
        })
    }
}

/// Forgets what was set, so that the next arguments can be.
///
/// @param arguments the arguments.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_clear(
    arguments: *mut stdb_arguments,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let clear = |handle: &mut ArgumentsHandle| {
        handle.arguments.clear();
        Ok(())
    };
    // SAFETY: the caller keeps the handle alive and to itself during the call.
    unsafe { boundary_on_mut(arguments, "arguments", error, clear) }
}

/// Sets a parameter; `body` is given its name.
///
/// # Safety
/// `arguments` is NULL or a live handle that nobody else uses; `parameter` is NULL or a string ended by NUL.
pub(super) unsafe fn set(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&mut Arguments, &str) -> Result<()>,
) -> stdb_status {
    let body = |handle: &mut ArgumentsHandle| {
        // SAFETY: as this function's own.
        let parameter = unsafe { text(parameter, "parameter") }?;
        body(&mut handle.arguments, parameter)
    };
    // SAFETY: as this function's own.
    unsafe { boundary_on_mut(arguments, "arguments", error, body) }
}
