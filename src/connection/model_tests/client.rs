//! The client over v2 and v3: what it does at random, and what its callbacks note.

use std::sync::Arc;

use super::handles::{Handles, Phase};
use super::message::REDUCER;
use super::model::Event;
use super::recorder::Recorder;
use super::rng::Rng;
use crate::call::CallOptions;
use crate::connection::Connection;
use crate::connection::callbacks::OnceFn;
use crate::connection::context::Context;
use crate::subscription::{Subscription, SubscriptionCallbacks};

/// A client's handles, by the numbers that the model has for them.
pub struct Client {
    connection: Arc<Connection>,
    recorder: Arc<Recorder>,
    subscriptions: Vec<Arc<Subscription>>,
    /// How many calls there were.
    calls: u64,
}

/// How many subscriptions a client has at most.
const MOST: usize = 5;

impl Client {
    pub fn new(connection: Arc<Connection>, recorder: Arc<Recorder>) -> Self {
        Client { connection, recorder, subscriptions: Vec::new(), calls: 0 }
    }

    /// Does something, or nothing.
    pub fn act(&mut self, handles: &mut Handles, rng: &mut Rng) {
        let is_wanted = |number: &usize| matches!(handles.phase(*number), Phase::Asked | Phase::Applied);
        let wanted: Vec<usize> = (0..self.subscriptions.len()).filter(is_wanted).collect();
        match rng.below(100) {
            0..14 if wanted.len() < MOST => self.subscribe(handles.subscribe()),
            14..26 if !wanted.is_empty() => {
                let number = *rng.pick(&wanted);
                self.replace(number, handles.replace(number));
            }
            26..32 if !wanted.is_empty() => {
                let number = *rng.pick(&wanted);
                handles.unsubscribe(number);
                let then = self.note(format!("unsubscribed {number}"));
                self.subscriptions[number].unsubscribe(Some(then)).expect("it is wanted");
            }
            32..44 => self.call(),
            _ => {}
        }
    }

    /// Compares what the handles say of themselves.
    pub fn compare(&self, handles: &Handles) {
        for (number, subscription) in self.subscriptions.iter().enumerate() {
            let phase = handles.phase(number);
            assert_eq!(subscription.is_active(), phase == Phase::Applied, "whether subscription {number} is active");
            assert_eq!(subscription.is_ended(), phase == Phase::Ended, "whether subscription {number} has ended");
            if let Some(set) = handles.live_set(number).filter(|_| phase != Phase::Ended) {
                assert_eq!(subscription.query_id(), set, "the query set of subscription {number}");
            }
        }
    }

    fn subscribe(&mut self, number: usize) {
        let mut callbacks = self.callbacks(number, 0);
        let subscription = self.connection.subscribe(queries(number, 0), &mut callbacks).expect("the connection is up");
        self.subscriptions.push(subscription);
    }

    fn replace(&self, number: usize, version: u32) {
        let mut callbacks = self.callbacks(number, version);
        self.subscriptions[number].replace(queries(number, version), &mut callbacks).expect("it is wanted");
    }

    fn call(&mut self) {
        self.calls += 1;
        // Their results come in the order of the calls.
        let on_result = Some(self.note(format!("result {}", self.calls)));
        self.connection.call_reducer(REDUCER, &[], CallOptions::default(), on_result).expect("the connection is up");
    }

    fn callbacks(&self, number: usize, version: u32) -> SubscriptionCallbacks {
        SubscriptionCallbacks {
            on_applied: Some(self.note(format!("applied {number}.{version}"))),
            on_error: Some(self.note(format!("failed {number}.{version}"))),
        }
    }

    fn note(&self, what: String) -> OnceFn {
        let recorder = self.recorder.clone();
        Box::new(move |_: &Context<'_>| recorder.note(Event::Completion(what)))
    }
}

/// Queries that tell whose they are.
fn queries(number: usize, version: u32) -> Vec<String> {
    vec![number.to_string(), version.to_string()]
}

/// Whose queries these are.
pub fn asker(queries: &[String]) -> (usize, u32) {
    let [number, version] = queries else { panic!("queries of nobody: {queries:?}") };
    (number.parse().expect("a number"), version.parse().expect("a number"))
}
