//! Indexes over a table's rows. They hold slots; keys are read from the rows themselves.

use std::cmp::Ordering;
use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::store::Slot;

/// Finds slots by key bytes. Several rows may share a key, since a host can deliver that for a moment.
#[derive(Default)]
pub struct HashIndex {
    slots: HashTable<Slot>,
    hasher: DefaultHashBuilder,
}

impl HashIndex {
    /// Adds a slot under a key. `key_of` gives the key of a slot that is in the index.
    pub fn insert<'a>(&mut self, key: &[u8], slot: Slot, key_of: impl Fn(Slot) -> &'a [u8]) {
        let hasher = &self.hasher;
        self.slots.insert_unique(hasher.hash_one(key), slot, |slot| hasher.hash_one(key_of(*slot)));
    }

    /// Removes a slot that is under a key.
    pub fn remove(&mut self, key: &[u8], slot: Slot) {
        if let Ok(entry) = self.slots.find_entry(self.hasher.hash_one(key), |other| *other == slot) {
            entry.remove();
        }
        if self.slots.is_empty() {
            self.slots = HashTable::new();
        }
    }

    /// The slot under a key for which `is_it` holds.
    pub fn find(&self, key: &[u8], is_it: impl Fn(Slot) -> bool) -> Option<Slot> {
        self.slots.find(self.hasher.hash_one(key), |slot| is_it(*slot)).copied()
    }
}

/// The slots of a table in the order of an index's columns. It is made when first asked for, then kept up to date.
#[derive(Default)]
pub struct OrderedIndex {
    slots: OnceLock<Vec<Slot>>,
}

/// How many changes of one message are worked in one by one before sorting anew is cheaper.
const FEW: usize = 64;

impl OrderedIndex {
    /// The slots in order. `all` gives every slot when the index has to be made; `compare` is a total order.
    pub fn sorted(&self, all: impl FnOnce() -> Vec<Slot>, compare: impl Fn(Slot, Slot) -> Ordering) -> &[Slot] {
        self.slots.get_or_init(|| {
            let mut slots = all();
            slots.sort_unstable_by(|a, b| compare(*a, *b));
            slots
        })
    }

    /// Prepares for a message that changes so many rows: an index with much to do is made anew when next asked for.
    pub fn expect_changes(&mut self, changes: usize) {
        if self.slots.get().is_some_and(|slots| changes > FEW && changes > slots.len() / 16) {
            self.slots.take();
        }
    }

    /// Adds a slot whose row is in the store.
    pub fn insert(&mut self, slot: Slot, compare: impl Fn(Slot, Slot) -> Ordering) {
        if let Some(slots) = self.slots.get_mut() {
            let at = slots.partition_point(|other| compare(*other, slot) == Ordering::Less);
            slots.insert(at, slot);
        }
    }

    /// Removes a slot whose row is still in the store.
    pub fn remove(&mut self, slot: Slot, compare: impl Fn(Slot, Slot) -> Ordering) {
        if let Some(slots) = self.slots.get_mut() {
            let at = slots.partition_point(|other| compare(*other, slot) == Ordering::Less);
            debug_assert_eq!(slots.get(at), Some(&slot));
            slots.remove(at);
        }
    }
}
