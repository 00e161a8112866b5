//! Who holds each row: which query set delivered it, and how often.
//!
//! Most rows are delivered once by one query set, which takes four bytes. Others have a list of their holders.

use super::slab::give_back;
use super::store::Slot;

/// A query set by its number, which is below 2^31. A host of v1 does not tell of whom a row is: all are [`HOST`]'s.
pub type Holder = u32;

/// The holder of rows whose query set is not known.
pub const HOST: Holder = 0;

/// Marks a word as the first node of a list; without it the word is the one holder.
const LIST: u32 = 1 << 31;
/// No node: the end of a list.
const END: u32 = LIST - 1;

/// The holders of a table's rows, by slot.
pub(super) struct Holders {
    words: Vec<u32>,
    nodes: Vec<Node>,
    /// The first node that is not in use.
    free: u32,
    used: usize,
}

/// A holder in a row's list, or a free node.
#[derive(Clone, Copy)]
struct Node {
    holder: Holder,
    count: u32,
    next: u32,
}

impl Default for Holders {
    fn default() -> Self {
        Holders { words: Vec::new(), nodes: Vec::new(), free: END, used: 0 }
    }
}

impl Holders {
    /// How many slots there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Adds a slot.
    #[inline]
    pub(super) fn push(&mut self, holders: &[(Holder, u32)]) {
        let word = self.word(holders);
        self.words.push(word);
    }

    /// Reads what is kept of a row, so that it is close to the processor. What it is means nothing.
    #[inline]
    pub(super) fn touch(&self, slot: Slot) -> u32 {
        self.words[slot as usize]
    }

    /// How often a row was delivered in all.
    pub(super) fn total(&self, slot: Slot) -> u64 {
        self.of(slot).map(|(_, count)| u64::from(count)).sum()
    }

    /// How often a holder delivered a row.
    pub(super) fn count(&self, slot: Slot, holder: Holder) -> u32 {
        self.of(slot).find(|(other, _)| *other == holder).map_or(0, |(_, count)| count)
    }

    /// The holders of a row with how often each delivered it.
    pub(super) fn of(&self, slot: Slot) -> impl Iterator<Item = (Holder, u32)> {
        let word = self.words[slot as usize];
        let (single, mut at) = if word & LIST == 0 { (Some((word, 1)), END) } else { (None, word & !LIST) };
        let list = std::iter::from_fn(move || {
            let node = *self.nodes.get(at as usize)?;
            at = node.next;
            Some((node.holder, node.count))
        });
        single.into_iter().chain(list)
    }

    /// Changes how often a holder delivered a row; below zero it stays at zero.
    pub(super) fn change(&mut self, slot: Slot, holder: Holder, change: i64) {
        let count = (i64::from(self.count(slot, holder)) + change).clamp(0, i64::from(u32::MAX)) as u32;
        let mut holders: Vec<_> = self.of(slot).filter(|(other, _)| *other != holder).collect();
        if count > 0 {
            holders.push((holder, count));
        }
        self.set(slot, &holders);
    }

    /// Gives a row other holders.
    pub(super) fn set(&mut self, slot: Slot, holders: &[(Holder, u32)]) {
        self.release(slot);
        self.words[slot as usize] = self.word(holders);
    }

    #[inline]
    fn word(&mut self, holders: &[(Holder, u32)]) -> u32 {
        match holders {
            [(holder, 1)] => *holder,
            _ => LIST | holders.iter().rev().fold(END, |next, (holder, count)| self.add(*holder, *count, next)),
        }
    }

    /// Removes a slot; the last one moves into its place.
    pub(super) fn swap_remove(&mut self, slot: Slot) {
        self.release(slot);
        self.words.swap_remove(slot as usize);
        give_back(&mut self.words);
    }

    pub(super) fn reserve(&mut self, slots: usize) {
        self.words.reserve(slots);
    }

    pub(super) fn memory(&self) -> usize {
        self.words.capacity() * size_of::<u32>() + self.nodes.capacity() * size_of::<Node>()
    }

    fn add(&mut self, holder: Holder, count: u32, next: u32) -> u32 {
        let node = Node { holder, count, next };
        self.used += 1;
        match self.nodes.get_mut(self.free as usize) {
            Some(place) => {
                let at = self.free;
                self.free = place.next;
                *place = node;
                at
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        }
    }

    /// Frees the nodes of a slot.
    fn release(&mut self, slot: Slot) {
        let word = std::mem::replace(&mut self.words[slot as usize], LIST | END);
        let mut at = if word & LIST == 0 { END } else { word & !LIST };
        while at != END {
            let next = std::mem::replace(&mut self.nodes[at as usize].next, self.free);
            self.free = at;
            self.used -= 1;
            at = next;
        }
        if self.used == 0 && !self.nodes.is_empty() {
            (self.nodes, self.free) = (Vec::new(), END);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(holders: &Holders, slot: Slot) -> Vec<(Holder, u32)> {
        let mut held: Vec<_> = holders.of(slot).collect();
        held.sort_unstable();
        held
    }

    #[test]
    fn one_holder_takes_four_bytes_and_others_a_list() {
        let mut holders = Holders::default();
        (0..100).for_each(|n| holders.push(&[(n, 1)]));
        assert_eq!(holders.nodes.len(), 0);
        holders.change(7, 7, 1);
        holders.change(7, 3, 2);
        assert_eq!((held(&holders, 7), holders.total(7)), (vec![(3, 2), (7, 2)], 4));
        holders.change(7, 3, -5);
        assert_eq!((holders.count(7, 3), holders.count(7, 7)), (0, 2));
        holders.change(7, 7, -1);
        assert_eq!((held(&holders, 7), holders.used), (vec![(7, 1)], 0));
        holders.change(7, 7, -1);
        assert_eq!((held(&holders, 7), holders.total(7)), (vec![], 0));
        assert_eq!(held(&holders, 8), [(8, 1)]);
    }

    #[test]
    fn lists_are_freed_and_used_again() {
        let mut holders = Holders::default();
        for slot in 0..50 {
            holders.push(&[(1, 1)]);
            holders.change(slot, 2, 1);
        }
        assert_eq!((holders.used, holders.nodes.len()), (100, 100));
        holders.swap_remove(10);
        assert_eq!((held(&holders, 10), holders.used), (vec![(1, 1), (2, 1)], 98));
        holders.set(20, &[(4, 1), (5, 1), (6, 9)]);
        assert_eq!((held(&holders, 20), holders.nodes.len()), (vec![(4, 1), (5, 1), (6, 9)], 100));
        (0..49).for_each(|_| holders.swap_remove(0));
        assert_eq!((holders.len(), holders.nodes.capacity()), (0, 0));
    }
}
