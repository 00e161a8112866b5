//! What calls of reducers and procedures and one-off queries have in common: how one is to be made, and how it ended.

use std::time::Duration;

use super::arguments::options;
use crate::call::{CallFlags, CallOptions, CallStatus};
use crate::error::{Error, Result};

/// What the host tells of a call: one of the `STDB_CALL_FLAGS_…` numbers. They are of meaning for reducers over v1.
pub type stdb_call_flags = i32;
/// What was set for the reducer with `stdb_connection_set_reducer_flags`, or everything.
pub const STDB_CALL_FLAGS_DEFAULT: stdb_call_flags = 0;
/// Everything.
pub const STDB_CALL_FLAGS_FULL_UPDATE: stdb_call_flags = 1;
/// Nothing of a call that committed without changing a subscribed row; a 1.2.0 host then says nothing of one that returned
/// an error or panicked, either. The result callback of a call that the host says nothing of runs at its timeout, or when
/// the connection ends. Over v2 and v3 the host answers every call.
pub const STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY: stdb_call_flags = 2;

/// How a call is to be made. Set `struct_size` to `sizeof(stdb_call_options)`; zeros in the rest mean the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_call_options {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// What the host tells; of meaning for reducers only.
    pub flags: stdb_call_flags,
    /// How long to wait for the answer, in milliseconds; 0 for as long as the connection lives. It counts for a call with a
    /// result callback.
    pub timeout_ms: u32,
}

/// How a call ended: one of the `STDB_CALL_…` numbers.
pub type stdb_call_status = i32;
/// It ran: a reducer's changes stand, a procedure's value or a query's rows are there.
pub const STDB_CALL_COMMITTED: stdb_call_status = 0;
/// It returned an error, panicked, does not exist or could not be read; a reducer changed nothing.
pub const STDB_CALL_FAILED: stdb_call_status = 1;
/// The database ran out of energy; nothing changed.
pub const STDB_CALL_OUT_OF_ENERGY: stdb_call_status = 2;
/// The connection was lost or ended before the host answered; whether the call ran is not known.
pub const STDB_CALL_DISCONNECTED: stdb_call_status = 3;
/// The call's time ran out before the host answered; whether the call ran is not known. One that still waited for a link by
/// then is not made.
pub const STDB_CALL_TIMEOUT: stdb_call_status = 4;

const DEFAULTS: stdb_call_options =
    stdb_call_options { struct_size: size_of::<stdb_call_options>(), flags: STDB_CALL_FLAGS_DEFAULT, timeout_ms: 0 };

/// The options that a caller gave.
///
/// # Safety
/// `call_options` is NULL or points to a struct that begins with its size in bytes, and is that large.
pub(crate) unsafe fn core_options(call_options: *const stdb_call_options) -> Result<CallOptions> {
    // SAFETY: as this function's own.
    let options = unsafe { options(call_options, "call_options", DEFAULTS) }?;
    let timeout = (options.timeout_ms > 0).then(|| Duration::from_millis(options.timeout_ms.into()));
    Ok(CallOptions { flags: core_flags(options.flags)?, timeout })
}

pub(crate) fn core_flags(flags: stdb_call_flags) -> Result<Option<CallFlags>> {
    match flags {
        STDB_CALL_FLAGS_DEFAULT => Ok(None),
        STDB_CALL_FLAGS_FULL_UPDATE => Ok(Some(CallFlags::FullUpdate)),
        STDB_CALL_FLAGS_NO_SUCCESS_NOTIFY => Ok(Some(CallFlags::NoSuccessNotify)),
        other => Err(Error::argument("flags", format_args!("is {other}, which no flags have"))),
    }
}

pub(crate) fn call_status(status: CallStatus) -> stdb_call_status {
    match status {
        CallStatus::Committed => STDB_CALL_COMMITTED,
        CallStatus::Failed => STDB_CALL_FAILED,
        CallStatus::OutOfEnergy => STDB_CALL_OUT_OF_ENERGY,
        CallStatus::Disconnected => STDB_CALL_DISCONNECTED,
        CallStatus::Timeout => STDB_CALL_TIMEOUT,
    }
}
