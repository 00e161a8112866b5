//! Identities and connection ids: to and from text, and equality.

use std::ffi::c_char;

use super::arguments::{input, output, text};
use super::boundary::boundary;
use super::error::stdb_error;
use super::types::{stdb_connection_id, stdb_identity};
use crate::error::stdb_status;
use crate::value;

/// Writes an identity as 64 hexadecimal digits in lower case, the highest byte first, and a NUL.
///
/// @param identity the identity.
/// @param out receives the text; room for 65 bytes.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `identity` or `out` is NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_identity_to_hex(
    identity: *const stdb_identity,
    out: *mut c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the identity as it is during the call.
        let identity = unsafe { input(identity, "identity") }?;
        // SAFETY: the caller gives NULL or room for 65 bytes.
        let out = unsafe { output(out.cast::<[u8; 65]>(), "out") }?;
        out.write(ended_by_nul(&value::identity_to_hex(identity.bytes)));
        Ok(())
    })
}

/// Reads an identity from its text.
///
/// @param text 64 hexadecimal digits of either case, after an optional "0x", ended by NUL.
/// @param out receives the identity.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_identity_from_hex(
    text: *const c_char,
    out: *mut stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(stdb_identity { bytes: value::identity_from_hex(text)? });
        Ok(())
    })
}

/// Whether two identities are the same.
///
/// @param a an identity.
/// @param b another one.
/// @return true when they are; false when either is NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_identity_equal(a: *const stdb_identity, b: *const stdb_identity) -> bool {
    // SAFETY: the caller keeps both as they are during the call.
    unsafe { matches!((a.as_ref(), b.as_ref()), (Some(a), Some(b)) if a == b) }
}

/// Writes a connection id as 32 hexadecimal digits in lower case, the highest byte first, and a NUL.
///
/// @param connection_id the connection id.
/// @param out receives the text; room for 33 bytes.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `connection_id` or `out` is NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_id_to_hex(
    connection_id: *const stdb_connection_id,
    out: *mut c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the connection id as it is during the call.
        let connection_id = unsafe { input(connection_id, "connection_id") }?;
        // SAFETY: the caller gives NULL or room for 33 bytes.
        let out = unsafe { output(out.cast::<[u8; 33]>(), "out") }?;
        out.write(ended_by_nul(&value::connection_id_to_hex(connection_id.bytes)));
        Ok(())
    })
}

/// Reads a connection id from its text.
///
/// @param text 32 hexadecimal digits of either case, after an optional "0x", ended by NUL.
/// @param out receives the connection id.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is anything else. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_id_from_hex(
    text: *const c_char,
    out: *mut stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(stdb_connection_id { bytes: value::connection_id_from_hex(text)? });
        Ok(())
    })
}

/// Whether two connection ids are the same.
///
/// @param a a connection id.
/// @param b another one.
/// @return true when they are; false when either is NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_id_equal(a: *const stdb_connection_id, b: *const stdb_connection_id) -> bool {
    // SAFETY: the caller keeps both as they are during the call.
    unsafe { matches!((a.as_ref(), b.as_ref()), (Some(a), Some(b)) if a == b) }
}

/// Text with a NUL behind it; `N` is one more than its length.
fn ended_by_nul<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..N - 1].copy_from_slice(text.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use std::ffi::{CStr, CString};

    use super::super::testing::{failure, no_error};
    use super::*;
    use crate::error::{STDB_ERR_INVALID_ARGUMENT, STDB_OK};

    #[test]
    fn there_and_back() {
        let identity = stdb_identity { bytes: std::array::from_fn(|position| position as u8) };
        let connection_id = stdb_connection_id { bytes: std::array::from_fn(|position| position as u8) };
        let (mut text, mut other) = ([1 as c_char; 66], stdb_identity { bytes: [0; 32] });
        let mut other_id = stdb_connection_id { bytes: [0; 16] };
        // SAFETY: every pointer is good, and the text has room.
        unsafe {
            assert!(!stdb_identity_equal(&identity, &other) && !stdb_connection_id_equal(&connection_id, &other_id));
            assert_eq!(stdb_identity_to_hex(&identity, text.as_mut_ptr(), no_error()), STDB_OK);
            assert_eq!(text[65], 1, "no more than 65 bytes are written");
            assert!(CStr::from_ptr(text.as_ptr()).to_str().unwrap().starts_with("1f1e1d"));
            assert_eq!(stdb_identity_from_hex(text.as_ptr(), &mut other, no_error()), STDB_OK);
            assert!(stdb_identity_equal(&identity, &other));

            text = [1; 66];
            assert_eq!(stdb_connection_id_to_hex(&connection_id, text.as_mut_ptr(), no_error()), STDB_OK);
            assert_eq!(text[33], 1, "no more than 33 bytes are written");
            let prefixed = format!("0x{}", CStr::from_ptr(text.as_ptr()).to_str().unwrap().to_uppercase());
            let prefixed = CString::new(prefixed).unwrap();
            assert_eq!(stdb_connection_id_from_hex(prefixed.as_ptr(), &mut other_id, no_error()), STDB_OK);
            assert!(stdb_connection_id_equal(&connection_id, &other_id));
        }
    }

    #[test]
    fn bad_arguments_are_named() {
        const BAD: stdb_status = STDB_ERR_INVALID_ARGUMENT;
        let (mut identity, mut id) = (stdb_identity { bytes: [7; 32] }, stdb_connection_id { bytes: [7; 16] });
        let mut text = [0; 65];
        let (null, null_text) = (std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: each pointer is NULL or good.
        unsafe {
            failure(BAD, "`identity`", |error| stdb_identity_to_hex(std::ptr::null(), text.as_mut_ptr(), error));
            failure(BAD, "`out`", |error| stdb_identity_to_hex(&identity, null_text, error));
            failure(BAD, "`text`", |error| stdb_identity_from_hex(null_text, &mut identity, error));
            failure(BAD, "`text` is not UTF-8", |error| stdb_identity_from_hex(c"\xff".as_ptr(), &mut identity, error));
            failure(BAD, "`text` is not 64", |error| stdb_identity_from_hex(c"12".as_ptr(), &mut identity, error));
            failure(BAD, "`out`", |error| stdb_identity_from_hex(c"12".as_ptr(), null, error));
            let null = std::ptr::null_mut();
            failure(BAD, "`connection_id`", |error| stdb_connection_id_to_hex(null, text.as_mut_ptr(), error));
            failure(BAD, "`out`", |error| stdb_connection_id_to_hex(&id, null_text, error));
            failure(BAD, "`text`", |error| stdb_connection_id_from_hex(null_text, &mut id, error));
            failure(BAD, "`text` is not 32", |error| stdb_connection_id_from_hex(c"12".as_ptr(), &mut id, error));
            failure(BAD, "`out`", |error| stdb_connection_id_from_hex(c"12".as_ptr(), null, error));
            assert!(!stdb_identity_equal(&identity, std::ptr::null()));
            assert!(!stdb_connection_id_equal(std::ptr::null(), &id));
        }
        assert_eq!((identity.bytes, id.bytes), ([7; 32], [7; 16]), "outputs are untouched");
    }
}
