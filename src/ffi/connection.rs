//! `stdb_connection`: a connection, advancing it, and what may be asked of it.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::arguments::{output, text, write_optional, write_sized};
use super::boundary::{Poison, boundary_on, boundary_on_shared, quietly, value_of};
use super::callback::{UserData, event, register, stdb_drop_fn, stdb_event_fn};
use super::connection_builder::{STDB_PROTOCOL_V1, STDB_PROTOCOL_V2, STDB_PROTOCOL_V3, stdb_protocol};
use super::error::stdb_error;
use super::handle::{self, CType, Shared};
use super::table::stdb_table;
use super::types::{stdb_connection_id, stdb_identity};
use crate::connection::Connection;
use crate::connection::advance::Budget;
use crate::connection::life::Phase;
use crate::error::{Error, STDB_ERR_NOT_CONNECTED, STDB_ERR_TIMEOUT, STDB_OK, stdb_status};
use crate::net::Protocol;

/// A connection to a database, with its cache. Any thread may use it at any time; one at a time may advance it.
pub struct stdb_connection {
    _opaque: [u8; 0],
}

impl CType for stdb_connection {
    type Rust = Connection;
}
impl Shared for stdb_connection {}
impl Poison for Connection {
    fn poisoned(&self) -> &AtomicBool {
        Connection::poisoned(self)
    }
}

/// How far a connection has come: one of the `STDB_STATE_…` numbers.
pub type stdb_connection_state = i32;
/// Being made.
pub const STDB_STATE_CONNECTING: stdb_connection_state = 0;
/// Up.
pub const STDB_STATE_ACTIVE: stdb_connection_state = 1;
/// Told to end; its last callback has not run yet.
pub const STDB_STATE_DISCONNECTING: stdb_connection_state = 2;
/// Over. Its cache can still be read.
pub const STDB_STATE_ENDED: stdb_connection_state = 3;
/// Lost, and to be made again; see `stdb_connection_builder_with_reconnect`. Its cache can be read.
pub const STDB_STATE_RECONNECTING: stdb_connection_state = 4;

/// Counts of what a connection has done. Set `struct_size` to `sizeof(stdb_stats)` before asking.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_stats {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// Bytes sent to the host since the WebSocket opened, its framing included, TLS not.
    pub bytes_sent: u64,
    /// Bytes received from the host since the WebSocket opened, its framing included, TLS not.
    pub bytes_received: u64,
    /// WebSocket messages sent.
    pub frames_sent: u64,
    /// WebSocket messages received.
    pub frames_received: u64,
    /// Messages of the host that were advanced.
    pub messages_advanced: u64,
    /// What has arrived and waits to be advanced.
    pub messages_waiting: u64,
    /// Deletes of rows that were not in the cache. Above 0 the host and the cache disagree.
    pub absent_deletes: u64,
    /// Answers of the host for which nobody waited: the call's time had run out, the subscription had ended, or nothing was
    /// asked.
    pub unexpected_answers: u64,
    /// Calls that wait for the host's answer.
    pub calls_pending: u64,
    /// Subscriptions that have not ended.
    pub subscriptions: u64,
    /// Distinct rows in the cache, over all tables.
    pub rows_cached: u64,
}

/// Frees a connection. One that is up is closed first. No callback runs after this. A connection on a thread of its own is
/// told to end and the thread waited for: it still runs the callbacks of what has arrived and of the end, then no more.
///
/// Inside a callback of the connection, on whichever thread, nothing more is told: it is closed, and the memory goes when
/// the outermost advancing call returns. Tables and rows of it are gone with it; subscriptions stay as handles that have
/// ended.
///
/// @param connection the connection; NULL does nothing. Any thread, while none but this uses the handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_free(connection: *mut stdb_connection) {
    quietly(|| {
        // SAFETY: the caller gives the handle up.
        if let Some(connection) = unsafe { handle::take_shared(connection) } {
            connection.release();
        }
    });
}

