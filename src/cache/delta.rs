//! The rows of one table that a message delivers, made ready on the library's own thread: what can be worked out without
//! looking into the cache is worked out here.

use std::sync::Arc;

use hashbrown::HashTable;

use super::holders::{HOST, Holder};
use super::key::{code_of, scatter};
use super::shape::Shape;
use super::store::Slot;
use super::table::{FETCHED_AHEAD, Table, identity_key};
use crate::wire::RowList;

/// What a message delivers of one table.
pub struct TableDelta {
    /// The table's name.
    pub table: Arc<str>,
    /// How many bytes the rows have.
    pub bytes: usize,
    /// Rows of an event table: told of as they are, and not kept.
    pub events: Vec<HeldRows>,
    rows: Rows,
}

enum Rows {
    /// Many inserts of one query set and nothing else: a table of them, which an empty table becomes as it is.
    Fresh(Box<Table>),
    /// The distinct rows of some lists.
    Listed(Listed),
}

#[derive(Default)]
struct Listed {
    lists: Vec<HeldRows>,
    nets: Vec<Net>,
    /// What happens to rows of which several holders are told.
    more: Vec<Change>,
}

/// Rows that a query set delivers.
pub struct HeldRows {
    /// The query set.
    pub holder: Holder,
    /// The rows.
    pub rows: RowList,
}

/// How often a holder delivers a row more, or less.
#[derive(Clone, Copy)]
struct Change {
    holder: Holder,
    change: i32,
    /// The row's next change in `more`, or `NONE`.
    next: u32,
}

/// From so many inserts on, a table is made of them.
const MANY: usize = 1_000;

/// No number: of an insert, or of a net change.
pub(super) const NONE: u32 = u32::MAX;

/// What a message does to one distinct row in all.
#[derive(Clone, Copy)]
pub(super) struct Net {
    /// The identity code of the row.
    pub code: u64,
    /// In which list the row is.
    list: u32,
    /// Which of the list's rows it is.
    index: u32,
    /// Deliveries of the row as an insert, less those as a delete, of the row's first holder.
    change: Change,
    /// The row's first place among the table's inserts, or `NONE`.
    pub insert_order: u32,
    /// The first net change of the same primary key.
    pub first: u32,
    /// The next net change of the same primary key, or `NONE`.
    pub next: u32,
}

impl TableDelta {
    /// Makes a delta of lists of deleted and of inserted rows, each in the message's order. The rows were checked.
    pub fn new(table: Arc<str>, shape: Option<&Arc<Shape>>, deletes: Vec<HeldRows>, inserts: Vec<HeldRows>) -> Self {
        let count = |lists: &[HeldRows]| lists.iter().map(|list| list.rows.len()).sum::<usize>();
        let bytes = deletes.iter().chain(&inserts).map(|list| list.rows.bytes().len()).sum();
        let is_of_one = inserts.iter().all(|list| list.holder == inserts[0].holder);
        let rows = if count(&deletes) == 0 && count(&inserts) >= MANY && is_of_one {
            Rows::Fresh(Box::new(fresh(table.clone(), shape.cloned(), &inserts, count(&inserts))))
        } else {
            listed(shape.map(|shape| &**shape), deletes, inserts)
        };
        TableDelta { table, bytes, events: Vec::new(), rows }
    }

    /// How many net changes there are.
    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::Fresh(table) => table.len(),
            Rows::Listed(listed) => listed.nets.len(),
        }
    }

    /// A net change. Those of rows that are deleted at all come first, in the order of the deletes; then the others, in the
    /// order of the inserts.
    pub(super) fn net(&self, number: u32) -> Net {
        match &self.rows {
            Rows::Listed(listed) => listed.nets[number as usize],
            Rows::Fresh(table) => Net {
                code: Table::identity_code(table.shape.as_deref(), table.row(number)),
                list: 0,
                index: number,
                change: Change { holder: HOST, change: 0, next: NONE },
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
            Rows::Listed(listed) => listed.lists[net.list as usize].rows.get(net.index as usize),
        }
    }

    /// How often each holder delivers the row of a net change more, or less.
    pub(super) fn changes(&self, net: &Net) -> impl Iterator<Item = (Holder, i64)> {
        let (listed, fresh) = match &self.rows {
            Rows::Listed(listed) => (Some((listed, net.change)), None),
            Rows::Fresh(table) => (None, Some(table.holders().of(net.index))),
        };
        let of_listed = listed.into_iter().flat_map(|(listed, first)| {
            let next = move |change: &Change| listed.more.get(change.next as usize).copied();
            std::iter::successors(Some(first), next).map(|change| (change.holder, i64::from(change.change)))
        });
        of_listed.chain(fresh.into_iter().flatten().map(|(holder, count)| (holder, i64::from(count))))
    }

    /// Who will hold the row of a net change that is not in the cache, and how often.
    pub(super) fn holders(&self, net: &Net, into: &mut Vec<(Holder, u32)>) {
        into.clear();
        into.extend(
            self.changes(net).filter(|(_, change)| *change > 0).map(|(holder, change)| (holder, change as u32)),
        );
    }

    /// Takes out what the message says of query sets that hold nothing any more.
    pub fn forget(&mut self, is_gone: impl Fn(Holder) -> bool) {
        self.events.retain(|events| !is_gone(events.holder));
        match &mut self.rows {
            Rows::Listed(listed) => {
                let of_nets = listed.nets.iter_mut().map(|net| &mut net.change);
                let gone = of_nets.chain(&mut listed.more).filter(|change| is_gone(change.holder));
                gone.for_each(|change| change.change = 0);
            }
            Rows::Fresh(table) if !table.is_empty() && table.holders().of(0).all(|(holder, _)| is_gone(holder)) => {
                self.rows = Rows::Listed(Listed::default());
            }
            Rows::Fresh(_) => {}
        }
    }

    /// Takes the rows of an event table out, as a delta of their own; `None` when there are none.
    pub fn take_events(&mut self) -> Option<TableDelta> {
        let events = std::mem::take(&mut self.events);
        let rows = Rows::Listed(Listed::default());
        (!events.is_empty()).then(|| TableDelta { table: self.table.clone(), bytes: 0, events, rows })
    }

    /// A delta of which a table was made already.
    pub(super) fn of_table(table: Box<Table>) -> Self {
        TableDelta { table: table.name().clone(), bytes: 0, events: Vec::new(), rows: Rows::Fresh(table) }
    }

    /// The table of these rows, if one was made.
    pub(super) fn into_fresh(self) -> Option<Box<Table>> {
        match self.rows {
            Rows::Fresh(table) => Some(table),
            Rows::Listed(_) => None,
        }
    }

    /// Whether a table was made of the rows.
    pub(super) fn is_fresh(&self) -> bool {
        matches!(self.rows, Rows::Fresh(_))
    }
}

