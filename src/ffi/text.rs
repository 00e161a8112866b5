//! The text forms of wide integers, UUIDs and time durations.

use std::ffi::c_char;

use super::arguments::{output, text, write_text};
use super::boundary::boundary;
use super::error::stdb_error;
use super::types::stdb_time_duration;
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::stdb_status;
use crate::value;

/// Writes a u128 as decimal digits, and a NUL. 40 bytes hold every one.
///
/// @param number the number.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL or `capacity` is too small. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_u128_to_string(
    number: stdb_u128,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let text = u128::from(number).to_string();
    // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
    boundary(error, || unsafe { write_text(&text, buffer, capacity, len) })
}

/// Reads a u128 from decimal digits.
///
/// @param text the digits after an optional sign, ended by NUL.
/// @param out receives the number.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else or out of range.
/// Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_u128_from_string(
    text: *const c_char,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(value::integer_from_text::<u128>(text)?.into());
        Ok(())
    })
}

/// Writes an i128 as decimal digits after a minus sign for a negative one, and a NUL. 41 bytes hold every one.
///
/// @param number the number.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL or `capacity` is too small. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_i128_to_string(
    number: stdb_i128,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let text = i128::from(number).to_string();
    // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
    boundary(error, || unsafe { write_text(&text, buffer, capacity, len) })
}

/// Reads an i128 from decimal digits.
///
/// @param text the digits after an optional sign, ended by NUL.
/// @param out receives the number.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else or out of range.
/// Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_i128_from_string(
    text: *const c_char,
    out: *mut stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(value::integer_from_text::<i128>(text)?.into());
        Ok(())
    })
}

/// Writes a u256 as decimal digits, and a NUL. 79 bytes hold every one.
///
/// @param number the number.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL or `capacity` is too small. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_u256_to_string(
    number: stdb_u256,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let text = spacetimedb_sats::u256::from(number).to_string();
    // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
    boundary(error, || unsafe { write_text(&text, buffer, capacity, len) })
}

/// Reads a u256 from decimal digits.
///
/// @param text the digits after an optional sign, ended by NUL.
/// @param out receives the number.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else or out of range.
/// Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_u256_from_string(
    text: *const c_char,
    out: *mut stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(value::integer_from_text::<spacetimedb_sats::u256>(text)?.into());
        Ok(())
    })
}

/// Writes an i256 as decimal digits after a minus sign for a negative one, and a NUL. 79 bytes hold every one.
///
/// @param number the number.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL or `capacity` is too small. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_i256_to_string(
    number: stdb_i256,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let text = spacetimedb_sats::i256::from(number).to_string();
    // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
    boundary(error, || unsafe { write_text(&text, buffer, capacity, len) })
}

/// Reads an i256 from decimal digits.
///
/// @param text the digits after an optional sign, ended by NUL.
/// @param out receives the number.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else or out of range.
/// Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_i256_from_string(
    text: *const c_char,
    out: *mut stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(value::integer_from_text::<spacetimedb_sats::i256>(text)?.into());
        Ok(())
    })
}

/// Writes a UUID as its 32 hexadecimal digits in lower case, with hyphens, and a NUL: 37 bytes.
///
/// @param uuid the number that its digits are, the first one the highest.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL or `capacity` is too small. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_uuid_to_string(
    uuid: stdb_u128,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let text = value::uuid_to_text(uuid.into());
    // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
    boundary(error, || unsafe { write_text(&text, buffer, capacity, len) })
}

/// Reads a UUID from its text.
///
/// @param text 32 hexadecimal digits of either case, with hyphens or without, ended by NUL.
/// @param out receives the number that the digits are.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_uuid_from_string(
    text: *const c_char,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(value::uuid_from_text(text)?.into());
        Ok(())
    })
}

/// Writes a time duration in seconds, with a sign and six digits of their fraction, for example "-1.500000", and a NUL.
/// 22 bytes hold every one.
///
/// @param duration the time duration.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL or `capacity` is too small. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_time_duration_to_string(
    duration: stdb_time_duration,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let text = value::time_duration_to_text(duration.micros);
    // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
    boundary(error, || unsafe { write_text(&text, buffer, capacity, len) })
}
