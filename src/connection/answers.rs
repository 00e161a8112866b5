//! What the host answers: to subscriptions, to calls and to queries.
//!
//! What does not fit ends the connection or is logged and counted. Rows for a query set that is not ours or has ended, and
//! the end of one that was not told to end, are protocol errors: the cache could not be trusted any more. An answer to a
//! call that nobody waits for is logged and counted, since its time may have run out; rows that come with it are applied.
//! So is the refusal of a subscription that has ended.
//! What is said of a query set that was replaced is passed over until the host confirms its end.

use std::sync::Arc;

use super::Connection;
use super::apply::Work;
use super::context::{Context, Event, ProcedureEvent, QueryEvent, QueryRows, ReducerEvent};
use super::life::Life;
use super::message::{Answer, Delivery};
use crate::cache::delta::TableDelta;
use crate::call::{CallKind, CallStatus, PendingCall};
use crate::error::{Error, Result, STDB_ERR_PROTOCOL, STDB_ERR_SUBSCRIPTION};
use crate::subscription::{Step, Subscription};

impl Connection {
    pub(super) fn subscribed(self: &Arc<Self>, query_id: u32, deltas: Vec<TableDelta>) -> Result<()> {
        if self.subscriptions.is_replaced(query_id) {
            // Its subscription ended while the host was at it.
            self.send_unsubscribe(self.link_number(), query_id);
            self.apply(Work::of(deltas), Event::SubscribeApplied, Box::new(|_, _| {}), true);
            return Ok(());
        }
        let subscription = self.subscriptions.get(query_id).ok_or_else(|| not_ours("rows for", query_id))?;
        subscription.arrived();
        let replaced = subscription.replaced_by(query_id);
        // Over v1 the rows of the old queries go when the host has dropped them, since nobody else knows which they are.
        let ended = replaced.filter(|_| self.knows_query_sets());
        let complete = move |connection: &Arc<Connection>, context: &Context<'_>| {
            connection.take_step(&subscription, subscription.applied(query_id), context);
        };
        if let Some(replaced) = replaced {
            self.subscriptions.set_replaced(replaced);
            self.send_unsubscribe(self.link_number(), replaced);
        }
        self.apply(Work { deltas, ended, clears: false }, Event::SubscribeApplied, Box::new(complete), true);
        self.resynced(Some(query_id));
        Ok(())
    }

    pub(super) fn unsubscribed(self: &Arc<Self>, query_id: u32, deltas: Option<Vec<TableDelta>>) -> Result<()> {
        // Where the rows are not told, those of a replaced query set went when it was replaced.
        let is_replaced = self.subscriptions.end_replaced(query_id);
        let subscription = self.subscriptions.take(query_id);
        if subscription.is_none() && !is_replaced {
            return Err(not_ours("the end of", query_id));
        }
        let ended = (deltas.is_none() && !is_replaced).then_some(query_id);
        let work = Work { deltas: deltas.unwrap_or_default(), ended, clears: false };
        let complete = move |connection: &Arc<Connection>, context: &Context<'_>| {
            connection.call(subscription.and_then(|subscription| subscription.unsubscribed()), context);
        };
        self.apply(work, Event::UnsubscribeApplied, Box::new(complete), true);
        Ok(())
    }

    /// A subscription was refused or ended. Without a number all were; those that wait for an answer will have one of their
    /// own, unless nothing else can be meant.
    pub(super) fn subscription_failed(self: &Arc<Self>, query_id: Option<u32>, error: &str) {
        let event = Event::SubscribeError(Error::new(STDB_ERR_SUBSCRIPTION, error));
        if let Some(query_id) = query_id {
            if self.subscriptions.end_replaced(query_id) {
                if !self.knows_query_sets() {
                    self.log(
                        log::Level::Warn,
                        "rows of queries that were replaced stay cached: the host did not drop them",
                    );
                }
                return;
            }
            if let Some(subscription) = self.subscriptions.get(query_id)
                && let Some(step) = subscription.replacement_failed(query_id)
            {
                self.subscriptions.take(query_id);
                let complete = move |connection: &Arc<Connection>, context: &Context<'_>| {
                    connection.take_step(&subscription, step, context);
                };
                return self.apply(Work::default(), event, Box::new(complete), false);
            }
        }
        let failed = match query_id {
            Some(query_id) => self.subscriptions.take(query_id).into_iter().collect(),
            None => self.subscriptions.take_with_rows_or_all(),
        };
        if failed.is_empty() {
            self.counts.add_unexpected_answer();
            self.log(log::Level::Warn, &format!("the host refused a subscription that has ended: {error}"));
        }
        // What was to replace their queries is on its way, and nobody waits for it any more.
        let under_way = failed.iter().filter_map(|subscription| subscription.replacement());
        under_way.for_each(|query_id| self.subscriptions.set_replaced(query_id));
        let had_rows = failed.iter().any(|subscription| subscription.has_rows());
        let work = if had_rows { self.orphaned_rows(query_id) } else { Work::default() };
        let complete = move |connection: &Arc<Connection>, context: &Context<'_>| {
            failed.iter().for_each(|subscription| connection.call(subscription.failed(), context));
        };
        self.apply(work, event, Box::new(complete), had_rows);
        self.resynced(query_id);
    }

    /// The rows that no subscription holds any more. v1 does not tell which rows are whose, so there they are known only when
    /// no subscription with rows is left.
    fn orphaned_rows(self: &Arc<Self>, query_id: Option<u32>) -> Work {
        match query_id.filter(|_| self.knows_query_sets()) {
            Some(query_id) => Work { ended: Some(query_id), ..Work::default() },
            None if !self.subscriptions.any_has_rows() => Work { clears: true, ..Work::default() },
            None => {
                self.log(
                    log::Level::Warn,
                    "rows of the subscription that the host ended stay cached: v1 does not tell which they are",
                );
                Work::default()
            }
        }
    }

    fn take_step(self: &Arc<Self>, subscription: &Arc<Subscription>, step: Step, context: &Context<'_>) {
        if let Some(query_id) = step.unsubscribe {
            self.send_unsubscribe(self.link_number(), query_id);
        }
        if step.replace_again {
            self.send_replacement(subscription);
        }
        self.call(step.callback, context);
    }

    /// The host has said all of a reducer's run.
    pub(super) fn reducer_ran(self: &Arc<Self>, request_id: u32, event: ReducerEvent, deltas: Vec<TableDelta>) {
        let call = self.own_call(request_id, &event);
        self.tell_reducer(call, event, deltas);
    }

    /// The host has answered a call of ours, whose name and arguments are known here alone.
    pub(super) fn reducer_answered(
        self: &Arc<Self>,
        request_id: u32,
        timestamp_micros: i64,
        answer: Answer,
        rows: Delivery,
    ) -> Result<()> {
        self.check_sets(&rows)?;
        let Some(call) = self.calls.take_kind(request_id, CallKind::Reducer) else {
            self.unexpected(request_id);
            self.transaction(rows)?;
            return Ok(());
        };
        let who = self.life.lock().who;
        let event = ReducerEvent {
            timestamp_micros,
            status: answer.status,
            message: answer.message,
            caller_identity: who.map_or([0; 32], |(identity, _)| identity),
            caller_connection_id: who.map(|(_, connection_id)| connection_id),
            energy: None,
            reducer: call.name.clone(),
            args: call.args.clone(),
            value: answer.value,
        };
        self.tell_reducer(Some(call), event, rows.deltas);
        Ok(())
    }

    fn tell_reducer(self: &Arc<Self>, call: Option<PendingCall>, event: ReducerEvent, deltas: Vec<TableDelta>) {
        let committed = event.status == CallStatus::Committed;
        let callbacks = self.callbacks.snapshot();
        let reducer = event.reducer.clone();
        let complete = move |connection: &Arc<Connection>, context: &Context<'_>| {
            connection.call(call.and_then(|call| call.on_result), context);
            let listeners = callbacks.reducers.get(reducer.as_str());
            listeners.into_iter().for_each(|listeners| connection.run(listeners, |listener| listener(context)));
        };
        self.apply(Work::of(deltas), Event::Reducer(event), Box::new(complete), committed);
    }

    /// The host has said what a procedure call of ours came to.
    pub(super) fn procedure_answered(
        self: &Arc<Self>,
        request_id: u32,
        timestamp_micros: i64,
        host_execution_micros: i64,
        answer: Answer,
    ) {
        let Some(call) = self.calls.take_kind(request_id, CallKind::Procedure) else {
            return self.unexpected(request_id);
        };
        let Answer { status, message, value } = answer;
        let procedure = call.name.clone();
        let event = ProcedureEvent { timestamp_micros, host_execution_micros, status, message, procedure, value };
        self.tell_answer(call, Event::Procedure(event));
    }

    /// The host has answered a one-off query of ours.
    pub(super) fn query_answered(
        self: &Arc<Self>,
        request_id: u32,
        result: std::result::Result<Vec<QueryRows>, String>,
    ) {
        let Some(call) = self.calls.take_kind(request_id, CallKind::Query) else {
            return self.unexpected(request_id);
        };
        let query = call.name.clone();
        let event = match result {
            Ok(rows) => QueryEvent { status: CallStatus::Committed, message: String::new(), query, rows },
            Err(message) => QueryEvent { status: CallStatus::Failed, message, query, rows: Vec::new() },
        };
        self.tell_answer(call, Event::Query(event));
    }

    /// Tells of the end of a call that changed no row by itself.
    pub(super) fn tell_answer(self: &Arc<Self>, call: PendingCall, event: Event) {
        let complete =
            move |connection: &Arc<Connection>, context: &Context<'_>| connection.call(call.on_result, context);
        self.apply(Work::default(), event, Box::new(complete), false);
    }

    /// A transaction of unknown cause.
    pub(super) fn transaction(self: &Arc<Self>, rows: Delivery) -> Result<()> {
        self.check_sets(&rows)?;
        self.apply(Work::of(rows.deltas), Event::Transaction, Box::new(|_, _| {}), true);
        Ok(())
    }

    /// Answers to what was not asked, or has been given up: they are counted and logged, since a call's time may have run
    /// out before.
    fn unexpected(self: &Arc<Self>, request_id: u32) {
        self.counts.add_unexpected_answer();
        self.log(log::Level::Warn, &format!("the host answered request {request_id}, for which nobody waits"));
    }

    /// Checks that rows are of query sets of ours.
    fn check_sets(&self, rows: &Delivery) -> Result<()> {
        let is_known = |set: u32| self.subscriptions.get(set).is_some() || self.subscriptions.is_replaced(set);
        match rows.sets.iter().find(|set| !is_known(**set)) {
            Some(set) => Err(not_ours("rows for", *set)),
            None => Ok(()),
        }
    }

    /// Whether the host says which query set a row is of.
    fn knows_query_sets(&self) -> bool {
        self.life.lock().protocol.is_some_and(|protocol| protocol.is_of_today())
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
        self.calls.take_kind(request_id, CallKind::Reducer).or_else(by_name)
    }
}

fn not_ours(what: &str, query_id: u32) -> Error {
    Error::new(STDB_ERR_PROTOCOL, format!("the host sent {what} subscription {query_id}, which is not one of ours"))
}
