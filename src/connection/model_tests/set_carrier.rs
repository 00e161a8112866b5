//! The messages of v2 and v3: their kinds and their bytes.

use super::message::{QueryUpdate, TableUpdate, put_bytes, put_u32};

/// The kind of a message of v2 or v3.
#[derive(Clone, Copy, Debug)]
pub enum SetCarrier {
    /// `SubscribeApplied` of that query set. Its rows are inserts.
    Applied(u32),
    /// `UnsubscribeApplied` of that query set. With rows or without them: they are not needed.
    Ended(u32),
    /// `SubscriptionError` of that query set. It has no rows.
    Failed(u32),
    /// `TransactionUpdate`.
    Transaction,
    /// `ReducerResult` of that request.
    Result(u32, Outcome),
}

/// How a reducer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned, and changed rows.
    Ok,
    /// It returned and changed nothing here. No rows.
    OkEmpty,
    /// It returned an error. No rows.
    Err,
    /// It panicked. No rows.
    Internal,
}

/// The first message of a connection.
pub fn identity_body() -> Vec<u8> {
    let mut body = vec![0];
    body.extend([1; 32]);
    body.extend([1; 16]);
    put_bytes(&mut body, b"token");
    body
}

impl SetCarrier {
    /// Writes a message.
    pub fn put(self, tables: &[TableUpdate], body: &mut Vec<u8>) {
        match self {
            SetCarrier::Applied(set) => {
                body.push(1);
                put_u32(body, 3);
                put_u32(body, set);
                put_rows(tables, body);
            }
            SetCarrier::Ended(set) => {
                body.push(2);
                put_u32(body, 3);
                put_u32(body, set);
                body.push(u8::from(tables.is_empty()));
                if !tables.is_empty() {
                    put_rows(tables, body);
                }
            }
            SetCarrier::Failed(set) => {
                body.push(3);
                body.push(1);
                put_u32(body, set);
                put_bytes(body, b"gone");
            }
            SetCarrier::Transaction => {
                body.push(4);
                put_update(tables, body);
            }
            SetCarrier::Result(request_id, outcome) => {
                body.push(6);
                put_u32(body, request_id);
                body.extend(1_700_000_000_000_000i64.to_le_bytes());
                outcome.put(tables, body);
            }
        }
    }
}

impl Outcome {
    fn put(self, tables: &[TableUpdate], body: &mut Vec<u8>) {
        match self {
            Outcome::Ok => {
                body.push(0);
                put_bytes(body, b"");
                put_update(tables, body);
            }
            Outcome::OkEmpty => body.push(1),
            Outcome::Err => {
                body.push(2);
                put_bytes(body, b"\x03\0\0\0bad");
            }
            Outcome::Internal => {
                body.push(3);
                put_bytes(body, b"panicked");
            }
        }
    }
}

/// Writes the inserts, query by query.
fn put_rows(tables: &[TableUpdate], body: &mut Vec<u8>) {
    let lists = || tables.iter().flat_map(|part| part.updates.iter().map(|update| (&part.table, &update.inserts)));
    put_u32(body, lists().count() as u32);
    for (table, rows) in lists() {
        put_bytes(body, table.as_bytes());
        rows.put(body);
    }
}

/// Writes rows by query set. Neighbours of the same set go together.
fn put_update(tables: &[TableUpdate], body: &mut Vec<u8>) {
    let sets = || tables.chunk_by(|a, b| a.set == b.set);
    put_u32(body, sets().count() as u32);
    for parts in sets() {
        put_u32(body, parts[0].set);
        put_u32(body, parts.len() as u32);
        for TableUpdate { table, updates, .. } in parts {
            put_bytes(body, table.as_bytes());
            put_u32(body, updates.len() as u32);
            updates.iter().for_each(|update| put_query(update, body));
        }
    }
}

fn put_query(update: &QueryUpdate, body: &mut Vec<u8>) {
    body.push(u8::from(update.is_event));
    update.inserts.put(body);
    if !update.is_event {
        update.deletes.put(body);
    }
}
