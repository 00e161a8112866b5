//! A client whose callbacks write down what they are told, and keep a copy of the cache by nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use stdb::cache::RowRef;
use stdb::call::{CallOptions, CallStatus};
use stdb::connection::Connection;
use stdb::connection::builder::{ConnectionBuilder, LifeCallbacks};
use stdb::connection::callbacks::{EventFn, OnceFn};
use stdb::connection::context::{Context, Event};
use stdb::connection::reconnect::ReconnectPolicy;
use stdb::error::Error;
use stdb::net::{Compression, Protocol};
use stdb::subscription::{Subscription, SubscriptionCallbacks};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub type Row = Vec<u8>;
/// The rows of tables, by table.
pub type Rows = BTreeMap<String, BTreeSet<Row>>;

/// Something that a callback was told.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Connected,
    ConnectError(Error),
    Disconnected {
        error: Option<Error>,
        retries: bool,
    },
    Reconnecting {
        attempt: u32,
        delay: Duration,
    },
    /// The transaction callback of [`Event::Reconnected`].
    Reconnected,
    /// Any other transaction callback.
    Transaction,
    Insert(&'static str, Row),
    Delete(&'static str, Row),
    Update(&'static str, Row, Row),
    Result(String, CallStatus),
    Applied(String),
    Refused(String),
    Unsubscribed(String),
}

/// What was told, and what the cache is by it.
#[derive(Default)]
pub struct Log {
    pub entries: Vec<Entry>,
    pub rows: Rows,
    /// The cache as it was when the connection came up last.
    pub rows_at_connect: Rows,
}

pub type SharedLog = Arc<Mutex<Log>>;

pub struct Client {
    pub connection: Arc<Connection>,
    pub log: SharedLog,
}

/// Options for a database, with a policy whose attempts come at once. The caller may change them before [`Client::begin`].
pub fn builder(uri: &str, database: &str, protocol: Protocol) -> ConnectionBuilder {
    ConnectionBuilder {
        uri: Some(uri.to_owned()),
        database_name: Some(database.to_owned()),
        protocols: vec![protocol],
        compression: Compression::None,
        reconnect: Some(at_once()),
        ..ConnectionBuilder::default()
    }
}

/// A policy without waiting. An attempt is still made only when the client is advanced.
pub fn at_once() -> ReconnectPolicy {
    let (first_delay, max_delay) = (Duration::ZERO, Duration::ZERO);
    ReconnectPolicy { first_delay, max_delay, jitter_percent: 0, max_attempts: None }
}

impl Client {
    /// Begins to connect, watching these tables. Life callbacks of the builder run after what is written down.
    pub fn begin(mut builder: ConnectionBuilder, tables: &[&'static str]) -> Client {
        let log = SharedLog::default();
        builder.callbacks = noting(&log, std::mem::take(&mut builder.callbacks));
        let connection = builder.build().expect("the options are good");
        let client = Client { connection, log };
        tables.iter().for_each(|table| client.watch(table));
        let log = client.log.clone();
        let transaction = move |context: &Context<'_>| {
            let is_reconnected = matches!(context.event, Event::Reconnected);
            note(&log, if is_reconnected { Entry::Reconnected } else { Entry::Transaction });
        };
        client.connection.callbacks().add::<EventFn>(Box::new(transaction), |set| &mut set.transaction);
        client
    }

    /// Connects, and waits until that is done.
    pub fn connect(builder: ConnectionBuilder, tables: &[&'static str]) -> Client {
        let client = Client::begin(builder, tables);
        client.advance_until("up", |log| log.has(&Entry::Connected));
        client
    }

    pub fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap()
    }

    /// What was told since the last time.
    pub fn take(&self) -> Vec<Entry> {
        std::mem::take(&mut self.log().entries)
    }

    /// Advances until something is so.
    pub fn advance_until(&self, what: &str, mut done: impl FnMut(&Log) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(&self.log()) {
            let left = deadline.saturating_duration_since(Instant::now());
            let advanced = self.connection.advance_one_message_blocking(Some(left));
            if !matches!(advanced, Ok(true)) && !done(&self.log()) {
                panic!("not {what}: {advanced:?}, after {:#?}", self.log().entries);
            }
        }
    }

    /// Advances until the connection was lost and the first attempt to make it again is told of.
    pub fn advance_until_lost(&self) {
        self.advance_until("lost", |log| log.entries.iter().any(|e| matches!(e, Entry::Reconnecting { .. })));
    }

    /// Advances until the connection was made again and the cache is what the host says; gives what was told.
    pub fn advance_until_reconnected(&self) -> Vec<Entry> {
        self.advance_until("up again", |log| log.has(&Entry::Reconnected));
        self.take()
    }

    /// Waits for the host's answer to a call that is made now, and so for all that it said before.
    pub fn settle(&self) {
        self.call("noop", &[], "settle");
        let is_settled = |entry: &Entry| matches!(entry, Entry::Result(name, _) if name == "settle");
        self.advance_until("settled", |log| log.entries.iter().any(is_settled));
        let committed = Entry::Result("settle".into(), CallStatus::Committed);
        assert!(self.log().has(&committed), "the link was lost meanwhile: {:#?}", self.log().entries);
        self.log().entries.retain(|entry| !is_settled(entry));
    }

    /// Calls a reducer, whose end is noted under `name`.
    pub fn call(&self, reducer: &str, args: &[u8], name: &str) {
        let noted = Some(self.result(name));
        self.connection.call_reducer(reducer, args, CallOptions::default(), noted).expect("the connection is open");
    }

    /// Calls a reducer and waits until it has committed.
    pub fn commit(&self, reducer: &str, args: &[u8]) {
        self.call(reducer, args, reducer);
        let committed = Entry::Result(reducer.into(), CallStatus::Committed);
        self.advance_until("committed", |log| log.has(&committed));
        self.log().entries.retain(|entry| *entry != committed);
    }

    /// A callback that notes the end of a call.
    pub fn result(&self, name: &str) -> OnceFn {
        let (log, name) = (self.log.clone(), name.to_owned());
        Box::new(move |context| {
            let status = match context.event {
                Event::Reducer(event) => event.status,
                Event::Procedure(event) => event.status,
                Event::Query(event) => event.status,
                other => panic!("{other:?} is no end of a call"),
            };
            note(&log, Entry::Result(name, status));
        })
    }

    /// Subscribes; what becomes of it is noted under `name`.
    pub fn subscribe(&self, queries: &[&str], name: &str) -> Arc<Subscription> {
        let queries = queries.iter().map(|query| query.to_string()).collect();
        self.connection.subscribe(queries, &mut self.callbacks(name)).expect("the connection is open")
    }

    /// Subscribes, and waits until that is applied.
    pub fn apply(&self, queries: &[&str], name: &str) -> Arc<Subscription> {
        let subscription = self.subscribe(queries, name);
        self.advance_until("applied", |log| log.has(&Entry::Applied(name.into())));
        subscription
    }

    /// Callbacks of a subscription, noted under `name`.
    pub fn callbacks(&self, name: &str) -> SubscriptionCallbacks {
        let noting = |entry: Entry| -> OnceFn {
            let log = self.log.clone();
            Box::new(move |_| note(&log, entry))
        };
        let (applied, refused) = (Entry::Applied(name.into()), Entry::Refused(name.into()));
        SubscriptionCallbacks { on_applied: Some(noting(applied)), on_error: Some(noting(refused)) }
    }

    /// Gives a subscription up, which is noted under `name`.
    pub fn unsubscribe(&self, subscription: &Subscription, name: &str) {
        let (log, entry) = (self.log.clone(), Entry::Unsubscribed(name.into()));
        subscription.unsubscribe(Some(Box::new(move |_| note(&log, entry)))).expect("it is live");
    }

    /// The rows in the cache.
    pub fn cached(&self) -> Rows {
        rows_of(&self.connection)
    }

    /// Checks that the cache is what the callbacks told, and gives it.
    pub fn checked(&self) -> Rows {
        let cached = self.cached();
        let mut told = self.log().rows.clone();
        told.retain(|_, rows| !rows.is_empty());
        assert!(cached == told, "the callbacks told another state than the cache has");
        cached
    }

    fn watch(&self, table: &'static str) {
        let handle = self.connection.table(table).expect("the table is known");
        let log = self.log.clone();
        let insert = move |_: &Context<'_>, row| change(&log, Entry::Insert(table, bytes(row)));
        handle.on_insert(Box::new(insert)).expect("the connection lives");
        let log = self.log.clone();
        let delete = move |_: &Context<'_>, row| change(&log, Entry::Delete(table, bytes(row)));
        handle.on_delete(Box::new(delete)).expect("the connection lives");
        let log = self.log.clone();
        let update = move |_: &Context<'_>, old, new| change(&log, Entry::Update(table, bytes(old), bytes(new)));
        handle.on_update(Box::new(update)).expect("the connection lives");
    }
}

impl Log {
    pub fn has(&self, entry: &Entry) -> bool {
        self.entries.contains(entry)
    }

    fn table(&mut self, table: &str) -> &mut BTreeSet<Row> {
        self.rows.entry(table.to_owned()).or_default()
    }
}

/// The life callbacks that note what they are told and then call others.
fn noting(log: &SharedLog, then: LifeCallbacks) -> LifeCallbacks {
    let LifeCallbacks { on_connect, on_disconnect, on_reconnecting, .. } = then;
    let (up, refused, down, again) = (log.clone(), log.clone(), log.clone(), log.clone());
    LifeCallbacks {
        on_connect: Some(Box::new(move |context, identity, token| {
            note(&up, Entry::Connected);
            let rows = rows_of(context.connection);
            up.lock().unwrap().rows_at_connect = rows;
            on_connect.iter().for_each(|then| then(context, identity, token));
        })),
        on_connect_error: Some(Box::new(move |context| {
            note(&refused, Entry::ConnectError(context.event.error().expect("there is a cause").clone()));
        })),
        on_disconnect: Some(Box::new(move |context| {
            let Event::Disconnected { error, retries } = context.event else { panic!("{:?}", context.event) };
            note(&down, Entry::Disconnected { error: error.clone(), retries: *retries });
            on_disconnect.iter().for_each(|then| then(context));
        })),
        on_reconnecting: Some(Box::new(move |context| {
            let Event::Reconnecting { attempt, delay } = *context.event else { panic!("{:?}", context.event) };
            note(&again, Entry::Reconnecting { attempt, delay });
            on_reconnecting.iter().for_each(|then| then(context));
        })),
        on_log: None,
    }
}

fn note(log: &SharedLog, entry: Entry) {
    log.lock().unwrap().entries.push(entry);
}

/// Notes a change of a row, which must fit what was told before.
fn change(log: &SharedLog, entry: Entry) {
    let log = &mut *log.lock().unwrap();
    match &entry {
        Entry::Insert(table, row) => add(log.table(table), row),
        Entry::Delete(table, row) => remove(log.table(table), row),
        Entry::Update(table, old, new) => {
            remove(log.table(table), old);
            add(log.table(table), new);
        }
        other => panic!("{other:?} is no change of a row"),
    }
    log.entries.push(entry);
}

fn add(rows: &mut BTreeSet<Row>, row: &Row) {
    assert!(rows.insert(row.clone()), "a row is told as new that is there: {row:?}");
}

fn remove(rows: &mut BTreeSet<Row>, row: &Row) {
    assert!(rows.remove(row), "a row is told as gone that is not there: {row:?}");
}

/// All rows in a cache; tables without rows are left out.
fn rows_of(connection: &Connection) -> Rows {
    let rows = |table: &stdb::cache::table::Table| {
        let rows: BTreeSet<Row> = (0..table.len()).map(|slot| table.row(slot as u32).to_vec()).collect();
        assert_eq!(rows.len(), table.len(), "a row is there once");
        (table.name().to_string(), rows)
    };
    connection
        .cache()
        .tables
        .read(|cache| cache.tables().iter().map(rows).filter(|(_, rows)| !rows.is_empty()).collect())
}

/// The bytes of a row, which must be valid, as it is inside its callback.
fn bytes(row: RowRef) -> Row {
    // SAFETY: a callback's row lies there until the callback returns, and is copied before.
    unsafe { std::slice::from_raw_parts(row.data, row.len) }.to_vec()
}
