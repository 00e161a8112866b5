//! A database: its clients, what they subscribe to, the reducers they call, and who is told what.

use crate::bsatn::Reader;
use crate::connection::Outbox;
use crate::module::{Caller, Module};
use crate::schema::Schema;
use crate::sql::Query;
use crate::store::{Changes, Fail, Row, Store};
use crate::token::{ConnectionId, Identity};
use crate::wire::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::{Instant, SystemTime};

/// A running database.
pub struct Database {
    module: Module,
    light_to_others: bool,
    state: Mutex<State>,
}

struct State {
    store: Store,
    clients: BTreeMap<u64, Client>,
    last_client: u64,
    last_timestamp: i64,
}

/// A connected client.
pub struct Client {
    /// Who it is.
    pub identity: Identity,
    /// Which of its connections this is.
    pub connection_id: ConnectionId,
    /// Whether it asked for rows only, without who called what.
    pub light: bool,
    outbox: Outbox,
    // What `Subscribe` asked for, and the query sets by their ids.
    subscribed: Vec<String>,
    sets: HashMap<u32, Vec<String>>,
    // Each query once, with how many sets hold it: its rows are sent once however many do.
    queries: Vec<(Query, usize)>,
}

impl Client {
    /// A client without subscriptions, told of things through `outbox`.
    pub fn new(identity: Identity, connection_id: ConnectionId, light: bool, outbox: Outbox) -> Self {
        let (subscribed, sets, queries) = Default::default();
        Self { identity, connection_id, light, outbox, subscribed, sets, queries }
    }

    /// Takes hold of a query; whether it is new to the client.
    fn hold(&mut self, query: Query) -> bool {
        let held = self.queries.iter_mut().find(|(held, _)| held.sql == query.sql);
        match held {
            Some((_, count)) => *count += 1,
            None => {
                self.queries.push((query, 1));
                return true;
            }
        }
        false
    }

    /// Lets go of a query; the query when no other set holds it.
    fn release(&mut self, sql: &str) -> Option<Query> {
        let at = self.queries.iter().position(|(held, _)| held.sql == sql)?;
        self.queries[at].1 -= 1;
        (self.queries[at].1 == 0).then(|| self.queries.remove(at).0)
    }
}

/// A reducer call: by whom, with what, and what came of it.
struct Outcome {
    update: TransactionUpdate,
    // What changed in each query that anybody subscribes to, by its text.
    changes: HashMap<String, QueryUpdate>,
}

impl Database {
    /// A database without rows. `light_to_others` is described at the builder.
    pub fn new(module: Module, light_to_others: bool) -> Self {
        let store = Store::new(Schema::parse(module.schema));
        let state = State { store, clients: BTreeMap::new(), last_client: 0, last_timestamp: 0 };
        Self { module, light_to_others, state: Mutex::new(state) }
    }

