//! `stdb_table`: reading a table of the cache, and its callbacks.

use std::ffi::{c_char, c_void};
use std::ops::Bound;
use std::sync::atomic::AtomicBool;

use super::arguments::{CName, options, output, text};
use super::boundary::{Poison, boundary_on, value_of};
use super::callback::{self, TablePointer, register, stdb_batch_fn, stdb_drop_fn, stdb_row_fn, stdb_update_fn};
use super::error::stdb_error;
use super::handle::{self, CType};
use super::row::stdb_row;
use super::row_iter::{TableRows, stdb_row_iter};
use super::types::{stdb_bytes, stdb_str};
use crate::cache::RowRef;
use crate::cache::query::KeyRange;
use crate::cache::store::Chunk;
use crate::connection::table_handle::TableHandle;
use crate::error::{Error, Result, stdb_status};

/// A table of a connection's cache. It belongs to the connection and lives as long. Any thread may use it.
pub struct stdb_table {
    _opaque: [u8; 0],
}

impl CType for stdb_table {
    type Rust = TableHandle;
}
impl Poison for TableHandle {
    fn poisoned(&self) -> &AtomicBool {
        TableHandle::poisoned(self)
    }
}

/// What a bound of a range means: one of the `STDB_BOUND_…` numbers.
pub type stdb_bound = i32;
/// There is no bound; its value is not looked at.
pub const STDB_BOUND_NONE: stdb_bound = 0;
/// The bound's value is in the range.
pub const STDB_BOUND_INCLUDED: stdb_bound = 1;
/// The bound's value is not in the range.
pub const STDB_BOUND_EXCLUDED: stdb_bound = 2;

/// A range of an index: rows whose first columns equal `key`, and whose next column lies between the bounds. Values are
/// BSATN. Set `struct_size` to `sizeof(stdb_range)` and the rest to what is wanted; zeros mean everything.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_range {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// The values of the index's first columns, one after another; may be empty.
    pub key: stdb_bytes,
    /// The lower bound of the column after those of `key`.
    pub lower: stdb_bytes,
    /// The upper bound of the column after those of `key`.
    pub upper: stdb_bytes,
    /// What `lower` means.
    pub lower_bound: stdb_bound,
    /// What `upper` means.
    pub upper_bound: stdb_bound,
}

/// The table's name.
///
/// @param table the table; NULL gives an empty text.
/// @return text that lives as long as the connection. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_name(table: *const stdb_table) -> stdb_str {
    // SAFETY: the caller keeps the connection alive during the call.
    unsafe { value_of(table, stdb_str::EMPTY, |table| stdb_str::of(table.name())) }
}

/// How many distinct rows of the table are cached. No read guard is needed.
///
/// @param table the table.
/// @param count receives the number of rows.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_TABLE` (the schema has none of that name); `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_count(
    table: *const stdb_table,
    count: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |table| {
            let output = output(count, "count")?;
            output.write(table.count()? as u64);
            Ok(())
        })
    }
}

/// How many bytes the table's rows and indexes take in memory. No read guard is needed.
///
/// @param table the table.
/// @param bytes receives the number of bytes.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_memory(
    table: *const stdb_table,
    bytes: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |table| {
            let output = output(bytes, "bytes")?;
            output.write(table.memory()? as u64);
            Ok(())
        })
    }
}

/// A run of rows that lie one after the other. Row `i` has `stride` bytes at `data + i * stride`, its BSATN, at no particular
/// alignment: copy it into a struct with `memcpy`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_chunk {
    /// The first byte of the first row.
    pub data: *const u8,
    /// How many rows there are; not 0.
    pub count: usize,
    /// The size of a row in bytes.
    pub stride: usize,
}

const _: () = assert!(size_of::<stdb_chunk>() == size_of::<Chunk>() && align_of::<stdb_chunk>() == align_of::<Chunk>());

/// Gives all rows of a table whose rows have a fixed size as they lie in memory: the fastest way to read a whole table.
///
/// @param table the table.
/// @param chunks receives an array of chunks, which together have every row once, in no particular order; NULL when there is
/// none. It and the rows belong to the table and may be read inside this callback, or as long as this thread's read guard is
/// held.
/// @param count receives how many chunks there are.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NO_READ_GUARD` (neither inside a callback of the connection nor under a read guard of this
/// thread); `STDB_ERR_ROW_SIZE` (rows of the table differ in size); `STDB_ERR_NO_SCHEMA`; `STDB_ERR_UNKNOWN_TABLE`;
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_chunks(
    table: *const stdb_table,
    chunks: *mut *const stdb_chunk,
    count: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection and outputs alive during the call.
    unsafe {
        boundary_on(table, "table", error, |table| {
            let (first_output, count_output) = (output(chunks, "chunks")?, output(count, "count")?);
            let (first, count) = table.chunks()?;
            // Both structs have the same fields, as `repr(C)`.
            first_output.write(if count == 0 { std::ptr::null() } else { first.cast() });
            count_output.write(count);
            Ok(())
        })
    }
}

