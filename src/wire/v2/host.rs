//! What a host says in v2 and v3.

use bytes::Bytes;

use crate::error::Result;
use crate::wire::cursor::{Context, Cursor};
use crate::wire::rows::{RowList, quote_table};

/// The smallest row list: its kind, a row size, and the length of the rows.
const SMALLEST_ROW_LIST: usize = 1 + 2 + 4;
/// The smallest rows of a table that an answer lists: an empty name and an empty row list.
const SMALLEST_TABLE_ROWS: usize = 4 + SMALLEST_ROW_LIST;
/// The smallest update of a query set: its number and no tables.
const SMALLEST_QUERY_SET_UPDATE: usize = 4 + 4;
/// The smallest update of a table: an empty name and no rows.
const SMALLEST_TABLE_UPDATE: usize = 4 + 4;
/// The smallest rows of an update: the kind of table and one row list.
const SMALLEST_UPDATE_ROWS: usize = 1 + SMALLEST_ROW_LIST;

/// A message of a host.
///
/// Request ids and query set ids are those that the client gave. Identities and connection ids are as on the wire:
/// little-endian, so that their hexadecimal form, which begins with the most significant byte, is in the reverse order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostMessage {
    /// The first message of every connection: who the client is. Tag 0.
    InitialConnection {
        /// The client's identity, little-endian.
        identity: [u8; 32],
        /// The number of this connection, little-endian.
        connection_id: [u8; 16],
        /// The token to be the same identity again. A secret.
        token: String,
    },
    /// The answer to `Subscribe`: the set is live. Tag 1.
    SubscribeApplied {
        /// The number of the request.
        request_id: u32,
        /// The number of the set.
        query_set_id: u32,
        /// All rows that match, to insert. Tables without rows are left out.
        tables: Vec<TableRows>,
    },
    /// The answer to `Unsubscribe`: the set has ended. Tag 2.
    UnsubscribeApplied {
        /// The number of the request.
        request_id: u32,
        /// The number of the set.
        query_set_id: u32,
        /// The rows that matched, to delete. `None` when the request did not ask for them.
        dropped: Option<Vec<TableRows>>,
    },
    /// A set was refused, which answers `Subscribe`, or has ended since it can no longer be kept up to date; then all
    /// its rows are to be deleted, without being sent. Tag 3.
    SubscriptionError {
        /// The number of the request that it answers. `None`: a live set ended.
        request_id: Option<u32>,
        /// The number of the set.
        query_set_id: u32,
        /// What was wrong.
        error: String,
    },
    /// A transaction that changed rows of the client's sets, and that no `ReducerResult` tells of: of another client,
    /// of the host itself, or of a procedure of this client. It answers nothing. Tag 4.
    TransactionUpdate(TransactionUpdate),
    /// The answer to `OneOffQuery`. Tag 5.
    OneOffQueryResult {
        /// The number of the request.
        request_id: u32,
        /// The rows, by table; or what was wrong with the query.
        result: std::result::Result<Vec<TableRows>, String>,
    },
    /// The answer to `CallReducer`. Tag 6.
    ReducerResult {
        /// The number of the request.
        request_id: u32,
        /// When the reducer began, or the call was refused: microseconds since 1970.
        timestamp_micros: i64,
        /// How it ended, and what it changed.
        outcome: ReducerOutcome,
    },
    /// The answer to `CallProcedure`. The rows that the procedure changed come before it, as transactions. Tag 7.
    ProcedureResult {
        /// How it ended.
        status: ProcedureStatus,
        /// When the procedure began: microseconds since 1970. 0 when it panicked or could not be called.
        timestamp_micros: i64,
        /// How many microseconds the host worked on it. 0 when it panicked or could not be called.
        host_execution_micros: i64,
        /// The number of the request.
        request_id: u32,
    },
}

/// The rows of one table in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRows {
    /// The table's name. Several entries may have the same: each query of the set has its own rows.
    pub table_name: String,
    /// The rows.
    pub rows: RowList,
}

/// The changes of one transaction: query set by query set, in the host's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionUpdate {
    /// The sets whose rows changed. A row that is in several sets is in each of their updates.
    pub query_sets: Vec<QuerySetUpdate>,
}

