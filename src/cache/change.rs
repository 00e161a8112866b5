//! What a message changes: worked out first (so that before-delete callbacks see the old state), then applied whole.

use hashbrown::HashSet;

use super::delta::{NONE, TableDelta};
use super::store::Slot;
use super::table::Table;
use super::{Cache, RowRef};

/// What a message will change in one table.
pub struct TablePlan {
    table: usize,
    /// The rows that the message brings; none when a table is only emptied.
    delta: Option<TableDelta>,
    /// Whether the message's table takes the place of the empty one.
    adopts: bool,
    /// Rows that stay, with their new counts.
    recounted: Vec<(Slot, u32)>,
    deleted: Vec<Slot>,
    inserted: Vec<Added>,
    /// The old row's slot, which becomes the new row's.
    updated: Vec<(Slot, Added)>,
    /// Deletes of rows that were not there.
    absent: u64,
}

/// A row that will be there: which of the message's net changes, and how often it was delivered.
#[derive(Clone, Copy)]
struct Added {
    net: u32,
    count: u32,
}

/// What a message has changed in one table. Old rows live here until the callbacks have seen them.
pub struct TableChange {
    /// The table's position.
    pub table: usize,
    /// The slots of new rows.
    pub inserted: Vec<Slot>,
    /// The rows that are gone.
    pub deleted: OldRows,
    /// The old rows of the updates.
    pub outdated: OldRows,
    /// The slots of the new rows of the updates, in the same order.
    pub updated: Vec<Slot>,
}

/// Rows that are no longer in the cache, one after the other.
#[derive(Default)]
pub struct OldRows {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl OldRows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[*start..*end])
    }

    fn of<'a>(rows: impl ExactSizeIterator<Item = &'a [u8]>) -> Self {
        let mut old = OldRows { bytes: Vec::new(), ends: Vec::with_capacity(rows.len()) };
        for row in rows {
            old.bytes.extend_from_slice(row);
            old.ends.push(old.bytes.len());
        }
        old
    }
}

impl TablePlan {
    /// Works out what a delta will change. The table must be in the cache.
    pub fn new(cache: &Cache, position: usize, delta: TableDelta) -> Self {
        let table = cache.table(position);
        let mut plan = TablePlan::nothing(position);
        if delta.is_fresh() && table.is_empty() {
            plan.adopts = true;
        } else {
            plan.settle(table, &delta);
        }
        plan.delta = Some(delta);
        plan
    }

    /// Plans to delete every row of a table.
    pub fn to_empty(cache: &Cache, position: usize) -> Self {
        TablePlan { deleted: cache.table(position).slots(), ..TablePlan::nothing(position) }
    }

    fn nothing(table: usize) -> Self {
        TablePlan {
            table,
            delta: None,
            adopts: false,
            recounted: Vec::new(),
            deleted: Vec::new(),
            inserted: Vec::new(),
            updated: Vec::new(),
            absent: 0,
        }
    }

    /// How many deletes had no row to take away.
    pub fn absent_deletes(&self) -> u64 {
        self.absent
    }

    /// The table's position.
    pub fn table(&self) -> usize {
        self.table
    }

    /// Where the rows lie that will be deleted (not those that will be updated).
    pub fn rows_to_delete(&self, cache: &Cache) -> Vec<RowRef> {
        self.deleted.iter().map(|slot| RowRef::of(cache.table(self.table).row(*slot))).collect()
    }

    /// Changes the table.
    pub fn apply(self, cache: &mut Cache) -> TableChange {
        let TablePlan { table: position, delta, adopts, recounted, deleted, inserted, updated, .. } = self;
        let table = cache.table_mut(position);
        if adopts {
            let fresh = delta.and_then(TableDelta::into_fresh).expect("only a table of its own is adopted");
            *table = *fresh;
            return TableChange { inserted: table.slots(), ..TableChange::nothing(position) };
        }
        table.expect(inserted.len().saturating_sub(deleted.len()), deleted.len() + inserted.len() + updated.len());
        let old = TableChange {
            deleted: OldRows::of(deleted.iter().map(|slot| table.row(*slot))),
            outdated: OldRows::of(updated.iter().map(|(slot, _)| table.row(*slot))),
            ..TableChange::nothing(position)
        };
        for (slot, count) in recounted {
            table.set_count(slot, count);
        }
        if deleted.len() == table.len() && inserted.is_empty() {
            table.clear();
            return old;
        }
        let delta = delta.expect("a plan without a delta empties the table");
        deleted.iter().for_each(|slot| table.unindex(*slot));
        for ((slot, added), old) in updated.iter().zip(old.outdated.iter()) {
            table.update(*slot, old, delta.row(&delta.net(added.net)), added.count);
        }
        let mut gaps = deleted;
        gaps.sort_unstable();
        let inserted = insert(table, &delta, &inserted, &mut gaps);
        let moved = close(table, gaps);
        let updated = updated.into_iter().map(|(slot, _)| moved.now(slot)).collect();
        TableChange { inserted, updated, ..old }
    }