fn fresh(name: Arc<str>, shape: Option<Arc<Shape>>, inserts: &[HeldRows], count: usize) -> Table {
    let mut table = Table::new(name, shape.clone());
    table.expect_rows(count, || inserts.iter().flat_map(|list| list.rows.iter()));
    for HeldRows { holder, rows } in inserts {
        let mut codes = Vec::with_capacity(FETCHED_AHEAD);
        for (index, row) in rows.iter().enumerate() {
            if index.is_multiple_of(FETCHED_AHEAD) {
                let ahead = (index..rows.len().min(index + FETCHED_AHEAD)).map(|index| rows.get(index));
                codes.clear();
                codes.extend(ahead.map(|row| Table::identity_code(shape.as_deref(), row)));
                table.fetch_ahead(codes.iter().copied());
            }
            let code = codes[index % FETCHED_AHEAD];
            match table.slot_of(row, code) {
                Some(slot) => table.hold(slot, *holder, 1),
                None => drop::<Slot>(table.insert(row, code, &[(*holder, 1)])),
            }
        }
    }
    table.give_back();
    table
}

fn listed(shape: Option<&Shape>, deletes: Vec<HeldRows>, inserts: Vec<HeldRows>) -> Rows {
    let first_insert_list = deletes.len();
    let mut lists = deletes;
    lists.extend(inserts);
    let rows: usize = lists.iter().map(|list| list.rows.len()).sum();
    let mut listed = Listed { lists: Vec::new(), nets: Vec::with_capacity(rows), more: Vec::new() };
    // The first net change of each key.
    let mut keys: HashTable<u32> = HashTable::with_capacity(rows);
    let mut inserted = 0;
    for (list, HeldRows { holder, rows }) in lists.iter().enumerate() {
        let is_insert = list >= first_insert_list;
        for (index, row) in rows.iter().enumerate() {
            let number = listed.place_of(&mut keys, &lists, (list, index), identity_key(shape, row), shape);
            listed.add_change(number, *holder, if is_insert { 1 } else { -1 });
            if is_insert {
                let net = &mut listed.nets[number as usize];
                net.insert_order = net.insert_order.min(inserted);
                inserted += 1;
            }
        }
    }
    Rows::Listed(Listed { lists, ..listed })
}

impl Listed {
    /// The number of the net change of a row, which is added when the row is met for the first time.
    fn place_of(
        &mut self,
        keys: &mut HashTable<u32>,
        lists: &[HeldRows],
        (list, index): (usize, usize),
        key: &[u8],
        shape: Option<&Shape>,
    ) -> u32 {
        let nets = &mut self.nets;
        let row_of = |net: &Net| lists[net.list as usize].rows.get(net.index as usize);
        let (code, number) = (code_of(key), nets.len() as u32);
        let change = Change { holder: lists[list].holder, change: 0, next: NONE };
        let (list_number, index_number) = (list as u32, index as u32);
        let mut added =
            Net { code, list: list_number, index: index_number, change, insert_order: NONE, first: number, next: NONE };
        let same_key = |first: &u32| {
            let first = &nets[*first as usize];
            first.code == code && identity_key(shape, row_of(first)) == key
        };
        match keys.find(scatter(code), same_key).copied() {
            None => {
                keys.insert_unique(scatter(code), number, |first| scatter(nets[*first as usize].code));
            }
            Some(first) => {
                added.first = first;
                let mut at = first;
                loop {
                    if row_of(&nets[at as usize]) == lists[list].rows.get(index) {
                        return at;
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
        number
    }

    /// A holder delivers a row once more, or less.
    fn add_change(&mut self, net: u32, holder: Holder, by: i32) {
        let new = self.more.len() as u32;
        let mut at = NONE; // The first one is in the net change itself.
        loop {
            let change = match at {
                NONE => &mut self.nets[net as usize].change,
                at => &mut self.more[at as usize],
            };
            if change.holder == holder {
                change.change += by;
                return;
            }
            at = change.next;
            if at == NONE {
                change.next = new;
                break;
            }
        }
        self.more.push(Change { holder, change: by, next: NONE });
    }
}
