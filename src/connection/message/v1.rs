//! What a message of v1 says.

use bytes::Bytes;

use super::rows::{Gathered, Shapes};
use super::{Answer, Delivery, Message, query_rows, unasked};
use crate::cache::delta::TableDelta;
use crate::cache::holders::HOST;
use crate::call::CallStatus;
use crate::connection::context::ReducerEvent;
use crate::error::Result;
use crate::wire::DatabaseUpdate;
use crate::wire::v1::{HostMessage, ProcedureStatus, TransactionUpdate, UpdateStatus};

/// Turns a message of v1 into what it says. Rows are checked against the schema, if there is one.
///
/// Returns `STDB_ERR_PROTOCOL`, naming table and cause, for a table that the schema does not know or a row that is not of its
/// table's type; and for an answer to a message that this library never sends.
pub fn message(message: HostMessage, shapes: Option<&Shapes>) -> Result<Message> {
    Ok(match message {
        HostMessage::IdentityToken { identity, token, connection_id } => {
            Message::Identity { identity, token, connection_id }
        }
        HostMessage::SubscribeMultiApplied { query_id, update, .. } => {
            Message::Subscribed { query_id, deltas: deltas(update, shapes)? }
        }
        HostMessage::UnsubscribeMultiApplied { query_id, update, .. } => {
            Message::Unsubscribed { query_id, deltas: Some(deltas(update, shapes)?) }
        }
        HostMessage::SubscriptionError { query_id, error, .. } => Message::SubscriptionFailed { query_id, error },
        HostMessage::TransactionUpdate(update) => reducer(update, shapes)?,
        HostMessage::TransactionUpdateLight { update, .. } => {
            Message::Transaction { rows: Delivery { deltas: deltas(update, shapes)?, sets: Vec::new() } }
        }
        HostMessage::OneOffQueryResponse { message_id, error, tables, .. } => {
            let rows = tables.into_iter().map(|table| (table.name, table.rows));
            let result = error.map_or_else(|| query_rows(rows, shapes).map(Ok), |error| Ok(Err(error)))?;
            Message::QueryResult { request_id: request_id(&message_id), result }
        }
        HostMessage::ProcedureResult { status, timestamp_micros, host_execution_micros, request_id } => {
            Message::ProcedureResult { request_id, timestamp_micros, host_execution_micros, answer: answer(status) }
        }
        HostMessage::InitialSubscription { .. } => return Err(unasked("InitialSubscription")),
        HostMessage::SubscribeApplied { .. } => return Err(unasked("SubscribeApplied")),
        HostMessage::UnsubscribeApplied { .. } => return Err(unasked("UnsubscribeApplied")),
    })
}

/// Our request id, which a query has as its message id. Any other is nobody's.
fn request_id(message_id: &Bytes) -> u32 {
    message_id.as_ref().try_into().map_or(0, u32::from_le_bytes)
}

fn answer(status: ProcedureStatus) -> Answer {
    let (status, message, value) = match status {
        ProcedureStatus::Returned(value) => (CallStatus::Committed, String::new(), value),
        ProcedureStatus::OutOfEnergy => (CallStatus::OutOfEnergy, String::new(), Bytes::new()),
        ProcedureStatus::InternalError(message) => (CallStatus::Failed, message, Bytes::new()),
    };
    Answer { status, message, value }
}

fn reducer(update: TransactionUpdate, shapes: Option<&Shapes>) -> Result<Message> {
    let (status, message, deltas) = match update.status {
        UpdateStatus::Committed(update) => (CallStatus::Committed, String::new(), deltas(update, shapes)?),
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
        value: Bytes::new(),
    };
    Ok(Message::Reducer { request_id: call.request_id, event: Box::new(event), deltas })
}

fn deltas(update: DatabaseUpdate, shapes: Option<&Shapes>) -> Result<Vec<TableDelta>> {
    let mut gathered = Gathered::new(shapes);
    for update in update.tables {
        let table = gathered.table(&update.table_name)?;
        for query in update.updates {
            table.delete(HOST, query.deletes)?;
            table.insert(HOST, query.inserts)?;
        }
    }
    Ok(gathered.into_deltas())
}
