//! An index of keys that lie close together, as those do that a host counts up.

use super::hash_index::HashIndex;
use super::store::Slot;

/// Finds slots by a key's code: the slot of each code from the first to the last, in a plain array. Codes must be those of
/// keys that they tell apart alone.
///
/// It takes four bytes a row where no code is left out, keeps the order of the keys, and is told what is where by a single
/// access to memory. It cannot hold everything: what does not fit is refused, and a [`HashIndex`] takes its place.
#[derive(Default)]
pub struct DenseIndex {
    first: u64,
    slots: Vec<Slot>,
    len: usize,
}

/// No slot.
const NONE: Slot = Slot::MAX;

/// How many codes there may be for each that has a row: the array is then as large as a hash index at worst.
const CODES_A_ROW: usize = 3;

/// So many codes there may be in any case.
const FEW: usize = 64;

impl DenseIndex {
    /// An index for so many codes, if they lie close enough together.
    pub fn for_codes(count: usize, codes: impl Iterator<Item = u64>) -> Option<Self> {
        let (least, most) = codes.fold((u64::MAX, 0), |(least, most), code| (least.min(code), most.max(code)));
        let span = usize::try_from(most.saturating_sub(least)).ok().filter(|span| *span < most_codes(count))?;
        Some(DenseIndex { first: least, slots: Vec::with_capacity(span + 1), len: 0 })
    }

    /// Adds a slot under a code; false when it cannot be in here.
    #[inline]
    #[must_use]
    pub fn insert(&mut self, code: u64, slot: Slot) -> bool {
        if self.slots.capacity() == 0 {
            // Those that come next may be a little below.
            self.first = code - code % FEW as u64;
        }
        let place = code.wrapping_sub(self.first);
        if place >= self.slots.len() as u64 {
            if place >= most_codes(self.len + 1).max(self.slots.capacity()) as u64 {
                return false;
            }
            self.slots.resize(place as usize + 1, NONE);
        }
        let entry = &mut self.slots[place as usize];
        if *entry != NONE {
            return false;
        }
        *entry = slot;
        self.len += 1;
        true
    }

    /// Removes a slot that is under a code.
    pub fn remove(&mut self, code: u64, slot: Slot) {
        if let Some(entry) = self.entry_of(code, slot) {
            *entry = NONE;
            self.len -= 1;
        }
    }

    /// A row has moved: what was slot `from` is slot `to`.
    pub fn move_slot(&mut self, code: u64, from: Slot, to: Slot) {
        if let Some(entry) = self.entry_of(code, from) {
            *entry = to;
        }
    }

    /// The slot under a code.
    #[inline]
    pub fn find(&self, code: u64) -> Option<Slot> {
        let place = code.wrapping_sub(self.first);
        let slot = *self.slots.get(usize::try_from(place).ok()?)?;
        (slot != NONE).then_some(slot)
    }

    /// Whether so many codes have no row that a hash index takes less.
    pub fn is_too_sparse(&self) -> bool {
        self.slots.len() > 2 * most_codes(self.len)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The same in a hash index.
    pub fn to_hash_index(&self) -> HashIndex {
        let mut index = HashIndex::default();
        index.reserve(self.len);
        let slots = (0..).zip(&self.slots).filter(|(_, slot)| **slot != NONE);
        slots.for_each(|(place, slot)| index.insert(self.first.wrapping_add(place), *slot));
        index
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }

    fn entry_of(&mut self, code: u64, slot: Slot) -> Option<&mut Slot> {
        let place = usize::try_from(code.wrapping_sub(self.first)).ok()?;
        self.slots.get_mut(place).filter(|entry| **entry == slot)
    }
}

/// How many codes there may be from the first to the last, for so many rows.
fn most_codes(rows: usize) -> usize {
    FEW + CODES_A_ROW * rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_follow_one_another_have_room() {
        let mut index = DenseIndex::default();
        assert!((1_000_001..1_010_000).all(|code| index.insert(code, code as Slot)));
        assert!(index.insert(1_000_000, 7), "a little below the first");
        assert_eq!((index.find(1_000_000), index.find(1_005_000)), (Some(7), Some(1_005_000)));
        assert_eq!((index.find(1_010_000), index.find(999_000), index.find(0)), (None, None, None));
        assert!(index.memory() < 10_000 * 8);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut index = DenseIndex::default();
        assert!(index.insert(640, 1));
        assert!(!index.insert(640, 2), "a second row of one key");
        assert!(!index.insert(639, 2), "below");
        assert!(!index.insert(640 + 1_000, 2), "far above");
        assert!(index.insert(640 + 60, 2));
        assert_eq!((index.find(640), index.find(700), index.find(641)), (Some(1), Some(2), None));
    }

    #[test]
    fn codes_may_come_in_any_order_when_they_are_known_before() {
        let codes = || (0..1_000u64).map(|n| 5_000 + n * 7 % 1_000);
        let mut index = DenseIndex::for_codes(1_000, codes()).unwrap();
        assert!(codes().all(|code| index.insert(code, code as Slot)));
        assert_eq!(index.find(5_999), Some(5_999));
        assert_eq!(index.memory(), 4_000);
        assert!(DenseIndex::for_codes(2, [0, 1_000].into_iter()).is_none());
        assert!(DenseIndex::for_codes(2, [0, u64::MAX].into_iter()).is_none());
    }

    #[test]
    fn a_slot_is_removed_and_renamed_under_its_code_only() {
        let mut index = DenseIndex::default();
        assert!(index.insert(5, 1) && index.insert(6, 2));
        index.remove(5, 2);
        index.move_slot(6, 1, 9);
        assert_eq!((index.find(5), index.find(6)), (Some(1), Some(2)));
        index.move_slot(6, 2, 9);
        index.remove(5, 1);
        assert_eq!((index.find(5), index.find(6)), (None, Some(9)));
        index.remove(6, 9);
        assert!(index.is_empty());
    }

    #[test]
    fn a_hash_index_takes_over_when_most_codes_are_gone() {
        let mut index = DenseIndex::default();
        assert!((0..10_000).all(|code| index.insert(code, code as Slot)));
        (0..9_900).for_each(|code| index.remove(code, code as Slot));
        assert!(index.is_too_sparse());
        let hashed = index.to_hash_index();
        assert_eq!(hashed.find(9_950, |_| true), Some(9_950));
        assert_eq!(hashed.find(9_800, |_| true), None);
    }
}