/// Finds the row whose primary key or unique column has a value.
///
/// @param table the table.
/// @param column the column's name.
/// @param key the value, as BSATN.
/// @param row receives the row; it may be read inside this callback, or as long as this thread's read guard is held.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (no such row); `STDB_ERR_NO_READ_GUARD` (neither inside a callback of the
/// connection nor under a read guard of this thread); `STDB_ERR_NO_SCHEMA`; `STDB_ERR_UNKNOWN_TABLE`;
/// `STDB_ERR_UNKNOWN_COLUMN`; `STDB_ERR_UNKNOWN_INDEX` (the column is not unique); `STDB_ERR_INVALID_ARGUMENT` (NULL, not
/// UTF-8, `key` is not a value of the column's type); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_find(
    table: *const stdb_table,
    column: *const c_char,
    key: stdb_bytes,
    row: *mut stdb_row,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection, text, bytes and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |handle| {
            let output = output(row, "row")?;
            let column = CName::new(column, "column")?;
            let row = handle.find(&column, key.to_slice("key")?).map_err(|error| column.blame("column", error))?;
            output.write(stdb_row::new(row, table));
            Ok(())
        })
    }
}

/// Finds the rows whose primary key or unique column has one of many values: the fastest way to look many up, since it waits
/// for memory once for all of them and not for each.
///
/// @param table the table.
/// @param column the column's name.
/// @param keys the values, as BSATN, one after another.
/// @param count how many values there are.
/// @param rows receives the row of each value, in the values' order, and so has room for `count`; `data` is NULL where there
/// is no such row. The rows may be read inside this callback, or as long as this thread's read guard is held. May be NULL
/// when `count` is 0.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_find`, without `STDB_ERR_NOT_FOUND`; `STDB_ERR_INVALID_ARGUMENT` names the value that is not one of
/// the column's type, and is also returned when `keys` has more or fewer than `count`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_find_many(
    table: *const stdb_table,
    column: *const c_char,
    keys: stdb_bytes,
    count: usize,
    rows: *mut stdb_row,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection, text, bytes and output alive during the call; there is room for `count` rows.
    unsafe {
        boundary_on(table, "table", error, |handle| {
            if count > 0 {
                output(rows, "rows")?;
            }
            let none = stdb_row { data: std::ptr::null(), len: 0, table };
            let column = CName::new(column, "column")?;
            let give = |number, row: Option<RowRef>| {
                rows.add(number).write(row.map_or(none, |row| stdb_row::new(row, table)));
            };
            handle
                .find_many(&column, keys.to_slice("keys")?, count, give)
                .map_err(|error| column.blame("column", error))
        })
    }
}

/// Walks over all rows of the table, in no particular order.
///
/// @param table the table.
/// @param iter receives the iterator, to be freed with `stdb_row_iter_free`. It holds a read guard of this thread until
/// then; one made inside a callback of the connection holds none and is of use inside that callback only.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_TABLE`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_iter(
    table: *const stdb_table,
    iter: *mut *mut stdb_row_iter,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |handle| {
            let output = output(iter, "iter")?;
            output.write(handle::into_box(TableRows::new(handle.iter()?, table)));
            Ok(())
        })
    }
}

/// Walks over the rows whose index columns equal values, in the index's order; rows with equal keys in no particular one.
///
/// @param table the table.
/// @param index the index's name or accessor, or the name of the column of a single-column index.
/// @param key the values of the index's columns, or of the first of them, one after another as BSATN.
/// @param iter receives the iterator, as `stdb_table_iter` gives it.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NO_SCHEMA`; `STDB_ERR_UNKNOWN_TABLE`; `STDB_ERR_UNKNOWN_INDEX`;
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, `key` is not values of the columns' types); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_filter(
    table: *const stdb_table,
    index: *const c_char,
    key: stdb_bytes,
    iter: *mut *mut stdb_row_iter,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection, text, bytes and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |handle| {
            let output = output(iter, "iter")?;
            let range = KeyRange { prefix: key.to_slice("key")?, lower: Bound::Unbounded, upper: Bound::Unbounded };
            let rows = handle.filter(text(index, "index")?, &range)?;
            output.write(handle::into_box(TableRows::new(rows, table)));
            Ok(())
        })
    }
}

/// Walks over the rows that lie in a range of an index, in the index's order.
///
/// @param table the table.
/// @param index the index's name or accessor, or the name of the column of a single-column index.
/// @param range the range; NULL for all rows.
/// @param iter receives the iterator, as `stdb_table_iter` gives it.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_filter`; `STDB_ERR_INVALID_ARGUMENT` also for an unknown bound, a bad `struct_size`, and a bound
/// for a column that the index does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_filter_range(
    table: *const stdb_table,
    index: *const c_char,
    range: *const stdb_range,
    iter: *mut *mut stdb_row_iter,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps connection, text, range and output alive during the call.
    unsafe {
        boundary_on(table, "table", error, |handle| {
            let output = output(iter, "iter")?;
            let range = options(range, "range", everything())?;
            let range = KeyRange {
                prefix: range.key.to_slice("key")?,
                lower: bound(range.lower, range.lower_bound, "lower")?,
                upper: bound(range.upper, range.upper_bound, "upper")?,
            };
            let rows = handle.filter(text(index, "index")?, &range)?;
            output.write(handle::into_box(TableRows::new(rows, table)));
            Ok(())
        })
    }
}

