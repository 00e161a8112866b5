//! `stdb_row`: a borrowed row.

use std::{ptr, slice};

use super::table::stdb_table;
use crate::cache::RowRef;

/// A row: its BSATN bytes, borrowed. They may be read inside the callback that was given the row, or as long as a read
/// guard or the iterator that gave it is held.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_row {
    /// The first byte.
    pub data: *const u8,
    /// The length in bytes.
    pub len: usize,
    /// The row's table; it lives as long as the connection.
    pub table: *const stdb_table,
}

impl stdb_row {
    pub(crate) fn new(row: RowRef, table: *const stdb_table) -> Self {
        stdb_row { data: row.data, len: row.len, table }
    }
}

/// Copies the bytes of rows one after another. For languages that take many rows at once, where a call a row costs more
/// than the row.
///
/// @param rows an array of rows that may be read now; NULL has no rows.
/// @param count how many.
/// @param out receives the bytes, if `capacity` is enough for all of them; may be NULL when `capacity` is 0.
/// @param capacity the room in `out`, in bytes.
/// @return how many bytes the rows have together; when that is more than `capacity`, nothing was copied. Any thread that may
/// read the rows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_rows_copy(rows: *const stdb_row, count: usize, out: *mut u8, capacity: usize) -> usize {
    if rows.is_null() {
        return 0;
    }
    // SAFETY: the caller says that there are so many rows.
    let rows = unsafe { slice::from_raw_parts(rows, count) };
    let total = rows.iter().map(|row| row.len).sum();
    if out.is_null() || total > capacity {
        return total;
    }
    let mut at = out;
    for row in rows.iter().filter(|row| row.len > 0) {
        // SAFETY: the caller says that the row may be read and that `out` has room for `capacity` bytes, which is enough for
        // all rows; what is the caller's does not lie in the cache.
        unsafe {
            ptr::copy_nonoverlapping(row.data, at, row.len);
            at = at.add(row.len);
        }
    }
    total
}
