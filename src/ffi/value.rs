//! `stdb_value`: a value with its type, and going into it.

use std::ffi::c_char;

use super::arguments::{input, output, text, write_optional};
use super::boundary::boundary;
use super::error::stdb_error;
use super::handle;
use super::ty::stdb_type;
use super::types::{stdb_bytes, stdb_str};
use crate::error::{Error, Result, stdb_status};
use crate::schema::Type;
use crate::value::{Elements, Origin, Value};

/// A value: a borrowed view of its BSATN, with the type that it is of. It may be read as long as what it was taken from: a
/// value of a row as long as the row. Functions never copy the bytes, and never read outside of them.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_value {
    /// The type; it lives as long as its schema.
    pub r#type: *const stdb_type,
    /// The BSATN.
    pub bytes: stdb_bytes,
    /// What the value was taken from, so that errors can say where it lies. Leave it as it is.
    pub origin: stdb_value_origin,
}

/// What a value was taken from, for errors.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_value_origin {
    /// What it is called, for example the table's name.
    pub name: stdb_str,
    /// Its type.
    pub r#type: *const stdb_type,
    /// Its BSATN.
    pub bytes: stdb_bytes,
}

/// Where a walk over the elements of a value is. A struct of the caller's, which needs no freeing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_value_iter {
    /// The array or product.
    pub value: stdb_value,
    /// How many elements were given.
    pub position: usize,
    /// Where in the value's bytes the next element begins.
    pub offset: usize,
}

impl stdb_value {
    /// The view of a value, whose type and bytes must outlive it.
    pub(crate) fn of(value: Value<'_>) -> Self {
        let origin = value.origin();
        stdb_value {
            r#type: stdb_type::of(value.ty()),
            bytes: stdb_bytes::of(value.bytes()),
            origin: stdb_value_origin {
                name: stdb_str::of(origin.name),
                r#type: stdb_type::of(origin.ty),
                bytes: stdb_bytes::of(origin.bytes),
            },
        }
    }
}

/// The value that C gives.
///
/// # Safety
/// `value` is NULL or a view whose type, text and bytes stay as they are as long as the result is used.
pub(crate) unsafe fn borrowed(value: *const stdb_value, name: &str) -> Result<Value<'static>> {
    // SAFETY: as this function's own.
    unsafe {
        let stdb_value { r#type, bytes, origin } = *input(value, name)?;
        let ty: &'static Type = handle::borrow(r#type, name).map_err(|_| untyped(name))?;
        let origin = Origin {
            name: origin.name.to_str(name)?,
            ty: handle::borrow(origin.r#type, name).map_err(|_| untyped(name))?,
            bytes: origin.bytes.to_slice(name)?,
        };
        Ok(Value::within(origin, ty, bytes.to_slice(name)?))
    }
}

fn untyped(name: &str) -> Error {
    Error::argument(name, "has no type")
}

/// Makes a value of bytes, for example of what a procedure returned, after checking them through and through.
///
/// @param type the type; the value may be used as long as it lives.
/// @param bytes one value of the type as BSATN, and nothing more. Borrowed.
/// @param name what errors are to call it, ended by NUL. Borrowed. May be NULL: "value".
/// @param out receives the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_BSATN` (the bytes are not a value of the type; the message says where);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, `name` is not UTF-8). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_of(
    r#type: *const stdb_type,
    bytes: stdb_bytes,
    name: *const c_char,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps schema, bytes and text alive as long as the value is used.
        let (ty, bytes, name, out) = unsafe {
            let name = if name.is_null() { "value" } else { text(name, "name")? };
            (handle::borrow(r#type, "type")?, bytes.to_slice("bytes")?, name, output(out, "out")?)
        };
        let value = Value::new(name, ty, bytes);
        value.check()?;
        out.write(stdb_value::of(value));
        Ok(())
    })
}

/// Goes into a value by a path.
///
/// @param value the value.
/// @param path names of elements or variants after dots, and positions in brackets, for example "position.x" or `[1].x`.
/// The name of a variant leads to its payload. An empty path gives the value itself.
/// @param out receives the value there, borrowed as `value` is.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_COLUMN` (there is none of that name); `STDB_ERR_NOT_FOUND` (an array has fewer
/// elements, or a sum's value is of another variant); `STDB_ERR_WRONG_TYPE` (a step into what has no parts);
/// `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL, `path` is of another form). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_at(
    value: *const stdb_value,
    path: *const c_char,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value, text and output alive during the call.
        let (value, path, out) = unsafe { (borrowed(value, "value")?, text(path, "path")?, output(out, "out")?) };
        out.write(stdb_value::of(value.at(path)?));
        Ok(())
    })
}

/// How many elements an array or a product has.
///
/// @param value the array or product.
/// @param count receives the number.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (it is neither); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_count(
    value: *const stdb_value,
    count: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value and output alive during the call.
        let (value, count) = unsafe { (borrowed(value, "value")?, output(count, "count")?) };
        count.write(value.count()?);
        Ok(())
    })
}

