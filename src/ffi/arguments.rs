//! How what C gives becomes Rust values, and how results get into what C gives for them: text, outputs, options structs.

use std::ffi::{CStr, c_char};
use std::fmt;
use std::mem::MaybeUninit;

use crate::error::{Error, Result};

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

/// A C string argument that is only compared with names: measuring and checking it would take longer than finding a row.
pub(crate) struct CName(*const c_char);

impl CName {
    /// A name; NULL is an error that names the argument.
    ///
    /// # Safety
    /// `text` is NULL or a string ended by NUL that stays as it is as long as this lives.
    #[inline]
    pub(crate) unsafe fn new(text: *const c_char, argument: &str) -> Result<Self> {
        if text.is_null() { Err(Error::argument(argument, "is NULL")) } else { Ok(CName(text)) }
    }

    /// The error of looking the name up: that it is not UTF-8, if it is not.
    #[cold]
    pub(crate) fn blame(&self, argument: &str, error: Error) -> Error {
        // SAFETY: as `new` says.
        unsafe { text(self.0, argument) }.err().unwrap_or(error)
    }
}

impl PartialEq<str> for CName {
    #[inline]
    fn eq(&self, name: &str) -> bool {
        // SAFETY: as `new` says; nothing behind the first byte that differs is read, and so nothing behind the NUL.
        let has = |place: usize, byte: u8| unsafe { self.0.cast::<u8>().add(place).read() } == byte;
        name.bytes().enumerate().all(|(place, byte)| byte != 0 && has(place, byte)) && has(name.len(), 0)
    }
}

impl fmt::Display for CName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: as `new` says.
        f.write_str(&unsafe { CStr::from_ptr(self.0) }.to_string_lossy())
    }
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

/// Writes text and a NUL into a buffer of the caller's, and the text's length to an output that may be NULL.
///
/// # Safety
/// `buffer` is NULL or has room for `capacity` bytes; `len` is NULL or may be written to.
pub(crate) unsafe fn write_text(text: &str, buffer: *mut c_char, capacity: usize, len: *mut usize) -> Result<()> {
    if buffer.is_null() {
        return Err(Error::argument("buffer", "is NULL"));
    }
    let needed = text.len() + 1;
    if capacity < needed {
        return Err(Error::argument("capacity", format_args!("is {capacity}, but {needed} bytes are needed")));
    }
    // SAFETY: as this function's own; the room is enough.
    unsafe {
        buffer.cast::<u8>().copy_from_nonoverlapping(text.as_ptr(), text.len());
        buffer.add(text.len()).write(0);
        write_optional(len, text.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_c_name_is_a_name_when_all_of_both_agree() {
        let is = |text: &CStr, name: &str| unsafe { CName::new(text.as_ptr(), "column") }.unwrap() == *name;
        assert!(is(c"id", "id") && is(c"", "") && is(c"name", "name"));
        assert!(!is(c"id", "i") && !is(c"id", "ids") && !is(c"id", "") && !is(c"", "id"));
        assert!(!is(c"id", "id\0"), "nothing behind the text's end is looked at");
        assert!(!is(c"\xff", "\u{ff}"));
    }

    #[test]
    fn a_c_name_that_is_not_utf_8_is_to_blame() {
        let name = unsafe { CName::new(c"\xff".as_ptr(), "column") }.unwrap();
        let other = || Error::argument("key", "is bad");
        assert!(name.blame("column", other()).message.contains("`column` is not UTF-8"));
        let name = unsafe { CName::new(c"id".as_ptr(), "column") }.unwrap();
        assert_eq!(name.blame("column", other()), other());
        assert!(unsafe { CName::new(std::ptr::null(), "column") }.err().unwrap().message.contains("`column` is NULL"));
    }
}