/// Advances one message if one has arrived: applies it and runs its callbacks. Never waits.
///
/// @param connection the connection.
/// @param advanced receives whether there was one; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`, also when nothing had arrived; `STDB_ERR_REENTRANT` (called inside one of its callbacks);
/// `STDB_ERR_BUSY` (another thread is advancing it); `STDB_ERR_READ_GUARD_HELD` (this thread holds a read guard or an
/// iterator, and something waits); `STDB_ERR_DISCONNECTED` (it has ended and its end was told of);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread, one at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_advance_one_message(
    connection: *mut stdb_connection,
    advanced: *mut bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive until the call or a callback of it frees it.
    unsafe {
        boundary_on_shared(connection, "connection", error, |connection| {
            write_optional(advanced, connection.advance_one_message()?);
            Ok(())
        })
    }
}

/// Advances one message, waiting until one arrives. It returns also when the connection ends.
///
/// @param connection the connection.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_advance_one_message`; `STDB_ERR_READ_GUARD_HELD` also when nothing waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_advance_one_message_blocking(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: as for `stdb_connection_advance_one_message`.
    unsafe {
        boundary_on_shared(connection, "connection", error, |connection| {
            connection.advance_one_message_blocking(None).map(|_| ())
        })
    }
}

/// Advances one message, waiting for it no longer than a time.
///
/// @param connection the connection.
/// @param timeout_ms how long to wait, in milliseconds; 0 does not wait.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_advance_one_message_blocking`, and `STDB_ERR_TIMEOUT` when none arrived.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_advance_one_message_timeout(
    connection: *mut stdb_connection,
    timeout_ms: u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: as for `stdb_connection_advance_one_message`.
    unsafe {
        boundary_on_shared(connection, "connection", error, |connection| {
            match connection.advance_one_message_blocking(Some(Duration::from_millis(timeout_ms.into())))? {
                true => Ok(()),
                false => Err(Error::new(STDB_ERR_TIMEOUT, format!("no message arrived within {timeout_ms} ms"))),
            }
        })
    }
}

/// Advances all that has arrived. For a game loop: call it once a frame. Never waits.
///
/// @param connection the connection.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_advance_one_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_frame_tick(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // A game ticks far more often than something arrives, so that costs next to nothing.
    // SAFETY: the caller keeps the handle alive during the call; nothing runs here in which it could be freed.
    if unsafe { handle::borrow(connection, "connection") }.is_ok_and(Connection::is_idle) {
        return STDB_OK;
    }
    // SAFETY: as for `stdb_connection_advance_one_message`.
    unsafe {
        boundary_on_shared(connection, "connection", error, |connection| {
            connection.frame_tick(Budget::default()).map(|_| ())
        })
    }
}

/// Advances what has arrived, but no more than a budget allows. It stops between messages: one message may take longer.
///
/// @param connection the connection.
/// @param max_us how long to go on, in microseconds; 0 for no limit.
/// @param max_messages how many messages; 0 for no limit.
/// @param advanced receives how many messages were advanced; may be NULL.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_advance_one_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_frame_tick_budget(
    connection: *mut stdb_connection,
    max_us: u64,
    max_messages: u64,
    advanced: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let budget = Budget {
        time: (max_us > 0).then(|| Duration::from_micros(max_us)),
        messages: (max_messages > 0).then_some(max_messages),
    };
    // SAFETY: as for `stdb_connection_advance_one_message`.
    unsafe {
        boundary_on_shared(connection, "connection", error, |connection| {
            write_optional(advanced, connection.frame_tick(budget)?);
            Ok(())
        })
    }
}

/// Starts a thread that advances the connection until its end. Its callbacks then run on that thread.
///
/// @param connection the connection.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_BUSY` (it has a thread already); `STDB_ERR_IO` (the system gives no thread);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_run_threaded(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { boundary_on(connection, "connection", error, Connection::run_threaded) }
}

/// Waits until the thread of `stdb_connection_run_threaded` has ended, which it does when the connection has.
///
/// @param connection the connection. Without such a thread, and inside a callback of the connection, this returns at once.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_join(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive until the call or a callback of it frees it.
    unsafe {
        boundary_on_shared(connection, "connection", error, |connection| {
            connection.join();
            Ok(())
        })
    }
}

