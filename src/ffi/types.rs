//! The public structs: borrowed views of strings and bytes, identities, times; and how C arguments become Rust values.

use std::ffi::{CStr, c_char, c_void};

use super::table::stdb_table;
use crate::cache::RowRef;
use spacetimedb_sats::{i256, u256};

use crate::error::{Error, Result};

/// A borrowed piece of UTF-8 text, not ended by NUL. The function that gives one says how long it lives.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_str {
    /// The first byte; may be NULL when `len` is 0.
    pub data: *const c_char,
    /// The length in bytes.
    pub len: usize,
}

/// A borrowed piece of bytes. The function that gives one says how long it lives.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_bytes {
    /// The first byte; may be NULL when `len` is 0.
    pub data: *const u8,
    /// The length in bytes.
    pub len: usize,
}

/// Who a client is: 32 bytes, in the order BSATN has them (little-endian; the text form is the other way round).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_identity {
    /// The bytes.
    pub bytes: [u8; 32],
}

/// Which connection of a client: 16 bytes, in the order BSATN has them (little-endian).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_connection_id {
    /// The bytes.
    pub bytes: [u8; 16],
}

/// A moment: microseconds since the Unix epoch, negative before it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
}

/// Frees what a callback was registered with. Called once, when the callback can never run again, never while it runs.
/// NULL where nothing is to be freed.
pub type stdb_drop_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

impl stdb_str {
    /// A view of no text.
    pub(crate) const EMPTY: stdb_str = stdb_str { data: std::ptr::null(), len: 0 };

    /// A view of `text`, which must outlive it.
    pub(crate) fn of(text: &str) -> Self {
        stdb_str { data: text.as_ptr().cast(), len: text.len() }
    }

    /// The text, checked for UTF-8.
    ///
    /// # Safety
    /// `data` is NULL or points to `len` bytes that stay as they are for `'a`.
    pub(crate) unsafe fn to_str<'a>(self, name: &str) -> Result<&'a str> {
        // SAFETY: as this function's own.
        let bytes = unsafe { stdb_bytes { data: self.data.cast(), len: self.len }.to_slice(name) }?;
        std::str::from_utf8(bytes).map_err(|error| Error::argument(name, format_args!("is not UTF-8: {error}")))
    }
}

impl stdb_bytes {
    /// A view of no bytes.
    pub(crate) const EMPTY: stdb_bytes = stdb_bytes { data: std::ptr::null(), len: 0 };

    /// A view of `bytes`, which must outlive it.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        stdb_bytes { data: bytes.as_ptr(), len: bytes.len() }
    }

    /// The bytes; NULL with a length above 0 is an error that names the argument.
    ///
    /// # Safety
    /// `data` is NULL or points to `len` bytes that stay as they are for `'a`.
    pub(crate) unsafe fn to_slice<'a>(self, name: &str) -> Result<&'a [u8]> {
        if self.data.is_null() {
            return if self.len == 0 { Ok(&[]) } else { Err(Error::argument(name, "has a length but is NULL")) };
        }
        if self.len > isize::MAX as usize {
            return Err(Error::argument(name, "has a length that no memory can hold"));
        }
        // SAFETY: as this function's own.
        Ok(unsafe { std::slice::from_raw_parts(self.data, self.len) })
    }
}

/// A C string argument as text; NULL and bad UTF-8 are errors that name the argument.
///
/// # Safety
/// `text` is NULL or a string ended by NUL that stays as it is for `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    if text.is_null() {
        return Err(Error::argument(name, "is NULL"));
    }
    // SAFETY: as this function's own.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|error| Error::argument(name, format_args!("is not UTF-8: {error}")))
}

/// An output pointer, checked for NULL. The body writes through it once it has succeeded.
///
/// # Safety
/// `output` is NULL or may be written to for `'a`.
pub(crate) unsafe fn output<'a, T>(output: *mut T, name: &str) -> Result<&'a mut std::mem::MaybeUninit<T>> {
    // SAFETY: as this function's own; `MaybeUninit` makes no claim about what lies there.
    unsafe { output.cast::<std::mem::MaybeUninit<T>>().as_mut() }.ok_or_else(|| Error::argument(name, "is NULL"))
}

/// A row: its BSATN bytes, borrowed. They may be read inside the callback that was given the row, or as long as a read
/// guard or the iterator that gave it is held.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_row {
    /// The first byte.
    pub data: *const u8,
    /// The length in bytes.
    pub len: usize,
    /// The row's table; it lives as long as the connection.
    pub table: *const stdb_table,
}

impl stdb_row {
    pub(crate) fn new(row: RowRef, table: *const stdb_table) -> Self {
        stdb_row { data: row.data, len: row.len, table }
    }
}

/// Reads an options struct whose first field is its size as the caller knows it; what the caller does not know keeps its
/// default.
///
/// # Safety
/// `options` is NULL or points to a struct that begins with its size in bytes, and is that large.
pub(crate) unsafe fn options<T: Copy>(options: *const T, name: &str, mut defaults: T) -> Result<T> {
    if options.is_null() {
        return Ok(defaults);
    }
    // SAFETY: every options struct begins with its size.
    let size = unsafe { options.cast::<usize>().read() };
    if size < size_of::<usize>() {
        return Err(Error::argument(name, format_args!("has a `struct_size` of {size}, which is not that of the struct")));
    }
    let known = size.min(size_of::<T>());
    // SAFETY: both are at least `known` bytes large; `T` is plain data.
    unsafe { std::ptr::copy_nonoverlapping(options.cast::<u8>(), (&raw mut defaults).cast::<u8>(), known) };
    Ok(defaults)
}

