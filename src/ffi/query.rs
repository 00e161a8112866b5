//! One-off queries: rows that are asked for once and do not come into the cache.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::arguments::{output, text};
use super::boundary::{boundary, boundary_on};
use super::call::{call_status, core_options, stdb_call_options, stdb_call_status};
use super::callback::{UserData, once, required, stdb_drop_fn, stdb_event_fn};
use super::connection::stdb_connection;
use super::context::{self, stdb_context};
use super::error::stdb_error;
use super::handle;
use super::row::stdb_row;
use super::types::stdb_str;
use crate::cache::RowRef;
use crate::connection::context::{Context, Event, QueryEvent};
use crate::error::{Error, Result, stdb_status};

/// The answer to a one-off query. The views live as long as the context.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_query_event {
    /// How it went.
    pub status: stdb_call_status,
    /// What the host says of a failure; empty otherwise.
    pub message: stdb_str,
    /// The query.
    pub query: stdb_str,
    /// How many rows it found; `stdb_context_query_row` gives each.
    pub row_count: usize,
}

/// Asks for the rows of a query once. They do not come into the cache, and no row callback runs for them. It is sent at
/// once, or as soon as the connection is up.
///
/// @param connection the connection.
/// @param query an SQL text such as `SELECT * FROM message WHERE room = 7`. Copied.
/// @param call_options how to ask; NULL for the defaults.
/// @param on_result runs once, on the advancing thread, with the end of it: `stdb_context_query_event` says how it ended,
/// `STDB_CALL_TIMEOUT` and `STDB_CALL_DISCONNECTED` included; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback has run or can no longer run, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_DISCONNECTED` (the connection has ended); `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8,
/// unknown flags, a bad `struct_size`); `STDB_ERR_PANIC`. What the host says against the query comes to `on_result`, as
/// `STDB_CALL_FAILED`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_one_off_query(
    connection: *mut stdb_connection,
    query: *const c_char,
    call_options: *const stdb_call_options,
    on_result: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps handle, text and options alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let (query, options) = (text(query, "query")?, core_options(call_options)?);
            connection.one_off_query(query, options.timeout, required(once(on_result, data), "on_result")?)
        })
    }
}

/// The answer to the one-off query that the event tells of.
///
/// @param context the context; must not be NULL.
/// @param event receives it; its views live as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` when the event is of another kind; `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_query_event(
    context: *const stdb_context,
    event: *mut stdb_query_event,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let view = |event: &Event| match event {
        Event::Query(event) => Some(query_event(event)),
        _ => None,
    };
    // SAFETY: the context lives while the callback runs; the output may be written.
    unsafe { context::write_event(context, event, error, "a query's", view) }
}

/// One of the rows that the one-off query found.
///
/// @param context the context; must not be NULL.
/// @param position which row, from 0, in the host's order.
/// @param row receives the row; it and its bytes live as long as the context.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` when the event is of another kind; `STDB_ERR_UNKNOWN_TABLE` (the row is of a
/// table that the schema does not have); `STDB_ERR_INVALID_ARGUMENT` (NULL, no such row); `STDB_ERR_PANIC`. Only the thread
/// that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_query_row(
    context: *const stdb_context,
    position: usize,
    row: *mut stdb_row,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the context lives while the callback runs; the output may be written.
        let (context, output) = unsafe { (handle::borrow(context, "context")?, output(row, "row")?) };
        let Event::Query(event) = context.event else { return Err(context::other_kind("a query's")) };
        output.write(row_at(context, event, position)?);
        Ok(())
    })
}

fn query_event(event: &QueryEvent) -> stdb_query_event {
    stdb_query_event {
        status: call_status(event.status),
        message: stdb_str::of(&event.message),
        query: stdb_str::of(&event.query),
        row_count: row_count(event),
    }
}

fn row_count(event: &QueryEvent) -> usize {
    event.rows.iter().map(|found| found.rows.len()).sum()
}

fn row_at(context: &Context<'_>, event: &QueryEvent, position: usize) -> Result<stdb_row> {
    let mut rest = position;
    for found in &event.rows {
        if rest < found.rows.len() {
            // The connection keeps the table's handle, so its address stays good without a share of C's own.
            let table = Arc::as_ptr(&context.connection.table(&found.table)?).cast();
            return Ok(stdb_row::new(RowRef::of(found.rows.get(rest)), table));
        }
        rest -= found.rows.len();
    }
    Err(Error::argument("position", format_args!("is {position}, and there are {} rows", row_count(event))))
}
