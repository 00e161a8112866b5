//! Whether a decoded message says what the published type says: every field and every row.

use spacetimedb_client_api_messages::websocket::v1 as oracle;
use spacetimedb_sats::bsatn;
use stdb::wire::v1::{HostMessage, OneOffTable, ProcedureStatus, TransactionUpdate, UpdateStatus};
use stdb::wire::{DatabaseUpdate, RowList, TableUpdate};

use crate::OracleMessage;
use crate::compress::{gunzip, unbrotli};

type Format = oracle::BsatnFormat;

/// Panics when the two differ.
pub fn assert_same(oracle: &OracleMessage, ours: &HostMessage) {
    use HostMessage as H;
    use OracleMessage as O;
    match (oracle, ours) {
        (O::InitialSubscription(oracle), H::InitialSubscription { update, request_id, host_execution_micros }) => {
            assert_eq!(oracle.request_id, *request_id);
            assert_eq!(oracle.total_host_execution_duration.to_micros(), *host_execution_micros);
            same_update(&oracle.database_update, update);
        }
        (O::TransactionUpdate(oracle), H::TransactionUpdate(ours)) => same_transaction(oracle, ours),
        (O::TransactionUpdateLight(oracle), H::TransactionUpdateLight { request_id, update }) => {
            assert_eq!(oracle.request_id, *request_id);
            same_update(&oracle.update, update);
        }
        (O::IdentityToken(oracle), H::IdentityToken { identity, token, connection_id }) => {
            assert_eq!(oracle.identity.to_byte_array(), *identity);
            assert_eq!(*oracle.token, **token);
            assert_eq!(oracle.connection_id.as_le_byte_array(), *connection_id);
        }
        (
            O::OneOffQueryResponse(oracle),
            H::OneOffQueryResponse { message_id, error, tables, host_execution_micros },
        ) => {
            assert_eq!(*oracle.message_id, **message_id);
            assert_eq!(oracle.error.as_deref(), error.as_deref());
            assert_eq!(oracle.total_host_execution_duration.to_micros(), *host_execution_micros);
            same_one_off_tables(&oracle.tables, tables);
        }
        (
            O::SubscribeApplied(oracle),
            H::SubscribeApplied { request_id, host_execution_micros, query_id, table_id, table_name, rows },
        ) => {
            let heads = (oracle.request_id, oracle.total_host_execution_duration_micros, oracle.query_id.id);
            assert_eq!(heads, (*request_id, *host_execution_micros, *query_id));
            same_rows(&oracle.rows, *table_id, table_name, rows);
        }
        (
            O::UnsubscribeApplied(oracle),
            H::UnsubscribeApplied { request_id, host_execution_micros, query_id, table_id, table_name, rows },
        ) => {
            let heads = (oracle.request_id, oracle.total_host_execution_duration_micros, oracle.query_id.id);
            assert_eq!(heads, (*request_id, *host_execution_micros, *query_id));
            same_rows(&oracle.rows, *table_id, table_name, rows);
        }
        (
            O::SubscriptionError(oracle),
            H::SubscriptionError { host_execution_micros, request_id, query_id, table_id, error },
        ) => {
            assert_eq!(oracle.total_host_execution_duration_micros, *host_execution_micros);
            assert_eq!((oracle.request_id, oracle.query_id), (*request_id, *query_id));
            assert_eq!(oracle.table_id.map(|table| table.0), *table_id);
            assert_eq!(*oracle.error, **error);
        }
        (
            O::SubscribeMultiApplied(oracle),
            H::SubscribeMultiApplied { request_id, host_execution_micros, query_id, update },
        ) => {
            let heads = (oracle.request_id, oracle.total_host_execution_duration_micros, oracle.query_id.id);
            assert_eq!(heads, (*request_id, *host_execution_micros, *query_id));
            same_update(&oracle.update, update);
        }
        (
            O::UnsubscribeMultiApplied(oracle),
            H::UnsubscribeMultiApplied { request_id, host_execution_micros, query_id, update },
        ) => {
            let heads = (oracle.request_id, oracle.total_host_execution_duration_micros, oracle.query_id.id);
            assert_eq!(heads, (*request_id, *host_execution_micros, *query_id));
            same_update(&oracle.update, update);
        }
        (
            O::ProcedureResult(oracle),
            H::ProcedureResult { status, timestamp_micros, host_execution_micros, request_id },
        ) => {
            assert_eq!(oracle.timestamp.to_micros_since_unix_epoch(), *timestamp_micros);
            assert_eq!(oracle.total_host_execution_duration.to_micros(), *host_execution_micros);
            assert_eq!(oracle.request_id, *request_id);
            same_procedure_status(&oracle.status, status);
        }
        _ => panic!("another kind of message was decoded: {ours:?}"),
    }
}

