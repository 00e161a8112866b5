//! What each message does to the cache, and in which order its callbacks run.
//!
//! For one message: before-delete callbacks, while the cache is as it was; then all its changes are applied; then, table
//! by table in the schema's order, inserts, deletes, updates, each in the message's order, and the table's batch; then the
//! completion (of a subscription or a call; for a reducer its caller's callback first, then the `on_reducer` ones); then
//! the transaction callbacks. No lock is held while one runs.

use std::sync::Arc;
use std::time::Duration;

use super::Connection;
use super::callbacks::{self, Batch, CallbackSet, List, OnceFn};
use super::context::{Context, Event, ReducerEvent};
use super::inbox::Incoming;
use super::life::{Life, Phase};
use super::message::Message;
use crate::cache::change::{TableChange, TablePlan};
use crate::cache::delta::TableDelta;
use crate::cache::store::Slot;
use crate::cache::{Cache, RowRef, memory};
use crate::error::{Error, Result, STDB_ERR_DISCONNECTED, STDB_ERR_PROTOCOL, STDB_ERR_SUBSCRIPTION};
use crate::net;
use crate::reducer::{CallStatus, PendingCall};
use crate::schema::Schema;

impl Connection {
    /// Does what has arrived. Returns whether it was a message, and not one of the library's own notes.
    pub(super) fn dispatch(self: &Arc<Self>, incoming: Incoming) -> bool {
        // After a free inside a callback nothing is told any more.
        if self.is_released() {
            return matches!(incoming, Incoming::Closed(_));
        }
        match incoming {
            Incoming::Opened { protocol, schema } => {
                self.opened(protocol, schema);
                false
            }
            Incoming::Log(level, message) => {
                self.log(level, &message);
                false
            }
            Incoming::CallTimeout(request_id) => self.call_timed_out(request_id),
            Incoming::Message(message) => {
                self.counts.add_message();
                let is_large = message.row_bytes() >= memory::LARGE_MESSAGE;
                // What follows a message that broke the protocol is not to be trusted; the end is on its way.
                if self.life.lock().failure.is_none() {
                    self.message(message).unwrap_or_else(|error| self.fail(error));
                }
                if is_large {
                    net::after(Duration::ZERO, Box::new(memory::give_back));
                }
                true
            }
            Incoming::Closed(error) => {
                self.closed(error);
                true
            }
        }
    }

    fn message(self: &Arc<Self>, message: Message) -> Result<()> {
        match message {
            Message::Identity { identity, token, connection_id } => self.identified(identity, &token, connection_id),
            Message::Subscribed { query_id, deltas } => self.subscribed(query_id, deltas),
            Message::Unsubscribed { query_id, deltas } => self.unsubscribed(query_id, deltas),
            Message::SubscriptionFailed { query_id, error } => {
                self.subscription_failed(query_id, &error);
                Ok(())
            }
            Message::Reducer { request_id, event, deltas } => {
                self.reducer_ran(request_id, *event, deltas);
                Ok(())
            }
            Message::Transaction { deltas } => {
                self.apply(self.plan(deltas), &Event::Transaction, |_, _| {}, true);
                Ok(())
            }
            Message::UnexpectedAnswer => {
                self.log(log::Level::Warn, "the host answered a query or a procedure call that was not made");
                Ok(())
            }
        }
    }

    /// The WebSocket is open, and with it the schema known.
    fn opened(self: &Arc<Self>, protocol: &'static str, schema: Option<Arc<Schema>>) {
        if let Some(schema) = schema.as_ref().filter(|_| self.life.lock().awaits_schema()) {
            *self.cache.tables.write() = Cache::with_schema(schema);
        }
        let waiting = {
            let mut life = self.life.lock();
            life.protocol = Some(protocol);
            life.schema = schema.clone();
            life.fetching_schema = false;
            std::mem::take(&mut *self.waiting_for_schema.lock())
        };
        for subscription in waiting {
            subscription.set_queries(super::all_tables(schema.as_deref()));
            self.send_subscribe(&subscription);
        }
        self.warn_of_unknown_tables(schema.as_deref());
    }

    /// Tables that callbacks were registered for before the schema was known.
    fn warn_of_unknown_tables(self: &Arc<Self>, schema: Option<&Schema>) {
        let Some(schema) = schema else { return };
        let named: Vec<Arc<str>> = self.tables.lock().keys().cloned().collect();
        for name in named.iter().filter(|name| schema.table(name).is_none()) {
            self.log(log::Level::Warn, &super::unknown_table(schema, name).message);
        }
    }

