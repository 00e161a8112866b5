//! A client that speaks v1: the rows of a query are sent once, however many query sets hold it.

use crate::database::{Changed, Failure, Outcome, ProcedureOutcome};
use crate::schema::Kind;
use crate::sql::Query;
use crate::store::{Change, Fail, Store};
use crate::wire::*;
use std::collections::HashMap;
use std::time::Instant;

/// What a client subscribes to; when it is `light`, it hears what others change without who called what.
pub struct V1 {
    light: bool,
    // What `Subscribe` asked for, and the query sets by their ids.
    subscribed: Vec<Query>,
    sets: HashMap<u32, Vec<Query>>,
    // Each query once, with how many sets hold it.
    held: Vec<(Query, usize)>,
}

impl V1 {
    /// No subscriptions.
    pub fn new(light: bool) -> Self {
        Self { light, subscribed: Vec::new(), sets: HashMap::new(), held: Vec::new() }
    }

    /// Every query once.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.held.iter().map(|(query, _)| query)
    }

    /// Takes hold of a query; whether it is new to the client.
    fn hold(&mut self, query: Query) -> bool {
        let held = self.held.iter_mut().find(|(held, _)| held.key == query.key);
        match held {
            Some((_, count)) => {
                *count += 1;
                false
            }
            None => {
                self.held.push((query, 1));
                true
            }
        }
    }

    /// Lets go of a query; whether no other set holds it.
    fn release(&mut self, query: &Query) -> bool {
        let held = self.held.iter().position(|(held, _)| held.key == query.key);
        let at = held.expect("what a set holds is held");
        self.held[at].1 -= 1;
        let last = self.held[at].1 == 0;
        if last {
            self.held.remove(at);
        }
        last
    }

    /// Replaces what earlier calls of this asked for.
    pub fn subscribe(&mut self, queries: Result<Vec<Query>, String>, request_id: u32, store: &Store) -> ServerMessage {
        let started = Instant::now();
        let queries = match queries.and_then(without_events) {
            Ok(queries) => queries,
            Err(error) => return refusal(started, request_id, None, error),
        };
        for query in std::mem::replace(&mut self.subscribed, queries.clone()) {
            self.release(&query);
        }
        let mut update = DatabaseUpdate::new();
        for query in queries {
            let rows = QueryUpdate { inserts: query.rows(store), deletes: Vec::new() };
            if !rows.is_empty() {
                add(&mut update, &query, rows, store);
            }
            self.hold(query);
        }
        ServerMessage::InitialSubscription { update, request_id, micros: started.elapsed().as_micros() as i64 }
    }

    /// Adds a query set. `single` is how the older message for one query is answered.
    pub fn subscribe_set(
        &mut self,
        queries: Result<Vec<Query>, String>,
        request_id: u32,
        query_id: u32,
        single: bool,
        store: &Store,
    ) -> ServerMessage {
        let started = Instant::now();
        let queries = match queries.and_then(without_events) {
            _ if self.sets.contains_key(&query_id) => Err(format!("Query set {query_id} already exists")),
            other => other,
        };
        let queries = match queries {
            Ok(queries) => queries,
            Err(error) => return refusal(started, request_id, Some(query_id), error),
        };
        self.sets.insert(query_id, queries.clone());
        let mut tables = Vec::new();
        for query in queries {
            // A query that another set holds already is not sent again.
            let new = self.hold(query.clone());
            let inserts = if new { query.rows(store) } else { Vec::new() };
            tables.push(table_update(&query, QueryUpdate { inserts, deletes: Vec::new() }, store));
        }
        let micros = started.elapsed().as_micros() as u64;
        match single {
            true => ServerMessage::SubscribeApplied { request_id, micros, query_id, rows: only(tables) },
            false => ServerMessage::SubscribeMultiApplied { request_id, micros, query_id, update: not_empty(tables) },
        }
    }

    /// Drops a query set.
    pub fn unsubscribe_set(&mut self, request_id: u32, query_id: u32, single: bool, store: &Store) -> ServerMessage {
        let started = Instant::now();
        let Some(queries) = self.sets.remove(&query_id) else {
            let error = format!("Subscription not found: query set {query_id}");
            return refusal(started, request_id, Some(query_id), error);
        };
        let mut tables = Vec::new();
        for query in queries {
            let deletes = if self.release(&query) { query.rows(store) } else { Vec::new() };
            tables.push(table_update(&query, QueryUpdate { deletes, inserts: Vec::new() }, store));
        }
        let micros = started.elapsed().as_micros() as u64;
        match single {
            true => ServerMessage::UnsubscribeApplied { request_id, micros, query_id, rows: only(tables) },
            false => ServerMessage::UnsubscribeMultiApplied { request_id, micros, query_id, update: not_empty(tables) },
        }
    }

    /// Answers a query.
    pub fn one_off(&self, message_id: Vec<u8>, query: Result<Query, String>, store: &Store) -> ServerMessage {
        let started = Instant::now();
        let (error, tables) = match query {
            Err(error) => (Some(error), Vec::new()),
            Ok(query) => {
                let table = query.table_name(store).into();
                (None, vec![OneOffTable { table, rows: query.rows(store) }])
            }
        };
        ServerMessage::OneOffQueryResponse { message_id, error, tables, micros: started.elapsed().as_micros() as i64 }
    }

    /// Ends a query set, if there is one of this id.
    pub fn fail(&mut self, query_id: u32, error: &str) -> Option<ServerMessage> {
        for query in self.sets.remove(&query_id)? {
            self.release(&query);
        }
        let (request_id, query_id, table_id) = (None, Some(query_id), None);
        Some(ServerMessage::SubscriptionError { micros: 0, request_id, query_id, table_id, error: error.into() })
    }
}

