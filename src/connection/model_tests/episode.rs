//! One connection's messages: sent, advanced, compared.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::World;
use super::client::Client;
use super::handles::Handles;
use super::host::Host;
use super::message::{self, Carrier, Hex, Message, Name, REDUCER, Row, frame};
use super::model::{Event, Model};
use super::reads::Reads;
use super::recorder::{Recorder, Sight};
use super::rng::Rng;
use super::set_carrier;
use super::traffic::Traffic;
use crate::connection::Connection;
use crate::connection::advance::Budget;
use crate::connection::builder::ConnectionBuilder;
use crate::connection::callbacks::EventFn;
use crate::connection::context::Context;
use crate::connection::receiver::Receiver;
use crate::error::STDB_ERR_PROTOCOL;
use crate::net::{LinkHandler, Opened, Protocol};
use crate::subscription::{Subscription, SubscriptionCallbacks};

/// A connection, what it must be like, and what its messages are made by.
pub struct Episode<'a> {
    world: &'a World,
    connection: Arc<Connection>,
    receiver: Receiver,
    recorder: Arc<Recorder>,
    model: Model,
    traffic: Traffic,
    protocol: Protocol,
    /// Who talks to each other over v2 and v3.
    sides: Option<Sides>,
    /// Once in how many comparisons the indexes are asked, and so kept up to date.
    filter_every: u64,
    /// The subscriptions of v1 that are applied.
    applied: Vec<Arc<Subscription>>,
    /// The subscriptions of v1 whose rows are on their way.
    arriving: Vec<Arc<Subscription>>,
    seed: u64,
    /// How many messages were advanced.
    done: u64,
}

/// The client and the host of v2 and v3, and the model of the handles between them.
struct Sides {
    client: Client,
    host: Host,
    handles: Handles,
}

/// What is printed when the test fails: the messages that were under way.
struct Trace<'a> {
    world: &'a World,
    seed: u64,
    first: u64,
    messages: Vec<Message>,
}

/// Up to so many rows a table is compared whole each time.
const SMALL: usize = 40;
/// A table that changes by more rows than that is compared whole as well.
const MANY: usize = 300;

impl<'a> Episode<'a> {
    /// Brings a connection up.
    pub fn begin(world: &'a World, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let schema = world.schema.clone();
        let mut builder = ConnectionBuilder { schema, fetch_schema: false, ..ConnectionBuilder::default() };
        let (connection, mut receiver) = builder.build_unlinked();
        let recorder = Recorder::register(&connection, world.schema.clone(), &world.names, &mut rng);
        listen(&connection, &recorder);
        let protocol = *rng.pick(world.protocols);
        let is_of_sets = protocol != Protocol::V1;
        let identity = if is_of_sets { set_carrier::identity_body() } else { message::identity_body() };
        receiver.opened(Opened { protocol }).expect("it opens");
        receiver.frame(frame(&identity, false)).expect("the identity is well formed");
        connection.frame_tick(Budget::default()).expect("it advances");
        assert!(connection.is_active());
        let client = Client::new(connection.clone(), recorder.clone());
        let sides = is_of_sets.then(|| Sides { client, host: Host::default(), handles: Handles::default() });
        Episode {
            world,
            protocol,
            sides,
            connection,
            receiver,
            recorder,
            model: Model::new(world.schema.clone()),
            filter_every: *rng.pick(&[1, 1, 4, 30]),
            traffic: Traffic::new(rng, world.schema.clone(), world.names.clone()),
            applied: Vec::new(),
            arriving: Vec::new(),
            seed,
            done: 0,
        }
    }

    /// Tries so many messages.
    pub fn run(mut self, count: u64) {
        while self.done < count {
            let several = if self.rng().one_in(8) { self.rng().between(2, 5) } else { 1 };
            self.exchange(several.min(count - self.done));
        }
        self.break_protocol();
    }

    fn rng(&mut self) -> &mut Rng {
        &mut self.traffic.rng
    }

