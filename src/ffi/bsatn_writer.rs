//! `stdb_bsatn_writer`: writing BSATN piece by piece, for reducer arguments and keys without generated code.

use std::ffi::c_char;
use std::sync::atomic::AtomicBool;

use super::arguments::{input, text};
use super::boundary::{Poison, boundary_on_mut, quietly, value_of};
use super::error::stdb_error;
use super::handle::{self, Boxed, CType};
use super::types::{stdb_bytes, stdb_connection_id, stdb_identity, stdb_str, stdb_time_duration, stdb_timestamp};
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::{Result, stdb_status};
use crate::value::Writer;

/// Writes BSATN into a buffer of its own: the elements of a product one after another, an array as `array_begin` and
/// its elements, an option as `some` and its value or as `none`, any other sum as `sum_tag` and the payload. What is
/// written is not compared with any type.
///
/// A UUID is written as a u128, a `ScheduleAt` as a sum with a time duration under tag 0 or a timestamp under tag 1, a
/// `Result` as a sum with the good value under tag 0 or the bad one under tag 1.
///
/// One thread at a time may use it. Free it with `stdb_bsatn_writer_free`.
pub struct stdb_bsatn_writer {
    _opaque: [u8; 0],
}

/// What lies behind a `stdb_bsatn_writer`.
#[derive(Default)]
pub(crate) struct WriterHandle {
    writer: Writer,
    poisoned: AtomicBool,
}

impl CType for stdb_bsatn_writer {
    type Rust = WriterHandle;
}
impl Boxed for stdb_bsatn_writer {}

impl Poison for WriterHandle {
    fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }
}

/// Runs a body on a writer.
///
/// # Safety
/// `writer` is NULL or a live handle that nobody else uses during the call.
pub(super) unsafe fn write(
    writer: *mut stdb_bsatn_writer,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&mut Writer) -> Result<()>,
) -> stdb_status {
    // SAFETY: as this function's own.
    unsafe { boundary_on_mut(writer, "writer", error, |handle| body(&mut handle.writer)) }
}

/// Writes something that cannot fail.
///
/// # Safety
/// As `write`.
unsafe fn put(
    writer: *mut stdb_bsatn_writer,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&mut Writer),
) -> stdb_status {
    let body = |writer: &mut Writer| {
        body(writer);
        Ok(())
    };
    // SAFETY: as this function's own.
    unsafe { write(writer, error, body) }
}

/// Makes a writer that has nothing yet.
///
/// @return a writer, to be freed with `stdb_bsatn_writer_free`. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_bsatn_writer_new() -> *mut stdb_bsatn_writer {
    handle::into_box(WriterHandle::default())
}

/// Frees a writer.
///
/// @param writer the writer; NULL does nothing. What `stdb_bsatn_writer_data` gave ends with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_free(writer: *mut stdb_bsatn_writer) {
    // SAFETY: the caller gives the writer up.
    quietly(|| drop(unsafe { handle::take_box(writer) }));
}

/// What was written since the writer was made or cleared.
///
/// @param writer the writer; NULL gives no bytes.
/// @return bytes borrowed from the writer, until the next call that changes or frees it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_data(writer: *const stdb_bsatn_writer) -> stdb_bytes {
    // SAFETY: the caller keeps the writer alive during the call.
    unsafe { value_of(writer, stdb_bytes::EMPTY, |handle| stdb_bytes::of(handle.writer.data())) }
}

/// Forgets what was written and keeps the memory for what comes next.
///
/// @param writer the writer.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_clear(
    writer: *mut stdb_bsatn_writer,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, Writer::clear) }
}

/// Writes a boolean.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_bool(
    writer: *mut stdb_bsatn_writer,
    value: bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.bool(value)) }
}

/// Writes a u8.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_u8(
    writer: *mut stdb_bsatn_writer,
    value: u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.u8(value)) }
}

/// Writes a u16.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_u16(
    writer: *mut stdb_bsatn_writer,
    value: u16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.u16(value)) }
}

/// Writes a u32.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_u32(
    writer: *mut stdb_bsatn_writer,
    value: u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.u32(value)) }
}

/// Writes a u64.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_u64(
    writer: *mut stdb_bsatn_writer,
    value: u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.u64(value)) }
}

/// Writes a u128.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_u128(
    writer: *mut stdb_bsatn_writer,
    value: stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.u128(value.into())) }
}

/// Writes a u256.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_u256(
    writer: *mut stdb_bsatn_writer,
    value: stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.u256(value.into())) }
}