    /// What the schema endpoint answers.
    pub fn schema(&self) -> &'static str {
        self.module.schema
    }

    /// Lets a client in: runs the module's reducer for it, and tells it who it is. Returns its number.
    pub fn connect(&self, client: Client, token: String) -> u64 {
        let state = &mut *self.state.lock().expect("no reducer panics for real");
        self.lifecycle(state, "OnConnect", client.identity, client.connection_id);
        client.outbox.send(ServerMessage::IdentityToken {
            identity: client.identity,
            token,
            connection_id: client.connection_id,
        });
        state.last_client += 1;
        state.clients.insert(state.last_client, client);
        state.last_client
    }

    /// Lets a client go.
    pub fn disconnect(&self, client: u64) {
        let state = &mut *self.state.lock().expect("no reducer panics for real");
        if let Some(gone) = state.clients.remove(&client) {
            self.lifecycle(state, "OnDisconnect", gone.identity, gone.connection_id);
        }
    }

    /// Does what a client asks for.
    pub fn handle(&self, client: u64, message: ClientMessage) {
        let state = &mut *self.state.lock().expect("no reducer panics for real");
        let answer = match message {
            ClientMessage::CallReducer { reducer, args, request_id, flags } => {
                return self.call(state, client, reducer, args, request_id, flags);
            }
            ClientMessage::Subscribe { queries, request_id } => state.subscribe(client, queries, request_id),
            ClientMessage::SubscribeSingle { query, request_id, query_id } => {
                state.subscribe_set(client, vec![query], request_id, query_id, true)
            }
            ClientMessage::SubscribeMulti { queries, request_id, query_id } => {
                state.subscribe_set(client, queries, request_id, query_id, false)
            }
            ClientMessage::Unsubscribe { request_id, query_id } => {
                state.unsubscribe_set(client, request_id, query_id, true)
            }
            ClientMessage::UnsubscribeMulti { request_id, query_id } => {
                state.unsubscribe_set(client, request_id, query_id, false)
            }
            ClientMessage::OneOffQuery { message_id, query } => state.one_off(message_id, &query),
            ClientMessage::CallProcedure { request_id, .. } => ServerMessage::ProcedureResult {
                status: ProcedureStatus::InternalError("No such procedure".into()),
                timestamp: 0,
                micros: 0,
                request_id,
            },
        };
        state.clients[&client].outbox.send(answer);
    }

    fn lifecycle(&self, state: &mut State, event: &str, identity: Identity, connection_id: ConnectionId) {
        if let Some(id) = state.store.schema.lifecycle(event) {
            let name = state.store.schema.reducers[id].name.clone();
            let caller = Caller { identity, connection_id, timestamp: state.now() };
            let outcome = self.run(state, &caller, name, Some(id), Vec::new());
            self.tell_others(state, None, &outcome);
        }
    }

    fn call(&self, state: &mut State, client: u64, name: String, args: Vec<u8>, request_id: u32, flags: u8) {
        const NO_SUCCESS_NOTIFY: u8 = 1;
        let Client { identity, connection_id, .. } = state.clients[&client];
        let caller = Caller { identity, connection_id, timestamp: state.now() };
        let schema = &state.store.schema;
        let id = schema.reducer(&name).filter(|&id| schema.reducers[id].lifecycle.is_none());
        let mut outcome = self.run(state, &caller, name, id, args);
        outcome.update.request_id = request_id;
        let rows = state.clients[&client].rows_of(&outcome, &state.store);
        let quiet = flags == NO_SUCCESS_NOTIFY && rows.is_empty() && outcome.committed();
        if !quiet {
            state.clients[&client].outbox.send(outcome.full(rows));
        }
        self.tell_others(state, Some(client), &outcome);
    }

    fn tell_others(&self, state: &State, caller: Option<u64>, outcome: &Outcome) {
        for (_, client) in state.clients.iter().filter(|(id, _)| Some(**id) != caller) {
            let rows = client.rows_of(outcome, &state.store);
            if rows.is_empty() {
                continue;
            }
            let light = client.light || self.light_to_others;
            let request_id = outcome.update.request_id;
            let message = if light {
                ServerMessage::TransactionUpdateLight { request_id, update: rows }
            } else {
                outcome.full(rows)
            };
            client.outbox.send(message);
        }
    }

    /// Runs a reducer in a transaction of its own and commits it, unless it fails.
    fn run(&self, state: &mut State, caller: &Caller, name: String, id: Option<usize>, args: Vec<u8>) -> Outcome {
        let started = Instant::now();
        let result = match id {
            None => Err("no such reducer".to_string()),
            Some(id) => state.store.schema.reducers[id].check(&args).map_err(|e| {
                format!("invalid arguments for reducer {name}: {e}: invalid arguments for function {name}: {e}: {e}")
            }),
        };
        let ran = result.is_ok();
        let result = result.and_then(|()| {
            let mut tx = state.store.begin();
            match (self.module.call)(&name, &mut tx, caller, &mut Reader::new(&args)) {
                Ok(()) => Ok(tx.finish()),
                Err(Fail::Error(message)) => Err(message),
                Err(Fail::Panic) => Err("The instance encountered a fatal error.".into()),
            }
        });
        let (status, changes) = match result {
            Ok(changes) => (Status::Committed(Vec::new()), state.commit(&changes)),
            Err(message) => (Status::Failed(message), HashMap::new()),
        };
        let update = TransactionUpdate {
            status,
            timestamp: caller.timestamp,
            caller_identity: caller.identity,
            caller_connection_id: caller.connection_id,
            reducer: name,
            reducer_id: id.map_or(u32::MAX, |id| id as u32),
            args,
            request_id: 0,
            // A real host charges what it takes; here every call that runs costs the same.
            energy: if ran { 1000 } else { 0 },
            micros: if ran { started.elapsed().as_micros() as i64 } else { 0 },
        };
        Outcome { update, changes }
    }
}

