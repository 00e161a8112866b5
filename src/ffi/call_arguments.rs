//! `stdb_arguments`: writing arguments and keys by name, each checked against its type.

use std::ffi::c_char;
use std::sync::atomic::AtomicBool;

use spacetimedb_sats::{i256, u256};

use super::arguments::{input, output, text};
use super::boundary::{Poison, boundary_on, boundary_on_mut, quietly};
use super::connection::stdb_connection;
use super::error::stdb_error;
use super::handle::{self, Boxed, CType};
use super::table::stdb_table;
use super::types::{
    stdb_bytes, stdb_connection_id, stdb_identity, stdb_schedule_at, stdb_str, stdb_time_duration, stdb_timestamp,
};
use super::value::{borrowed, stdb_value};
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::{Result, stdb_status};
use crate::schema::{Kind, Special, Type};
use crate::value::{Arguments, Writer};

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

/// Sets a parameter.
///
/// # Safety
/// `arguments` is NULL or a live handle that nobody else uses; `parameter` is NULL or a string ended by NUL.
unsafe fn set(
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

/// Sets a parameter to a boolean.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_COLUMN` (there is no such parameter); `STDB_ERR_WRONG_TYPE` (it is of another type);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, the parameter is set already); `STDB_ERR_PANIC`. The message names the
/// parameter and its type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_bool(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::Bool);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "bool", is, &[value.into()])) }
}

/// Sets a parameter to a `u8`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u8(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U8);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u8", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u16`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u16(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U16);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u16", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u32`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u32(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U32);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u32", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u64`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u64(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U64);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u64", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u128`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u128(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U128);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "u128", is, &u128::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to a `u256`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u256(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U256);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "u256", is, &u256::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an `i8`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i8(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I8);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i8", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i16`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i16(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I16);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i16", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i32`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i32(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I32);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i32", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i64`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i64(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I64);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i64", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i128`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i128(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I128);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "i128", is, &i128::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an `i256`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i256(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I256);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "i256", is, &i256::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an `f32`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_f32(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: f32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::F32);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "f32", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `f64`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_f64(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: f64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::F64);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "f64", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a timestamp.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_timestamp(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Timestamp);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "Timestamp", is, &value.micros.to_le_bytes())
        })
    }
}

/// Sets a parameter to a time duration.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_time_duration(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_time_duration,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::TimeDuration);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "TimeDuration", is, &value.micros.to_le_bytes())
        })
    }
}

/// Sets a parameter to a UUID.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_uuid(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Uuid);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "Uuid", is, &u128::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an identity.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_identity(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Identity);
    // SAFETY: the caller keeps handle, text and value alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "Identity", is, &input(value, "value")?.bytes)
        })
    }
}

/// Sets a parameter to a connection id.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_connection_id(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::ConnectionId);
    // SAFETY: the caller keeps handle, text and value alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "ConnectionId", is, &input(value, "value")?.bytes)
        })
    }
}

/// Sets a parameter to a string.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the text, ended by NUL; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_string(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::String);
    // SAFETY: the caller keeps handle, texts and bytes alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            let mut writer = Writer::new();
            writer.string(text(value, "value")?)?;
            arguments.set(name, "string", is, writer.data())
        })
    }
}

/// Sets a parameter to a string.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the text; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_str(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::String);
    // SAFETY: the caller keeps handle, texts and bytes alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            let mut writer = Writer::new();
            writer.string(value.to_str("value")?)?;
            arguments.set(name, "string", is, writer.data())
        })
    }
}

/// Sets a parameter to an array of `u8`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the bytes; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_bytes(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Bytes);
    // SAFETY: the caller keeps handle, texts and bytes alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            let mut writer = Writer::new();
            writer.bytes(value.to_slice("value")?)?;
            arguments.set(name, "array of u8", is, writer.data())
        })
    }
}

/// Sets a parameter to when a scheduled row is due.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_schedule_at(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_schedule_at,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::ScheduleAt);
    let mut writer = Writer::new();
    writer.sum_tag(if value.is_interval { 0 } else { 1 });
    writer.i64(value.micros);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "ScheduleAt", is, writer.data())) }
}

/// Sets a parameter that is an option to no value.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_none(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set_none(name)) }
}

/// Sets a parameter that is an enum, or another sum, to a variant that has no payload.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param variant the variant's name.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`; `STDB_ERR_UNKNOWN_COLUMN` also when there is no such variant, and
/// `STDB_ERR_WRONG_TYPE` also when it has a payload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_variant(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    variant: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and texts alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| arguments.set_variant(name, text(variant, "variant")?))
    }
}

/// Sets a parameter to a value of the same form, for example one of a row.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value; copied, and checked as `stdb_arguments_set_bsatn` does.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bsatn`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_value(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and value alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| arguments.set_bsatn(name, borrowed(value, "value")?.bytes()))
    }
}

/// Sets a parameter to BSATN.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value one value of the parameter's type, and nothing more; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`; `STDB_ERR_BSATN` when the bytes are no value of the type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_bsatn(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and bytes alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set_bsatn(name, value.to_slice("value")?)) }
}

/// Sets a parameter to what JSON is, in the form that `stdb_value_to_json` gives.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param json the JSON, ended by NUL.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`; `STDB_ERR_JSON` when the text is not JSON of the parameter's type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_json(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    json: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and texts alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set_json(name, text(json, "json")?)) }
}
