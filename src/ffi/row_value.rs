//! A row's columns as values.

use super::arguments::{input, output};
use super::boundary::boundary;
use super::error::stdb_error;
use super::handle;
use super::row::stdb_row;
use super::types::stdb_bytes;
use super::value::stdb_value;
use crate::error::{Error, Result, stdb_status};
use crate::schema::TableSchema;
use crate::value::Value;

/// A row's bytes and what the schema says of its table.
///
/// # Safety
/// `row` is NULL or a live view, of a table whose connection lives as long as the result is used.
unsafe fn parts(row: *const stdb_row) -> Result<(&'static TableSchema, &'static [u8])> {
    // SAFETY: as this function's own.
    unsafe {
        let row = input(row, "row")?;
        let bytes = stdb_bytes { data: row.data, len: row.len }.to_slice("row")?;
        let table = handle::borrow(row.table, "row").map_err(|_| Error::argument("row", "has no table"))?;
        Ok((table.schema()?, bytes))
    }
}

/// A row as a value, called by its table's name.
///
/// # Safety
/// As `parts`.
pub(crate) unsafe fn row_value(row: *const stdb_row) -> Result<Value<'static>> {
    // SAFETY: as this function's own.
    let (table, bytes) = unsafe { parts(row) }?;
    Ok(Value::new(&table.name, table.layout.row_type(), bytes))
}

/// Gives a row as a value: a product of its columns.
///
/// @param row the row.
/// @param out receives the value, which is borrowed as the row is.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NO_SCHEMA` (the connection has none); `STDB_ERR_INVALID_ARGUMENT` (NULL). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_value(
    row: *const stdb_row,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps row and output alive during the call.
        let (row, out) = unsafe { (row_value(row)?, output(out, "out")?) };
        out.write(stdb_value::of(row));
        Ok(())
    })
}

/// Gives a column of a row by its position: the fast way. `stdb_row_get` takes a name.
///
/// @param row the row.
/// @param index the column's position, from 0.
/// @param out receives the value, which is borrowed as the row is.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NO_SCHEMA` (the connection has none); `STDB_ERR_BSATN`; `STDB_ERR_INVALID_ARGUMENT` (NULL,
/// there is no such column). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_row_column(
    row: *const stdb_row,
    index: usize,
    out: *mut stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps row and output alive during the call.
        let ((table, bytes), out) = unsafe { (parts(row)?, output(out, "out")?) };
        let range = table.layout.column_range(bytes, index)?;
        let row = Value::new(&table.name, table.layout.row_type(), bytes);
        out.write(stdb_value::of(Value::within(row.origin(), &table.columns[index].ty, &bytes[range])));
        Ok(())
    })
}
