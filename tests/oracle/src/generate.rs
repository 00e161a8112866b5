//! Random messages of a host, of every kind, in v1.

use bytes::Bytes;
use spacetimedb_client_api_messages::{energy::EnergyQuanta, websocket::v1 as oracle};
use spacetimedb_lib::{ConnectionId, Identity, TimeDuration, Timestamp};
use spacetimedb_primitives::TableId;
use spacetimedb_sats::{bsatn, raw_identifier::RawIdentifier};

use crate::OracleMessage;
use crate::compress::{brotli, gzip};
use crate::random::Random;

type Format = oracle::BsatnFormat;

/// How many kinds of messages a host has.
pub const KINDS: u8 = 11;

/// A random message of a kind, which is the tag it has on the wire.
pub fn host_message(kind: u8, random: &mut Random) -> OracleMessage {
    match kind {
        0 => initial_subscription(random).into(),
        1 => transaction_update(random).into(),
        2 => oracle::TransactionUpdateLight { request_id: random.u32(), update: update(random) }.into(),
        3 => identity_token(random).into(),
        4 => one_off_query_response(random).into(),
        5 => subscribe_applied(random).into(),
        6 => unsubscribe_applied(random).into(),
        7 => subscription_error(random).into(),
        8 => subscribe_multi_applied(random).into(),
        9 => unsubscribe_multi_applied(random).into(),
        10 => procedure_result(random).into(),
        _ => panic!("there is no message of the kind {kind}"),
    }
}

fn initial_subscription(random: &mut Random) -> oracle::InitialSubscription<Format> {
    oracle::InitialSubscription {
        database_update: update(random),
        request_id: random.u32(),
        total_host_execution_duration: duration(random),
    }
}

fn transaction_update(random: &mut Random) -> oracle::TransactionUpdate<Format> {
    oracle::TransactionUpdate {
        status: match random.below(4) {
            0 => oracle::UpdateStatus::Failed(random.string().into()),
            1 => oracle::UpdateStatus::OutOfEnergy,
            _ => oracle::UpdateStatus::Committed(update(random)),
        },
        timestamp: timestamp(random),
        caller_identity: Identity::from_byte_array(random.array()),
        caller_connection_id: ConnectionId::from_le_byte_array(random.array()),
        reducer_call: oracle::ReducerCallInfo {
            reducer_name: name(random),
            reducer_id: random.u32(),
            args: random.list(40, |random| random.u64() as u8).into(),
            request_id: random.u32(),
        },
        energy_quanta_used: EnergyQuanta::new(random.u128()),
        total_host_execution_duration: duration(random),
    }
}

fn identity_token(random: &mut Random) -> oracle::IdentityToken {
    oracle::IdentityToken {
        identity: Identity::from_byte_array(random.array()),
        token: random.string().into(),
        connection_id: ConnectionId::from_le_byte_array(random.array()),
    }
}

fn one_off_query_response(random: &mut Random) -> oracle::OneOffQueryResponse<Format> {
    oracle::OneOffQueryResponse {
        message_id: random.list(20, |random| random.u64() as u8).into(),
        error: random.option(|random| random.string().into()),
        tables: random
            .list(4, |random| oracle::OneOffTable { table_name: name(random), rows: row_list(random) })
            .into(),
        total_host_execution_duration: duration(random),
    }
}

fn subscribe_applied(random: &mut Random) -> oracle::SubscribeApplied<Format> {
    oracle::SubscribeApplied {
        request_id: random.u32(),
        total_host_execution_duration_micros: random.u64(),
        query_id: query_id(random),
        rows: subscribe_rows(random),
    }
}

fn unsubscribe_applied(random: &mut Random) -> oracle::UnsubscribeApplied<Format> {
    oracle::UnsubscribeApplied {
        request_id: random.u32(),
        total_host_execution_duration_micros: random.u64(),
        query_id: query_id(random),
        rows: subscribe_rows(random),
    }
}

