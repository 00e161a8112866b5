//! `stdb_error`: what a failed call gives to whoever asked for it.

use super::boundary::{quietly, value_of};
use super::handle::{self, Boxed, CType};
use super::types::stdb_str;
use crate::error::{Error, STDB_OK, stdb_status};

/// An error, owned by whoever received it; free it with `stdb_error_free`. One thread at a time may use it.
pub struct stdb_error {
    _opaque: [u8; 0],
}

impl CType for stdb_error {
    type Rust = Error;
}
impl Boxed for stdb_error {}

/// The status code of an error.
///
/// @param error the error; NULL gives `STDB_OK`.
/// @return one of the `STDB_ERR_…` codes, the same that the failed function returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_code(error: *const stdb_error) -> stdb_status {
    // SAFETY: the caller keeps the error alive during the call.
    unsafe { value_of(error, STDB_OK, |error| error.status) }
}

/// What was wrong, as a sentence for a person. It never holds a token.
///
/// @param error the error; NULL gives an empty text.
/// @return text that lives as long as the error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_message(error: *const stdb_error) -> stdb_str {
    // SAFETY: the caller keeps the error alive during the call.
    unsafe { value_of(error, stdb_str::EMPTY, |error| stdb_str::of(&error.message)) }
}

/// The HTTP status that the host answered with.
///
/// @param error the error, or NULL.
/// @return the status, for example 401; 0 when the error is not of that kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_http_status(error: *const stdb_error) -> u16 {
    // SAFETY: the caller keeps the error alive during the call.
    unsafe { value_of(error, 0, |error| error.http_status.unwrap_or(0)) }
}

/// The WebSocket close code that the host sent.
///
/// @param error the error, or NULL.
/// @return the code, for example 1008; 0 when the error is not of that kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_close_code(error: *const stdb_error) -> u16 {
    // SAFETY: the caller keeps the error alive during the call.
    unsafe { value_of(error, 0, |error| error.close_code.unwrap_or(0)) }
}

/// Whether the handle that gave the error is of no further use, but for reading what it has and freeing it.
///
/// @param error the error; NULL gives false.
/// @return true when it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_is_fatal(error: *const stdb_error) -> bool {
    // SAFETY: the caller keeps the error alive during the call.
    unsafe { value_of(error, false, Error::is_fatal) }
}

/// Whether the same attempt may succeed later without a change, since the host was away, slow or busy.
///
/// @param error the error; NULL gives false.
/// @return true when it may.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_is_retriable(error: *const stdb_error) -> bool {
    // SAFETY: the caller keeps the error alive during the call.
    unsafe { value_of(error, false, Error::is_retriable) }
}

/// Frees an error.
///
/// @param error the error; NULL does nothing. Texts borrowed from it end with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_error_free(error: *mut stdb_error) {
    // SAFETY: the caller gives the error up.
    quietly(|| drop(unsafe { handle::take_box(error) }));
}
