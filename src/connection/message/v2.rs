//! What a message of v2 or v3 says.

use bytes::Bytes;

use super::rows::{Gathered, Shapes};
use super::{Answer, Delivery, Message, query_rows};
use crate::cache::holders::Holder;
use crate::call::CallStatus;
use crate::error::{Error, Result, STDB_ERR_PROTOCOL};
use crate::value::Reader;
use crate::wire::v2::{HostMessage, ProcedureStatus, ReducerOutcome, TableUpdateRows, TransactionUpdate};

/// Turns a message of v2 into what it says. Rows are checked against the schema, if there is one.
///
/// Returns `STDB_ERR_PROTOCOL`, naming table and cause, for a table that the schema does not know or a row that is not of its
/// table's type.
pub fn message(message: HostMessage, shapes: Option<&Shapes>) -> Result<Message> {
    Ok(match message {
        HostMessage::InitialConnection { identity, connection_id, token } => {
            Message::Identity { identity, token, connection_id }
        }
        HostMessage::SubscribeApplied { query_set_id, tables, .. } => {
            check_set(query_set_id)?;
            let mut gathered = Gathered::new(shapes);
            for table in tables {
                gathered.table(&table.table_name)?.insert(query_set_id, table.rows)?;
            }
            Message::Subscribed { query_id: query_set_id, deltas: gathered.into_deltas() }
        }
        // Which rows the set held is known here, also when the host tells.
        HostMessage::UnsubscribeApplied { query_set_id, .. } => {
            Message::Unsubscribed { query_id: query_set_id, deltas: None }
        }
        HostMessage::SubscriptionError { query_set_id, error, .. } => {
            Message::SubscriptionFailed { query_id: Some(query_set_id), error }
        }
        HostMessage::TransactionUpdate(update) => Message::Transaction { rows: delivery(update, shapes)? },
        HostMessage::OneOffQueryResult { request_id, result } => {
            let rows = |tables: Vec<_>| query_rows(tables.into_iter().map(into_pair), shapes);
            Message::QueryResult { request_id, result: result.map(rows).map_or_else(|e| Ok(Err(e)), |r| r.map(Ok))? }
        }
        HostMessage::ReducerResult { request_id, timestamp_micros, outcome } => {
            let (answer, rows) = match outcome {
                ReducerOutcome::Ok { return_value, update } => (committed(return_value), delivery(update, shapes)?),
                ReducerOutcome::OkEmpty => (committed(Bytes::new()), nothing()),
                ReducerOutcome::Err(value) => (failed(text_of(&value), value), nothing()),
                ReducerOutcome::InternalError(message) => (failed(message, Bytes::new()), nothing()),
            };
            Message::ReducerResult { request_id, timestamp_micros, answer, rows }
        }
        HostMessage::ProcedureResult { status, timestamp_micros, host_execution_micros, request_id } => {
            let answer = match status {
                ProcedureStatus::Returned(value) => committed(value),
                ProcedureStatus::InternalError(message) => failed(message, Bytes::new()),
            };
            Message::ProcedureResult { request_id, timestamp_micros, host_execution_micros, answer }
        }
    })
}

fn into_pair(table: crate::wire::v2::TableRows) -> (String, crate::wire::RowList) {
    (table.table_name, table.rows)
}

fn committed(value: Bytes) -> Answer {
    Answer { status: CallStatus::Committed, message: String::new(), value }
}

fn failed(message: String, value: Bytes) -> Answer {
    Answer { status: CallStatus::Failed, message, value }
}

/// The text of an error that is a string, as most reducers' are; of any other, that there is one.
fn text_of(error: &[u8]) -> String {
    let mut reader = Reader::new(error);
    match reader.string() {
        Ok(text) if reader.remaining() == 0 => text.to_owned(),
        _ => format!("the reducer returned an error that is not a text, of {} bytes", error.len()),
    }
}

fn nothing() -> Delivery {
    Delivery { deltas: Vec::new(), sets: Vec::new() }
}

/// Checks that a query set may be a [`Holder`] of rows. Whether it is one of ours is seen later.
fn check_set(query_set_id: Holder) -> Result<()> {
    if query_set_id >> 31 == 0 {
        return Ok(());
    }
    let message = format!("the host sent rows for query set {query_set_id}, which is not one of ours");
    Err(Error::new(STDB_ERR_PROTOCOL, message))
}

fn delivery(update: TransactionUpdate, shapes: Option<&Shapes>) -> Result<Delivery> {
    let mut gathered = Gathered::new(shapes);
    let mut sets = Vec::with_capacity(update.query_sets.len());
    for set in update.query_sets {
        sets.push(set.query_set_id);
        check_set(set.query_set_id)?;
        for update in set.tables {
            let table = gathered.table(&update.table_name)?;
            for rows in update.rows {
                match rows {
                    TableUpdateRows::Persistent { inserts, deletes } => {
                        table.delete(set.query_set_id, deletes)?;
                        table.insert(set.query_set_id, inserts)?;
                    }
                    TableUpdateRows::Event { events } => table.event(set.query_set_id, events)?,
                }
            }
        }
    }
    Ok(Delivery { deltas: gathered.into_deltas(), sets })
}
