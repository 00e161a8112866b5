//! The bytes of `v2.bsatn.spacetimedb`, in both directions. In `v3.bsatn.spacetimedb` the messages are the same; there a
//! frame may hold several, one after the other.

mod message;

use super::ProcedureStatus;
use super::rows::{read_rows, write_rows};
use crate::bsatn::{Read, Reader, Writer};
pub use message::*;

/// Reads a client's message; it has no compression tag.
pub fn decode_client(frame: &[u8]) -> Read<ClientMessage> {
    one(frame, read_client)
}

/// Reads the messages of a client's frame in v3.
pub fn decode_client_frame(frame: &[u8]) -> Read<Vec<ClientMessage>> {
    all(frame, read_client)
}

/// Reads a host's message, without its compression.
pub fn decode_server(message: &[u8]) -> Read<ServerMessage> {
    one(message, read_server)
}

/// Reads the messages of a host's frame in v3, without its compression.
pub fn decode_server_frame(messages: &[u8]) -> Read<Vec<ServerMessage>> {
    all(messages, read_server)
}

fn one<'a, T>(bytes: &'a [u8], read: impl Fn(&mut Reader<'a>) -> Read<T>) -> Read<T> {
    let mut r = Reader::new(bytes);
    let message = read(&mut r)?;
    r.end().map(|()| message)
}

/// At least one.
fn all<'a, T>(bytes: &'a [u8], read: impl Fn(&mut Reader<'a>) -> Read<T>) -> Read<Vec<T>> {
    let mut r = Reader::new(bytes);
    let mut messages = vec![read(&mut r)?];
    while !r.rest().is_empty() {
        messages.push(read(&mut r)?);
    }
    Ok(messages)
}

fn read_client(r: &mut Reader<'_>) -> Read<ClientMessage> {
    // Both kinds of calls know no flag yet.
    let no_flags = |r: &mut Reader<'_>| match r.u8()? {
        0 => Ok(0),
        other => Err(format!("invalid call flag {other}")),
    };
    Ok(match r.u8()? {
        0 => ClientMessage::Subscribe {
            request_id: r.u32()?,
            query_set_id: r.u32()?,
            queries: r.list(|r| r.str().map(String::from))?,
        },
        1 => ClientMessage::Unsubscribe {
            request_id: r.u32()?,
            query_set_id: r.u32()?,
            send_dropped_rows: match r.u8()? {
                tag @ (0 | 1) => tag == 1,
                tag => return Err(format!("unknown tag {tag} of the flags of an unsubscribe")),
            },
        },
        2 => ClientMessage::OneOffQuery { request_id: r.u32()?, query: r.str()?.into() },
        3 => ClientMessage::CallReducer {
            request_id: r.u32()?,
            flags: no_flags(r)?,
            reducer: r.str()?.into(),
            args: r.bytes()?.into(),
        },
        4 => ClientMessage::CallProcedure {
            request_id: r.u32()?,
            flags: no_flags(r)?,
            procedure: r.str()?.into(),
            args: r.bytes()?.into(),
        },
        tag => return Err(format!("unknown tag {tag} of a client's message")),
    })
}

/// Writes a client's message.
pub fn encode_client(message: &ClientMessage) -> Vec<u8> {
    let w = Writer::new();
    let w = match message {
        ClientMessage::Subscribe { request_id, query_set_id, queries } => {
            let w = w.u8(0).u32(*request_id).u32(*query_set_id);
            w.list(queries, |w, query| w.str(query))
        }
        ClientMessage::Unsubscribe { request_id, query_set_id, send_dropped_rows } => {
            w.u8(1).u32(*request_id).u32(*query_set_id).u8(*send_dropped_rows as u8)
        }
        ClientMessage::OneOffQuery { request_id, query } => w.u8(2).u32(*request_id).str(query),
        ClientMessage::CallReducer { request_id, flags, reducer, args } => {
            w.u8(3).u32(*request_id).u8(*flags).str(reducer).bytes(args)
        }
        ClientMessage::CallProcedure { request_id, flags, procedure, args } => {
            w.u8(4).u32(*request_id).u8(*flags).str(procedure).bytes(args)
        }
    };
    w.finish()
}

/// Writes a host's message, without its compression tag.
pub fn encode_server(message: &ServerMessage) -> Vec<u8> {
    let w = Writer::new();
    let w = match message {
        ServerMessage::InitialConnection { identity, connection_id, token } => {
            w.u8(0).raw(identity).raw(connection_id).str(token)
        }
        ServerMessage::SubscribeApplied { request_id, query_set_id, rows } => {
            write_query_rows(w.u8(1).u32(*request_id).u32(*query_set_id), rows)
        }
        ServerMessage::UnsubscribeApplied { request_id, query_set_id, rows } => {
            let w = w.u8(2).u32(*request_id).u32(*query_set_id);
            match rows {
                Some(rows) => write_query_rows(w.u8(0), rows),
                None => w.u8(1),
            }
        }
        ServerMessage::SubscriptionError { request_id, query_set_id, error } => {
            w.u8(3).option_u32(*request_id).u32(*query_set_id).str(error)
        }
        ServerMessage::TransactionUpdate(sets) => write_sets(w.u8(4), sets),
        ServerMessage::OneOffQueryResult { request_id, result } => match result {
            Ok(rows) => write_query_rows(w.u8(5).u32(*request_id).u8(0), rows),
            Err(error) => w.u8(5).u32(*request_id).u8(1).str(error),
        },
        ServerMessage::ReducerResult { request_id, timestamp, outcome } => {
            write_outcome(w.u8(6).u32(*request_id).i64(*timestamp), outcome)
        }
        ServerMessage::ProcedureResult { status, timestamp, micros, request_id } => {
            let w = match status {
                ProcedureStatus::Returned(value) => w.u8(7).u8(0).bytes(value),
                ProcedureStatus::InternalError(error) => w.u8(7).u8(1).str(error),
                ProcedureStatus::OutOfEnergy => unreachable!("v2 cannot say it"),
            };
            w.i64(*timestamp).i64(*micros).u32(*request_id)
        }
    };
    w.finish()
}

