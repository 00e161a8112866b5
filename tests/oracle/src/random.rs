//! A seeded generator of values. The same seed gives the same values, always.

/// A SplitMix64 generator. When its test panics, it prints its seed.
pub struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Random { seed, state: seed.wrapping_mul(0xa076_1d64_78bd_642f) }
    }

    pub fn u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn u32(&mut self) -> u32 {
        self.u64() as u32
    }

    pub fn i64(&mut self) -> i64 {
        self.u64() as i64
    }

    pub fn u128(&mut self) -> u128 {
        u128::from(self.u64()) << 64 | u128::from(self.u64())
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.u64() % end as u64) as usize
    }

    pub fn bool(&mut self) -> bool {
        self.u64() & 1 == 1
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.u64() as u8).collect()
    }

    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.u64() as u8)
    }

    /// A string of up to 20 characters of one to four bytes.
    pub fn string(&mut self) -> String {
        let length = self.below(21);
        (0..length).map(|_| ['a', 'Z', '0', '_', ' ', '\0', 'é', '✓', '🐉'][self.below(9)]).collect()
    }

    pub fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.bool() { Some(value(self)) } else { None }
    }

    /// A list of fewer than `end` items.
    pub fn list<T>(&mut self, end: usize, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = self.below(end);
        (0..length).map(|_| item(self)).collect()
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the failing message has the seed {}", self.seed);
        }
    }
}
