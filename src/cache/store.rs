//! Where a table's rows lie: numbered slots, each with the row's bytes and its count.

/// The number of a row's place in its table. It stays the same for as long as the row is in the cache.
pub type Slot = u32;

/// The rows of one table.
#[derive(Default)]
pub struct RowStore {
    slots: Vec<Option<StoredRow>>,
    free: Vec<Slot>,
}

struct StoredRow {
    bytes: Box<[u8]>,
    count: u32,
}

impl RowStore {
    /// How many distinct rows there are.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of the row in a slot. The slot must hold one.
    pub fn row(&self, slot: Slot) -> &[u8] {
        &self.stored(slot).bytes
    }

    /// The bytes of the row in a slot, if it holds one.
    pub fn get(&self, slot: Slot) -> Option<&[u8]> {
        Some(&self.slots.get(slot as usize)?.as_ref()?.bytes)
    }

    /// How often the row in a slot was delivered. The slot must hold one.
    pub fn count(&self, slot: Slot) -> u32 {
        self.stored(slot).count
    }

    /// The first row at or after a slot, with its slot.
    pub fn next(&self, from: Slot) -> Option<(Slot, &[u8])> {
        let rest = self.slots.get(from as usize..)?;
        let offset = rest.iter().position(Option::is_some)?;
        let slot = from + offset as Slot;
        Some((slot, self.row(slot)))
    }

    /// Copies a row into a slot.
    pub fn insert(&mut self, row: &[u8], count: u32) -> Slot {
        let stored = Some(StoredRow { bytes: row.into(), count });
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = stored;
                slot
            }
            None => {
                self.slots.push(stored);
                (self.slots.len() - 1) as Slot
            }
        }
    }

    /// Changes the count of the row in a slot.
    pub fn set_count(&mut self, slot: Slot, count: u32) {
        self.slots[slot as usize].as_mut().expect("the slot holds a row").count = count;
    }

    /// Takes the row out of a slot.
    pub fn remove(&mut self, slot: Slot) -> Box<[u8]> {
        let stored = self.slots[slot as usize].take().expect("the slot holds a row");
        self.free.push(slot);
        if self.is_empty() {
            *self = RowStore::default();
        }
        stored.bytes
    }

    fn stored(&self, slot: Slot) -> &StoredRow {
        self.slots[slot as usize].as_ref().expect("the slot holds a row")
    }
}
