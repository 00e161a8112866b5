//! A connection to a database: its life, what it holds, and what may be asked of it on any thread.
//!
//! - [`builder`]: the options and how a connection is begun.
//! - [`receiver`], [`message`], [`inbox`]: from the link, on the library's thread, to the queue of what has arrived.
//! - [`advance`]: the ways of advancing, and who may.
//! - [`outbox`]: what goes to the host, in whichever protocol it speaks.
//! - [`dispatch`]: what is done about each thing that arrives; `answers`: about the host's answers; `apply`: changing the
//!   cache and running the row callbacks.
//! - [`reconnect`], `resync`: making a lost connection again, and what the kept cache then becomes.
//! - [`callbacks`], [`context`]: what is registered and what it is told.
//! - [`shared_cache`], [`table_handle`], [`rows`]: the cache, who may read it, and reading a table.
//! - [`life`]: the stages of a connection's life.

pub mod advance;
mod answers;
mod apply;
pub mod builder;
pub mod callbacks;
pub mod context;
pub mod dispatch;
pub mod inbox;
pub mod life;
pub mod message;
pub mod outbox;
pub mod receiver;
pub mod reconnect;
mod resync;
pub mod rows;
mod schema_request;
pub mod shared_cache;
pub mod stats;
pub mod table_handle;
#[cfg(unix)]
mod wake_pipe;

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod unasked_tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use hashbrown::HashMap;
use parking_lot::Mutex;

use crate::call::{CallFlags, CallKind, CallOptions, PendingCall, PendingCalls};
use crate::error::{Error, Result, STDB_ERR_IO, STDB_ERR_NO_SCHEMA, STDB_ERR_UNSUPPORTED};
use crate::net::{self, Protocol};
use crate::schema::{Schema, Type};
use crate::subscription::{Subscription, SubscriptionCallbacks, Subscriptions};

use builder::LifeCallbacks;
use callbacks::{CallbackId, Callbacks, EventFn, OnceFn};
use inbox::{Inbox, Incoming};
use life::{Life, Phase};
use outbox::{Outbox, Request};
use reconnect::Reconnector;
use resync::Resync;
use shared_cache::SharedCache;
use stats::Counts;
use table_handle::TableHandle;

/// A connection. It is shared by its handle, its own thread if it has one, and whoever is inside a call of it.
pub struct Connection {
    this: Weak<Connection>,
    inbox: Arc<Inbox>,
    outbox: Arc<Outbox>,
    /// What it takes to make it again, if that is wanted.
    reconnector: Option<Reconnector>,
    /// The comparison that follows a reconnect, while it is under way.
    resync: Mutex<Option<Resync>>,
    life: Mutex<Life>,
    life_callbacks: LifeCallbacks,
    cache: Arc<SharedCache>,
    callbacks: Callbacks,
    subscriptions: Subscriptions,
    /// Subscriptions to all tables that wait for the schema.
    waiting_for_schema: Mutex<Vec<Arc<Subscription>>>,
    calls: PendingCalls,
    reducer_flags: Mutex<HashMap<String, CallFlags>>,
    tables: Mutex<HashMap<Arc<str>, Arc<TableHandle>>>,
    last_request_id: AtomicU32,
    /// Whether its handle was freed, so that no callback may run any more.
    released: AtomicBool,
    /// Whether it was given a thread of its own.
    threaded: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
    counts: Counts,
    poisoned: AtomicBool,
}

