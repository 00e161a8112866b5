//! The callbacks of a connection, and which of them run for a message.
//!
//! The set is shared and copied on change: a message runs the callbacks that stood when it began, less those that were
//! removed since. A callback's closure is dropped (and with it the caller's data) when nobody can run it any more: at once
//! when it is removed, or when the message that is being told of is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use hashbrown::HashMap;
use parking_lot::Mutex;

use super::context::Context;
use crate::cache::RowRef;
use crate::error::{Error, Result, STDB_ERR_NOT_FOUND};

/// The number of a registered callback. Never 0, never used again.
pub type CallbackId = u64;

/// What is called with one row.
pub type RowFn = dyn Fn(&Context<'_>, RowRef) + Send + Sync;
/// What is called with an old and a new row.
pub type UpdateFn = dyn Fn(&Context<'_>, RowRef, RowRef) + Send + Sync;
/// What is called with all that a message changed in a table.
pub type BatchFn = dyn Fn(&Context<'_>, &Batch) + Send + Sync;
/// What is called once, with the context alone.
pub type OnceFn = Box<dyn FnOnce(&Context<'_>) + Send>;
/// What is called with the context alone.
pub type EventFn = dyn Fn(&Context<'_>) + Send + Sync;

/// All that a message changed in a table. The rows may be followed as long as the callback runs.
pub struct Batch {
    /// New rows.
    pub inserted: Vec<RowRef>,
    /// Rows that are gone.
    pub deleted: Vec<RowRef>,
    /// Old and new row of each update.
    pub updated: Vec<(RowRef, RowRef)>,
}

/// A callback with its number and whether it was removed.
pub struct Registered<F: ?Sized> {
    id: CallbackId,
    removed: AtomicBool,
    function: Box<F>,
}

/// The callbacks of one kind at one place, in the order in which they were registered.
pub type List<F> = Vec<Arc<Registered<F>>>;

/// The callbacks of one table.
#[derive(Clone, Default)]
pub struct TableCallbacks {
    /// For new rows.
    pub insert: List<RowFn>,
    /// For rows about to go.
    pub before_delete: List<RowFn>,
    /// For rows that are gone.
    pub delete: List<RowFn>,
    /// For rows that were replaced.
    pub update: List<UpdateFn>,
    /// For all changes at once.
    pub batch: List<BatchFn>,
}

/// The callbacks of a connection.
#[derive(Clone, Default)]
pub struct CallbackSet {
    /// By table name.
    pub tables: HashMap<Arc<str>, TableCallbacks>,
    /// By reducer name.
    pub reducers: HashMap<Arc<str>, List<EventFn>>,
    /// After each message that may have changed the cache.
    pub transaction: List<EventFn>,
}

/// Where callbacks are registered and removed, on any thread.
#[derive(Default)]
pub struct Callbacks {
    set: Mutex<Arc<CallbackSet>>,
    last_id: AtomicU64,
}

impl Callbacks {
    /// Registers a callback in the list that `list` picks; it runs from the next message on.
    pub fn add<F: ?Sized>(&self, function: Box<F>, list: impl FnOnce(&mut CallbackSet) -> &mut List<F>) -> CallbackId {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let registered = Arc::new(Registered { id, removed: AtomicBool::new(false), function });
        let mut set = self.set.lock();
        list(Arc::make_mut(&mut set)).push(registered);
        id
    }

    /// Removes a callback of a table. It does not run again; if it is running now, its data goes after that.
    ///
    /// Returns `STDB_ERR_NOT_FOUND` when the table has no callback of that number.
    pub fn remove_from_table(&self, table: &str, id: CallbackId) -> Result<()> {
        self.remove(id, |set| {
            let table = set.tables.get_mut(table)?;
            let removed = take(&mut table.insert, id)
                .or_else(|| take(&mut table.before_delete, id))
                .or_else(|| take(&mut table.delete, id));
            removed.or_else(|| take(&mut table.update, id)).or_else(|| take(&mut table.batch, id))
        })
    }

    /// Removes a reducer callback, as `remove_from_table` does.
    pub fn remove_on_reducer(&self, id: CallbackId) -> Result<()> {
        self.remove(id, |set| set.reducers.values_mut().find_map(|list| take(list, id)))
    }

    /// Removes a transaction callback, as `remove_from_table` does.
    pub fn remove_on_transaction(&self, id: CallbackId) -> Result<()> {
        self.remove(id, |set| take(&mut set.transaction, id))
    }

    /// The callbacks as they stand now.
    pub fn snapshot(&self) -> Arc<CallbackSet> {
        self.set.lock().clone()
    }

    fn remove(&self, id: CallbackId, take: impl FnOnce(&mut CallbackSet) -> Option<Removed>) -> Result<()> {
        // What is taken out is dropped after the lock is released, since the caller's destructor may call us.
        let removed = take(Arc::make_mut(&mut self.set.lock()));
        removed.map(drop).ok_or_else(|| Error::new(STDB_ERR_NOT_FOUND, format!("no callback has the number {id} here")))
    }
}

/// A removed callback of any kind, to be dropped.
type Removed = Box<dyn Send>;

fn take<F: ?Sized + Send + Sync + 'static>(list: &mut List<F>, id: CallbackId) -> Option<Removed> {
    let place = list.iter().position(|callback| callback.id == id)?;
    let callback = list.remove(place);
    callback.removed.store(true, Ordering::Release);
    Some(Box::new(callback))
}

/// Runs the callbacks of a list in order, but for those removed meanwhile, until `stop` says that none may run any more.
pub fn run<F: ?Sized>(list: &List<F>, stop: impl Fn() -> bool, mut call: impl FnMut(&F)) {
    for callback in list {
        if stop() {
            return;
        }
        if !callback.removed.load(Ordering::Acquire) {
            call(&callback.function);
        }
    }
}