/// Writes a struct whose first field is its size as the caller knows it: no more than the caller has room for.
///
/// # Safety
/// `target` is NULL or points to a struct that begins with its size in bytes, and may be written to so far.
pub(crate) unsafe fn write_sized<T: Copy>(target: *mut T, name: &str, mut value: T) -> Result<()> {
    if target.is_null() {
        return Err(Error::argument(name, "is NULL"));
    }
    // SAFETY: the struct begins with its size.
    let size = unsafe { target.cast::<usize>().read() };
    if size < size_of::<usize>() {
        return Err(Error::argument(name, format_args!("has a `struct_size` of {size}, which is not that of the struct")));
    }
    let known = size.min(size_of::<T>());
    // SAFETY: both are at least `known` bytes large; the size that the caller wrote is kept.
    unsafe {
        (&raw mut value).cast::<usize>().write(size);
        std::ptr::copy_nonoverlapping((&raw const value).cast::<u8>(), target.cast::<u8>(), known);
    }
    Ok(())
}

/// Copies text to a buffer of C's, ended by NUL and cut off when there is too little room, and tells its whole length.
///
/// # Safety
/// `buffer` is NULL or may be written to for `capacity` bytes; `length` is NULL or may be written to.
pub(crate) unsafe fn copy_text(text: &str, buffer: *mut c_char, capacity: usize, length: *mut usize) -> Result<()> {
    if buffer.is_null() && capacity > 0 {
        return Err(Error::argument("buffer", "is NULL but has a capacity"));
    }
    if capacity > 0 {
        let fitting = text.len().min(capacity - 1);
        // SAFETY: as this function's own; `fitting` and the NUL are within the capacity.
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast::<u8>(), fitting);
            buffer.add(fitting).write(0);
        }
    }
    if !length.is_null() {
        // SAFETY: as this function's own.
        unsafe { length.write(text.len()) };
    }
    Ok(())
}
/// An input pointer, checked for NULL.
///
/// # Safety
/// `input` is NULL or points to a `T` that stays as it is for `'a`.
pub(crate) unsafe fn input<'a, T>(input: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: as this function's own.
    unsafe { input.as_ref() }.ok_or_else(|| Error::argument(name, "is NULL"))
}

/// A length of time: microseconds, negative for one that goes back.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_time_duration {
    /// Microseconds.
    pub micros: i64,
}

/// An unsigned number of 128 bits: `hi * 2^64 + lo`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_u128 {
    /// The lower half.
    pub lo: u64,
    /// The upper half.
    pub hi: u64,
}

/// A signed number of 128 bits in two's complement: `hi * 2^64 + lo`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_i128 {
    /// The lower half.
    pub lo: u64,
    /// The upper half, which has the sign.
    pub hi: i64,
}

/// An unsigned number of 256 bits.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_u256 {
    /// The number in four parts, the lowest first.
    pub limbs: [u64; 4],
}

/// A signed number of 256 bits in two's complement.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_i256 {
    /// The number in four parts, the lowest first; the highest has the sign.
    pub limbs: [u64; 4],
}

impl From<stdb_u128> for u128 {
    fn from(number: stdb_u128) -> Self {
        u128::from(number.hi) << 64 | u128::from(number.lo)
    }
}

impl From<u128> for stdb_u128 {
    fn from(number: u128) -> Self {
        stdb_u128 { lo: number as u64, hi: (number >> 64) as u64 }
    }
}

impl From<stdb_i128> for i128 {
    fn from(number: stdb_i128) -> Self {
        i128::from(number.hi) << 64 | i128::from(number.lo)
    }
}

impl From<i128> for stdb_i128 {
    fn from(number: i128) -> Self {
        stdb_i128 { lo: number as u64, hi: (number >> 64) as i64 }
    }
}

impl From<stdb_u256> for u256 {
    fn from(number: stdb_u256) -> Self {
        let [a, b, c, d] = number.limbs;
        u256::from_words(stdb_u128 { lo: c, hi: d }.into(), stdb_u128 { lo: a, hi: b }.into())
    }
}

impl From<u256> for stdb_u256 {
    fn from(number: u256) -> Self {
        let (hi, lo) = number.into_words();
        let (hi, lo) = (stdb_u128::from(hi), stdb_u128::from(lo));
        stdb_u256 { limbs: [lo.lo, lo.hi, hi.lo, hi.hi] }
    }
}

impl From<stdb_i256> for i256 {
    fn from(number: stdb_i256) -> Self {
        u256::from(stdb_u256 { limbs: number.limbs }).as_i256()
    }
}

impl From<i256> for stdb_i256 {
    fn from(number: i256) -> Self {
        stdb_i256 { limbs: stdb_u256::from(number.as_u256()).limbs }
    }
}
