//! Subscriptions: the life of their handles, and the set of those that a connection has.
//!
//! To the host a subscription is a query set with a number. Replacing its queries makes a second query set, and when that
//! is live, it takes the place of the first under the same handle.

mod set;

pub use set::Subscriptions;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::connection::Connection;
use crate::connection::callbacks::OnceFn;
use crate::error::{Error, Result, STDB_ERR_ALREADY_ENDED, STDB_ERR_ALREADY_UNSUBSCRIBED, STDB_ERR_DISCONNECTED};

/// A subscription: its queries and how far it has come. It is shared by its handle and its connection.
pub struct Subscription {
    connection: Weak<Connection>,
    poisoned: AtomicBool,
    /// On which of the connection's links the host was last asked for it; links are numbered from 1.
    asked_on: AtomicU32,
    state: Mutex<State>,
}

struct State {
    /// The number of the query set.
    query_id: u32,
    queries: Vec<String>,
    phase: Phase,
    /// Whether the host has said its rows on the link that there is.
    has_rows: bool,
    on_applied: Option<OnceFn>,
    on_error: Option<OnceFn>,
    on_unsubscribed: Option<OnceFn>,
    /// The query set that the host was asked for, to take the place of the one that is live.
    replacement: Option<Replacement>,
    /// What is to replace the queries after what is under way.
    next: Option<NewQueries>,
}

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Asked for; the host has not answered.
    Pending,
    /// Its rows are in the cache.
    Applied,
    /// Applied on a link that was lost. Its rows are still in the cache; the host has not said them anew.
    Resuming,
    /// To be given up as soon as the host has applied it, or its replacement.
    Unwanted,
    /// The host was told to drop it.
    Unsubscribing,
    /// Nothing comes of it any more.
    Ended,
}

struct Replacement {
    query_id: u32,
    new: NewQueries,
}

struct NewQueries {
    queries: Vec<String>,
    callbacks: SubscriptionCallbacks,
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
    /// The query set that the host is to be told to drop now.
    pub unsubscribe: Option<u32>,
    /// Whether further queries wait to replace those that are live now.
    pub replace_again: bool,
}

impl Subscription {
    pub(crate) fn new(
        query_id: u32,
        queries: Vec<String>,
        connection: Weak<Connection>,
        callbacks: SubscriptionCallbacks,
    ) -> Arc<Self> {
        let SubscriptionCallbacks { on_applied, on_error } = callbacks;
        let state = State {
            query_id,
            queries,
            phase: Phase::Pending,
            has_rows: false,
            on_applied,
            on_error,
            on_unsubscribed: None,
            replacement: None,
            next: None,
        };
        let (poisoned, asked_on) = (AtomicBool::new(false), AtomicU32::new(0));
        Arc::new(Subscription { connection, poisoned, asked_on, state: Mutex::new(state) })
    }

