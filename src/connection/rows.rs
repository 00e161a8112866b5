//! Walking over rows of a table.

use std::sync::Arc;

use super::Connection;
use crate::cache::RowRef;
use crate::cache::guard::{ThreadNumber, this_thread};
use crate::cache::store::Slot;

/// An iterator over rows of a table. It holds a read guard, so that the rows it has given stay where they are until it is
/// dropped; one made inside a callback holds none, and is of use in that callback only.
pub struct RowIter {
    connection: Arc<Connection>,
    table: Arc<str>,
    source: Source,
    guard: Option<ThreadNumber>,
}

enum Source {
    /// Every row from a slot on.
    All(Slot),
    /// The rows in these slots.
    Some(std::vec::IntoIter<Slot>),
}

impl RowIter {
    pub(super) fn over_all(connection: Arc<Connection>, table: Arc<str>) -> Self {
        let guard = (!connection.is_in_callback()).then(|| {
            connection.guards.begin();
            this_thread()
        });
        RowIter { connection, table, source: Source::All(0), guard }
    }

    pub(super) fn narrow(&mut self, slots: Vec<Slot>) {
        self.source = Source::Some(slots.into_iter());
    }

    /// Whether rows may still be asked for: an iterator made inside a callback ends with it.
    fn is_valid(&self) -> bool {
        self.guard.is_some() || self.connection.is_in_callback()
    }
}

impl Iterator for RowIter {
    type Item = RowRef;

    fn next(&mut self) -> Option<RowRef> {
        if !self.is_valid() {
            return None;
        }
        let cache = self.connection.cache.read();
        let table = cache.table(cache.position(&self.table)?);
        match &mut self.source {
            Source::All(from) => {
                let (slot, row) = table.next(*from)?;
                *from = slot + 1;
                Some(RowRef::of(row))
            }
            Source::Some(slots) => table.get(slots.next()?).map(RowRef::of),
        }
    }
}

impl Drop for RowIter {
    fn drop(&mut self) {
        if let Some(thread) = self.guard {
            // The guard was taken when the iterator was made, so it is there to be ended.
            let _ = self.connection.guards.end(thread);
        }
    }
}
