//! What a host says in v1.

use bytes::Bytes;

use crate::error::Result;
use crate::wire::compression::Budget;
use crate::wire::cursor::{Context, Cursor};
use crate::wire::rows::{DatabaseUpdate, RowList, TableUpdate, quote_table};

/// The smallest table of a one-off query: an empty name and an empty row list.
const SMALLEST_ONE_OFF_TABLE: usize = 4 + 1 + 2 + 4;

/// A message of a host.
///
/// `host_execution_micros` is how many microseconds the host worked on the request, in every message that has it; the
/// protocol has it signed in some messages and unsigned in others. Identities and connection ids are as on the wire:
/// little-endian, so that their hexadecimal form, which begins with the most significant byte, is in the reverse order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostMessage {
    /// The answer to `Subscribe`: all rows that match. Tag 0.
    InitialSubscription {
        /// The rows, as inserts.
        update: DatabaseUpdate,
        /// The number of the request.
        request_id: u32,
        /// See above.
        host_execution_micros: i64,
    },
    /// A transaction, with all about the reducer call that made it. Hosts of 2.x send it to the caller alone. Tag 1.
    TransactionUpdate(TransactionUpdate),
    /// A transaction, with the changed rows only. In light mode it tells of the calls of others. A host of 2.x sends
    /// it for them in any mode, and for what a procedure of this client commits. Tag 2.
    TransactionUpdateLight {
        /// The number that the caller, whoever that was, gave the call; it means nothing to this client. 0 for a
        /// procedure and a life-cycle reducer.
        request_id: u32,
        /// The rows that changed.
        update: DatabaseUpdate,
    },
    /// The first message of every connection: who the client is. Tag 3.
    IdentityToken {
        /// The client's identity, little-endian.
        identity: [u8; 32],
        /// The token to be the same identity again. A secret.
        token: String,
        /// The number of this connection, little-endian.
        connection_id: [u8; 16],
    },
    /// The answer to `OneOffQuery`. Tag 4.
    OneOffQueryResponse {
        /// What the request had.
        message_id: Bytes,
        /// What was wrong with the query; then there are no tables.
        error: Option<String>,
        /// The rows, by table.
        tables: Vec<OneOffTable>,
        /// See above.
        host_execution_micros: i64,
    },
    /// The answer to `SubscribeSingle`. Tag 5.
    SubscribeApplied {
        /// The number of the request.
        request_id: u32,
        /// See above.
        host_execution_micros: u64,
        /// The number of the query.
        query_id: u32,
        /// The host's number of the table.
        table_id: u32,
        /// The table's name.
        table_name: String,
        /// The rows that match, as inserts.
        rows: TableUpdate,
    },
    /// The answer to `Unsubscribe`. Tag 6.
    UnsubscribeApplied {
        /// The number of the request.
        request_id: u32,
        /// See above.
        host_execution_micros: u64,
        /// The number of the query.
        query_id: u32,
        /// The host's number of the table.
        table_id: u32,
        /// The table's name.
        table_name: String,
        /// The rows that matched, as deletes.
        rows: TableUpdate,
    },
    /// A subscription was refused or ended. Tag 7.
    SubscriptionError {
        /// See above.
        host_execution_micros: u64,
        /// The number of the request that it answers. `None`: a live subscription ended.
        request_id: Option<u32>,
        /// The number of the query or of the set. `None`: all subscriptions of the connection ended.
        query_id: Option<u32>,
        /// The table that the subscription was for, where one alone is meant.
        table_id: Option<u32>,
        /// What was wrong.
        error: String,
    },
    /// The answer to `SubscribeMulti`. Tag 8.
    SubscribeMultiApplied {
        /// The number of the request.
        request_id: u32,
        /// See above.
        host_execution_micros: u64,
        /// The number of the set.
        query_id: u32,
        /// The rows that match, as inserts.
        update: DatabaseUpdate,
    },
    /// The answer to `UnsubscribeMulti`. Tag 9.
    UnsubscribeMultiApplied {
        /// The number of the request.
        request_id: u32,
        /// See above.
        host_execution_micros: u64,
        /// The number of the set.
        query_id: u32,
        /// The rows that matched, as deletes.
        update: DatabaseUpdate,
    },
    /// The answer to `CallProcedure`. Tag 10.
    ProcedureResult {
        /// How it ended.
        status: ProcedureStatus,
        /// When the procedure began: microseconds since 1970.
        timestamp_micros: i64,
        /// See above.
        host_execution_micros: i64,
        /// The number of the request.
        request_id: u32,
    },
}

