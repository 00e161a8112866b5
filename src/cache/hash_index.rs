//! Hash indexes over a table's rows. They hold slots; keys are read from the rows themselves.

use super::key::scatter;
use super::store::Slot;

/// Finds slots by the code of their key. Several rows may share a key, since a host can deliver that for a moment.
///
/// A table of buckets. An entry is a slot and a tag, which is half of the scattered code; it lies in the bucket that the tag's
/// first bits name, or, when that is full, in the next that has room. A bucket is one line of the processor's cache, and all
/// its tags are compared at once: so looking a key up reads one line before the row itself, nearly never takes a branch that
/// the processor could not foresee, and can go on to the next key while it waits for memory. Growing and removing read no row
/// at all.
#[derive(Default)]
pub struct HashIndex {
    /// Of all entries at most three in four are in use.
    buckets: Vec<Bucket>,
    len: usize,
}

/// How many entries a bucket has room for.
const ROOM: usize = 8;

/// Entries whose tags begin alike, and such that found no room before. Those in use come first.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Bucket {
    tags: [u32; ROOM],
    slots: [Slot; ROOM],
}

/// The tag of an entry that is not in use.
const FREE: u32 = 0;

/// What an entry keeps of its code; never `FREE`.
#[inline]
fn tag_of(code: u64) -> u32 {
    (scatter(code) >> 32) as u32 | 1
}

impl Bucket {
    const EMPTY: Bucket = Bucket { tags: [FREE; ROOM], slots: [0; ROOM] };

    /// The places with a tag, lowest first, as bits.
    #[inline]
    fn places_of(&self, tag: u32) -> u32 {
        self.tags.iter().enumerate().fold(0, |places, (place, other)| places | u32::from(*other == tag) << place)
    }

    /// The place of an entry.
    #[inline]
    fn place(&self, tag: u32, is_it: impl Fn(Slot) -> bool) -> Option<usize> {
        let mut places = self.places_of(tag);
        while places != 0 {
            let place = places.trailing_zeros() as usize;
            if is_it(self.slots[place]) {
                return Some(place);
            }
            places &= places - 1;
        }
        None
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.tags[ROOM - 1] != FREE
    }

    /// How many entries are in use.
    #[inline]
    fn len(&self) -> usize {
        self.tags.iter().filter(|tag| **tag != FREE).count()
    }

    /// Adds an entry. There must be room.
    #[inline]
    fn push(&mut self, tag: u32, slot: Slot) {
        let place = self.len();
        (self.tags[place], self.slots[place]) = (tag, slot);
    }

    /// Removes an entry; the last one takes its place.
    fn swap_remove(&mut self, place: usize) {
        let last = self.len() - 1;
        (self.tags[place], self.slots[place]) = (self.tags[last], self.slots[last]);
        self.tags[last] = FREE;
    }
}

impl HashIndex {
    /// Makes room for so many more slots.
    pub fn reserve(&mut self, slots: usize) {
        let needed = buckets_for(self.len + slots);
        if needed > self.buckets.len() {
            self.resize(needed);
        }
    }

    /// Adds a slot under a code.
    #[inline]
    pub fn insert(&mut self, code: u64, slot: Slot) {
        if (self.len + 1) * 4 > self.buckets.len() * ROOM * 3 {
            self.reserve((self.len / 2).max(1));
        }
        self.add(tag_of(code), slot);
        self.len += 1;
    }

    /// Removes a slot that is under a code.
    pub fn remove(&mut self, code: u64, slot: Slot) {
        let Some((mut gap, place)) = self.find_entry(tag_of(code), |other| other == slot) else { return };
        self.len -= 1;
        let mut was_full = self.buckets[gap].is_full();
        self.buckets[gap].swap_remove(place);
        // What was pushed past the gap moves back into it, so that no search ends there too early.
        let mut at = gap;
        while was_full {
            at = self.after(at);
            let bucket = self.buckets[at];
            // All that is behind a bucket with room began behind it.
            was_full = bucket.is_full();
            let pushed = |tag: &u32| self.distance(self.home_of(*tag), at) >= self.distance(gap, at);
            if let Some(place) = bucket.tags.iter().take(bucket.len()).position(pushed) {
                self.buckets[gap].push(bucket.tags[place], bucket.slots[place]);
                self.buckets[at].swap_remove(place);
                gap = at;
            }
        }
    }