impl Outcome {
    fn committed(&self) -> bool {
        matches!(self.update.status, Status::Committed(_))
    }

    /// The message with everything about the call, for a client that sees these rows.
    fn full(&self, rows: DatabaseUpdate) -> ServerMessage {
        let status = match &self.update.status {
            Status::Committed(_) => Status::Committed(rows),
            other => other.clone(),
        };
        ServerMessage::TransactionUpdate(TransactionUpdate { status, ..self.update.clone() })
    }
}

impl Client {
    /// What of an outcome the client subscribes to: each query apart, grouped by table.
    fn rows_of(&self, outcome: &Outcome, store: &Store) -> DatabaseUpdate {
        let mut tables = DatabaseUpdate::new();
        for (query, _) in &self.queries {
            if let Some(update) = outcome.changes.get(&query.sql).filter(|u| !u.is_empty()) {
                add(&mut tables, query, update.clone(), store);
            }
        }
        tables
    }
}

impl State {
    /// The time, never twice the same.
    fn now(&mut self) -> i64 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |t| t.as_micros() as i64);
        self.last_timestamp = now.max(self.last_timestamp + 1);
        self.last_timestamp
    }

    /// Applies what a transaction did; returns what that is for each query anybody subscribes to.
    fn commit(&mut self, changes: &Changes) -> HashMap<String, QueryUpdate> {
        let held = self.clients.values().flat_map(|c| &c.queries);
        let queries: HashMap<&str, &Query> = held.map(|(query, _)| (query.sql.as_str(), query)).collect();
        let before = |query: &Query| query.needs_before(changes).then(|| query.rows(&self.store));
        let before: Vec<(&Query, Option<Vec<Row>>)> = queries.into_values().map(|q| (q, before(q))).collect();
        self.store.apply(changes);
        let changed = before.into_iter().map(|(query, before)| {
            let change = query.change(changes, before, &self.store);
            (query.sql.clone(), QueryUpdate { deletes: change.deletes, inserts: change.inserts })
        });
        changed.collect()
    }

    fn parse(&self, queries: Vec<String>) -> Result<Vec<Query>, String> {
        let mut parsed: Vec<Query> = Vec::new();
        for sql in queries.into_iter().flat_map(|sql| self.expand(sql)) {
            let query = Query::parse(&sql, &self.store.schema).map_err(|e| format!("{e}, executing: `{sql}`"))?;
            if parsed.iter().all(|p| p.sql != query.sql) {
                parsed.push(query);
            }
        }
        Ok(parsed)
    }

    /// A query over all tables stands for one over each public table.
    fn expand(&self, sql: String) -> Vec<String> {
        if sql != "SELECT * FROM *" {
            return vec![sql];
        }
        let public = self.store.schema.tables.iter().filter(|table| table.public);
        public.map(|table| format!("SELECT * FROM {}", table.name)).collect()
    }

    fn client(&mut self, client: u64) -> &mut Client {
        self.clients.get_mut(&client).expect("only connected clients ask")
    }

    fn subscribe(&mut self, client: u64, queries: Vec<String>, request_id: u32) -> ServerMessage {
        let started = Instant::now();
        let queries = match self.parse(queries) {
            Ok(queries) => queries,
            Err(error) => return subscription_error(started, request_id, None, error),
        };
        let state = self.client(client);
        for sql in std::mem::take(&mut state.subscribed) {
            state.release(&sql);
        }
        state.subscribed = queries.iter().map(|q| q.sql.clone()).collect();
        let mut update = DatabaseUpdate::new();
        for query in queries {
            let rows = QueryUpdate { inserts: query.rows(&self.store), deletes: Vec::new() };
            if !rows.is_empty() {
                add(&mut update, &query, rows, &self.store);
            }
            self.client(client).hold(query);
        }
        ServerMessage::InitialSubscription { update, request_id, micros: started.elapsed().as_micros() as i64 }
    }

    /// `single` is how the older message for one query is answered.
    fn subscribe_set(
        &mut self,
        client: u64,
        queries: Vec<String>,
        request_id: u32,
        query_id: u32,
        single: bool,
    ) -> ServerMessage {
        let started = Instant::now();
        let queries = match self.parse(queries) {
            _ if self.client(client).sets.contains_key(&query_id) => {
                Err(format!("Query set {query_id} already exists"))
            }
            other => other,
        };
        let queries = match queries {
            Ok(queries) => queries,
            Err(error) => return subscription_error(started, request_id, Some(query_id), error),
        };
        let texts = queries.iter().map(|q| q.sql.clone()).collect();
        self.client(client).sets.insert(query_id, texts);
        let mut tables = Vec::new();
        for query in queries {
            // A query that another set holds already is not sent again.
            let new = self.client(client).hold(query.clone());
            let inserts = if new { query.rows(&self.store) } else { Vec::new() };
            tables.push(table_update(&query, QueryUpdate { inserts, deletes: Vec::new() }, &self.store));
        }
        let micros = started.elapsed().as_micros() as u64;
        match single {
            true => ServerMessage::SubscribeApplied { request_id, micros, query_id, rows: only(tables) },
            false => ServerMessage::SubscribeMultiApplied { request_id, micros, query_id, update: not_empty(tables) },
        }
    }

    fn unsubscribe_set(&mut self, client: u64, request_id: u32, query_id: u32, single: bool) -> ServerMessage {
        let started = Instant::now();
        let Some(texts) = self.client(client).sets.remove(&query_id) else {
            let error = format!("Subscription not found: query set {query_id}");
            return subscription_error(started, request_id, Some(query_id), error);
        };
        let mut tables = Vec::new();
        for sql in texts {
            let (query, deletes) = match self.client(client).release(&sql) {
                Some(query) => (query.clone(), query.rows(&self.store)),
                None => (Query::parse(&sql, &self.store.schema).expect("it was held"), Vec::new()),
            };
            tables.push(table_update(&query, QueryUpdate { deletes, inserts: Vec::new() }, &self.store));
        }
        let micros = started.elapsed().as_micros() as u64;
        match single {
            true => ServerMessage::UnsubscribeApplied { request_id, micros, query_id, rows: only(tables) },
            false => ServerMessage::UnsubscribeMultiApplied { request_id, micros, query_id, update: not_empty(tables) },
        }
    }

    fn one_off(&self, message_id: Vec<u8>, sql: &str) -> ServerMessage {
        let started = Instant::now();
        let (error, tables) = match Query::parse(sql, &self.store.schema) {
            Err(error) => (Some(error), Vec::new()),
            Ok(query) => {
                let table = self.store.schema.tables[query.table()].name.clone();
                (None, vec![OneOffTable { table, rows: query.rows(&self.store) }])
            }
        };
        ServerMessage::OneOffQueryResponse { message_id, error, tables, micros: started.elapsed().as_micros() as i64 }
    }
}

