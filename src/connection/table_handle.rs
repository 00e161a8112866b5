//! Reading a table of a connection, and its callbacks.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};

use super::Connection;
use super::callbacks::{BatchFn, CallbackId, List, RowFn, TableCallbacks, UpdateFn};
use super::rows::RowIter;
use crate::cache::guard::this_thread;
use crate::cache::table::{KeyRange, Table, no_schema};
use crate::cache::{Cache, RowRef};
use crate::error::{
    Error, Result, STDB_ERR_DISCONNECTED, STDB_ERR_NO_READ_GUARD, STDB_ERR_NOT_FOUND, STDB_ERR_UNKNOWN_TABLE,
};

/// A table by its name. It may be asked for before the schema is known; a name that the schema then does not have gives
/// `STDB_ERR_UNKNOWN_TABLE` when the table is read.
pub struct TableHandle {
    name: Arc<str>,
    connection: Weak<Connection>,
    poisoned: AtomicBool,
}

impl TableHandle {
    pub(super) fn new(name: Arc<str>, connection: Weak<Connection>) -> Self {
        TableHandle { name, connection, poisoned: AtomicBool::new(false) }
    }

    /// Raised when a call on the handle panicked.
    pub fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }

    /// The table's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How many distinct rows are cached. Needs no guard.
    pub fn count(&self) -> Result<usize> {
        let connection = self.connection()?;
        let cache = connection.cache.read();
        Ok(self.find_in(&connection, &cache)?.map_or(0, Table::len))
    }

    /// The row whose unique column has that BSATN value.
    ///
    /// Errors: `STDB_ERR_NOT_FOUND`, `STDB_ERR_NO_READ_GUARD` outside of callbacks and guards, and those of
    /// [`Table::find`].
    pub fn find(&self, column: &str, key: &[u8]) -> Result<RowRef> {
        let connection = self.connection()?;
        connection.check_may_borrow()?;
        let cache = connection.cache.read();
        let table = self.find_in(&connection, &cache)?.ok_or_else(|| no_schema(&self.name))?;
        let row = table.find(column, key)?;
        let absent =
            || Error::new(STDB_ERR_NOT_FOUND, format!("table `{}` has no row with that `{column}`", self.name));
        row.map(RowRef::of).ok_or_else(absent)
    }

    /// All rows, in no particular order.
    pub fn iter(&self) -> Result<RowIter> {
        let connection = self.connection()?;
        self.find_in(&connection, &connection.cache.read())?;
        Ok(RowIter::over_all(connection, self.name.clone()))
    }

    /// The rows that an index has in a range, in the index's order. Errors as [`Table::filter`].
    pub fn filter(&self, index: &str, range: &KeyRange<'_>) -> Result<RowIter> {
        let connection = self.connection()?;
        // The guard comes first, so that no slot moves between finding and reading it.
        let mut rows = RowIter::over_all(connection.clone(), self.name.clone());
        let cache = connection.cache.read();
        let table = self.find_in(&connection, &cache)?.ok_or_else(|| no_schema(&self.name))?;
        rows.narrow(table.filter(index, range)?);
        Ok(rows)
    }

    /// Registers a callback for new rows.
    pub fn on_insert(&self, callback: Box<RowFn>) -> Result<CallbackId> {
        self.add(callback, |table| &mut table.insert)
    }

    /// Registers a callback for rows that are about to go; the cache is still as it was.
    pub fn on_before_delete(&self, callback: Box<RowFn>) -> Result<CallbackId> {
        self.add(callback, |table| &mut table.before_delete)
    }

    /// Registers a callback for rows that are gone.
    pub fn on_delete(&self, callback: Box<RowFn>) -> Result<CallbackId> {
        self.add(callback, |table| &mut table.delete)
    }

    /// Registers a callback for rows that were replaced by one with the same primary key.
    pub fn on_update(&self, callback: Box<UpdateFn>) -> Result<CallbackId> {
        self.add(callback, |table| &mut table.update)
    }

    /// Registers a callback for all that a message changes.
    pub fn on_batch(&self, callback: Box<BatchFn>) -> Result<CallbackId> {
        self.add(callback, |table| &mut table.batch)
    }

    /// Removes a callback of this table; `STDB_ERR_NOT_FOUND` when it has none of that number.
    pub fn remove_callback(&self, id: CallbackId) -> Result<()> {
        self.connection()?.callbacks.remove_from_table(&self.name, id)
    }

    fn add<F: ?Sized>(
        &self,
        callback: Box<F>,
        list: impl FnOnce(&mut TableCallbacks) -> &mut List<F>,
    ) -> Result<CallbackId> {
        let name = self.name.clone();
        Ok(self.connection()?.callbacks.add(callback, |set| list(set.tables.entry(name).or_default())))
    }

    fn connection(&self) -> Result<Arc<Connection>> {
        self.connection.upgrade().ok_or_else(|| Error::new(STDB_ERR_DISCONNECTED, "the connection was freed"))
    }

    /// The table in the cache; `None` when no row of it has arrived and there is no schema to know it from.
    fn find_in<'a>(&self, connection: &Connection, cache: &'a Cache) -> Result<Option<&'a Table>> {
        match cache.position(&self.name) {
            Some(position) => Ok(Some(cache.table(position))),
            None if connection.life.lock().schema.is_some() => {
                Err(Error::new(STDB_ERR_UNKNOWN_TABLE, format!("the schema has no table `{}`", self.name)))
            }
            None => Ok(None),
        }
    }
}

impl Connection {
    /// Whether this thread is inside a callback of the connection, where rows stay where they are by themselves.
    pub fn is_in_callback(&self) -> bool {
        self.advancer.is_here()
    }

    /// Rows may be borrowed in a callback or under a read guard.
    pub(super) fn check_may_borrow(&self) -> Result<()> {
        if self.is_in_callback() || self.guards.held_here() {
            return Ok(());
        }
        Err(Error::new(STDB_ERR_NO_READ_GUARD, "rows can be borrowed in a callback or under a read guard only"))
    }

    /// Takes a read guard for this thread; inside a callback none is needed, and none is taken.
    pub fn begin_read(&self) {
        if !self.is_in_callback() {
            self.guards.begin();
        }
    }

    /// Gives the read guard of this thread back; inside a callback there is none to give back.
    ///
    /// Returns `STDB_ERR_NO_READ_GUARD` when this thread holds none.
    pub fn end_read(&self) -> Result<()> {
        if self.is_in_callback() { Ok(()) } else { self.guards.end(this_thread()) }
    }
}
