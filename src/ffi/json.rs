//! Values to and from JSON.
//!
//! The form is the host's own: what `POST /v1/database/{name}/call/{reducer}` takes, and more.

use std::ffi::{CString, c_char};

use super::arguments::{output, text, write_optional};
use super::boundary::{boundary, quietly};
use super::bsatn_writer::{self, stdb_bsatn_writer};
use super::error::stdb_error;
use super::handle;
use super::row::stdb_row;
use super::row_value::row_value;
use super::ty::stdb_type;
use super::value::{borrowed, stdb_value};
use crate::error::{Result, stdb_status};
use crate::value::{self, Value};

/// Gives a value as JSON, on one line: exactly, so that reading it gives the same bytes. The form is the host's own.
///
/// Integers of up to 128 bits and finite floats are numbers; integers of 256 bits are strings such as "0x2a" and "-0x2a";
/// NaN and the infinities are the strings "NaN" (with other bits than the usual "NaN(0x7fc00001)"), "Infinity" and
/// "-Infinity"; text is a string, and text that is not UTF-8 `{"__invalid_utf8__": "68ff"}`; an array of u8 is a string of
/// hexadecimal digits, any other an array; a product is an object (an array when its elements have no names), `Identity` and
/// the like too: `{"__identity__": "0x…"}`; a sum is an object of its variant (an array of tag and payload when that has
/// no name): `{"some": 1}`, `{"none": {}}`.
///
/// @param value the value.
/// @param json receives the text, ended by NUL, which the caller owns and frees with `stdb_json_free`.
/// @param len receives its length in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_BSATN` (the bytes are no value of the type); `STDB_ERR_TOO_LARGE` (the text would be longer
/// than 256 MiB); `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_value_to_json(
    value: *const stdb_value,
    json: *mut *mut c_char,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps value and outputs alive during the call.
    boundary(error, || unsafe { give(&borrowed(value, "value")?, json, len) })
}

/// Gives a row as JSON: an object of its columns, as `stdb_value_to_json` writes it.
///
/// @param row the row.
/// @param json receives the text, ended by NUL, which the caller owns and frees with `stdb_json_free`.
/// @param len receives its length in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_value_to_json`; `STDB_ERR_NO_SCHEMA` when the connection has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_to_json(
    row: *const stdb_row,
    json: *mut *mut c_char,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps row and outputs alive during the call.
    boundary(error, || unsafe { give(&row_value(row)?, json, len) })
}

/// # Safety
/// `json` and `len` are NULL or may be written.
unsafe fn give(value: &Value<'_>, json: *mut *mut c_char, len: *mut usize) -> Result<()> {
    // SAFETY: as this function's own.
    let json = unsafe { output(json, "json") }?;
    let text = value::to_json(value)?;
    // SAFETY: as this function's own.
    unsafe { write_optional(len, text.len()) };
    json.write(CString::new(text).expect("JSON has no NUL in it").into_raw());
    Ok(())
}

/// Frees JSON that the library gave.
///
/// @param json the text; NULL does nothing. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_json_free(json: *mut c_char) {
    // SAFETY: the text is of `CString::into_raw`, and the caller gives it up.
    quietly(|| drop((!json.is_null()).then(|| unsafe { CString::from_raw(json) })));
}

/// Writes the value that JSON is, as BSATN. The JSON is of the form that `stdb_value_to_json` gives, or another one that the
/// host takes: a product as an array of its elements, a sum as `[tag, payload]` or by its tag as a name, an array of u8 as
/// one of numbers, an option without a value as `null`; an integer of 256 bits also as a number or as decimal digits in a
/// string.
///
/// @param writer the writer; what it has stays as it is.
/// @param type the type of the value.
/// @param json the JSON, ended by NUL.
/// @param error receives an owned error on failure; may be NULL. Nothing is written then.
/// @return `STDB_OK`; `STDB_ERR_JSON` (the text is not JSON, or not of the type: a member is missing, unknown or there twice,
/// a number out of range; the message names the place and the type expected there); `STDB_ERR_INVALID_ARGUMENT` (NULL, not
/// UTF-8); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_bsatn_writer_json(
    writer: *mut stdb_bsatn_writer,
    r#type: *const stdb_type,
    json: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps writer, schema and text alive and to itself during the call.
    unsafe {
        bsatn_writer::write(writer, error, |writer| {
            let (ty, json) = (handle::borrow(r#type, "type")?, text(json, "json")?);
            let mut bytes = Vec::new();
            value::from_json("value", ty, json, &mut bytes)?;
            writer.raw(&bytes);
            Ok(())
        })
    }
}