/// The changes of one query set: table by table, in the host's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuerySetUpdate {
    /// The number of the set.
    pub query_set_id: u32,
    /// The tables that have rows in the update. A table may be there more than once.
    pub tables: Vec<TableUpdate>,
}

/// The changes of one table within a query set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableUpdate {
    /// The table's name.
    pub table_name: String,
    /// The changes, one item for each query of the set that they are for: a row that several match is there several
    /// times.
    pub rows: Vec<TableUpdateRows>,
}

/// Changed rows, by the kind of table that they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableUpdateRows {
    /// Rows that are kept until they are deleted. Tag 0.
    Persistent {
        /// The rows that match from now on, or were inserted.
        inserts: RowList,
        /// The rows that no longer match, or were deleted.
        deletes: RowList,
    },
    /// Rows of an event table: they are told of once, and are never deleted. Tag 1.
    Event {
        /// The rows. Rows that one transaction inserts several times come once.
        events: RowList,
    },
}

/// How a reducer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReducerOutcome {
    /// It returned, and its changes are committed. Tag 0.
    Ok {
        /// What it returned, in BSATN. Empty for a reducer that returns nothing.
        return_value: Bytes,
        /// Its changes in the client's sets. There may be none.
        update: TransactionUpdate,
    },
    /// It returned nothing and changed nothing in the client's sets: a shorter form of `Ok`. Hosts may use either; 2.8.3
    /// sent `Ok`. Tag 1.
    OkEmpty,
    /// It returned an error: here it is, in BSATN. Most reducers' errors are strings. Nothing is committed. Tag 2.
    Err(Bytes),
    /// It panicked or could not be called: here is why. Nothing is committed. Tag 3.
    InternalError(String),
}

/// How a procedure ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcedureStatus {
    /// It returned this value, in BSATN. Tag 0.
    Returned(Bytes),
    /// It panicked or could not be called: here is why. Tag 1.
    InternalError(String),
}

/// Reads one kind of message, after its tag.
type Read = fn(&mut Cursor) -> Result<HostMessage>;

/// The kinds of messages, by tag.
const KINDS: [(&str, Read); 8] = [
    ("InitialConnection", read_initial_connection),
    ("SubscribeApplied", read_subscribe_applied),
    ("UnsubscribeApplied", read_unsubscribe_applied),
    ("SubscriptionError", read_subscription_error),
    ("TransactionUpdate", read_transaction_update),
    ("OneOffQueryResult", read_one_off_query_result),
    ("ReducerResult", read_reducer_result),
    ("ProcedureResult", read_procedure_result),
];

impl HostMessage {
    /// Reads a message. What follows it is left.
    pub(in crate::wire) fn read(cursor: &mut Cursor) -> Result<Self> {
        let tag = cursor.u8("message")?;
        match KINDS.get(usize::from(tag)) {
            Some((name, read)) => read(cursor).inside(name),
            None => Err(cursor.unknown_tag("message", tag)),
        }
    }
}

fn read_initial_connection(cursor: &mut Cursor) -> Result<HostMessage> {
    Ok(HostMessage::InitialConnection {
        identity: cursor.array("identity")?,
        connection_id: cursor.array("connection_id")?,
        token: cursor.string("token")?,
    })
}

fn read_subscribe_applied(cursor: &mut Cursor) -> Result<HostMessage> {
    Ok(HostMessage::SubscribeApplied {
        request_id: cursor.u32("request_id")?,
        query_set_id: cursor.u32("query_set_id")?,
        tables: TableRows::read_list(cursor, "tables")?,
    })
}

fn read_unsubscribe_applied(cursor: &mut Cursor) -> Result<HostMessage> {
    Ok(HostMessage::UnsubscribeApplied {
        request_id: cursor.u32("request_id")?,
        query_set_id: cursor.u32("query_set_id")?,
        dropped: cursor.option("dropped", TableRows::read_list)?,
    })
}

