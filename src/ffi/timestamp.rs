//! Timestamps: to and from text.

use std::ffi::c_char;

use super::arguments::{output, text, write_text};
use super::boundary::boundary;
use super::error::stdb_error;
use super::types::stdb_timestamp;
use crate::error::stdb_status;
use crate::value;

/// Writes a timestamp as text of RFC 3339 in UTC, as the host writes it, for example
/// "2023-11-14T22:13:20.123456+00:00", and a NUL. 40 bytes hold every timestamp that has a text.
///
/// @param timestamp the timestamp.
/// @param buffer receives the text.
/// @param capacity the room in `buffer` in bytes, the NUL counted.
/// @param len receives the length of the text in bytes, the NUL not counted; may be NULL.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when `buffer` is NULL, `capacity` is too small, or `timestamp` is
///     more than 262,000 years away, beyond the calendar. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_timestamp_to_rfc3339(
    timestamp: stdb_timestamp,
    buffer: *mut c_char,
    capacity: usize,
    len: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        let text = value::timestamp_to_rfc3339(timestamp.micros)?;
        // SAFETY: the caller gives NULL or a buffer of that capacity, and NULL or an output.
        unsafe { write_text(&text, buffer, capacity, len) }
    })
}

/// Reads a timestamp from text of RFC 3339 with any offset. What is finer than a microsecond is cut off.
///
/// @param text the text, ended by NUL.
/// @param out receives the timestamp.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `text` is not of RFC 3339. Any
///     thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_timestamp_from_rfc3339(
    text: *const c_char,
    out: *mut stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call, and gives NULL or an output that may be written.
        let (text, out) = unsafe { (self::text(text, "text")?, output(out, "out")?) };
        out.write(stdb_timestamp { micros: value::timestamp_from_rfc3339(text)? });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::super::testing::{failure, no_error};
    use super::*;
    use crate::error::{STDB_ERR_INVALID_ARGUMENT, STDB_OK};

    const SOME_TIME: stdb_timestamp = stdb_timestamp { micros: 1_700_000_000_123_456 };

    #[test]
    fn there_and_back() {
        let (mut buffer, mut len) = ([1 as c_char; 40], 0);
        let mut back = stdb_timestamp { micros: 0 };
        // SAFETY: every pointer is good or NULL, and the buffer has room.
        unsafe {
            assert_eq!(stdb_timestamp_to_rfc3339(SOME_TIME, buffer.as_mut_ptr(), 33, &mut len, no_error()), STDB_OK);
            assert_eq!(CStr::from_ptr(buffer.as_ptr()), c"2023-11-14T22:13:20.123456+00:00");
            assert_eq!((len, buffer[33]), (32, 1));
            assert_eq!(stdb_timestamp_from_rfc3339(buffer.as_ptr(), &mut back, no_error()), STDB_OK);
            assert_eq!(back, SOME_TIME);
            let no_len = std::ptr::null_mut();
            assert_eq!(stdb_timestamp_to_rfc3339(back, buffer.as_mut_ptr(), 40, no_len, no_error()), STDB_OK);
        }
    }

    #[test]
    fn forty_bytes_hold_every_text() {
        let (mut buffer, mut len) = ([0; 40], 0);
        // The ends of the calendar, which the text is longest at.
        for micros in [-8_334_601_228_800_000_000 + 1, 8_210_266_876_799_999_999] {
            let timestamp = stdb_timestamp { micros };
            // SAFETY: every pointer is good, and the buffer has room.
            let status = unsafe { stdb_timestamp_to_rfc3339(timestamp, buffer.as_mut_ptr(), 40, &mut len, no_error()) };
            assert_eq!((status, len), (STDB_OK, 35));
        }
    }

    #[test]
    fn bad_arguments_are_named() {
        const BAD: stdb_status = STDB_ERR_INVALID_ARGUMENT;
        let (mut buffer, mut len, mut out) = ([7; 40], 9, SOME_TIME);
        let (text, room) = (buffer.as_mut_ptr(), buffer.len());
        let beyond = stdb_timestamp { micros: i64::MAX };
        let null = std::ptr::null_mut();
        // SAFETY: each pointer is NULL or good.
        unsafe {
            failure(BAD, "`buffer`", |error| stdb_timestamp_to_rfc3339(SOME_TIME, null, room, &mut len, error));
            failure(BAD, "33 bytes", |error| stdb_timestamp_to_rfc3339(SOME_TIME, text, 32, &mut len, error));
            failure(BAD, "`timestamp`", |error| stdb_timestamp_to_rfc3339(beyond, text, room, &mut len, error));
            failure(BAD, "`text`", |error| stdb_timestamp_from_rfc3339(null, &mut out, error));
            failure(BAD, "`text` is not UTF-8", |error| stdb_timestamp_from_rfc3339(c"\xff".as_ptr(), &mut out, error));
            failure(BAD, "`text` is not RFC 3339", |error| {
                stdb_timestamp_from_rfc3339(c"now".as_ptr(), &mut out, error)
            });
            failure(BAD, "`out`", |error| stdb_timestamp_from_rfc3339(c"now".as_ptr(), std::ptr::null_mut(), error));
        }
        assert_eq!((buffer, len, out), ([7; 40], 9, SOME_TIME), "outputs are untouched");
    }
}
