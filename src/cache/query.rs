//! Finding rows of a table: by a unique column, and by ranges of an index.

use std::cmp::Ordering;
use std::ops::Bound;

use super::key::code_of;
use super::key_index::KeyIndex;
use super::shape::{KeyColumn, Shape, column_of};
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
    /// The row whose unique column of that name has that value.
    ///
    /// Returns `None` when there is none. Errors: `STDB_ERR_NO_SCHEMA`, `STDB_ERR_UNKNOWN_COLUMN`,
    /// `STDB_ERR_UNKNOWN_INDEX` (the column is not unique), `STDB_ERR_INVALID_ARGUMENT` (`key` is not one value of its type,
    /// `column` is not UTF-8).
    #[inline]
    pub fn find(&self, column: impl AsRef<[u8]>, key: &[u8]) -> Result<Option<&[u8]>> {
        let shape = self.shape()?;
        let (index, unique) = match &shape.key {
            Some(primary) if primary.name.as_bytes() == column.as_ref() => (&self.identity, primary),
            _ => self.unique_index(shape, column.as_ref())?,
        };
        if unique.plain_size != Some(key.len()) {
            self.check_value(shape.table(), unique.column, key, "key")?;
        }
        let is_it = |slot: Slot| is_same(unique.of(&shape.table().layout, self.row(slot)), key);
        Ok(index.find_key(code_of(key), is_it).map(|slot| self.row(slot)))
    }

    /// The index of a unique column other than the primary key.
    fn unique_index<'a>(&'a self, shape: &'a Shape, column: &[u8]) -> Result<(&'a KeyIndex, &'a KeyColumn)> {
        let found = self.unique.iter().zip(&shape.unique).find(|(_, unique)| unique.name.as_bytes() == column);
        found.ok_or_else(|| self.not_unique(shape.table(), column))
    }

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
    fn shape(&self) -> Result<&Shape> {
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
    fn check_value(&self, table: &TableSchema, column: usize, value: &[u8], argument: &str) -> Result<()> {
        table.layout.check_value(column, value).map_err(|error| self.bad_value(table, column, argument, &error))
    }

    fn bad_value(&self, table: &TableSchema, column: usize, argument: &str, why: &dyn std::fmt::Display) -> Error {
        let column = &table.columns[column].name;
        Error::argument(argument, format_args!("is not a value of column `{column}` of table `{}`: {why}", self.name()))
    }

    fn unknown_column(&self, table: &TableSchema, column: &str) -> Error {
        let known: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
        let message = format!("table `{}` has no column `{column}`; it has: {}", self.name(), known.join(", "));
        Error::new(STDB_ERR_UNKNOWN_COLUMN, message)
    }

    fn unknown_index(&self, table: &TableSchema, index: &str) -> Error {
        let known: Vec<&str> = table.indexes.iter().map(|index| &*index.name).collect();
        let message = format!("table `{}` has no index `{index}`; it has: {}", self.name(), known.join(", "));
        Error::new(STDB_ERR_UNKNOWN_INDEX, message)
    }

    #[cold]
    fn not_unique(&self, table: &TableSchema, column: &[u8]) -> Error {
        let column = match std::str::from_utf8(column) {
            Ok(column) => column,
            Err(error) => return Error::argument("column", format_args!("is not UTF-8: {error}")),
        };
        if table.column(column).is_none() {
            return self.unknown_column(table, column);
        }
        let message = format!("column `{column}` of table `{}` is neither its primary key nor unique", self.name());
        Error::new(STDB_ERR_UNKNOWN_INDEX, message)
    }
}

/// Whether two keys are the same. Most are of eight bytes, which need no call to be compared.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    match (a.as_array::<8>(), b.as_array::<8>()) {
        (Some(a), Some(b)) => u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b),
        _ => a == b,
    }
}

/// The error of asking for columns where there is no schema.
pub(crate) fn no_schema(table: &str) -> Error {
    Error::new(STDB_ERR_NO_SCHEMA, format!("the connection has no schema (yet), so table `{table}` has no columns"))
}