/// Registers a callback for new rows of the table: rows that come into the cache and replace none.
///
/// @param table the table.
/// @param callback runs on the advancing thread, once a row, from the next message on; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback is removed, when the connection is gone, or when this call fails; may
/// be NULL.
/// @param callback_id receives the number to remove it by; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_DISCONNECTED` (the connection was freed);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_on_insert(
    table: *const stdb_table,
    callback: stdb_row_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let add = |handle: &TableHandle, data| handle.on_insert(callback::row(TablePointer(table), callback, data)?);
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe { register(table, "table", user_data, drop, callback_id, error, add) }
}

/// Registers a callback for rows of the table that are about to go, while the cache is still as it was before the message.
/// It does not run for rows that are replaced by one with the same primary key.
///
/// @param table the table.
/// @param callback as for `stdb_table_on_insert`.
/// @param user_data as for `stdb_table_on_insert`.
/// @param drop as for `stdb_table_on_insert`.
/// @param callback_id as for `stdb_table_on_insert`.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_on_insert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_on_before_delete(
    table: *const stdb_table,
    callback: stdb_row_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let add = |handle: &TableHandle, data| handle.on_before_delete(callback::row(TablePointer(table), callback, data)?);
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe { register(table, "table", user_data, drop, callback_id, error, add) }
}

/// Registers a callback for rows of the table that are gone and were not replaced.
///
/// @param table the table.
/// @param callback as for `stdb_table_on_insert`.
/// @param user_data as for `stdb_table_on_insert`.
/// @param drop as for `stdb_table_on_insert`.
/// @param callback_id as for `stdb_table_on_insert`.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_on_insert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_on_delete(
    table: *const stdb_table,
    callback: stdb_row_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let add = |handle: &TableHandle, data| handle.on_delete(callback::row(TablePointer(table), callback, data)?);
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe { register(table, "table", user_data, drop, callback_id, error, add) }
}

/// Registers a callback for rows of the table that were replaced by one with the same primary key in one message. Tables
/// without a primary key have no updates.
///
/// @param table the table.
/// @param callback as for `stdb_table_on_insert`, with the old and the new row.
/// @param user_data as for `stdb_table_on_insert`.
/// @param drop as for `stdb_table_on_insert`.
/// @param callback_id as for `stdb_table_on_insert`.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_on_insert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_on_update(
    table: *const stdb_table,
    callback: stdb_update_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let add = |handle: &TableHandle, data| handle.on_update(callback::update(TablePointer(table), callback, data)?);
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe { register(table, "table", user_data, drop, callback_id, error, add) }
}

/// Registers a callback for all that a message changed in the table: once a message, after the callbacks of its rows.
///
/// @param table the table.
/// @param callback as for `stdb_table_on_insert`, with arrays of rows.
/// @param user_data as for `stdb_table_on_insert`.
/// @param drop as for `stdb_table_on_insert`.
/// @param callback_id as for `stdb_table_on_insert`.
/// @param error receives an error; may be NULL.
/// @return as `stdb_table_on_insert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_on_batch(
    table: *const stdb_table,
    callback: stdb_batch_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let add = |handle: &TableHandle, data| handle.on_batch(callback::batch(TablePointer(table), callback, data)?);
    // SAFETY: the caller keeps connection and output alive during the call.
    unsafe { register(table, "table", user_data, drop, callback_id, error, add) }
}

/// Removes a callback of the table, of any kind. It does not run again; its destructor runs now, or, if it is running,
/// after that.
///
/// @param table the table.
/// @param callback_id the callback's number.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (the table has none of that number); `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_DISCONNECTED` (the connection was freed); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_table_remove_callback(
    table: *const stdb_table,
    callback_id: u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the connection alive during the call.
    unsafe { boundary_on(table, "table", error, |handle| handle.remove_callback(callback_id)) }
}

fn everything() -> stdb_range {
    stdb_range {
        struct_size: size_of::<stdb_range>(),
        key: stdb_bytes::EMPTY,
        lower: stdb_bytes::EMPTY,
        upper: stdb_bytes::EMPTY,
        lower_bound: STDB_BOUND_NONE,
        upper_bound: STDB_BOUND_NONE,
    }
}

/// # Safety
/// `value` may be read for `'a` unless `kind` says that there is no bound.
unsafe fn bound<'a>(value: stdb_bytes, kind: stdb_bound, name: &str) -> Result<Bound<&'a [u8]>> {
    // SAFETY: as this function's own.
    match kind {
        STDB_BOUND_NONE => Ok(Bound::Unbounded),
        STDB_BOUND_INCLUDED => Ok(Bound::Included(unsafe { value.to_slice(name) }?)),
        STDB_BOUND_EXCLUDED => Ok(Bound::Excluded(unsafe { value.to_slice(name) }?)),
        other => Err(Error::argument(&format!("{name}_bound"), format_args!("is {other}, which no bound has"))),
    }
}
