//! What is done about each thing that arrives, and in which order its callbacks run.
//!
//! For one message: before-delete callbacks, while the cache is as it was; then all its changes are applied; then, table
//! by table in the schema's order, inserts, deletes, updates, each in the message's order, and the table's batch; then the
//! completion (of a subscription or a call; for a reducer its caller's callback first, then the `on_reducer` ones); then
//! the transaction callbacks. No lock is held while one runs.

use std::sync::Arc;
use std::time::Duration;

use super::Connection;
use super::callbacks::{self, List, OnceFn};
use super::context::{Context, Event};
use super::inbox::Incoming;
use super::life::Phase;
use super::message::Message;
use crate::cache::{Cache, memory};
use crate::call::{CallStatus, PendingCall};
use crate::error::{Error, Result, STDB_ERR_DISCONNECTED, STDB_ERR_PROTOCOL};
use crate::net::{self, Protocol};
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
            Incoming::Retry => {
                self.attempt();
                false
            }
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
            Message::Identity { identity, token, connection_id } => self.identified(identity, token, connection_id),
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
            Message::ReducerResult { request_id, timestamp_micros, answer, rows } => {
                self.reducer_answered(request_id, timestamp_micros, answer, rows)
            }
            Message::ProcedureResult { request_id, timestamp_micros, host_execution_micros, answer } => {
                self.procedure_answered(request_id, timestamp_micros, host_execution_micros, answer);
                Ok(())
            }
            Message::QueryResult { request_id, result } => {
                self.query_answered(request_id, result);
                Ok(())
            }
            Message::Transaction { rows } => self.transaction(rows),
        }
    }

    /// The WebSocket is open, and with it the schema known.
    fn opened(self: &Arc<Self>, protocol: Protocol, schema: Option<Arc<Schema>>) {
        if let Some(schema) = schema.as_ref().filter(|_| self.life.lock().awaits_schema()) {
            self.cache.tables.change(|cache| *cache = Cache::with_schema(schema));
        }
        let (waiting, again) = {
            let mut life = self.life.lock();
            life.protocol = Some(protocol);
            life.schema = schema.clone();
            life.fetching_schema = false;
            (std::mem::take(&mut *self.waiting_for_schema.lock()), life.was_up())
        };
        for subscription in waiting {
            subscription.set_queries(super::all_tables(schema.as_deref()));
            self.send_subscribe(&subscription);
        }
        if !protocol.is_of_today() {
            self.calls.forget_quiet();
            self.refuse_procedures(protocol);
        }
        if again {
            self.begin_resync();
        }
        self.warn_of_unknown_tables(schema.as_deref());
    }

    /// Procedures that were called before the protocol was known.
    fn refuse_procedures(self: &Arc<Self>, protocol: Protocol) {
        for call in self.calls.take_procedures() {
            self.complete_call(call, CallStatus::Failed, &super::no_procedures(protocol).message);
        }
    }

    /// Tables that callbacks were registered for before the schema was known.
    fn warn_of_unknown_tables(self: &Arc<Self>, schema: Option<&Schema>) {
        let Some(schema) = schema else { return };
        let named: Vec<Arc<str>> = self.tables.lock().keys().cloned().collect();
        for name in named.iter().filter(|name| schema.table(name).is_none()) {
            self.log(log::Level::Warn, &schema.no_table(name).message);
        }
    }

    fn identified(self: &Arc<Self>, identity: [u8; 32], token: String, connection_id: [u8; 16]) -> Result<()> {
        {
            let mut life = self.life.lock();
            if life.who.is_some() {
                return Err(Error::new(STDB_ERR_PROTOCOL, "the host said twice who this connection is"));
            }
            life.who = Some((identity, connection_id));
            life.token = Some(token.clone());
            if matches!(life.phase, Phase::Connecting | Phase::Reconnecting) {
                life.phase = Phase::Active;
            }
        }
        if let Some(reconnector) = &self.reconnector {
            reconnector.attempts.store(0, std::sync::atomic::Ordering::Relaxed);
        }
        if let Some(on_connect) = &self.life_callbacks.on_connect {
            on_connect(&Context { connection: self, event: &Event::Connected }, identity, &token);
        }
        // Without subscriptions there is nothing to wait for.
        self.end_resync();
        Ok(())
    }

    fn call_timed_out(self: &Arc<Self>, request_id: u32) -> bool {
        let Some(call) = self.calls.take(request_id) else { return false };
        self.outbox.withdraw_call(request_id);
        self.complete_call(call, CallStatus::Timeout, "the host did not answer in the time given");
        true
    }

    fn complete_call(self: &Arc<Self>, mut call: PendingCall, status: CallStatus, message: &str) {
        let event = call.ended(status, message, self.life.lock().who);
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
        if let Some(link) = self.outbox.link() {
            link.abort();
        }
    }

    /// The link is over. Whoever waits for an answer hears of it; then either another attempt follows, or the last callback
    /// is `on_disconnect` or `on_connect_error`.
    fn closed(self: &Arc<Self>, link_error: Option<Error>) {
        self.give_up_resync();
        let (was_up, error, retries) = {
            let mut life = self.life.lock();
            // Two threads may have found that there is nothing to wait for.
            if life.phase == Phase::Ended {
                return;
            }
            let error = life.failure.take().or(link_error);
            let retries = self.retries_after(&life, error.as_ref());
            life.phase = if retries { Phase::Reconnecting } else { Phase::Ended };
            (life.was_up(), error, retries)
        };
        if retries {
            return self.lost(error);
        }
        self.outbox.lose_link();
        for call in self.calls.end() {
            self.complete_call(call, CallStatus::Disconnected, "the connection ended before the host answered");
        }
        let lost = Error::new(STDB_ERR_DISCONNECTED, "the connection ended before the host answered");
        let event = Event::SubscribeError(error.clone().unwrap_or(lost));
        for callback in self.subscriptions.end().iter().flat_map(|subscription| subscription.disconnected()) {
            self.call(Some(callback), &Context { connection: self, event: &event });
        }
        self.tell_end(was_up, error);
        self.cache.finish();
    }

    /// The connection was lost, or an attempt to make it again has failed.
    fn lost(self: &Arc<Self>, error: Option<Error>) {
        // What was asked over a link that opened is lost with it, even if the host never said who we are; what waits for a
        // link goes on waiting.
        match self.outbox.protocol() {
            Some(_) => self.lose_requests(),
            None => drop(self.outbox.lose_link()),
        }
        let was_up = {
            let mut life = self.life.lock();
            // Which protocol the next link has is open.
            life.protocol = None;
            life.who.take().is_some()
        };
        if was_up {
            self.tell_disconnect(error, true);
        } else {
            let why = error.map_or_else(|| "the host closed it".into(), |error| error.to_string());
            self.log(log::Level::Warn, &format!("the connection could not be made again: {why}"));
        }
        // A callback, or another thread while there was still a link to end, may have ended it.
        if self.life.lock().phase == Phase::Reconnecting {
            self.await_attempt();
        } else {
            self.closed(None);
        }
    }

    /// Everything that was asked over the link is lost with it: calls end, and what was being given up is.
    pub(super) fn lose_requests(self: &Arc<Self>) {
        // The subscriptions come before the link, so that nothing is asked on the next one that builds on this one.
        let subscriptions = self.subscriptions.all().into_iter();
        let given_up: Vec<_> = subscriptions.filter(|subscription| subscription.lost()).collect();
        self.subscriptions.lose_link();
        // The calls come after the link: one that is made meanwhile belongs to it, and can go over the next one no more.
        let link = self.outbox.lose_link();
        for call in self.calls.lose_link(link) {
            self.complete_call(call, CallStatus::Disconnected, "the connection was lost before the host answered");
        }
        for subscription in given_up {
            self.subscriptions.take(subscription.query_id());
            let context = Context { connection: self, event: &Event::UnsubscribeApplied };
            self.call(subscription.unsubscribed(), &context);
        }
    }

    fn tell_end(self: &Arc<Self>, was_up: bool, error: Option<Error>) {
        if was_up {
            return self.tell_disconnect(error, false);
        }
        let gave_up = || Error::new(STDB_ERR_DISCONNECTED, "the connection was ended before it was up");
        let event = Event::ConnectError(error.unwrap_or_else(gave_up));
        if let Some(callback) = self.life_callbacks.on_connect_error.as_ref().filter(|_| !self.is_released()) {
            callback(&Context { connection: self, event: &event });
        }
    }

    fn tell_disconnect(self: &Arc<Self>, error: Option<Error>, retries: bool) {
        let event = Event::Disconnected { error, retries };
        if let Some(callback) = self.life_callbacks.on_disconnect.as_ref().filter(|_| !self.is_released()) {
            callback(&Context { connection: self, event: &event });
        }
    }

    pub(super) fn log(self: &Arc<Self>, level: log::Level, message: &str) {
        if let Some(on_log) = self.life_callbacks.on_log.as_ref().filter(|_| !self.is_released()) {
            on_log(&Context { connection: self, event: &Event::Log }, level, message);
        }
    }

    /// Runs callbacks until one of them frees the connection.
    pub(super) fn run<F: ?Sized>(&self, list: &List<F>, call: impl FnMut(&F)) {
        callbacks::run(list, || self.is_released(), call);
    }

    /// Runs a callback that runs once, if there is one and the connection was not freed.
    pub(super) fn call(&self, callback: Option<OnceFn>, context: &Context<'_>) {
        if let Some(callback) = callback.filter(|_| !self.is_released()) {
            callback(context);
        }
    }
}
