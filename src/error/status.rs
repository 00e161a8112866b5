//! Status codes: every outcome a function of the library can have, its name and its sentence.
//!
//! The names are the C names, since this list is the header's. A number is never reused.
#![allow(non_camel_case_types)]

/// The outcome of a call: `STDB_OK` (0), or one of the `STDB_ERR_…` numbers. Numbers are never reused.
pub type stdb_status = i32;

/// The call succeeded.
pub const STDB_OK: stdb_status = 0;
/// An argument is NULL, not UTF-8, out of range or malformed; the message names it.
pub const STDB_ERR_INVALID_ARGUMENT: stdb_status = 1;
/// The library panicked; the handle is unusable from then on. A defect: please report it.
pub const STDB_ERR_PANIC: stdb_status = 2;
/// An advancing function was called from inside a callback of the same connection.
pub const STDB_ERR_REENTRANT: stdb_status = 3;
/// Another thread is advancing this connection.
pub const STDB_ERR_BUSY: stdb_status = 4;
/// The connection has ended, or was told to.
pub const STDB_ERR_DISCONNECTED: stdb_status = 5;
/// The connection is not up yet, so the host has not told this.
pub const STDB_ERR_NOT_CONNECTED: stdb_status = 6;
/// The time given ran out.
pub const STDB_ERR_TIMEOUT: stdb_status = 7;
/// What was asked for is not there: no such row, no saved credentials.
pub const STDB_ERR_NOT_FOUND: stdb_status = 8;
/// The schema has no table of that name.
pub const STDB_ERR_UNKNOWN_TABLE: stdb_status = 9;
/// The table has no column, or the type no element or variant, of that name.
pub const STDB_ERR_UNKNOWN_COLUMN: stdb_status = 10;
/// The table has no such index, or the column is not unique.
pub const STDB_ERR_UNKNOWN_INDEX: stdb_status = 11;
/// The schema has no reducer of that name.
pub const STDB_ERR_UNKNOWN_REDUCER: stdb_status = 12;
/// The function needs the module's schema, and the connection has none (yet).
pub const STDB_ERR_NO_SCHEMA: stdb_status = 13;
/// The thread that advances holds a read guard or an iterator of the same connection.
pub const STDB_ERR_READ_GUARD_HELD: stdb_status = 14;
/// Borrowed rows were asked for outside a callback and without a read guard.
pub const STDB_ERR_NO_READ_GUARD: stdb_status = 15;
/// The subscription was told to unsubscribe before.
pub const STDB_ERR_ALREADY_UNSUBSCRIBED: stdb_status = 16;
/// The subscription has ended.
pub const STDB_ERR_ALREADY_ENDED: stdb_status = 17;
/// Reading or writing a file or a socket failed.
pub const STDB_ERR_IO: stdb_status = 18;
/// The host's name could not be resolved.
pub const STDB_ERR_DNS: stdb_status = 19;
/// The TLS handshake failed, or the certificates given cannot be read.
pub const STDB_ERR_TLS: stdb_status = 20;
/// The host answered the handshake or the schema request with an HTTP error; see `stdb_error_http_status`.
pub const STDB_ERR_HTTP: stdb_status = 21;
/// The host said something that the protocol does not allow.
pub const STDB_ERR_PROTOCOL: stdb_status = 22;
/// The host closed the connection; see `stdb_error_close_code`.
pub const STDB_ERR_CLOSED: stdb_status = 23;
/// The protocol that was negotiated, or this build, cannot do that.
pub const STDB_ERR_UNSUPPORTED: stdb_status = 24;
/// The host refused or ended a subscription; the message is the host's.
pub const STDB_ERR_SUBSCRIPTION: stdb_status = 25;
/// The schema cannot be parsed or contradicts itself.
pub const STDB_ERR_SCHEMA: stdb_status = 26;
/// Bytes are not the BSATN that was expected: too short, a bad tag, not UTF-8.
pub const STDB_ERR_BSATN: stdb_status = 27;
/// A message is larger than the connection's limit.
pub const STDB_ERR_TOO_LARGE: stdb_status = 28;
/// Nothing listens at the host's address, or it cannot be reached.
pub const STDB_ERR_UNREACHABLE: stdb_status = 29;
/// A callback of the caller failed (a token provider that gave no token).
pub const STDB_ERR_CALLBACK: stdb_status = 30;
/// The table's rows differ in size, so that they do not lie in chunks.
pub const STDB_ERR_ROW_SIZE: stdb_status = 31;
/// The schema has no procedure of that name.
pub const STDB_ERR_UNKNOWN_PROCEDURE: stdb_status = 32;
/// A value is of another type than was asked for or given; the message names the value and both.
pub const STDB_ERR_WRONG_TYPE: stdb_status = 33;
/// Text is not JSON, or not the JSON of a value of the type expected; the message names the place and the type.
pub const STDB_ERR_JSON: stdb_status = 34;
/// The host's schema is not the one that the client was made for; the message names each difference.
pub const STDB_ERR_SCHEMA_MISMATCH: stdb_status = 35;

/// A status code with its C name and its sentence.
#[derive(Clone, Copy, Debug)]
pub struct StatusInfo {
    /// The number.
    pub status: stdb_status,
    /// The C name, for example `STDB_ERR_TIMEOUT`.
    pub name: &'static str,
    /// One English sentence.
    pub message: &'static str,
}

const fn info(status: stdb_status, name: &'static str, message: &'static str) -> StatusInfo {
    StatusInfo { status, name, message }
}