fn subscription_error(started: Instant, request_id: u32, query_id: Option<u32>, error: String) -> ServerMessage {
    let micros = started.elapsed().as_micros() as u64;
    ServerMessage::SubscriptionError { micros, request_id: Some(request_id), query_id, table_id: None, error }
}

/// Adds a query's rows to those of its table.
fn add(tables: &mut DatabaseUpdate, query: &Query, rows: QueryUpdate, store: &Store) {
    let id = store.schema.tables[query.table()].id;
    match tables.iter_mut().find(|t| t.table_id == id) {
        Some(table) => table.queries.push(rows),
        None => tables.push(table_update(query, rows, store)),
    }
}

fn table_update(query: &Query, rows: QueryUpdate, store: &Store) -> TableUpdate {
    let table = &store.schema.tables[query.table()];
    TableUpdate { table_id: table.id, table: table.name.clone(), queries: vec![rows] }
}

/// Here a real host keeps the queries apart, also those of one table, and leaves out those without rows.
fn not_empty(tables: Vec<TableUpdate>) -> DatabaseUpdate {
    tables.into_iter().filter(|t| t.queries.iter().any(|q| !q.is_empty())).collect()
}

fn only(mut tables: Vec<TableUpdate>) -> TableRows {
    let update = tables.pop().expect("a single query gives a single table");
    TableRows { table_id: update.table_id, table: update.table.clone(), update }
}
