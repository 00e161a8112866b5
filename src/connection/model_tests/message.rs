//! A message of a host: its bytes, and how it is printed.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;

use super::set_carrier::SetCarrier;

/// The bytes of a row.
pub type Row = Vec<u8>;
/// The name of a table.
pub type Name = Arc<str>;

/// What the host sends.
pub struct Message {
    pub carrier: Carrier,
    pub tables: Vec<TableUpdate>,
    /// Whether the whole message is compressed.
    pub gzip: bool,
}

/// The kind of a message.
#[derive(Clone, Copy, Debug)]
pub enum Carrier {
    /// `SubscribeMultiApplied` of that subscription.
    Subscribed(u32),
    /// `UnsubscribeMultiApplied` of that subscription.
    Unsubscribed(u32),
    /// `SubscriptionError` of that subscription, or of all. It has no rows.
    SubscriptionFailed(Option<u32>),
    /// `TransactionUpdate` of a reducer that somebody else called.
    Reducer,
    /// `TransactionUpdate` of a reducer that failed. It has no rows.
    ReducerFailed,
    /// `TransactionUpdateLight`.
    Light,
    /// One of v2 and v3.
    OfSets(SetCarrier),
}

impl Carrier {
    pub fn has_rows(self) -> bool {
        !matches!(self, Carrier::ReducerFailed) && !self.is_subscription_error()
    }

    /// Whether a query set ends, whose rows are known.
    pub fn is_end_of_set(self) -> bool {
        matches!(self, Carrier::OfSets(SetCarrier::Ended(_)))
    }

    pub fn is_subscription_error(self) -> bool {
        matches!(self, Carrier::SubscriptionFailed(_))
    }
}

/// The rows of a table. A message may have several of one table.
#[derive(Clone)]
pub struct TableUpdate {
    /// The query set that they are of; [`HOST`](crate::cache::holders::HOST) in v1.
    pub set: u32,
    pub table: Name,
    pub updates: Vec<QueryUpdate>,
}

/// The rows of one query.
#[derive(Clone, Default)]
pub struct QueryUpdate {
    pub deletes: RowList,
    pub inserts: RowList,
    /// Whether the inserts are events, which v1 does not have.
    pub is_event: bool,
    /// Whether it is compressed, which only v1 does.
    pub gzip: bool,
}

/// Rows, and whether they are written without their offsets, for which they must all have one size that is not 0.
#[derive(Clone, Default)]
pub struct RowList {
    pub rows: Vec<Row>,
    pub by_size: bool,
}

impl RowList {
    /// Whether the rows can be written without their offsets.
    pub fn has_one_size(&self) -> bool {
        let size = self.rows.first().map_or(0, Vec::len);
        (1..=usize::from(u16::MAX)).contains(&size) && self.rows.iter().all(|row| row.len() == size)
    }
}

/// The first message of a connection.
pub fn identity_body() -> Vec<u8> {
    let mut body = vec![3];
    body.extend([1; 32]);
    put_bytes(&mut body, b"token");
    body.extend([1; 16]);
    body
}

/// The bodies of one or more messages as a host sends them.
pub fn frame(bodies: &[u8], is_compressed: bool) -> Bytes {
    let (tag, payload) = if is_compressed { (2, &*gzip(bodies)) } else { (0, bodies) };
    [&[tag], payload].concat().into()
}

