//! What a client's rows must become, worked out from the host's messages alone: each delivery of a row adds one to its
//! count, each deletion takes one, and the row is there while its count is above zero.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use stdb_embedded_host::wire::{Message, ServerMessage, Status, v2};

type Row = Arc<[u8]>;

/// Every table of which a row was heard.
#[derive(Default)]
pub struct Model {
    tables: BTreeMap<String, HashMap<Row, i64>>,
}

/// What a message does to a table: hashes of distinct rows, in the message's order.
#[derive(Debug, Default, PartialEq)]
pub struct Change {
    /// Those of an event table too, which are told of and not kept.
    pub appeared: Vec<u64>,
    pub vanished: Vec<u64>,
}

/// What a message says of a table's rows.
#[derive(Default)]
struct Said {
    inserts: Vec<Row>,
    deletes: Vec<Row>,
    events: Vec<Row>,
}

/// The same, query by query.
type Deliveries<'a> = Vec<(&'a str, Said)>;

impl Model {
    /// Takes a message. Gives the tables of which there is something to tell.
    pub fn apply(&mut self, message: &Message) -> BTreeMap<String, Change> {
        let deliveries = match message {
            Message::V1(message) => of_v1(message),
            Message::V2(message) => of_v2(message),
        };
        let mut by_table: BTreeMap<&str, Said> = BTreeMap::new();
        for (table, said) in deliveries {
            let all = by_table.entry(table).or_default();
            all.inserts.extend(said.inserts);
            all.deletes.extend(said.deletes);
            all.events.extend(said.events);
        }
        let mut changes = BTreeMap::new();
        for (table, said) in by_table {
            let change = settle(self.tables.entry(table.into()).or_default(), said);
            if change != Change::default() {
                changes.insert(table.into(), change);
            }
        }
        changes
    }

    /// Of each table with rows: how many, and the sum of their hashes.
    pub fn totals(&self) -> BTreeMap<String, (usize, u64)> {
        let sum = |rows: &HashMap<Row, i64>| rows.keys().fold(0, |sum: u64, row| sum.wrapping_add(hash(row)));
        let tables = self.tables.iter().filter(|(_, rows)| !rows.is_empty());
        tables.map(|(name, rows)| (name.clone(), (rows.len(), sum(rows)))).collect()
    }
}

fn settle(table: &mut HashMap<Row, i64>, said: Said) -> Change {
    let before = table.clone();
    said.inserts.iter().for_each(|row| *table.entry(row.clone()).or_default() += 1);
    said.deletes.iter().for_each(|row| *table.entry(row.clone()).or_default() -= 1);
    assert!(table.values().all(|count| *count >= 0), "a host deletes only what it has delivered");
    table.retain(|_, count| *count > 0);
    let one_sided = |row: &Row| before.contains_key(row) != table.contains_key(row);
    let mut appeared = distinct(said.inserts.iter().filter(|row| one_sided(row) && table.contains_key(*row)));
    appeared.extend(said.events.iter().map(|row| hash(row)));
    let vanished = distinct(said.deletes.iter().filter(|row| one_sided(row) && before.contains_key(*row)));
    Change { appeared, vanished }
}

/// The hashes of rows, each once.
fn distinct<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<u64> {
    let mut seen = HashSet::new();
    rows.map(|row| hash(row)).filter(|hash| seen.insert(*hash)).collect()
}

/// FNV-1a, as the C program has it.
fn hash(row: &[u8]) -> u64 {
    row.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

fn of_v1(message: &ServerMessage) -> Deliveries<'_> {
    use ServerMessage::*;
    let update = match message {
        TransactionUpdate(transaction) => match &transaction.status {
            Status::Committed(update) => update,
            _ => return Vec::new(),
        },
        TransactionUpdateLight { update, .. } => update,
        SubscribeMultiApplied { update, .. } | UnsubscribeMultiApplied { update, .. } => update,
        _ => return Vec::new(),
    };
    let queries = update.iter().flat_map(|table| table.queries.iter().map(|query| (&*table.table, query)));
    let said = |query: &stdb_embedded_host::wire::QueryUpdate| Said {
        inserts: query.inserts.clone(),
        deletes: query.deletes.clone(),
        ..Said::default()
    };
    queries.map(|(table, query)| (table, said(query))).collect()
}

fn of_v2(message: &v2::ServerMessage) -> Deliveries<'_> {
    use v2::ServerMessage::*;
    match message {
        SubscribeApplied { rows, .. } => {
            let said = |rows: &v2::TableRows| Said { inserts: rows.rows.clone(), ..Said::default() };
            rows.iter().map(|rows| (&*rows.table, said(rows))).collect()
        }
        UnsubscribeApplied { rows: Some(rows), .. } => {
            let said = |rows: &v2::TableRows| Said { deletes: rows.rows.clone(), ..Said::default() };
            rows.iter().map(|rows| (&*rows.table, said(rows))).collect()
        }
        TransactionUpdate(sets) | ReducerResult { outcome: v2::ReducerOutcome::Ok { update: sets, .. }, .. } => {
            let tables = sets.iter().flat_map(|set| &set.tables);
            tables.flat_map(|table| table.queries.iter().map(|query| (&*table.table, of_query(query)))).collect()
        }
        _ => Vec::new(),
    }
}

fn of_query(query: &v2::TableChange) -> Said {
    match query {
        v2::TableChange::Stored { inserts, deletes } => {
            Said { inserts: inserts.clone(), deletes: deletes.clone(), ..Said::default() }
        }
        v2::TableChange::Events(events) => Said { events: events.clone(), ..Said::default() },
    }
}