    /// Raised when a call on the handle panicked.
    pub fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }

    /// The number by which the host knows its live query set, or the one that was asked for first.
    pub fn query_id(&self) -> u32 {
        self.state.lock().query_id
    }

    /// Its queries. Those of a subscription to all tables are known once the schema is; new ones count from when they are
    /// applied.
    pub fn queries(&self) -> Vec<String> {
        self.state.lock().queries.clone()
    }

    pub(crate) fn set_queries(&self, queries: Vec<String>) {
        self.state.lock().queries = queries;
    }

    /// Whether its rows are in the cache: applied, and not told to unsubscribe.
    pub fn is_active(&self) -> bool {
        matches!(self.state.lock().phase, Phase::Applied | Phase::Resuming)
    }

    /// Whether nothing comes of it any more: unsubscribed, refused, or the connection has ended.
    pub fn is_ended(&self) -> bool {
        self.state.lock().phase == Phase::Ended
    }

    /// Whether the host has yet to be asked for it on a link; from then on it has been.
    pub(crate) fn claim(&self, link: u32) -> bool {
        self.asked_on.swap(link, Ordering::AcqRel) != link
    }

    /// Whether it is to be given up and the host was not asked for it on this link, so that there is nothing to wait for.
    pub(crate) fn is_given_up_before(&self, link: u32) -> bool {
        self.asked_on.load(Ordering::Acquire) != link && self.state.lock().phase == Phase::Unwanted
    }

    /// Gives the subscription up. Its rows go when the host has confirmed; then `then` is called, if given.
    ///
    /// Before it was applied, it is given up as soon as it is; `on_applied` is then not called. While the connection is
    /// away, its rows stay until it is up again, and the host is not asked for it any more. Errors:
    /// `STDB_ERR_ALREADY_UNSUBSCRIBED`, `STDB_ERR_ALREADY_ENDED`, `STDB_ERR_DISCONNECTED` (the connection is gone).
    pub fn unsubscribe(&self, then: Option<OnceFn>) -> Result<()> {
        let connection = self.connection()?;
        let link = connection.link_number();
        if let Some(query_id) = self.begin_unsubscribe(then)? {
            connection.send_unsubscribe(link, query_id);
        }
        Ok(())
    }

    /// Replaces the queries. Rows that old and new queries have stay where they are and are not told of; `on_applied` is
    /// called when the new ones are live. Should the host refuse them, `on_error` is called, and the old ones stay.
    ///
    /// While an earlier replacement is under way this waits for it, and while the connection is away until it is up again; of
    /// several that wait, only the last counts, and the
    /// others' callbacks are dropped. Errors: `STDB_ERR_INVALID_ARGUMENT` (no queries), `STDB_ERR_ALREADY_UNSUBSCRIBED`,
    /// `STDB_ERR_ALREADY_ENDED`, `STDB_ERR_DISCONNECTED` (the connection is gone). The callbacks are taken on success only.
    pub fn replace(self: &Arc<Self>, queries: Vec<String>, callbacks: &mut SubscriptionCallbacks) -> Result<()> {
        if queries.is_empty() {
            return Err(Error::argument("queries", "is empty"));
        }
        let connection = self.connection()?;
        let mut state = self.state.lock();
        state.check_wanted()?;
        let new = NewQueries { queries, callbacks: std::mem::take(callbacks) };
        let superseded = state.next.replace(new);
        drop(state);
        // The caller's data goes after the lock is released.
        drop(superseded);
        connection.send_replacement(self);
        Ok(())
    }

    /// Begins to replace the queries with those that wait, if nothing else is under way. Gives the new query set and its
    /// queries, which the host is to be asked for.
    pub(crate) fn begin_replacement(&self, number: impl FnOnce() -> u32) -> Option<(u32, Vec<String>)> {
        let mut state = self.state.lock();
        if state.phase != Phase::Applied || state.replacement.is_some() {
            return None;
        }
        let new = state.next.take()?;
        let (query_id, queries) = (number(), new.queries.clone());
        state.replacement = Some(Replacement { query_id, new });
        Some((query_id, queries))
    }

    /// The live query set that one of this number replaces, if it is a replacement.
    pub(crate) fn replaced_by(&self, query_id: u32) -> Option<u32> {
        let state = self.state.lock();
        state.replacement.as_ref().filter(|new| new.query_id == query_id).map(|_| state.query_id)
    }

    /// The query set that the host was asked for, to take the place of the live one.
    pub(crate) fn replacement(&self) -> Option<u32> {
        self.state.lock().replacement.as_ref().map(|new| new.query_id)
    }

    /// Returns the query set that the host is to be told to drop now.
    fn begin_unsubscribe(&self, then: Option<OnceFn>) -> Result<Option<u32>> {
        let mut state = self.state.lock();
        state.check_wanted()?;
        let is_busy = state.phase != Phase::Applied || state.replacement.is_some();
        state.phase = if is_busy { Phase::Unwanted } else { Phase::Unsubscribing };
        state.on_unsubscribed = then;
        Ok((!is_busy).then_some(state.query_id))
    }

    /// Rows of it have arrived. While a comparison is under way, what follows of it is done later, by `applied`.
    pub(crate) fn arrived(&self) {
        self.state.lock().has_rows = true;
    }

    /// The host has applied a query set of this number: the first, or a replacement.
    pub(crate) fn applied(&self, query_id: u32) -> Step {
        let mut state = self.state.lock();
        let (callback, unused) = match state.replacement.take_if(|new| new.query_id == query_id) {
            Some(Replacement { query_id, new }) => {
                (state.query_id, state.queries) = (query_id, new.queries);
                (new.callbacks.on_applied, new.callbacks.on_error)
            }
            None => (state.on_applied.take(), None),
        };
        let mut step = Step::default();
        match state.phase {
            Phase::Pending | Phase::Applied | Phase::Resuming => {
                state.phase = Phase::Applied;
                step.replace_again = state.next.is_some();
            }
            Phase::Unwanted => {
                state.phase = Phase::Unsubscribing;
                step.unsubscribe = Some(state.query_id);
            }
            Phase::Unsubscribing | Phase::Ended => {}
        }
        let is_wanted = state.phase == Phase::Applied;
        // The caller's data goes after the lock is released.
        drop(state);
        drop(unused);
        Step { callback: callback.filter(|_| is_wanted), ..step }
    }

    /// The host has refused the replacement of this number, if there is one. What was live stays.
    pub(crate) fn replacement_failed(&self, query_id: u32) -> Option<Step> {
        let mut state = self.state.lock();
        let failed = state.replacement.take_if(|new| new.query_id == query_id)?;
        let unsubscribe = (state.phase == Phase::Unwanted).then_some(state.query_id);
        if unsubscribe.is_some() {
            state.phase = Phase::Unsubscribing;
        }
        let replace_again = state.next.is_some();
        // The caller's data goes after the lock is released.
        drop(state);
        Some(Step { callback: failed.new.callbacks.on_error, unsubscribe, replace_again })
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
    pub(crate) fn disconnected(&self) -> Vec<OnceFn> {
        let mut new: [Option<NewQueries>; 2] = [None, None];
        let first = self.end(|state| {
            new = [state.replacement.take().map(|replacement| replacement.new), state.next.take()];
            match state.phase {
                Phase::Pending => state.on_error.take(),
                Phase::Unwanted | Phase::Unsubscribing => state.on_unsubscribed.take(),
                Phase::Applied | Phase::Resuming | Phase::Ended => None,
            }
        });
        first.into_iter().chain(new.into_iter().flatten().filter_map(|new| new.callbacks.on_error)).collect()
    }

    /// The connection was lost and will be made again, when the host is asked for it once more; new queries that were under
    /// way wait until the old ones are live again, since the host may refuse them. Returns whether it was being given up,
    /// which is then done.
    pub(crate) fn lost(&self) -> bool {
        let mut state = self.state.lock();
        let under_way = state.replacement.take().map(|replacement| replacement.new);
        // Of several that wait, only the last counts.
        let superseded = if state.next.is_some() { under_way } else { std::mem::replace(&mut state.next, under_way) };
        state.has_rows = false;
        if state.phase == Phase::Applied {
            state.phase = Phase::Resuming;
        }
        let is_given_up = matches!(state.phase, Phase::Unwanted | Phase::Unsubscribing);
        // The caller's data goes after the lock is released.
        drop(state);
        drop(superseded);
        is_given_up
    }

    /// Whether the host has said its rows on the link that there is, so that they are in the cache.
    pub(crate) fn has_rows(&self) -> bool {
        self.state.lock().has_rows
    }

    fn connection(&self) -> Result<Arc<Connection>> {
        self.connection.upgrade().ok_or_else(|| Error::new(STDB_ERR_DISCONNECTED, "the connection was freed"))
    }

    /// Ends it. Callbacks that were not picked are dropped after the lock is released.
    fn end(&self, pick: impl FnOnce(&mut State) -> Option<OnceFn>) -> Option<OnceFn> {
        let mut state = self.state.lock();
        let picked = pick(&mut state);
        state.phase = Phase::Ended;
        let unused = (state.on_applied.take(), state.on_error.take(), state.on_unsubscribed.take());
        let unused_new = (state.replacement.take(), state.next.take());
        drop(state);
        drop((unused, unused_new));
        picked
    }
}

impl State {
    /// Whether it is still wanted: not told to unsubscribe, and not ended.
    fn check_wanted(&self) -> Result<()> {
        match self.phase {
            Phase::Pending | Phase::Applied | Phase::Resuming => Ok(()),
            Phase::Unwanted | Phase::Unsubscribing => {
                let message = "the subscription was told to unsubscribe before";
                Err(Error::new(STDB_ERR_ALREADY_UNSUBSCRIBED, message))
            }
            Phase::Ended => Err(Error::new(STDB_ERR_ALREADY_ENDED, "the subscription has ended")),
        }
    }
}
