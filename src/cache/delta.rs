//! The rows of one table that a message delivers, made ready on the library's own thread: what can be worked out without
//! looking into the cache is worked out here.

use std::sync::Arc;

use hashbrown::HashTable;

use super::shape::Shape;
use super::store::Slot;
use super::table::{Table, identity_key};
use crate::wire::RowList;

/// What a message delivers of one table.
pub struct TableDelta {
    /// The table's name.
    pub table: Arc<str>,
    /// How many bytes the rows have.
    pub bytes: usize,
    rows: Rows,
}

enum Rows {
    /// Many inserts and nothing else: a table of them, which an empty table becomes as it is.
    Fresh(Box<Table>),
    /// The distinct rows of some lists.
    Listed { lists: Vec<RowList>, nets: Vec<Net> },
}

/// From so many inserts on, a table is made of them.
const MANY: usize = 1_000;

/// No number: of an insert, or of a net change.
pub(super) const NONE: u32 = u32::MAX;

/// What a message does to one distinct row in all.
#[derive(Clone, Copy)]
pub(super) struct Net {
    /// The identity hash of the row.
    pub hash: u64,
    /// In which list the row is.
    list: u32,
    /// Which of the list's rows it is.
    index: u32,
    /// Deliveries of the row as an insert, less those as a delete.
    pub change: i32,
    /// The row's first place among the table's inserts, or `NONE`.
    pub insert_order: u32,
    /// The first net change of the same primary key.
    pub first: u32,
    /// The next net change of the same primary key, or `NONE`.
    pub next: u32,
}

impl TableDelta {
    /// Makes a delta of lists of deleted and of inserted rows, each in the message's order. The rows were checked.
    pub fn new(table: Arc<str>, shape: Option<&Arc<Shape>>, deletes: Vec<RowList>, inserts: Vec<RowList>) -> Self {
        let count = |lists: &[RowList]| lists.iter().map(RowList::len).sum::<usize>();
        let bytes = deletes.iter().chain(&inserts).map(|rows| rows.bytes().len()).sum();
        let rows = if count(&deletes) == 0 && count(&inserts) >= MANY {
            Rows::Fresh(Box::new(fresh(table.clone(), shape.cloned(), &inserts, count(&inserts))))
        } else {
            listed(shape.map(|shape| &**shape), deletes, inserts)
        };
        TableDelta { table, bytes, rows }
    }

    /// How many net changes there are.
    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::Fresh(table) => table.len(),
            Rows::Listed { nets, .. } => nets.len(),
        }
    }

    /// A net change. Those of rows that are deleted at all come first, in the order of the deletes; then the others, in the
    /// order of the inserts.
    pub(super) fn net(&self, number: u32) -> Net {
        match &self.rows {
            Rows::Listed { nets, .. } => nets[number as usize],
            Rows::Fresh(table) => Net {
                hash: Table::identity_hash(table.shape.as_deref(), table.row(number)),
                list: 0,
                index: number,
                change: table.delivered(number) as i32,
                insert_order: number,
                // Nothing is deleted, so nobody asks for another row of the same key.
                first: number,
                next: NONE,
            },
        }
    }

    /// The row of a net change.
    pub(super) fn row(&self, net: &Net) -> &[u8] {
        match &self.rows {
            Rows::Fresh(table) => table.row(net.index),
            Rows::Listed { lists, .. } => lists[net.list as usize].get(net.index as usize),
        }
    }

    /// The table of these rows, if one was made.
    pub(super) fn into_fresh(self) -> Option<Box<Table>> {
        match self.rows {
            Rows::Fresh(table) => Some(table),
            Rows::Listed { .. } => None,
        }
    }

    /// Whether a table was made of the rows.
    pub(super) fn is_fresh(&self) -> bool {
        matches!(self.rows, Rows::Fresh(_))
    }
}

fn fresh(name: Arc<str>, shape: Option<Arc<Shape>>, inserts: &[RowList], count: usize) -> Table {
    let mut table = Table::new(name, shape.clone());
    table.expect(count, count);
    for row in inserts.iter().flat_map(RowList::iter) {
        let hash = Table::identity_hash(shape.as_deref(), row);
        match table.slot_of(row, hash) {
            Some(slot) => table.set_count(slot, table.delivered(slot).saturating_add(1)),
            None => drop::<Slot>(table.insert(row, hash, 1)),
        }
    }
    table.give_back();
    table
}

fn listed(shape: Option<&Shape>, deletes: Vec<RowList>, inserts: Vec<RowList>) -> Rows {
    let first_insert_list = deletes.len();
    let mut lists = deletes;
    lists.extend(inserts);
    let rows: usize = lists.iter().map(RowList::len).sum();
    let mut nets: Vec<Net> = Vec::with_capacity(rows);
    // The first net change of each key.
    let mut keys: HashTable<u32> = HashTable::with_capacity(rows);
    let mut inserted = 0;
    for (list, rows) in lists.iter().enumerate() {
        for (index, row) in rows.iter().enumerate() {
            let key = identity_key(shape, row);
            let net = place_of(&mut nets, &mut keys, &lists, (list, index), key, shape);
            if list < first_insert_list {
                net.change -= 1;
            } else {
                net.change += 1;
                net.insert_order = net.insert_order.min(inserted);
                inserted += 1;
            }
        }
    }
    Rows::Listed { lists, nets }
}

/// The net change of a row, which is added when the row is met for the first time.
fn place_of<'a>(
    nets: &'a mut Vec<Net>,
    keys: &mut HashTable<u32>,
    lists: &[RowList],
    (list, index): (usize, usize),
    key: &[u8],
    shape: Option<&Shape>,
) -> &'a mut Net {
    let row_of = |net: &Net| lists[net.list as usize].get(net.index as usize);
    let hash = super::hash_index::hash_of(key);
    let number = nets.len() as u32;
    let mut added =
        Net { hash, list: list as u32, index: index as u32, change: 0, insert_order: NONE, first: number, next: NONE };
    let same_key =
        |first: &u32| nets[*first as usize].hash == hash && identity_key(shape, row_of(&nets[*first as usize])) == key;
    match keys.find(hash, same_key).copied() {
        None => {
            keys.insert_unique(hash, number, |first| nets[*first as usize].hash);
        }
        Some(first) => {
            added.first = first;
            let mut at = first;
            loop {
                if row_of(&nets[at as usize]) == lists[list].get(index) {
                    return &mut nets[at as usize];
                }
                match nets[at as usize].next {
                    NONE => break,
                    next => at = next,
                }
            }
            nets[at as usize].next = number;
        }
    }
    nets.push(added);
    nets.last_mut().expect("it was just added")
}
