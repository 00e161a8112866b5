//! Where the columns of a row lie in its BSATN.
//!
//! Every type knows its size where it has a fixed one, and whether every pattern of bytes is a value of it, so that most
//! questions about a row are answered without looking at it.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::ty::{Element, Kind, Type};
use crate::error::{Error, Result, STDB_ERR_BSATN, STDB_ERR_SCHEMA};

/// The layout of a table's rows, or of a reducer's arguments.
#[derive(Clone, Debug)]
pub struct RowLayout {
    row: Arc<Type>,
    /// The elements of `row`, here as well so that a column is one step away.
    columns: Arc<[Element]>,
    /// Where each column begins, up to and with the first one of no fixed size: those behind it begin anywhere.
    offsets: Box<[usize]>,
    size: Option<usize>,
    plain: bool,
}

/// What is wrong with bytes, and where. The path is gathered from the inside out.
struct Fault {
    path: Vec<String>,
    what: String,
}

type Walk<T> = std::result::Result<T, Box<Fault>>;

impl RowLayout {
    /// The layout of rows of a product type.
    ///
    /// Returns `STDB_ERR_SCHEMA` for a type that is no product.
    pub fn new(row: Arc<Type>) -> Result<RowLayout> {
        let Kind::Product(columns) = &row.kind else {
            return Err(Error::new(STDB_ERR_SCHEMA, format!("{row} is not a product, so it cannot be a row")));
        };
        let columns = columns.clone();
        let mut offsets = Vec::with_capacity(columns.len());
        let mut end = Some(0);
        for column in &*columns {
            let Some(offset) = end else { break };
            offsets.push(offset);
            end = column.ty.size.map(|size| offset + size);
        }
        Ok(RowLayout { size: row.size, plain: row.plain, row, columns, offsets: offsets.into() })
    }

    /// The product type that the rows are of.
    pub fn row_type(&self) -> &Arc<Type> {
        &self.row
    }

    /// How many bytes every row takes, or `None` when that depends on the row.
    pub fn fixed_size(&self) -> Option<usize> {
        self.size
    }

    /// Where a column's bytes lie in every row, when that is the same for all.
    pub fn fixed_range(&self, column: usize) -> Option<Range<usize>> {
        let start = *self.offsets.get(column)?;
        Some(start..start + self.columns[column].ty.size?)
    }

    /// How many bytes every value of a column takes, or `None` when that depends on the value. Panics when there is no such
    /// column.
    pub fn column_size(&self, column: usize) -> Option<usize> {
        self.columns[column].ty.size
    }

    /// Whether a column has a fixed size and any bytes of that size are a value of it. Panics when there is no such column.
    pub fn is_plain_column(&self, column: usize) -> bool {
        self.columns[column].ty.plain
    }

    /// Whether every pattern of bytes of the fixed size is a row.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// How many columns there are.
    pub fn column_count(&self) -> usize {
        self.columns.len()
    }

    /// Where a column's bytes lie in `row`. Columns behind others of fixed size only are found at once; to find
    /// another one, the columns before it are walked, and their values are not checked beyond what their lengths need.
    ///
    /// Returns `STDB_ERR_BSATN` when the row ends before the column does, and `STDB_ERR_INVALID_ARGUMENT` when there
    /// is no such column.
    pub fn column_range(&self, row: &[u8], column: usize) -> Result<Range<usize>> {
        let Some(wanted) = self.columns.get(column) else {
            return Err(self.no_column(column));
        };
        let nearest = column.min(self.offsets.len() - 1);
        let mut at = self.offsets[nearest];
        for before in &self.columns[nearest..column] {
            at = skip(&before.ty, row, at).map_err(|fault| fault.in_column(before))?;
        }
        let end = skip(&wanted.ty, row, at).map_err(|fault| fault.in_column(wanted))?;
        Ok(at..end)
    }

    /// How many bytes the value of a column's type takes that `bytes` begins with; what follows it may be anything.
    ///
    /// Returns `STDB_ERR_BSATN` when `bytes` end before the value does, and `STDB_ERR_INVALID_ARGUMENT` when there is
    /// no such column.
    pub fn value_len(&self, column: usize, bytes: &[u8]) -> Result<usize> {
        let Some(wanted) = self.columns.get(column) else {
            return Err(self.no_column(column));
        };
        skip(&wanted.ty, bytes, 0).map_err(|fault| fault.in_column(wanted))
    }

    /// Checks that `row` is one value of the row type and nothing more: no byte missing and none left over, booleans 0
    /// or 1, known tags, texts of UTF-8.
    ///
    /// Returns `STDB_ERR_BSATN`, which names the column and the place in it, for example `effects[1].say`.
    pub fn check(&self, row: &[u8]) -> Result<()> {
        if self.plain && self.size == Some(row.len()) {
            return Ok(());
        }
        let mut at = 0;
        for column in &*self.columns {
            at = check(&column.ty, row, at).map_err(|fault| fault.in_column(column))?;
        }
        if at == row.len() {
            return Ok(());
        }
        Err(Error::new(STDB_ERR_BSATN, format!("the row ends at byte {at}, but there are {} bytes", row.len())))
    }

    /// Checks that `bytes` are one value of a column's type and nothing more, as `check` does for a row.
    pub fn check_value(&self, column: usize, bytes: &[u8]) -> Result<()> {
        let Some(wanted) = self.columns.get(column) else {
            return Err(self.no_column(column));
        };
        if wanted.ty.plain && wanted.ty.size == Some(bytes.len()) {
            return Ok(());
        }
        let end = check(&wanted.ty, bytes, 0).map_err(|fault| fault.in_column(wanted))?;
        if end == bytes.len() {
            return Ok(());
        }
        let what = format!("the value ends at byte {end}, but there are {} bytes", bytes.len());
        Err(Fault::new(what).in_column(wanted))
    }