    /// A row has moved: what was slot `from` is slot `to`.
    pub fn move_slot(&mut self, code: u64, from: Slot, to: Slot) {
        if let Some((at, place)) = self.find_entry(tag_of(code), |slot| slot == from) {
            self.buckets[at].slots[place] = to;
        }
    }

    /// The slot under a code for which `is_it` holds.
    #[inline]
    pub fn find(&self, code: u64, is_it: impl Fn(Slot) -> bool) -> Option<Slot> {
        self.find_entry(tag_of(code), is_it).map(|(at, place)| self.buckets[at].slots[place])
    }

    /// Gives back what an index that had many more slots does not need any more.
    pub fn give_back(&mut self) {
        if self.len == 0 {
            *self = HashIndex::default();
        } else if self.buckets.len() > 8 && self.len < self.buckets.len() * ROOM / 6 {
            self.resize(buckets_for(self.len * 3 / 2));
        }
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        self.buckets.capacity() * size_of::<Bucket>()
    }

    /// The bucket in which the search for a tag begins: the tag's first bits say it.
    #[inline]
    fn home_of(&self, tag: u32) -> usize {
        ((u64::from(tag) * self.buckets.len() as u64) >> 32) as usize
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        if at + 1 == self.buckets.len() { 0 } else { at + 1 }
    }

    /// How many steps lead from one bucket to another.
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.buckets.len() - from }
    }

    /// The bucket that an entry is in, and its place there.
    #[inline]
    fn find_entry(&self, tag: u32, is_it: impl Fn(Slot) -> bool) -> Option<(usize, usize)> {
        let mut at = self.home_of(tag);
        // An index without buckets has none here.
        let mut bucket = self.buckets.get(at)?;
        loop {
            if let Some(place) = bucket.place(tag, &is_it) {
                return Some((at, place));
            }
            if !bucket.is_full() {
                return None;
            }
            at = self.after(at);
            bucket = &self.buckets[at];
        }
    }

    /// Puts an entry where there is room for it.
    #[inline]
    fn add(&mut self, tag: u32, slot: Slot) {
        let mut at = self.home_of(tag);
        while self.buckets[at].is_full() {
            at = self.after(at);
        }
        self.buckets[at].push(tag, slot);
    }

    fn resize(&mut self, buckets: usize) {
        let old = std::mem::replace(&mut self.buckets, vec![Bucket::EMPTY; buckets]);
        for bucket in &old {
            for place in 0..bucket.len() {
                self.add(bucket.tags[place], bucket.slots[place]);
            }
        }
    }
}

/// How many buckets so many slots want.
fn buckets_for(slots: usize) -> usize {
    (slots * 4).div_ceil(ROOM * 3).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::LazyLock;

    /// A code for each slot, three slots a code. Half of the codes have their home in the last buckets, so that searches run
    /// into each other and around the end.
    fn code(slot: Slot) -> u64 {
        static CODES: LazyLock<[Vec<u64>; 2]> = LazyLock::new(|| {
            let crowded = |code: &u64| scatter(*code) >> 56 == 0xff;
            [(0..).filter(crowded).take(200).collect(), (0..200).collect()]
        });
        CODES[slot as usize % 2][slot as usize / 3]
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
                index.insert(code(slot), slot);
            } else if step % 3 != 0 {
                index.remove(code(slot), slot);
                there.remove(&slot);
            }
            let found = index.find(code(slot), |other| other == slot);
            assert_eq!(found.is_some(), there.contains(&slot));
            if step % 500 == 0 {
                index.give_back();
                assert_eq!(index.len, there.len());
                let all = (0..600).filter(|slot| index.find(code(*slot), |other| other == *slot).is_some());
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
        (0..1_000_000).for_each(|slot: Slot| index.insert(slot.into(), slot));
        assert_eq!(index.memory(), reserved);
        assert!(reserved <= 11_000_000, "{reserved}");
        (10_000..1_000_000).for_each(|slot: Slot| index.remove(slot.into(), slot));
        index.give_back();
        assert!(index.memory() <= 20_000 * 8, "{}", index.memory());
        (0..10_000).for_each(|slot: Slot| index.remove(slot.into(), slot));
        index.give_back();
        assert_eq!(index.memory(), 0);
    }
}
