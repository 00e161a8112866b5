//! A database: its clients, the reducers and procedures they call, and who is told what.

use crate::bsatn::Reader;
use crate::client::{Client, Speaks};
use crate::module::{Caller, Module};
use crate::schema::{Kind, Schema};
use crate::sql::Query;
use crate::store::{Change, Changes, Fail, Row, Store, Transaction};
use crate::token::Identity;
use crate::wire::{ClientMessage, Message, ProcedureStatus, Request, ServerMessage, v2};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};
use std::time::{Instant, SystemTime};

/// A running database.
pub struct Database {
    module: Module,
    state: Mutex<State>,
}

struct State {
    store: Store,
    clients: BTreeMap<u64, Client>,
    last_client: u64,
    last_timestamp: i64,
    /// Queries that are refused, and why.
    refused: HashMap<String, String>,
}

/// What changed in each query that anybody subscribes to, by its key; queries in which nothing changed are left out.
pub type Changed = HashMap<String, Change>;

/// A reducer call: by whom, with what, and what came of it.
pub struct Outcome {
    pub caller: Caller,
    pub reducer: String,
    /// None when there is no such reducer.
    pub reducer_id: Option<usize>,
    pub args: Vec<u8>,
    pub result: Result<(), Failure>,
    /// How long it ran.
    pub micros: i64,
    pub changes: Changed,
}

/// Why a reducer did not commit.
pub enum Failure {
    /// There is none of this name that a client may call.
    Unknown,
    /// Its arguments cannot be read.
    Arguments(String),
    /// It ran and failed.
    Ran(Fail),
}

/// What came of a procedure call.
pub struct ProcedureOutcome {
    pub status: ProcedureStatus,
    pub timestamp: i64,
    pub micros: i64,
    pub changes: Changed,
}

impl Database {
    /// A database without rows.
    pub fn new(module: Module) -> Self {
        let schema = Schema::parse(module.schema, module.newer.map(|newer| newer.schema));
        let store = Store::new(schema, module.newer.map_or(|_, _, _| Vec::new(), |newer| newer.view));
        let (clients, refused) = Default::default();
        let state = State { store, clients, last_client: 0, last_timestamp: 0, refused };
        Self { module, state: Mutex::new(state) }
    }