/// Writes an i8.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_i8(
    writer: *mut stdb_bsatn_writer,
    value: i8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i8(value)) }
}

/// Writes an i16.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_i16(
    writer: *mut stdb_bsatn_writer,
    value: i16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i16(value)) }
}

/// Writes an i32.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_i32(
    writer: *mut stdb_bsatn_writer,
    value: i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i32(value)) }
}

/// Writes an i64.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_i64(
    writer: *mut stdb_bsatn_writer,
    value: i64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i64(value)) }
}

/// Writes an i128.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_i128(
    writer: *mut stdb_bsatn_writer,
    value: stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i128(value.into())) }
}

/// Writes an i256.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_i256(
    writer: *mut stdb_bsatn_writer,
    value: stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i256(value.into())) }
}

/// Writes an f32, its bits as they are.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_f32(
    writer: *mut stdb_bsatn_writer,
    value: f32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.f32(value)) }
}

/// Writes an f64, its bits as they are.
///
/// @param writer the writer.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_f64(
    writer: *mut stdb_bsatn_writer,
    value: f64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.f64(value)) }
}

/// Writes a string.
///
/// @param writer the writer.
/// @param value UTF-8 text ended by NUL; it is copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` or `value` is NULL, or `value` is not UTF-8 or
///     above 2^32 - 1 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_string(
    writer: *mut stdb_bsatn_writer,
    value: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call, and the input as it is.
    unsafe { write(writer, error, |writer| writer.string(text(value, "value")?)) }
}

/// Writes a string that is given with its length, as `stdb_bsatn_reader_string` gives it.
///
/// @param writer the writer.
/// @param value UTF-8 text, which is copied; `data` may be NULL when `len` is 0.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL, or `value` has a length but is NULL, is
///     not UTF-8 or is above 2^32 - 1 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_str(
    writer: *mut stdb_bsatn_writer,
    value: stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call, and the input as it is.
    unsafe { write(writer, error, |writer| writer.string(value.to_str("value")?)) }
}

/// Writes an array of u8: the count and the bytes.
///
/// @param writer the writer.
/// @param value the bytes, which are copied; `data` may be NULL when `len` is 0.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL, or `value` has a length but is NULL or
///     above 2^32 - 1 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_bytes(
    writer: *mut stdb_bsatn_writer,
    value: stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call, and the input as it is.
    unsafe { write(writer, error, |writer| writer.bytes(value.to_slice("value")?)) }
}

/// Writes an identity.
///
/// @param writer the writer.
/// @param value the identity; it is copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` or `value` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_identity(
    writer: *mut stdb_bsatn_writer,
    value: *const stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call, and the input as it is.
    unsafe {
        write(writer, error, |writer| {
            writer.raw(&input(value, "value")?.bytes);
            Ok(())
        })
    }
}

/// Writes a connection id.
///
/// @param writer the writer.
/// @param value the connection id; it is copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` or `value` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_connection_id(
    writer: *mut stdb_bsatn_writer,
    value: *const stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call, and the input as it is.
    unsafe {
        write(writer, error, |writer| {
            writer.raw(&input(value, "value")?.bytes);
            Ok(())
        })
    }
}

/// Writes a timestamp.
///
/// @param writer the writer.
/// @param value the timestamp.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_timestamp(
    writer: *mut stdb_bsatn_writer,
    value: stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i64(value.micros)) }
}

/// Writes a time duration.
///
/// @param writer the writer.
/// @param value the time duration.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_time_duration(
    writer: *mut stdb_bsatn_writer,
    value: stdb_time_duration,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.i64(value.micros)) }
}

/// Begins an array: its elements are written next.
///
/// @param writer the writer.
/// @param count how many elements follow.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL or `count` is above 2^32 - 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_array_begin(
    writer: *mut stdb_bsatn_writer,
    count: usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { write(writer, error, |writer| writer.array_begin(count)) }
}

/// Begins an option that has a value, which is written next.
///
/// @param writer the writer.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_some(
    writer: *mut stdb_bsatn_writer,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, Writer::some) }
}

/// Writes an option that has no value.
///
/// @param writer the writer.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_none(
    writer: *mut stdb_bsatn_writer,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, Writer::none) }
}

/// Begins a sum: the variant's payload is written next; a variant without one has none.
///
/// @param writer the writer.
/// @param tag the position of the variant in the sum type.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_sum_tag(
    writer: *mut stdb_bsatn_writer,
    tag: u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call.
    unsafe { put(writer, error, |writer| writer.sum_tag(tag)) }
}