// What reducers and procedures did.
impl V1 {
    /// How the client's own reducer call ended; with `quiet`, nothing of success that changes nothing it sees.
    pub fn own(&self, outcome: &Outcome, request_id: u32, quiet: bool, store: &Store) -> Option<ServerMessage> {
        let rows = self.rows_of(&outcome.changes, store);
        let quiet = quiet && rows.is_empty() && outcome.result.is_ok();
        (!quiet).then(|| full(outcome, request_id, rows))
    }

    /// What another client's reducer call changed, unless nothing of it is seen here.
    pub fn other(&self, outcome: &Outcome, request_id: u32, store: &Store) -> Option<ServerMessage> {
        if self.light {
            return self.changes(&outcome.changes, request_id, store);
        }
        let rows = self.rows_of(&outcome.changes, store);
        (!rows.is_empty()).then(|| full(outcome, request_id, rows))
    }

    /// What somebody else changed, unless nothing of it is seen here.
    pub fn changes(&self, changes: &Changed, request_id: u32, store: &Store) -> Option<ServerMessage> {
        let update = self.rows_of(changes, store);
        (!update.is_empty()).then_some(ServerMessage::TransactionUpdateLight { request_id, update })
    }

    /// What the client's own procedure changed, and how it ended.
    pub fn procedure(&self, outcome: ProcedureOutcome, request_id: u32, store: &Store) -> Vec<ServerMessage> {
        let ProcedureOutcome { status, timestamp, micros, changes } = outcome;
        let result = ServerMessage::ProcedureResult { status, timestamp, micros, request_id };
        self.changes(&changes, 0, store).into_iter().chain([result]).collect()
    }

    /// Each query apart, grouped by table.
    fn rows_of(&self, changes: &Changed, store: &Store) -> DatabaseUpdate {
        let mut tables = DatabaseUpdate::new();
        for query in self.queries() {
            if let Some(Change { deletes, inserts }) = changes.get(&query.key).cloned() {
                add(&mut tables, query, QueryUpdate { deletes, inserts }, store);
            }
        }
        tables
    }
}

/// The message with everything about a call, for a client that sees these rows.
fn full(outcome: &Outcome, request_id: u32, rows: DatabaseUpdate) -> ServerMessage {
    let Outcome { caller, reducer, .. } = outcome;
    let status = match &outcome.result {
        Ok(()) => Status::Committed(rows),
        Err(Failure::Unknown) => Status::Failed("no such reducer".into()),
        Err(Failure::Arguments(e)) => Status::Failed(format!(
            "invalid arguments for reducer {reducer}: {e}: invalid arguments for function {reducer}: {e}: {e}"
        )),
        Err(Failure::Ran(Fail::Error(error))) => Status::Failed(error.clone()),
        Err(Failure::Ran(Fail::Panic)) => Status::Failed("The instance encountered a fatal error.".into()),
    };
    // A real host charges what it takes; here every call that runs costs the same.
    let ran = !matches!(outcome.result, Err(Failure::Unknown | Failure::Arguments(_)));
    ServerMessage::TransactionUpdate(TransactionUpdate {
        status,
        timestamp: caller.timestamp,
        caller_identity: caller.identity,
        caller_connection_id: caller.connection_id,
        reducer: reducer.clone(),
        reducer_id: outcome.reducer_id.map_or(u32::MAX, |id| id as u32),
        args: outcome.args.clone(),
        request_id,
        energy: if ran { 1000 } else { 0 },
        micros: if ran { outcome.micros } else { 0 },
    })
}

fn without_events(queries: Vec<Query>) -> Result<Vec<Query>, String> {
    match queries.iter().find(|query| query.kind == Kind::Event) {
        Some(query) => Err(format!("Event tables need v2 of the protocol, executing: `{}`", query.sql)),
        None => Ok(queries),
    }
}

fn refusal(started: Instant, request_id: u32, query_id: Option<u32>, error: String) -> ServerMessage {
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