/// A transaction, with all about the reducer call that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionUpdate {
    /// How the reducer ended, and what it changed.
    pub status: UpdateStatus,
    /// When the reducer began: microseconds since 1970.
    pub timestamp_micros: i64,
    /// Who called the reducer, little-endian.
    pub caller_identity: [u8; 32],
    /// On which connection, little-endian. All zero: on none, for example by HTTP or by a timer.
    pub caller_connection_id: [u8; 16],
    /// What was called.
    pub reducer_call: ReducerCall,
    /// The energy that the call took. Unsigned.
    pub energy_used: u128,
    /// How many microseconds the host worked on it.
    pub host_execution_micros: i64,
}

/// How a reducer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateStatus {
    /// It returned, and its changes are committed: here are those that the client is subscribed to. Tag 0.
    Committed(DatabaseUpdate),
    /// It returned an error or panicked, or could not be called: here is why. Tag 1.
    Failed(String),
    /// The database has no energy left. Tag 2.
    OutOfEnergy,
}

/// The call of a reducer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReducerCall {
    /// The reducer's name.
    pub reducer_name: String,
    /// The host's number of the reducer. `u32::MAX` when there is none of that name.
    pub reducer_id: u32,
    /// The arguments, in BSATN, as a product. Empty when the host could not read them.
    pub args: Bytes,
    /// The number its caller gave the call. 0 when the call never began, since there is no such reducer or its
    /// arguments cannot be read: such an answer is told apart by its caller and the reducer's name alone.
    pub request_id: u32,
}

/// How a procedure ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcedureStatus {
    /// It returned this value, in BSATN. Tag 0.
    Returned(Bytes),
    /// The database has no energy left. Tag 1.
    OutOfEnergy,
    /// It panicked or could not be called: here is why. Tag 2.
    InternalError(String),
}

/// The rows of one table that a one-off query found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOffTable {
    /// The table's name.
    pub name: String,
    /// The rows.
    pub rows: RowList,
}

/// Reads one kind of message, after its tag.
type Read = fn(&mut Cursor, &mut Budget) -> Result<HostMessage>;

/// The kinds of messages, by tag.
const KINDS: [(&str, Read); 11] = [
    ("InitialSubscription", read_initial_subscription),
    ("TransactionUpdate", read_transaction_update),
    ("TransactionUpdateLight", read_transaction_update_light),
    ("IdentityToken", read_identity_token),
    ("OneOffQueryResponse", read_one_off_query_response),
    ("SubscribeApplied", read_subscribe_applied),
    ("UnsubscribeApplied", read_unsubscribe_applied),
    ("SubscriptionError", read_subscription_error),
    ("SubscribeMultiApplied", read_subscribe_multi_applied),
    ("UnsubscribeMultiApplied", read_unsubscribe_multi_applied),
    ("ProcedureResult", read_procedure_result),
];

impl HostMessage {
    /// Reads a message, to its end.
    pub(super) fn read(mut cursor: Cursor, budget: &mut Budget) -> Result<Self> {
        let tag = cursor.u8("message")?;
        let Some((name, read)) = KINDS.get(usize::from(tag)) else {
            return Err(cursor.unknown_tag("message", tag));
        };
        let message = read(&mut cursor, budget).inside(name)?;
        cursor.finish(name)?;
        Ok(message)
    }
}

fn read_initial_subscription(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::InitialSubscription {
        update: DatabaseUpdate::read(cursor, budget)?,
        request_id: cursor.u32("request_id")?,
        host_execution_micros: cursor.i64("host_execution_micros")?,
    })
}

fn read_transaction_update(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::TransactionUpdate(TransactionUpdate {
        status: UpdateStatus::read(cursor, budget)?,
        timestamp_micros: cursor.i64("timestamp_micros")?,
        caller_identity: cursor.array("caller_identity")?,
        caller_connection_id: cursor.array("caller_connection_id")?,
        reducer_call: ReducerCall::read(cursor).inside("reducer_call")?,
        energy_used: cursor.u128("energy_used")?,
        host_execution_micros: cursor.i64("host_execution_micros")?,
    }))
}

fn read_transaction_update_light(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::TransactionUpdateLight {
        request_id: cursor.u32("request_id")?,
        update: DatabaseUpdate::read(cursor, budget)?,
    })
}

