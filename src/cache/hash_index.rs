//! Hash indexes over a table's rows. They hold slots; keys are read from the rows themselves.

use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::store::Slot;

/// The hash of a key's bytes. It is the same for all indexes of the process, so that it can be worked out on another thread
/// than the one that uses it; and it differs from process to process, so that no host can choose keys that collide.
#[inline]
pub fn hash_of(key: &[u8]) -> u64 {
    static SEED: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
    let mut hasher = SEED.build_hasher();
    hasher.write(key);
    hasher.finish()
}

/// Finds slots by the hash of their key. Several rows may share a key, since a host can deliver that for a moment.
#[derive(Default)]
pub struct HashIndex {
    slots: HashTable<Slot>,
}

impl HashIndex {
    /// Makes room for so many more slots. `hash_of` gives the hash of a slot that is in the index.
    pub fn reserve(&mut self, slots: usize, hash_of: impl Fn(Slot) -> u64) {
        self.slots.reserve(slots, |slot| hash_of(*slot));
    }

    /// Adds a slot under a hash. `hash_of` gives the hash of a slot that is in the index.
    #[inline]
    pub fn insert(&mut self, hash: u64, slot: Slot, hash_of: impl Fn(Slot) -> u64) {
        self.slots.insert_unique(hash, slot, |slot| hash_of(*slot));
    }

    /// Removes a slot that is under a hash.
    pub fn remove(&mut self, hash: u64, slot: Slot) {
        if let Ok(entry) = self.slots.find_entry(hash, |other| *other == slot) {
            entry.remove();
        }
    }

    /// A row has moved: what was slot `from` is slot `to`.
    pub fn move_slot(&mut self, hash: u64, from: Slot, to: Slot) {
        if let Some(slot) = self.slots.find_mut(hash, |slot| *slot == from) {
            *slot = to;
        }
    }

    /// The slot under a hash for which `is_it` holds.
    #[inline]
    pub fn find(&self, hash: u64, is_it: impl Fn(Slot) -> bool) -> Option<Slot> {
        self.slots.find(hash, |slot| is_it(*slot)).copied()
    }

    /// Gives back what an index that had many more slots does not need any more.
    pub fn give_back(&mut self, hash_of: impl Fn(Slot) -> u64) {
        if self.slots.capacity() > 64 && self.slots.len() < self.slots.capacity() / 4 {
            self.slots.shrink_to(self.slots.len() * 2, |slot| hash_of(*slot));
        }
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        self.slots.allocation_size()
    }
}