    /// Has up to so many messages arrive, advances them, and compares.
    fn exchange(&mut self, count: u64) {
        let mut trace = Trace { world: self.world, seed: self.seed, first: self.done + 1, messages: Vec::new() };
        let is_small = self.model.tables.iter().map(|table| table.rows.len()).sum::<usize>() < 100;
        let before = (count == 1 && is_small && self.rng().one_in(4)).then(|| self.model.clone());
        let (mut expected, mut is_orderly) = (Vec::new(), true);
        self.model.ambiguous.clear();
        self.act();
        let mut bodies = Vec::new();
        for number in 1..=count {
            let (message, mut events, knows_order) = self.message();
            is_orderly &= knows_order;
            events.retain(|event| self.recorder.hears(event));
            expected.push(events);
            bodies.extend(message.body());
            let (gzip, carrier) = (message.gzip, message.carrier);
            trace.messages.push(message);
            // Only v3 has several messages in a frame.
            if self.protocol != Protocol::V3 || number == count || self.rng().one_in(2) {
                self.receiver.frame(frame(&std::mem::take(&mut bodies), gzip)).expect("the message is well formed");
            }
            // Subscriptions made now would fail with the others.
            if carrier.is_subscription_error() {
                break;
            }
        }
        self.recorder.look(before.is_some());
        self.advance(expected, is_orderly);
        self.recorder.look(false);
        if let Some(before) = before {
            self.recorder.take_sights().iter().for_each(|sight| self.check_sight(sight, &before));
        }
        self.applied.append(&mut self.arriving);
        self.done += trace.messages.len() as u64;
        self.pass_requests();
        self.compare(&trace, !is_orderly);
    }

    /// The client of v2 and v3 does something, of which the host hears.
    fn act(&mut self) {
        if let Some(Sides { client, handles, .. }) = &mut self.sides {
            (0..self.traffic.rng.below(3)).for_each(|_| client.act(handles, &mut self.traffic.rng));
            self.pass_requests();
        }
    }

    fn pass_requests(&mut self) {
        let requests = self.connection.outbox.take_waiting();
        if let Some(Sides { host, handles, .. }) = &mut self.sides {
            host.receive(requests, handles, &mut self.model);
        }
    }

    /// The last message is of a query set that the client does not have: nothing comes of it but the connection's end.
    fn break_protocol(&mut self) {
        let Some(Sides { host, .. }) = &self.sides else { return };
        let nonsense = host.nonsense(&self.model, &mut self.traffic);
        let (body, gzip) = (nonsense.body(), nonsense.gzip);
        let trace = Trace { world: self.world, seed: self.seed, first: self.done + 1, messages: vec![nonsense] };
        let error = match self.receiver.frame(frame(&body, gzip)) {
            Err(error) => error,
            Ok(()) => {
                assert!(self.connection.advance_one_message().expect("it advances"));
                self.connection.life().failure.expect("the connection has failed")
            }
        };
        assert_eq!(error.status, STDB_ERR_PROTOCOL, "{error}");
        self.same_events(Vec::new(), true);
        self.compare(&trace, true);
    }

    /// Advances what has arrived, at once or one by one, and compares the callbacks.
    fn advance(&mut self, expected: Vec<Vec<Event>>, is_orderly: bool) {
        if self.rng().one_in(2) {
            let advanced = self.connection.frame_tick(Budget::default()).expect("it advances");
            assert_eq!(advanced, expected.len() as u64);
            return self.same_events(expected.concat(), is_orderly);
        }
        for events in expected {
            assert!(self.connection.advance_one_message().expect("it advances"));
            self.same_events(events, is_orderly);
        }
    }

    /// The next message, the callbacks that must run, and whether their order is known: where all rows go that a query set
    /// or everybody held, they do so in no particular order.
    fn message(&mut self) -> (Message, Vec<Event>, bool) {
        if let Some(Sides { host, handles, .. }) = &mut self.sides {
            let (message, effect) = host.say(handles, &mut self.model, &mut self.traffic);
            let is_orderly = effect.ended.is_none();
            // The rows with the end of a query set only say what is known.
            let tables = if message.carrier.is_end_of_set() { &[] } else { &*message.tables };
            let events = self.model.take(tables, effect);
            return (message, events, is_orderly);
        }
        let carrier = self.carrier();
        let tables = if carrier.has_rows() { self.traffic.update(&self.model, None) } else { Vec::new() };
        let message = Message { carrier, tables, gzip: self.rng().one_in(30) };
        let events = self.model.apply(&message);
        (message, events, !carrier.is_subscription_error())
    }