/// Sets a callback that is called when something has arrived and nothing was waiting before, to wake an event loop. Advance
/// the connection until nothing waits after each: the next one comes only then.
///
/// It is the one callback that runs on a thread of the library (or in an advancing call that leaves something waiting). It
/// must be quick, and must not call anything of this connection. It may still be running on that thread when this function
/// replaces it, or when the connection is freed; its destructor tells when it is done.
///
/// @param connection the connection.
/// @param callback what to call; `context` is NULL there; NULL as callback removes it.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when it is replaced or removed, when the connection is gone, or when this call fails;
/// may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL connection); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_on_wakeup(
    connection: *mut stdb_connection,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the handle alive during the call, and vouches for the callback.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let wake = callback.map(|callback| {
                Box::new(move || callback(std::ptr::null(), data.get())) as crate::connection::inbox::WakeFn
            });
            connection.inbox().set_waker(wake);
            Ok(())
        })
    }
}

/// A descriptor that is readable while something waits to be advanced, for `poll`, `epoll` or `select`. Unix only.
///
/// @param connection the connection.
/// @param fd receives the descriptor. It belongs to the connection: neither read, write nor close it.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_IO` (the system gives none); `STDB_ERR_UNSUPPORTED` (not on this system);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_event_fd(
    connection: *mut stdb_connection,
    fd: *mut i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            output(fd, "fd")?.write(event_fd(connection)?);
            Ok(())
        })
    }
}

/// Whether the connection is up: the host has said who we are, and neither side has ended it.
///
/// @param connection the connection; NULL gives false.
/// @return true when it is. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_is_active(connection: *const stdb_connection) -> bool {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { value_of(connection, false, Connection::is_active) }
}

/// How far the connection has come. One that is made again when it is lost goes from `STDB_STATE_ACTIVE` to
/// `STDB_STATE_RECONNECTING` and back, as often as that happens; the other stages come once, in the order of their numbers.
///
/// @param connection the connection; NULL gives `STDB_STATE_ENDED`.
/// @return one of the `STDB_STATE_…` numbers. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_get_state(connection: *const stdb_connection) -> stdb_connection_state {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe {
        value_of(connection, STDB_STATE_ENDED, |connection| match connection.life().phase {
            Phase::Connecting => STDB_STATE_CONNECTING,
            Phase::Active => STDB_STATE_ACTIVE,
            Phase::Disconnecting => STDB_STATE_DISCONNECTING,
            Phase::Ended => STDB_STATE_ENDED,
            Phase::Reconnecting => STDB_STATE_RECONNECTING,
        })
    }
}

/// Who we are.
///
/// @param connection the connection.
/// @param identity receives the identity.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_CONNECTED` (the host has not said so yet, or not since the connection was lost);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_get_identity(
    connection: *const stdb_connection,
    identity: *mut stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let output = output(identity, "identity")?;
            let (bytes, _) = connection.life().who()?;
            output.write(stdb_identity { bytes });
            Ok(())
        })
    }
}

/// Which connection of our identity this is.
///
/// @param connection the connection.
/// @param connection_id receives the connection id.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_get_identity`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_get_connection_id(
    connection: *const stdb_connection,
    connection_id: *mut stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let output = output(connection_id, "connection_id")?;
            let (_, bytes) = connection.life().who()?;
            output.write(stdb_connection_id { bytes });
            Ok(())
        })
    }
}

/// Which protocol the host chose.
///
/// @param connection the connection.
/// @param protocol receives one of the `STDB_PROTOCOL_…` numbers.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_CONNECTED` (the handshake is not done, or was not advanced yet);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_get_protocol(
    connection: *const stdb_connection,
    protocol: *mut stdb_protocol,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let output = output(protocol, "protocol")?;
            let missing = || Error::new(STDB_ERR_NOT_CONNECTED, "the protocol is not chosen yet");
            output.write(match connection.life().protocol.ok_or_else(missing)? {
                Protocol::V1 => STDB_PROTOCOL_V1,
                Protocol::V2 => STDB_PROTOCOL_V2,
                Protocol::V3 => STDB_PROTOCOL_V3,
            });
            Ok(())
        })
    }
}

