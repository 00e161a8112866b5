//! Walking over a value's bytes: where it ends, and whether it is one.

use super::super::ty::{Element, Kind, Type};
use crate::error::{Error, STDB_ERR_BSATN};

/// What is wrong with bytes, and where. The path is gathered from the inside out.
pub(crate) struct Fault {
    path: Vec<String>,
    what: String,
}

pub(crate) type Walk<T> = std::result::Result<T, Box<Fault>>;

impl Fault {
    pub(super) fn new(what: String) -> Box<Fault> {
        Box::new(Fault { path: Vec::new(), what })
    }

    pub(super) fn within(mut self: Box<Fault>, part: String) -> Box<Fault> {
        self.path.push(part);
        self
    }

    /// The error of a value that has a path of its own.
    pub(crate) fn in_value(self, path: &str) -> Error {
        Error::new(STDB_ERR_BSATN, format!("`{path}{}`: {}", self.inner_path(), self.what))
    }

    fn inner_path(&self) -> String {
        self.path.iter().rev().map(String::as_str).collect()
    }

    pub(super) fn in_column(self, column: &Element) -> Error {
        Error::new(STDB_ERR_BSATN, format!("column `{}{}`: {}", column.name, self.inner_path(), self.what))
    }
}

/// The end of `count` bytes that begin at `at`.
fn need(bytes: &[u8], at: usize, count: usize) -> Walk<usize> {
    match at.checked_add(count) {
        Some(end) if end <= bytes.len() => Ok(end),
        _ => Err(too_short(bytes, at, count)),
    }
}

#[cold]
fn too_short(bytes: &[u8], at: usize, count: usize) -> Box<Fault> {
    Fault::new(format!("{count} bytes are wanted at byte {at}, {} are left", bytes.len().saturating_sub(at)))
}

/// The number of bytes or elements that a string or an array begins with, and where that number ends.
fn length(bytes: &[u8], at: usize) -> Walk<(usize, usize)> {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(count) => Ok((u32::from_le_bytes(*count) as usize, at + 4)),
        None => Err(too_short(bytes, at, 4)),
    }
}

/// The variant whose tag is at `at`.
pub(crate) fn variant<'a>(variants: &'a [Element], bytes: &[u8], at: usize) -> Walk<&'a Element> {
    let Some(tag) = bytes.get(at) else { return Err(too_short(bytes, at, 1)) };
    variants
        .get(usize::from(*tag))
        .ok_or_else(|| Fault::new(format!("the tag at byte {at} is {tag}, but there are {} variants", variants.len())))
}

/// Where the value ends that begins at `at`. Looks at lengths and, where sizes depend on them, at tags.
pub(crate) fn skip(ty: &Type, bytes: &[u8], at: usize) -> Walk<usize> {
    if let Some(size) = ty.size {
        return need(bytes, at, size);
    }
    match &ty.kind {
        Kind::Array(element) => elements(element, bytes, at, skip),
        Kind::Product(parts) => {
            parts.iter().try_fold(at, |at, part| skip(&part.ty, bytes, at).map_err(|fault| in_part(fault, part)))
        }
        Kind::Sum(variants) => {
            let variant = variant(variants, bytes, at)?;
            skip(&variant.ty, bytes, at + 1).map_err(|fault| in_part(fault, variant))
        }
        // Of the types without parts only strings have no fixed size.
        _ => length(bytes, at).and_then(|(count, at)| need(bytes, at, count)),
    }
}

/// Where the value ends that begins at `at`, which is checked through and through.
pub(crate) fn check(ty: &Type, bytes: &[u8], at: usize) -> Walk<usize> {
    match &ty.kind {
        Kind::Bool => {
            let end = need(bytes, at, 1)?;
            if bytes[at] > 1 {
                return Err(Fault::new(format!("the boolean at byte {at} is {}, neither 0 nor 1", bytes[at])));
            }
            Ok(end)
        }
        Kind::String => {
            let (count, at) = length(bytes, at)?;
            let end = need(bytes, at, count)?;
            match std::str::from_utf8(&bytes[at..end]) {
                Ok(_) => Ok(end),
                Err(error) => Err(Fault::new(format!("the text at byte {at} is not UTF-8: {error}"))),
            }
        }
        Kind::Array(element) => elements(element, bytes, at, check),
        Kind::Product(parts) if !ty.plain => {
            parts.iter().try_fold(at, |at, part| check(&part.ty, bytes, at).map_err(|fault| in_part(fault, part)))
        }
        Kind::Sum(variants) => {
            let variant = variant(variants, bytes, at)?;
            check(&variant.ty, bytes, at + 1).map_err(|fault| in_part(fault, variant))
        }
        _ => skip(ty, bytes, at),
    }
}

/// Where the array ends that begins at `at`. Elements that any bytes are a value of are counted, others are walked.
fn elements(element: &Type, bytes: &[u8], at: usize, walk: fn(&Type, &[u8], usize) -> Walk<usize>) -> Walk<usize> {
    let (count, mut at) = length(bytes, at)?;
    if let (true, Some(size)) = (element.plain, element.size) {
        return need(bytes, at, count.saturating_mul(size));
    }
    for position in 0..count {
        at = walk(element, bytes, at).map_err(|fault| fault.within(format!("[{position}]")))?;
    }
    Ok(at)
}

#[cold]
fn in_part(fault: Box<Fault>, part: &Element) -> Box<Fault> {
    fault.within(format!(".{}", part.name))
}
