//! Where the columns of a row lie in its BSATN.
//!
//! Every type knows its size where it has a fixed one, and whether every pattern of bytes is a value of it, so that most
//! questions about a row are answered without looking at it.

mod compare;
mod walk;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::ty::{Element, Kind, Type};
use crate::error::{Error, Result, STDB_ERR_BSATN, STDB_ERR_SCHEMA};
use compare::compare;
pub(crate) use walk::{Fault, check, skip, variant};

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