fn write_outcome(w: Writer, outcome: &ReducerOutcome) -> Writer {
    match outcome {
        ReducerOutcome::Ok { returned, update } => write_sets(w.u8(0).bytes(returned), update),
        ReducerOutcome::OkEmpty => w.u8(1),
        ReducerOutcome::Err(error) => w.u8(2).bytes(error),
        ReducerOutcome::InternalError(error) => w.u8(3).str(error),
    }
}

fn write_query_rows(w: Writer, rows: &QueryRows) -> Writer {
    w.list(rows, |w, query| write_rows(w.str(&query.table), &query.rows))
}

fn write_sets(w: Writer, sets: &QuerySets) -> Writer {
    w.list(sets, |w, set| w.u32(set.query_set_id).list(&set.tables, write_table))
}

fn write_table(w: Writer, table: &TableUpdate) -> Writer {
    w.str(&table.table).list(&table.queries, |w, change| match change {
        TableChange::Stored { inserts, deletes } => write_rows(write_rows(w.u8(0), inserts), deletes),
        TableChange::Events(rows) => write_rows(w.u8(1), rows),
    })
}

fn read_server(r: &mut Reader<'_>) -> Read<ServerMessage> {
    Ok(match r.u8()? {
        0 => ServerMessage::InitialConnection {
            identity: r.array("identity")?,
            connection_id: r.array("connection id")?,
            token: r.str()?.into(),
        },
        1 => {
            ServerMessage::SubscribeApplied { request_id: r.u32()?, query_set_id: r.u32()?, rows: read_query_rows(r)? }
        }
        2 => ServerMessage::UnsubscribeApplied {
            request_id: r.u32()?,
            query_set_id: r.u32()?,
            rows: r.option(read_query_rows)?,
        },
        3 => ServerMessage::SubscriptionError {
            request_id: r.option(Reader::u32)?,
            query_set_id: r.u32()?,
            error: r.str()?.into(),
        },
        4 => ServerMessage::TransactionUpdate(read_sets(r)?),
        5 => ServerMessage::OneOffQueryResult {
            request_id: r.u32()?,
            result: match r.u8()? {
                0 => Ok(read_query_rows(r)?),
                1 => Err(r.str()?.into()),
                tag => return Err(format!("unknown tag {tag} of a result")),
            },
        },
        6 => ServerMessage::ReducerResult { request_id: r.u32()?, timestamp: r.i64()?, outcome: read_outcome(r)? },
        7 => ServerMessage::ProcedureResult {
            status: match r.u8()? {
                0 => ProcedureStatus::Returned(r.bytes()?.into()),
                1 => ProcedureStatus::InternalError(r.str()?.into()),
                tag => return Err(format!("unknown tag {tag} of a procedure's status")),
            },
            timestamp: r.i64()?,
            micros: r.i64()?,
            request_id: r.u32()?,
        },
        tag => return Err(format!("unknown tag {tag} of a host's message")),
    })
}

fn read_outcome(r: &mut Reader<'_>) -> Read<ReducerOutcome> {
    Ok(match r.u8()? {
        0 => ReducerOutcome::Ok { returned: r.bytes()?.into(), update: read_sets(r)? },
        1 => ReducerOutcome::OkEmpty,
        2 => ReducerOutcome::Err(r.bytes()?.into()),
        3 => ReducerOutcome::InternalError(r.str()?.into()),
        tag => return Err(format!("unknown tag {tag} of a reducer's outcome")),
    })
}

fn read_query_rows(r: &mut Reader<'_>) -> Read<QueryRows> {
    r.list(|r| Ok(TableRows { table: r.str()?.into(), rows: read_rows(r)? }))
}

fn read_sets(r: &mut Reader<'_>) -> Read<QuerySets> {
    r.list(|r| Ok(QuerySetUpdate { query_set_id: r.u32()?, tables: r.list(read_table)? }))
}

fn read_table(r: &mut Reader<'_>) -> Read<TableUpdate> {
    let change = |r: &mut Reader<'_>| {
        Ok(match r.u8()? {
            0 => TableChange::Stored { inserts: read_rows(r)?, deletes: read_rows(r)? },
            1 => TableChange::Events(read_rows(r)?),
            tag => return Err(format!("unknown tag {tag} of a table's change")),
        })
    };
    Ok(TableUpdate { table: r.str()?.into(), queries: r.list(change)? })
}
