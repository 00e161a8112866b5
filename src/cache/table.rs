//! A table of the cache: its rows, and the indexes that follow them.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::holders::{Holder, Holders};
use super::key::code_of;
use super::key_index::KeyIndex;
use super::ordered_index::OrderedIndex;
use super::shape::{KeyColumn, Shape, column_of};
use super::store::{Chunk, RowStore, Slot};
use crate::schema::{Index, TableSchema};

/// How many rows of a message are fetched ahead together.
pub(super) const FETCHED_AHEAD: usize = 64;

/// The cached rows of one table.
pub struct Table {
    name: Arc<str>,
    pub(super) shape: Option<Arc<Shape>>,
    store: RowStore,
    /// By the primary key, or by the whole row where there is none.
    pub(super) identity: KeyIndex,
    /// One for each unique column but the primary key, in the order of `Shape::unique`.
    pub(super) unique: Vec<KeyIndex>,
    /// One for each index of the schema.
    pub(super) ordered: Vec<OrderedIndex>,
    /// What `chunks` tells, since it was last asked.
    chunks: OnceLock<Box<[Chunk]>>,
}

impl Table {
    /// An empty table. Without a shape its rows are told apart by their bytes alone.
    pub fn new(name: Arc<str>, shape: Option<Arc<Shape>>) -> Self {
        let definition = shape.as_deref().map(Shape::table);
        let row_size = definition.and_then(|table| table.layout.fixed_size());
        let key = shape.as_deref().and_then(|shape| shape.key.as_ref());
        Table {
            name,
            store: RowStore::new(row_size),
            identity: KeyIndex::new(key.map_or(row_size, KeyColumn::size)),
            unique: shape.iter().flat_map(|shape| &shape.unique).map(|key| KeyIndex::new(key.size())).collect(),
            ordered: definition.iter().flat_map(|table| &table.indexes).map(|_| OrderedIndex::default()).collect(),
            chunks: OnceLock::new(),
            shape,
        }
    }

    /// The table's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What the schema says of the table; `None` without a schema.
    pub fn schema(&self) -> Option<&TableSchema> {
        self.shape.as_deref().map(Shape::table)
    }

    /// Brings what a message's rows are compared with close to the processor. Memory answers many questions at once as fast
    /// as one, and looking rows up one by one asks one at a time.
    pub(super) fn fetch_ahead(&self, codes: impl Iterator<Item = u64>) {
        self.fetch(&self.identity, codes, |slot| self.holders().touch(slot));
    }

    /// Brings the rows that an index has under these codes close to the processor.
    pub(super) fn fetch_ahead_of(&self, index: &KeyIndex, codes: impl Iterator<Item = u64>) {
        self.fetch(index, codes, |_| 0);
    }

    #[inline]
    fn fetch(&self, index: &KeyIndex, codes: impl Iterator<Item = u64>, touch_more: impl Fn(Slot) -> u32) {
        let mut guesses = [None; FETCHED_AHEAD];
        codes.zip(&mut guesses).for_each(|(code, guess)| *guess = index.guess(code));
        let byte = |byte: Option<&u8>| u32::from(byte.copied().unwrap_or(0));
        let touch_row = |row: &[u8]| byte(row.first()) ^ byte(row.last());
        let touch = |slot: Slot| touch_row(self.store.row(slot)) ^ touch_more(slot);
        std::hint::black_box(guesses.into_iter().flatten().map(touch).fold(0, |all, touched| all ^ touched));
    }

    /// Whether rows have a primary key, so that there are updates.
    pub(super) fn has_primary_key(&self) -> bool {
        self.shape.as_ref().is_some_and(|shape| shape.key.is_some())
    }

    /// How many distinct rows are cached.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether no row is cached.
    pub fn is_empty(&self) -> bool {
        self.store.is_empty()
    }

    /// The bytes of the row in a slot. Slots are numbered from 0 to below `len`.
    #[inline]
    pub fn row(&self, slot: Slot) -> &[u8] {
        self.store.row(slot)
    }

    /// The packed rows, chunk by chunk; `None` where rows may differ in size.
    pub fn chunks(&self) -> Option<&[Chunk]> {
        let (stride, chunks) = self.store.chunks()?;
        Some(self.chunks.get_or_init(|| chunks.map(|chunk| Chunk::of(chunk, stride)).collect()))
    }