/// Every status code, in ascending order.
pub const ALL: &[StatusInfo] = &[
    info(STDB_OK, "STDB_OK", "The call succeeded."),
    info(
        STDB_ERR_INVALID_ARGUMENT,
        "STDB_ERR_INVALID_ARGUMENT",
        "An argument is NULL, not UTF-8, out of range or malformed.",
    ),
    info(STDB_ERR_PANIC, "STDB_ERR_PANIC", "The library panicked; the handle is unusable."),
    info(STDB_ERR_REENTRANT, "STDB_ERR_REENTRANT", "A connection cannot be advanced inside one of its callbacks."),
    info(STDB_ERR_BUSY, "STDB_ERR_BUSY", "Another thread is advancing this connection."),
    info(STDB_ERR_DISCONNECTED, "STDB_ERR_DISCONNECTED", "The connection has ended."),
    info(STDB_ERR_NOT_CONNECTED, "STDB_ERR_NOT_CONNECTED", "The connection is not up yet."),
    info(STDB_ERR_TIMEOUT, "STDB_ERR_TIMEOUT", "The time given ran out."),
    info(STDB_ERR_NOT_FOUND, "STDB_ERR_NOT_FOUND", "What was asked for is not there."),
    info(STDB_ERR_UNKNOWN_TABLE, "STDB_ERR_UNKNOWN_TABLE", "The schema has no such table."),
    info(
        STDB_ERR_UNKNOWN_COLUMN,
        "STDB_ERR_UNKNOWN_COLUMN",
        "The table has no such column, or the type no such element.",
    ),
    info(STDB_ERR_UNKNOWN_INDEX, "STDB_ERR_UNKNOWN_INDEX", "The table has no such index, or the column is not unique."),
    info(STDB_ERR_UNKNOWN_REDUCER, "STDB_ERR_UNKNOWN_REDUCER", "The schema has no such reducer."),
    info(STDB_ERR_NO_SCHEMA, "STDB_ERR_NO_SCHEMA", "The connection has no schema."),
    info(
        STDB_ERR_READ_GUARD_HELD,
        "STDB_ERR_READ_GUARD_HELD",
        "The advancing thread holds a read guard or an iterator.",
    ),
    info(
        STDB_ERR_NO_READ_GUARD,
        "STDB_ERR_NO_READ_GUARD",
        "Rows are borrowed in a callback or under a read guard only.",
    ),
    info(STDB_ERR_ALREADY_UNSUBSCRIBED, "STDB_ERR_ALREADY_UNSUBSCRIBED", "The subscription was unsubscribed before."),
    info(STDB_ERR_ALREADY_ENDED, "STDB_ERR_ALREADY_ENDED", "The subscription has ended."),
    info(STDB_ERR_IO, "STDB_ERR_IO", "Reading or writing failed."),
    info(STDB_ERR_DNS, "STDB_ERR_DNS", "The host's name could not be resolved."),
    info(STDB_ERR_TLS, "STDB_ERR_TLS", "TLS failed."),
    info(STDB_ERR_HTTP, "STDB_ERR_HTTP", "The host answered with an HTTP error."),
    info(STDB_ERR_PROTOCOL, "STDB_ERR_PROTOCOL", "The host said something that the protocol does not allow."),
    info(STDB_ERR_CLOSED, "STDB_ERR_CLOSED", "The host closed the connection."),
    info(STDB_ERR_UNSUPPORTED, "STDB_ERR_UNSUPPORTED", "The negotiated protocol or this build cannot do that."),
    info(STDB_ERR_SUBSCRIPTION, "STDB_ERR_SUBSCRIPTION", "The host refused or ended a subscription."),
    info(STDB_ERR_SCHEMA, "STDB_ERR_SCHEMA", "The schema cannot be parsed."),
    info(STDB_ERR_BSATN, "STDB_ERR_BSATN", "The bytes are not the BSATN that was expected."),
    info(STDB_ERR_TOO_LARGE, "STDB_ERR_TOO_LARGE", "A message is larger than the connection's limit."),
    info(STDB_ERR_UNREACHABLE, "STDB_ERR_UNREACHABLE", "The host cannot be reached."),
    info(STDB_ERR_CALLBACK, "STDB_ERR_CALLBACK", "A callback of the caller failed."),
    info(STDB_ERR_ROW_SIZE, "STDB_ERR_ROW_SIZE", "The table's rows differ in size."),
    info(STDB_ERR_UNKNOWN_PROCEDURE, "STDB_ERR_UNKNOWN_PROCEDURE", "The schema has no such procedure."),
    info(STDB_ERR_WRONG_TYPE, "STDB_ERR_WRONG_TYPE", "A value is of another type."),
    info(STDB_ERR_JSON, "STDB_ERR_JSON", "The text is not JSON of the type expected."),
    info(
        STDB_ERR_SCHEMA_MISMATCH,
        "STDB_ERR_SCHEMA_MISMATCH",
        "The host's schema is not the one the client was made for.",
    ),
];

/// Finds a status code's entry. Returns `None` for a number that no code has.
pub fn lookup(status: stdb_status) -> Option<&'static StatusInfo> {
    ALL.iter().find(|info| info.status == status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_without_gaps_and_have_names_and_sentences() {
        for (position, info) in ALL.iter().enumerate() {
            assert_eq!(info.status as usize, position);
            assert!(info.name == "STDB_OK" || info.name.starts_with("STDB_ERR_"));
            assert!(info.message.ends_with('.'));
        }
    }
}
