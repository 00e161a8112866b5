//! The public structs: borrowed views of text and bytes, identities, times.

use std::ffi::c_char;

use crate::error::{Error, Result};
use crate::value::ScheduleAt;

/// A borrowed piece of UTF-8 text, not ended by NUL. The function that gives one says how long it lives.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_str {
    /// The first byte; may be NULL when `len` is 0.
    pub data: *const c_char,
    /// The length in bytes.
    pub len: usize,
}

/// A borrowed piece of bytes. The function that gives one says how long it lives.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_bytes {
    /// The first byte; may be NULL when `len` is 0.
    pub data: *const u8,
    /// The length in bytes.
    pub len: usize,
}

/// Who a client is: 32 bytes, in the order BSATN has them (little-endian; the text form is the other way round).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_identity {
    /// The bytes.
    pub bytes: [u8; 32],
}

/// Which connection of a client: 16 bytes, in the order BSATN has them (little-endian).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_connection_id {
    /// The bytes.
    pub bytes: [u8; 16],
}

/// A moment: microseconds since the Unix epoch, negative before it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub micros: i64,
}

/// A length of time: microseconds, negative for one that goes back.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_time_duration {
    /// Microseconds.
    pub micros: i64,
}

/// When a scheduled row is due.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_schedule_at {
    /// Whether it is due again and again, `micros` apart; otherwise it is due once, `micros` after the Unix epoch.
    pub is_interval: bool,
    /// Microseconds.
    pub micros: i64,
}

impl stdb_schedule_at {
    pub(crate) fn of(when: ScheduleAt) -> Self {
        match when {
            ScheduleAt::Interval(micros) => stdb_schedule_at { is_interval: true, micros },
            ScheduleAt::Time(micros) => stdb_schedule_at { is_interval: false, micros },
        }
    }
}

impl stdb_str {
    /// A view of no text.
    pub(crate) const EMPTY: stdb_str = stdb_str { data: std::ptr::null(), len: 0 };

    /// A view of `text`, which must outlive it.
    pub(crate) fn of(text: &str) -> Self {
        stdb_str { data: text.as_ptr().cast(), len: text.len() }
    }

    /// The text, checked for UTF-8.
    ///
    /// # Safety
    /// `data` is NULL or points to `len` bytes that stay as they are for `'a`.
    pub(crate) unsafe fn to_str<'a>(self, name: &str) -> Result<&'a str> {
        // SAFETY: as this function's own.
        let bytes = unsafe { stdb_bytes { data: self.data.cast(), len: self.len }.to_slice(name) }?;
        std::str::from_utf8(bytes).map_err(|error| Error::argument(name, format_args!("is not UTF-8: {error}")))
    }
}

impl stdb_bytes {
    /// A view of no bytes.
    pub(crate) const EMPTY: stdb_bytes = stdb_bytes { data: std::ptr::null(), len: 0 };

    /// A view of `bytes`, which must outlive it.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        stdb_bytes { data: bytes.as_ptr(), len: bytes.len() }
    }

    /// The bytes; NULL with a length above 0 is an error that names the argument.
    ///
    /// # Safety
    /// `data` is NULL or points to `len` bytes that stay as they are for `'a`.
    #[inline]
    pub(crate) unsafe fn to_slice<'a>(self, name: &str) -> Result<&'a [u8]> {
        if self.data.is_null() {
            return if self.len == 0 { Ok(&[]) } else { Err(Error::argument(name, "has a length but is NULL")) };
        }
        if self.len > isize::MAX as usize {
            return Err(Error::argument(name, "has a length that no memory can hold"));
        }
        // SAFETY: as this function's own.
        Ok(unsafe { std::slice::from_raw_parts(self.data, self.len) })
    }
}
