//! The host of v2 and v3: what it was asked for, and what it says next.

use std::collections::{BTreeSet, VecDeque};

use super::client::asker;
use super::handles::Handles;
use super::message::{Carrier, Message, QueryUpdate, TableUpdate};
use super::model::{Effect, Model};
use super::rng::Rng;
use super::set_carrier::{Outcome, SetCarrier};
use super::traffic::Traffic;
use crate::connection::outbox::Request;

/// What the host has not done yet, and the query sets that it has.
#[derive(Default)]
pub struct Host {
    /// Query sets to be applied.
    asked: Vec<u32>,
    /// Query sets that it sends rows of.
    live: BTreeSet<u32>,
    /// Those of them that are to be ended.
    leaving: Vec<u32>,
    /// Query sets that are no more.
    gone: Vec<u32>,
    /// Requests of calls, with the number of each call.
    calls: VecDeque<(u32, u64)>,
    /// How many calls there were.
    called: u64,
}

impl Host {
    /// Gets what the client has sent.
    pub fn receive(&mut self, requests: Vec<Request<'static>>, handles: &mut Handles, model: &mut Model) {
        for request in requests {
            match request {
                Request::Subscribe { query_id, queries, .. } => {
                    let (number, version) = asker(&queries);
                    handles.asked(query_id, number, version, &mut model.ignored);
                    self.asked.push(query_id);
                }
                // The end may have been on its way.
                Request::Unsubscribe { query_id, .. } if self.live.contains(&query_id) => self.leaving.push(query_id),
                Request::Unsubscribe { query_id, .. } => {
                    assert!(self.gone.contains(&query_id), "the client ends a query set that it has not: {query_id}");
                }
                Request::CallReducer { request_id, .. } => {
                    self.called += 1;
                    self.calls.push_back((request_id, self.called));
                }
                other => panic!("the client asks for something else: {other:?}"),
            }
        }
    }

    /// What it says next, and what that means.
    pub fn say(&mut self, handles: &mut Handles, model: &mut Model, traffic: &mut Traffic) -> (Message, Effect) {
        let (carrier, effect) = self.carrier(handles, model, &mut traffic.rng);
        let tables = match carrier {
            SetCarrier::Applied(set) => arrival(set, effect.ended, model, traffic),
            // They are not to be taken away once more.
            SetCarrier::Ended(set) if traffic.rng.one_in(4) => arrival(set, Some(set), model, traffic),
            SetCarrier::Transaction | SetCarrier::Result(_, Outcome::Ok) => self.transaction(model, traffic),
            _ => Vec::new(),
        };
        (Message { carrier: Carrier::OfSets(carrier), tables, gzip: traffic.rng.one_in(30) }, effect)
    }

    /// Something that breaks the protocol: of a query set that the client does not have.
    pub fn nonsense(&self, model: &Model, traffic: &mut Traffic) -> Message {
        let mut strange = vec![0, (1 << 31) - 1, 1 << 31, (1 << 31) + 5, u32::MAX];
        strange.extend(self.gone.iter().take(2));
        let set = *traffic.rng.pick(&strange);
        let carrier = match traffic.rng.below(5) {
            0 => SetCarrier::Applied(set),
            1 => SetCarrier::Ended(set),
            2 => SetCarrier::Result(self.calls.front().map_or(9, |call| call.0), Outcome::Ok),
            _ => SetCarrier::Transaction,
        };
        let mut tables = match carrier {
            SetCarrier::Applied(_) | SetCarrier::Ended(_) => arrival(set, None, model, traffic),
            _ => self.transaction(model, traffic),
        };
        if let SetCarrier::Transaction | SetCarrier::Result(..) = carrier {
            let mut more = traffic.update(model, None);
            more.iter_mut().for_each(|part| part.set = set);
            tables.append(&mut more);
        }
        Message { carrier: Carrier::OfSets(carrier), tables, gzip: false }
    }

    fn carrier(&mut self, handles: &mut Handles, model: &mut Model, rng: &mut Rng) -> (SetCarrier, Effect) {
        match rng.below(100) {
            0..16 if !self.asked.is_empty() => {
                let set = self.asked.swap_remove(rng.place(self.asked.len()));
                if rng.one_in(8) {
                    self.gone.push(set);
                    return (SetCarrier::Failed(set), handles.failed(set, false, &mut model.ignored));
                }
                self.live.insert(set);
                (SetCarrier::Applied(set), handles.applied(set, &mut model.ignored))
            }
            16..28 if !self.leaving.is_empty() => {
                let set = *rng.pick(&self.leaving);
                if rng.one_in(10) { self.fail(set, handles, model) } else { self.end(set, handles, model) }
            }
            28 if !self.live.is_empty() => {
                let live: Vec<u32> = self.live.iter().copied().collect();
                self.fail(*rng.pick(&live), handles, model)
            }
            29..50 if !self.calls.is_empty() => self.result(rng),
            // The answer to a call whose time had run out.
            50 => {
                let effect = Effect { is_transaction: true, ..Effect::default() };
                (SetCarrier::Result(u32::MAX, outcome(rng)), effect)
            }
            _ => (SetCarrier::Transaction, Effect { is_transaction: true, ..Effect::default() }),
        }
    }

