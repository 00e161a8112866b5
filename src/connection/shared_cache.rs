//! The cache as the connection, its table handles and iterators share it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cache::Cache;
use crate::cache::guard::this_thread;
use crate::cache::guarded::GuardedCache;
use crate::error::Result;
use crate::schema::Schema;

/// The cache, and whether anything can still change it.
///
/// Rows may be borrowed inside a callback, since nothing is applied while one runs, and under a read guard, for which
/// applying waits.
pub struct SharedCache {
    /// The tables. Owned by the thread that advances.
    pub tables: GuardedCache,
    /// Whether the connection's end was told of, so that nothing is left to advance.
    done: AtomicBool,
}

impl SharedCache {
    /// An empty cache, with the tables of a schema, if there is one already.
    pub fn new(schema: Option<&Arc<Schema>>) -> Self {
        let cache = schema.map(Cache::with_schema).unwrap_or_default();
        SharedCache { tables: GuardedCache::new(cache), done: AtomicBool::new(false) }
    }

    /// Whether the end was told of.
    pub fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// The end was told of.
    pub(super) fn finish(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Whether this thread is inside a callback of the connection, where rows stay where they are by themselves.
    #[inline]
    pub fn is_in_callback(&self) -> bool {
        self.tables.is_owned_here()
    }

    /// Takes a read guard for this thread; inside a callback none is needed, and none is taken.
    pub fn begin_read(&self) {
        if !self.is_in_callback() {
            self.tables.guards().begin();
        }
    }

    /// Gives the read guard of this thread back; inside a callback there is none to give back.
    ///
    /// Returns `STDB_ERR_NO_READ_GUARD` when this thread holds none.
    pub fn end_read(&self) -> Result<()> {
        if self.is_in_callback() { Ok(()) } else { self.tables.guards().end(this_thread()) }
    }
}
