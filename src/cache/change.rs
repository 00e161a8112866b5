//! What a message changes: worked out first (so that before-delete callbacks see the old state), then applied whole.

use std::sync::Arc;

use hashbrown::HashMap;

use super::store::Slot;
use super::table::Table;
use super::{Cache, RowRef};
use crate::wire::RowList;

/// The rows of one table that a message delivers.
#[derive(Clone, Debug)]
pub struct TableDelta {
    /// The table's name.
    pub table: Arc<str>,
    /// Rows to be taken away, in the message's order.
    pub deletes: Vec<RowList>,
    /// Rows to be added, in the message's order.
    pub inserts: Vec<RowList>,
}

/// What a message will change in one table. Rows are borrowed from the message.
pub struct TablePlan<'a> {
    table: usize,
    /// Rows that stay, with their new counts.
    recounted: Vec<(Slot, u32)>,
    deleted: Vec<Slot>,
    inserted: Vec<(&'a [u8], u32)>,
    updated: Vec<(Slot, &'a [u8], u32)>,
    /// Deletes of rows that were not there.
    absent: u64,
}

/// What a message has changed in one table. Old rows live here until the callbacks have seen them.
pub struct TableChange {
    /// The table's position.
    pub table: usize,
    /// The slots of new rows.
    pub inserted: Vec<Slot>,
    /// The bytes of rows that are gone.
    pub deleted: Vec<Box<[u8]>>,
    /// The old bytes and the slot of the new row.
    pub updated: Vec<(Box<[u8]>, Slot)>,
}

/// The net effect of a message on one distinct row.
struct Net<'a> {
    row: &'a [u8],
    change: i64,
    /// Its place among the message's inserts, if it is among them.
    insert_order: Option<u32>,
}

impl<'a> TablePlan<'a> {
    /// Works out what a delta will change. The table must be in the cache.
    pub fn new(cache: &Cache, position: usize, delta: &'a TableDelta) -> Self {
        let table = cache.table(position);
        let mut plan = TablePlan::nothing(position);
        let mut inserted: Vec<(u32, &[u8], u32)> = Vec::new();
        for net in net_changes(delta) {
            plan.settle(table, &net, &mut inserted);
        }
        inserted.sort_by_key(|(order, ..)| *order);
        plan.inserted = inserted.into_iter().map(|(_, row, count)| (row, count)).collect();
        plan.pair_updates(table);
        plan
    }

    /// Plans to delete every row of a table.
    pub fn to_empty(cache: &Cache, position: usize) -> Self {
        TablePlan { deleted: cache.table(position).slots(), ..TablePlan::nothing(position) }
    }

    fn nothing(table: usize) -> Self {
        TablePlan {
            table,
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

    /// Changes the table. Old rows are moved into what is returned.
    pub fn apply(self, cache: &mut Cache) -> TableChange {
        let table = cache.table_mut(self.table);
        table.expect_changes(self.deleted.len() + self.inserted.len() + 2 * self.updated.len());
        for (slot, count) in self.recounted {
            table.set_count(slot, count);
        }
        let deleted = self.deleted.into_iter().map(|slot| table.remove(slot)).collect();
        let outdated: Vec<Box<[u8]>> = self.updated.iter().map(|(slot, ..)| table.remove(*slot)).collect();
        let inserted = self.inserted.into_iter().map(|(row, count)| table.insert(row, count)).collect();
        let renewed = self.updated.into_iter().map(|(_, row, count)| table.insert(row, count));
        let updated = outdated.into_iter().zip(renewed).collect();
        TableChange { table: self.table, inserted, deleted, updated }
    }

    /// Puts one row's net effect where it belongs.
    fn settle(&mut self, table: &Table, net: &Net<'a>, inserted: &mut Vec<(u32, &'a [u8], u32)>) {
        if net.change == 0 {
            return;
        }
        let slot = table.slot_of(net.row);
        let before = slot.map_or(0, |slot| i64::from(table.delivered(slot)));
        let after = before + net.change;
        self.absent += (-after).max(0) as u64;
        let after = after.clamp(0, i64::from(u32::MAX)) as u32;
        match (slot, after) {
            (None, 0) => {}
            (None, count) => inserted.push((net.insert_order.unwrap_or(0), net.row, count)),
            (Some(slot), 0) => self.deleted.push(slot),
            (Some(slot), count) => self.recounted.push((slot, count)),
        }
    }

    /// Turns a delete and an insert with the same primary key into an update.
    fn pair_updates(&mut self, table: &Table) {
        if self.deleted.is_empty() || self.inserted.is_empty() {
            return;
        }
        let Some(mut by_key) = self.deleted_by_key(table) else { return };
        let mut updated = Vec::new();
        self.inserted.retain(|(row, count)| {
            let old = table.primary_key(row).and_then(|key| by_key.remove(key));
            updated.extend(old.map(|slot| (slot, *row, *count)));
            old.is_none()
        });
        let gone: hashbrown::HashSet<Slot> = updated.iter().map(|(slot, ..)| *slot).collect();
        self.deleted.retain(|slot| !gone.contains(slot));
        self.updated = updated;
    }

    fn deleted_by_key<'t>(&self, table: &'t Table) -> Option<HashMap<&'t [u8], Slot>> {
        self.deleted.iter().map(|slot| Some((table.primary_key(table.row(*slot))?, *slot))).collect()
    }
}

impl TableChange {
    /// Whether nothing that a callback could tell has changed.
    pub fn is_empty(&self) -> bool {
        self.inserted.is_empty() && self.deleted.is_empty() && self.updated.is_empty()
    }
}

/// Sums a delta up by distinct row. Rows come in the order in which they first appear, deletes first.
fn net_changes<'a>(delta: &'a TableDelta) -> Vec<Net<'a>> {
    let mut nets: Vec<Net<'a>> = Vec::new();
    let mut places: HashMap<&'a [u8], usize> = HashMap::new();
    let mut place_of = |nets: &mut Vec<Net<'a>>, row: &'a [u8]| {
        *places.entry(row).or_insert_with(|| {
            nets.push(Net { row, change: 0, insert_order: None });
            nets.len() - 1
        })
    };
    for row in delta.deletes.iter().flat_map(RowList::iter) {
        let place = place_of(&mut nets, row);
        nets[place].change -= 1;
    }
    for (order, row) in delta.inserts.iter().flat_map(RowList::iter).enumerate() {
        let place = place_of(&mut nets, row);
        nets[place].change += 1;
        nets[place].insert_order.get_or_insert(order as u32);
    }
    nets
}
