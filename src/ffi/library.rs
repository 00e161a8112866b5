//! The library itself: its version, its status codes, its end.

use super::boundary::quietly;
use super::types::stdb_str;
use crate::error::{self, STDB_OK, stdb_status};

/// The library's version as text, for example "0.1.0".
///
/// @return text that lives forever. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_version() -> stdb_str {
    stdb_str::of(env!("CARGO_PKG_VERSION"))
}

/// The library's version as a number: major * 1,000,000 + minor * 1,000 + patch, to compare with `STDB_VERSION_NUMBER`.
///
/// @return the number. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_version_number() -> u32 {
    let part = |text: &str| text.parse::<u32>().unwrap_or(0);
    part(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000_000
        + part(env!("CARGO_PKG_VERSION_MINOR")) * 1_000
        + part(env!("CARGO_PKG_VERSION_PATCH"))
}

/// The C name of a status code, for example "STDB_ERR_TIMEOUT".
///
/// @param status a status code.
/// @return text that lives forever; empty for a number that no code has. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_status_name(status: stdb_status) -> stdb_str {
    error::lookup(status).map_or(stdb_str::EMPTY, |info| stdb_str::of(info.name))
}

/// What a status code means, as one sentence.
///
/// @param status a status code.
/// @return text that lives forever; empty for a number that no code has. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_status_message(status: stdb_status) -> stdb_str {
    error::lookup(status).map_or(stdb_str::EMPTY, |info| stdb_str::of(info.message))
}

/// Enumerates the status codes: begin with `STDB_OK`, go on with what is returned, end when `STDB_OK` returns.
///
/// @param status the code before the one that is wanted.
/// @return the next higher code, or `STDB_OK` after the last. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_status_next(status: stdb_status) -> stdb_status {
    error::ALL.iter().map(|info| info.status).find(|next| *next > status).unwrap_or(STDB_OK)
}

/// Closes every connection of the process and joins the library's threads. Connections stay as handles: they report
/// their end at the next tick and must still be freed. A connection built later starts the threads again.
///
/// Not from inside a callback. Any thread otherwise; it waits for name resolutions under way.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_shutdown() {
    quietly(crate::net::shutdown);
}