fn read_identity_token(cursor: &mut Cursor, _: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::IdentityToken {
        identity: cursor.array("identity")?,
        token: cursor.string("token")?,
        connection_id: cursor.array("connection_id")?,
    })
}

fn read_one_off_query_response(cursor: &mut Cursor, _: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::OneOffQueryResponse {
        message_id: cursor.bytes("message_id")?,
        error: cursor.option("error", Cursor::string)?,
        tables: cursor.list("tables", SMALLEST_ONE_OFF_TABLE, OneOffTable::read)?,
        host_execution_micros: cursor.i64("host_execution_micros")?,
    })
}

fn read_subscribe_applied(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::SubscribeApplied {
        request_id: cursor.u32("request_id")?,
        host_execution_micros: cursor.u64("host_execution_micros")?,
        query_id: cursor.u32("query_id")?,
        table_id: cursor.u32("table_id")?,
        table_name: cursor.string("table_name")?,
        rows: TableUpdate::read(cursor, budget).inside("rows")?,
    })
}

fn read_unsubscribe_applied(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::UnsubscribeApplied {
        request_id: cursor.u32("request_id")?,
        host_execution_micros: cursor.u64("host_execution_micros")?,
        query_id: cursor.u32("query_id")?,
        table_id: cursor.u32("table_id")?,
        table_name: cursor.string("table_name")?,
        rows: TableUpdate::read(cursor, budget).inside("rows")?,
    })
}

fn read_subscription_error(cursor: &mut Cursor, _: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::SubscriptionError {
        host_execution_micros: cursor.u64("host_execution_micros")?,
        request_id: cursor.option("request_id", Cursor::u32)?,
        query_id: cursor.option("query_id", Cursor::u32)?,
        table_id: cursor.option("table_id", Cursor::u32)?,
        error: cursor.string("error")?,
    })
}

fn read_subscribe_multi_applied(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::SubscribeMultiApplied {
        request_id: cursor.u32("request_id")?,
        host_execution_micros: cursor.u64("host_execution_micros")?,
        query_id: cursor.u32("query_id")?,
        update: DatabaseUpdate::read(cursor, budget)?,
    })
}

fn read_unsubscribe_multi_applied(cursor: &mut Cursor, budget: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::UnsubscribeMultiApplied {
        request_id: cursor.u32("request_id")?,
        host_execution_micros: cursor.u64("host_execution_micros")?,
        query_id: cursor.u32("query_id")?,
        update: DatabaseUpdate::read(cursor, budget)?,
    })
}

fn read_procedure_result(cursor: &mut Cursor, _: &mut Budget) -> Result<HostMessage> {
    Ok(HostMessage::ProcedureResult {
        status: ProcedureStatus::read(cursor)?,
        timestamp_micros: cursor.i64("timestamp_micros")?,
        host_execution_micros: cursor.i64("host_execution_micros")?,
        request_id: cursor.u32("request_id")?,
    })
}

impl UpdateStatus {
    fn read(cursor: &mut Cursor, budget: &mut Budget) -> Result<Self> {
        match cursor.u8("status")? {
            0 => DatabaseUpdate::read(cursor, budget).inside("status").map(UpdateStatus::Committed),
            1 => cursor.string("status").map(UpdateStatus::Failed),
            2 => Ok(UpdateStatus::OutOfEnergy),
            tag => Err(cursor.unknown_tag("status", tag)),
        }
    }
}

impl ReducerCall {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        Ok(ReducerCall {
            reducer_name: cursor.string("reducer_name")?,
            reducer_id: cursor.u32("reducer_id")?,
            args: cursor.bytes("args")?,
            request_id: cursor.u32("request_id")?,
        })
    }
}

impl ProcedureStatus {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        match cursor.u8("status")? {
            0 => cursor.bytes("status").map(ProcedureStatus::Returned),
            1 => Ok(ProcedureStatus::OutOfEnergy),
            2 => cursor.string("status").map(ProcedureStatus::InternalError),
            tag => Err(cursor.unknown_tag("status", tag)),
        }
    }
}

impl OneOffTable {
    fn read(cursor: &mut Cursor) -> Result<Self> {
        let name = cursor.string("name")?;
        let rows = RowList::read(cursor, "rows").with(|| quote_table(&name))?;
        Ok(OneOffTable { name, rows })
    }
}
