//! What the host says, independent of the protocol it says it in, decoded and checked on the library's own thread.

use std::sync::Arc;

use hashbrown::HashMap;

use super::context::ReducerEvent;
use crate::cache::delta::{HeldRows, TableDelta};
use crate::cache::holders::HOST;
use crate::cache::shape::Shape;
use crate::error::{Error, Result, STDB_ERR_PROTOCOL};
use crate::reducer::CallStatus;
use crate::schema::{Schema, TableSchema};
use crate::wire::v1::{self, HostMessage, UpdateStatus};
use crate::wire::{DatabaseUpdate, RowList};

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
    /// The rows that a subscription leaves behind.
    Unsubscribed {
        /// Which subscription.
        query_id: u32,
        /// Its rows, to be taken away.
        deltas: Vec<TableDelta>,
    },
    /// A subscription was refused or ended.
    SubscriptionFailed {
        /// Which one; `None` for all.
        query_id: Option<u32>,
        /// What the host says of it.
        error: String,
    },
    /// A reducer ran, or could not.
    Reducer {
        /// The request's number, if it was our call.
        request_id: u32,
        /// How it went. Boxed, as it is by far the largest.
        event: Box<ReducerEvent>,
        /// What it changed.
        deltas: Vec<TableDelta>,
    },
    /// A transaction of unknown cause.
    Transaction {
        /// What it changed.
        deltas: Vec<TableDelta>,
    },
    /// The answer to a query or a procedure call that nobody waits for.
    UnexpectedAnswer,
}

impl Message {
    /// How many bytes its rows have.
    pub fn row_bytes(&self) -> usize {
        match self {
            Message::Subscribed { deltas, .. }
            | Message::Unsubscribed { deltas, .. }
            | Message::Reducer { deltas, .. }
            | Message::Transaction { deltas } => deltas.iter().map(|delta| delta.bytes).sum(),
            Message::Identity { .. } | Message::SubscriptionFailed { .. } | Message::UnexpectedAnswer => 0,
        }
    }
}

/// Turns a message of v1 into what it says. Rows are checked against the schema, if there is one.
///
/// Returns `STDB_ERR_PROTOCOL`, naming table and cause, for a table that the schema does not know or a row that is not of its
/// table's type; and for an answer to a message that this library never sends.
pub fn from_v1(message: HostMessage, shapes: Option<&Shapes>) -> Result<Message> {
    Ok(match message {
        HostMessage::IdentityToken { identity, token, connection_id } => {
            Message::Identity { identity, token, connection_id }
        }
        HostMessage::SubscribeMultiApplied { query_id, update, .. } => {
            Message::Subscribed { query_id, deltas: deltas(update, shapes)? }
        }
        HostMessage::UnsubscribeMultiApplied { query_id, update, .. } => {
            Message::Unsubscribed { query_id, deltas: deltas(update, shapes)? }
        }
        HostMessage::SubscriptionError { query_id, error, .. } => Message::SubscriptionFailed { query_id, error },
        HostMessage::TransactionUpdate(update) => reducer_from_v1(update, shapes)?,
        HostMessage::TransactionUpdateLight { update, .. } => Message::Transaction { deltas: deltas(update, shapes)? },
        HostMessage::OneOffQueryResponse { .. } | HostMessage::ProcedureResult { .. } => Message::UnexpectedAnswer,
        HostMessage::InitialSubscription { .. } => return Err(unasked("InitialSubscription")),
        HostMessage::SubscribeApplied { .. } => return Err(unasked("SubscribeApplied")),
        HostMessage::UnsubscribeApplied { .. } => return Err(unasked("UnsubscribeApplied")),
    })
}

fn reducer_from_v1(update: v1::TransactionUpdate, shapes: Option<&Shapes>) -> Result<Message> {
    let (status, message, deltas) = match update.status {
        UpdateStatus::Committed(update) => (CallStatus::Committed, String::new(), deltas(update, shapes)?),
        UpdateStatus::Failed(message) => (CallStatus::Failed, message, Vec::new()),
        UpdateStatus::OutOfEnergy => (CallStatus::OutOfEnergy, String::new(), Vec::new()),
    };
    let call = update.reducer_call;
    let event = ReducerEvent {
        timestamp_micros: update.timestamp_micros,
        status,
        message,
        caller_identity: update.caller_identity,
        // The host writes zeros where it has no connection to name.
        caller_connection_id: Some(update.caller_connection_id).filter(|id| *id != [0; 16]),
        energy: Some(update.energy_used),
        reducer: call.reducer_name,
        args: call.args,
    };
    Ok(Message::Reducer { request_id: call.request_id, event: Box::new(event), deltas })
}

fn unasked(kind: &str) -> Error {
    Error::new(STDB_ERR_PROTOCOL, format!("the host sent {kind}, which answers a message that was not sent"))
}

/// Gathers an update by table, checks its rows and makes them ready.
fn deltas(update: DatabaseUpdate, shapes: Option<&Shapes>) -> Result<Vec<TableDelta>> {
    let mut gathered: Vec<Gathered> = Vec::with_capacity(update.tables.len());
    let mut places: HashMap<Arc<str>, usize> = HashMap::new();
    for table in update.tables {
        let shape = shapes.map(|shapes| shapes.get(&table.table_name)).transpose()?;
        let name: Arc<str> = shape.map_or_else(|| table.table_name.as_str().into(), |shape| shape.table().name.clone());
        let place = *places.entry(name.clone()).or_insert_with(|| {
            gathered.push(Gathered { name, shape, deletes: Vec::new(), inserts: Vec::new() });
            gathered.len() - 1
        });
        for query in table.updates {
            if let Some(shape) = shape {
                check_rows(shape.table(), &query.deletes)?;
                check_rows(shape.table(), &query.inserts)?;
            }
            gathered[place].deletes.push(HeldRows { holder: HOST, rows: query.deletes });
            gathered[place].inserts.push(HeldRows { holder: HOST, rows: query.inserts });
        }
    }
    Ok(gathered
        .into_iter()
        .map(|table| TableDelta::new(table.name, table.shape, table.deletes, table.inserts))
        .collect())
}

/// All rows of one table in a message.
struct Gathered<'a> {
    name: Arc<str>,
    shape: Option<&'a Arc<Shape>>,
    deletes: Vec<HeldRows>,
    inserts: Vec<HeldRows>,
}

/// The tables that rows may arrive of.
pub struct Shapes {
    schema: Arc<Schema>,
    tables: Vec<Arc<Shape>>,
}

impl Shapes {
    /// The shapes of a schema's tables.
    pub fn new(schema: Arc<Schema>) -> Self {
        Shapes { tables: Shape::all(&schema), schema }
    }

    /// The schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    fn get(&self, name: &str) -> Result<&Arc<Shape>> {
        let unknown = || {
            let message = format!("the host sent rows of table `{name}`, which the schema does not have");
            Error::new(STDB_ERR_PROTOCOL, message)
        };
        self.schema.table_position(name).map(|position| &self.tables[position]).ok_or_else(unknown)
    }
}

fn check_rows(table: &TableSchema, rows: &RowList) -> Result<()> {
    // Any bytes of that size are a row.
    if table.layout.is_plain() && rows.fixed_size().is_some_and(|size| table.layout.fixed_size() == Some(size)) {
        return Ok(());
    }
    for (number, row) in rows.iter().enumerate() {
        table.layout.check(row).map_err(|error| {
            let message = format!("row {number} of table `{}` is not of its type: {}", table.name, error.message);
            Error::new(STDB_ERR_PROTOCOL, message)
        })?;
    }
    Ok(())
}
