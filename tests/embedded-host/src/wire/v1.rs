//! The bytes of `v1.bsatn.spacetimedb`, in both directions.

use super::rows::{read_rows, write_rows};
use super::*;
use crate::bsatn::{Read, Reader, Writer};

/// Reads a client's message; it has no compression tag.
pub fn decode_client(frame: &[u8]) -> Read<ClientMessage> {
    let mut r = Reader::new(frame);
    let strings = |r: &mut Reader<'_>| r.list(|r| r.str().map(String::from));
    let message = match r.u8()? {
        0 => ClientMessage::CallReducer {
            reducer: r.str()?.into(),
            args: r.bytes()?.into(),
            request_id: r.u32()?,
            flags: r.u8()?,
        },
        1 => ClientMessage::Subscribe { queries: strings(&mut r)?, request_id: r.u32()? },
        2 => ClientMessage::OneOffQuery { message_id: r.bytes()?.into(), query: r.str()?.into() },
        3 => ClientMessage::SubscribeSingle { query: r.str()?.into(), request_id: r.u32()?, query_id: r.u32()? },
        4 => ClientMessage::SubscribeMulti { queries: strings(&mut r)?, request_id: r.u32()?, query_id: r.u32()? },
        5 => ClientMessage::Unsubscribe { request_id: r.u32()?, query_id: r.u32()? },
        6 => ClientMessage::UnsubscribeMulti { request_id: r.u32()?, query_id: r.u32()? },
        7 => ClientMessage::CallProcedure {
            procedure: r.str()?.into(),
            args: r.bytes()?.into(),
            request_id: r.u32()?,
            flags: r.u8()?,
        },
        tag => return Err(format!("unknown tag {tag} of a client's message")),
    };
    r.end().map(|()| message)
}

/// Writes a client's message.
pub fn encode_client(message: &ClientMessage) -> Vec<u8> {
    let w = Writer::new();
    let strings = |w: Writer, texts: &[String]| w.list(texts, |w, text| w.str(text));
    let w = match message {
        ClientMessage::CallReducer { reducer, args, request_id, flags } => {
            w.u8(0).str(reducer).bytes(args).u32(*request_id).u8(*flags)
        }
        ClientMessage::Subscribe { queries, request_id } => strings(w.u8(1), queries).u32(*request_id),
        ClientMessage::OneOffQuery { message_id, query } => w.u8(2).bytes(message_id).str(query),
        ClientMessage::SubscribeSingle { query, request_id, query_id } => {
            w.u8(3).str(query).u32(*request_id).u32(*query_id)
        }
        ClientMessage::SubscribeMulti { queries, request_id, query_id } => {
            strings(w.u8(4), queries).u32(*request_id).u32(*query_id)
        }
        ClientMessage::Unsubscribe { request_id, query_id } => w.u8(5).u32(*request_id).u32(*query_id),
        ClientMessage::UnsubscribeMulti { request_id, query_id } => w.u8(6).u32(*request_id).u32(*query_id),
        ClientMessage::CallProcedure { procedure, args, request_id, flags } => {
            w.u8(7).str(procedure).bytes(args).u32(*request_id).u8(*flags)
        }
    };
    w.finish()
}

