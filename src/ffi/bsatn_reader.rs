//! `stdb_bsatn_reader`: reading BSATN piece by piece, for rows and results without generated code.

use std::sync::atomic::AtomicBool;

use super::arguments::output;
use super::boundary::{Poison, boundary, boundary_on, boundary_on_mut, quietly, value_of};
use super::error::stdb_error;
use super::handle::{self, Boxed, CType};
use super::types::{stdb_bytes, stdb_connection_id, stdb_identity, stdb_str, stdb_time_duration, stdb_timestamp};
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::{Result, stdb_status};
use crate::value::Reader;

/// Reads BSATN from bytes that it borrows: the elements of a product one after another, an array as `array_begin` and
/// its elements, an option as `option` and, if it has one, its value, any other sum as `sum_tag` and the payload.
///
/// A read of what is not there is `STDB_ERR_BSATN`: the error says what was expected, at which byte, and how many
/// bytes there were. It leaves the position where it was and the output as it was.
///
/// The bytes must stay as they are until the reader is freed; strings and bytes that are read are borrowed from them,
/// not from the reader. One thread at a time may use it. Free it with `stdb_bsatn_reader_free`.
pub struct stdb_bsatn_reader {
    _opaque: [u8; 0],
}

/// What lies behind a `stdb_bsatn_reader`. The caller keeps the bytes alive longer.
pub(crate) struct ReaderHandle {
    reader: Reader<'static>,
    poisoned: AtomicBool,
}

impl CType for stdb_bsatn_reader {
    type Rust = ReaderHandle;
}
impl Boxed for stdb_bsatn_reader {}

impl Poison for ReaderHandle {
    fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }
}

/// Reads a value into an output.
///
/// # Safety
/// `reader` is NULL or a live handle that nobody else uses during the call; `out` is NULL or may be written.
unsafe fn read<T>(
    reader: *mut stdb_bsatn_reader,
    out: *mut T,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&mut Reader<'static>) -> Result<T>,
) -> stdb_status {
    let body = |handle: &mut ReaderHandle| {
        // SAFETY: as this function's own.
        let out = unsafe { output(out, "out") }?;
        out.write(body(&mut handle.reader)?);
        Ok(())
    };
    // SAFETY: as this function's own.
    unsafe { boundary_on_mut(reader, "reader", error, body) }
}

/// Makes a reader at the beginning of some bytes.
///
/// @param bytes what is read; it is borrowed, and must stay as it is until the reader is freed. `data` may be NULL
///     when `len` is 0.
/// @param out receives the reader, which the caller owns.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `out` is NULL, or `bytes` has a length but is NULL. Any
///     thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_new(
    bytes: stdb_bytes,
    out: *mut *mut stdb_bsatn_reader,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the bytes as they are until the reader is freed.
        let bytes: &'static [u8] = unsafe { bytes.to_slice("bytes") }?;
        // SAFETY: the caller gives NULL or a pointer that may be written.
        let out = unsafe { output(out, "out") }?;
        out.write(handle::into_box(ReaderHandle { reader: Reader::new(bytes), poisoned: AtomicBool::new(false) }));
        Ok(())
    })
}

/// Frees a reader. What was read stays good for as long as the bytes do.
///
/// @param reader the reader; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_free(reader: *mut stdb_bsatn_reader) {
    // SAFETY: the caller gives the reader up.
    quietly(|| drop(unsafe { handle::take_box(reader) }));
}

/// How many bytes were read.
///
/// @param reader the reader; NULL gives 0.
/// @return the position of the next read, in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_position(reader: *const stdb_bsatn_reader) -> usize {
    // SAFETY: the caller keeps the reader alive during the call.
    unsafe { value_of(reader, 0, |handle| handle.reader.position()) }
}

/// How many bytes are left.
///
/// @param reader the reader; NULL gives 0.
/// @return the number of bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_remaining(reader: *const stdb_bsatn_reader) -> usize {
    // SAFETY: the caller keeps the reader alive during the call.
    unsafe { value_of(reader, 0, |handle| handle.reader.remaining()) }
}

/// Checks that everything was read. The reader stays usable, and is still to be freed.
///
/// @param reader the reader.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_finish(
    reader: *const stdb_bsatn_reader,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive during the call.
    unsafe { boundary_on(reader, "reader", error, |handle| handle.reader.finish()) }
}

