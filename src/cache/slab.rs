//! Entries of one size, packed one after another into chunks.
//!
//! There are no holes: the last entry moves into the place of one that is removed. So all memory behind the last entry can
//! be given back, and whoever reads the entries walks plain arrays.

/// How many bytes a full chunk takes at most, unless one entry alone takes more.
const CHUNK_BYTES: usize = 256 << 10;

/// A slab with fewer chunks keeps no empty one.
const FEW: usize = 4;

/// Entries of one size, numbered from 0.
pub(super) struct Slab {
    /// The size of an entry in bytes; not 0.
    stride: usize,
    /// A full chunk has two to the power of this many entries.
    shift: u32,
    /// All full but the last that has entries; after it there may be one empty chunk, so that a large slab whose size swings
    /// around a chunk's end does not allocate each time.
    chunks: Vec<Vec<u8>>,
    len: usize,
}

impl Slab {
    /// A slab without entries, and without memory.
    pub(super) fn new(stride: usize) -> Self {
        Slab { stride, shift: (CHUNK_BYTES / stride).max(1).ilog2(), chunks: Vec::new(), len: 0 }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The size of an entry in bytes.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// An entry's bytes.
    #[inline]
    pub(super) fn get(&self, index: usize) -> &[u8] {
        let start = (index & self.mask()) * self.stride;
        &self.chunks[index >> self.shift][start..start + self.stride]
    }

    /// An entry's bytes, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> &mut [u8] {
        let start = (index & self.mask()) * self.stride;
        &mut self.chunks[index >> self.shift][start..start + self.stride]
    }

    /// Adds an entry; `write` appends its bytes, exactly as many as the stride.
    #[inline]
    pub(super) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        let index = self.len;
        if index >> self.shift == self.chunks.len() {
            self.add_chunk();
        }
        let chunk = &mut self.chunks[index >> self.shift];
        write(chunk);
        debug_assert_eq!(chunk.len(), ((index & ((1 << self.shift) - 1)) + 1) * self.stride);
        self.len += 1;
        index
    }

    /// Removes an entry. The last one moves into its place, unless it was the last.
    pub(super) fn swap_remove(&mut self, index: usize) {
        let last = self.len - 1;
        if index != last {
            self.copy(last, index);
        }
        let start = (last & self.mask()) * self.stride;
        self.chunks[last >> self.shift].truncate(start);
        self.len = last;
        self.give_back();
    }

    /// The chunks that have entries: the bytes of all entries, without gaps.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        self.chunks.iter().map(Vec::as_slice).filter(|chunk| !chunk.is_empty())
    }

    /// How many bytes it takes.
    pub(super) fn memory(&self) -> usize {
        self.chunks.capacity() * size_of::<Vec<u8>>() + self.chunks.iter().map(Vec::capacity).sum::<usize>()
    }

    fn mask(&self) -> usize {
        (1 << self.shift) - 1
    }

    /// Only the first chunk grows step by step: small tables stay small, and large ones do not copy.
    fn add_chunk(&mut self) {
        let full = self.stride << self.shift;
        self.chunks.push(if self.chunks.is_empty() { Vec::new() } else { Vec::with_capacity(full) });
    }

    fn copy(&mut self, from: usize, to: usize) {
        let (from_start, to_start) = ((from & self.mask()) * self.stride, (to & self.mask()) * self.stride);
        let (from_chunk, to_chunk) = (from >> self.shift, to >> self.shift);
        if from_chunk == to_chunk {
            self.chunks[to_chunk].copy_within(from_start..from_start + self.stride, to_start);
            return;
        }
        let (head, tail) = self.chunks.split_at_mut(from_chunk);
        head[to_chunk][to_start..to_start + self.stride]
            .copy_from_slice(&tail[0][from_start..from_start + self.stride]);
    }

    fn give_back(&mut self) {
        if self.len == 0 {
            self.chunks = Vec::new();
            return;
        }
        let used = ((self.len - 1) >> self.shift) + 1;
        self.chunks.truncate(if used < FEW { used } else { used + 1 });
        if used == 1 {
            give_back(&mut self.chunks[0]);
        }
    }
}

/// Gives back what a vector that was much longer does not need any more.
pub(super) fn give_back<T>(values: &mut Vec<T>) {
    if values.capacity() > 64 && values.len() < values.capacity() / 4 {
        values.shrink_to(values.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(slab: &Slab) -> Vec<u64> {
        let entries = slab.chunks().flat_map(|chunk| chunk.as_chunks::<8>().0);
        entries.map(|entry| u64::from_le_bytes(*entry)).collect()
    }

    fn filled(count: u64) -> Slab {
        let mut slab = Slab::new(8);
        for number in 0..count {
            assert_eq!(slab.push(|bytes| bytes.extend(number.to_le_bytes())), number as usize);
        }
        slab
    }

    #[test]
    fn entries_are_packed_across_chunks() {
        let slab = filled(100_000);
        assert_eq!(slab.len(), 100_000);
        assert!(slab.chunks.len() > 2);
        assert_eq!(numbers(&slab), (0..100_000).collect::<Vec<_>>());
        assert_eq!(slab.get(77_777), 77_777u64.to_le_bytes());
    }

    #[test]
    fn the_last_entry_takes_the_place_of_a_removed_one() {
        let mut slab = filled(100_000);
        slab.swap_remove(5);
        slab.swap_remove(99_998);
        slab.swap_remove(90_000);
        assert_eq!(slab.len(), 99_997);
        assert_eq!(slab.get(5), 99_999u64.to_le_bytes());
        assert_eq!(slab.get(90_000), 99_997u64.to_le_bytes());
        let mut left = numbers(&slab);
        left.sort_unstable();
        assert_eq!(left, (0..100_000).filter(|n| ![5, 99_998, 90_000].contains(n)).collect::<Vec<_>>());
    }

    #[test]
    fn memory_is_given_back() {
        let mut slab = filled(1_000_000);
        let full = slab.memory();
        assert!(full < 8_300_000, "{full} bytes for 8,000,000");
        while slab.len() > 10_000 {
            slab.swap_remove(slab.len() / 2);
        }
        assert!(slab.memory() <= 2 * CHUNK_BYTES + 4096, "{} bytes for 80,000", slab.memory());
        while slab.len() > 0 {
            slab.swap_remove(0);
        }
        assert_eq!(slab.memory(), 0);
        assert!(filled(3).memory() < 256);
    }

    #[test]
    fn an_entry_may_be_larger_than_a_chunk() {
        let mut slab = Slab::new(CHUNK_BYTES + 1);
        slab.push(|bytes| bytes.resize(CHUNK_BYTES + 1, 1));
        slab.push(|bytes| bytes.resize(2 * (CHUNK_BYTES + 1) - bytes.len() - CHUNK_BYTES - 1, 2));
        slab.get_mut(0)[CHUNK_BYTES] = 3;
        assert_eq!((slab.get(0)[CHUNK_BYTES], slab.get(1)[0]), (3, 2));
    }
}
