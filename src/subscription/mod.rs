//! Subscriptions: the life of their handles, and the set of those that a connection has.

mod set;

pub use set::Subscriptions;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::connection::Connection;
use crate::connection::callbacks::OnceFn;
use crate::error::{Error, Result, STDB_ERR_ALREADY_ENDED, STDB_ERR_ALREADY_UNSUBSCRIBED, STDB_ERR_DISCONNECTED};

/// A subscription: its queries and how far it has come. It is shared by its handle and its connection.
pub struct Subscription {
    query_id: u32,
    queries: Mutex<Vec<String>>,
    connection: Weak<Connection>,
    poisoned: AtomicBool,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    on_applied: Option<OnceFn>,
    on_error: Option<OnceFn>,
    on_unsubscribed: Option<OnceFn>,
}

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Asked for; the host has not answered.
    Pending,
    /// Its rows are in the cache.
    Applied,
    /// To be given up as soon as the host has applied it.
    Unwanted,
    /// The host was told to drop it.
    Unsubscribing,
    /// Nothing comes of it any more.
    Ended,
}

/// What a subscription's callbacks are, before it is made. A callback that was not used is dropped with it.
#[derive(Default)]
pub struct SubscriptionCallbacks {
    /// Its rows have arrived.
    pub on_applied: Option<OnceFn>,
    /// It was refused or ended by the host, or the connection ended before it was applied.
    pub on_error: Option<OnceFn>,
}

/// What a connection has to do after a step in a subscription's life.
#[derive(Default)]
pub struct Step {
    /// To be called, outside of all locks.
    pub callback: Option<OnceFn>,
    /// Whether the host is to be told to drop the subscription now.
    pub unsubscribe: bool,
}

impl Subscription {
    pub(crate) fn new(
        query_id: u32,
        queries: Vec<String>,
        connection: Weak<Connection>,
        callbacks: SubscriptionCallbacks,
    ) -> Arc<Self> {
        let SubscriptionCallbacks { on_applied, on_error } = callbacks;
        let state = State { phase: Phase::Pending, on_applied, on_error, on_unsubscribed: None };
        Arc::new(Subscription {
            query_id,
            queries: Mutex::new(queries),
            connection,
            poisoned: AtomicBool::new(false),
            state: Mutex::new(state),
        })
    }

    /// Raised when a call on the handle panicked.
    pub fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }

    /// The number by which the host knows it.
    pub fn query_id(&self) -> u32 {
        self.query_id
    }

    /// Its queries. Those of a subscription to all tables are known once the schema is.
    pub fn queries(&self) -> Vec<String> {
        self.queries.lock().clone()
    }

    pub(crate) fn set_queries(&self, queries: Vec<String>) {
        *self.queries.lock() = queries;
    }

    /// Whether its rows are in the cache: applied, and not told to unsubscribe.
    pub fn is_active(&self) -> bool {
        self.state.lock().phase == Phase::Applied
    }

    /// Whether nothing comes of it any more: unsubscribed, refused, or the connection has ended.
    pub fn is_ended(&self) -> bool {
        self.state.lock().phase == Phase::Ended
    }

    /// Gives the subscription up. Its rows go when the host has confirmed; then `then` is called, if given.
    ///
    /// Before it was applied, it is given up as soon as it is; `on_applied` is then not called. Errors:
    /// `STDB_ERR_ALREADY_UNSUBSCRIBED`, `STDB_ERR_ALREADY_ENDED`, `STDB_ERR_DISCONNECTED` (the connection is gone).
    pub fn unsubscribe(&self, then: Option<OnceFn>) -> Result<()> {
        let connection =
            self.connection.upgrade().ok_or_else(|| Error::new(STDB_ERR_DISCONNECTED, "the connection was freed"))?;
        let tell_host = self.begin_unsubscribe(then)?;
        if tell_host {
            connection.send_unsubscribe(self.query_id);
        }
        Ok(())
    }

    /// Returns whether the host is to be told now.
    fn begin_unsubscribe(&self, then: Option<OnceFn>) -> Result<bool> {
        let mut state = self.state.lock();
        let next = match state.phase {
            Phase::Pending => Phase::Unwanted,
            Phase::Applied => Phase::Unsubscribing,
            Phase::Unwanted | Phase::Unsubscribing => {
                drop(state);
                return Err(Error::new(
                    STDB_ERR_ALREADY_UNSUBSCRIBED,
                    "the subscription was told to unsubscribe before",
                ));
            }
            Phase::Ended => {
                drop(state);
                return Err(Error::new(STDB_ERR_ALREADY_ENDED, "the subscription has ended"));
            }
        };
        state.phase = next;
        state.on_unsubscribed = then;
        Ok(next == Phase::Unsubscribing)
    }

    /// The host has applied it.
    pub(crate) fn applied(&self) -> Step {
        let mut state = self.state.lock();
        match state.phase {
            Phase::Pending => {
                state.phase = Phase::Applied;
                Step { callback: state.on_applied.take(), unsubscribe: false }
            }
            Phase::Unwanted => {
                state.phase = Phase::Unsubscribing;
                Step { callback: None, unsubscribe: true }
            }
            _ => Step::default(),
        }
    }

    /// The host has dropped it as it was told. Returns what to call.
    pub(crate) fn unsubscribed(&self) -> Option<OnceFn> {
        self.end(|state| state.on_unsubscribed.take())
    }

    /// The host has refused or ended it. Returns what to call.
    pub(crate) fn failed(&self) -> Option<OnceFn> {
        self.end(|state| state.on_error.take())
    }

    /// The connection has ended. Returns what to call: whoever still waits for an answer hears of it.
    pub(crate) fn disconnected(&self) -> Option<OnceFn> {
        self.end(|state| match state.phase {
            Phase::Pending => state.on_error.take(),
            Phase::Unwanted | Phase::Unsubscribing => state.on_unsubscribed.take(),
            Phase::Applied | Phase::Ended => None,
        })
    }

    /// Whether the host has applied it, so that rows of it may be in the cache.
    pub(crate) fn has_rows(&self) -> bool {
        matches!(self.state.lock().phase, Phase::Applied | Phase::Unsubscribing)
    }

    /// Ends it. Callbacks that were not picked are dropped after the lock is released.
    fn end(&self, pick: impl FnOnce(&mut State) -> Option<OnceFn>) -> Option<OnceFn> {
        let mut state = self.state.lock();
        let picked = pick(&mut state);
        state.phase = Phase::Ended;
        let unused = (state.on_applied.take(), state.on_error.take(), state.on_unsubscribed.take());
        drop(state);
        drop(unused);
        picked
    }
}