/// Counts of what the connection has done.
///
/// @param connection the connection.
/// @param stats receives the counts; its `struct_size` must be set before.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, a bad `struct_size`); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_get_stats(
    connection: *const stdb_connection,
    stats: *mut stdb_stats,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and struct alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| write_sized(stats, "stats", stats_of(connection)))
    }
}

/// Ends the connection, also one that is lost and to be made again. What was sent before still goes out; `on_disconnect` is
/// told of it when the connection is advanced. The cache can still be read.
///
/// @param connection the connection.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_DISCONNECTED` (it was told before, or has ended); `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_disconnect(
    connection: *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { boundary_on(connection, "connection", error, Connection::disconnect) }
}

/// A table by its name. It may be asked for before the connection is up, to register callbacks; a name that the schema
/// turns out not to have is then logged, and gives `STDB_ERR_UNKNOWN_TABLE` when the table is read.
///
/// @param connection the connection.
/// @param name the table's name.
/// @param table receives the table. It belongs to the connection and lives as long; it is not freed. One name has one.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_TABLE` (the schema is known and has none of that name);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_table(
    connection: *mut stdb_connection,
    name: *const c_char,
    table: *mut *const stdb_table,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let output = output(table, "table")?;
            // The connection keeps the handle, so its address stays good without a share of C's own.
            output.write(Arc::as_ptr(&connection.table(text(name, "name")?)?).cast());
            Ok(())
        })
    }
}

/// Registers a callback that runs after each transaction that committed, each subscription that was applied, dropped or
/// taken away by the host, and the change that follows a reconnect, when all other callbacks of the same message have run.
///
/// @param connection the connection.
/// @param callback runs on the advancing thread; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback is removed, when the connection is gone, or when this call fails; may
/// be NULL.
/// @param callback_id receives the number to remove it by; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_on_transaction(
    connection: *mut stdb_connection,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let add = |connection: &Connection, data| {
        Ok(connection.callbacks().add(event(callback, data, "callback")?, |set| &mut set.transaction))
    };
    // SAFETY: the caller keeps handle and output alive during the call.
    unsafe { register(connection, "connection", user_data, drop, callback_id, error, add) }
}

/// Removes a callback of `stdb_connection_on_transaction`. It does not run again; its destructor runs now, or, if it is
/// running, after that.
///
/// @param connection the connection.
/// @param callback_id the callback's number.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there is none of that number); `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_remove_on_transaction(
    connection: *mut stdb_connection,
    callback_id: u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            connection.callbacks().remove_on_transaction(callback_id)
        })
    }
}

#[cfg(unix)]
fn event_fd(connection: &Connection) -> crate::error::Result<i32> {
    let fd = connection.inbox().event_fd();
    fd.map_err(|error| Error::new(crate::error::STDB_ERR_IO, format!("cannot make a pair of sockets: {error}")))
}

#[cfg(not(unix))]
fn event_fd(_connection: &Connection) -> crate::error::Result<i32> {
    Err(Error::new(
        crate::error::STDB_ERR_UNSUPPORTED,
        "this system has no descriptors to poll; use stdb_connection_on_wakeup",
    ))
}

fn stats_of(connection: &Connection) -> stdb_stats {
    let stats = connection.stats();
    stdb_stats {
        struct_size: size_of::<stdb_stats>(),
        bytes_sent: stats.bytes_sent,
        bytes_received: stats.bytes_received,
        frames_sent: stats.frames_sent,
        frames_received: stats.frames_received,
        messages_advanced: stats.messages_advanced,
        messages_waiting: stats.messages_waiting,
        absent_deletes: stats.absent_deletes,
        unexpected_answers: stats.unexpected_answers,
        calls_pending: stats.calls_pending,
        subscriptions: stats.subscriptions,
        rows_cached: stats.rows_cached,
    }
}
