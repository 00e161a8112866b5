//! Finding rows by unique columns.

use std::fmt::Display;

use super::hash_index::HashIndex;
use super::key::code_of;
use super::key_index::KeyIndex;
use super::query::no_such_column;
use super::shape::{KeyColumn, Shape};
use super::store::Slot;
use super::table::{FETCHED_AHEAD, Table};
use crate::error::{Error, Result, STDB_ERR_UNKNOWN_INDEX};
use crate::schema::TableSchema;

/// A name that is compared with those of the schema, however it is kept.
pub trait Name: PartialEq<str> + Display {}

impl<N: PartialEq<str> + Display + ?Sized> Name for N {}

impl Table {
    /// The row whose unique column of that name has that value.
    ///
    /// Returns `None` when there is none. Errors: `STDB_ERR_NO_SCHEMA`, `STDB_ERR_UNKNOWN_COLUMN`,
    /// `STDB_ERR_UNKNOWN_INDEX` (the column is not unique), `STDB_ERR_INVALID_ARGUMENT` (`key` is not one value of its type).
    #[inline]
    pub fn find(&self, column: &(impl Name + ?Sized), key: &[u8]) -> Result<Option<&[u8]>> {
        let shape = self.shape()?;
        let (index, unique) = self.unique_index(shape, column)?;
        if unique.plain_size != Some(key.len()) {
            self.check_value(shape.table(), unique.column, key, "key")?;
        }
        Ok(self.find_in(shape, index, unique, key))
    }

    /// The rows whose unique column of that name has these values, which lie one after another: `found` is given each key's
    /// number and row, in the keys' order.
    ///
    /// Rows that are far apart in memory are waited for together, so that many are found in the time that a few take one by
    /// one. Errors as `find`; nothing is found then.
    pub fn find_many<'a>(
        &'a self,
        column: &(impl Name + ?Sized),
        keys: &[u8],
        count: usize,
        mut found: impl FnMut(usize, Option<&'a [u8]>),
    ) -> Result<()> {
        let shape = self.shape()?;
        let (index, unique) = self.unique_index(shape, column)?;
        let ends = self.ends_of_keys(shape.table(), unique, keys, count)?;
        let key = |number: usize| match (&ends, unique.plain_size) {
            (Some(ends), _) => &keys[number.checked_sub(1).map_or(0, |before| ends[before])..ends[number]],
            (None, size) => &keys[number * size.unwrap_or(0)..][..size.unwrap_or(0)],
        };
        for first in (0..count).step_by(FETCHED_AHEAD) {
            let block = first..count.min(first + FETCHED_AHEAD);
            self.fetch_ahead_of(index, block.clone().map(|number| code_of(key(number))));
            block.for_each(|number| found(number, self.find_in(shape, index, unique, key(number))));
        }
        Ok(())
    }

    #[inline(always)]
    fn find_in(&self, shape: &Shape, index: &KeyIndex, unique: &KeyColumn, key: &[u8]) -> Option<&[u8]> {
        let slot = match index {
            // Its codes tell keys apart, so that a row which is only looked up need not be waited for.
            KeyIndex::Dense(index) => index.find(code_of(key)),
            KeyIndex::Hashed(index) => self.find_hashed(shape, index, unique, key),
        };
        slot.map(|slot| self.row(slot))
    }

    #[inline(never)]
    fn find_hashed(&self, shape: &Shape, index: &HashIndex, unique: &KeyColumn, key: &[u8]) -> Option<Slot> {
        index.find(code_of(key), |slot| is_same(unique.of(&shape.table().layout, self.row(slot)), key))
    }

    /// The index of a unique column, by the column's name.
    #[inline]
    fn unique_index<'a>(
        &'a self,
        shape: &'a Shape,
        column: &(impl Name + ?Sized),
    ) -> Result<(&'a KeyIndex, &'a KeyColumn)> {
        match &shape.key {
            Some(primary) if *column == *primary.name => Ok((&self.identity, primary)),
            _ => {
                let found = self.unique.iter().zip(&shape.unique).find(|(_, unique)| *column == *unique.name);
                found.ok_or_else(|| self.not_unique(shape.table(), &column.to_string()))
            }
        }
    }

    /// Where each key ends, checked; `None` when all have the plain size.
    fn ends_of_keys(
        &self,
        table: &TableSchema,
        unique: &KeyColumn,
        keys: &[u8],
        count: usize,
    ) -> Result<Option<Vec<usize>>> {
        if unique.plain_size.and_then(|size| size.checked_mul(count)) == Some(keys.len()) {
            return Ok(None);
        }
        let mut ends = Vec::new();
        let mut end = 0;
        for number in 0..count {
            let name = format!("keys[{number}]");
            let rest = &keys[end..];
            let len = table.layout.value_len(unique.column, rest);
            let len = len.map_err(|error| self.bad_value(table, unique.column, &name, &error))?;
            self.check_value(table, unique.column, &rest[..len], &name)?;
            end += len;
            ends.push(end);
        }
        if end != keys.len() {
            let what = format_args!("has {} bytes, but {count} keys end at byte {end}", keys.len());
            return Err(Error::argument("keys", what));
        }
        Ok(Some(ends))
    }

    #[cold]
    fn not_unique(&self, table: &TableSchema, column: &str) -> Error {
        if table.column(column).is_none() {
            return no_such_column(table, column);
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
