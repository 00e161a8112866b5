//! What the tests of the C surface share, and how those of the core follow a borrowed row.

use super::error::{stdb_error, stdb_error_code, stdb_error_free, stdb_error_message};
use crate::cache::RowRef;
use crate::error::stdb_status;

/// The `error` argument of a caller that wants none.
pub(super) fn no_error() -> *mut *mut stdb_error {
    std::ptr::null_mut()
}

/// Makes a call that must fail with that status, and with an owned error whose message has `expected` in it.
pub(super) fn failure(status: stdb_status, expected: &str, call: impl FnOnce(*mut *mut stdb_error) -> stdb_status) {
    let mut error = std::ptr::null_mut();
    assert_eq!(call(&mut error), status, "{expected}");
    assert!(!error.is_null());
    // SAFETY: the error is ours, and its message is read before it is freed.
    unsafe {
        assert_eq!(stdb_error_code(error), status);
        let message = stdb_error_message(error).to_str("message").unwrap();
        assert!(message.contains(expected), "`{expected}` is not in `{message}`");
        stdb_error_free(error);
    }
}

/// The bytes of a row, which must be valid: as in C, that is inside its callback or under a read guard.
pub(crate) fn row_bytes(row: RowRef) -> Vec<u8> {
    // SAFETY: the row is valid, so that so many bytes lie there and stay while they are copied.
    unsafe { std::slice::from_raw_parts(row.data, row.len) }.to_vec()
}
