//! What clients and hosts tell each other in v2 and v3.

use crate::store::Row;
use crate::wire::ProcedureStatus;

/// What a client asks for.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ClientMessage {
    Subscribe {
        request_id: u32,
        query_set_id: u32,
        queries: Vec<String>,
    },
    Unsubscribe {
        request_id: u32,
        query_set_id: u32,
        /// Whether the rows that are given up shall come back.
        send_dropped_rows: bool,
    },
    OneOffQuery {
        request_id: u32,
        query: String,
    },
    CallReducer {
        request_id: u32,
        flags: u8,
        reducer: String,
        args: Vec<u8>,
    },
    CallProcedure {
        request_id: u32,
        flags: u8,
        procedure: String,
        args: Vec<u8>,
    },
}

/// What a host says.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ServerMessage {
    InitialConnection {
        identity: [u8; 32],
        connection_id: [u8; 16],
        token: String,
    },
    SubscribeApplied {
        request_id: u32,
        query_set_id: u32,
        rows: QueryRows,
    },
    UnsubscribeApplied {
        request_id: u32,
        query_set_id: u32,
        rows: Option<QueryRows>,
    },
    SubscriptionError {
        /// None when a live subscription ends.
        request_id: Option<u32>,
        query_set_id: u32,
        error: String,
    },
    /// What another client's call changed.
    TransactionUpdate(QuerySets),
    OneOffQueryResult {
        request_id: u32,
        result: Result<QueryRows, String>,
    },
    ReducerResult {
        request_id: u32,
        timestamp: i64,
        outcome: ReducerOutcome,
    },
    ProcedureResult {
        status: ProcedureStatus,
        timestamp: i64,
        micros: i64,
        request_id: u32,
    },
}

/// How the receiver's own reducer call ended.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ReducerOutcome {
    Ok {
        returned: Vec<u8>,
        update: QuerySets,
    },
    /// It returned nothing and changed nothing that the caller sees. A 2.8.3 host says `Ok` of that, too.
    OkEmpty,
    /// The error it returned, as BSATN.
    Err(Vec<u8>),
    InternalError(String),
}

/// The rows of queries, each query apart.
pub type QueryRows = Vec<TableRows>;

/// The rows of one query.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TableRows {
    pub table: String,
    pub rows: Vec<Row>,
}

/// What changed, query set by query set.
pub type QuerySets = Vec<QuerySetUpdate>;

/// What changed in one query set.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct QuerySetUpdate {
    pub query_set_id: u32,
    pub tables: Vec<TableUpdate>,
}

/// What changed in one table of a query set, query by query.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TableUpdate {
    pub table: String,
    pub queries: Vec<TableChange>,
}

/// What changed in one query.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum TableChange {
    Stored { inserts: Vec<Row>, deletes: Vec<Row> },
    Events(Vec<Row>),
}
