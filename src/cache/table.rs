//! A table of the cache: its rows, its indexes, and reading them.

use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::Arc;

use super::index::{HashIndex, OrderedIndex};
use super::store::{RowStore, Slot};
use crate::error::{Error, Result, STDB_ERR_NO_SCHEMA, STDB_ERR_UNKNOWN_COLUMN, STDB_ERR_UNKNOWN_INDEX};
use crate::schema::{Index, Schema, TableSchema};

/// The cached rows of one table.
pub struct Table {
    name: Arc<str>,
    shape: Option<Shape>,
    store: RowStore,
    /// By the primary key, or by the whole row where there is none.
    identity: HashIndex,
    /// One for each unique column but the primary key, in the order of `Shape::unique`.
    unique: Vec<HashIndex>,
    /// One for each index of the schema.
    ordered: Vec<OrderedIndex>,
}

/// What the schema says of the table.
struct Shape {
    schema: Arc<Schema>,
    position: usize,
    /// The unique columns but the primary key.
    unique: Vec<usize>,
}

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

impl Shape {
    fn table(&self) -> &TableSchema {
        &self.schema.tables[self.position]
    }
}

impl Table {
    pub(crate) fn with_schema(schema: Arc<Schema>, position: usize) -> Self {
        let table = &schema.tables[position];
        let unique: Vec<usize> =
            table.unique.iter().copied().filter(|column| Some(*column) != table.primary_key).collect();
        Table {
            name: table.name.clone(),
            store: RowStore::default(),
            identity: HashIndex::default(),
            unique: unique.iter().map(|_| HashIndex::default()).collect(),
            ordered: table.indexes.iter().map(|_| OrderedIndex::default()).collect(),
            shape: Some(Shape { unique, position, schema }),
        }
    }

    pub(crate) fn without_schema(name: Arc<str>) -> Self {
        Table {
            name,
            shape: None,
            store: RowStore::default(),
            identity: HashIndex::default(),
            unique: Vec::new(),
            ordered: Vec::new(),
        }
    }

    /// The table's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What the schema says of the table; `None` without a schema.
    pub fn schema(&self) -> Option<&TableSchema> {
        self.shape.as_ref().map(Shape::table)
    }

    /// How many distinct rows are cached.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether no row is cached.
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    /// The bytes of the row in a slot. The slot must hold one.
    pub fn row(&self, slot: Slot) -> &[u8] {
        self.store.row(slot)
    }

    /// The bytes of the row in a slot, if it holds one.
    pub fn get(&self, slot: Slot) -> Option<&[u8]> {
        self.store.get(slot)
    }

    /// The first row at or after a slot, with its slot; begin with 0, go on with the slot after.
    pub fn next(&self, from: Slot) -> Option<(Slot, &[u8])> {
        self.store.next(from)
    }

    /// The row whose unique column of that name has that value.
    ///
    /// Returns `None` when there is none. Errors: `STDB_ERR_NO_SCHEMA`, `STDB_ERR_UNKNOWN_COLUMN`,
    /// `STDB_ERR_UNKNOWN_INDEX` (the column is not unique), `STDB_ERR_INVALID_ARGUMENT` (`key` is not one value of its type).
    pub fn find(&self, column: &str, key: &[u8]) -> Result<Option<&[u8]>> {
        let shape = self.shape()?;
        let table = shape.table();
        let position = table.column(column).ok_or_else(|| self.unknown_column(table, column))?;
        self.check_value(table, position, key, "key")?;
        let index = self.unique_index(shape, position).ok_or_else(|| {
            let message = format!("column `{column}` of table `{}` is neither its primary key nor unique", self.name);
            Error::new(STDB_ERR_UNKNOWN_INDEX, message)
        })?;
        let slot = index.find(key, |slot| self.column(table, slot, position) == key);
        Ok(slot.map(|slot| self.row(slot)))
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
        let sorted = self.ordered[position].sorted(|| self.slots(), |a, b| self.compare_slots(table, index, a, b));
        let start = sorted.partition_point(|slot| self.lies(table, index, &prefix, range, *slot) == Ordering::Less);
        let end = sorted.partition_point(|slot| self.lies(table, index, &prefix, range, *slot) != Ordering::Greater);
        Ok(sorted[start..end.max(start)].to_vec())
    }

    /// The slot that holds exactly this row.
    pub(crate) fn slot_of(&self, row: &[u8]) -> Option<Slot> {
        self.identity.find(self.identity_key(row), |slot| self.row(slot) == row)
    }

    /// How often the row in a slot was delivered.
    pub(crate) fn delivered(&self, slot: Slot) -> u32 {
        self.store.count(slot)
    }