/// Writes bytes that are BSATN already, as they are.
///
/// @param writer the writer.
/// @param value the bytes, which are copied; `data` may be NULL when `len` is 0.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `writer` is NULL, or `value` has a length but is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_raw(
    writer: *mut stdb_bsatn_writer,
    value: stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the writer alive and to itself during the call, and the input as it is.
    unsafe {
        write(writer, error, |writer| {
            writer.raw(value.to_slice("value")?);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use spacetimedb_sats::{AlgebraicValue, bsatn, i256, u256};

    use super::super::testing::{failure, no_error};
    use super::*;
    use crate::error::{STDB_ERR_INVALID_ARGUMENT, STDB_OK};

    /// Writes with a new writer; gives the bytes.
    fn written(write: impl FnOnce(*mut stdb_bsatn_writer) -> stdb_status) -> Vec<u8> {
        let writer = stdb_bsatn_writer_new();
        assert_eq!(write(writer), STDB_OK);
        // SAFETY: the writer is alive until it is freed here, and the bytes are copied before.
        unsafe {
            let bytes = stdb_bsatn_writer_data(writer).to_slice("data").unwrap().to_vec();
            stdb_bsatn_writer_free(writer);
            bytes
        }
    }

    fn encoded(value: impl Into<AlgebraicValue>) -> Vec<u8> {
        bsatn::to_vec(&value.into()).unwrap()
    }

    #[test]
    fn numbers_are_as_sats_writes_them() {
        // SAFETY: the writer is alive.
        unsafe {
            assert_eq!(written(|w| stdb_bsatn_writer_bool(w, true, no_error())), encoded(true));
            assert_eq!(written(|w| stdb_bsatn_writer_u8(w, 200, no_error())), encoded(200u8));
            assert_eq!(written(|w| stdb_bsatn_writer_u16(w, 60_000, no_error())), encoded(60_000u16));
            assert_eq!(written(|w| stdb_bsatn_writer_u32(w, 1 << 31, no_error())), encoded(1u32 << 31));
            assert_eq!(written(|w| stdb_bsatn_writer_u64(w, 1 << 63, no_error())), encoded(1u64 << 63));
            assert_eq!(written(|w| stdb_bsatn_writer_i8(w, -3, no_error())), encoded(-3i8));
            assert_eq!(written(|w| stdb_bsatn_writer_i16(w, -3, no_error())), encoded(-3i16));
            assert_eq!(written(|w| stdb_bsatn_writer_i32(w, -3, no_error())), encoded(-3i32));
            assert_eq!(written(|w| stdb_bsatn_writer_i64(w, -3, no_error())), encoded(-3i64));
            assert_eq!(written(|w| stdb_bsatn_writer_f32(w, 1.5, no_error())), encoded(1.5f32));
            assert_eq!(written(|w| stdb_bsatn_writer_f64(w, -1.5, no_error())), encoded(-1.5f64));
        }
    }

    #[test]
    fn wide_numbers_are_as_sats_writes_them() {
        let wide = u256::from_words(7 << 64 | 6, 5 << 64 | 4);
        // SAFETY: the writer is alive.
        unsafe {
            let value = stdb_u128 { lo: 4, hi: 5 };
            assert_eq!(written(|w| stdb_bsatn_writer_u128(w, value, no_error())), encoded(5u128 << 64 | 4));
            let value = stdb_i128 { lo: u64::MAX - 1, hi: -1 };
            assert_eq!(written(|w| stdb_bsatn_writer_i128(w, value, no_error())), encoded(-2i128));
            let value = stdb_u256 { limbs: [4, 5, 6, 7] };
            assert_eq!(written(|w| stdb_bsatn_writer_u256(w, value, no_error())), encoded(wide));
            let value = stdb_i256 { limbs: [u64::MAX - 1, u64::MAX, u64::MAX, u64::MAX] };
            assert_eq!(written(|w| stdb_bsatn_writer_i256(w, value, no_error())), encoded(i256::from(-2)));
        }
    }

    #[test]
    fn the_other_types_are_as_sats_writes_them() {
        let identity = stdb_identity { bytes: std::array::from_fn(|position| position as u8) };
        let connection_id = stdb_connection_id { bytes: [9; 16] };
        // SAFETY: the writer is alive, and so are the inputs.
        unsafe {
            assert_eq!(written(|w| stdb_bsatn_writer_string(w, c"bl\u{e5}".as_ptr(), no_error())), encoded("bl\u{e5}"));
            assert_eq!(written(|w| stdb_bsatn_writer_str(w, stdb_str::of("a\0b"), no_error())), encoded("a\0b"));
            assert_eq!(written(|w| stdb_bsatn_writer_str(w, stdb_str::EMPTY, no_error())), encoded(""));
            let bytes = stdb_bytes::of(&[1, 2, 3]);
            assert_eq!(written(|w| stdb_bsatn_writer_bytes(w, bytes, no_error())), [3, 0, 0, 0, 1, 2, 3]);
            assert_eq!(written(|w| stdb_bsatn_writer_bytes(w, stdb_bytes::EMPTY, no_error())), [0; 4]);
            assert_eq!(written(|w| stdb_bsatn_writer_raw(w, bytes, no_error())), [1, 2, 3]);
            assert_eq!(written(|w| stdb_bsatn_writer_identity(w, &identity, no_error())), identity.bytes);
            assert_eq!(written(|w| stdb_bsatn_writer_connection_id(w, &connection_id, no_error())), [9; 16]);
            let timestamp = stdb_timestamp { micros: -5 };
            assert_eq!(written(|w| stdb_bsatn_writer_timestamp(w, timestamp, no_error())), encoded(-5i64));
            let duration = stdb_time_duration { micros: 5 };
            assert_eq!(written(|w| stdb_bsatn_writer_time_duration(w, duration, no_error())), encoded(5i64));
            assert_eq!(written(|w| stdb_bsatn_writer_array_begin(w, 258, no_error())), [2, 1, 0, 0]);
            assert_eq!(written(|w| stdb_bsatn_writer_some(w, no_error())), [0]);
            assert_eq!(written(|w| stdb_bsatn_writer_none(w, no_error())), [1]);
            assert_eq!(written(|w| stdb_bsatn_writer_sum_tag(w, 7, no_error())), [7]);
        }
    }

    #[test]
    fn clearing_begins_anew() {
        let bytes = written(|writer| {
            // SAFETY: the writer is alive.
            unsafe {
                stdb_bsatn_writer_u64(writer, 1, no_error());
                stdb_bsatn_writer_clear(writer, no_error());
                stdb_bsatn_writer_u8(writer, 2, no_error())
            }
        });
        assert_eq!(bytes, [2]);
    }

    #[test]
    fn bad_arguments_are_named_and_write_nothing() {
        let writer = stdb_bsatn_writer_new();
        let null = std::ptr::null_mut();
        let broken = stdb_bytes { data: std::ptr::null(), len: 1 };
        // SAFETY: each pointer is NULL or good.
        unsafe {
            failure(STDB_ERR_INVALID_ARGUMENT, "`writer`", |error| stdb_bsatn_writer_u8(null, 1, error));
            failure(STDB_ERR_INVALID_ARGUMENT, "`writer`", |error| stdb_bsatn_writer_clear(null, error));
            failure(STDB_ERR_INVALID_ARGUMENT, "`value`", |error| {
                stdb_bsatn_writer_string(writer, std::ptr::null(), error)
            });
            failure(STDB_ERR_INVALID_ARGUMENT, "`value` is not UTF-8", |error| {
                stdb_bsatn_writer_string(writer, c"\xff".as_ptr(), error)
            });
            failure(STDB_ERR_INVALID_ARGUMENT, "`value` is not UTF-8", |error| {
                let text = stdb_str { data: c"\xff".as_ptr(), len: 1 };
                stdb_bsatn_writer_str(writer, text, error)
            });
            failure(STDB_ERR_INVALID_ARGUMENT, "`value`", |error| stdb_bsatn_writer_bytes(writer, broken, error));
            failure(STDB_ERR_INVALID_ARGUMENT, "`value`", |error| stdb_bsatn_writer_raw(writer, broken, error));
            failure(STDB_ERR_INVALID_ARGUMENT, "`value`", |error| {
                stdb_bsatn_writer_identity(writer, std::ptr::null(), error)
            });
            failure(STDB_ERR_INVALID_ARGUMENT, "`value`", |error| {
                stdb_bsatn_writer_connection_id(writer, std::ptr::null(), error)
            });
            if let Ok(count) = usize::try_from(1u64 << 32) {
                failure(STDB_ERR_INVALID_ARGUMENT, "`count`", |error| {
                    stdb_bsatn_writer_array_begin(writer, count, error)
                });
            }
            assert_eq!(stdb_bsatn_writer_u8(null, 1, no_error()), STDB_ERR_INVALID_ARGUMENT);
            assert_eq!(stdb_bsatn_writer_data(null).len, 0);
            assert_eq!(stdb_bsatn_writer_data(writer).len, 0);
            stdb_bsatn_writer_free(writer);
            stdb_bsatn_writer_free(null);
        }
    }
}