impl Message {
    /// The bytes of the message itself.
    pub fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        match self.carrier {
            Carrier::Subscribed(query_id) => self.put_applied(&mut body, 8, query_id),
            Carrier::Unsubscribed(query_id) => self.put_applied(&mut body, 9, query_id),
            Carrier::SubscriptionFailed(query_id) => put_subscription_error(&mut body, query_id),
            Carrier::Reducer | Carrier::ReducerFailed => self.put_transaction(&mut body),
            Carrier::Light => {
                body.push(2);
                put_u32(&mut body, 5);
                self.put_update(&mut body);
            }
            Carrier::OfSets(carrier) => carrier.put(&self.tables, &mut body),
        }
        body
    }

    fn put_applied(&self, body: &mut Vec<u8>, tag: u8, query_id: u32) {
        body.push(tag);
        put_u32(body, 3);
        body.extend(7u64.to_le_bytes());
        put_u32(body, query_id);
        self.put_update(body);
    }

    fn put_transaction(&self, body: &mut Vec<u8>) {
        body.push(1);
        if let Carrier::ReducerFailed = self.carrier {
            body.push(1);
            put_bytes(body, b"refused");
        } else {
            body.push(0);
            self.put_update(body);
        }
        body.extend(1_700_000_000_000_000i64.to_le_bytes());
        body.extend([9; 32]);
        body.extend([9; 16]);
        put_bytes(body, REDUCER.as_bytes());
        put_u32(body, 1);
        put_bytes(body, b"");
        put_u32(body, 4);
        body.extend(11u128.to_le_bytes());
        body.extend(12i64.to_le_bytes());
    }

    fn put_update(&self, body: &mut Vec<u8>) {
        put_u32(body, self.tables.len() as u32);
        for table in &self.tables {
            put_u32(body, 4096);
            put_bytes(body, table.table.as_bytes());
            let rows = |update: &QueryUpdate| update.deletes.rows.len() + update.inserts.rows.len();
            body.extend((table.updates.iter().map(rows).sum::<usize>() as u64).to_le_bytes());
            put_u32(body, table.updates.len() as u32);
            table.updates.iter().for_each(|update| update.put(body));
        }
    }
}

/// The reducer that messages tell of. Both schemas have it.
pub const REDUCER: &str = "noop";

impl QueryUpdate {
    fn put(&self, body: &mut Vec<u8>) {
        let mut rows = Vec::new();
        self.deletes.put(&mut rows);
        self.inserts.put(&mut rows);
        if self.gzip {
            body.push(2);
            put_bytes(body, &gzip(&rows));
        } else {
            body.push(0);
            body.extend(rows);
        }
    }
}

impl RowList {
    pub fn put(&self, body: &mut Vec<u8>) {
        let rows = self.rows.concat();
        if self.by_size {
            body.push(0);
            body.extend((self.rows.first().map_or(0, Vec::len) as u16).to_le_bytes());
        } else {
            body.push(1);
            put_u32(body, self.rows.len() as u32);
            let mut start = 0u64;
            for row in &self.rows {
                body.extend(start.to_le_bytes());
                start += row.len() as u64;
            }
        }
        put_bytes(body, &rows);
    }
}

fn put_subscription_error(body: &mut Vec<u8>, query_id: Option<u32>) {
    body.push(7);
    body.extend(0u64.to_le_bytes());
    body.push(1);
    match query_id {
        Some(query_id) => {
            body.push(0);
            put_u32(body, query_id);
        }
        None => body.push(1),
    }
    body.push(1);
    put_bytes(body, b"gone");
}

pub fn put_u32(body: &mut Vec<u8>, number: u32) {
    body.extend(number.to_le_bytes());
}

pub fn put_bytes(body: &mut Vec<u8>, bytes: &[u8]) {
    put_u32(body, bytes.len() as u32);
    body.extend_from_slice(bytes);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// How many rows of a list, and how many bytes of a row, are printed.
const MOST_ROWS: usize = 40;
const MOST_BYTES: usize = 64;

/// A row, as it is printed.
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        self.0.iter().take(MOST_BYTES).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        if self.0.len() > MOST_BYTES {
            write!(f, "… {} bytes", self.0.len())?;
        }
        f.write_str("]")
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}{}", self.carrier, if self.gzip { ", compressed" } else { "" })?;
        for table in &self.tables {
            writeln!(f, "  set {}, table `{}`", table.set, table.table)?;
            for update in &table.updates {
                writeln!(f, "    query update{}", if update.gzip { ", compressed" } else { "" })?;
                update.deletes.print(f, "delete")?;
                update.inserts.print(f, if update.is_event { "event" } else { "insert" })?;
            }
        }
        Ok(())
    }
}

impl RowList {
    fn print(&self, f: &mut fmt::Formatter<'_>, what: &str) -> fmt::Result {
        for row in self.rows.iter().take(MOST_ROWS) {
            writeln!(f, "      {what} {}", Hex(row))?;
        }
        if self.rows.len() > MOST_ROWS {
            writeln!(f, "      … {} rows to {what} in all", self.rows.len())?;
        }
        Ok(())
    }
}
