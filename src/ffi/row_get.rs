//! Reading a column of a row, or what lies in it, by its name.

use std::ffi::c_char;

use super::arguments::{output, text};
use super::boundary::boundary;
use super::error::stdb_error;
use super::row::stdb_row;
use super::row_value::row_value;
use super::types::{
    stdb_bytes, stdb_connection_id, stdb_identity, stdb_schedule_at, stdb_str, stdb_time_duration, stdb_timestamp,
};
use super::value::stdb_value;
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::{Result, stdb_status};
use crate::value::Value;

/// Reads what lies at a path of a row into an output.
///
/// # Safety
/// `row` is NULL or a live view; `path` is NULL or a string ended by NUL; `out` is NULL or may be written.
unsafe fn get<T>(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut T,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&Value<'static>) -> Result<T>,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: as this function's own.
        let (row, path, out) = unsafe { (row_value(row)?, text(path, "path")?, output(out, "out")?) };
        out.write(body(&row.at(path)?)?);
        Ok(())
    })
}

/// Gives a column of a row, or what lies in it, as a value.
///
/// @param row the row.
/// @param path the column's name, and from there on names after dots and positions in brackets, for example "hp",
/// "position.x", `tags[0]` or "effect.say"; `[2]` is the column at position 2. The name of a variant leads to its payload, so
/// "name.some" to what an option has.
/// @param out receives the value, which is borrowed as the row is.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_COLUMN` (there is none of that name); `STDB_ERR_NOT_FOUND` (an array has fewer
/// elements, or a sum's value is of another variant); `STDB_ERR_WRONG_TYPE` (a step into what has no parts);
/// `STDB_ERR_NO_SCHEMA` (the connection has none); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL, `path` is of
/// another form). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| Ok(stdb_value::of(*value))) }
}

/// Reads a boolean out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_bool(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::bool) }
}

/// Reads a `u8` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_u8(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::u8) }
}

/// Reads a `u16` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_u16(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut u16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::u16) }
}

/// Reads a `u32` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_u32(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::u32) }
}

/// Reads a `u64` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_u64(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::u64) }
}

/// Reads a `u128` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_u128(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.u128().map(stdb_u128::from)) }
}

/// Reads a `u256` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_u256(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.u256().map(stdb_u256::from)) }
}

/// Reads an `i8` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_i8(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut i8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::i8) }
}

/// Reads an `i16` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_i16(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut i16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::i16) }
}

/// Reads an `i32` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_i32(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::i32) }
}

/// Reads an `i64` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_i64(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut i64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::i64) }
}

/// Reads an `i128` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_i128(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.i128().map(stdb_i128::from)) }
}

/// Reads an `i256` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_i256(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.i256().map(stdb_i256::from)) }
}

/// Reads an `f32` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_f32(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut f32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::f32) }
}

/// Reads an `f64` out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_f64(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut f64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, Value::f64) }
}

/// Reads a string out of a row. Borrowed from the row's bytes.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_str(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.str().map(stdb_str::of)) }
}

/// Reads an array of `u8` out of a row. Borrowed from the row's bytes.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_bytes(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.byte_array().map(stdb_bytes::of)) }
}

/// Reads an identity out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_identity(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.identity().map(|bytes| stdb_identity { bytes })) }
}

/// Reads a connection id out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_connection_id(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.connection_id().map(|bytes| stdb_connection_id { bytes })) }
}

/// Reads a timestamp out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_timestamp(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.timestamp().map(|micros| stdb_timestamp { micros })) }
}

/// Reads a time duration out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_time_duration(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_time_duration,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.time_duration().map(|micros| stdb_time_duration { micros })) }
}

/// Reads a UUID out of a row. The number that its digits are, the first one the highest.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_uuid(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.uuid().map(stdb_u128::from)) }
}

/// Reads when a scheduled row is due out of a row.
///
/// @param row the row.
/// @param path the column, or what lies in it, as for `stdb_row_get`.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_row_get`; `STDB_ERR_WRONG_TYPE` also when what lies there is of another type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_get_schedule_at(
    row: *const stdb_row,
    path: *const c_char,
    out: *mut stdb_schedule_at,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row, text and output alive during the call.
    unsafe { get(row, path, out, error, |value| value.schedule_at().map(stdb_schedule_at::of)) }
}
