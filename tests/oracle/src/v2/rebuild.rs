//! A decoded message as the published type.

use spacetimedb_client_api_messages::websocket::common::RowSizeHint;
use spacetimedb_client_api_messages::websocket::v2 as oracle;
use spacetimedb_lib::{ConnectionId, Identity, TimeDuration, Timestamp};
use spacetimedb_sats::raw_identifier::RawIdentifier;
use stdb::wire::RowList;
use stdb::wire::v2::{
    HostMessage, ProcedureStatus, QuerySetUpdate, ReducerOutcome, TableRows, TableUpdate, TableUpdateRows,
    TransactionUpdate,
};

use super::OracleMessage;

/// The published form of a host's message.
pub fn host_message(ours: &HostMessage) -> OracleMessage {
    match ours {
        HostMessage::InitialConnection { identity, connection_id, token } => oracle::InitialConnection {
            identity: Identity::from_byte_array(*identity),
            connection_id: ConnectionId::from_le_byte_array(*connection_id),
            token: token.as_str().into(),
        }
        .into(),
        HostMessage::SubscribeApplied { request_id, query_set_id, tables } => oracle::SubscribeApplied {
            request_id: *request_id,
            query_set_id: oracle::QuerySetId::new(*query_set_id),
            rows: query_rows(tables),
        }
        .into(),
        HostMessage::UnsubscribeApplied { request_id, query_set_id, dropped } => oracle::UnsubscribeApplied {
            request_id: *request_id,
            query_set_id: oracle::QuerySetId::new(*query_set_id),
            rows: dropped.as_deref().map(query_rows),
        }
        .into(),
        HostMessage::SubscriptionError { request_id, query_set_id, error } => oracle::SubscriptionError {
            request_id: *request_id,
            query_set_id: oracle::QuerySetId::new(*query_set_id),
            error: error.as_str().into(),
        }
        .into(),
        HostMessage::TransactionUpdate(update) => transaction_update(update).into(),
        HostMessage::OneOffQueryResult { request_id, result } => oracle::OneOffQueryResult {
            request_id: *request_id,
            result: result.as_deref().map(query_rows).map_err(|error| error.as_str().into()),
        }
        .into(),
        HostMessage::ReducerResult { request_id, timestamp_micros, outcome } => oracle::ReducerResult {
            request_id: *request_id,
            timestamp: Timestamp::from_micros_since_unix_epoch(*timestamp_micros),
            result: reducer_outcome(outcome),
        }
        .into(),
        HostMessage::ProcedureResult { status, timestamp_micros, host_execution_micros, request_id } => {
            oracle::ProcedureResult {
                status: match status {
                    ProcedureStatus::Returned(value) => oracle::ProcedureStatus::Returned(value.clone()),
                    ProcedureStatus::InternalError(error) => {
                        oracle::ProcedureStatus::InternalError(error.as_str().into())
                    }
                },
                timestamp: Timestamp::from_micros_since_unix_epoch(*timestamp_micros),
                total_host_execution_duration: TimeDuration::from_micros(*host_execution_micros),
                request_id: *request_id,
            }
            .into()
        }
    }
}

fn reducer_outcome(ours: &ReducerOutcome) -> oracle::ReducerOutcome {
    match ours {
        ReducerOutcome::Ok { return_value, update } => oracle::ReducerOutcome::Ok(oracle::ReducerOk {
            ret_value: return_value.clone(),
            transaction_update: transaction_update(update),
        }),
        ReducerOutcome::OkEmpty => oracle::ReducerOutcome::OkEmpty,
        ReducerOutcome::Err(error) => oracle::ReducerOutcome::Err(error.clone()),
        ReducerOutcome::InternalError(error) => oracle::ReducerOutcome::InternalError(error.as_str().into()),
    }
}

fn transaction_update(ours: &TransactionUpdate) -> oracle::TransactionUpdate {
    oracle::TransactionUpdate { query_sets: ours.query_sets.iter().map(query_set_update).collect() }
}

fn query_set_update(ours: &QuerySetUpdate) -> oracle::QuerySetUpdate {
    oracle::QuerySetUpdate {
        query_set_id: oracle::QuerySetId::new(ours.query_set_id),
        tables: ours.tables.iter().map(table_update).collect(),
    }
}

fn table_update(ours: &TableUpdate) -> oracle::TableUpdate {
    oracle::TableUpdate {
        table_name: RawIdentifier::new(ours.table_name.as_str()),
        rows: ours.rows.iter().map(table_update_rows).collect(),
    }
}

fn table_update_rows(ours: &TableUpdateRows) -> oracle::TableUpdateRows {
    match ours {
        TableUpdateRows::Persistent { inserts, deletes } => {
            let (inserts, deletes) = (row_list(inserts), row_list(deletes));
            oracle::TableUpdateRows::PersistentTable(oracle::PersistentTableRows { inserts, deletes })
        }
        TableUpdateRows::Event { events } => {
            oracle::TableUpdateRows::EventTable(oracle::EventTableRows { events: row_list(events) })
        }
    }
}

fn query_rows(ours: impl AsRef<[TableRows]>) -> oracle::QueryRows {
    let tables = ours.as_ref().iter().map(|table| oracle::SingleTableRows {
        table: RawIdentifier::new(table.table_name.as_str()),
        rows: row_list(&table.rows),
    });
    oracle::QueryRows { tables: tables.collect() }
}

/// Row by row, as the list gives them.
fn row_list(ours: &RowList) -> oracle::BsatnRowList {
    let starts = ours.iter().scan(0, |end, row| {
        let start = *end;
        *end += row.len() as u64;
        Some(start)
    });
    let hint = match ours.fixed_size() {
        Some(size) => RowSizeHint::FixedSize(size.try_into().expect("a row size is a u16")),
        None => RowSizeHint::RowOffsets(starts.collect()),
    };
    let rows: Vec<u8> = ours.iter().flatten().copied().collect();
    oracle::BsatnRowList::new(hint, rows.into())
}