    fn identified(self: &Arc<Self>, identity: [u8; 32], token: &str, connection_id: [u8; 16]) -> Result<()> {
        {
            let mut life = self.life.lock();
            if life.who.is_some() {
                return Err(Error::new(STDB_ERR_PROTOCOL, "the host said twice who this connection is"));
            }
            life.who = Some((identity, connection_id));
            if life.phase == Phase::Connecting {
                life.phase = Phase::Active;
            }
        }
        if let Some(on_connect) = &self.life_callbacks.on_connect {
            on_connect(&Context { connection: self, event: &Event::Connected }, identity, token);
        }
        Ok(())
    }

    fn subscribed(self: &Arc<Self>, query_id: u32, deltas: Vec<TableDelta>) -> Result<()> {
        let subscription = self.subscriptions.get(query_id).ok_or_else(|| not_ours("rows for", query_id))?;
        let complete = |connection: &Arc<Connection>, context: &Context<'_>| {
            let step = subscription.applied();
            if step.unsubscribe {
                connection.send_unsubscribe(query_id);
            }
            connection.call(step.callback, context);
        };
        self.apply(self.plan(deltas), &Event::SubscribeApplied, complete, true);
        Ok(())
    }

    fn unsubscribed(self: &Arc<Self>, query_id: u32, deltas: Vec<TableDelta>) -> Result<()> {
        let subscription = self.subscriptions.take(query_id).ok_or_else(|| not_ours("the end of", query_id))?;
        let complete = |connection: &Arc<Connection>, context: &Context<'_>| {
            connection.call(subscription.unsubscribed(), context);
        };
        self.apply(self.plan(deltas), &Event::UnsubscribeApplied, complete, true);
        Ok(())
    }

    /// A subscription was refused or ended; without a number, all were.
    fn subscription_failed(self: &Arc<Self>, query_id: Option<u32>, error: &str) {
        let failed = match query_id {
            Some(query_id) => self.subscriptions.take(query_id).into_iter().collect(),
            None => self.subscriptions.take_all(),
        };
        if failed.is_empty() {
            self.log(log::Level::Warn, &format!("the host refused a subscription that has ended: {error}"));
        }
        let event = Event::SubscribeError(Error::new(STDB_ERR_SUBSCRIPTION, error));
        let had_rows = failed.iter().any(|subscription| subscription.has_rows());
        let complete = |connection: &Arc<Connection>, context: &Context<'_>| {
            failed.iter().for_each(|subscription| connection.call(subscription.failed(), context));
        };
        let orphans = if had_rows { self.orphaned_rows() } else { Vec::new() };
        self.apply(orphans, &event, complete, had_rows);
    }

    /// The rows that no subscription holds any more. v1 does not tell which rows are whose, so they are known only when no
    /// subscription with rows is left.
    fn orphaned_rows(self: &Arc<Self>) -> Vec<TablePlan> {
        if self.subscriptions.any_has_rows() {
            self.log(
                log::Level::Warn,
                "rows of the subscription that the host ended stay cached: v1 does not tell which they are",
            );
            return Vec::new();
        }
        let cache = self.cache.tables.read();
        (0..cache.tables().len()).map(|position| TablePlan::to_empty(&cache, position)).collect()
    }

    fn reducer_ran(self: &Arc<Self>, request_id: u32, event: ReducerEvent, deltas: Vec<TableDelta>) {
        let call = self.own_call(request_id, &event);
        let committed = event.status == CallStatus::Committed;
        let callbacks = self.callbacks.snapshot();
        let listeners = callbacks.reducers.get(event.reducer.as_str());
        let complete = |connection: &Arc<Connection>, context: &Context<'_>| {
            connection.call(call.and_then(|call| call.on_result), context);
            listeners.into_iter().for_each(|listeners| connection.run(listeners, |listener| listener(context)));
        };
        self.apply(self.plan(deltas), &Event::Reducer(event), complete, committed);
    }

    /// The call of ours that an event is the end of; `None` for calls of others and for those nobody waits for.
    fn own_call(&self, request_id: u32, event: &ReducerEvent) -> Option<PendingCall> {
        let Life { who, schema, .. } = self.life();
        let (identity, connection_id) = who?;
        if event.caller_identity != identity || event.caller_connection_id != Some(connection_id) {
            return None;
        }
        let known = schema.as_ref().and_then(|schema| schema.reducer(&event.reducer));
        let readable = |args: &[u8]| known.is_none_or(|reducer| reducer.layout.check(args).is_ok());
        let failed = event.status != CallStatus::Committed && request_id == 0;
        let by_name = || failed.then(|| self.calls.take_failed(&event.reducer, &event.args, readable)).flatten();
        self.calls.take(request_id).or_else(by_name)
    }

    fn call_timed_out(self: &Arc<Self>, request_id: u32) -> bool {
        let Some(call) = self.calls.take(request_id) else { return false };
        self.complete_call(call, CallStatus::Timeout, "the host did not answer in the time given");
        true
    }

    fn complete_call(self: &Arc<Self>, mut call: PendingCall, status: CallStatus, message: &str) {
        let who = self.life.lock().who;
        let identity = who.map_or([0; 32], |(identity, _)| identity);
        let event =
            Event::Reducer(call.unanswered(status, message, identity, who.map(|(_, connection_id)| connection_id)));
        self.call(call.on_result.take(), &Context { connection: self, event: &event });
    }

    /// Ends the connection because of what the host said; its end is told of when the link has closed.
    fn fail(&self, error: Error) {
        let mut life = self.life.lock();
        if life.phase != Phase::Ended {
            life.phase = Phase::Disconnecting;
        }
        life.failure.get_or_insert(error);
        drop(life);
        self.link().abort();
    }

    /// The end. Whoever waits for an answer hears of it; the last callback is `on_disconnect` or `on_connect_error`.
    fn closed(self: &Arc<Self>, link_error: Option<Error>) {
        let (was_up, failure) = {
            let mut life = self.life.lock();
            life.phase = Phase::Ended;
            (life.who.is_some(), life.failure.take())
        };
        for call in self.calls.end() {
            self.complete_call(call, CallStatus::Disconnected, "the connection ended before the host answered");
        }
        let error = failure.or(link_error);
        let lost = Error::new(STDB_ERR_DISCONNECTED, "the connection ended before the host answered");
        let event = Event::SubscribeError(error.clone().unwrap_or(lost));
        for subscription in self.subscriptions.end() {
            self.call(subscription.disconnected(), &Context { connection: self, event: &event });
        }
        self.tell_end(was_up, error);
        self.cache.advancer.finish();
    }

    fn tell_end(self: &Arc<Self>, was_up: bool, error: Option<Error>) {
        let (event, callback) = if was_up {
            (Event::Disconnected(error), &self.life_callbacks.on_disconnect)
        } else {
            let gave_up = || Error::new(STDB_ERR_DISCONNECTED, "the connection was ended before it was up");
            (Event::ConnectError(error.unwrap_or_else(gave_up)), &self.life_callbacks.on_connect_error)
        };
        if let Some(callback) = callback.as_ref().filter(|_| !self.is_released()) {
            callback(&Context { connection: self, event: &event });
        }
    }

    fn log(self: &Arc<Self>, level: log::Level, message: &str) {
        if let Some(on_log) = self.life_callbacks.on_log.as_ref().filter(|_| !self.is_released()) {
            on_log(&Context { connection: self, event: &Event::Log }, level, message);
        }
    }

    /// Runs callbacks until one of them frees the connection.
    fn run<F: ?Sized>(&self, list: &List<F>, call: impl FnMut(&F)) {
        callbacks::run(list, || self.is_released(), call);
    }

    /// Runs a callback that runs once, if there is one and the connection was not freed.
    fn call(&self, callback: Option<OnceFn>, context: &Context<'_>) {
        if let Some(callback) = callback.filter(|_| !self.is_released()) {
            callback(context);
        }
    }

    /// Applies a message and runs its callbacks. `transaction` says whether the transaction callbacks are among them.
    fn apply(
        self: &Arc<Self>,
        plans: Vec<TablePlan>,
        event: &Event,
        complete: impl FnOnce(&Arc<Self>, &Context<'_>),
        transaction: bool,
    ) {
        let callbacks = self.callbacks.snapshot();
        let context = Context { connection: self, event };
        self.tell_before_delete(&plans, &callbacks, &context);
        let changes = self.apply_plans(plans);
        for change in &changes {
            self.tell_change(change, &callbacks, &context);
        }
        complete(self, &context);
        if transaction {
            self.run(&callbacks.transaction, |callback| callback(&context));
        }
    }

    fn plan(self: &Arc<Self>, deltas: Vec<TableDelta>) -> Vec<TablePlan> {
        if deltas.is_empty() {
            return Vec::new();
        }
        let positions: Vec<usize> = {
            let mut cache = self.cache.tables.write();
            deltas.iter().map(|delta| cache.position_or_add(&delta.table)).collect()
        };
        let cache = self.cache.tables.read();
        let plan = |(delta, position)| TablePlan::new(&cache, position, delta);
        let mut plans: Vec<_> = deltas.into_iter().zip(positions).map(plan).collect();
        drop(cache);
        plans.sort_by_key(TablePlan::table);
        for plan in plans.iter().filter(|plan| plan.absent_deletes() > 0) {
            self.report_absent(plan);
        }
        plans
    }

    fn report_absent(self: &Arc<Self>, plan: &TablePlan) {
        let absent = plan.absent_deletes();
        let table = self.cache.tables.read().table(plan.table()).name().clone();
        self.counts.add_absent_deletes(absent);
        let message = format!("table `{table}`: the host deleted {absent} rows that were not in the cache");
        self.log(log::Level::Warn, &message);
    }

    fn tell_before_delete(&self, plans: &[TablePlan], callbacks: &CallbackSet, context: &Context<'_>) {
        for plan in plans {
            let name = self.cache.tables.read().table(plan.table()).name().clone();
            let Some(callbacks) = callbacks.tables.get(&name).filter(|table| !table.before_delete.is_empty()) else {
                continue;
            };
            let rows = plan.rows_to_delete(&self.cache.tables.read());
            for row in rows {
                self.run(&callbacks.before_delete, |callback| callback(context, row));
            }
        }
    }

    fn apply_plans(&self, plans: Vec<TablePlan>) -> Vec<TableChange> {
        if plans.is_empty() {
            return Vec::new();
        }
        // The advancing call looked for a guard of this thread before, and none can be taken inside callbacks.
        let _permit = self.cache.guards.permit().expect("the advancing thread holds no read guard");
        let mut cache = self.cache.tables.write();
        plans.into_iter().map(|plan| plan.apply(&mut cache)).collect()
    }

    fn tell_change(&self, change: &TableChange, callbacks: &CallbackSet, context: &Context<'_>) {
        let name = self.cache.tables.read().table(change.table).name().clone();
        let Some(callbacks) = callbacks.tables.get(&name).filter(|_| !change.is_empty()) else { return };
        if !callbacks.insert.is_empty() {
            self.for_each_row(change.table, &change.inserted, |row| {
                self.run(&callbacks.insert, |callback| callback(context, row));
            });
        }
        if !callbacks.delete.is_empty() {
            change.deleted.iter().map(RowRef::of).for_each(|row| {
                self.run(&callbacks.delete, |callback| callback(context, row));
            });
        }
        if !callbacks.update.is_empty() {
            let mut outdated = change.outdated.iter().map(RowRef::of);
            self.for_each_row(change.table, &change.updated, |new| {
                let Some(old) = outdated.next() else { return };
                self.run(&callbacks.update, |callback| callback(context, old, new));
            });
        }
        if !callbacks.batch.is_empty() {
            let batch = self.batch_of(change);
            self.run(&callbacks.batch, |callback| callback(context, &batch));
        }
    }

    /// Does something with the rows in slots. The cache is locked a block of rows at a time, and not while it is done.
    fn for_each_row(&self, table: usize, slots: &[Slot], mut work: impl FnMut(RowRef)) {
        const BLOCK: usize = 256;
        let mut rows = Vec::with_capacity(BLOCK.min(slots.len()));
        for slots in slots.chunks(BLOCK) {
            {
                let cache = self.cache.tables.read();
                let table = cache.table(table);
                rows.extend(slots.iter().map(|slot| RowRef::of(table.row(*slot))));
            }
            rows.drain(..).for_each(&mut work);
        }
    }

    fn batch_of(&self, change: &TableChange) -> Batch {
        let cache = self.cache.tables.read();
        let table = cache.table(change.table);
        let row = |slot: &Slot| RowRef::of(table.row(*slot));
        Batch {
            inserted: change.inserted.iter().map(row).collect(),
            deleted: change.deleted.iter().map(RowRef::of).collect(),
            updated: change.outdated.iter().map(RowRef::of).zip(change.updated.iter().map(row)).collect(),
        }
    }
}

fn not_ours(what: &str, query_id: u32) -> Error {
    Error::new(STDB_ERR_PROTOCOL, format!("the host sent {what} subscription {query_id}, which is not one of ours"))
}