    /// What the schema endpoint answers for a version, if there is that version.
    pub fn schema(&self, version: u32) -> Option<&'static str> {
        match version {
            9 => Some(self.module.schema),
            10 => self.module.newer.map(|newer| newer.schema),
            _ => None,
        }
    }

    /// Lets a client in: runs the module's reducer for it, and tells it who it is. Returns its number.
    pub fn connect(&self, client: Client, token: String) -> u64 {
        let state = &mut *self.state();
        self.lifecycle(state, "OnConnect", &client);
        client.greet(token);
        state.last_client += 1;
        state.clients.insert(state.last_client, client);
        state.last_client
    }

    /// Lets a client go.
    pub fn disconnect(&self, client: u64) {
        let state = &mut *self.state();
        if let Some(gone) = state.clients.remove(&client) {
            self.lifecycle(state, "OnDisconnect", &gone);
        }
    }

    /// Does what a client asks for.
    pub fn handle(&self, client: u64, request: Request) {
        let state = &mut *self.state();
        match request {
            Request::V1(message) => self.handle_v1(state, client, message),
            Request::V2(message) => self.handle_v2(state, client, message),
        }
    }

    /// Ends every live query set of this id with an error; returns how many there were.
    pub fn fail_subscriptions(&self, query_set_id: u32, error: &str) -> usize {
        let state = &mut *self.state();
        let failed = |client: &mut Client| {
            let message = match &mut client.speaks {
                Speaks::V1(v1) => v1.fail(query_set_id, error).map(Message::V1),
                Speaks::V2(v2) => v2.fail(query_set_id, error).map(Message::V2),
            };
            message.map(|message| client.send(message))
        };
        state.clients.values_mut().filter_map(failed).count()
    }

    /// Refuses a query from now on; query sets that have it already stay.
    pub fn refuse_query(&self, sql: &str, error: &str) {
        self.state().refused.insert(sql.into(), error.into());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no reducer panics for real")
    }

    fn lifecycle(&self, state: &mut State, event: &str, client: &Client) {
        if let Some(id) = state.store.schema.lifecycle(event) {
            let name = state.store.schema.reducers[id].name.clone();
            let Client { identity, connection_id, .. } = *client;
            let caller = Caller { identity, connection_id, timestamp: state.now() };
            let outcome = self.run(state, caller, name, Some(id), Vec::new());
            self.tell_others(state, None, &outcome, 0);
        }
    }

    fn call(&self, state: &mut State, client: u64, name: String, args: Vec<u8>, request_id: u32, quiet: bool) {
        let Client { identity, connection_id, .. } = state.clients[&client];
        let caller = Caller { identity, connection_id, timestamp: state.now() };
        let schema = &state.store.schema;
        let id = schema.reducer(&name).filter(|&id| schema.reducers[id].lifecycle.is_none());
        let outcome = self.run(state, caller, name, id, args);
        state.clients[&client].tell_own(&outcome, request_id, quiet, &state.store);
        self.tell_others(state, Some(client), &outcome, request_id);
    }

    fn tell_others(&self, state: &State, caller: Option<u64>, outcome: &Outcome, request_id: u32) {
        for (_, client) in state.clients.iter().filter(|(id, _)| Some(**id) != caller) {
            client.tell_of_other(outcome, request_id, &state.store);
        }
    }

    /// Runs a reducer in a transaction of its own and commits it, unless it fails.
    fn run(&self, state: &mut State, caller: Caller, reducer: String, id: Option<usize>, args: Vec<u8>) -> Outcome {
        let started = Instant::now();
        let checked = match id {
            None => Err(Failure::Unknown),
            Some(id) => state.store.schema.reducers[id].check(&args).map_err(Failure::Arguments),
        };
        let ran = checked.and_then(|()| {
            let call = self.module.call;
            state.transact(|tx| call(&reducer, tx, &caller, &mut Reader::new(&args))).map_err(Failure::Ran)
        });
        let (result, changes) = match ran {
            Ok(((), changes)) => (Ok(()), changes),
            Err(failure) => (Err(failure), Changed::new()),
        };
        let micros = started.elapsed().as_micros() as i64;
        Outcome { caller, reducer, reducer_id: id, args, result, micros, changes }
    }

    fn call_procedure(&self, state: &mut State, client: u64, name: &str, args: &[u8], request_id: u32) {
        let outcome = self.run_procedure(state, name, args);
        let (caller, store) = (&state.clients[&client], &state.store);
        for other in state.clients.iter().filter(|(id, _)| **id != client).map(|(_, other)| other) {
            other.tell_changes(&outcome.changes, store);
        }
        caller.tell_procedure(outcome, request_id, store);
    }

    fn run_procedure(&self, state: &mut State, name: &str, args: &[u8]) -> ProcedureOutcome {
        // What fails has no time, as on a real host.
        let failed = |error: String| ProcedureOutcome {
            status: ProcedureStatus::InternalError(error),
            timestamp: 0,
            micros: 0,
            changes: Changed::new(),
        };
        let Some(newer) = &self.module.newer else { return failed("No such procedure".into()) };
        let Some(procedure) = state.store.schema.procedure(name) else { return failed("No such procedure".into()) };
        if let Err(why) = procedure.check(args) {
            return failed(format!("invalid arguments for procedure {name}: {why}"));
        }
        let (timestamp, started) = (state.now(), Instant::now());
        match state.transact(|tx| (newer.call)(name, tx, &mut Reader::new(args))) {
            Ok((returned, changes)) => {
                let micros = started.elapsed().as_micros() as i64;
                ProcedureOutcome { status: ProcedureStatus::Returned(returned), timestamp, micros, changes }
            }
            Err(_) => failed("The module instance encountered a fatal error: the procedure panicked".into()),
        }
    }
}

// What each protocol's messages ask for.
impl Database {
    fn handle_v1(&self, state: &mut State, client: u64, message: ClientMessage) {
        const NO_SUCCESS_NOTIFY: u8 = 1;
        use ClientMessage::*;
        let message = match message {
            CallReducer { reducer, args, request_id, flags } => {
                return self.call(state, client, reducer, args, request_id, flags == NO_SUCCESS_NOTIFY);
            }
            CallProcedure { procedure, args, request_id, .. } => {
                return self.call_procedure(state, client, &procedure, &args, request_id);
            }
            other => other,
        };
        let State { store, clients, refused, .. } = state;
        let client = clients.get_mut(&client).expect("only connected clients ask");
        let identity = client.identity;
        let parse = |queries| parse(queries, refused, store, &identity);
        let Speaks::V1(v1) = &mut client.speaks else { unreachable!("a client keeps to its protocol") };
        let answer: ServerMessage = match message {
            Subscribe { queries, request_id } => v1.subscribe(parse(queries), request_id, store),
            SubscribeSingle { query, request_id, query_id } => {
                v1.subscribe_set(parse(vec![query]), request_id, query_id, true, store)
            }
            SubscribeMulti { queries, request_id, query_id } => {
                v1.subscribe_set(parse(queries), request_id, query_id, false, store)
            }
            Unsubscribe { request_id, query_id } => v1.unsubscribe_set(request_id, query_id, true, store),
            UnsubscribeMulti { request_id, query_id } => v1.unsubscribe_set(request_id, query_id, false, store),
            OneOffQuery { message_id, query } => {
                v1.one_off(message_id, Query::parse(&query, &store.schema, &identity), store)
            }
            CallReducer { .. } | CallProcedure { .. } => unreachable!("calls are done"),
        };
        client.send(answer.into());
    }