    /// How many bytes the rows and indexes take.
    pub fn memory(&self) -> usize {
        let unique = self.unique.iter().map(KeyIndex::memory).sum::<usize>();
        let ordered = self.ordered.iter().map(OrderedIndex::memory).sum::<usize>();
        self.store.memory() + self.identity.memory() + unique + ordered
    }

    /// What a row is found by: the code of its primary key, or of the whole row where the table has none.
    #[inline]
    pub(super) fn identity_code(shape: Option<&Shape>, row: &[u8]) -> u64 {
        code_of(identity_key(shape, row))
    }

    /// The slot that holds exactly this row. `code` is its identity code.
    #[inline]
    pub(super) fn slot_of(&self, row: &[u8], code: u64) -> Option<Slot> {
        self.identity.find(code, |slot| self.store.row(slot) == row)
    }

    /// Who delivered the rows, and how often.
    pub(super) fn holders(&self) -> &Holders {
        self.store.holders()
    }

    /// Every slot.
    pub(super) fn slots(&self) -> Vec<Slot> {
        (0..self.len() as Slot).collect()
    }

    /// Makes room for a message that adds rows, and lets go of what no longer holds once it changes anything.
    pub(super) fn expect(&mut self, inserts: usize, changes: usize) {
        let Table { store, identity, unique, ordered, chunks, .. } = self;
        chunks.take();
        ordered.iter_mut().for_each(|index| index.expect_changes(changes));
        if inserts == 0 {
            return;
        }
        store.reserve(inserts);
        identity.reserve(inserts);
        unique.iter_mut().for_each(|index| index.reserve(inserts));
    }

    /// Makes an empty table ready for so many rows.
    pub(super) fn expect_rows<'a, R: Iterator<Item = &'a [u8]>>(&mut self, count: usize, rows: impl Fn() -> R) {
        let Table { shape, store, identity, unique, .. } = self;
        let shape = shape.as_deref();
        store.reserve(count);
        identity.expect(count, || rows().map(|row| Self::identity_code(shape, row)));
        for_unique(shape, unique, |index, key_of| index.expect(count, || rows().map(|row| code_of(key_of(row)))));
    }

    /// Gives back what so many rows do not need any more.
    pub(super) fn give_back(&mut self) {
        self.identity.give_back();
        self.unique.iter_mut().for_each(KeyIndex::give_back);
    }

    /// Removes all rows.
    pub(super) fn clear(&mut self) {
        *self = Table::new(self.name.clone(), self.shape.take());
    }

    /// A holder has delivered the row in a slot so many times more, or less.
    pub(super) fn hold(&mut self, slot: Slot, holder: Holder, change: i64) {
        self.store.holders_mut().change(slot, holder, change);
    }

    /// Adds a row that is not in the table. `code` is its identity code.
    #[inline]
    pub(super) fn insert(&mut self, row: &[u8], code: u64, holders: &[(Holder, u32)]) -> Slot {
        let slot = self.store.push(row, holders);
        self.index(slot, code);
        slot
    }

    /// Puts a row with the same primary key in the place of the one in a slot, whose bytes are `old`.
    pub(super) fn update(&mut self, slot: Slot, old: &[u8], new: &[u8], holders: &[(Holder, u32)]) {
        let Table { shape, store, unique, ordered, .. } = self;
        let shape = shape.as_deref().expect("only a table with a primary key has updates");
        let table = shape.table();
        let differs = |column: usize| column_of(&table.layout, old, column) != column_of(&table.layout, new, column);
        let moves = |index: &Index| index.columns.iter().any(|column| differs(*column));
        // An index whose columns stay as they are has nothing to do.
        for (index, key) in unique.iter_mut().zip(&shape.unique).filter(|(_, key)| differs(key.column)) {
            index.remove(code_of(key.of(&table.layout, old)), slot);
        }
        for (index, definition) in ordered.iter_mut().zip(&table.indexes) {
            if index.is_made() && moves(definition) {
                index.remove(slot, |a, b| compare_slots(table, store, definition, a, b));
            }
        }
        store.replace(slot, new, holders);
        for (index, key) in unique.iter_mut().zip(&shape.unique).filter(|(_, key)| differs(key.column)) {
            index.insert(code_of(key.of(&table.layout, new)), slot);
        }
        for (index, definition) in ordered.iter_mut().zip(&table.indexes) {
            if index.is_made() && moves(definition) {
                index.insert(slot, |a, b| compare_slots(table, store, definition, a, b));
            }
        }
    }