/// Writes a host's message, without its compression tag.
pub fn encode_server(message: &ServerMessage, options: Encoding) -> Vec<u8> {
    let w = Writer::new();
    let database = |w: Writer, update: &DatabaseUpdate| write_database(w, update, options);
    let rows = |w: Writer, rows: &TableRows| write_table(w.u32(rows.table_id).str(&rows.table), &rows.update, options);
    let w = match message {
        ServerMessage::InitialSubscription { update, request_id, micros } => {
            database(w.u8(0), update).u32(*request_id).i64(*micros)
        }
        ServerMessage::TransactionUpdate(update) => write_transaction(w.u8(1), update, options),
        ServerMessage::TransactionUpdateLight { request_id, update } => database(w.u8(2).u32(*request_id), update),
        ServerMessage::IdentityToken { identity, token, connection_id } => {
            w.u8(3).raw(identity).str(token).raw(connection_id)
        }
        ServerMessage::OneOffQueryResponse { message_id, error, tables, micros } => {
            let w = w.u8(4).bytes(message_id).option_str(error.as_deref()).u32(tables.len() as u32);
            tables.iter().fold(w, |w, t| write_rows(w.str(&t.table), &t.rows)).i64(*micros)
        }
        ServerMessage::SubscribeApplied { request_id, micros, query_id, rows: r } => {
            rows(w.u8(5).u32(*request_id).u64(*micros).u32(*query_id), r)
        }
        ServerMessage::UnsubscribeApplied { request_id, micros, query_id, rows: r } => {
            rows(w.u8(6).u32(*request_id).u64(*micros).u32(*query_id), r)
        }
        ServerMessage::SubscriptionError { micros, request_id, query_id, table_id, error } => {
            w.u8(7).u64(*micros).option_u32(*request_id).option_u32(*query_id).option_u32(*table_id).str(error)
        }
        ServerMessage::SubscribeMultiApplied { request_id, micros, query_id, update } => {
            database(w.u8(8).u32(*request_id).u64(*micros).u32(*query_id), update)
        }
        ServerMessage::UnsubscribeMultiApplied { request_id, micros, query_id, update } => {
            database(w.u8(9).u32(*request_id).u64(*micros).u32(*query_id), update)
        }
        ServerMessage::ProcedureResult { status, timestamp, micros, request_id } => {
            let w = match status {
                ProcedureStatus::Returned(value) => w.u8(10).u8(0).bytes(value),
                ProcedureStatus::OutOfEnergy => w.u8(10).u8(1),
                ProcedureStatus::InternalError(error) => w.u8(10).u8(2).str(error),
            };
            w.i64(*timestamp).i64(*micros).u32(*request_id)
        }
    };
    w.finish()
}

fn write_transaction(w: Writer, update: &TransactionUpdate, options: Encoding) -> Writer {
    let w = match &update.status {
        Status::Committed(rows) => write_database(w.u8(0), rows, options),
        Status::Failed(error) => w.u8(1).str(error),
        Status::OutOfEnergy => w.u8(2),
    };
    let w = w.i64(update.timestamp).raw(&update.caller_identity).raw(&update.caller_connection_id);
    let w = w.str(&update.reducer).u32(update.reducer_id).bytes(&update.args).u32(update.request_id);
    w.u128(update.energy).i64(update.micros)
}

fn write_database(w: Writer, update: &DatabaseUpdate, options: Encoding) -> Writer {
    update.iter().fold(w.u32(update.len() as u32), |w, table| write_table(w, table, options))
}

fn write_table(w: Writer, table: &TableUpdate, options: Encoding) -> Writer {
    let count: usize = table.queries.iter().map(|q| q.deletes.len() + q.inserts.len()).sum();
    let w = w.u32(table.table_id).str(&table.table).u64(count as u64).u32(table.queries.len() as u32);
    table.queries.iter().fold(w, |w, query| write_query(w, query, options))
}

/// A tag like that of a whole message, and the rows; a 2.8.3 host always sends them uncompressed.
fn write_query(w: Writer, query: &QueryUpdate, options: Encoding) -> Writer {
    let rows = write_rows(write_rows(Writer::new(), &query.deletes), &query.inserts).finish();
    let wanted = if options.compress_queries { options.compression } else { Compression::None };
    match wanted.of_length(rows.len()) {
        Compression::None => w.u8(0).raw(&rows),
        compression => w.u8(compression.tag()).bytes(&compression.compress(rows)),
    }
}

