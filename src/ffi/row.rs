//! `stdb_row`: a borrowed row.

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
