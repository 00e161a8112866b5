//! What the host says, independent of the protocol it says it in, decoded and checked on the library's own thread.

use std::sync::Arc;

use hashbrown::HashMap;

use super::context::ReducerEvent;
use crate::cache::change::TableDelta;
use crate::error::{Error, Result, STDB_ERR_PROTOCOL};
use crate::reducer::CallStatus;
use crate::schema::{Schema, TableSchema};
use crate::wire::v1::{self, HostMessage, UpdateStatus};
use crate::wire::{DatabaseUpdate, RowList};

/// Something that the host says.
pub enum Message {
    /// Who we are; the first message of a connection.
    Identity {
        /// Our identity.
        identity: [u8; 32],
        /// The token with which to be the same again.
        token: String,
        /// Which connection of ours this is.
        connection_id: [u8; 16],
    },
    /// A subscription's rows.
    Subscribed {
        /// Which subscription.
        query_id: u32,
        /// Its rows.
        deltas: Vec<TableDelta>,
    },
    /// The rows that a subscription leaves behind.
    Unsubscribed {
        /// Which subscription.
        query_id: u32,
        /// Its rows, to be taken away.
        deltas: Vec<TableDelta>,
    },
    /// A subscription was refused or ended.
    SubscriptionFailed {
        /// Which one; `None` for all.
        query_id: Option<u32>,
        /// What the host says of it.
        error: String,
    },
    /// A reducer ran, or could not.
    Reducer {
        /// The request's number, if it was our call.
        request_id: u32,
        /// How it went. Boxed, as it is by far the largest.
        event: Box<ReducerEvent>,
        /// What it changed.
        deltas: Vec<TableDelta>,
    },
    /// A transaction of unknown cause.
    Transaction {
        /// What it changed.
        deltas: Vec<TableDelta>,
    },
    /// The answer to a query or a procedure call that nobody waits for.
    UnexpectedAnswer,
}

/// Turns a message of v1 into what it says. Rows are checked against the schema, if there is one.
///
/// Returns `STDB_ERR_PROTOCOL`, naming table and cause, for a table that the schema does not know or a row that is not of its
/// table's type; and for an answer to a message that this library never sends.
pub fn from_v1(message: HostMessage, schema: Option<&Schema>) -> Result<Message> {
    Ok(match message {
        HostMessage::IdentityToken { identity, token, connection_id } => {
            Message::Identity { identity, token, connection_id }
        }
        HostMessage::SubscribeMultiApplied { query_id, update, .. } => {
            Message::Subscribed { query_id, deltas: deltas(update, schema)? }
        }
        HostMessage::UnsubscribeMultiApplied { query_id, update, .. } => {
            Message::Unsubscribed { query_id, deltas: deltas(update, schema)? }
        }
        HostMessage::SubscriptionError { query_id, error, .. } => Message::SubscriptionFailed { query_id, error },
        HostMessage::TransactionUpdate(update) => reducer_from_v1(update, schema)?,
        HostMessage::TransactionUpdateLight { update, .. } => Message::Transaction { deltas: deltas(update, schema)? },
        HostMessage::OneOffQueryResponse { .. } | HostMessage::ProcedureResult { .. } => Message::UnexpectedAnswer,
        HostMessage::InitialSubscription { .. } => return Err(unasked("InitialSubscription")),
        HostMessage::SubscribeApplied { .. } => return Err(unasked("SubscribeApplied")),
        HostMessage::UnsubscribeApplied { .. } => return Err(unasked("UnsubscribeApplied")),
    })
}

fn reducer_from_v1(update: v1::TransactionUpdate, schema: Option<&Schema>) -> Result<Message> {
    let (status, message, deltas) = match update.status {
        UpdateStatus::Committed(update) => (CallStatus::Committed, String::new(), deltas(update, schema)?),
        UpdateStatus::Failed(message) => (CallStatus::Failed, message, Vec::new()),
        UpdateStatus::OutOfEnergy => (CallStatus::OutOfEnergy, String::new(), Vec::new()),
    };
    let call = update.reducer_call;
    let event = ReducerEvent {
        timestamp_micros: update.timestamp_micros,
        status,
        message,
        caller_identity: update.caller_identity,
        // The host writes zeros where it has no connection to name.
        caller_connection_id: Some(update.caller_connection_id).filter(|id| *id != [0; 16]),
        energy: Some(update.energy_used),
        reducer: call.reducer_name,
        args: call.args,
    };
    Ok(Message::Reducer { request_id: call.request_id, event: Box::new(event), deltas })
}

fn unasked(kind: &str) -> Error {
    Error::new(STDB_ERR_PROTOCOL, format!("the host sent {kind}, which answers a message that was not sent"))
}

/// Gathers an update by table and checks its rows.
fn deltas(update: DatabaseUpdate, schema: Option<&Schema>) -> Result<Vec<TableDelta>> {
    let mut deltas: Vec<TableDelta> = Vec::with_capacity(update.tables.len());
    let mut places: HashMap<Arc<str>, usize> = HashMap::new();
    for table in update.tables {
        let known = schema.map(|schema| known_table(schema, &table.table_name)).transpose()?;
        let name: Arc<str> = known.map_or_else(|| table.table_name.as_str().into(), |known| known.name.clone());
        let place = *places.entry(name.clone()).or_insert_with(|| {
            deltas.push(TableDelta { table: name, deletes: Vec::new(), inserts: Vec::new() });
            deltas.len() - 1
        });
        for query in table.updates {
            if let Some(known) = known {
                check_rows(known, &query.deletes)?;
                check_rows(known, &query.inserts)?;
            }
            deltas[place].deletes.push(query.deletes);
            deltas[place].inserts.push(query.inserts);
        }
    }
    Ok(deltas)
}

fn known_table<'a>(schema: &'a Schema, name: &str) -> Result<&'a TableSchema> {
    schema.table(name).ok_or_else(|| {
        Error::new(STDB_ERR_PROTOCOL, format!("the host sent rows of table `{name}`, which the schema does not have"))
    })
}

fn check_rows(table: &TableSchema, rows: &RowList) -> Result<()> {
    for (number, row) in rows.iter().enumerate() {
        table.layout.check(row).map_err(|error| {
            let message = format!("row {number} of table `{}` is not of its type: {}", table.name, error.message);
            Error::new(STDB_ERR_PROTOCOL, message)
        })?;
    }
    Ok(())
}