/// Reads a host's message, for clients in tests.
pub fn decode_server(message: &[u8]) -> Read<ServerMessage> {
    let r = &mut Reader::new(message);
    let message = match r.u8()? {
        0 => ServerMessage::InitialSubscription { update: read_database(r)?, request_id: r.u32()?, micros: r.i64()? },
        1 => ServerMessage::TransactionUpdate(read_transaction(r)?),
        2 => ServerMessage::TransactionUpdateLight { request_id: r.u32()?, update: read_database(r)? },
        3 => ServerMessage::IdentityToken {
            identity: r.array("identity")?,
            token: r.str()?.into(),
            connection_id: r.array("connection id")?,
        },
        4 => ServerMessage::OneOffQueryResponse {
            message_id: r.bytes()?.into(),
            error: r.option(|r| r.str().map(String::from))?,
            tables: r.list(|r| Ok(OneOffTable { table: r.str()?.into(), rows: read_rows(r)? }))?,
            micros: r.i64()?,
        },
        tag @ (5 | 6) => {
            let (request_id, micros, query_id) = (r.u32()?, r.u64()?, r.u32()?);
            let rows = TableRows { table_id: r.u32()?, table: r.str()?.into(), update: read_table(r)? };
            match tag {
                5 => ServerMessage::SubscribeApplied { request_id, micros, query_id, rows },
                _ => ServerMessage::UnsubscribeApplied { request_id, micros, query_id, rows },
            }
        }
        7 => ServerMessage::SubscriptionError {
            micros: r.u64()?,
            request_id: r.option(Reader::u32)?,
            query_id: r.option(Reader::u32)?,
            table_id: r.option(Reader::u32)?,
            error: r.str()?.into(),
        },
        tag @ (8 | 9) => {
            let (request_id, micros, query_id, update) = (r.u32()?, r.u64()?, r.u32()?, read_database(r)?);
            match tag {
                8 => ServerMessage::SubscribeMultiApplied { request_id, micros, query_id, update },
                _ => ServerMessage::UnsubscribeMultiApplied { request_id, micros, query_id, update },
            }
        }
        10 => ServerMessage::ProcedureResult {
            status: match r.u8()? {
                0 => ProcedureStatus::Returned(r.bytes()?.into()),
                1 => ProcedureStatus::OutOfEnergy,
                2 => ProcedureStatus::InternalError(r.str()?.into()),
                tag => return Err(format!("unknown tag {tag} of a procedure's status")),
            },
            timestamp: r.i64()?,
            micros: r.i64()?,
            request_id: r.u32()?,
        },
        tag => return Err(format!("unknown tag {tag} of a host's message")),
    };
    r.end().map(|()| message)
}

fn read_transaction(r: &mut Reader<'_>) -> Read<TransactionUpdate> {
    Ok(TransactionUpdate {
        status: match r.u8()? {
            0 => Status::Committed(read_database(r)?),
            1 => Status::Failed(r.str()?.into()),
            2 => Status::OutOfEnergy,
            tag => return Err(format!("unknown tag {tag} of a status")),
        },
        timestamp: r.i64()?,
        caller_identity: r.array("identity")?,
        caller_connection_id: r.array("connection id")?,
        reducer: r.str()?.into(),
        reducer_id: r.u32()?,
        args: r.bytes()?.into(),
        request_id: r.u32()?,
        energy: r.u128()?,
        micros: r.i64()?,
    })
}

fn read_database(r: &mut Reader<'_>) -> Read<DatabaseUpdate> {
    r.list(read_table)
}

fn read_table(r: &mut Reader<'_>) -> Read<TableUpdate> {
    let (table_id, table, _count) = (r.u32()?, r.str()?.into(), r.u64()?);
    Ok(TableUpdate { table_id, table, queries: r.list(read_query)? })
}

fn read_query(r: &mut Reader<'_>) -> Read<QueryUpdate> {
    let both = |r: &mut Reader<'_>| Ok(QueryUpdate { deletes: read_rows(r)?, inserts: read_rows(r)? });
    match r.u8()? {
        0 => both(r),
        tag => {
            let rows = compression::unframe(&[&[tag], r.bytes()?].concat())?;
            both(&mut Reader::new(&rows))
        }
    }
}