fn read_subscription_error(cursor: &mut Cursor) -> Result<HostMessage> {
    Ok(HostMessage::SubscriptionError {
        request_id: cursor.option("request_id", Cursor::u32)?,
        query_set_id: cursor.u32("query_set_id")?,
        error: cursor.string("error")?,
    })
}

fn read_transaction_update(cursor: &mut Cursor) -> Result<HostMessage> {
    TransactionUpdate::read(cursor).map(HostMessage::TransactionUpdate)
}

fn read_one_off_query_result(cursor: &mut Cursor) -> Result<HostMessage> {
    let request_id = cursor.u32("request_id")?;
    let result = match cursor.u8("result")? {
        0 => Ok(TableRows::read_list(cursor, "result")?),
        1 => Err(cursor.string("result")?),
        tag => return Err(cursor.unknown_tag("result", tag)),
    };
    Ok(HostMessage::OneOffQueryResult { request_id, result })
}

fn read_reducer_result(cursor: &mut Cursor) -> Result<HostMessage> {
    Ok(HostMessage::ReducerResult {
        request_id: cursor.u32("request_id")?,
        timestamp_micros: cursor.i64("timestamp_micros")?,
        outcome: ReducerOutcome::read(cursor)?,
    })
}

fn read_procedure_result(cursor: &mut Cursor) -> Result<HostMessage> {
    Ok(HostMessage::ProcedureResult {
        status: ProcedureStatus::read(cursor)?,
        timestamp_micros: cursor.i64("timestamp_micros")?,
        host_execution_micros: cursor.i64("host_execution_micros")?,
        request_id: cursor.u32("request_id")?,
    })
}

impl TableRows {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        let table_name = cursor.string("table_name")?;
        let rows = RowList::read(cursor, "rows").with(|| quote_table(&table_name))?;
        Ok(TableRows { table_name, rows })
    }

    fn read_list(cursor: &mut Cursor, field: &str) -> Result<Vec<Self>> {
        cursor.list(field, SMALLEST_TABLE_ROWS, TableRows::read)
    }
}

impl TransactionUpdate {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        let query_sets = cursor.list("query_sets", SMALLEST_QUERY_SET_UPDATE, QuerySetUpdate::read)?;
        Ok(TransactionUpdate { query_sets })
    }
}

impl QuerySetUpdate {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        let query_set_id = cursor.u32("query_set_id")?;
        let tables = cursor
            .list("tables", SMALLEST_TABLE_UPDATE, TableUpdate::read)
            .with(|| format!("query set {query_set_id}"))?;
        Ok(QuerySetUpdate { query_set_id, tables })
    }
}

impl TableUpdate {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        let table_name = cursor.string("table_name")?;
        let rows =
            cursor.list("rows", SMALLEST_UPDATE_ROWS, TableUpdateRows::read).with(|| quote_table(&table_name))?;
        Ok(TableUpdate { table_name, rows })
    }
}

impl TableUpdateRows {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        match cursor.u8("kind")? {
            0 => Ok(TableUpdateRows::Persistent {
                inserts: RowList::read(cursor, "inserts")?,
                deletes: RowList::read(cursor, "deletes")?,
            }),
            1 => Ok(TableUpdateRows::Event { events: RowList::read(cursor, "events")? }),
            tag => Err(cursor.unknown_tag("kind", tag)),
        }
    }
}

impl ReducerOutcome {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        match cursor.u8("outcome")? {
            0 => Ok(ReducerOutcome::Ok {
                return_value: cursor.bytes("outcome.return_value")?,
                update: TransactionUpdate::read(cursor).inside("outcome")?,
            }),
            1 => Ok(ReducerOutcome::OkEmpty),
            2 => cursor.bytes("outcome").map(ReducerOutcome::Err),
            3 => cursor.string("outcome").map(ReducerOutcome::InternalError),
            tag => Err(cursor.unknown_tag("outcome", tag)),
        }
    }
}

impl ProcedureStatus {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        match cursor.u8("status")? {
            0 => cursor.bytes("status").map(ProcedureStatus::Returned),
            1 => cursor.string("status").map(ProcedureStatus::InternalError),
            tag => Err(cursor.unknown_tag("status", tag)),
        }
    }
}