fn same_transaction(oracle: &oracle::TransactionUpdate<Format>, ours: &TransactionUpdate) {
    match (&oracle.status, &ours.status) {
        (oracle::UpdateStatus::Committed(oracle), UpdateStatus::Committed(ours)) => same_update(oracle, ours),
        (oracle::UpdateStatus::Failed(oracle), UpdateStatus::Failed(ours)) => assert_eq!(**oracle, **ours),
        (oracle::UpdateStatus::OutOfEnergy, UpdateStatus::OutOfEnergy) => {}
        _ => panic!("another status was decoded: {:?}", ours.status),
    }
    assert_eq!(oracle.timestamp.to_micros_since_unix_epoch(), ours.timestamp_micros);
    assert_eq!(oracle.caller_identity.to_byte_array(), ours.caller_identity);
    assert_eq!(oracle.caller_connection_id.as_le_byte_array(), ours.caller_connection_id);
    assert_eq!(*oracle.reducer_call.reducer_name, *ours.reducer_call.reducer_name);
    assert_eq!(oracle.reducer_call.reducer_id, ours.reducer_call.reducer_id);
    assert_eq!(*oracle.reducer_call.args, *ours.reducer_call.args);
    assert_eq!(oracle.reducer_call.request_id, ours.reducer_call.request_id);
    assert_eq!(oracle.energy_quanta_used.get(), ours.energy_used);
    assert_eq!(oracle.total_host_execution_duration.to_micros(), ours.host_execution_micros);
}

fn same_procedure_status(oracle: &oracle::ProcedureStatus<Format>, ours: &ProcedureStatus) {
    match (oracle, ours) {
        (oracle::ProcedureStatus::Returned(oracle), ProcedureStatus::Returned(ours)) => assert_eq!(**oracle, **ours),
        (oracle::ProcedureStatus::OutOfEnergy, ProcedureStatus::OutOfEnergy) => {}
        (oracle::ProcedureStatus::InternalError(oracle), ProcedureStatus::InternalError(ours)) => {
            assert_eq!(oracle, ours)
        }
        _ => panic!("another status was decoded: {ours:?}"),
    }
}

fn same_one_off_tables(oracle: &[oracle::OneOffTable<Format>], ours: &[OneOffTable]) {
    assert_eq!(oracle.len(), ours.len());
    for (oracle, ours) in oracle.iter().zip(ours) {
        assert_eq!(*oracle.table_name, *ours.name);
        same_list(&oracle.rows, &ours.rows);
    }
}

fn same_rows(oracle: &oracle::SubscribeRows<Format>, table_id: u32, table_name: &str, rows: &TableUpdate) {
    assert_eq!((oracle.table_id.0, &*oracle.table_name), (table_id, table_name));
    same_table(&oracle.table_rows, rows);
}

fn same_update(oracle: &oracle::DatabaseUpdate<Format>, ours: &DatabaseUpdate) {
    assert_eq!(oracle.tables.len(), ours.tables.len());
    for (oracle, ours) in oracle.tables.iter().zip(&ours.tables) {
        same_table(oracle, ours);
    }
}

fn same_table(oracle: &oracle::TableUpdate<Format>, ours: &TableUpdate) {
    assert_eq!(oracle.table_id.0, ours.table_id);
    assert_eq!(*oracle.table_name, *ours.table_name);
    assert_eq!(oracle.num_rows, ours.num_rows);
    assert_eq!(oracle.updates.len(), ours.updates.len());
    for (oracle, ours) in oracle.updates.iter().zip(&ours.updates) {
        let oracle = expand(oracle);
        same_list(&oracle.deletes, &ours.deletes);
        same_list(&oracle.inserts, &ours.inserts);
    }
}

/// The published crate leaves the expanding to its users.
fn expand(update: &oracle::CompressableQueryUpdate<Format>) -> oracle::QueryUpdate<Format> {
    let expanded = match update {
        oracle::CompressableQueryUpdate::Uncompressed(update) => return update.clone(),
        oracle::CompressableQueryUpdate::Brotli(bytes) => unbrotli(bytes),
        oracle::CompressableQueryUpdate::Gzip(bytes) => gunzip(bytes),
    };
    bsatn::from_slice(&expanded).expect("a query update")
}

fn same_list(oracle: &oracle::BsatnRowList, ours: &RowList) {
    let rows: Vec<_> = oracle.into_iter().collect();
    assert_eq!(rows.len(), ours.len());
    assert_eq!(rows.is_empty(), ours.is_empty());
    assert_eq!(rows.len(), ours.iter().len());
    for (index, (oracle, ours_iterated)) in rows.iter().zip(ours.iter()).enumerate() {
        assert_eq!(**oracle, *ours_iterated);
        assert_eq!(**oracle, *ours.get(index));
    }
    let (hint, bytes) = oracle.clone().into_inner();
    assert_eq!(bytes, *ours.bytes());
    let fixed_size = match hint {
        oracle::RowSizeHint::FixedSize(size) if size > 0 => Some(usize::from(size)),
        _ => None,
    };
    assert_eq!(fixed_size, ours.fixed_size());
}
