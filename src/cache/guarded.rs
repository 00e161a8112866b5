//! The cache of a connection as threads share it: one thread changes it, others read it under guards.
//!
//! No lock is taken to read a row. That is sound since the cache is changed only by the thread that advances the
//! connection, and only while no other thread holds a read guard; and since rows are read only by that thread, or under
//! a guard.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Cache;
use super::guard::{ReadGuards, ThreadNumber, this_thread};
use crate::error::{Error, Result, STDB_ERR_NO_READ_GUARD};

/// A cache, who may change it, and who reads it.
pub struct GuardedCache {
    cache: UnsafeCell<Cache>,
    guards: ReadGuards,
    /// The thread that advances, and with it the only one that may change the cache; 0 for none.
    owner: AtomicU64,
    /// Whether the owner is changing the cache now.
    changing: AtomicBool,
}

// SAFETY: references to the cache are made in `borrow`, `read` and `change` only, which keep shared ones and exclusive ones
// apart, as they explain.
#[allow(unsafe_code)]
unsafe impl Sync for GuardedCache {}

impl GuardedCache {
    /// Shares a cache.
    pub fn new(cache: Cache) -> Self {
        GuardedCache {
            cache: UnsafeCell::new(cache),
            guards: ReadGuards::default(),
            owner: AtomicU64::new(0),
            changing: AtomicBool::new(false),
        }
    }

    /// Makes this thread the owner; the number of the thread that is it, if one is.
    pub fn own(&self) -> std::result::Result<(), ThreadNumber> {
        self.owner.compare_exchange(0, this_thread(), Ordering::Acquire, Ordering::Relaxed).map(|_| ())
    }

    /// Ends this thread's ownership.
    pub fn disown(&self) {
        self.owner.store(0, Ordering::Release);
    }

    /// Whether any thread is the owner.
    #[inline]
    pub fn is_owned(&self) -> bool {
        self.owner.load(Ordering::Acquire) != 0
    }

    /// Whether this thread is the owner: inside a callback, or about to run one.
    #[inline]
    pub fn is_owned_here(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == this_thread()
    }

    /// The read guards.
    pub fn guards(&self) -> &ReadGuards {
        &self.guards
    }

    /// Reads what may be borrowed: rows stay where they are as long as the callback runs or the guard is held.
    ///
    /// Returns `STDB_ERR_NO_READ_GUARD` when this thread is not the owner and holds no guard.
    #[inline]
    #[allow(unsafe_code)]
    pub fn borrow<T>(&self, read: impl FnOnce(&Cache) -> T) -> Result<T> {
        if !self.guards.held_here() && !self.is_owned_here() {
            return Err(Error::new(
                STDB_ERR_NO_READ_GUARD,
                "rows can be borrowed in a callback or under a read guard only",
            ));
        }
        debug_assert!(!(self.is_owned_here() && self.changing.load(Ordering::Relaxed)), "read inside `change`");
        // SAFETY: a change waits for this thread's guard, which only this thread ends while it reads (iterators, which hold
        // one, stay on their thread); or this thread is the owner, the only one that changes the cache, and is not doing so.
        Ok(read(unsafe { &*self.cache.get() }))
    }

    /// Reads under a guard of its own, on any thread. What is borrowed must not be kept.
    pub fn read<T>(&self, read: impl FnOnce(&Cache) -> T) -> T {
        let is_owner = self.is_owned_here();
        if !is_owner {
            self.guards.begin();
        }
        let result = self.borrow(read);
        if !is_owner {
            // It was begun above.
            let _ = self.guards.end(this_thread());
        }
        result.expect("the owner and the holder of a guard may read")
    }

    /// Changes the cache. Waits until no other thread holds a guard.
    ///
    /// Panics when this thread is not the owner, holds a guard itself, or is changing the cache already.
    #[allow(unsafe_code)]
    pub fn change<T>(&self, change: impl FnOnce(&mut Cache) -> T) -> T {
        assert!(self.is_owned_here(), "only the thread that advances changes the cache");
        assert!(!self.changing.swap(true, Ordering::Relaxed), "a change inside a change");
        let reset = Reset(&self.changing);
        let permit = self.guards.permit().expect("the advancing thread holds no read guard");
        // SAFETY: no other thread holds a guard or gets one while the permit lives, so none reads; this thread is the owner,
        // so no other one changes; and it neither reads nor changes inside of this, which is checked above and in `borrow`.
        let result = change(unsafe { &mut *self.cache.get() });
        drop(permit);
        drop(reset);
        result
    }
}

/// Notes the end of a change, also when it panics.
struct Reset<'a>(&'a AtomicBool);

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_and_holders_of_guards_borrow() {
        let cache = GuardedCache::new(Cache::default());
        assert_eq!(cache.borrow(|_| ()).unwrap_err().status, STDB_ERR_NO_READ_GUARD);
        assert_eq!(cache.read(|cache| cache.tables().len()), 0);
        cache.guards().begin();
        assert!(cache.borrow(|_| ()).is_ok());
        cache.guards().end(this_thread()).unwrap();
        cache.own().unwrap();
        cache.change(|cache| cache.position_or_add("user"));
        assert_eq!(cache.borrow(|cache| cache.tables().len()).unwrap(), 1);
        assert_eq!(cache.own(), Err(this_thread()));
        cache.disown();
        assert!(cache.borrow(|_| ()).is_err() && !cache.is_owned());
    }

    #[test]
    #[should_panic(expected = "only the thread that advances")]
    fn nobody_else_changes_it() {
        GuardedCache::new(Cache::default()).change(|_| ());
    }

    #[test]
    fn a_change_waits_for_readers_and_keeps_new_ones_out() {
        let cache = GuardedCache::new(Cache::default());
        cache.own().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..2_000 {
                        cache.read(|cache| {
                            let before = cache.tables().len();
                            std::hint::black_box(cache.position("t1"));
                            assert_eq!(cache.tables().len(), before);
                        });
                    }
                });
            }
            for number in 0..200 {
                cache.change(|cache| cache.position_or_add(&format!("t{number}")));
            }
        });
        assert_eq!(cache.read(|cache| cache.tables().len()), 200);
    }
}