    fn carrier(&mut self) -> Carrier {
        match self.rng().below(400) {
            0..50 if self.model.subscriptions.len() < 6 => Carrier::Subscribed(self.subscribe()),
            50..100 if !self.applied.is_empty() => Carrier::Unsubscribed(self.unsubscribe()),
            100 if !self.model.subscriptions.is_empty() => {
                let subscriptions: Vec<u32> = self.model.subscriptions.iter().copied().collect();
                let failed = (!self.rng().one_in(3)).then(|| *self.rng().pick(&subscriptions));
                for list in [&mut self.applied, &mut self.arriving] {
                    list.retain(|subscription| failed.is_some_and(|failed| subscription.query_id() != failed));
                }
                Carrier::SubscriptionFailed(failed)
            }
            101..110 => Carrier::ReducerFailed,
            110..250 => Carrier::Reducer,
            _ => Carrier::Light,
        }
    }

    fn subscribe(&mut self) -> u32 {
        let query_id = Arc::new(AtomicU32::new(0));
        let note = |what: &'static str| {
            let (recorder, query_id) = (self.recorder.clone(), query_id.clone());
            move |_: &Context<'_>| {
                recorder.note(Event::Completion(format!("{what} {}", query_id.load(Ordering::Relaxed))))
            }
        };
        let mut callbacks = SubscriptionCallbacks {
            on_applied: Some(Box::new(note("applied"))),
            on_error: Some(Box::new(note("failed"))),
        };
        let queries = vec!["SELECT * FROM anything".to_owned()];
        let subscription = self.connection.subscribe(queries, &mut callbacks).expect("the connection is up");
        query_id.store(subscription.query_id(), Ordering::Relaxed);
        self.arriving.push(subscription.clone());
        subscription.query_id()
    }

    fn unsubscribe(&mut self) -> u32 {
        let place = self.traffic.rng.place(self.applied.len());
        let subscription = self.applied.swap_remove(place);
        let (recorder, query_id) = (self.recorder.clone(), subscription.query_id());
        let note = move |_: &Context<'_>| recorder.note(Event::Completion(format!("unsubscribed {query_id}")));
        subscription.unsubscribe(Some(Box::new(note))).expect("the subscription is applied");
        query_id
    }

    /// Compares the callbacks that ran.
    fn same_events(&self, mut expected: Vec<Event>, is_orderly: bool) {
        let mut ran = self.recorder.take_events();
        if !is_orderly {
            for events in [&mut ran, &mut expected] {
                events.iter_mut().for_each(|event| self.model.blur(event));
                forget_order(events);
            }
        }
        let same = ran.iter().zip(&expected).take_while(|(ran, expected)| ran == expected).count();
        if same < ran.len().max(expected.len()) {
            let text = |events: &[Event]| events.get(same).map_or("none".into(), Event::to_string);
            let (number, ran_count, count) = (same + 1, ran.len(), expected.len());
            let (ran, expected) = (text(&ran), text(&expected));
            panic!("callback {number} of {ran_count}: {ran}; expected as {number} of {count}: {expected}");
        }
    }

    /// Compares what a callback saw: before the change the old state, then the new one, of all tables.
    fn check_sight(&self, sight: &Sight, before: &Model) {
        let state = if let Event::BeforeDelete(..) = sight.event { before } else { &self.model };
        let count = |name: &Name| state.rows(name).map_or(0, |rows| rows.len());
        let counts: Vec<usize> = self.world.names.iter().map(count).collect();
        assert_eq!(sight.counts, counts, "rows of the tables as seen in the callback: {}", sight.event);
        let (Some(found), Some((name, row))) = (&sight.found, sight.event.row()) else { return };
        let has_its_key = |other: &Row| state.key_of(name, other) == state.key_of(name, row);
        let mut rows = state.rows(name).expect("it has a key").keys().filter(|other| has_its_key(other));
        let is_right = match found {
            Some(found) => rows.any(|row| row == found),
            None => rows.next().is_none(),
        };
        let found = found.as_ref().map(|row| Hex(row).to_string());
        assert!(is_right, "found by the key in the callback: {}: {found:?}", sight.event);
    }

    /// Compares what can be read: small tables that were touched whole, others now and then, unless `all` may have been.
    fn compare(&mut self, trace: &Trace<'_>, all: bool) {
        let all = all || self.rng().one_in(50);
        let stats = self.connection.stats();
        if let Some(Sides { client, handles, .. }) = &self.sides {
            client.compare(handles);
        }
        assert_eq!(stats.absent_deletes, self.model.absent_deletes, "deletes of absent rows");
        for name in &self.world.names {
            let mut updates = trace.messages.iter().flat_map(|message| &message.tables);
            if all || updates.any(|update| update.table == *name) {
                self.compare_table(name, trace);
            }
        }
    }

    fn compare_table(&mut self, name: &Name, trace: &Trace<'_>) {
        let nothing = BTreeMap::new();
        let rows = self.model.rows(name).unwrap_or(&nothing);
        let handle = self.connection.table(name).expect("the table is known");
        assert_eq!(handle.count().expect("count"), rows.len(), "rows of `{name}`");
        let rng = &mut self.traffic.rng;
        let touched: Vec<&Row> = trace.rows_of(name).collect();
        let whole = rows.len() <= SMALL || touched.len() > MANY || rng.one_in(12);
        let filter = rng.one_in(self.filter_every);
        let touched = touched.into_iter().take(SMALL).collect();
        let mut reads = Reads { handle: &handle, schema: self.model.schema_of(name), rows, touched, rng };
        self.connection.cache().begin_read();
        if whole {
            reads.check_rows();
        }
        reads.check_find(if whole { 300 } else { 2 });
        if filter {
            reads.check_filter(whole, 1);
        }
        self.connection.cache().end_read().expect("the guard is held");
    }
}

