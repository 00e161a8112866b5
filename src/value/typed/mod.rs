//! A value with its type: reading it, and going into it, without copying anything.

mod at;
mod path;
mod scalars;

#[cfg(test)]
mod tests;

use crate::error::{Error, Result, STDB_ERR_BSATN, STDB_ERR_NOT_FOUND, STDB_ERR_UNKNOWN_COLUMN, STDB_ERR_WRONG_TYPE};
use crate::schema::layout::{check, skip, variant};
use crate::schema::{Element, Kind, Special, Type};
pub use scalars::ScheduleAt;

/// A value: borrowed bytes, and the type that they are BSATN of.
///
/// It knows what it is a part of, so that an error can name it, for example `every_type.nested[1].x`. Nothing is read
/// outside of its bytes, whatever they are: bytes that are no value of the type give `STDB_ERR_BSATN` where that matters.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    ty: &'a Type,
    bytes: &'a [u8],
    origin: Origin<'a>,
}

/// What a value is a part of: a row, arguments, or the value itself.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// What it is called, for example the table's name.
    pub name: &'a str,
    /// Its type.
    pub ty: &'a Type,
    /// Its BSATN.
    pub bytes: &'a [u8],
}

/// The elements of an array or a product, one after another.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    value: Value<'a>,
    /// How many were given.
    given: usize,
    /// Where the next one begins.
    at: usize,
}

impl<'a> Value<'a> {
    /// A value that is a part of nothing. `name` is what errors call it.
    pub fn new(name: &'a str, ty: &'a Type, bytes: &'a [u8]) -> Self {
        Value { ty, bytes, origin: Origin { name, ty, bytes } }
    }

    /// A value that is a part of another.
    pub fn within(origin: Origin<'a>, ty: &'a Type, bytes: &'a [u8]) -> Self {
        Value { ty, bytes, origin }
    }