    /// Compares two values of a column, each the BSATN of it, in the order that the host's indexes have: numbers by
    /// value, texts and bytes bytewise, products element by element, sums by tag and then payload, arrays element by
    /// element with the shorter first. The two zeros of a float are equal; NaNs are equal and above all else.
    ///
    /// Bytes that are no value of the column are compared as bytes. Panics when there is no such column.
    pub fn compare(&self, column: usize, a: &[u8], b: &[u8]) -> Ordering {
        compare(&self.columns[column].ty, &mut { a }, &mut { b }).unwrap_or_else(|| a.cmp(b))
    }

    fn no_column(&self, column: usize) -> Error {
        Error::argument("column", format_args!("is {column}, but there are {} columns", self.columns.len()))
    }
}

impl Fault {
    fn new(what: String) -> Box<Fault> {
        Box::new(Fault { path: Vec::new(), what })
    }

    fn within(mut self: Box<Fault>, part: String) -> Box<Fault> {
        self.path.push(part);
        self
    }

    fn in_column(self, column: &Element) -> Error {
        let path: String = self.path.iter().rev().map(String::as_str).collect();
        Error::new(STDB_ERR_BSATN, format!("column `{}{path}`: {}", column.name, self.what))
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
fn variant<'a>(variants: &'a [Element], bytes: &[u8], at: usize) -> Walk<&'a Element> {
    let Some(tag) = bytes.get(at) else { return Err(too_short(bytes, at, 1)) };
    variants
        .get(usize::from(*tag))
        .ok_or_else(|| Fault::new(format!("the tag at byte {at} is {tag}, but there are {} variants", variants.len())))
}

/// Where the value ends that begins at `at`. Looks at lengths and, where sizes depend on them, at tags.
fn skip(ty: &Type, bytes: &[u8], at: usize) -> Walk<usize> {
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
fn check(ty: &Type, bytes: &[u8], at: usize) -> Walk<usize> {
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

/// Compares the values that `a` and `b` begin with, and moves both past them where they are equal. `None` when one of
/// them is no value of the type.
fn compare(ty: &Type, a: &mut &[u8], b: &mut &[u8]) -> Option<Ordering> {
    match &ty.kind {
        Kind::Bool | Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 | Kind::U128 | Kind::U256 => {
            Some(compare_unsigned(take(a, ty.size?)?, take(b, ty.size?)?))
        }
        Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64 | Kind::I128 | Kind::I256 => {
            Some(compare_signed(take(a, ty.size?)?, take(b, ty.size?)?))
        }
        Kind::F32 => Some(compare_floats(f32::from_le_bytes(*take_chunk(a)?), f32::from_le_bytes(*take_chunk(b)?))),
        Kind::F64 => Some(compare_floats(f64::from_le_bytes(*take_chunk(a)?), f64::from_le_bytes(*take_chunk(b)?))),
        Kind::String => {
            let (a_count, b_count) = (take_length(a)?, take_length(b)?);
            Some(take(a, a_count)?.cmp(take(b, b_count)?))
        }
        Kind::Array(element) => compare_arrays(element, a, b),
        Kind::Product(parts) => compare_products(parts, a, b),
        Kind::Sum(variants) => {
            let ([a_tag], [b_tag]) = (take_chunk(a)?, take_chunk(b)?);
            if a_tag != b_tag {
                return Some(a_tag.cmp(b_tag));
            }
            compare(&variants.get(usize::from(*a_tag))?.ty, a, b)
        }
    }
}

fn compare_products(parts: &[Element], a: &mut &[u8], b: &mut &[u8]) -> Option<Ordering> {
    for part in parts {
        let order = compare(&part.ty, a, b)?;
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

fn compare_arrays(element: &Type, a: &mut &[u8], b: &mut &[u8]) -> Option<Ordering> {
    let (a_count, b_count) = (take_length(a)?, take_length(b)?);
    if element.size == Some(0) {
        return Some(a_count.cmp(&b_count));
    }
    if let Kind::U8 = element.kind {
        return Some(take(a, a_count)?.cmp(take(b, b_count)?));
    }
    for _ in 0..a_count.min(b_count) {
        let order = compare(element, a, b)?;
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(a_count.cmp(&b_count))
}

/// Compares two little-endian numbers of the same size.
fn compare_unsigned(a: &[u8], b: &[u8]) -> Ordering {
    if let (Ok(a), Ok(b)) = (a.try_into(), b.try_into()) {
        return u64::from_le_bytes(a).cmp(&u64::from_le_bytes(b));
    }
    a.iter().rev().cmp(b.iter().rev())
}

/// Compares two little-endian numbers of the same size in two's complement: as unsigned ones when their signs agree.
fn compare_signed(a: &[u8], b: &[u8]) -> Ordering {
    let negative = |bytes: &[u8]| bytes.last().is_some_and(|top| top & 0x80 != 0);
    negative(b).cmp(&negative(a)).then_with(|| compare_unsigned(a, b))
}

/// Compares floats as the host does: zeros are equal, NaNs are equal and above all else.
fn compare_floats<F: PartialOrd>(a: F, b: F) -> Ordering {
    // Only a NaN is not ordered against itself.
    let is_nan = |x: &F| x.partial_cmp(x).is_none();
    a.partial_cmp(&b).unwrap_or_else(|| is_nan(&a).cmp(&is_nan(&b)))
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    bytes.split_off(..count)
}

fn take_chunk<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (chunk, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(chunk)
}

fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    take_chunk(bytes).map(|count| u32::from_le_bytes(*count) as usize)
}
