//! Going into a value by a path such as `nested[1].x`.

use super::Value;
use crate::error::{Error, Result};

impl<'a> Value<'a> {
    /// The value that a path leads to: names of a product's elements or of a sum's variant after dots, positions of an
    /// array's or a product's elements in brackets, for example `nested[1].x` or `[3]`. An empty path leads nowhere else.
    ///
    /// Returns `STDB_ERR_INVALID_ARGUMENT` for a path of another form, and what each step can return:
    /// `STDB_ERR_UNKNOWN_COLUMN`, `STDB_ERR_NOT_FOUND`, `STDB_ERR_WRONG_TYPE`, `STDB_ERR_BSATN`.
    pub fn at(&self, path: &str) -> Result<Value<'a>> {
        let mut value = *self;
        let mut rest = path;
        // The first name has no dot before it.
        let mut dotted = true;
        while !rest.is_empty() {
            if let Some(bracketed) = rest.strip_prefix('[') {
                let (position, after) = bracketed.split_once(']').ok_or_else(|| bad(path))?;
                value = value.element(position.parse().map_err(|_| bad(path))?)?;
                rest = after;
            } else {
                let named = if dotted { rest } else { rest.strip_prefix('.').ok_or_else(|| bad(path))? };
                let end = named.find(['.', '[']).unwrap_or(named.len());
                let (name, after) = named.split_at(end);
                if name.is_empty() {
                    return Err(bad(path));
                }
                value = value.element_named(name)?;
                rest = after;
            }
            dotted = false;
        }
        Ok(value)
    }
}

#[cold]
fn bad(path: &str) -> Error {
    Error::argument("path", format_args!("is `{path}`, which is not names after dots and positions in brackets"))
}
