//! A client that speaks v2 or v3: every query set has its own rows.

use crate::bsatn::Writer;
use crate::database::{Changed, Failure, Outcome, ProcedureOutcome};
use crate::schema::Kind;
use crate::sql::Query;
use crate::store::{Change, Fail, Store};
use crate::wire::v2::*;
use std::collections::BTreeMap;

/// What a client subscribes to: its query sets by their ids.
pub struct V2 {
    ok_empty: bool,
    sets: BTreeMap<u32, Vec<Query>>,
}

impl V2 {
    /// No subscriptions; `ok_empty` is described at the builder.
    pub fn new(ok_empty: bool) -> Self {
        Self { ok_empty, sets: BTreeMap::new() }
    }

    /// Every query of every set.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.sets.values().flatten()
    }

    /// Adds a query set, or says what is wrong with it.
    pub fn subscribe(
        &mut self,
        request_id: u32,
        query_set_id: u32,
        queries: Result<Vec<Query>, String>,
        store: &Store,
    ) -> ServerMessage {
        let queries = match queries {
            _ if self.sets.contains_key(&query_set_id) => Err(format!("Query set {query_set_id} already exists")),
            other => other,
        };
        match queries {
            Ok(queries) => {
                let rows = rows_of(&queries, store);
                self.sets.insert(query_set_id, queries);
                ServerMessage::SubscribeApplied { request_id, query_set_id, rows }
            }
            Err(error) => ServerMessage::SubscriptionError { request_id: Some(request_id), query_set_id, error },
        }
    }

    /// Drops a query set.
    pub fn unsubscribe(
        &mut self,
        request_id: u32,
        query_set_id: u32,
        send_dropped_rows: bool,
        store: &Store,
    ) -> ServerMessage {
        match self.sets.remove(&query_set_id) {
            Some(queries) => {
                let rows = send_dropped_rows.then(|| rows_of(&queries, store));
                ServerMessage::UnsubscribeApplied { request_id, query_set_id, rows }
            }
            None => {
                let error = format!("Subscription not found: query set {query_set_id}");
                ServerMessage::SubscriptionError { request_id: Some(request_id), query_set_id, error }
            }
        }
    }

    /// Answers a query.
    pub fn one_off(&self, request_id: u32, query: Result<Query, String>, store: &Store) -> ServerMessage {
        let result = query.map(|query| rows_of(&[query], store));
        ServerMessage::OneOffQueryResult { request_id, result }
    }

    /// Ends a query set, if there is one of this id.
    pub fn fail(&mut self, query_set_id: u32, error: &str) -> Option<ServerMessage> {
        self.sets.remove(&query_set_id)?;
        Some(ServerMessage::SubscriptionError { request_id: None, query_set_id, error: error.into() })
    }

    /// How the client's own reducer call ended.
    pub fn own(&self, outcome: &Outcome, request_id: u32, store: &Store) -> ServerMessage {
        let internal = |error: String| ReducerOutcome::InternalError(error);
        let result = match &outcome.result {
            Ok(()) => match self.sets_of(&outcome.changes, store) {
                update if self.ok_empty && update.is_empty() => ReducerOutcome::OkEmpty,
                update => ReducerOutcome::Ok { returned: Vec::new(), update },
            },
            Err(Failure::Ran(Fail::Error(error))) => ReducerOutcome::Err(Writer::new().str(error).finish()),
            Err(Failure::Ran(Fail::Panic)) => internal("The instance encountered a fatal error.".into()),
            Err(Failure::Unknown) => internal("no such reducer".into()),
            Err(Failure::Arguments(why)) => {
                internal(format!("invalid arguments for reducer {}: {why}", outcome.reducer))
            }
        };
        ServerMessage::ReducerResult { request_id, timestamp: outcome.caller.timestamp, outcome: result }
    }

    /// What somebody else changed, unless nothing of it is seen here.
    pub fn changes(&self, changes: &Changed, store: &Store) -> Option<ServerMessage> {
        let sets = self.sets_of(changes, store);
        (!sets.is_empty()).then_some(ServerMessage::TransactionUpdate(sets))
    }

    /// What the client's own procedure changed, and how it ended.
    pub fn procedure(&self, outcome: ProcedureOutcome, request_id: u32, store: &Store) -> Vec<ServerMessage> {
        let ProcedureOutcome { status, timestamp, micros, changes } = outcome;
        let result = ServerMessage::ProcedureResult { status, timestamp, micros, request_id };
        self.changes(&changes, store).into_iter().chain([result]).collect()
    }

    fn sets_of(&self, changes: &Changed, store: &Store) -> QuerySets {
        let set = |(&query_set_id, queries): (&u32, &Vec<Query>)| {
            let tables = tables_of(queries, changes, store);
            (!tables.is_empty()).then_some(QuerySetUpdate { query_set_id, tables })
        };
        self.sets.iter().filter_map(set).collect()
    }
}

/// The rows of queries; those without rows are left out.
fn rows_of(queries: &[Query], store: &Store) -> QueryRows {
    let rows = |query: &Query| TableRows { table: query.table_name(store).into(), rows: query.rows(store) };
    queries.iter().map(rows).filter(|query| !query.rows.is_empty()).collect()
}

/// What changed in queries, grouped by table.
fn tables_of(queries: &[Query], changes: &Changed, store: &Store) -> Vec<TableUpdate> {
    let mut tables: Vec<TableUpdate> = Vec::new();
    for query in queries {
        let Some(change) = changes.get(&query.key) else { continue };
        let (name, change) = (query.table_name(store), table_change(query.kind, change));
        match tables.iter_mut().find(|table| table.table == name) {
            Some(table) => table.queries.push(change),
            None => tables.push(TableUpdate { table: name.into(), queries: vec![change] }),
        }
    }
    tables
}

fn table_change(kind: Kind, change: &Change) -> TableChange {
    let Change { inserts, deletes } = change.clone();
    match kind {
        Kind::Event => TableChange::Events(inserts),
        Kind::Stored | Kind::View { .. } => TableChange::Stored { inserts, deletes },
    }
}
