//! The index of a key: dense as long as that can be, hashed otherwise.

use super::dense_index::DenseIndex;
use super::hash_index::HashIndex;
use super::key::is_exact;
use super::store::Slot;

/// Finds slots by the code of their key.
pub enum KeyIndex {
    /// Keys of the size of an integer that lie close together.
    Dense(DenseIndex),
    /// Any keys.
    Hashed(HashIndex),
}

impl KeyIndex {
    /// An empty index of keys that all have so many bytes, or may differ (`None`).
    pub fn new(key_size: Option<usize>) -> Self {
        match key_size {
            Some(size) if is_exact(size) => KeyIndex::Dense(DenseIndex::default()),
            _ => KeyIndex::Hashed(HashIndex::default()),
        }
    }

    /// Makes an empty index ready for so many codes, in whichever order they will come.
    pub fn expect<C: Iterator<Item = u64>>(&mut self, count: usize, codes: impl Fn() -> C) {
        if matches!(self, KeyIndex::Dense(_)) {
            let dense = DenseIndex::for_codes(count, codes()).map(KeyIndex::Dense);
            *self = dense.unwrap_or_else(|| KeyIndex::Hashed(HashIndex::default()));
        }
        self.reserve(count);
    }

    /// Makes room for so many more slots.
    pub fn reserve(&mut self, slots: usize) {
        match self {
            KeyIndex::Dense(_) => {} // What it needs depends on the codes.
            KeyIndex::Hashed(index) => index.reserve(slots),
        }
    }

    /// Adds a slot under a code.
    #[inline]
    pub fn insert(&mut self, code: u64, slot: Slot) {
        match self {
            KeyIndex::Dense(index) => {
                if !index.insert(code, slot) {
                    self.hash();
                    self.insert(code, slot);
                }
            }
            KeyIndex::Hashed(index) => index.insert(code, slot),
        }
    }

    /// Removes a slot that is under a code.
    pub fn remove(&mut self, code: u64, slot: Slot) {
        match self {
            KeyIndex::Dense(index) => index.remove(code, slot),
            KeyIndex::Hashed(index) => index.remove(code, slot),
        }
    }

    /// A row has moved: what was slot `from` is slot `to`.
    pub fn move_slot(&mut self, code: u64, from: Slot, to: Slot) {
        match self {
            KeyIndex::Dense(index) => index.move_slot(code, from, to),
            KeyIndex::Hashed(index) => index.move_slot(code, from, to),
        }
    }

    /// The slot under a code for which `is_it` holds.
    #[inline]
    pub fn find(&self, code: u64, is_it: impl Fn(Slot) -> bool) -> Option<Slot> {
        match self {
            KeyIndex::Dense(index) => index.find(code).filter(|slot| is_it(*slot)),
            KeyIndex::Hashed(index) => index.find(code, is_it),
        }
    }

    /// A slot that may be under a code, told without looking at a row.
    #[inline]
    pub fn guess(&self, code: u64) -> Option<Slot> {
        self.find(code, |_| true)
    }

    /// Gives back what an index that had many more slots does not need any more.
    pub fn give_back(&mut self) {
        match self {
            KeyIndex::Dense(index) if index.is_empty() => *self = KeyIndex::Dense(DenseIndex::default()),
            KeyIndex::Dense(index) if index.is_too_sparse() => self.hash(),
            KeyIndex::Dense(_) => {}
            KeyIndex::Hashed(index) => index.give_back(),
        }
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        match self {
            KeyIndex::Dense(index) => index.memory(),
            KeyIndex::Hashed(index) => index.memory(),
        }
    }

    #[cold]
    fn hash(&mut self) {
        if let KeyIndex::Dense(index) = self {
            *self = KeyIndex::Hashed(index.to_hash_index());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// Codes that are dense at first, then far apart, then go: each step against a plain map.
    #[test]
    fn it_changes_its_form_and_keeps_what_it_holds() {
        let mut index = KeyIndex::new(Some(8));
        let mut there: HashMap<u64, Slot> = HashMap::new();
        let codes = (0..2_000u64).chain((0..500).map(|n| n << 40));
        for (slot, code) in (0..).zip(codes) {
            index.insert(code, slot);
            // The first code is there twice for a moment.
            if let Some(old) = there.insert(code, slot) {
                index.remove(code, old);
            }
            assert_eq!(index.find(code, |other| other == slot), Some(slot));
            assert_eq!(matches!(index, KeyIndex::Dense(_)), slot < 2_000, "{slot}");
        }
        for (code, slot) in &there {
            assert_eq!(index.guess(*code), Some(*slot));
        }
        there.iter().for_each(|(code, slot)| index.remove(*code, *slot));
        index.give_back();
        assert_eq!(index.memory(), 0);
    }

    #[test]
    fn a_dense_index_that_is_left_nearly_empty_gives_memory_back() {
        let mut index = KeyIndex::new(Some(4));
        index.expect(100_000, || 0..100_000u64);
        (0..100_000u64).for_each(|code| index.insert(code, code as Slot));
        assert_eq!(index.memory(), 400_000);
        (0..99_000u64).for_each(|code| index.remove(code, code as Slot));
        index.give_back();
        assert!(index.memory() < 20_000, "{}", index.memory());
        assert_eq!(index.guess(99_500), Some(99_500));
    }

    #[test]
    fn keys_that_codes_do_not_tell_apart_are_hashed() {
        assert!(matches!(KeyIndex::new(None), KeyIndex::Hashed(_)));
        assert!(matches!(KeyIndex::new(Some(16)), KeyIndex::Hashed(_)));
        let mut index = KeyIndex::new(Some(8));
        index.expect(2, || [1, 1 << 50].into_iter());
        assert!(matches!(index, KeyIndex::Hashed(_)));
    }
}
