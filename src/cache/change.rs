//! What a message changes: worked out first (so that before-delete callbacks see the old state), then applied whole.

use std::sync::Arc;

use hashbrown::{HashSet, HashTable};

use super::delta::{NONE, TableDelta};
use super::holders::Holder;
use super::store::Slot;
use super::table::{FETCHED_AHEAD, Table, identity_key};
use super::{Cache, RowRef};
use crate::wire::RowList;

/// What a message will change in one table.
pub struct TablePlan {
    table: usize,
    /// The rows that the message brings; none when rows only go.
    delta: Option<TableDelta>,
    /// Whether the message's table takes the place of the one in the cache. All else is then only told.
    adopts: bool,
    /// Changes to who holds rows that stay.
    held: Vec<(Slot, Holder, i64)>,
    deleted: Vec<Slot>,
    /// Which of the delta's net changes become rows.
    inserted: Vec<u32>,
    /// The old row's slot, which becomes the new row's, and the new row's net change.
    updated: Vec<(Slot, u32)>,
    /// Deletes of rows that were not there.
    absent: u64,
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
    /// Rows of an event table, which are told of and not kept.
    pub events: Vec<RowList>,
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
        TablePlan::replacing(cache, position, delta, None)
    }

    /// As `new`; and all rows of `ended` go that it alone holds, and that the delta does not bring.
    pub fn replacing(cache: &Cache, position: usize, delta: TableDelta, ended: Option<Holder>) -> Self {
        let table = cache.table(position);
        let mut plan = TablePlan::nothing(position);
        if delta.is_fresh() && table.is_empty() {
            plan.adopts = true;
            plan.inserted = (0..delta.len() as u32).collect();
        } else {
            plan.settle(table, &delta, ended);
        }
        plan.delta = Some(delta);
        plan
    }

    /// Plans that a query set holds nothing any more: rows that it alone held go.
    pub fn without(cache: &Cache, position: usize, ended: Holder) -> Self {
        let mut plan = TablePlan::nothing(position);
        plan.release(cache.table(position), ended, |_| false);
        plan
    }

    /// Plans to delete every row of a table.
    pub fn to_empty(cache: &Cache, position: usize) -> Self {
        TablePlan { deleted: cache.table(position).slots(), ..TablePlan::nothing(position) }
    }

    /// Plans that a table becomes another one, of which only the differences are told.
    pub fn becoming(cache: &Cache, position: usize, table: Box<Table>) -> Self {
        let (old, delta) = (cache.table(position), TableDelta::of_table(table));
        let mut plan = TablePlan { adopts: true, ..TablePlan::nothing(position) };
        let mut stays = vec![false; old.len()];
        for number in 0..delta.len() as u32 {
            let net = delta.net(number);
            match old.slot_of(delta.row(&net), net.code) {
                Some(slot) => stays[slot as usize] = true,
                None => plan.inserted.push(number),
            }
        }
        plan.deleted = (0..old.len() as Slot).filter(|slot| !stays[*slot as usize]).collect();
        plan.pair_by_key(old, &delta);
        plan.delta = Some(delta);
        plan
    }

    fn nothing(table: usize) -> Self {
        TablePlan {
            table,
            delta: None,
            adopts: false,
            held: Vec::new(),
            deleted: Vec::new(),
            inserted: Vec::new(),
            updated: Vec::new(),
            absent: 0,
        }
    }

    /// The table's name and how many deletes had no row to take away; `None` when all had one.
    pub fn absent_deletes(&self, cache: &Cache) -> Option<(Arc<str>, u64)> {
        (self.absent > 0).then(|| (cache.table(self.table).name().clone(), self.absent))
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
        let TablePlan { table: position, mut delta, adopts, held, deleted, inserted, updated, .. } = self;
        let table = cache.table_mut(position);
        let old = TableChange {
            deleted: OldRows::of(deleted.iter().map(|slot| table.row(*slot))),
            outdated: OldRows::of(updated.iter().map(|(slot, _)| table.row(*slot))),
            events: delta.iter_mut().flat_map(|delta| delta.events.drain(..)).map(|events| events.rows).collect(),
            ..TableChange::nothing(position)
        };
        if adopts {
            let fresh = delta.and_then(TableDelta::into_fresh).expect("only a table of its own is adopted");
            *table = *fresh;
            // The numbers of its net changes are its slots.
            return TableChange { inserted, updated: updated.into_iter().map(|(_, slot)| slot).collect(), ..old };
        }
        if deleted.len() == table.len() && inserted.is_empty() {
            table.clear();
            return old;
        }
        table.expect(inserted.len().saturating_sub(deleted.len()), deleted.len() + inserted.len() + updated.len());
        held.into_iter().for_each(|(slot, holder, change)| table.hold(slot, holder, change));
        deleted.iter().for_each(|slot| table.unindex(*slot));
        let mut gaps = deleted;
        gaps.sort_unstable();
        let Some(delta) = delta else {
            close(table, gaps);
            return old;
        };
        let mut holders = Vec::new();
        for ((slot, number), old) in updated.iter().zip(old.outdated.iter()) {
            let net = delta.net(*number);
            delta.holders(&net, &mut holders);
            table.update(*slot, old, delta.row(&net), &holders);
        }
        let inserted = insert(table, &delta, &inserted, &mut gaps);
        let moved = close(table, gaps);
        let updated = updated.into_iter().map(|(slot, _)| moved.now(slot)).collect();
        TableChange { inserted, updated, ..old }
    }

    /// Puts each distinct row's net effect where it belongs.
    fn settle(&mut self, table: &Table, delta: &TableDelta, ended: Option<Holder>) {
        // The slot of each row that goes away, by net change: what an insert of the same key replaces.
        let mut leaving: Vec<Slot> = vec![NONE; delta.len()];
        let mut seen = HashSet::new();
        for number in 0..delta.len() as u32 {
            if (number as usize).is_multiple_of(FETCHED_AHEAD) {
                table.fetch_ahead((number..delta.len() as u32).map(|ahead| delta.net(ahead).code));
            }
            let net = delta.net(number);
            let slot = table.slot_of(delta.row(&net), net.code);
            let begin = self.held.len();
            let mut after = self.hold(table, delta.changes(&net), slot);
            if let (Some(ended), Some(slot)) = (ended, slot) {
                seen.insert(slot);
                let count = i64::from(table.holders().count(slot, ended));
                self.held.push((slot, ended, -count));
                after -= count;
            }
            match slot {
                None if after > 0 => self.inserted.push(number),
                Some(slot) if after <= 0 => {
                    self.held.truncate(begin);
                    self.deleted.push(slot);
                    leaving[number as usize] = slot;
                }
                _ => {}
            }
        }
        let order = |number: &u32| delta.net(*number).insert_order;
        if !self.inserted.is_sorted_by_key(order) {
            self.inserted.sort_by_key(order);
        }
        match ended {
            None => self.pair_in_message(table, delta, &mut leaving),
            Some(ended) => {
                self.release(table, ended, |slot| seen.contains(&slot));
                self.pair_by_key(table, delta);
            }
        }
    }

    /// Notes what changes mean for the row in a slot, or for one that is not there. Gives how often it will be held.
    fn hold(&mut self, table: &Table, changes: impl Iterator<Item = (Holder, i64)>, slot: Option<Slot>) -> i64 {
        let holders = table.holders();
        let mut total = slot.map_or(0, |slot| holders.total(slot) as i64);
        for (holder, change) in changes.filter(|(_, change)| *change != 0) {
            let before = slot.map_or(0, |slot| i64::from(holders.count(slot, holder)));
            let after = (before + change).max(0);
            self.absent += (after - before - change) as u64;
            total += after - before;
            self.held.extend(slot.map(|slot| (slot, holder, change)));
        }
        total
    }

    /// A query set holds nothing any more, but for rows that are seen to otherwise.
    fn release(&mut self, table: &Table, ended: Holder, is_seen_to: impl Fn(Slot) -> bool) {
        let holders = table.holders();
        for slot in (0..table.len() as Slot).filter(|slot| !is_seen_to(*slot)) {
            match i64::from(holders.count(slot, ended)) {
                0 => {}
                count if count == holders.total(slot) as i64 => self.deleted.push(slot),
                count => self.held.push((slot, ended, -count)),
            }
        }
    }

    /// Turns a delete and an insert with the same primary key into an update, where the message has both. Should several
    /// rows have the key, the first goes with the first.
    fn pair_in_message(&mut self, table: &Table, delta: &TableDelta, leaving: &mut [Slot]) {
        if !table.has_primary_key() || self.deleted.is_empty() {
            return;
        }
        self.pair(|number| {
            let mut at = delta.net(number).first;
            while at != NONE && leaving[at as usize] == NONE {
                at = delta.net(at).next;
            }
            (at != NONE).then(|| std::mem::replace(&mut leaving[at as usize], NONE))
        });
    }

    /// Turns a delete and an insert with the same primary key into an update, wherever the delete comes from.
    fn pair_by_key(&mut self, table: &Table, delta: &TableDelta) {
        if !table.has_primary_key() || self.deleted.is_empty() {
            return;
        }
        let shape = table.shape.as_deref();
        let code_of_slot = |slot: Slot| Table::identity_code(shape, table.row(slot));
        let mut deleted: HashTable<Slot> = HashTable::with_capacity(self.deleted.len());
        for slot in &self.deleted {
            deleted.insert_unique(code_of_slot(*slot), *slot, |slot| code_of_slot(*slot));
        }
        self.pair(|number| {
            let net = delta.net(number);
            let key = identity_key(shape, delta.row(&net));
            let entry = deleted.find_entry(net.code, |slot| identity_key(shape, table.row(*slot)) == key);
            entry.ok().map(|entry| entry.remove().0)
        });
    }

    /// Moves inserted rows for which `partner` knows a deleted one to the updates.
    fn pair(&mut self, mut partner: impl FnMut(u32) -> Option<Slot>) {
        let TablePlan { inserted, updated, deleted, .. } = self;
        inserted.retain(|number| {
            let old = partner(*number);
            updated.extend(old.map(|slot| (slot, *number)));
            old.is_none()
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
fn insert(table: &mut Table, delta: &TableDelta, inserted: &[u32], gaps: &mut Vec<Slot>) -> Vec<Slot> {
    let filled = gaps.len().min(inserted.len());
    // The lowest ones, so that what is left to be closed lies behind all that was filled.
    let mut fill = gaps.drain(..filled);
    let mut holders = Vec::new();
    let add = |number: &u32| {
        let net = delta.net(*number);
        let row = delta.row(&net);
        delta.holders(&net, &mut holders);
        match fill.next() {
            Some(slot) => {
                table.refill(slot, row, net.code, &holders);
                slot
            }
            None => table.insert(row, net.code, &holders),
        }
    };
    inserted.iter().map(add).collect()
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
        self.inserted.is_empty() && self.deleted.is_empty() && self.updated.is_empty() && self.events.is_empty()
    }

    fn nothing(table: usize) -> Self {
        TableChange {
            table,
            inserted: Vec::new(),
            deleted: OldRows::default(),
            outdated: OldRows::default(),
            updated: Vec::new(),
            events: Vec::new(),
        }
    }
}
