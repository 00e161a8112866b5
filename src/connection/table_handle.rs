//! Reading a table of a connection, and its callbacks.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, Weak};

use super::Connection;
use super::callbacks::{BatchFn, CallbackId, List, RowFn, TableCallbacks, UpdateFn};
use super::rows::RowIter;
use super::shared_cache::SharedCache;
use crate::cache::find::Name;
use crate::cache::query::{KeyRange, no_schema};
use crate::cache::store::Chunk;
use crate::cache::table::Table;
use crate::cache::{Cache, RowRef};
use crate::error::{
    Error, Result, STDB_ERR_DISCONNECTED, STDB_ERR_NOT_FOUND, STDB_ERR_ROW_SIZE, STDB_ERR_UNKNOWN_TABLE,
};
use crate::schema::{Schema, TableSchema};

/// A table by its name. It may be asked for before the schema is known; a name that the schema then does not have gives
/// `STDB_ERR_UNKNOWN_TABLE` when the table is read.
pub struct TableHandle {
    name: Arc<str>,
    connection: Weak<Connection>,
    cache: Arc<SharedCache>,
    /// Where the table is in the cache, once it is there.
    position: OnceLock<usize>,
    /// The schema and where the table is in it, once asked for.
    schema: OnceLock<(Arc<Schema>, usize)>,
    poisoned: AtomicBool,
}

impl TableHandle {
    pub(super) fn new(name: Arc<str>, connection: &Connection) -> Self {
        TableHandle {
            name,
            connection: connection.this.clone(),
            cache: connection.cache.clone(),
            position: OnceLock::new(),
            schema: OnceLock::new(),
            poisoned: AtomicBool::new(false),
        }
    }

    /// Raised when a call on the handle panicked.
    pub fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }

    /// The table's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What the schema says of the table. It stays the same from then on.
    ///
    /// Returns `STDB_ERR_NO_SCHEMA` when there is none, or not yet, and `STDB_ERR_UNKNOWN_TABLE`.
    pub fn schema(&self) -> Result<&TableSchema> {
        let (schema, position) = match self.schema.get() {
            Some(known) => known,
            None => self.find_schema()?,
        };
        Ok(&schema.tables[*position])
    }

    #[cold]
    fn find_schema(&self) -> Result<&(Arc<Schema>, usize)> {
        let schema = self.connection()?.life.lock().schema.clone().ok_or_else(|| no_schema(&self.name))?;
        let position = schema.table_position(&self.name).ok_or_else(|| schema.no_table(&self.name))?;
        Ok(self.schema.get_or_init(|| (schema, position)))
    }

    /// How many distinct rows are cached. Needs no guard.
    pub fn count(&self) -> Result<usize> {
        self.cache.tables.read(|cache| Ok(self.position(cache)?.map_or(0, |position| cache.table(position).len())))
    }

    /// How many bytes the rows and indexes take. Needs no guard.
    pub fn memory(&self) -> Result<usize> {
        self.cache.tables.read(|cache| Ok(self.position(cache)?.map_or(0, |position| cache.table(position).memory())))
    }

    /// The chunks in which the rows lie, and how many there are. Both hold as long as rows may be borrowed.
    ///
    /// Errors: `STDB_ERR_NO_READ_GUARD` outside of callbacks and guards, `STDB_ERR_NO_SCHEMA`, `STDB_ERR_UNKNOWN_TABLE`,
    /// `STDB_ERR_ROW_SIZE` for a table whose rows differ in size.
    pub fn chunks(&self) -> Result<(*const Chunk, usize)> {
        let differ = || {
            let message =
                format!("the rows of table `{}` differ in size, so that they do not lie in chunks", self.name);
            Error::new(STDB_ERR_ROW_SIZE, message)
        };
        self.cache.tables.borrow(|cache| {
            let table = self.known_table(cache)?;
            table.schema().ok_or_else(|| no_schema(&self.name))?;
            let chunks = table.chunks().ok_or_else(differ)?;
            Ok((chunks.as_ptr(), chunks.len()))
        })?
    }

    /// The row whose unique column has that BSATN value.
    ///
    /// Errors: `STDB_ERR_NOT_FOUND`, `STDB_ERR_NO_READ_GUARD` outside of callbacks and guards, and those of
    /// [`Table::find`].
    #[inline]
    pub fn find(&self, column: &(impl Name + ?Sized), key: &[u8]) -> Result<RowRef> {
        self.cache.tables.borrow(|cache| {
            let row = self.known_table(cache)?.find(column, key)?;
            row.map(RowRef::of).ok_or_else(|| self.absent(&column.to_string()))
        })?
    }

    /// The rows whose unique column has these BSATN values: `found` is given each key's number and row.
    ///
    /// Errors: `STDB_ERR_NO_READ_GUARD` outside of callbacks and guards, and those of [`Table::find_many`].
    pub fn find_many(
        &self,
        column: &(impl Name + ?Sized),
        keys: &[u8],
        count: usize,
        mut found: impl FnMut(usize, Option<RowRef>),
    ) -> Result<()> {
        self.cache.tables.borrow(|cache| {
            let table = self.known_table(cache)?;
            table.find_many(column, keys, count, |number, row| found(number, row.map(RowRef::of)))
        })?
    }

    #[cold]
    fn absent(&self, column: &str) -> Error {
        Error::new(STDB_ERR_NOT_FOUND, format!("table `{}` has no row with that `{column}`", self.name))
    }

    /// All rows, in no particular order.
    pub fn iter(&self) -> Result<RowIter> {
        // The guard comes first, so that no row moves any more.
        let rows = RowIter::over_all(self.cache.clone());
        let position = self.cache.tables.borrow(|cache| self.position(cache))??;
        Ok(rows.of_table(position))
    }

    /// The rows that an index has in a range, in the index's order. Errors as [`Table::filter`].
    pub fn filter(&self, index: &str, range: &KeyRange<'_>) -> Result<RowIter> {
        let rows = self.iter()?;
        let slots = self.cache.tables.borrow(|cache| self.known_table(cache)?.filter(index, range))??;
        Ok(rows.only(slots))
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

    /// The table in the cache; `STDB_ERR_NO_SCHEMA` when no row of it has arrived and there is no schema to know it from.
    #[inline]
    fn known_table<'a>(&self, cache: &'a Cache) -> Result<&'a Table> {
        let position = self.position(cache)?.ok_or_else(|| no_schema(&self.name))?;
        Ok(cache.table(position))
    }

    /// Where the table is in the cache; `None` when no row of it has arrived and there is no schema to know it from.
    #[inline]
    fn position(&self, cache: &Cache) -> Result<Option<usize>> {
        match self.position.get() {
            Some(position) => Ok(Some(*position)),
            None => self.find_position(cache),
        }
    }

    #[cold]
    fn find_position(&self, cache: &Cache) -> Result<Option<usize>> {
        match cache.position(&self.name) {
            // A table stays where it is from then on.
            Some(position) => Ok(Some(*self.position.get_or_init(|| position))),
            None if self.connection()?.life.lock().schema.is_some() => {
                Err(Error::new(STDB_ERR_UNKNOWN_TABLE, format!("the schema has no table `{}`", self.name)))
            }
            None => Ok(None),
        }
    }
}
