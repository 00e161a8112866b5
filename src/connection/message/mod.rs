//! What the host says, independent of the protocol it says it in, decoded and checked on the library's own thread.
//!
//! - [`v1`], [`v2`]: from the messages of the protocols; v3 has those of v2.
//! - [`rows`]: gathering a message's rows by table, and checking them.

pub mod rows;
pub mod v1;
pub mod v2;

pub use rows::Shapes;

use std::sync::Arc;

use bytes::Bytes;

use super::context::{QueryRows, ReducerEvent};
use crate::cache::delta::TableDelta;
use crate::cache::holders::Holder;
use crate::call::CallStatus;
use crate::error::{Error, STDB_ERR_PROTOCOL};

/// Something that the host says.
pub enum Message {
    /// Who we are; the first message of a connection.
    Identity {
        /// Our identity.
        identity: [u8; 32],
        /// The token with which to be the same again.
        token: String,
        /// Which connection of ours this is.
        connection_id: [u8; 16],
    },
    /// A subscription's rows.
    Subscribed {
        /// Which subscription.
        query_id: u32,
        /// Its rows.
        deltas: Vec<TableDelta>,
    },
    /// The end of a subscription that was asked for.
    Unsubscribed {
        /// Which subscription.
        query_id: u32,
        /// Its rows, to be taken away; `None` where it is known here which they are.
        deltas: Option<Vec<TableDelta>>,
    },
    /// A subscription was refused or ended.
    SubscriptionFailed {
        /// Which one; `None` for all.
        query_id: Option<u32>,
        /// What the host says of it.
        error: String,
    },
    /// A reducer ran, or could not, and the host says all about it.
    Reducer {
        /// The request's number, if it was our call.
        request_id: u32,
        /// How it went. Boxed, as it is by far the largest.
        event: Box<ReducerEvent>,
        /// What it changed.
        deltas: Vec<TableDelta>,
    },
    /// A reducer that we called ran, or could not.
    ReducerResult {
        /// The request's number.
        request_id: u32,
        /// When it began, in microseconds since the Unix epoch.
        timestamp_micros: i64,
        /// How it went.
        answer: Answer,
        /// What it changed.
        rows: Delivery,
    },
    /// A procedure that we called ran, or could not.
    ProcedureResult {
        /// The request's number.
        request_id: u32,
        /// When it began, in microseconds since the Unix epoch.
        timestamp_micros: i64,
        /// How long the host worked on it, in microseconds.
        host_execution_micros: i64,
        /// How it went.
        answer: Answer,
    },
    /// The answer to a one-off query.
    QueryResult {
        /// The request's number.
        request_id: u32,
        /// The rows, or what was wrong.
        result: Result<Vec<QueryRows>, String>,
    },
    /// A transaction of unknown cause.
    Transaction {
        /// What it changed.
        rows: Delivery,
    },
}

/// Changed rows, and the query sets that the host says they are of.
pub struct Delivery {
    /// The rows.
    pub deltas: Vec<TableDelta>,
    /// The query sets; none where the protocol does not tell.
    pub sets: Vec<Holder>,
}

/// How a call went.
pub struct Answer {
    /// In short.
    pub status: CallStatus,
    /// What the host says of a failure.
    pub message: String,
    /// What was returned, as BSATN.
    pub value: Bytes,
}

impl Message {
    /// How many bytes its rows have.
    pub fn row_bytes(&self) -> usize {
        let deltas = match self {
            Message::Subscribed { deltas, .. } | Message::Reducer { deltas, .. } => deltas.as_slice(),
            Message::Unsubscribed { deltas, .. } => deltas.as_deref().unwrap_or_default(),
            Message::Transaction { rows } | Message::ReducerResult { rows, .. } => &rows.deltas,
            _ => &[],
        };
        deltas.iter().map(|delta| delta.bytes).sum()
    }
}

fn unasked(kind: &str) -> Error {
    Error::new(STDB_ERR_PROTOCOL, format!("the host sent {kind}, which answers a message that was not sent"))
}

/// The rows of a one-off query's answer, checked and by table.
fn query_rows(
    tables: impl Iterator<Item = (String, crate::wire::RowList)>,
    shapes: Option<&Shapes>,
) -> crate::error::Result<Vec<QueryRows>> {
    let rows_of = |(name, rows): (String, crate::wire::RowList)| {
        let shape = shapes.map(|shapes| shapes.get(&name)).transpose()?;
        shape.map_or(Ok(()), |shape| rows::check(shape.table(), &rows))?;
        let table: Arc<str> = shape.map_or_else(|| name.as_str().into(), |shape| shape.table().name.clone());
        Ok(QueryRows { table, rows })
    };
    tables.map(rows_of).collect()
}