    fn handle_v2(&self, state: &mut State, client: u64, message: v2::ClientMessage) {
        use v2::ClientMessage::*;
        let message = match message {
            CallReducer { reducer, args, request_id, .. } => {
                return self.call(state, client, reducer, args, request_id, false);
            }
            CallProcedure { procedure, args, request_id, .. } => {
                return self.call_procedure(state, client, &procedure, &args, request_id);
            }
            other => other,
        };
        let State { store, clients, refused, .. } = state;
        let client = clients.get_mut(&client).expect("only connected clients ask");
        let identity = client.identity;
        let Speaks::V2(v2) = &mut client.speaks else { unreachable!("a client keeps to its protocol") };
        let answer: v2::ServerMessage = match message {
            Subscribe { request_id, query_set_id, queries } => {
                v2.subscribe(request_id, query_set_id, parse(queries, refused, store, &identity), store)
            }
            Unsubscribe { request_id, query_set_id, send_dropped_rows } => {
                v2.unsubscribe(request_id, query_set_id, send_dropped_rows, store)
            }
            OneOffQuery { request_id, query } => {
                v2.one_off(request_id, Query::parse(&query, &store.schema, &identity), store)
            }
            CallReducer { .. } | CallProcedure { .. } => unreachable!("calls are done"),
        };
        client.send(answer.into());
    }
}

impl State {
    /// The time, never twice the same.
    fn now(&mut self) -> i64 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |t| t.as_micros() as i64);
        self.last_timestamp = now.max(self.last_timestamp + 1);
        self.last_timestamp
    }

    /// Runs a transaction and commits it, unless it fails; says what changed in each query anybody subscribes to.
    fn transact<T>(&mut self, run: impl FnOnce(&mut Transaction<'_>) -> Result<T, Fail>) -> Result<(T, Changed), Fail> {
        let mut tx = self.store.begin();
        let value = run(&mut tx)?;
        let changes = tx.finish();
        Ok((value, self.commit(&changes)))
    }

    fn commit(&mut self, changes: &Changes) -> Changed {
        let held = self.clients.values().flat_map(Client::queries);
        let queries: HashMap<&str, &Query> = held.map(|query| (query.key.as_str(), query)).collect();
        let before = |query: &Query| query.needs_before(changes).then(|| query.rows(&self.store));
        let before: Vec<(&Query, Option<Vec<Row>>)> = queries.into_values().map(|q| (q, before(q))).collect();
        self.store.apply(changes);
        let change = |(query, before): (&Query, _)| (query.key.clone(), query.change(changes, before, &self.store));
        before.into_iter().map(change).filter(|(_, change)| !change.is_empty()).collect()
    }
}

/// A client's queries, each once, or what is wrong with the first that is wrong.
fn parse(
    queries: Vec<String>,
    refused: &HashMap<String, String>,
    store: &Store,
    viewer: &Identity,
) -> Result<Vec<Query>, String> {
    if let Some(error) = queries.iter().find_map(|sql| refused.get(sql)) {
        return Err(error.clone());
    }
    let mut parsed: Vec<Query> = Vec::new();
    for sql in queries.into_iter().flat_map(|sql| expand(sql, &store.schema)) {
        let query = Query::parse(&sql, &store.schema, viewer).map_err(|e| format!("{e}, executing: `{sql}`"))?;
        if parsed.iter().all(|p| p.key != query.key) {
            parsed.push(query);
        }
    }
    Ok(parsed)
}

/// A query over all tables stands for one over each public table that keeps its rows.
fn expand(sql: String, schema: &Schema) -> Vec<String> {
    if sql != "SELECT * FROM *" {
        return vec![sql];
    }
    let seen = schema.tables.iter().filter(|table| table.public && table.kind == Kind::Stored);
    seen.map(|table| format!("SELECT * FROM {}", table.name)).collect()
}
