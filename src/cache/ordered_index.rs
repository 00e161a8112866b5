//! Ordered indexes over a table's rows, for ranges. They hold slots; keys are read from the rows themselves.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::store::Slot;

/// The slots of a table in the order of an index's columns. It is made when first asked for, then kept up to date.
///
/// The slots lie in blocks, so that adding one moves few others. `compare` is always a total order of the slots that are
/// in the index, by the rows that lie in them now.
#[derive(Default)]
pub struct OrderedIndex {
    blocks: OnceLock<Vec<Vec<Slot>>>,
}

/// A block is cut in two when it has more slots than this, and is made with half as many.
const BLOCK: usize = 512;
/// An index with more changes than a quarter of its slots (and than these) is made anew when next asked for.
const FEW: usize = 64;

impl OrderedIndex {
    /// The slots from the first that is not `Less` to the last that is not `Greater`, as `lies` has it. `all` gives every
    /// slot when the index has to be made.
    pub fn range(
        &self,
        all: impl FnOnce() -> Vec<Slot>,
        compare: impl Fn(Slot, Slot) -> Ordering,
        lies: impl Fn(Slot) -> Ordering,
    ) -> Vec<Slot> {
        let blocks = self.blocks.get_or_init(|| {
            let mut slots = all();
            slots.sort_unstable_by(|a, b| compare(*a, *b));
            slots.chunks(BLOCK / 2).map(<[Slot]>::to_vec).collect()
        });
        let first = blocks.partition_point(|block| block.last().is_some_and(|slot| lies(*slot) == Ordering::Less));
        let mut found = Vec::new();
        for block in &blocks[first..] {
            let start = block.partition_point(|slot| lies(*slot) == Ordering::Less);
            let end = block.partition_point(|slot| lies(*slot) != Ordering::Greater);
            found.extend_from_slice(&block[start..end.max(start)]);
            if end < block.len() {
                break;
            }
        }
        found
    }

    /// Prepares for a message that changes so many rows.
    pub fn expect_changes(&mut self, changes: usize) {
        let is_much = |blocks: &Vec<Vec<Slot>>| changes > blocks.iter().map(Vec::len).sum::<usize>() / 4;
        if changes > FEW && self.blocks.get().is_some_and(is_much) {
            self.blocks.take();
        }
    }

    /// Whether it has to be kept up to date.
    pub fn is_made(&self) -> bool {
        self.blocks.get().is_some()
    }

    /// Adds a slot whose row is in the store.
    pub fn insert(&mut self, slot: Slot, compare: impl Fn(Slot, Slot) -> Ordering) {
        let Some(blocks) = self.blocks.get_mut() else { return };
        if blocks.is_empty() {
            blocks.push(Vec::new());
        }
        // Behind all others it goes into the last block.
        let at = block_of(blocks, slot, &compare).min(blocks.len() - 1);
        let block = &mut blocks[at];
        block.insert(block.partition_point(|other| compare(*other, slot) == Ordering::Less), slot);
        if block.len() > BLOCK {
            let tail = block.split_off(BLOCK / 2);
            blocks.insert(at + 1, tail);
        }
    }

    /// Removes a slot whose row is still in the store.
    pub fn remove(&mut self, slot: Slot, compare: impl Fn(Slot, Slot) -> Ordering) {
        let Some(blocks) = self.blocks.get_mut() else { return };
        let at = block_of(blocks, slot, &compare);
        let place = blocks[at].partition_point(|other| compare(*other, slot) == Ordering::Less);
        debug_assert_eq!(blocks[at].get(place), Some(&slot));
        blocks[at].remove(place);
        // Neighbours that have become small are one block from then on, so that blocks do not pile up.
        let joins = |with: Option<&Vec<Slot>>| with.is_some_and(|with| with.len() + blocks[at].len() <= BLOCK / 4);
        if joins(blocks.get(at + 1)) {
            let next = blocks.remove(at + 1);
            blocks[at].extend(next);
        } else if blocks[at].is_empty() {
            blocks.remove(at);
        }
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        let Some(blocks) = self.blocks.get() else { return 0 };
        let slots: usize = blocks.iter().map(Vec::capacity).sum();
        slots * size_of::<Slot>() + blocks.capacity() * size_of::<Vec<Slot>>()
    }
}

/// The first block whose last slot does not lie before `slot`.
fn block_of(blocks: &[Vec<Slot>], slot: Slot, compare: &impl Fn(Slot, Slot) -> Ordering) -> usize {
    blocks.partition_point(|block| block.last().is_some_and(|last| compare(*last, slot) == Ordering::Less))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the index against a sorted vector while slots come and go, in an order that is not theirs.
    #[test]
    fn slots_come_and_go_in_order() {
        let key = |slot: Slot| (slot.wrapping_mul(2_654_435_761)) >> 8;
        let compare = |a: Slot, b: Slot| key(a).cmp(&key(b)).then(a.cmp(&b));
        let all = |_: Slot| Ordering::Equal;
        let mut index = OrderedIndex::default();
        let mut expected: Vec<Slot> = (0..700).collect();
        assert_eq!(index.range(|| expected.clone(), compare, all).len(), 700);
        for slot in 700..5_000 {
            index.insert(slot, compare);
            expected.push(slot);
        }
        expected.sort_by(|a, b| compare(*a, *b));
        assert_eq!(index.range(Vec::new, compare, all), expected);
        for slot in (0..5_000).filter(|slot| slot % 50 != 7) {
            index.remove(slot, compare);
        }
        expected.retain(|slot| slot % 50 == 7);
        assert_eq!(index.range(Vec::new, compare, all), expected);
        let middle = key(expected[50]);
        let above = |slot: Slot| if key(slot) < middle { Ordering::Less } else { Ordering::Equal };
        assert_eq!(index.range(Vec::new, compare, above), expected[50..]);
        let below = |slot: Slot| if key(slot) > middle { Ordering::Greater } else { Ordering::Equal };
        assert_eq!(index.range(Vec::new, compare, below), expected[..51]);
        let blocks = index.blocks.get().unwrap().len();
        assert!(blocks < 10, "{blocks} blocks for 100 slots");
        for slot in expected {
            index.remove(slot, compare);
        }
        assert!(index.range(Vec::new, compare, all).is_empty());
        index.insert(3, compare);
        assert_eq!(index.range(Vec::new, compare, all), [3]);
    }
}
