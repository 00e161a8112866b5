//! `stdb_row_iter`: walking over rows.

use super::boundary::quietly;
use super::handle::{self, Boxed, CType};
use super::row::stdb_row;
use super::table::stdb_table;
use crate::connection::rows::RowIter;

/// An iterator over rows of a table. It holds a read guard of the thread that made it until it is freed (one made inside
/// a callback holds none). One thread at a time may use it.
pub struct stdb_row_iter {
    _opaque: [u8; 0],
}

/// The iterator and the table that its rows belong to.
pub(crate) struct TableRows {
    rows: RowIter,
    table: *const stdb_table,
}

impl TableRows {
    pub(crate) fn new(rows: RowIter, table: *const stdb_table) -> Self {
        TableRows { rows, table }
    }
}

impl CType for stdb_row_iter {
    type Rust = TableRows;
}
impl Boxed for stdb_row_iter {}

/// Goes on to the next row.
///
/// @param iter the iterator; NULL has no rows.
/// @param row receives the row, which may be read until the iterator is freed; must not be NULL.
/// @return true when there was one; false at the end, for a NULL argument, and for an iterator that was made inside a
/// callback which has returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_iter_next(iter: *mut stdb_row_iter, row: *mut stdb_row) -> bool {
    // SAFETY: the caller keeps iterator and output alive, and uses the iterator on one thread at a time.
    let (Ok(iter), false) = (unsafe { handle::borrow_mut(iter, "iter") }, row.is_null()) else { return false };
    // What could panic is out of the way of most calls, which take a row that was fetched before.
    let mut next = iter.rows.next_fetched();
    if next.is_none() {
        quietly(|| next = iter.rows.next());
    }
    let Some(next) = next else { return false };
    // SAFETY: the caller says that the output may be written.
    unsafe { row.write(stdb_row::new(next, iter.table)) };
    true
}

/// Goes on to the next rows, as many as there is room for. For languages that take many rows at once.
///
/// @param iter the iterator; NULL has no rows.
/// @param rows receives the rows, which may be read until the iterator is freed; must not be NULL.
/// @param capacity how many rows there is room for.
/// @return how many there were; fewer than `capacity` at the end, 0 where `stdb_row_iter_next` returns false.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_iter_next_many(
    iter: *mut stdb_row_iter,
    rows: *mut stdb_row,
    capacity: usize,
) -> usize {
    if rows.is_null() {
        return 0;
    }
    let mut count = 0;
    // SAFETY: the caller keeps the iterator alive and has room for so many rows.
    while count < capacity && unsafe { stdb_row_iter_next(iter, rows.add(count)) } {
        count += 1;
    }
    count
}

/// Frees an iterator and ends its read guard.
///
/// @param iter the iterator; NULL does nothing. Any thread, while the thread that made it is in no other call that reads rows of the
/// connection.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_iter_free(iter: *mut stdb_row_iter) {
    // SAFETY: the caller gives the iterator up.
    quietly(|| drop(unsafe { handle::take_box(iter) }));
}