    fn result(&mut self, rng: &mut Rng) -> (SetCarrier, Effect) {
        let (request_id, number) = self.calls.pop_front().expect("there is one");
        let outcome = outcome(rng);
        let completions = vec![format!("result {number}"), "reducer".into()];
        let is_transaction = matches!(outcome, Outcome::Ok | Outcome::OkEmpty);
        (SetCarrier::Result(request_id, outcome), Effect { completions, is_transaction, ..Effect::default() })
    }

    fn fail(&mut self, set: u32, handles: &mut Handles, model: &mut Model) -> (SetCarrier, Effect) {
        self.forget(set);
        (SetCarrier::Failed(set), handles.failed(set, true, &mut model.ignored))
    }

    fn end(&mut self, set: u32, handles: &mut Handles, model: &mut Model) -> (SetCarrier, Effect) {
        self.forget(set);
        (SetCarrier::Ended(set), handles.ended(set, &mut model.ignored))
    }

    fn forget(&mut self, set: u32) {
        self.live.remove(&set);
        self.leaving.retain(|other| *other != set);
        self.gone.push(set);
    }

    /// Rows of some of the live query sets.
    fn transaction(&self, model: &Model, traffic: &mut Traffic) -> Vec<TableUpdate> {
        let live: Vec<u32> = self.live.iter().copied().collect();
        let mut parts: Vec<TableUpdate> = Vec::new();
        if live.is_empty() {
            return parts;
        }
        for _ in 0..*traffic.rng.pick(&[1, 1, 2, 2, 3]) {
            let set = *traffic.rng.pick(&live);
            // At times the set is told of the very rows of another, as where queries overlap, or of any rows.
            let mut more = match traffic.rng.below(6) {
                0 | 1 if !parts.is_empty() => parts.clone(),
                2 => traffic.update(model, None),
                _ => traffic.update(model, Some(set)),
            };
            more.iter_mut().for_each(|part| part.set = set);
            parts.append(&mut more);
        }
        if traffic.rng.one_in(3) {
            traffic.rng.shuffle(&mut parts);
        }
        parts.iter_mut().flat_map(|part| &mut part.updates).for_each(|update| make_events(update, &mut traffic.rng));
        parts
    }
}

/// Rows of a query set that is new: those of the one that it replaces, of the others, and rows that nobody has.
fn arrival(set: u32, replaced: Option<u32>, model: &Model, traffic: &mut Traffic) -> Vec<TableUpdate> {
    let like = replaced.filter(|_| traffic.rng.one_in(2));
    let mut parts = traffic.update(model, like);
    for table in &model.tables {
        let old = replaced.and_then(|replaced| model.rows_of_set(&table.name, replaced));
        let like = old.filter(|_| !traffic.rng.one_in(5)).unwrap_or(&table.rows);
        let one_in = *traffic.rng.pick(&[1, 1, 2, 10]);
        if like.is_empty() || traffic.rng.one_in(3) {
            continue;
        }
        let mut update = QueryUpdate::default();
        for (row, count) in like {
            if traffic.rng.one_in(one_in) {
                (0..if traffic.rng.one_in(4) { *count } else { 1 }).for_each(|_| update.inserts.rows.push(row.clone()));
            }
        }
        parts.push(TableUpdate { set, table: table.name.clone(), updates: vec![update] });
    }
    for part in &mut parts {
        part.set = set;
        part.updates.iter_mut().for_each(|update| update.deletes.rows.clear());
    }
    traffic.rng.shuffle(&mut parts);
    parts
}

fn make_events(update: &mut QueryUpdate, rng: &mut Rng) {
    if rng.one_in(10) {
        update.is_event = true;
        update.deletes.rows.clear();
    }
}

fn outcome(rng: &mut Rng) -> Outcome {
    *rng.pick(&[Outcome::Ok, Outcome::Ok, Outcome::Ok, Outcome::OkEmpty, Outcome::Err, Outcome::Internal])
}
