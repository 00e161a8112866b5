//! Hash indexes over a table's rows. They hold slots; keys are read from the rows themselves.

use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use hashbrown::DefaultHashBuilder;

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
///
/// A table with open addressing: an entry is a slot and the hash's upper half, and lies at the place that the hash's first
/// bits name, or at the next that was free. So looking a key up reads one place in memory before the row itself, and growing
/// or removing reads no row at all.
#[derive(Default)]
pub struct HashIndex {
    /// As many as a power of two, of which at most three in four are in use.
    entries: Vec<u64>,
    len: usize,
}

/// An entry that is not in use: its slot is one that no row has.
const FREE: u64 = u64::MAX;
const SMALLEST: usize = 8;

/// The half of a hash that an entry keeps.
#[inline]
fn tag_of(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[inline]
fn entry_of(tag: u32, slot: Slot) -> u64 {
    u64::from(tag) << 32 | u64::from(slot)
}

impl HashIndex {
    /// Makes room for so many more slots.
    pub fn reserve(&mut self, slots: usize) {
        let needed = ((self.len + slots) * 4).div_ceil(3).max(SMALLEST).next_power_of_two();
        if needed > self.entries.len() {
            self.resize(needed);
        }
    }

    /// Adds a slot under a hash.
    #[inline]
    pub fn insert(&mut self, hash: u64, slot: Slot) {
        if (self.len + 1) * 4 > self.entries.len() * 3 {
            self.reserve((self.len / 2).max(1));
        }
        self.place(entry_of(tag_of(hash), slot));
        self.len += 1;
    }

    /// Removes a slot that is under a hash.
    pub fn remove(&mut self, hash: u64, slot: Slot) {
        let Some(mut gap) = self.find_entry(entry_of(tag_of(hash), slot)) else { return };
        self.len -= 1;
        // What was pushed past the gap moves back into it, so that no search ends there too early.
        let mut at = gap;
        loop {
            at = self.after(at);
            let entry = self.entries[at];
            if entry == FREE {
                break;
            }
            let home = self.home_of((entry >> 32) as u32);
            if self.distance(home, at) >= self.distance(gap, at) {
                self.entries[gap] = entry;
                gap = at;
            }
        }
        self.entries[gap] = FREE;
    }

    /// A row has moved: what was slot `from` is slot `to`.
    pub fn move_slot(&mut self, hash: u64, from: Slot, to: Slot) {
        if let Some(at) = self.find_entry(entry_of(tag_of(hash), from)) {
            self.entries[at] = entry_of(tag_of(hash), to);
        }
    }

    /// The slot under a hash for which `is_it` holds.
    #[inline]
    pub fn find(&self, hash: u64, is_it: impl Fn(Slot) -> bool) -> Option<Slot> {
        if self.entries.is_empty() {
            return None;
        }
        let tag = tag_of(hash);
        let mut at = self.home_of(tag);
        loop {
            let entry = self.entries[at];
            if entry == FREE {
                return None;
            }
            if (entry >> 32) as u32 == tag && is_it(entry as Slot) {
                return Some(entry as Slot);
            }
            at = self.after(at);
        }
    }

    /// A slot that may be under a hash, told without looking at a row.
    #[inline]
    pub fn guess(&self, hash: u64) -> Option<Slot> {
        self.find(hash, |_| true)
    }

    /// Gives back what an index that had many more slots does not need any more.
    pub fn give_back(&mut self) {
        if self.len == 0 {
            *self = HashIndex::default();
        } else if self.entries.len() > 64 && self.len < self.entries.len() / 6 {
            self.resize((self.len * 2).next_power_of_two().max(SMALLEST));
        }
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        self.entries.capacity() * size_of::<u64>()
    }

    /// Where the search for a tag begins: the tag's first bits.
    #[inline]
    fn home_of(&self, tag: u32) -> usize {
        ((u64::from(tag) * self.entries.len() as u64) >> 32) as usize
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.entries.len() - 1)
    }

    /// How many steps lie between two places.
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & (self.entries.len() - 1)
    }

    fn find_entry(&self, wanted: u64) -> Option<usize> {
        if self.entries.is_empty() {
            return None;
        }
        let mut at = self.home_of((wanted >> 32) as u32);
        while self.entries[at] != FREE {
            if self.entries[at] == wanted {
                return Some(at);
            }
            at = self.after(at);
        }
        None
    }

    /// Puts an entry where there is room for it.
    #[inline]
    fn place(&mut self, entry: u64) {
        let mut at = self.home_of((entry >> 32) as u32);
        while self.entries[at] != FREE {
            at = self.after(at);
        }
        self.entries[at] = entry;
    }

    fn resize(&mut self, size: usize) {
        let old = std::mem::replace(&mut self.entries, vec![FREE; size]);
        old.into_iter().filter(|entry| *entry != FREE).for_each(|entry| self.place(entry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Hashes of which many share their first bits, so that searches run into each other and around the end.
    fn hash(slot: Slot) -> u64 {
        let spread = hash_of(&(slot / 3).to_le_bytes());
        if slot.is_multiple_of(2) { spread | 0xfff0 << 48 } else { spread }
    }

    #[test]
    fn slots_come_and_go() {
        let mut index = HashIndex::default();
        let mut there = HashSet::new();
        let mut random = 1u32;
        for step in 0..40_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let slot = (random >> 16) % 600;
            if there.insert(slot) {
                index.insert(hash(slot), slot);
            } else if step % 3 != 0 {
                index.remove(hash(slot), slot);
                there.remove(&slot);
            }
            let found = index.find(hash(slot), |other| other == slot);
            assert_eq!(found.is_some(), there.contains(&slot));
            if step % 500 == 0 {
                index.give_back();
                assert_eq!(index.len, there.len());
                let all = (0..600).filter(|slot| index.find(hash(*slot), |other| other == *slot).is_some());
                assert_eq!(all.collect::<HashSet<_>>(), there);
            }
        }
    }

    #[test]
    fn a_slot_can_be_renamed() {
        let mut index = HashIndex::default();
        index.insert(7, 1);
        index.insert(7, 2);
        index.move_slot(7, 1, 9);
        assert_eq!(index.find(7, |slot| slot == 9), Some(9));
        assert_eq!(index.find(7, |slot| slot == 1), None);
        index.move_slot(7, 1, 5);
        assert_eq!(index.find(7, |slot| slot == 5), None);
    }

    #[test]
    fn memory_follows_the_number_of_slots() {
        let mut index = HashIndex::default();
        index.reserve(1_000_000);
        let reserved = index.memory();
        (0..1_000_000).for_each(|slot: Slot| index.insert(hash_of(&slot.to_le_bytes()), slot));
        assert_eq!(index.memory(), reserved);
        assert!(reserved <= 17_000_000, "{reserved}");
        (10_000..1_000_000).for_each(|slot: Slot| index.remove(hash_of(&slot.to_le_bytes()), slot));
        index.give_back();
        assert!(index.memory() <= 32_768 * 8, "{}", index.memory());
        (0..10_000).for_each(|slot: Slot| index.remove(hash_of(&slot.to_le_bytes()), slot));
        index.give_back();
        assert_eq!(index.memory(), 0);
    }
}
