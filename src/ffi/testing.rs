//! What the tests of the C surface share.

use super::error::{stdb_error, stdb_error_code, stdb_error_free, stdb_error_message};
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
