//! What the host sends, made before anything is measured.

use std::sync::LazyLock;

use stdb_embedded_host::bsatn::Writer;
use stdb_embedded_host::wire::{
    Compression, DatabaseUpdate, Encoding, QueryUpdate, ServerMessage, Status, TableUpdate, TransactionUpdate, v1,
};

type Row = std::sync::Arc<[u8]>;

pub const ENTITIES: u64 = 1_000_000;
pub const ACCOUNTS: u64 = 200_000;
/// Rows that one transaction changes.
pub const TRANSACTION: u64 = 1_000;
/// Of all entities, each once.
pub const UPDATES: u64 = ENTITIES;
/// All entities but each hundredth.
pub const DELETES: u64 = ENTITIES / 100 * 99;

const ENTITY_TABLE: u32 = 4097;
const ACCOUNT_TABLE: u32 = 4096;
/// It shares no factor with the number of entities: its multiples reach each of them, far from the one before.
const STRIDE: u64 = 7_368_787;

pub static ENTITIES_APPLIED: LazyLock<Applied> = LazyLock::new(|| {
    let rows = (1..=ENTITIES).map(|id| entity(id, 0)).collect();
    Applied::new(table(ENTITY_TABLE, "entity", Vec::new(), rows))
});

pub static ACCOUNTS_APPLIED: LazyLock<Applied> =
    LazyLock::new(|| Applied::new(table(ACCOUNT_TABLE, "account", Vec::new(), (1..=ACCOUNTS).map(account).collect())));

/// Transactions that update all entities, in an order that is far from the one they came in.
pub static UPDATE_ENTITIES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let ids: Vec<u64> = (0..UPDATES).map(|i| i * STRIDE % ENTITIES + 1).collect();
    transactions(&ids, "update_entities", |ids| {
        let rows = |version| ids.iter().map(|&id| entity(id, version)).collect();
        (rows(0), rows(1))
    })
});

/// Transactions that delete all entities but each hundredth.
pub static DELETE_ENTITIES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let ids: Vec<u64> = (1..=ENTITIES).filter(|id| id % 100 != 0).collect();
    let old = |ids: &[u64]| ids.iter().map(|&id| entity(id, 0)).collect();
    transactions(&ids, "delete_entities", |ids| (old(ids), Vec::new()))
});

/// A row of `entity`; its `hp` tells the version.
fn entity(id: u64, version: u32) -> Row {
    let moved = version as f32;
    let position = Writer::new().u64(id).u32(id as u32 % 64).f32(id as f32).f32(moved).f32(-moved);
    position.u32(id as u32 % 100 + version).finish().into()
}

fn account(id: u64) -> Row {
    Writer::new().u64(id).str(&format!("player-{id:07}")).str(&format!("player-{id:07}@example.com")).finish().into()
}

fn table(table_id: u32, name: &str, deletes: Vec<Row>, inserts: Vec<Row>) -> DatabaseUpdate {
    vec![TableUpdate { table_id, table: name.into(), queries: vec![QueryUpdate { deletes, inserts }] }]
}

/// One transaction for each so many entities, one frame after another, as they go over the wire.
fn transactions(ids: &[u64], reducer: &str, change: impl Fn(&[u64]) -> (Vec<Row>, Vec<Row>)) -> Vec<u8> {
    let frame = |ids: &[u64]| {
        let (deletes, inserts) = change(ids);
        let message =
            transaction(reducer, Vec::new(), 0, Caller::default(), table(ENTITY_TABLE, "entity", deletes, inserts));
        [header(message.len()), message].concat()
    };
    ids.chunks(TRANSACTION as usize).flat_map(frame).collect()
}

/// Who called a reducer: by default somebody else.
#[derive(Clone, Copy, Default)]
pub struct Caller {
    pub identity: [u8; 32],
    pub connection_id: [u8; 16],
}

/// The message of a transaction that committed.
pub fn transaction(reducer: &str, args: Vec<u8>, request_id: u32, caller: Caller, update: DatabaseUpdate) -> Vec<u8> {
    encode(ServerMessage::TransactionUpdate(TransactionUpdate {
        status: Status::Committed(update),
        timestamp: 1_700_000_000_000_000,
        caller_identity: caller.identity,
        caller_connection_id: caller.connection_id,
        reducer: reducer.into(),
        reducer_id: 1,
        args,
        request_id,
        energy: 100,
        micros: 10,
    }))
}

/// A message as this host sends it: never compressed.
pub fn encode(message: ServerMessage) -> Vec<u8> {
    [vec![Compression::None.tag()], v1::encode_server(&message, Encoding::default())].concat()
}

/// The header of a WebSocket frame that is a whole binary message of a server.
pub fn header(len: usize) -> Vec<u8> {
    let mut header = vec![0x82];
    match (u16::try_from(len), len) {
        (_, 0..=125) => header.push(len as u8),
        (Ok(len), _) => {
            header.push(126);
            header.extend(len.to_be_bytes());
        }
        _ => {
            header.push(127);
            header.extend((len as u64).to_be_bytes());
        }
    }
    header
}

/// The answer to a subscription, but for the numbers that the subscription gave.
pub struct Applied {
    message: Vec<u8>,
}

impl Applied {
    fn new(update: DatabaseUpdate) -> Self {
        let message = ServerMessage::SubscribeMultiApplied { request_id: 0, micros: 0, query_id: 0, update };
        Self { message: encode(message) }
    }

    /// The frame in two parts: one that is this subscription's, one that all share.
    pub fn parts(&self, request_id: u32, query_id: u32) -> (Vec<u8>, &[u8]) {
        // The compression's tag, the message's tag, the request's id, a time, the query's id.
        let (own, shared) = self.message.split_at(1 + 1 + 4 + 8 + 4);
        let ids = Writer::new().raw(&own[..2]).u32(request_id).raw(&own[6..14]).u32(query_id);
        ([header(self.message.len()), ids.finish()].concat(), shared)
    }
}
