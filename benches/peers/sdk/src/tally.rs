//! What callbacks count. They run on one thread, so plain loads and stores do.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub struct Tally {
    rows: AtomicU64,
    sum: AtomicU64,
}

impl Tally {
    pub const fn new() -> Self {
        Self { rows: AtomicU64::new(0), sum: AtomicU64::new(0) }
    }

    pub fn add(&self, value: u64) {
        self.rows.store(self.rows.load(Relaxed) + 1, Relaxed);
        self.sum.store(self.sum.load(Relaxed).wrapping_add(value), Relaxed);
    }

    pub fn rows(&self) -> u64 {
        self.rows.load(Relaxed)
    }

    pub fn sum(&self) -> u64 {
        self.sum.load(Relaxed)
    }
}