/// Reads a boolean.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when no byte is left or it is neither 0 nor 1, or `STDB_ERR_INVALID_ARGUMENT`
///     when `reader` or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_bool(
    reader: *mut stdb_bsatn_reader,
    out: *mut bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::bool) }
}

/// Reads a u8.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_u8(
    reader: *mut stdb_bsatn_reader,
    out: *mut u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::u8) }
}

/// Reads a u16.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_u16(
    reader: *mut stdb_bsatn_reader,
    out: *mut u16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::u16) }
}

/// Reads a u32.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_u32(
    reader: *mut stdb_bsatn_reader,
    out: *mut u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::u32) }
}

/// Reads a u64.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_u64(
    reader: *mut stdb_bsatn_reader,
    out: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::u64) }
}

/// Reads a u128.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_u128(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.u128().map(Into::into)) }
}

/// Reads a u256.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_u256(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.u256().map(Into::into)) }
}

/// Reads an i8.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_i8(
    reader: *mut stdb_bsatn_reader,
    out: *mut i8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::i8) }
}

/// Reads an i16.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_i16(
    reader: *mut stdb_bsatn_reader,
    out: *mut i16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::i16) }
}

/// Reads an i32.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_i32(
    reader: *mut stdb_bsatn_reader,
    out: *mut i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::i32) }
}

/// Reads an i64.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_i64(
    reader: *mut stdb_bsatn_reader,
    out: *mut i64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::i64) }
}

/// Reads an i128.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_i128(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.i128().map(Into::into)) }
}

/// Reads an i256.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_i256(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.i256().map(Into::into)) }
}

/// Reads an f32, its bits as they are.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_f32(
    reader: *mut stdb_bsatn_reader,
    out: *mut f32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::f32) }
}

/// Reads an f64, its bits as they are.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_f64(
    reader: *mut stdb_bsatn_reader,
    out: *mut f64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::f64) }
}

/// Reads a string.
///
/// @param reader the reader.
/// @param out receives UTF-8 text, not ended by NUL, borrowed from the reader's bytes.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left or they are not UTF-8, or
///     `STDB_ERR_INVALID_ARGUMENT` when `reader` or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_string(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.string().map(stdb_str::of)) }
}

/// Reads an array of u8.
///
/// @param reader the reader.
/// @param out receives the bytes, borrowed from the reader's.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_bytes(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.bytes().map(stdb_bytes::of)) }
}

/// Reads an identity.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_identity(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.identity().map(|bytes| stdb_identity { bytes })) }
}

/// Reads a connection id.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_connection_id(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.connection_id().map(|bytes| stdb_connection_id { bytes })) }
}

/// Reads a timestamp.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_timestamp(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.i64().map(|micros| stdb_timestamp { micros })) }
}

/// Reads a time duration.
///
/// @param reader the reader.
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_time_duration(
    reader: *mut stdb_bsatn_reader,
    out: *mut stdb_time_duration,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.i64().map(|micros| stdb_time_duration { micros })) }
}

/// Begins an array: its elements are read next. The count is what the bytes say, and not yet known to be true:
/// allocate no memory for so many elements before they are read.
///
/// @param reader the reader.
/// @param out receives the number of elements.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_array_begin(
    reader: *mut stdb_bsatn_reader,
    out: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::array_begin) }
}

/// Begins an option: when it has a value, that is read next.
///
/// @param reader the reader.
/// @param out receives whether it has a value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when no byte is left or it is neither 0 nor 1, or `STDB_ERR_INVALID_ARGUMENT`
///     when `reader` or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_option(
    reader: *mut stdb_bsatn_reader,
    out: *mut bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::option) }
}

/// Begins a sum: the variant's payload is read next.
///
/// @param reader the reader.
/// @param out receives the position of the variant in the sum type; it is not checked against one.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_sum_tag(
    reader: *mut stdb_bsatn_reader,
    out: *mut u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, Reader::sum_tag) }
}