fn subscribe_rows(random: &mut Random) -> oracle::SubscribeRows<Format> {
    oracle::SubscribeRows {
        table_id: TableId(random.u32()),
        table_name: name(random),
        table_rows: table_update(random),
    }
}

fn subscription_error(random: &mut Random) -> oracle::SubscriptionError {
    oracle::SubscriptionError {
        total_host_execution_duration_micros: random.u64(),
        request_id: random.option(Random::u32),
        query_id: random.option(Random::u32),
        table_id: random.option(|random| TableId(random.u32())),
        error: random.string().into(),
    }
}

fn subscribe_multi_applied(random: &mut Random) -> oracle::SubscribeMultiApplied<Format> {
    oracle::SubscribeMultiApplied {
        request_id: random.u32(),
        total_host_execution_duration_micros: random.u64(),
        query_id: query_id(random),
        update: update(random),
    }
}

fn unsubscribe_multi_applied(random: &mut Random) -> oracle::UnsubscribeMultiApplied<Format> {
    oracle::UnsubscribeMultiApplied {
        request_id: random.u32(),
        total_host_execution_duration_micros: random.u64(),
        query_id: query_id(random),
        update: update(random),
    }
}

fn procedure_result(random: &mut Random) -> oracle::ProcedureResult<Format> {
    oracle::ProcedureResult {
        status: match random.below(3) {
            0 => oracle::ProcedureStatus::Returned(random.list(40, |random| random.u64() as u8).into()),
            1 => oracle::ProcedureStatus::OutOfEnergy,
            _ => oracle::ProcedureStatus::InternalError(random.string()),
        },
        timestamp: timestamp(random),
        total_host_execution_duration: duration(random),
        request_id: random.u32(),
    }
}

fn update(random: &mut Random) -> oracle::DatabaseUpdate<Format> {
    oracle::DatabaseUpdate { tables: random.list(5, table_update) }
}

fn table_update(random: &mut Random) -> oracle::TableUpdate<Format> {
    oracle::TableUpdate {
        table_id: TableId(random.u32()),
        table_name: name(random),
        num_rows: random.u64(),
        updates: random.list(4, query_update).into(),
    }
}

/// A query update, compressed or not.
fn query_update(random: &mut Random) -> oracle::CompressableQueryUpdate<Format> {
    let update = oracle::QueryUpdate { deletes: row_list(random), inserts: row_list(random) };
    match random.below(6) {
        0 => oracle::CompressableQueryUpdate::Brotli(brotli(&bsatn::to_vec(&update).unwrap()).into()),
        1 => oracle::CompressableQueryUpdate::Gzip(gzip(&bsatn::to_vec(&update).unwrap()).into()),
        _ => oracle::CompressableQueryUpdate::Uncompressed(update),
    }
}

/// A row list of one of the two kinds. Rows without bytes are among them.
pub(crate) fn row_list(random: &mut Random) -> oracle::BsatnRowList {
    let count = random.below(12);
    if random.bool() {
        let size = if random.below(20) == 0 { 0 } else { 1 + random.below(40) };
        let rows = random.bytes(count * size);
        return oracle::BsatnRowList::new(oracle::RowSizeHint::FixedSize(size as u16), rows.into());
    }
    let mut rows = Vec::new();
    let mut offsets = Vec::new();
    for _ in 0..count {
        offsets.push(rows.len() as u64);
        let length = random.below(30).saturating_sub(10);
        rows.extend(random.bytes(length));
    }
    oracle::BsatnRowList::new(oracle::RowSizeHint::RowOffsets(offsets.into()), Bytes::from(rows))
}

pub(crate) fn name(random: &mut Random) -> RawIdentifier {
    RawIdentifier::new(random.string())
}

fn query_id(random: &mut Random) -> oracle::QueryId {
    oracle::QueryId::new(random.u32())
}

pub(crate) fn timestamp(random: &mut Random) -> Timestamp {
    Timestamp::from_micros_since_unix_epoch(random.i64())
}

pub(crate) fn duration(random: &mut Random) -> TimeDuration {
    TimeDuration::from_micros(random.i64())
}
