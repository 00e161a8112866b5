//! Where a table's rows lie: numbered slots without gaps, each with the row's bytes and its holders.

use super::holders::{Holder, Holders};
use super::slab::Slab;
use super::varied::VariedRows;

/// The number of a row's place in its table: below the number of rows. When a row goes, the last one may take its slot.
pub type Slot = u32;

/// The rows of one table.
pub struct RowStore {
    bytes: RowBytes,
    holders: Holders,
}

/// A run of packed rows: where it lies, which holds as long as the table does not change.
#[derive(Debug)]
#[repr(C)]
pub struct Chunk {
    /// The first byte of the first row.
    pub data: *const u8,
    /// How many rows there are.
    pub count: usize,
    /// How many bytes from a row to the next.
    pub stride: usize,
}

// SAFETY: the address is not followed here; whoever reads the rows holds a read guard, on whichever thread.
#[allow(unsafe_code)]
unsafe impl Send for Chunk {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl Sync for Chunk {}

impl Chunk {
    pub(super) fn of(rows: &[u8], stride: usize) -> Self {
        Chunk { data: rows.as_ptr(), count: rows.len() / stride, stride }
    }
}

enum RowBytes {
    /// All rows have the slab's stride.
    Fixed(Slab),
    Varied(VariedRows),
}

impl RowStore {
    /// A store for rows that all have `row_size` bytes, or may differ (`None`).
    pub fn new(row_size: Option<usize>) -> Self {
        // Rows without bytes need no slab.
        let bytes = match row_size.filter(|size| *size > 0) {
            Some(size) => RowBytes::Fixed(Slab::new(size)),
            None => RowBytes::Varied(VariedRows::default()),
        };
        RowStore { bytes, holders: Holders::default() }
    }

    /// How many distinct rows there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.holders.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of the row in a slot. The slot must hold one.
    #[inline]
    pub fn row(&self, slot: Slot) -> &[u8] {
        match &self.bytes {
            RowBytes::Fixed(slab) => slab.get(slot as usize),
            RowBytes::Varied(rows) => rows.get(slot),
        }
    }

    /// Who delivered the rows, and how often.
    #[inline]
    pub(super) fn holders(&self) -> &Holders {
        &self.holders
    }

    /// Who delivered the rows, to be changed.
    #[inline]
    pub(super) fn holders_mut(&mut self) -> &mut Holders {
        &mut self.holders
    }

    /// The packed rows, chunk by chunk, with the size of a row; `None` where rows may differ in size.
    pub fn chunks(&self) -> Option<(usize, impl Iterator<Item = &[u8]>)> {
        match &self.bytes {
            RowBytes::Fixed(slab) => Some((slab.stride(), slab.chunks())),
            RowBytes::Varied(_) => None,
        }
    }

    /// How many bytes it takes.
    pub fn memory(&self) -> usize {
        let rows = match &self.bytes {
            RowBytes::Fixed(slab) => slab.memory(),
            RowBytes::Varied(rows) => rows.memory(),
        };
        rows + self.holders.memory()
    }

    /// Makes room for so many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.holders.reserve(rows);
        if let RowBytes::Varied(varied) = &mut self.bytes {
            varied.reserve(rows);
        }
    }

    /// Copies a row into the slot after the last. Its size must be the store's, if that has one.
    #[inline]
    pub fn push(&mut self, row: &[u8], holders: &[(Holder, u32)]) -> Slot {
        match &mut self.bytes {
            RowBytes::Fixed(slab) => {
                slab.push(|bytes| bytes.extend_from_slice(row));
            }
            RowBytes::Varied(rows) => rows.push(row),
        }
        self.holders.push(holders);
        (self.holders.len() - 1) as Slot
    }

    /// Puts another row into a slot that holds one, with holders of its own.
    pub fn replace(&mut self, slot: Slot, row: &[u8], holders: &[(Holder, u32)]) {
        match &mut self.bytes {
            RowBytes::Fixed(slab) => slab.get_mut(slot as usize).copy_from_slice(row),
            RowBytes::Varied(rows) => rows.replace(slot, row),
        }
        self.holders.set(slot, holders);
    }

    /// Takes the row out of a slot. The row of the last slot moves into it, unless it was the last.
    pub fn swap_remove(&mut self, slot: Slot) {
        match &mut self.bytes {
            RowBytes::Fixed(slab) => slab.swap_remove(slot as usize),
            RowBytes::Varied(rows) => rows.swap_remove(slot),
        }
        self.holders.swap_remove(slot);
    }
}