/// Reads bytes as they are, to pass over them or to keep a value's BSATN.
///
/// @param reader the reader.
/// @param count how many bytes.
/// @param out receives the bytes, borrowed from the reader's.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_BSATN` when too few bytes are left, or `STDB_ERR_INVALID_ARGUMENT` when `reader`
///     or `out` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_reader_raw(
    reader: *mut stdb_bsatn_reader,
    count: usize,
    out: *mut stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the reader alive and to itself during the call; `out` is NULL or may be written.
    unsafe { read(reader, out, error, |reader| reader.raw(count).map(stdb_bytes::of)) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{failure, no_error};
    use super::*;
    use crate::error::{STDB_ERR_BSATN, STDB_ERR_INVALID_ARGUMENT, STDB_OK};
    use crate::value::Writer;

    fn reader(bytes: &[u8]) -> *mut stdb_bsatn_reader {
        let mut reader = std::ptr::null_mut();
        // SAFETY: the callers free the reader before the bytes go.
        assert_eq!(unsafe { stdb_bsatn_reader_new(stdb_bytes::of(bytes), &mut reader, no_error()) }, STDB_OK);
        reader
    }

    type Read<T> = unsafe extern "C" fn(*mut stdb_bsatn_reader, *mut T, *mut *mut stdb_error) -> stdb_status;

    /// Reads what all of `bytes` are; and of one byte less, which is an error that moves nothing.
    fn read_of<T>(bytes: &[u8], function: Read<T>) -> T {
        let mut value = std::mem::MaybeUninit::uninit();
        let (whole, short) = (reader(bytes), reader(&bytes[1..]));
        // SAFETY: the readers are alive until they are freed here; the value is written when the read succeeds.
        unsafe {
            failure(STDB_ERR_BSATN, "expected", |error| function(short, value.as_mut_ptr(), error));
            assert_eq!(stdb_bsatn_reader_position(short), 0);
            failure(STDB_ERR_INVALID_ARGUMENT, "`out`", |error| function(whole, std::ptr::null_mut(), error));
            failure(STDB_ERR_INVALID_ARGUMENT, "`reader`", |error| {
                function(std::ptr::null_mut(), value.as_mut_ptr(), error)
            });
            assert_eq!(stdb_bsatn_reader_remaining(whole), bytes.len());
            assert_eq!(function(whole, value.as_mut_ptr(), no_error()), STDB_OK);
            assert_eq!(stdb_bsatn_reader_finish(whole, no_error()), STDB_OK);
            stdb_bsatn_reader_free(whole);
            stdb_bsatn_reader_free(short);
            value.assume_init()
        }
    }

    #[test]
    fn numbers_are_read() {
        assert!(read_of(&[1], stdb_bsatn_reader_bool));
        assert_eq!(read_of(&[200], stdb_bsatn_reader_u8), 200);
        assert_eq!(read_of(&[1, 2], stdb_bsatn_reader_u16), 0x0201);
        assert_eq!(read_of(&[1, 2, 3, 4], stdb_bsatn_reader_u32), 0x0403_0201);
        assert_eq!(read_of(&u64::MAX.to_le_bytes(), stdb_bsatn_reader_u64), u64::MAX);
        assert_eq!(read_of(&[0xff], stdb_bsatn_reader_i8), -1);
        assert_eq!(read_of(&(-2i16).to_le_bytes(), stdb_bsatn_reader_i16), -2);
        assert_eq!(read_of(&(-2i32).to_le_bytes(), stdb_bsatn_reader_i32), -2);
        assert_eq!(read_of(&(-2i64).to_le_bytes(), stdb_bsatn_reader_i64), -2);
        assert_eq!(read_of(&1.5f32.to_le_bytes(), stdb_bsatn_reader_f32), 1.5);
        assert_eq!(read_of(&1.5f64.to_le_bytes(), stdb_bsatn_reader_f64), 1.5);
    }

    #[test]
    fn wide_numbers_are_read() {
        let bytes: [u8; 32] =
            std::array::from_fn(|position| if position % 8 == 0 { position as u8 / 8 + 4 } else { 0 });
        assert_eq!(read_of(&bytes[..16], stdb_bsatn_reader_u128), stdb_u128 { lo: 4, hi: 5 });
        assert_eq!(read_of(&bytes, stdb_bsatn_reader_u256), stdb_u256 { limbs: [4, 5, 6, 7] });
        let minus_two = stdb_i128 { lo: u64::MAX - 1, hi: -1 };
        assert_eq!(read_of(&(-2i128).to_le_bytes(), stdb_bsatn_reader_i128), minus_two);
        assert_eq!(read_of(&[0xff; 32], stdb_bsatn_reader_i256), stdb_i256 { limbs: [u64::MAX; 4] });
    }

    #[test]
    fn the_other_types_are_read() {
        // SAFETY: the bytes that are borrowed are constants.
        unsafe {
            assert_eq!(read_of(b"\x02\0\0\0hi", stdb_bsatn_reader_string).to_str("text").unwrap(), "hi");
            assert_eq!(read_of(b"\x02\0\0\0\x07\x08", stdb_bsatn_reader_bytes).to_slice("bytes").unwrap(), [7, 8]);
        }
        assert_eq!(read_of(&[5; 32], stdb_bsatn_reader_identity).bytes, [5; 32]);
        assert_eq!(read_of(&[5; 16], stdb_bsatn_reader_connection_id).bytes, [5; 16]);
        assert_eq!(read_of(&(-2i64).to_le_bytes(), stdb_bsatn_reader_timestamp).micros, -2);
        assert_eq!(read_of(&(-2i64).to_le_bytes(), stdb_bsatn_reader_time_duration).micros, -2);
        assert_eq!(read_of(&[3, 1, 0, 0], stdb_bsatn_reader_array_begin), 259);
        assert!(read_of(&[0], stdb_bsatn_reader_option));
        assert!(!read_of(&[1], stdb_bsatn_reader_option));
        assert_eq!(read_of(&[9], stdb_bsatn_reader_sum_tag), 9);
    }

    #[test]
    fn a_failed_read_leaves_the_output_and_the_position() {
        let mut writer = Writer::new();
        writer.u8(2);
        writer.bytes(&[0xff]).unwrap();
        let reader = reader(writer.data());
        let (mut flag, mut text, mut bytes) = (true, stdb_str::EMPTY, stdb_bytes::EMPTY);
        // SAFETY: the reader and its bytes are alive, and the outputs may be written.
        unsafe {
            failure(STDB_ERR_BSATN, "a boolean at byte 0", |error| stdb_bsatn_reader_bool(reader, &mut flag, error));
            failure(STDB_ERR_BSATN, "an option at byte 0", |error| stdb_bsatn_reader_option(reader, &mut flag, error));
            assert_eq!(stdb_bsatn_reader_raw(reader, 1, &mut bytes, no_error()), STDB_OK);
            assert_eq!(bytes.to_slice("bytes").unwrap(), [2]);
            failure(STDB_ERR_BSATN, "at byte 1 is not UTF-8", |error| {
                stdb_bsatn_reader_string(reader, &mut text, error)
            });
            failure(STDB_ERR_BSATN, "5 bytes are left", |error| stdb_bsatn_reader_finish(reader, error));
            failure(STDB_ERR_BSATN, "6 bytes", |error| stdb_bsatn_reader_raw(reader, 6, &mut bytes, error));
            assert_eq!((flag, text.len, bytes.len), (true, 0, 1));
            assert_eq!((stdb_bsatn_reader_position(reader), stdb_bsatn_reader_remaining(reader)), (1, 5));
            assert_eq!(stdb_bsatn_reader_bytes(reader, &mut bytes, no_error()), STDB_OK);
            assert_eq!(bytes.to_slice("bytes").unwrap(), [0xff]);
            stdb_bsatn_reader_free(reader);
        }
    }

    #[test]
    fn null_and_no_bytes() {
        let null = std::ptr::null_mut();
        let mut out = std::ptr::null_mut();
        let broken = stdb_bytes { data: std::ptr::null(), len: 1 };
        // SAFETY: each pointer is NULL or good.
        unsafe {
            failure(STDB_ERR_INVALID_ARGUMENT, "`bytes`", |error| stdb_bsatn_reader_new(broken, &mut out, error));
            failure(STDB_ERR_INVALID_ARGUMENT, "`out`", |error| {
                stdb_bsatn_reader_new(stdb_bytes::EMPTY, std::ptr::null_mut(), error)
            });
            failure(STDB_ERR_INVALID_ARGUMENT, "`reader`", |error| stdb_bsatn_reader_finish(null, error));
            assert!(out.is_null());
            assert_eq!((stdb_bsatn_reader_position(null), stdb_bsatn_reader_remaining(null)), (0, 0));
            stdb_bsatn_reader_free(null);
            let empty = reader(&[]);
            assert_eq!(stdb_bsatn_reader_finish(empty, no_error()), STDB_OK);
            stdb_bsatn_reader_free(empty);
        }
    }
}
