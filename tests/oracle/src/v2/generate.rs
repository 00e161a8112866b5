//! Random messages of a host, of every kind, in v2 and v3.

use spacetimedb_client_api_messages::websocket::common::RowSizeHint;
use spacetimedb_client_api_messages::websocket::v2 as oracle;
use spacetimedb_lib::{ConnectionId, Identity};

use super::OracleMessage;
use crate::generate::{self, duration, name, timestamp};
use crate::random::Random;

/// How many kinds of messages a host has.
pub const KINDS: u8 = 8;

/// A random message of a kind, which is the tag it has on the wire.
pub fn host_message(kind: u8, random: &mut Random) -> OracleMessage {
    match kind {
        0 => initial_connection(random).into(),
        1 => subscribe_applied(random).into(),
        2 => unsubscribe_applied(random).into(),
        3 => subscription_error(random).into(),
        4 => transaction_update(random).into(),
        5 => one_off_query_result(random).into(),
        6 => reducer_result(random).into(),
        7 => procedure_result(random).into(),
        _ => panic!("there is no message of the kind {kind}"),
    }
}

fn initial_connection(random: &mut Random) -> oracle::InitialConnection {
    oracle::InitialConnection {
        identity: Identity::from_byte_array(random.array()),
        connection_id: ConnectionId::from_le_byte_array(random.array()),
        token: random.string().into(),
    }
}

fn subscribe_applied(random: &mut Random) -> oracle::SubscribeApplied {
    oracle::SubscribeApplied { request_id: random.u32(), query_set_id: query_set_id(random), rows: query_rows(random) }
}

fn unsubscribe_applied(random: &mut Random) -> oracle::UnsubscribeApplied {
    oracle::UnsubscribeApplied {
        request_id: random.u32(),
        query_set_id: query_set_id(random),
        rows: random.option(query_rows),
    }
}

fn subscription_error(random: &mut Random) -> oracle::SubscriptionError {
    oracle::SubscriptionError {
        request_id: random.option(Random::u32),
        query_set_id: query_set_id(random),
        error: random.string().into(),
    }
}

fn transaction_update(random: &mut Random) -> oracle::TransactionUpdate {
    oracle::TransactionUpdate { query_sets: random.list(4, query_set_update).into() }
}

fn one_off_query_result(random: &mut Random) -> oracle::OneOffQueryResult {
    oracle::OneOffQueryResult {
        request_id: random.u32(),
        result: if random.bool() { Ok(query_rows(random)) } else { Err(random.string().into()) },
    }
}

fn reducer_result(random: &mut Random) -> oracle::ReducerResult {
    oracle::ReducerResult {
        request_id: random.u32(),
        timestamp: timestamp(random),
        result: match random.below(6) {
            0 => oracle::ReducerOutcome::OkEmpty,
            1 => oracle::ReducerOutcome::Err(some_bytes(random).into()),
            2 => oracle::ReducerOutcome::InternalError(random.string().into()),
            _ => oracle::ReducerOutcome::Ok(oracle::ReducerOk {
                ret_value: some_bytes(random).into(),
                transaction_update: transaction_update(random),
            }),
        },
    }
}

fn procedure_result(random: &mut Random) -> oracle::ProcedureResult {
    oracle::ProcedureResult {
        status: match random.bool() {
            true => oracle::ProcedureStatus::Returned(some_bytes(random).into()),
            false => oracle::ProcedureStatus::InternalError(random.string().into()),
        },
        timestamp: timestamp(random),
        total_host_execution_duration: duration(random),
        request_id: random.u32(),
    }
}

fn query_rows(random: &mut Random) -> oracle::QueryRows {
    let table = |random: &mut Random| oracle::SingleTableRows { table: name(random), rows: row_list(random) };
    oracle::QueryRows { tables: random.list(5, table).into() }
}

fn query_set_update(random: &mut Random) -> oracle::QuerySetUpdate {
    oracle::QuerySetUpdate { query_set_id: query_set_id(random), tables: random.list(4, table_update).into() }
}

fn table_update(random: &mut Random) -> oracle::TableUpdate {
    oracle::TableUpdate { table_name: name(random), rows: random.list(4, table_update_rows).into() }
}

fn table_update_rows(random: &mut Random) -> oracle::TableUpdateRows {
    if random.below(4) == 0 {
        return oracle::TableUpdateRows::EventTable(oracle::EventTableRows { events: row_list(random) });
    }
    oracle::TableUpdateRows::PersistentTable(oracle::PersistentTableRows {
        inserts: row_list(random),
        deletes: row_list(random),
    })
}

/// A row list, but none of rows of size 0: that decodes to an empty list, which is not rebuilt to the same.
fn row_list(random: &mut Random) -> oracle::BsatnRowList {
    loop {
        let (hint, rows) = generate::row_list(random).into_inner();
        if !matches!(hint, RowSizeHint::FixedSize(0)) {
            return oracle::BsatnRowList::new(hint, rows);
        }
    }
}

fn some_bytes(random: &mut Random) -> Vec<u8> {
    random.list(40, |random| random.u64() as u8)
}

fn query_set_id(random: &mut Random) -> oracle::QuerySetId {
    oracle::QuerySetId::new(random.u32())
}