    /// The value of the primary key in a row of this table; `None` where the table has none.
    pub(crate) fn primary_key<'a>(&self, row: &'a [u8]) -> Option<&'a [u8]> {
        let table = self.schema()?;
        table.primary_key.map(|column| column_of(table, row, column))
    }

    pub(crate) fn set_count(&mut self, slot: Slot, count: u32) {
        self.store.set_count(slot, count);
    }

    /// Tells the ordered indexes how much a message will change.
    pub(crate) fn expect_changes(&mut self, changes: usize) {
        self.ordered.iter_mut().for_each(|index| index.expect_changes(changes));
    }

    pub(crate) fn insert(&mut self, row: &[u8], count: u32) -> Slot {
        let slot = self.store.insert(row, count);
        self.with_indexes(|table, indexes| {
            indexes.identity.insert(table.identity_key(row), slot, |slot| table.identity_key(table.row(slot)));
            let Some(shape) = &table.shape else { return };
            for (column, index) in shape.unique.iter().zip(&mut indexes.unique) {
                index.insert(column_of(shape.table(), row, *column), slot, |slot| {
                    table.column(shape.table(), slot, *column)
                });
            }
            for (definition, index) in shape.table().indexes.iter().zip(&mut indexes.ordered) {
                index.insert(slot, |a, b| table.compare_slots(shape.table(), definition, a, b));
            }
        });
        slot
    }

    pub(crate) fn remove(&mut self, slot: Slot) -> Box<[u8]> {
        self.with_indexes(|table, indexes| {
            let row = table.row(slot);
            indexes.identity.remove(table.identity_key(row), slot);
            let Some(shape) = &table.shape else { return };
            for (column, index) in shape.unique.iter().zip(&mut indexes.unique) {
                index.remove(column_of(shape.table(), row, *column), slot);
            }
            for (definition, index) in shape.table().indexes.iter().zip(&mut indexes.ordered) {
                index.remove(slot, |a, b| table.compare_slots(shape.table(), definition, a, b));
            }
        });
        self.store.remove(slot)
    }

    /// Lends the indexes out, so that they can be changed while the rows are read.
    fn with_indexes(&mut self, work: impl FnOnce(&Table, &mut Indexes)) {
        let mut indexes = Indexes {
            identity: std::mem::take(&mut self.identity),
            unique: std::mem::take(&mut self.unique),
            ordered: std::mem::take(&mut self.ordered),
        };
        work(self, &mut indexes);
        (self.identity, self.unique, self.ordered) = (indexes.identity, indexes.unique, indexes.ordered);
    }

    fn shape(&self) -> Result<&Shape> {
        self.shape.as_ref().ok_or_else(|| no_schema(&self.name))
    }

    /// What the identity index goes by: the primary key, or the whole row.
    fn identity_key<'a>(&self, row: &'a [u8]) -> &'a [u8] {
        self.primary_key(row).unwrap_or(row)
    }

    fn unique_index(&self, shape: &Shape, column: usize) -> Option<&HashIndex> {
        if shape.table().primary_key == Some(column) {
            return Some(&self.identity);
        }
        shape.unique.iter().position(|unique| *unique == column).map(|position| &self.unique[position])
    }

    fn column(&self, table: &TableSchema, slot: Slot, column: usize) -> &[u8] {
        column_of(table, self.row(slot), column)
    }

    /// Every slot that holds a row.
    pub(crate) fn slots(&self) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(self.len());
        let mut from = 0;
        while let Some((slot, _)) = self.next(from) {
            slots.push(slot);
            from = slot + 1;
        }
        slots
    }

    /// The order of two rows in an index; rows with equal keys lie in the order of their slots.
    fn compare_slots(&self, table: &TableSchema, index: &Index, a: Slot, b: Slot) -> Ordering {
        let compare = |column: &usize| {
            table.layout.compare(*column, self.column(table, a, *column), self.column(table, b, *column))
        };
        index.columns.iter().map(compare).find(|order| order.is_ne()).unwrap_or_else(|| a.cmp(&b))
    }

    /// Where a row lies: before the range (`Less`), in it (`Equal`), after it (`Greater`).
    fn lies(&self, table: &TableSchema, index: &Index, prefix: &[&[u8]], range: &KeyRange<'_>, slot: Slot) -> Ordering {
        let compare =
            |column: usize, value: &[u8]| table.layout.compare(column, self.column(table, slot, column), value);
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
    fn check_value(&self, table: &TableSchema, column: usize, value: &[u8], argument: &str) -> Result<()> {
        table.layout.check_value(column, value).map_err(|error| self.bad_value(table, column, argument, &error))
    }

    fn bad_value(&self, table: &TableSchema, column: usize, argument: &str, why: &dyn std::fmt::Display) -> Error {
        let column = &table.columns[column].name;
        Error::argument(argument, format_args!("is not a value of column `{column}` of table `{}`: {why}", self.name))
    }

    fn unknown_column(&self, table: &TableSchema, column: &str) -> Error {
        let known: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
        let message = format!("table `{}` has no column `{column}`; it has: {}", self.name, known.join(", "));
        Error::new(STDB_ERR_UNKNOWN_COLUMN, message)
    }

    fn unknown_index(&self, table: &TableSchema, index: &str) -> Error {
        let known: Vec<&str> = table.indexes.iter().map(|index| &*index.name).collect();
        let message = format!("table `{}` has no index `{index}`; it has: {}", self.name, known.join(", "));
        Error::new(STDB_ERR_UNKNOWN_INDEX, message)
    }
}

/// A table's indexes while they are lent out.
struct Indexes {
    identity: HashIndex,
    unique: Vec<HashIndex>,
    ordered: Vec<OrderedIndex>,
}

/// The error of asking for columns where there is no schema.
pub(crate) fn no_schema(table: &str) -> Error {
    Error::new(STDB_ERR_NO_SCHEMA, format!("the connection has no schema (yet), so table `{table}` has no columns"))
}

fn column_of<'a>(table: &TableSchema, row: &'a [u8], column: usize) -> &'a [u8] {
    let range = table.layout.column_range(row, column).expect("rows are checked before they are stored");
    &row[range]
}
