//! From values to JSON.

use std::fmt::Write;

use serde::Serialize;

use super::{INVALID_UTF8, NAN32, NAN64};
use crate::error::{Error, Result, STDB_ERR_TOO_LARGE};
use crate::schema::{Element, Kind, Special};
use crate::value::Value;

/// The most bytes of text that a value becomes. A few bytes can be billions of elements that have none.
const MAX_TEXT: usize = 256 << 20;

/// A value as JSON, on one line.
///
/// Returns `STDB_ERR_BSATN`, which names the place, for bytes that are no value of the type, and `STDB_ERR_TOO_LARGE` when
/// the text would be longer than 256 MiB.
pub fn to_json(value: &Value<'_>) -> Result<String> {
    to_json_of_at_most(MAX_TEXT, value)
}

/// As `to_json`, with another limit.
pub(super) fn to_json_of_at_most(most: usize, value: &Value<'_>) -> Result<String> {
    let mut out = String::new();
    write(*value, most, &mut out)?;
    Ok(out)
}

fn write(value: Value<'_>, most: usize, out: &mut String) -> Result<()> {
    match &value.ty().kind {
        Kind::Bool => plain(value.bool()?, out),
        Kind::U8 => plain(value.u8()?, out),
        Kind::U16 => plain(value.u16()?, out),
        Kind::U32 => plain(value.u32()?, out),
        Kind::U64 => plain(value.u64()?, out),
        Kind::U128 => plain(value.u128()?, out),
        Kind::U256 => plain(value.u256()?, out),
        Kind::I8 => plain(value.i8()?, out),
        Kind::I16 => plain(value.i16()?, out),
        Kind::I32 => plain(value.i32()?, out),
        Kind::I64 => plain(value.i64()?, out),
        Kind::I128 => plain(value.i128()?, out),
        Kind::I256 => plain(value.i256()?, out),
        Kind::F32 => match value.f32()? {
            finite if finite.is_finite() => plain(finite, out),
            infinite if infinite.is_infinite() => write_infinity(infinite > 0.0, out),
            nan if nan.to_bits() == NAN32 => out.push_str("\"NaN\""),
            nan => add(out, format_args!("\"NaN({:#010x})\"", nan.to_bits())),
        },
        Kind::F64 => match value.f64()? {
            finite if finite.is_finite() => plain(finite, out),
            infinite if infinite.is_infinite() => write_infinity(infinite > 0.0, out),
            nan if nan.to_bits() == NAN64 => out.push_str("\"NaN\""),
            nan => add(out, format_args!("\"NaN({:#018x})\"", nan.to_bits())),
        },
        Kind::String => match std::str::from_utf8(value.text_bytes()?) {
            Ok(text) => plain(text, out),
            Err(_) => add(out, format_args!("{{\"{INVALID_UTF8}\":\"{}\"}}", hex::encode(value.text_bytes()?))),
        },
        Kind::Array(_) if value.ty().special == Some(Special::Bytes) => {
            add(out, format_args!("\"{}\"", hex::encode(value.byte_array()?)));
        }
        Kind::Array(_) => write_elements(value, None, most, out)?,
        Kind::Product(elements) => {
            let names = elements.iter().all(|element| element.is_named).then_some(&elements[..]);
            write_elements(value, names, most, out)?;
        }
        Kind::Sum(_) => write_sum(value, most, out)?,
    }
    Ok(())
}

/// Writes elements: with names as an object, without as an array.
fn write_elements(value: Value<'_>, names: Option<&[Element]>, most: usize, out: &mut String) -> Result<()> {
    out.push(if names.is_some() { '{' } else { '[' });
    for (position, element) in value.elements()?.enumerate() {
        if position > 0 {
            out.push(',');
        }
        if let Some(names) = names {
            plain(&*names[position].name, out);
            out.push(':');
        }
        write(element?, most, out)?;
        if out.len() > most {
            let message = format!("`{}` is too large for JSON: more than {most} bytes of text", value.path());
            return Err(Error::new(STDB_ERR_TOO_LARGE, message));
        }
    }
    out.push(if names.is_some() { '}' } else { ']' });
    Ok(())
}

fn write_sum(value: Value<'_>, most: usize, out: &mut String) -> Result<()> {
    let (variant, payload) = value.variant()?;
    // A name that is a number would be read as a tag.
    if variant.is_named && variant.name.parse::<u8>().is_err() {
        out.push('{');
        plain(&*variant.name, out);
        out.push(':');
        write(payload, most, out)?;
        out.push('}');
    } else {
        add(out, format_args!("[{},", value.tag()?));
        write(payload, most, out)?;
        out.push(']');
    }
    Ok(())
}

fn write_infinity(is_positive: bool, out: &mut String) {
    out.push_str(if is_positive { "\"Infinity\"" } else { "\"-Infinity\"" });
}

/// Adds what is written as serde_json writes it.
fn plain<T: Serialize>(value: T, out: &mut String) {
    out.push_str(&serde_json::to_string(&value).expect("numbers and texts have JSON"));
}

fn add(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("a string takes all text");
}
