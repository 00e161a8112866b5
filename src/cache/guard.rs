//! Read guards: while one is held, rows stay where they are, so that borrowed rows may be followed.
//!
//! A readers-writer lock that knows which thread holds what: applying a message waits for guards of other threads, and
//! refuses when the applying thread holds one itself, which would be a deadlock.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::error::{Error, Result, STDB_ERR_NO_READ_GUARD, STDB_ERR_READ_GUARD_HELD};

/// A number that one thread of the process has, and none before or after it. Never 0.
pub type ThreadNumber = u64;

/// The read guards of one connection's cache.
pub struct ReadGuards {
    state: Mutex<State>,
    changed: Condvar,
    /// How often a thread has given its last guard back, since a number that no other cache has or had.
    ended: AtomicU64,
}

#[derive(Default)]
struct State {
    /// The threads that hold guards, and how many each.
    holders: Vec<(ThreadNumber, usize)>,
    /// Whether somebody waits to apply; new readers then let them go first.
    waiting: bool,
}

/// The right to change the cache: no guard is held or can be taken while it lives.
pub struct ApplyPermit<'a> {
    _state: MutexGuard<'a, State>,
    guards: &'a ReadGuards,
}

thread_local! {
    /// The `ended` of the cache of which this thread was last seen to hold a guard, at that time. Not 0 in any cache.
    static HELD: Cell<u64> = const { Cell::new(0) };
}

impl Default for ReadGuards {
    fn default() -> Self {
        static CACHES: AtomicU64 = AtomicU64::new(1);
        // So far apart that the counts of two caches never meet: 2^40 guards each, for 2^24 caches at a time.
        let first = CACHES.fetch_add(1, Ordering::Relaxed) << 40;
        ReadGuards { state: Mutex::default(), changed: Condvar::new(), ended: AtomicU64::new(first) }
    }
}

impl ReadGuards {
    /// Takes a guard for this thread. Guards of one thread nest. Waits while a message is being applied.
    pub fn begin(&self) {
        let thread = this_thread();
        let mut state = self.state.lock();
        if let Some((_, depth)) = state.holders.iter_mut().find(|(holder, _)| *holder == thread) {
            *depth += 1;
            return;
        }
        while state.waiting {
            self.changed.wait(&mut state);
        }
        state.holders.push((thread, 1));
    }

    /// Gives back a guard that `thread` took. Another thread may do it only while that one reads nothing under it.
    ///
    /// Returns `STDB_ERR_NO_READ_GUARD` when that thread holds none.
    pub(crate) fn end(&self, thread: ThreadNumber) -> Result<()> {
        let mut state = self.state.lock();
        let Some(place) = state.holders.iter().position(|(holder, _)| *holder == thread) else {
            return Err(Error::new(STDB_ERR_NO_READ_GUARD, "this thread holds no read guard of the connection"));
        };
        state.holders[place].1 -= 1;
        if state.holders[place].1 == 0 {
            state.holders.swap_remove(place);
            self.ended.fetch_add(1, Ordering::Release);
            self.changed.notify_all();
        }
        Ok(())
    }

    /// Whether this thread holds a guard.
    #[inline]
    pub fn held_here(&self) -> bool {
        // As long as nobody has given a guard back, what was seen last still holds.
        let ended = self.ended.load(Ordering::Acquire);
        HELD.with(|held| held.get() == ended) || self.look_for_guard()
    }

    #[cold]
    fn look_for_guard(&self) -> bool {
        let state = self.state.lock();
        let held = state.held_by(this_thread());
        if held {
            HELD.with(|seen| seen.set(self.ended.load(Ordering::Relaxed)));
        }
        held
    }

    /// Waits until no other thread holds a guard, and keeps new ones out until the permit is dropped.
    ///
    /// Returns `STDB_ERR_READ_GUARD_HELD` when this thread holds one.
    pub fn permit(&self) -> Result<ApplyPermit<'_>> {
        let thread = this_thread();
        let mut state = self.state.lock();
        if state.held_by(thread) {
            return Err(held_error());
        }
        while !state.holders.is_empty() {
            state.waiting = true;
            self.changed.wait(&mut state);
        }
        state.waiting = false;
        Ok(ApplyPermit { _state: state, guards: self })
    }
}

impl State {
    fn held_by(&self, thread: ThreadNumber) -> bool {
        self.holders.iter().any(|(holder, _)| *holder == thread)
    }
}

impl Drop for ApplyPermit<'_> {
    fn drop(&mut self) {
        // Readers that let the applying thread go first are waiting for this.
        self.guards.changed.notify_all();
    }
}

/// The number of this thread. Unlike the standard library's it costs nothing on threads that Rust did not start.
pub fn this_thread() -> ThreadNumber {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static NUMBER: ThreadNumber = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

/// The error of a thread that would wait for itself.
pub fn held_error() -> Error {
    Error::new(
        STDB_ERR_READ_GUARD_HELD,
        "this thread holds a read guard or an iterator of the connection; end it before advancing",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn a_thread_cannot_wait_for_its_own_guard() {
        let guards = ReadGuards::default();
        guards.begin();
        guards.begin();
        assert_eq!(guards.permit().err().map(|error| error.status), Some(STDB_ERR_READ_GUARD_HELD));
        guards.end(this_thread()).unwrap();
        assert!(guards.held_here());
        guards.end(this_thread()).unwrap();
        assert!(guards.permit().is_ok());
        assert_eq!(guards.end(this_thread()).unwrap_err().status, STDB_ERR_NO_READ_GUARD);
    }

    #[test]
    fn applying_waits_for_another_thread() {
        let guards = Arc::new(ReadGuards::default());
        guards.begin();
        let (sender, receiver) = mpsc::channel();
        let applier = thread::spawn({
            let guards = guards.clone();
            move || {
                sender.send("asked").unwrap();
                drop(guards.permit().unwrap());
                sender.send("applied").unwrap();
            }
        });
        assert_eq!(receiver.recv().unwrap(), "asked");
        assert!(receiver.try_recv().is_err());
        guards.end(this_thread()).unwrap();
        assert_eq!(receiver.recv().unwrap(), "applied");
        applier.join().unwrap();
    }
}