    /// Takes a slot out of all indexes. Its row stays in the store until `refill` or `close` is called for the slot.
    pub(super) fn unindex(&mut self, slot: Slot) {
        let Table { shape, store, identity, unique, ordered, .. } = self;
        let shape = shape.as_deref();
        let row = store.row(slot);
        identity.remove(Self::identity_code(shape, row), slot);
        for_unique(shape, unique, |index, key_of| index.remove(code_of(key_of(row)), slot));
        for_ordered(shape, ordered, |index, table, definition| {
            index.remove(slot, |a, b| compare_slots(table, store, definition, a, b));
        });
    }

    /// Puts a row that is not in the table into a slot that is in no index. `code` is the row's identity code.
    pub(super) fn refill(&mut self, slot: Slot, row: &[u8], code: u64, holders: &[(Holder, u32)]) {
        self.store.replace(slot, row, holders);
        self.index(slot, code);
    }

    /// Closes a gap: a slot that is in no index. The row of the last slot moves into it, unless it was the last.
    pub(super) fn close(&mut self, slot: Slot) {
        let Table { shape, store, identity, unique, ordered, .. } = self;
        let last = (store.len() - 1) as Slot;
        if slot == last {
            store.swap_remove(slot);
            return;
        }
        let shape = shape.as_deref();
        for_ordered(shape, ordered, |index, table, definition| {
            index.remove(last, |a, b| compare_slots(table, store, definition, a, b));
        });
        store.swap_remove(slot);
        let row = store.row(slot);
        identity.move_slot(Self::identity_code(shape, row), last, slot);
        for_unique(shape, unique, |index, key_of| index.move_slot(code_of(key_of(row)), last, slot));
        for_ordered(shape, ordered, |index, table, definition| {
            index.insert(slot, |a, b| compare_slots(table, store, definition, a, b));
        });
    }

    /// Puts a slot, which holds a row, into all indexes.
    #[inline]
    fn index(&mut self, slot: Slot, code: u64) {
        let Table { shape, store, identity, unique, ordered, .. } = self;
        let shape = shape.as_deref();
        identity.insert(code, slot);
        for_unique(shape, unique, |index, key_of| index.insert(code_of(key_of(store.row(slot))), slot));
        for_ordered(shape, ordered, |index, table, definition| {
            index.insert(slot, |a, b| compare_slots(table, store, definition, a, b));
        });
    }

    /// The order of two rows in an index; rows with equal keys lie in the order of their slots.
    pub(super) fn compare_slots(&self, table: &TableSchema, index: &Index, a: Slot, b: Slot) -> Ordering {
        compare_slots(table, &self.store, index, a, b)
    }
}

/// Does something with each index of a unique column and what gives the column's bytes of a row.
fn for_unique(
    shape: Option<&Shape>,
    indexes: &mut [KeyIndex],
    mut work: impl FnMut(&mut KeyIndex, &dyn Fn(&[u8]) -> &[u8]),
) {
    let Some(shape) = shape.filter(|_| !indexes.is_empty()) else { return };
    let layout = &shape.table().layout;
    for (index, key) in indexes.iter_mut().zip(&shape.unique) {
        work(index, &|row| key.of(layout, row));
    }
}

/// Does something with each ordered index that has been asked for.
fn for_ordered(
    shape: Option<&Shape>,
    indexes: &mut [OrderedIndex],
    mut work: impl FnMut(&mut OrderedIndex, &TableSchema, &Index),
) {
    let Some(shape) = shape else { return };
    for (index, definition) in indexes.iter_mut().zip(&shape.table().indexes) {
        if index.is_made() {
            work(index, shape.table(), definition);
        }
    }
}

/// What the identity index goes by: the primary key, or the whole row.
#[inline]
pub(super) fn identity_key<'a>(shape: Option<&Shape>, row: &'a [u8]) -> &'a [u8] {
    match shape.and_then(|shape| Some((shape.key.as_ref()?, shape))) {
        Some((key, shape)) => key.of(&shape.table().layout, row),
        None => row,
    }
}

fn compare_slots(table: &TableSchema, store: &RowStore, index: &Index, a: Slot, b: Slot) -> Ordering {
    let compare = |column: &usize| {
        let value = |slot| column_of(&table.layout, store.row(slot), *column);
        table.layout.compare(*column, value(a), value(b))
    };
    index.columns.iter().map(compare).find(|order| order.is_ne()).unwrap_or_else(|| a.cmp(&b))
}
