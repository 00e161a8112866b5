//! The order of values, as the host's indexes have it.

use std::cmp::Ordering;

use super::super::ty::{Element, Kind, Type};

/// Compares the values that `a` and `b` begin with, and moves both past them where they are equal. `None` when one of
/// them is no value of the type.
pub(super) fn compare(ty: &Type, a: &mut &[u8], b: &mut &[u8]) -> Option<Ordering> {
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
