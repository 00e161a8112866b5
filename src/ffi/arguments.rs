//! How what C gives becomes Rust values, and how results get into what C gives for them: text, outputs, options structs.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

use crate::error::{Error, Result};

/// A C string argument as text; NULL and bad UTF-8 are errors that name the argument.
///
/// # Safety
/// `text` is NULL or a string ended by NUL that stays as it is for `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    // SAFETY: as this function's own.
    let text = unsafe { bytes_of(text, name) }?;
    std::str::from_utf8(text).map_err(|error| Error::argument(name, format_args!("is not UTF-8: {error}")))
}

/// The bytes of a C string argument; NULL is an error that names the argument. For what is only compared with names: what is
/// not UTF-8 is none.
///
/// # Safety
/// As `text`.
#[inline]
pub(crate) unsafe fn bytes_of<'a>(text: *const c_char, name: &str) -> Result<&'a [u8]> {
    if text.is_null() {
        return Err(Error::argument(name, "is NULL"));
    }
    // SAFETY: as this function's own.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// An output pointer, checked for NULL. The body writes through it once it has succeeded.
///
/// # Safety
/// `output` is NULL or may be written to for `'a`.
pub(crate) unsafe fn output<'a, T>(output: *mut T, name: &str) -> Result<&'a mut MaybeUninit<T>> {
    // SAFETY: as this function's own; `MaybeUninit` makes no claim about what lies there.
    unsafe { output.cast::<MaybeUninit<T>>().as_mut() }.ok_or_else(|| Error::argument(name, "is NULL"))
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
        return Err(Error::argument(
            name,
            format_args!("has a `struct_size` of {size}, which is not that of the struct"),
        ));
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
        return Err(Error::argument(
            name,
            format_args!("has a `struct_size` of {size}, which is not that of the struct"),
        ));
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

/// Writes to an output that may be NULL.
///
/// # Safety
/// `output` is NULL or may be written to.
pub(crate) unsafe fn write_optional<T>(output: *mut T, value: T) {
    if !output.is_null() {
        // SAFETY: as this function's own.
        unsafe { output.write(value) };
    }
}
