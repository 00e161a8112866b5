//! Where a value lies in what it is a part of.
//!
//! A value does not remember how it was reached: that would cost every step. Its place is found again when an error has to
//! name it, by where its bytes lie.

use std::fmt::Write;
use std::ops::Range;

use super::Value;
use crate::schema::layout::{skip, variant};
use crate::schema::{Element, Kind, Type};

/// The path to a value from what it is a part of, whose name it begins with. What cannot be found is left out.
pub(super) fn path(value: &Value<'_>) -> String {
    let origin = value.origin;
    let mut path = origin.name.to_owned();
    let begin = (value.bytes.as_ptr() as usize).wrapping_sub(origin.bytes.as_ptr() as usize);
    if begin <= origin.bytes.len() && begin + value.bytes.len() <= origin.bytes.len() {
        let search = Search { ty: value.ty, place: begin..begin + value.bytes.len(), bytes: origin.bytes };
        search.go(origin.ty, 0..origin.bytes.len(), &mut path);
    }
    path
}

struct Search<'a> {
    /// What is looked for.
    ty: &'a Type,
    /// Where it lies.
    place: Range<usize>,
    /// All that there is.
    bytes: &'a [u8],
}

impl Search<'_> {
    /// Looks in the value that lies at `range`; adds the steps to `path` when it is found there.
    fn go(&self, ty: &Type, range: Range<usize>, path: &mut String) -> bool {
        if std::ptr::eq(ty, self.ty) && range == self.place {
            return true;
        }
        match &ty.kind {
            Kind::Product(elements) => self.in_product(elements, range, path),
            Kind::Sum(variants) => match variant(variants, self.bytes, range.start) {
                Ok(variant) => self.step(&variant.ty, range.start + 1..range.end, path, &format!(".{}", variant.name)),
                Err(_) => false,
            },
            Kind::Array(element) => self.in_array(element, range, path),
            _ => false,
        }
    }

    fn in_product(&self, elements: &[Element], range: Range<usize>, path: &mut String) -> bool {
        let mut at = range.start;
        for element in elements {
            let end = skip(&element.ty, self.bytes, at).unwrap_or(range.end);
            if self.lies_in(at..end) && self.step(&element.ty, at..end, path, &format!(".{}", element.name)) {
                return true;
            }
            at = end;
        }
        false
    }

    fn in_array(&self, element: &Type, range: Range<usize>, path: &mut String) -> bool {
        let mut at = range.start + 4;
        let mut position = 0;
        if let Some(size) = element.size {
            // Elements of no bytes all lie in the same place: any of them is as good.
            position = self.place.start.saturating_sub(at).checked_div(size).unwrap_or(0);
            // What has no bytes may lie at the end of an element as well as at the beginning of the next.
            position = position.saturating_sub(usize::from(self.place.is_empty()));
            at += position * size;
        }
        while at <= self.place.start && at <= range.end {
            let end = skip(element, self.bytes, at).unwrap_or(range.end);
            if self.lies_in(at..end) && self.step(element, at..end, path, &format!("[{position}]")) {
                return true;
            }
            if end == at {
                return false;
            }
            (at, position) = (end, position + 1);
        }
        false
    }

    fn lies_in(&self, range: Range<usize>) -> bool {
        range.start <= self.place.start && self.place.end <= range.end
    }

    /// Goes one step in, and back when it leads nowhere.
    fn step(&self, ty: &Type, range: Range<usize>, path: &mut String, step: &str) -> bool {
        let before = path.len();
        // Writing to a string cannot fail.
        let _ = write!(path, "{step}");
        let found = self.go(ty, range, path);
        if !found {
            path.truncate(before);
        }
        found
    }
}
