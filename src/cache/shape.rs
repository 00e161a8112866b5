//! What the cache needs to know of a table from the schema.

use std::ops::Range;
use std::sync::Arc;

use crate::schema::{RowLayout, Schema, TableSchema};

/// A table of a schema, with where its keys lie.
pub struct Shape {
    schema: Arc<Schema>,
    position: usize,
    /// The primary key, if there is one.
    pub key: Option<KeyColumn>,
    /// The unique columns but the primary key.
    pub unique: Vec<KeyColumn>,
}

/// A column that rows are found by.
pub struct KeyColumn {
    /// Its position.
    pub column: usize,
    /// Its name.
    pub name: Arc<str>,
    /// How many bytes every key has, when any so many bytes are a key.
    pub plain_size: Option<usize>,
    /// Where it lies, when that is the same in all rows.
    fixed: Option<Range<usize>>,
    /// How many bytes every key has, when that is the same for all.
    size: Option<usize>,
}

impl Shape {
    /// The shapes of all tables of a schema, in its order.
    pub fn all(schema: &Arc<Schema>) -> Vec<Arc<Shape>> {
        let shape = |position: usize| {
            let table = &schema.tables[position];
            let key_column = |column: usize| KeyColumn {
                column,
                name: table.columns[column].name.clone(),
                plain_size: table.layout.column_size(column).filter(|_| table.layout.is_plain_column(column)),
                fixed: table.layout.fixed_range(column),
                size: table.layout.column_size(column),
            };
            let unique = table.unique.iter().copied().filter(|column| Some(*column) != table.primary_key);
            Shape {
                schema: schema.clone(),
                position,
                key: table.primary_key.map(key_column),
                unique: unique.map(key_column).collect(),
            }
        };
        (0..schema.tables.len()).map(|position| Arc::new(shape(position))).collect()
    }

    /// What the schema says of the table.
    #[inline]
    pub fn table(&self) -> &TableSchema {
        &self.schema.tables[self.position]
    }
}

impl KeyColumn {
    /// How many bytes every key has; `None` when that depends on the key.
    pub fn size(&self) -> Option<usize> {
        self.size
    }

    /// The column's bytes in a row that was checked.
    #[inline]
    pub fn of<'a>(&self, layout: &RowLayout, row: &'a [u8]) -> &'a [u8] {
        match &self.fixed {
            Some(range) => &row[range.clone()],
            None => column_of(layout, row, self.column),
        }
    }
}

/// A column's bytes in a row that was checked.
pub fn column_of<'a>(layout: &RowLayout, row: &'a [u8], column: usize) -> &'a [u8] {
    let range = layout.column_range(row, column).expect("rows are checked before they are stored");
    &row[range]
}