impl Connection {
    /// Raised when a call on the connection panicked.
    pub fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }

    /// The stage of its life, and what is known of it.
    pub fn life(&self) -> Life {
        self.life.lock().clone()
    }

    /// Whether it is up: the host has said who we are, and neither side has ended it.
    pub fn is_active(&self) -> bool {
        self.life.lock().phase == Phase::Active
    }

    /// The cache, and who may read it.
    pub fn cache(&self) -> &SharedCache {
        &self.cache
    }

    /// Where callbacks are registered and removed.
    pub fn callbacks(&self) -> &Callbacks {
        &self.callbacks
    }

    /// The queue of what has arrived.
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// The handle of the table of that name. One name has one handle.
    ///
    /// Returns `STDB_ERR_UNKNOWN_TABLE` when the schema is known and has no such table.
    pub fn table(&self, name: &str) -> Result<Arc<TableHandle>> {
        if let Some(schema) = self.life.lock().schema.as_ref().filter(|schema| schema.table(name).is_none()) {
            return Err(schema.no_table(name));
        }
        let mut tables = self.tables.lock();
        let handle = tables.entry_ref(name).or_insert_with(|| Arc::new(TableHandle::new(name.into(), self)));
        Ok(handle.clone())
    }

    /// Subscribes to queries; their rows arrive with `on_applied`.
    ///
    /// Returns `STDB_ERR_INVALID_ARGUMENT` without queries, `STDB_ERR_DISCONNECTED` after the end. The callbacks are
    /// taken on success only.
    pub fn subscribe(&self, queries: Vec<String>, callbacks: &mut SubscriptionCallbacks) -> Result<Arc<Subscription>> {
        if queries.is_empty() {
            return Err(Error::argument("queries", "is empty"));
        }
        let subscription = self.add_subscription(queries, callbacks)?;
        self.send_subscribe(&subscription);
        Ok(subscription)
    }

    /// Subscribes to every public table of the schema; while the schema is being fetched, this waits for it.
    ///
    /// Errors as `subscribe`.
    pub fn subscribe_to_all_tables(&self, callbacks: &mut SubscriptionCallbacks) -> Result<Arc<Subscription>> {
        let subscription = self.add_subscription(Vec::new(), callbacks)?;
        // The lock keeps the schema from arriving between looking and waiting.
        let life = self.life.lock();
        if life.awaits_schema() {
            self.waiting_for_schema.lock().push(subscription.clone());
            return Ok(subscription);
        }
        subscription.set_queries(all_tables(life.schema.as_deref()));
        drop(life);
        self.send_subscribe(&subscription);
        Ok(subscription)
    }

    /// Calls a reducer with BSATN arguments. `on_result` is called once with the end of the call, whatever it is.
    ///
    /// Returns `STDB_ERR_DISCONNECTED` after the end, `STDB_ERR_UNKNOWN_REDUCER` when the schema is known and has no such
    /// reducer. The call goes out at once, or as soon as the connection is up.
    pub fn call_reducer(
        &self,
        reducer: &str,
        args: &[u8],
        options: CallOptions,
        on_result: Option<OnceFn>,
    ) -> Result<()> {
        self.check_open()?;
        self.check_reducer(reducer)?;
        let request_id = self.next_request_id();
        let set = || self.reducer_flags.lock().get(reducer).copied();
        let flags = options.flags.or_else(set).unwrap_or_default();
        let is_quiet = flags == CallFlags::NoSuccessNotify;
        let mut link = self.link_number();
        // What v1 may leave unanswered and nobody wants to know of is not waited for.
        if on_result.is_some() || !is_quiet || self.outbox.protocol() != Some(Protocol::V1) {
            let (kind, name, args) = (CallKind::Reducer, reducer.to_owned(), Bytes::copy_from_slice(args));
            link = self.calls.add(request_id, PendingCall { kind, name, args, is_quiet, on_result })?;
            self.limit_call(request_id, options.timeout);
        }
        let (reducer, args) = (reducer.into(), args.into());
        self.outbox.send(link, Request::CallReducer { request_id, reducer, args, flags: flags as u8 });
        Ok(())
    }

    /// Calls a procedure with BSATN arguments. `on_result` is called once with the end of the call, whatever it is.
    ///
    /// Returns `STDB_ERR_DISCONNECTED` after the end, `STDB_ERR_UNSUPPORTED` when the protocol is known and has no procedures,
    /// `STDB_ERR_UNKNOWN_PROCEDURE` when the schema is known and has none of that name. The call goes out at once, or as
    /// soon as the connection is up; should the protocol then have none, it ends with `Failed`.
    pub fn call_procedure(
        &self,
        procedure: &str,
        args: &[u8],
        timeout: Option<Duration>,
        on_result: Option<OnceFn>,
    ) -> Result<()> {
        let life = self.life.lock();
        life.check_open()?;
        if let Some(protocol) = life.protocol.filter(|protocol| !protocol.is_of_today()) {
            return Err(no_procedures(protocol));
        }
        if let Some(schema) = life.schema.as_ref().filter(|schema| schema.procedure(procedure).is_none()) {
            return Err(schema.no_procedure(procedure));
        }
        let request_id = self.next_request_id();
        let (kind, name) = (CallKind::Procedure, procedure.to_owned());
        // The lock keeps the protocol from becoming known between looking and adding. The connection has not ended, so that
        // this succeeds.
        let call = PendingCall { kind, name, args: Bytes::new(), is_quiet: false, on_result };
        let link = self.calls.add(request_id, call)?;
        drop(life);
        self.limit_call(request_id, timeout);
        self.outbox.send(link, Request::CallProcedure { request_id, procedure: procedure.into(), args: args.into() });
        Ok(())
    }

    /// Asks for the rows of a query once; they do not come into the cache. `on_result` is called once with the answer, or
    /// with why there is none.
    ///
    /// Returns `STDB_ERR_DISCONNECTED` after the end.
    pub fn one_off_query(&self, query: &str, timeout: Option<Duration>, on_result: OnceFn) -> Result<()> {
        self.check_open()?;
        let request_id = self.next_request_id();
        let (kind, name, on_result) = (CallKind::Query, query.to_owned(), Some(on_result));
        let call = PendingCall { kind, name, args: Bytes::new(), is_quiet: false, on_result };
        let link = self.calls.add(request_id, call)?;
        self.limit_call(request_id, timeout);
        self.outbox.send(link, Request::OneOffQuery { request_id, query: query.into() });
        Ok(())
    }

    /// The parameters of a reducer, as a product.
    ///
    /// Returns `STDB_ERR_NO_SCHEMA` when there is none, or not yet, and `STDB_ERR_UNKNOWN_REDUCER`.
    pub fn reducer_params(&self, reducer: &str) -> Result<Arc<Type>> {
        let schema = self.known_schema()?;
        let found = schema.reducer(reducer).ok_or_else(|| schema.no_reducer(reducer))?;
        Ok(found.layout.row_type().clone())
    }

    /// The parameters of a procedure, as a product.
    ///
    /// Returns `STDB_ERR_NO_SCHEMA` when there is none, or not yet, and `STDB_ERR_UNKNOWN_PROCEDURE`.
    pub fn procedure_params(&self, procedure: &str) -> Result<Arc<Type>> {
        let schema = self.known_schema()?;
        let found = schema.procedure(procedure).ok_or_else(|| schema.no_procedure(procedure))?;
        Ok(found.layout.row_type().clone())
    }

    /// The type of what a procedure returns. Errors as `procedure_params`.
    pub fn procedure_returns(&self, procedure: &str) -> Result<Arc<Type>> {
        let schema = self.known_schema()?;
        let found = schema.procedure(procedure).ok_or_else(|| schema.no_procedure(procedure))?;
        Ok(found.returns.clone())
    }

    fn known_schema(&self) -> Result<Arc<Schema>> {
        let absent = || Error::new(STDB_ERR_NO_SCHEMA, "the connection has no schema, or not yet");
        self.life.lock().schema.clone().ok_or_else(absent)
    }

    /// Sets the flags that calls of a reducer have when they give none themselves; `None` for those of every call.
    pub fn set_reducer_flags(&self, reducer: &str, flags: Option<CallFlags>) {
        let mut set = self.reducer_flags.lock();
        match flags {
            Some(flags) => set.insert(reducer.to_owned(), flags),
            None => set.remove(reducer),
        };
    }

    /// Registers a callback for runs of a reducer.
    ///
    /// Returns `STDB_ERR_UNKNOWN_REDUCER` when the schema is known and has none of that name.
    pub fn on_reducer(&self, reducer: &str, callback: Box<EventFn>) -> Result<CallbackId> {
        self.check_reducer(reducer)?;
        Ok(self.callbacks.add(callback, |set| set.reducers.entry(reducer.into()).or_default()))
    }

    /// Ends the connection: what was sent before still goes out, and what has arrived is still told of.
    ///
    /// Returns `STDB_ERR_DISCONNECTED` the second time, or after the end.
    pub fn disconnect(&self) -> Result<()> {
        self.begin_end()?;
        self.close_link();
        Ok(())
    }

    /// Runs the connection on a thread of its own until its end.
    ///
    /// Returns `STDB_ERR_BUSY` when it has one, `STDB_ERR_IO` when the system gives none.
    pub fn run_threaded(&self) -> Result<()> {
        if self.threaded.swap(true, Ordering::AcqRel) {
            return Err(advance::busy("the connection runs on a thread of its own already"));
        }
        let connection = self.this.upgrade().expect("a borrowed connection is alive");
        let builder = std::thread::Builder::new().name("stdb-connection".into());
        let run = move || {
            if catch_unwind(AssertUnwindSafe(|| connection.advance_to_the_end())).is_err() {
                connection.poisoned.store(true, Ordering::Release);
            }
        };
        let mut thread = self.thread.lock();
        *thread = Some(builder.spawn(run).map_err(|error| {
            self.threaded.store(false, Ordering::Release);
            Error::new(STDB_ERR_IO, format!("cannot start a thread: {error}"))
        })?);
        Ok(())
    }

    /// Waits until the connection's own thread has ended. Without one, or inside a callback, it returns at once.
    pub fn join(&self) {
        if self.cache.is_in_callback() {
            return;
        }
        // Others that join wait for the lock, and so for the same end.
        let mut thread = self.thread.lock();
        if let Some(handle) = thread.take() {
            // The thread catches its panics, and poisons the connection.
            let _ = handle.join();
        }
    }

    /// What `_free` does: ends the connection and joins its thread, except on that thread. No callback runs after it, but for
    /// those that a thread of the connection's own still tells the end by.
    pub fn release(&self) {
        if self.cache.is_in_callback() || !self.threaded.load(Ordering::Acquire) {
            self.released.store(true, Ordering::Release);
            self.cache.finish();
        }
        // The link's end would wake somebody, after the handle is gone.
        self.inbox.set_waker(None);
        // After the end there is nothing to tell.
        if self.begin_end().is_ok() {
            self.close_link();
        }
        self.join();
    }

    /// Whether its handle was freed, so that no callback may run any more.
    fn is_released(&self) -> bool {
        self.released.load(Ordering::Acquire)
    }

    /// Counts of what the connection has done.
    pub fn stats(&self) -> stats::Stats {
        stats::Stats::gather(self)
    }

    /// The number of the link that requests go over now or as soon as it is open.
    pub(crate) fn link_number(&self) -> u32 {
        self.outbox.link_number()
    }

    /// Tells the host to drop a query set that it was asked for on that link.
    pub(crate) fn send_unsubscribe(&self, link: u32, query_id: u32) {
        let request_id = self.next_request_id();
        self.outbox.send(link, Request::Unsubscribe { request_id, query_id });
    }

    /// Asks the host for a subscription, unless it was asked on this link, or on the way to it.
    fn send_subscribe(&self, subscription: &Subscription) {
        let link = self.link_number();
        if !subscription.claim(link) {
            return;
        }
        let (request_id, query_id) = (self.next_request_id(), subscription.query_id());
        let queries = subscription.queries().into();
        // Should the link be over by now, the host is asked on the next one when that opens.
        self.outbox.send(link, Request::Subscribe { request_id, query_id, queries });
    }

    /// Asks the host for what is to replace a subscription's queries, if it is time.
    pub(crate) fn send_replacement(&self, subscription: &Arc<Subscription>) {
        let link = self.link_number();
        let Some((query_id, queries)) = subscription.begin_replacement(|| self.next_request_id()) else { return };
        // Only the end of the connection keeps it out, and that ends the subscription as well.
        if self.subscriptions.add(query_id, subscription.clone()).is_err() {
            return;
        }
        if subscription.replaced_by(query_id).is_none() {
            // The link was lost meanwhile; the replacement waits for the next one.
            self.subscriptions.take(query_id);
            return;
        }
        let (request_id, queries) = (self.next_request_id(), queries.into());
        self.outbox.send(link, Request::Subscribe { request_id, query_id, queries });
    }

    fn add_subscription(
        &self,
        queries: Vec<String>,
        callbacks: &mut SubscriptionCallbacks,
    ) -> Result<Arc<Subscription>> {
        self.check_open()?;
        let callbacks = std::mem::take(callbacks);
        let query_id = self.next_request_id();
        let subscription = Subscription::new(query_id, queries, self.this.clone(), callbacks);
        self.subscriptions.add(query_id, subscription.clone())?;
        Ok(subscription)
    }

    fn check_reducer(&self, reducer: &str) -> Result<()> {
        match &self.life.lock().schema {
            Some(schema) if schema.reducer(reducer).is_none() => Err(schema.no_reducer(reducer)),
            _ => Ok(()),
        }
    }

    fn check_open(&self) -> Result<()> {
        self.life.lock().check_open()
    }

    fn begin_end(&self) -> Result<()> {
        let mut life = self.life.lock();
        life.check_open()?;
        life.phase = Phase::Disconnecting;
        Ok(())
    }

    fn limit_call(&self, request_id: u32, timeout: Option<Duration>) {
        let Some(timeout) = timeout else { return };
        let inbox = Arc::downgrade(&self.inbox);
        let expire = move || {
            if let Some(inbox) = inbox.upgrade() {
                inbox.push(Incoming::CallTimeout(request_id));
            }
        };
        net::after(timeout, Box::new(expire));
    }

    /// Ends the link; without one, which is between two attempts, there is nothing more to wait for.
    fn close_link(&self) {
        match self.outbox.link() {
            Some(link) => link.close(),
            None => self.inbox.push(Incoming::Closed(None)),
        }
    }

    /// Request ids and query ids are drawn from one counter, so that a number in a log means one thing. They are below 2^31,
    /// and never 0.
    fn next_request_id(&self) -> u32 {
        (self.last_request_id.fetch_add(1, Ordering::Relaxed) % (u32::MAX >> 1)) + 1
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for subscription in self.subscriptions.end() {
            // Nobody is told any more; the callbacks go, and the caller's data with them.
            drop(subscription.disconnected());
        }
        if let Some(link) = self.outbox.link() {
            link.close();
        }
    }
}

/// The queries of a subscription to all tables.
fn all_tables(schema: Option<&Schema>) -> Vec<String> {
    let Some(schema) = schema else {
        // Without a schema the host is asked to name the tables.
        return vec!["SELECT * FROM *".to_owned()];
    };
    let public = schema.tables.iter().filter(|table| table.is_public);
    public.map(|table| format!("SELECT * FROM {}", table.name)).collect()
}

/// The error of a procedure call over a protocol that has none.
fn no_procedures(protocol: Protocol) -> Error {
    let message = format!(
        "procedures need the protocol v2 or v3, and the host speaks {} on this connection",
        protocol.subprotocol()
    );
    Error::new(STDB_ERR_UNSUPPORTED, message)
}
