//! Finding rows by ranges of an index.

use std::cmp::Ordering;
use std::ops::Bound;

use super::shape::{Shape, column_of};
use super::store::Slot;
use super::table::Table;
use crate::error::{Error, Result, STDB_ERR_NO_SCHEMA, STDB_ERR_UNKNOWN_COLUMN, STDB_ERR_UNKNOWN_INDEX};
use crate::schema::{Index, TableSchema};

/// Which part of an ordered index is wanted: rows whose first columns equal `prefix`, and whose next column lies between
/// the bounds. Each value is BSATN.
pub struct KeyRange<'a> {
    /// The values of the first columns, one after another; may be empty.
    pub prefix: &'a [u8],
    /// The lower bound of the column after the prefix.
    pub lower: Bound<&'a [u8]>,
    /// The upper bound of the column after the prefix.
    pub upper: Bound<&'a [u8]>,
}

impl Table {
    /// The slots of the rows that an index has in a range, in the index's order.
    ///
    /// `index` is an index's name or accessor, or the name of the column of a single-column index. Errors:
    /// `STDB_ERR_NO_SCHEMA`, `STDB_ERR_UNKNOWN_INDEX`, `STDB_ERR_INVALID_ARGUMENT` (a value is not of its column's type,
    /// or there are more values than columns).
    pub fn filter(&self, index: &str, range: &KeyRange<'_>) -> Result<Vec<Slot>> {
        let table = self.shape()?.table();
        let index = table.index(index).ok_or_else(|| self.unknown_index(table, index))?;
        let prefix = self.cut_prefix(table, index, range.prefix)?;
        self.check_bounds(table, index, prefix.len(), range)?;
        let position =
            table.indexes.iter().position(|other| std::ptr::eq(other, index)).expect("the index is the table's");
        Ok(self.ordered[position].range(
            || self.slots(),
            |a, b| self.compare_slots(table, index, a, b),
            |slot| self.lies(table, index, &prefix, range, slot),
        ))
    }

    #[inline]
    pub(super) fn shape(&self) -> Result<&Shape> {
        self.shape.as_deref().ok_or_else(|| no_schema(self.name()))
    }

    /// Where a row lies: before the range (`Less`), in it (`Equal`), after it (`Greater`).
    fn lies(&self, table: &TableSchema, index: &Index, prefix: &[&[u8]], range: &KeyRange<'_>, slot: Slot) -> Ordering {
        let compare = |column: usize, value: &[u8]| {
            table.layout.compare(column, column_of(&table.layout, self.row(slot), column), value)
        };
        for (column, value) in index.columns.iter().zip(prefix) {
            let order = compare(*column, value);
            if order.is_ne() {
                return order;
            }
        }
        let Some(column) = index.columns.get(prefix.len()) else { return Ordering::Equal };
        let below = match range.lower {
            Bound::Included(bound) => compare(*column, bound) == Ordering::Less,
            Bound::Excluded(bound) => compare(*column, bound) != Ordering::Greater,
            Bound::Unbounded => false,
        };
        let above = match range.upper {
            Bound::Included(bound) => compare(*column, bound) == Ordering::Greater,
            Bound::Excluded(bound) => compare(*column, bound) != Ordering::Less,
            Bound::Unbounded => false,
        };
        if below {
            Ordering::Less
        } else if above {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }

    fn cut_prefix<'a>(&self, table: &TableSchema, index: &Index, mut key: &'a [u8]) -> Result<Vec<&'a [u8]>> {
        let mut values = Vec::new();
        while !key.is_empty() {
            let Some(column) = index.columns.get(values.len()) else {
                let columns = index.columns.len();
                let what = format_args!("has more values than the {columns} columns of index `{}`", index.name);
                return Err(Error::argument("key", what));
            };
            let len =
                table.layout.value_len(*column, key).map_err(|error| self.bad_value(table, *column, "key", &error))?;
            let (value, rest) = key.split_at(len);
            values.push(value);
            key = rest;
        }
        Ok(values)
    }

    fn check_bounds(&self, table: &TableSchema, index: &Index, prefix: usize, range: &KeyRange<'_>) -> Result<()> {
        for (name, bound) in [("lower", range.lower), ("upper", range.upper)] {
            let (Bound::Included(value) | Bound::Excluded(value)) = bound else { continue };
            let column = index.columns.get(prefix).ok_or_else(|| {
                Error::argument(name, format_args!("is for a column that index `{}` does not have", index.name))
            })?;
            self.check_value(table, *column, value, name)?;
        }
        Ok(())
    }

    /// Checks that `value` is exactly one value of a column's type.
    #[cold]
    pub(super) fn check_value(&self, table: &TableSchema, column: usize, value: &[u8], argument: &str) -> Result<()> {
        table.layout.check_value(column, value).map_err(|error| self.bad_value(table, column, argument, &error))
    }

    pub(super) fn bad_value(
        &self,
        table: &TableSchema,
        column: usize,
        argument: &str,
        why: &dyn std::fmt::Display,
    ) -> Error {
        let column = &table.columns[column].name;
        Error::argument(argument, format_args!("is not a value of column `{column}` of table `{}`: {why}", self.name()))
    }

    fn unknown_index(&self, table: &TableSchema, index: &str) -> Error {
        let known: Vec<&str> = table.indexes.iter().map(|index| &*index.name).collect();
        let message = format!("table `{}` has no index `{index}`; it has: {}", self.name(), known.join(", "));
        Error::new(STDB_ERR_UNKNOWN_INDEX, message)
    }
}

/// The error of asking for columns where there is no schema.
pub(crate) fn no_schema(table: &str) -> Error {
    Error::new(STDB_ERR_NO_SCHEMA, format!("the connection has no schema (yet), so table `{table}` has no columns"))
}

/// The error of naming a column that a table does not have.
#[cold]
pub(super) fn no_such_column(table: &TableSchema, column: &str) -> Error {
    let known: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    let message = format!("table `{}` has no column `{column}`; it has: {}", table.name, known.join(", "));
    Error::new(STDB_ERR_UNKNOWN_COLUMN, message)
}
