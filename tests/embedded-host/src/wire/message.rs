//! What clients and hosts tell each other, whatever the bytes.

use crate::store::Row;

/// What a client asks for.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ClientMessage {
    CallReducer {
        reducer: String,
        args: Vec<u8>,
        request_id: u32,
        flags: u8,
    },
    /// Replaces whatever earlier `Subscribe`s asked for.
    Subscribe {
        queries: Vec<String>,
        request_id: u32,
    },
    OneOffQuery {
        message_id: Vec<u8>,
        query: String,
    },
    SubscribeSingle {
        query: String,
        request_id: u32,
        query_id: u32,
    },
    SubscribeMulti {
        queries: Vec<String>,
        request_id: u32,
        query_id: u32,
    },
    Unsubscribe {
        request_id: u32,
        query_id: u32,
    },
    UnsubscribeMulti {
        request_id: u32,
        query_id: u32,
    },
    CallProcedure {
        procedure: String,
        args: Vec<u8>,
        request_id: u32,
        flags: u8,
    },
}

/// What a host says.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ServerMessage {
    InitialSubscription {
        update: DatabaseUpdate,
        request_id: u32,
        micros: i64,
    },
    TransactionUpdate(TransactionUpdate),
    TransactionUpdateLight {
        request_id: u32,
        update: DatabaseUpdate,
    },
    IdentityToken {
        identity: [u8; 32],
        token: String,
        connection_id: [u8; 16],
    },
    OneOffQueryResponse {
        message_id: Vec<u8>,
        error: Option<String>,
        tables: Vec<OneOffTable>,
        micros: i64,
    },
    SubscribeApplied {
        request_id: u32,
        micros: u64,
        query_id: u32,
        rows: TableRows,
    },
    UnsubscribeApplied {
        request_id: u32,
        micros: u64,
        query_id: u32,
        rows: TableRows,
    },
    SubscriptionError {
        micros: u64,
        request_id: Option<u32>,
        query_id: Option<u32>,
        table_id: Option<u32>,
        error: String,
    },
    SubscribeMultiApplied {
        request_id: u32,
        micros: u64,
        query_id: u32,
        update: DatabaseUpdate,
    },
    UnsubscribeMultiApplied {
        request_id: u32,
        micros: u64,
        query_id: u32,
        update: DatabaseUpdate,
    },
    ProcedureResult {
        status: ProcedureStatus,
        timestamp: i64,
        micros: i64,
        request_id: u32,
    },
}

/// A reducer call and what it did, as far as the receiver subscribes to it.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TransactionUpdate {
    pub status: Status,
    pub timestamp: i64,
    pub caller_identity: [u8; 32],
    pub caller_connection_id: [u8; 16],
    pub reducer: String,
    pub reducer_id: u32,
    pub args: Vec<u8>,
    pub request_id: u32,
    pub energy: u128,
    pub micros: i64,
}

/// How a reducer ended.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Status {
    Committed(DatabaseUpdate),
    Failed(String),
    OutOfEnergy,
}

/// How a procedure ended.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ProcedureStatus {
    Returned(Vec<u8>),
    OutOfEnergy,
    InternalError(String),
}

/// Changed rows, by table.
pub type DatabaseUpdate = Vec<TableUpdate>;

/// Changed rows of one table, query by query.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TableUpdate {
    pub table_id: u32,
    pub table: String,
    pub queries: Vec<QueryUpdate>,
}

/// Changed rows of one query.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct QueryUpdate {
    pub deletes: Vec<Row>,
    pub inserts: Vec<Row>,
}

impl QueryUpdate {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.deletes.is_empty() && self.inserts.is_empty()
    }
}

/// The rows of a single query that was subscribed to or given up.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TableRows {
    pub table_id: u32,
    pub table: String,
    pub update: TableUpdate,
}

/// The rows of a one-off query.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct OneOffTable {
    pub table: String,
    pub rows: Vec<Row>,
}