impl Trace<'_> {
    /// The rows of a table that come or go.
    fn rows_of(&self, name: &Name) -> impl Iterator<Item = &Row> {
        let tables = self.messages.iter().flat_map(|message| &message.tables).filter(move |table| table.table == *name);
        let lists = tables.flat_map(|table| &table.updates).flat_map(|update| [&update.deletes, &update.inserts]);
        lists.flat_map(|list| &list.rows)
    }
}

impl Drop for Trace<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let (test, seed) = (self.world.test, self.seed);
        eprintln!("the model test `{test}` failed; this repeats it: STDB_TEST_SEED={seed} cargo test {test}");
        for (number, message) in (self.first..).zip(&self.messages) {
            eprintln!("seed {seed}, message {number}: {message}");
        }
    }
}

/// Registers the callbacks that belong to no table.
fn listen(connection: &Connection, recorder: &Arc<Recorder>) {
    let (reducer, transaction) = (recorder.clone(), recorder.clone());
    let on_reducer = Box::new(move |_: &Context<'_>| reducer.note(Event::Completion("reducer".into())));
    connection.on_reducer(REDUCER, on_reducer).expect("the reducer is known");
    let on_transaction: Box<EventFn> = Box::new(move |_: &Context<'_>| transaction.note(Event::Transaction));
    connection.callbacks().add(on_transaction, |set| &mut set.transaction);
}

/// Sorts the rows of each run of like callbacks.
fn forget_order(events: &mut [Event]) {
    for event in events.iter_mut() {
        if let Event::Batch(_, change) = event {
            change.deleted.sort();
        }
    }
    let table = |event: &Event| event.row().map(|(name, _)| name.clone());
    let are_like = |a: &Event, b: &Event| {
        discriminant(a) == discriminant(b) && table(a).is_some_and(|name| Some(name) == table(b))
    };
    events.chunk_by_mut(are_like).for_each(<[Event]>::sort);
}
