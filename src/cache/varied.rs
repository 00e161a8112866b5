//! Rows of different sizes: a slab for each class of sizes, so that no row is an allocation of its own, no hole stays, and
//! what large deletes leave can be given back.

use super::slab::{Slab, give_back};
use super::store::Slot;

/// In front of each row's bytes lies the slot that it is in, so that a row which moves within its slab can be found again.
const HEADER: usize = size_of::<Slot>();
/// Sizes up to this differ in steps of eight bytes; above it there are eight classes from a power of two to the next.
const FINE: usize = 128;
const STEP: usize = 8;

/// Rows of different sizes, in slots numbered from 0 without gaps.
#[derive(Default)]
pub(super) struct VariedRows {
    places: Vec<Place>,
    /// By class; made when first needed.
    slabs: Vec<Slab>,
}

/// Where a row lies.
#[derive(Clone, Copy)]
struct Place {
    /// The row's length in bytes; it tells the slab.
    len: u32,
    /// The number of its entry in the slab.
    entry: u32,
}

impl VariedRows {
    #[inline]
    pub(super) fn get(&self, slot: Slot) -> &[u8] {
        let place = self.places[slot as usize];
        let entry = self.slabs[class_of(place.len as usize)].get(place.entry as usize);
        &entry[HEADER..HEADER + place.len as usize]
    }

    /// Adds a row in the slot after the last.
    pub(super) fn push(&mut self, row: &[u8]) {
        let place = self.add(self.places.len() as Slot, row);
        self.places.push(place);
    }

    /// Puts another row into a slot.
    pub(super) fn replace(&mut self, slot: Slot, row: &[u8]) {
        let place = self.places[slot as usize];
        if class_of(place.len as usize) == class_of(row.len()) {
            let entry = self.slabs[class_of(row.len())].get_mut(place.entry as usize);
            entry[HEADER..HEADER + row.len()].copy_from_slice(row);
            self.places[slot as usize].len = row.len() as u32;
            return;
        }
        self.drop_entry(place);
        self.places[slot as usize] = self.add(slot, row);
    }

    /// Empties a slot. The row of the last slot moves into it, unless it was the last.
    pub(super) fn swap_remove(&mut self, slot: Slot) {
        self.drop_entry(self.places[slot as usize]);
        self.places.swap_remove(slot as usize);
        if let Some(moved) = self.places.get(slot as usize) {
            let entry = self.slabs[class_of(moved.len as usize)].get_mut(moved.entry as usize);
            entry[..HEADER].copy_from_slice(&slot.to_le_bytes());
        }
        give_back(&mut self.places);
    }

    pub(super) fn memory(&self) -> usize {
        let tables = self.places.capacity() * size_of::<Place>() + self.slabs.capacity() * size_of::<Slab>();
        tables + self.slabs.iter().map(Slab::memory).sum::<usize>()
    }

    /// Makes room for so many more rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.places.reserve(rows);
    }

    fn add(&mut self, slot: Slot, row: &[u8]) -> Place {
        let class = class_of(row.len());
        while self.slabs.len() <= class {
            self.slabs.push(Slab::new(HEADER + class_size(self.slabs.len())));
        }
        let entry = self.slabs[class].push(|bytes| {
            let end = bytes.len() + HEADER + class_size(class);
            bytes.extend_from_slice(&slot.to_le_bytes());
            bytes.extend_from_slice(row);
            bytes.resize(end, 0);
        });
        Place { len: row.len() as u32, entry: entry as u32 }
    }

    fn drop_entry(&mut self, place: Place) {
        let slab = &mut self.slabs[class_of(place.len as usize)];
        slab.swap_remove(place.entry as usize);
        if (place.entry as usize) < slab.len() {
            let header = slab.get(place.entry as usize).first_chunk().expect("an entry begins with its slot");
            self.places[Slot::from_le_bytes(*header) as usize].entry = place.entry;
        }
    }
}

/// The class of rows of a length.
fn class_of(len: usize) -> usize {
    if len <= FINE {
        return len.div_ceil(STEP);
    }
    // The octave, and which eighth of it the length ends in.
    let octave = (len - 1).ilog2();
    let eighth = ((len - 1) >> (octave - 3)) & 7;
    FINE / STEP + 1 + (octave - FINE.ilog2()) as usize * 8 + eighth
}

/// The most bytes that a row of a class has.
fn class_size(class: usize) -> usize {
    match class.checked_sub(FINE / STEP + 1) {
        None => class * STEP,
        Some(above) => (9 + above % 8) << (FINE.ilog2() as usize - 3 + above / 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_has_the_smallest_class_that_holds_it() {
        for len in 0..70_000 {
            let class = class_of(len);
            assert!(class_size(class) >= len, "{len} in class {class} of {}", class_size(class));
            assert!(class == 0 || class_size(class - 1) < len, "{len} in class {class}");
            assert!(class_size(class) - len < STEP.max(len / 8 + 1), "{len} in {}", class_size(class));
        }
        assert!(class_size(class_of(u32::MAX as usize)) >= u32::MAX as usize);
    }

    #[test]
    fn rows_are_found_again_after_others_went_and_changed_size() {
        let mut rows = VariedRows::default();
        let row = |n: usize| vec![n as u8; n * n % 700];
        (0..500).for_each(|n| rows.push(&row(n)));
        // The same, as plainly as can be.
        let mut expected: Vec<Vec<u8>> = (0..500).map(row).collect();
        for step in 0..400 {
            let slot = (step * 37) % expected.len();
            if step % 3 == 0 {
                rows.replace(slot as Slot, &row(step));
                expected[slot] = row(step);
            } else {
                rows.swap_remove(slot as Slot);
                expected.swap_remove(slot);
            }
            assert_eq!(rows.places.len(), expected.len());
            for (slot, row) in expected.iter().enumerate() {
                assert_eq!(rows.get(slot as Slot), row);
            }
        }
    }

    #[test]
    fn memory_is_given_back() {
        let mut rows = VariedRows::default();
        (0..100_000usize).for_each(|n| rows.push(&vec![0; n % 90]));
        let full = rows.memory();
        (1_000..100_000).for_each(|_| rows.swap_remove(7));
        assert!(rows.memory() < full / 20, "{} of {full} bytes", rows.memory());
        (0..1_000).for_each(|_| rows.swap_remove(0));
        assert!(rows.memory() < 8_000, "{} bytes for nothing", rows.memory());
    }
}
