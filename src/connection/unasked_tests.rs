//! What the host says though nobody asked, or asks any more: it is logged and counted, or ends the connection.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::Connection;
use super::advance::Budget;
use super::builder::{ConnectionBuilder, LifeCallbacks, LogFn};
use super::inbox::Incoming;
use super::message::{Answer, Delivery, Message};
use crate::cache::delta::{HeldRows, TableDelta};
use crate::call::{CallOptions, CallStatus};
use crate::error::STDB_ERR_PROTOCOL;
use crate::net::{LinkHandler, Opened, Protocol};
use crate::subscription::SubscriptionCallbacks;
use crate::wire::RowList;

/// No request and no query set has this number.
const UNKNOWN: u32 = 4242;

/// A connection that is up, and what it logs.
struct Up {
    connection: Arc<Connection>,
    logged: Arc<Mutex<Vec<String>>>,
}

impl Up {
    fn new(protocol: Protocol) -> Up {
        let logged: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = logged.clone();
        let on_log: Box<LogFn> = Box::new(move |_, _, message| log.lock().push(message.to_owned()));
        let callbacks = LifeCallbacks { on_log: Some(on_log), ..LifeCallbacks::default() };
        let mut builder = ConnectionBuilder { fetch_schema: false, callbacks, ..ConnectionBuilder::default() };
        let (connection, mut receiver) = builder.build_unlinked();
        receiver.opened(Opened { protocol }).unwrap();
        let up = Up { connection, logged };
        up.hear(Message::Identity { identity: [1; 32], token: "token".into(), connection_id: [2; 16] });
        up.logged.lock().clear();
        up
    }

    fn hear(&self, message: Message) {
        self.connection.inbox.push(Incoming::Message(message));
        self.connection.frame_tick(Budget::default()).unwrap();
    }

    /// A subscription that the host has applied, with a row.
    fn applied(&self) -> u32 {
        let subscription =
            self.connection.subscribe(vec!["all".into()], &mut SubscriptionCallbacks::default()).unwrap();
        let query_id = subscription.query_id();
        self.hear(Message::Subscribed { query_id, deltas: vec![row(query_id, 1)] });
        query_id
    }

    /// One that has ended.
    fn ended(&self) -> u32 {
        let query_id = self.applied();
        let live = self.connection.subscriptions.get(query_id).unwrap();
        live.unsubscribe(None).unwrap();
        self.hear(Message::Unsubscribed { query_id, deltas: None });
        assert!(live.is_ended());
        query_id
    }

    /// Checks that the connection goes on, and that so many answers were counted and logged since the last time.
    fn check_counted(&self, before: u64) {
        assert!(self.connection.life().failure.is_none());
        let counted = self.connection.stats().unexpected_answers - before;
        assert_eq!((counted, self.logged.lock().len()), (1, 1), "{:?}", self.logged.lock());
        self.logged.lock().clear();
    }

    /// Checks that the connection ends for what the host said of a query set, and that no row changed.
    fn check_failed(&self, query_id: u32, rows: u64) {
        let error = self.connection.life().failure.expect("that is an error");
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        assert!(error.message.contains(&query_id.to_string()), "{error}");
        assert_eq!(self.connection.stats().rows_cached, rows);
        assert!(!self.connection.is_active());
    }
}

fn row(holder: u32, row: u8) -> TableDelta {
    let rows = RowList::with_fixed_size(1, Bytes::copy_from_slice(&[row])).unwrap();
    TableDelta::new("t".into(), None, Vec::new(), vec![HeldRows { holder, rows }])
}

fn transaction(set: u32) -> Message {
    Message::Transaction { rows: Delivery { deltas: vec![row(set, 2)], sets: vec![set] } }
}

fn answer() -> Answer {
    Answer { status: CallStatus::Committed, message: String::new(), value: Bytes::new() }
}

fn reducer_result(request_id: u32, set: u32) -> Message {
    let rows = Delivery { deltas: vec![row(set, 3)], sets: vec![set] };
    Message::ReducerResult { request_id, timestamp_micros: 0, answer: answer(), rows }
}

fn procedure_result(request_id: u32) -> Message {
    Message::ProcedureResult { request_id, timestamp_micros: 0, host_execution_micros: 0, answer: answer() }
}

fn query_result(request_id: u32) -> Message {
    Message::QueryResult { request_id, result: Ok(Vec::new()) }
}

#[test]
fn answers_that_nobody_waits_for_are_counted_and_logged() {
    for protocol in [Protocol::V2, Protocol::V3] {
        let up = Up::new(protocol);
        let set = up.applied();
        up.hear(reducer_result(UNKNOWN, set));
        up.check_counted(0);
        assert_eq!(up.connection.stats().rows_cached, 2, "the rows that come with it are there");
        up.hear(procedure_result(UNKNOWN));
        up.check_counted(1);
        up.hear(query_result(UNKNOWN));
        up.check_counted(2);
    }
    let up = Up::new(Protocol::V1);
    up.hear(query_result(UNKNOWN));
    up.check_counted(0);
}

/// An answer of one kind is none to a request of another, which goes on waiting.
#[test]
fn answers_to_another_kind_of_request_are_counted_and_logged() {
    let up = Up::new(Protocol::V2);
    up.connection.call_reducer("noop", &[], CallOptions::default(), None).unwrap();
    let request_id = up.connection.last_request_id.load(std::sync::atomic::Ordering::Relaxed);
    up.hear(procedure_result(request_id));
    up.check_counted(0);
    up.hear(query_result(request_id));
    up.check_counted(1);
    assert_eq!(up.connection.stats().calls_pending, 1);
}

#[test]
fn the_refusal_of_a_subscription_that_has_ended_is_counted_and_logged() {
    for protocol in Protocol::ALL {
        let up = Up::new(protocol);
        for (before, query_id) in [UNKNOWN, up.ended()].into_iter().enumerate() {
            up.hear(Message::SubscriptionFailed { query_id: Some(query_id), error: "no".into() });
            up.check_counted(before as u64);
        }
    }
}

#[test]
fn rows_for_a_query_set_that_is_not_ours_or_has_ended_are_an_error() {
    for protocol in [Protocol::V2, Protocol::V3] {
        for message in [transaction, |set| reducer_result(UNKNOWN, set)] {
            let up = Up::new(protocol);
            up.applied();
            up.hear(message(UNKNOWN));
            up.check_failed(UNKNOWN, 1);

            let up = Up::new(protocol);
            let ended = up.ended();
            up.hear(message(ended));
            up.check_failed(ended, 0);
        }
    }
}

#[test]
fn the_beginning_and_the_end_of_what_is_not_ours_are_errors() {
    for protocol in Protocol::ALL {
        let subscribed = |query_id| Message::Subscribed { query_id, deltas: vec![row(query_id, 1)] };
        let unsubscribed = |query_id| Message::Unsubscribed { query_id, deltas: None };
        for message in [subscribed as fn(u32) -> Message, unsubscribed] {
            let up = Up::new(protocol);
            up.hear(message(UNKNOWN));
            up.check_failed(UNKNOWN, 0);

            let up = Up::new(protocol);
            let ended = up.ended();
            up.hear(message(ended));
            up.check_failed(ended, 0);
        }
    }
}
