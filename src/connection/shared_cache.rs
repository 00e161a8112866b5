//! The cache of a connection, and who may read it when.

use std::sync::Arc;

use parking_lot::RwLock;

use super::advance::Advancer;
use crate::cache::Cache;
use crate::cache::guard::{ReadGuards, this_thread};
use crate::error::{Error, Result, STDB_ERR_NO_READ_GUARD};
use crate::schema::Schema;

/// The cache as it is shared by the connection, its table handles and iterators.
///
/// Rows may be borrowed inside a callback, since nothing is applied while one runs, and under a read guard, for which
/// applying waits.
pub struct SharedCache {
    /// The tables. Locked for moments only, never while a callback runs.
    pub tables: RwLock<Cache>,
    /// Who borrows rows.
    pub guards: ReadGuards,
    /// Who applies messages and runs callbacks.
    pub advancer: Advancer,
}

impl SharedCache {
    /// An empty cache, with the tables of a schema, if there is one already.
    pub fn new(schema: Option<&Arc<Schema>>) -> Self {
        SharedCache {
            tables: RwLock::new(schema.map(Cache::with_schema).unwrap_or_default()),
            guards: ReadGuards::default(),
            advancer: Advancer::default(),
        }
    }

    /// Whether this thread is inside a callback of the connection, where rows stay where they are by themselves.
    pub fn is_in_callback(&self) -> bool {
        self.advancer.is_here()
    }

    /// Whether this thread may borrow rows; `STDB_ERR_NO_READ_GUARD` otherwise.
    pub fn check_may_borrow(&self) -> Result<()> {
        if self.guards.held_here() || self.is_in_callback() {
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
