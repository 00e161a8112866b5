//! Reading a value that has no parts, or that SpacetimeDB means something by.

use super::arguments::output;
use super::boundary::boundary;
use super::error::stdb_error;
use super::types::{
    stdb_bytes, stdb_connection_id, stdb_identity, stdb_schedule_at, stdb_str, stdb_time_duration, stdb_timestamp,
};
use super::value::{borrowed, stdb_value};
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::{Result, stdb_status};
use crate::value::Value;

/// Reads a value into an output.
///
/// # Safety
/// `value` is NULL or a live view; `out` is NULL or may be written.
unsafe fn get<T>(
    value: *const stdb_value,
    out: *mut T,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&Value<'static>) -> Result<T>,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: as this function's own.
        let (value, out) = unsafe { (borrowed(value, "value")?, output(out, "out")?) };
        out.write(body(&value)?);
        Ok(())
    })
}

/// Reads a boolean.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_bool(
    value: *const stdb_value,
    out: *mut bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::bool) }
}

/// Reads a `u8`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_u8(
    value: *const stdb_value,
    out: *mut u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::u8) }
}

/// Reads a `u16`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_u16(
    value: *const stdb_value,
    out: *mut u16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::u16) }
}

/// Reads a `u32`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_u32(
    value: *const stdb_value,
    out: *mut u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::u32) }
}

/// Reads a `u64`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_u64(
    value: *const stdb_value,
    out: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::u64) }
}

/// Reads a `u128`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_u128(
    value: *const stdb_value,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.u128().map(stdb_u128::from)) }
}

/// Reads a `u256`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_u256(
    value: *const stdb_value,
    out: *mut stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.u256().map(stdb_u256::from)) }
}

/// Reads an `i8`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_i8(
    value: *const stdb_value,
    out: *mut i8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::i8) }
}

/// Reads an `i16`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_i16(
    value: *const stdb_value,
    out: *mut i16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::i16) }
}

/// Reads an `i32`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_i32(
    value: *const stdb_value,
    out: *mut i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::i32) }
}

/// Reads an `i64`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_i64(
    value: *const stdb_value,
    out: *mut i64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::i64) }
}

/// Reads an `i128`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_i128(
    value: *const stdb_value,
    out: *mut stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.i128().map(stdb_i128::from)) }
}

/// Reads an `i256`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_i256(
    value: *const stdb_value,
    out: *mut stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.i256().map(stdb_i256::from)) }
}

/// Reads an `f32`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_f32(
    value: *const stdb_value,
    out: *mut f32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::f32) }
}

/// Reads an `f64`.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_f64(
    value: *const stdb_value,
    out: *mut f64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, Value::f64) }
}

/// Reads a string. Borrowed from the value's bytes.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_str(
    value: *const stdb_value,
    out: *mut stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.str().map(stdb_str::of)) }
}

/// Reads an array of `u8`. Borrowed from the value's bytes.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_bytes(
    value: *const stdb_value,
    out: *mut stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.byte_array().map(stdb_bytes::of)) }
}

/// Reads an identity.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_identity(
    value: *const stdb_value,
    out: *mut stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.identity().map(|bytes| stdb_identity { bytes })) }
}

/// Reads a connection id.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_connection_id(
    value: *const stdb_value,
    out: *mut stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.connection_id().map(|bytes| stdb_connection_id { bytes })) }
}

/// Reads a timestamp.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_timestamp(
    value: *const stdb_value,
    out: *mut stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.timestamp().map(|micros| stdb_timestamp { micros })) }
}

/// Reads a time duration.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_time_duration(
    value: *const stdb_value,
    out: *mut stdb_time_duration,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.time_duration().map(|micros| stdb_time_duration { micros })) }
}

/// Reads a UUID. The number that its digits are, the first one the highest.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_uuid(
    value: *const stdb_value,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.uuid().map(stdb_u128::from)) }
}

/// Reads when a scheduled row is due.
///
/// @param value the value.
/// @param out receives what is read.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (the value is of another type; the message names it and both types);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_get_schedule_at(
    value: *const stdb_value,
    out: *mut stdb_schedule_at,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and output alive during the call.
    unsafe { get(value, out, error, |value| value.schedule_at().map(stdb_schedule_at::of)) }
}
