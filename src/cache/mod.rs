//! The client cache: the rows of the subscribed tables, as the host's messages leave them.
//!
//! - [`shape`]: what the schema says of a table's keys.
//! - `slab`, `varied`, [`store`]: where a table's rows lie, packed and numbered; [`holders`]: who holds each.
//! - [`key_index`]: rows by primary key and unique columns, which are told apart by the numbers of [`key`]: a [`dense_index`]
//!   while keys lie close together, a [`hash_index`] otherwise; [`ordered_index`]: rows by ranges. All hold slots, not keys.
//! - [`table`]: a table: store and indexes kept together; [`find`]: rows by unique columns; [`query`]: rows by ranges.
//! - [`delta`]: the rows that a message brings, made ready on the library's own thread.
//! - [`change`]: what a message changes, worked out before anything is touched, then applied.
//! - [`memory`]: giving back what large messages needed.
//! - [`guard`]: read guards, which keep borrowed rows where they lie; [`guarded`]: the cache as threads share it.
//!
//! A row is its BSATN bytes. It has a count for each query set that holds it: each delivery of an insert adds one, of a
//! delete takes one; it is in the cache while any count is above zero. v1 does not tell query sets apart, so there all is
//! one count.

pub mod change;
pub mod delta;
pub mod dense_index;
pub mod find;
pub mod guard;
pub mod guarded;
pub mod hash_index;
pub mod holders;
pub mod key;
pub mod key_index;
pub mod memory;
pub mod ordered_index;
pub mod query;
pub mod shape;
mod slab;
pub mod store;
pub mod table;
mod varied;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hashbrown::HashMap;

use crate::schema::Schema;
use shape::Shape;
use table::Table;

/// A row's bytes as they lie in the cache: a plain address and length.
///
/// It may be followed only while the row cannot move: inside the callback it was given to, or under a read guard.
#[derive(Clone, Copy, Debug)]
pub struct RowRef {
    /// The first byte.
    pub data: *const u8,
    /// The length in bytes.
    pub len: usize,
}

impl RowRef {
    /// Where `row` lies.
    pub fn of(row: &[u8]) -> Self {
        RowRef { data: row.as_ptr(), len: row.len() }
    }
}

/// The tables of one connection.
///
/// With a schema they are the schema's, in its order; without one, a table is added when rows of it first arrive.
#[derive(Default)]
pub struct Cache {
    tables: Vec<Table>,
    positions: HashMap<Arc<str>, usize>,
}

impl Cache {
    /// A cache with the tables of a schema.
    pub fn with_schema(schema: &Arc<Schema>) -> Self {
        let mut cache = Cache::default();
        for shape in Shape::all(schema) {
            cache.add(Table::new(shape.table().name.clone(), Some(shape)));
        }
        cache
    }

    /// An empty cache with the same tables.
    pub fn with_same_tables(&self) -> Self {
        let mut cache = Cache::default();
        for table in &self.tables {
            cache.add(Table::new(table.name().clone(), table.shape.clone()));
        }
        cache
    }

    /// Every table, given up.
    pub fn into_tables(self) -> Vec<Table> {
        self.tables
    }

    /// Where the table of that name is; `None` when there is none.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// Where the table of that name is; a table without a schema is added when there is none.
    pub fn position_or_add(&mut self, name: &str) -> usize {
        self.position(name).unwrap_or_else(|| self.add(Table::new(name.into(), None)))
    }

    /// The table at a position.
    pub fn table(&self, position: usize) -> &Table {
        &self.tables[position]
    }

    /// The table at a position, to be changed.
    pub(crate) fn table_mut(&mut self, position: usize) -> &mut Table {
        &mut self.tables[position]
    }

    /// Every table, in the schema's order.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    fn add(&mut self, table: Table) -> usize {
        let position = self.tables.len();
        self.positions.insert(table.name().clone(), position);
        self.tables.push(table);
        position
    }
}
