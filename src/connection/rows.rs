//! Walking over rows of a table.

use std::marker::PhantomData;
use std::sync::Arc;

use super::shared_cache::SharedCache;
use crate::cache::RowRef;
use crate::cache::guard::{ThreadNumber, this_thread};
use crate::cache::store::Slot;

/// An iterator over rows of a table. It holds a read guard, so that the rows it has given stay where they are until it is
/// dropped; one made inside a callback holds none, and is of use in that callback only.
pub struct RowIter {
    cache: Arc<SharedCache>,
    /// The table's position; `None` while no row of it has arrived.
    table: Option<usize>,
    source: Source,
    guard: Option<ThreadNumber>,
    /// The next rows, where they lie one after the other.
    run: Run,
    /// The next rows elsewhere, fetched together so that the table is not asked for each.
    block: Vec<RowRef>,
    given: usize,
    /// It stays on its thread: the guard that it ends is that thread's, which may be reading under it.
    _not_send: PhantomData<*const ()>,
}

/// How many rows are fetched together.
const BLOCK: usize = 256;

/// Rows of one size, one after the other.
struct Run {
    next: RowRef,
    left: usize,
}

enum Source {
    /// Every row from a slot on, or, where all have one size, from a chunk on.
    All(u32),
    /// The rows in these slots.
    Some(std::vec::IntoIter<Slot>),
}

impl RowIter {
    pub(super) fn over_all(cache: Arc<SharedCache>) -> Self {
        let guard = (!cache.is_in_callback()).then(|| {
            cache.tables.guards().begin();
            this_thread()
        });
        RowIter {
            cache,
            table: None,
            source: Source::All(0),
            guard,
            run: Run { next: RowRef::of(&[]), left: 0 },
            block: Vec::new(),
            given: 0,
            _not_send: PhantomData,
        }
    }

    pub(super) fn of_table(mut self, table: Option<usize>) -> Self {
        self.table = table;
        self
    }

    pub(super) fn only(mut self, slots: Vec<Slot>) -> Self {
        self.source = Source::Some(slots.into_iter());
        self
    }

    /// The next row, if it was fetched already.
    #[inline]
    pub fn next_fetched(&mut self) -> Option<RowRef> {
        // An iterator made inside a callback ends with it: after that, its rows may have gone.
        if self.guard.is_none() && !self.cache.is_in_callback() {
            return None;
        }
        if let Some(left) = self.run.left.checked_sub(1) {
            let row = self.run.next;
            self.run = Run { next: RowRef { data: row.data.wrapping_add(row.len), ..row }, left };
            return Some(row);
        }
        let row = self.block.get(self.given).copied()?;
        self.given += 1;
        Some(row)
    }

    /// Fetches the next rows; `false` when there are no more.
    fn fetch(&mut self) -> bool {
        self.block.clear();
        self.given = 0;
        let Some(position) = self.table else { return false };
        let (run, block, source) = (&mut self.run, &mut self.block, &mut self.source);
        let fetched = self.cache.tables.borrow(|cache| {
            let table = cache.table(position);
            let from = match source {
                Source::All(from) => from,
                Source::Some(slots) => {
                    return block.extend(slots.take(BLOCK).map(|slot| RowRef::of(table.row(slot))));
                }
            };
            if let Some(chunks) = table.chunks() {
                let Some(chunk) = chunks.get(*from as usize) else { return };
                *run = Run { next: RowRef { data: chunk.data, len: chunk.stride }, left: chunk.count };
                *from += 1;
            } else {
                let end = (*from as usize + BLOCK).min(table.len()) as Slot;
                block.extend((*from..end).map(|slot| RowRef::of(table.row(slot))));
                *from = end;
            }
        });
        fetched.is_ok() && (self.run.left > 0 || !self.block.is_empty())
    }
}

impl Iterator for RowIter {
    type Item = RowRef;

    fn next(&mut self) -> Option<RowRef> {
        let is_fetched = self.run.left > 0 || self.given < self.block.len();
        if is_fetched || self.fetch() { self.next_fetched() } else { None }
    }
}

impl Drop for RowIter {
    fn drop(&mut self) {
        if let Some(thread) = self.guard {
            // The guard was taken when the iterator was made, so it is there to be ended.
            let _ = self.cache.tables.guards().end(thread);
        }
    }
}