    /// Puts each distinct row's net effect where it belongs.
    fn settle(&mut self, table: &Table, delta: &TableDelta) {
        // The slot of each row that goes away, by net change: what an insert of the same key replaces.
        let mut leaving: Vec<Slot> = vec![NONE; delta.len()];
        for number in 0..delta.len() as u32 {
            let net = delta.net(number);
            if net.change == 0 {
                continue;
            }
            let slot = table.slot_of(delta.row(&net), net.hash);
            let before = slot.map_or(0, |slot| i64::from(table.delivered(slot)));
            let after = before + i64::from(net.change);
            self.absent += (-after).max(0) as u64;
            let count = after.clamp(0, i64::from(u32::MAX)) as u32;
            match (slot, count) {
                (None, 0) => {}
                (None, count) => self.inserted.push(Added { net: number, count }),
                (Some(slot), 0) => {
                    self.deleted.push(slot);
                    leaving[number as usize] = slot;
                }
                (Some(slot), count) => self.recounted.push((slot, count)),
            }
        }
        let order = |added: &Added| delta.net(added.net).insert_order;
        if !self.inserted.is_sorted_by_key(order) {
            self.inserted.sort_by_key(order);
        }
        if table.schema().is_some_and(|schema| schema.primary_key.is_some()) {
            self.pair_updates(delta, &mut leaving);
        }
    }

    /// Turns a delete and an insert with the same primary key into an update. Should several rows have the key, the first
    /// goes with the first.
    fn pair_updates(&mut self, delta: &TableDelta, leaving: &mut [Slot]) {
        if self.deleted.is_empty() || self.inserted.is_empty() {
            return;
        }
        let TablePlan { inserted, updated, deleted, .. } = self;
        inserted.retain(|added| {
            let mut at = delta.net(added.net).first;
            while at != NONE && leaving[at as usize] == NONE {
                at = delta.net(at).next;
            }
            if at == NONE {
                return true;
            }
            updated.push((std::mem::replace(&mut leaving[at as usize], NONE), *added));
            false
        });
        if updated.len() == deleted.len() {
            deleted.clear();
        } else if !updated.is_empty() {
            let replaced: HashSet<Slot> = updated.iter().map(|(slot, _)| *slot).collect();
            deleted.retain(|slot| !replaced.contains(slot));
        }
    }
}

/// Adds rows, into gaps first; the gaps that are filled are taken out of the list. Gives the slots of the rows.
fn insert(table: &mut Table, delta: &TableDelta, inserted: &[Added], gaps: &mut Vec<Slot>) -> Vec<Slot> {
    let filled = gaps.len().min(inserted.len());
    // The lowest ones, so that what is left to be closed lies behind all that was filled.
    let mut fill = gaps.drain(..filled);
    let mut add = |added: &Added| {
        let net = delta.net(added.net);
        let row = delta.row(&net);
        match fill.next() {
            Some(slot) => {
                table.refill(slot, row, net.hash, added.count);
                slot
            }
            None => table.insert(row, net.hash, added.count),
        }
    };
    inserted.iter().map(&mut add).collect()
}

/// The rows that closing gaps has moved.
struct Moved {
    /// From and to, descending.
    moves: Vec<(Slot, Slot)>,
}

impl Moved {
    /// Where the row is now that was in a slot.
    fn now(&self, slot: Slot) -> Slot {
        match self.moves.binary_search_by(|(from, _)| slot.cmp(from)) {
            Ok(place) => self.moves[place].1,
            Err(_) => slot,
        }
    }
}

/// Closes gaps: rows from the end move into them. Each row moves at most once.
fn close(table: &mut Table, mut gaps: Vec<Slot>) -> Moved {
    gaps.sort_unstable();
    let mut moves = Vec::new();
    let mut gaps = &gaps[..];
    while let [lowest, rest @ ..] = gaps {
        let last = (table.len() - 1) as Slot;
        if let [others @ .., highest] = gaps
            && *highest == last
        {
            table.close(last);
            gaps = others;
        } else {
            moves.push((last, *lowest));
            table.close(*lowest);
            gaps = rest;
        }
    }
    table.give_back();
    Moved { moves }
}

impl TableChange {
    /// Whether nothing that a callback could tell has changed.
    pub fn is_empty(&self) -> bool {
        self.inserted.is_empty() && self.deleted.is_empty() && self.updated.is_empty()
    }

    fn nothing(table: usize) -> Self {
        TableChange {
            table,
            inserted: Vec::new(),
            deleted: OldRows::default(),
            outdated: OldRows::default(),
            updated: Vec::new(),
        }
    }
}
