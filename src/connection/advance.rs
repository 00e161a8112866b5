//! Advancing: running the callbacks of what has arrived, on a thread of the caller's choice.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::Connection;
use super::inbox::Incoming;
use crate::cache::guard::{held_error, this_thread};
use crate::error::{Error, Result, STDB_ERR_BUSY, STDB_ERR_DISCONNECTED, STDB_ERR_REENTRANT};

/// The right to advance a connection; given back when dropped.
struct Turn<'a> {
    connection: &'a Connection,
}

/// How often a connection's own thread looks whether another thread is done advancing.
const TURN_WAIT: Duration = Duration::from_millis(1);

/// How much a tick may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    /// How long it may take, looked at between messages; `None` for as long as it takes.
    pub time: Option<Duration>,
    /// How many messages; `None` for all.
    pub messages: Option<u64>,
}

impl Connection {
    /// Advances one message if one has arrived; never waits. Returns whether there was one.
    ///
    /// Errors of every advancing function: `STDB_ERR_REENTRANT` inside a callback, `STDB_ERR_BUSY` while another thread
    /// advances, `STDB_ERR_READ_GUARD_HELD` when this thread holds a read guard or iterator and something waits,
    /// `STDB_ERR_DISCONNECTED` once the end was told of.
    pub fn advance_one_message(&self) -> Result<bool> {
        let turn = self.take_turn()?;
        if self.inbox.is_empty() {
            return Ok(false);
        }
        turn.check_no_guard()?;
        while let Some(incoming) = self.inbox.take() {
            if turn.advance(incoming) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Advances one message, waiting for it, at most `timeout`. Returns whether there was one. Errors as
    /// `advance_one_message`.
    pub fn advance_one_message_blocking(&self, timeout: Option<Duration>) -> Result<bool> {
        let turn = self.take_turn()?;
        turn.check_no_guard()?;
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        while let Some(incoming) = self.inbox.wait(deadline) {
            if turn.advance(incoming) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Advances what has arrived when it is called, within a budget. Returns how many messages. Errors as
    /// `advance_one_message`.
    pub fn frame_tick(&self, budget: Budget) -> Result<u64> {
        let turn = self.take_turn()?;
        let waiting = self.inbox.len();
        if waiting == 0 {
            return Ok(0);
        }
        turn.check_no_guard()?;
        let deadline = budget.time.and_then(|time| Instant::now().checked_add(time));
        let spent = |advanced| {
            budget.messages.is_some_and(|most| advanced >= most) || deadline.is_some_and(|at| Instant::now() >= at)
        };
        let mut advanced = 0;
        for _ in 0..waiting {
            if spent(advanced) {
                break;
            }
            let Some(incoming) = self.inbox.take() else { break };
            advanced += u64::from(turn.advance(incoming));
        }
        Ok(advanced)
    }

    /// Whether there is nothing to advance and nobody advances, so that a tick would do nothing and succeed.
    #[inline]
    pub fn is_idle(&self) -> bool {
        let untouched = !self.cache.tables.is_owned() && !self.cache.is_done();
        untouched && self.inbox.is_idle() && !self.poisoned.load(Ordering::Acquire)
    }

    /// Advances until the end was told of. While another thread is inside an advancing call, for example the one whose
    /// callback started this thread, it is waited for.
    pub(super) fn advance_to_the_end(&self) {
        loop {
            match self.advance_one_message_blocking(None) {
                Ok(_) => {}
                Err(error) if error.status == STDB_ERR_BUSY => thread::sleep(TURN_WAIT),
                Err(_) => return,
            }
        }
    }

    fn take_turn(&self) -> Result<Turn<'_>> {
        match self.cache.tables.own() {
            Ok(()) if self.cache.is_done() => {
                self.cache.tables.disown();
                Err(Error::new(STDB_ERR_DISCONNECTED, "the connection has ended, and its end was told of"))
            }
            Ok(()) => Ok(Turn { connection: self }),
            Err(owner) if owner == this_thread() => {
                Err(Error::new(STDB_ERR_REENTRANT, "a connection cannot be advanced inside one of its own callbacks"))
            }
            Err(_) => Err(busy("another thread is advancing this connection")),
        }
    }
}

impl Turn<'_> {
    /// Refuses when this thread holds a read guard: it would wait for itself. In callbacks no guard is needed or kept, so
    /// looking once a call is enough.
    fn check_no_guard(&self) -> Result<()> {
        if self.connection.cache.tables.guards().held_here() { Err(held_error()) } else { Ok(()) }
    }

    /// Advances one thing. Returns whether it was a message, and not one of the library's own notes.
    fn advance(&self, incoming: Incoming) -> bool {
        let connection: Arc<Connection> = self.connection.this.upgrade().expect("a borrowed connection is alive");
        connection.dispatch(incoming)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.connection.cache.tables.disown();
        self.connection.inbox.rearm();
    }
}

/// An error of the second of two that would advance.
pub(super) fn busy(message: &str) -> Error {
    Error::new(STDB_ERR_BUSY, message)
}