    /// The value's type.
    pub fn ty(&self) -> &'a Type {
        self.ty
    }

    /// The value's BSATN.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What the value is a part of.
    pub fn origin(&self) -> Origin<'a> {
        self.origin
    }

    /// Where the value lies in what it is a part of, for messages.
    pub fn path(&self) -> String {
        path::path(self)
    }

    /// Checks that the bytes are one value of the type and nothing more.
    ///
    /// Returns `STDB_ERR_BSATN`, which names the place.
    pub fn check(&self) -> Result<()> {
        let end = check(self.ty, self.bytes, 0).map_err(|fault| fault.in_value(&self.path()))?;
        if end == self.bytes.len() {
            return Ok(());
        }
        Err(self.malformed(format_args!("the value ends at byte {end}, but there are {} bytes", self.bytes.len())))
    }

    /// How many elements an array or a product has.
    ///
    /// Returns `STDB_ERR_WRONG_TYPE` for another type.
    pub fn count(&self) -> Result<usize> {
        match &self.ty.kind {
            Kind::Product(elements) => Ok(elements.len()),
            Kind::Array(_) => Ok(u32::from_le_bytes(self.prefix()?) as usize),
            _ => Err(self.is_not("an array or a product")),
        }
    }

    /// The elements of an array or a product. Each is found from where the one before it ends.
    ///
    /// Returns `STDB_ERR_WRONG_TYPE` for another type.
    pub fn elements(&self) -> Result<Elements<'a>> {
        self.count()?;
        let at = if matches!(self.ty.kind, Kind::Array(_)) { 4 } else { 0 };
        Ok(Elements { value: *self, given: 0, at })
    }

    /// The element of an array or a product at a position. Where the elements before it differ in size, they are walked
    /// over.
    ///
    /// Returns `STDB_ERR_NOT_FOUND` when there are no more than `position`, `STDB_ERR_WRONG_TYPE` for another type,
    /// `STDB_ERR_BSATN`.
    pub fn element(&self, position: usize) -> Result<Value<'a>> {
        let count = self.count()?;
        if position >= count {
            let message = format!("`{}` has {count} elements, so none at {position}", self.path());
            return Err(Error::new(STDB_ERR_NOT_FOUND, message));
        }
        if let Kind::Array(element) = &self.ty.kind
            && let Some(size) = element.size
        {
            let bytes = position.checked_mul(size).and_then(|at| self.bytes.get(4..)?.get(at..)?.get(..size));
            let bytes = bytes.ok_or_else(|| self.malformed("the bytes end before the element does"))?;
            return Ok(Value { ty: element, bytes, ..*self });
        }
        let mut elements = self.elements()?;
        elements.skip_some(position)?;
        elements.next().unwrap_or_else(|| Err(self.malformed("the bytes end before the element does")))
    }

    /// The element of a product, or the payload of a sum's variant, of that name.
    ///
    /// Returns `STDB_ERR_UNKNOWN_COLUMN` when the type has none of that name, `STDB_ERR_NOT_FOUND` when the sum's value is
    /// of another variant, `STDB_ERR_WRONG_TYPE` for another type, `STDB_ERR_BSATN`.
    pub fn element_named(&self, name: &str) -> Result<Value<'a>> {
        let parts = match &self.ty.kind {
            Kind::Product(parts) | Kind::Sum(parts) => parts,
            _ => return Err(self.is_not("a product or a sum")),
        };
        let unknown = || {
            let message = format!("`{}` is {}, which has no `{name}`", self.path(), self.ty);
            Error::new(STDB_ERR_UNKNOWN_COLUMN, message)
        };
        let position = parts.iter().position(|part| &*part.name == name).ok_or_else(unknown)?;
        if let Kind::Product(_) = self.ty.kind {
            return self.element(position);
        }
        let (variant, payload) = self.variant()?;
        if !std::ptr::eq(variant, &parts[position]) {
            let message = format!("`{}` is the variant `{}`, not `{name}`", self.path(), variant.name);
            return Err(Error::new(STDB_ERR_NOT_FOUND, message));
        }
        Ok(payload)
    }

    /// The tag of a sum's value.
    ///
    /// Returns `STDB_ERR_WRONG_TYPE` for another type, `STDB_ERR_BSATN`.
    pub fn tag(&self) -> Result<u8> {
        self.variant()?;
        Ok(self.bytes[0])
    }

    /// The variant that a sum's value is of, with its name, and the payload.
    ///
    /// Returns `STDB_ERR_WRONG_TYPE` for another type, `STDB_ERR_BSATN`.
    pub fn variant(&self) -> Result<(&'a Element, Value<'a>)> {
        let Kind::Sum(variants) = &self.ty.kind else { return Err(self.is_not("a sum")) };
        let variant = variant(variants, self.bytes, 0).map_err(|fault| fault.in_value(&self.path()))?;
        Ok((variant, Value { ty: &variant.ty, bytes: &self.bytes[1..], ..*self }))
    }

    /// What an option has, if it has something.
    ///
    /// Returns `STDB_ERR_WRONG_TYPE` for another type, `STDB_ERR_BSATN`.
    pub fn option(&self) -> Result<Option<Value<'a>>> {
        self.expect_special(Special::Option, "an option")?;
        let (_, payload) = self.variant()?;
        Ok((self.bytes[0] == 0).then_some(payload))
    }

    /// What a result has: a value, or an error.
    ///
    /// Returns `STDB_ERR_WRONG_TYPE` for another type, `STDB_ERR_BSATN`.
    pub fn result(&self) -> Result<std::result::Result<Value<'a>, Value<'a>>> {
        self.expect_special(Special::Result, "a result")?;
        let (_, payload) = self.variant()?;
        Ok(if self.bytes[0] == 0 { Ok(payload) } else { Err(payload) })
    }

    fn expect_special(&self, special: Special, what: &str) -> Result<()> {
        if self.ty.special == Some(special) { Ok(()) } else { Err(self.is_not(what)) }
    }

    /// The length that the bytes begin with.
    fn prefix(&self) -> Result<[u8; 4]> {
        let prefix = self.bytes.first_chunk().copied();
        prefix.ok_or_else(|| self.malformed("the bytes end before the length does"))
    }

    #[cold]
    fn is_not(&self, wanted: &str) -> Error {
        Error::new(STDB_ERR_WRONG_TYPE, format!("`{}` is {}, not {wanted}", self.path(), self.ty))
    }

    #[cold]
    fn malformed(&self, what: impl std::fmt::Display) -> Error {
        Error::new(STDB_ERR_BSATN, format!("`{}`: {what}", self.path()))
    }
}

impl<'a> Elements<'a> {
    /// Goes on where a walk over the elements of `value` was.
    pub fn resume(value: Value<'a>, given: usize, at: usize) -> Self {
        Elements { value, given, at }
    }

    /// How many elements were given, and where the next one begins: what it takes to go on later.
    pub fn place(&self) -> (usize, usize) {
        (self.given, self.at)
    }

    /// Goes past some elements.
    fn skip_some(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            if let Some(Err(error)) = self.next() {
                return Err(error);
            }
        }
        Ok(())
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Value<'a>>;

    /// The next element; after an error there is none.
    fn next(&mut self) -> Option<Result<Value<'a>>> {
        let Value { ty, bytes, .. } = self.value;
        let element = match &ty.kind {
            Kind::Product(elements) => &*elements.get(self.given)?.ty,
            Kind::Array(element) if self.given < self.value.count().ok()? => element,
            _ => return None,
        };
        match skip(element, bytes, self.at) {
            Ok(end) => {
                let bytes = &bytes[self.at..end];
                (self.given, self.at) = (self.given + 1, end);
                Some(Ok(Value { ty: element, bytes, ..self.value }))
            }
            Err(fault) => {
                self.given = usize::MAX;
                Some(Err(fault.in_value(&self.value.path())))
            }
        }
    }
}