/// Gives an element of an array or a product. Where the elements before it differ in size they are walked over: to read them
/// all, use `stdb_value_iter_begin`.
///
/// @param value the array or product.
/// @param index which element, from 0.
/// @param out receives the element, borrowed as `value` is.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there are no more than `index`); `STDB_ERR_WRONG_TYPE` (neither an array nor a
/// product); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_element(
    value: *const stdb_value,
    index: usize,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value and output alive during the call.
        let (value, out) = unsafe { (borrowed(value, "value")?, output(out, "out")?) };
        out.write(stdb_value::of(value.element(index)?));
        Ok(())
    })
}

/// Begins a walk over the elements of an array or a product.
///
/// @param value the array or product.
/// @param iter receives where the walk is; it needs no freeing, and may be used as long as `value` may.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (neither an array nor a product); `STDB_ERR_BSATN`;
/// `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_iter_begin(
    value: *const stdb_value,
    iter: *mut stdb_value_iter,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value and output alive during the call.
        let (value, iter) = unsafe { (borrowed(value, "value")?, output(iter, "iter")?) };
        let (position, offset) = value.elements()?.place();
        iter.write(stdb_value_iter { value: stdb_value::of(value), position, offset });
        Ok(())
    })
}

/// Goes on to the next element.
///
/// @param iter the walk.
/// @param element receives the element, borrowed as the array or product is.
/// @return true when there was one; false at the end, for a NULL argument, and where the bytes are no value of the type,
/// which those of a row and of `stdb_value_of` always are. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_iter_next(iter: *mut stdb_value_iter, element: *mut stdb_value) -> bool {
    let mut given = false;
    let next = || {
        // SAFETY: the caller keeps walk, value and output alive during the call.
        let (iter, element) = unsafe { (handle_of(iter)?, output(element, "element")?) };
        // SAFETY: as above.
        let value = unsafe { borrowed(&iter.value, "iter") }?;
        let mut elements = Elements::resume(value, iter.position, iter.offset);
        if let Some(next) = elements.next() {
            element.write(stdb_value::of(next?));
            (iter.position, iter.offset) = elements.place();
            given = true;
        }
        Ok(())
    };
    boundary(std::ptr::null_mut(), next);
    given
}

/// # Safety
/// `iter` is NULL or may be read and written.
unsafe fn handle_of<'a>(iter: *mut stdb_value_iter) -> Result<&'a mut stdb_value_iter> {
    // SAFETY: as this function's own.
    unsafe { iter.as_mut() }.ok_or_else(|| Error::argument("iter", "is NULL"))
}

/// Gives the variant that a sum's value is of: of an enum, an option (tag 0 is `some`, 1 is `none`), a result (0 is `ok`,
/// 1 is `err`), and any other sum.
///
/// @param value the sum.
/// @param tag receives the variant's position in the type; may be NULL.
/// @param name receives the variant's name, which lives as long as the schema; may be NULL.
/// @param payload receives the payload, borrowed as `value` is; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (not a sum); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_variant(
    value: *const stdb_value,
    tag: *mut u8,
    name: *mut stdb_str,
    payload: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value and outputs alive during the call.
        unsafe {
            let value = borrowed(value, "value")?;
            let (variant, inner) = value.variant()?;
            write_optional(tag, value.tag()?);
            write_optional(name, stdb_str::of(&variant.name));
            write_optional(payload, stdb_value::of(inner));
        }
        Ok(())
    })
}

/// Looks into an option.
///
/// @param value the option.
/// @param has_value receives whether it has a value.
/// @param inner receives the value, if it has one, borrowed as `value` is; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (not an option); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_option(
    value: *const stdb_value,
    has_value: *mut bool,
    inner: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value and outputs alive during the call.
        let (value, has_value) = unsafe { (borrowed(value, "value")?, output(has_value, "has_value")?) };
        let option = value.option()?;
        has_value.write(option.is_some());
        if let Some(some) = option {
            // SAFETY: the output is NULL or may be written.
            unsafe { write_optional(inner, stdb_value::of(some)) };
        }
        Ok(())
    })
}

/// Looks into a result.
///
/// @param value the result.
/// @param is_ok receives whether it is a value and not an error.
/// @param inner receives the value or the error, borrowed as `value` is; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_WRONG_TYPE` (not a result); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL). Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_result(
    value: *const stdb_value,
    is_ok: *mut bool,
    inner: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps value and outputs alive during the call.
        let (value, is_ok) = unsafe { (borrowed(value, "value")?, output(is_ok, "is_ok")?) };
        let result = value.result()?;
        is_ok.write(result.is_ok());
        // SAFETY: the output is NULL or may be written.
        unsafe { write_optional(inner, stdb_value::of(result.unwrap_or_else(|error| error))) };
        Ok(())
    })
}
