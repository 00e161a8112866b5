//! Read guards: while one is held, rows stay where they are.

use super::boundary::boundary_on;
use super::connection::stdb_connection;
use super::error::stdb_error;
use crate::error::stdb_status;

/// Takes a read guard for this thread: until it ends, rows of the connection's cache stay where they are and may be read.
/// Guards of one thread nest. Inside a callback of the connection none is needed, and this does nothing.
///
/// It waits while another thread applies a message. As long as it is held, applying waits; on this thread, advancing gives
/// `STDB_ERR_READ_GUARD_HELD`.
///
/// @param connection the connection.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_read_guard_begin(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            connection.cache().begin_read();
            Ok(())
        })
    }
}

/// Ends the read guard that this thread took last.
///
/// @param connection the connection.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NO_READ_GUARD` (this thread holds none); `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. The thread that took it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_read_guard_end(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { boundary_on(connection, "connection", error, |connection| connection.cache().end_read()) }
}
