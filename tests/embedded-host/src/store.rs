//! Tables, their rows, and transactions over them.

use crate::schema::{Kind, Schema, Table};
use crate::token::Identity;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row: its BSATN bytes.
pub type Row = Arc<[u8]>;

/// Why a reducer did not commit.
pub enum Fail {
    /// It returned this error.
    Error(String),
    /// It panicked.
    Panic,
}

impl<T: Into<String>> From<T> for Fail {
    fn from(message: T) -> Self {
        Fail::Error(message.into())
    }
}

/// The committed rows of every table.
pub struct Store {
    /// What the tables are.
    pub schema: Schema,
    // One map a table, from what tells a row from others to the row.
    tables: Vec<BTreeMap<Vec<u8>, Row>>,
    view: View,
    last_id: u64,
}

/// Computes the rows that a client sees in the view of this name.
pub type View = fn(&str, &Store, &Identity) -> Vec<Row>;

/// What a transaction did to one table.
#[derive(Clone, Default)]
pub struct Change {
    /// Rows that are gone.
    pub deletes: Vec<Row>,
    /// Rows that are new.
    pub inserts: Vec<Row>,
}

impl Change {
    /// Whether there is nothing of it.
    pub fn is_empty(&self) -> bool {
        self.deletes.is_empty() && self.inserts.is_empty()
    }
}

/// What a transaction did to each table.
pub type Changes = Vec<Change>;

impl Store {
    /// Empty tables.
    pub fn new(schema: Schema, view: View) -> Self {
        Self { tables: vec![BTreeMap::new(); schema.tables.len()], schema, view, last_id: 0 }
    }

    /// The rows of a table.
    pub fn rows(&self, table: usize) -> impl Iterator<Item = &Row> {
        self.tables[table].values()
    }

    /// The rows that a client sees in a view.
    pub fn view(&self, view: usize, viewer: &Identity) -> Vec<Row> {
        (self.view)(&self.schema.tables[view].name, self, viewer)
    }

    /// The rows of the table of this name, for a module's own use.
    pub fn table(&self, name: &str) -> impl Iterator<Item = &Row> {
        self.rows(self.schema.table(name).expect("modules name their own tables"))
    }

    /// Starts a transaction; dropping it undoes it.
    pub fn begin(&mut self) -> Transaction<'_> {
        Transaction { changed: vec![BTreeMap::new(); self.tables.len()], store: self }
    }

    /// Commits what a transaction did.
    pub fn apply(&mut self, changes: &Changes) {
        let tables = self.tables.iter_mut().zip(changes).zip(&self.schema.tables);
        for ((rows, change), table) in tables.filter(|(_, table)| table.kind == Kind::Stored) {
            for row in &change.deletes {
                rows.remove(table.key(row));
            }
            for row in &change.inserts {
                rows.insert(table.key(row).to_vec(), row.clone());
            }
        }
    }
}

/// A transaction that is under way.
pub struct Transaction<'s> {
    store: &'s mut Store,
    // What each key will hold; `None` for a row that is deleted.
    changed: Vec<BTreeMap<Vec<u8>, Option<Row>>>,
}

impl Transaction<'_> {
    /// The row with this primary key.
    pub fn find(&self, table: &str, key: &[u8]) -> Option<Row> {
        self.get(self.index(table), key)
    }

    /// Adds a row. One that breaks a unique column is a panic, as it is in a module that does not handle it.
    pub fn insert(&mut self, table: &str, row: Vec<u8>) -> Result<(), Fail> {
        let index = self.index(table);
        let schema = &self.store.schema.tables[index];
        if self.get(index, schema.key(&row)).is_some_and(|there| *there == *row) {
            // A table is a set: a row that is there already changes nothing.
            return Ok(());
        }
        let taken = schema.unique.iter().any(|&column| self.is_taken(index, schema, column, &row));
        if taken {
            return Err(Fail::Panic);
        }
        let key = schema.key(&row).to_vec();
        self.changed[index].insert(key, Some(row.into()));
        Ok(())
    }

    /// Replaces the row with the same primary key; without one, a panic.
    pub fn update(&mut self, table: &str, row: Vec<u8>) -> Result<(), Fail> {
        let index = self.index(table);
        let key = self.store.schema.tables[index].key(&row).to_vec();
        self.get(index, &key).ok_or(Fail::Panic)?;
        self.changed[index].insert(key, Some(row.into()));
        Ok(())
    }

    /// Deletes the row with this primary key, if there is one.
    pub fn delete(&mut self, table: &str, key: &[u8]) {
        let index = self.index(table);
        self.changed[index].insert(key.to_vec(), None);
    }

    /// Deletes every row.
    pub fn clear(&mut self, table: &str) {
        let index = self.index(table);
        let keys: Vec<_> = self.store.tables[index].keys().chain(self.changed[index].keys()).cloned().collect();
        self.changed[index] = keys.into_iter().map(|key| (key, None)).collect();
    }

    /// A number for a column that counts by itself. As on a real host, a failed transaction does not give it back.
    pub fn next_id(&mut self) -> u64 {
        self.store.last_id += 1;
        self.store.last_id
    }

    /// What this transaction does to the store, net: a row that left and came back did not change.
    pub fn finish(self) -> Changes {
        let tables = self.changed.into_iter().zip(&self.store.tables);
        tables
            .map(|(changed, rows)| {
                let mut change = Change::default();
                for (key, new) in changed {
                    let old = rows.get(&key);
                    if old != new.as_ref() {
                        change.deletes.extend(old.cloned());
                        change.inserts.extend(new);
                    }
                }
                change
            })
            .collect()
    }

    fn index(&self, table: &str) -> usize {
        self.store.schema.table(table).expect("reducers name tables of their module")
    }

    fn get(&self, table: usize, key: &[u8]) -> Option<Row> {
        match self.changed[table].get(key) {
            Some(changed) => changed.clone(),
            None => self.store.tables[table].get(key).cloned(),
        }
    }

    fn is_taken(&self, index: usize, schema: &Table, column: usize, row: &[u8]) -> bool {
        let value = schema.column_bytes(row, column);
        if schema.primary_key == Some(column) {
            return self.get(index, value).is_some();
        }
        let committed = self.store.tables[index].iter().filter(|(key, _)| !self.changed[index].contains_key(*key));
        let all = committed.map(|(_, row)| row).chain(self.changed[index].values().flatten());
        all.into_iter().any(|other| schema.column_bytes(other, column) == value)
    }
}
