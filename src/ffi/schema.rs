//! `stdb_schema`: what a module says of itself.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use super::arguments::{output, text, write_sized};
use super::boundary::{boundary, boundary_on, quietly, value_of};
use super::connection::stdb_connection;
use super::error::stdb_error;
use super::handle::{self, CType, Shared};
use super::ty::stdb_type;
use super::types::stdb_str;
use crate::error::{Error, Result, STDB_ERR_NO_SCHEMA, STDB_ERR_NOT_FOUND, stdb_status};
use crate::schema::{Lifecycle, ProcedureSchema, ReducerSchema, Schema, TableSchema};

/// A module's schema: its tables, views, reducers and procedures. It does not change. The handle is owned by whoever made it,
/// and freed with `stdb_schema_free`; what is borrowed from it lives as long. Any thread may use it.
pub struct stdb_schema {
    _opaque: [u8; 0],
}

impl CType for stdb_schema {
    type Rust = Schema;
}
impl Shared for stdb_schema {}

/// What a schema says of a table or a view. Set `struct_size` to `sizeof(stdb_table_info)` before asking.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_table_info {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// Which table of the schema it is, from 0.
    pub position: usize,
    /// Its name, as queries have it.
    pub name: stdb_str,
    /// The name that the module's source has for it; a schema of version 9 does not tell it: `name`.
    pub accessor: stdb_str,
    /// The type of its rows: a product, whose elements are the columns.
    pub row_type: *const stdb_type,
    /// The positions of the columns that alone are unique, the primary key among them, ascending.
    pub unique_columns: *const usize,
    /// How many they are.
    pub unique_count: usize,
    /// How many indexes there are; `stdb_schema_get_index` tells of each.
    pub index_count: usize,
    /// The position of the primary key's column, if `has_primary_key`.
    pub primary_key: usize,
    /// Whether it has a primary key.
    pub has_primary_key: bool,
    /// Whether clients other than the owner may subscribe to it.
    pub is_public: bool,
    /// Whether its rows are events, which are told and not kept; a schema of version 9 does not tell it: false.
    pub is_event: bool,
    /// Whether it is a view.
    pub is_view: bool,
}

/// What a schema says of an index. Set `struct_size` to `sizeof(stdb_index_info)` before asking.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_index_info {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// The database's name for it; empty when it has none.
    pub name: stdb_str,
    /// The name that the module's source has for it; empty when it has none.
    pub accessor: stdb_str,
    /// The positions of the columns it is over, in the index's order.
    pub columns: *const usize,
    /// How many they are.
    pub column_count: usize,
}

/// What a schema says of a reducer or a procedure. Set `struct_size` to `sizeof(stdb_function_info)` before asking.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_function_info {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// Its name, as calls have it.
    pub name: stdb_str,
    /// The name that the module's source has for it; a schema of version 9 does not tell it: `name`.
    pub accessor: stdb_str,
    /// The type of its arguments: a product, whose elements are the parameters.
    pub params: *const stdb_type,
    /// The type of what a procedure returns; NULL for a reducer.
    pub returns: *const stdb_type,
    /// Which event runs a reducer: one of the `STDB_LIFECYCLE_…` numbers.
    pub lifecycle: stdb_lifecycle,
    /// Whether clients other than the owner cannot call it. A schema of version 9 tells it only of what an event runs.
    pub is_private: bool,
}

/// Which event of a module's life runs a reducer: one of the `STDB_LIFECYCLE_…` numbers.
pub type stdb_lifecycle = i32;
/// None: it is called.
pub const STDB_LIFECYCLE_NONE: stdb_lifecycle = 0;
/// The module is published for the first time.
pub const STDB_LIFECYCLE_INIT: stdb_lifecycle = 1;
/// A client connects.
pub const STDB_LIFECYCLE_CONNECT: stdb_lifecycle = 2;
/// A client has gone.
pub const STDB_LIFECYCLE_DISCONNECT: stdb_lifecycle = 3;

/// Reads a schema.
///
/// @param json what a host answers to `GET /v1/database/NAME/schema?version=9`, or `version=10`, ended by NUL.
/// @param schema receives the schema, which the caller owns.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_SCHEMA` (it cannot be parsed; the message names the place); `STDB_ERR_INVALID_ARGUMENT`
/// (NULL, not UTF-8); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_parse(
    json: *const c_char,
    schema: *mut *mut stdb_schema,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps text and output alive during the call.
        let (json, output) = unsafe { (text(json, "json")?, output(schema, "schema")?) };
        output.write(handle::into_shared(Arc::new(Schema::parse(json)?)));
        Ok(())
    })
}

/// Reads a schema from a file. This waits for the disk.
///
/// @param path the file's path: UTF-8 ended by NUL.
/// @param schema receives the schema, which the caller owns.
/// @param error receives an error; may be NULL. Its message names the path.
/// @return as `stdb_schema_parse`; `STDB_ERR_IO` (the file cannot be read, or is not UTF-8). Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_load(
    path: *const c_char,
    schema: *mut *mut stdb_schema,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps text and output alive during the call.
        let (path, output) = unsafe { (text(path, "path")?, output(schema, "schema")?) };
        output.write(handle::into_shared(Arc::new(Schema::load(path.as_ref())?)));
        Ok(())
    })
}

/// The schema of a connection: the one that it was given, or the host's once it is there.
///
/// @param connection the connection.
/// @param schema receives the schema, which the caller owns; it may outlive the connection.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NO_SCHEMA` (it has none, or none yet: the handshake is not done, or was not advanced);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_schema(
    connection: *const stdb_connection,
    schema: *mut *mut stdb_schema,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    unsafe {
        boundary_on(connection, "connection", error, |connection| {
            let output = output(schema, "schema")?;
            let missing = || Error::new(STDB_ERR_NO_SCHEMA, "the connection has no schema (yet)");
            output.write(handle::into_shared(connection.life().schema.ok_or_else(missing)?));
            Ok(())
        })
    }
}

/// Frees a schema. A connection that has it keeps it.
///
/// @param schema the schema; NULL does nothing. Any thread, while none but this uses the handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_free(schema: *mut stdb_schema) {
    // SAFETY: the caller gives the handle up.
    quietly(|| drop(unsafe { handle::take_shared(schema) }));
}

/// Of which version the form is that the schema was read from; 10 tells more than 9.
///
/// @param schema the schema.
/// @return 9 or 10; 0 for NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_version(schema: *const stdb_schema) -> u32 {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(schema, 0, |schema| u32::from(schema.version)) }
}

/// How many tables and views there are.
///
/// @param schema the schema.
/// @return the number; 0 for NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_table_count(schema: *const stdb_schema) -> usize {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(schema, 0, |schema| schema.tables.len()) }
}

/// How many reducers there are.
///
/// @param schema the schema.
/// @return the number; 0 for NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_reducer_count(schema: *const stdb_schema) -> usize {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(schema, 0, |schema| schema.reducers.len()) }
}

/// How many procedures there are.
///
/// @param schema the schema.
/// @return the number; 0 for NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_procedure_count(schema: *const stdb_schema) -> usize {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(schema, 0, |schema| schema.procedures.len()) }
}

/// Tells of a table or a view by its position: the tables by name, and behind them the views.
///
/// @param schema the schema.
/// @param position which one, from 0.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there are not so many); `STDB_ERR_INVALID_ARGUMENT` (NULL, a bad
/// `struct_size`); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_get_table(
    schema: *const stdb_schema,
    position: usize,
    info: *mut stdb_table_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    boundary(error, || unsafe {
        let schema = handle::borrow(schema, "schema")?;
        let table = nth(&schema.tables, position, "table")?;
        write_sized(info, "info", stdb_table_info::of(position, table))
    })
}

/// Tells of a table or a view by its name.
///
/// @param schema the schema.
/// @param name the name, as queries have it.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_TABLE`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, a bad `struct_size`);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_find_table(
    schema: *const stdb_schema,
    name: *const c_char,
    info: *mut stdb_table_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    boundary(error, || unsafe {
        let (schema, name) = (handle::borrow(schema, "schema")?, text(name, "name")?);
        let position = schema.table_position(name).ok_or_else(|| schema.no_table(name))?;
        write_sized(info, "info", stdb_table_info::of(position, &schema.tables[position]))
    })
}

/// Tells of an index of a table.
///
/// @param schema the schema.
/// @param table the table's position.
/// @param index which index of it, from 0.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there are not so many); `STDB_ERR_INVALID_ARGUMENT` (NULL, a bad
/// `struct_size`); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_get_index(
    schema: *const stdb_schema,
    table: usize,
    index: usize,
    info: *mut stdb_index_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    boundary(error, || unsafe {
        let schema = handle::borrow(schema, "schema")?;
        let index = nth(&nth(&schema.tables, table, "table")?.indexes, index, "index")?;
        let told = stdb_index_info {
            struct_size: size_of::<stdb_index_info>(),
            name: stdb_str::of(&index.name),
            accessor: index.accessor.as_deref().map_or(stdb_str::EMPTY, stdb_str::of),
            columns: index.columns.as_ptr(),
            column_count: index.columns.len(),
        };
        write_sized(info, "info", told)
    })
}

/// Tells of a reducer by its position; they are in the order of their names.
///
/// @param schema the schema.
/// @param position which one, from 0.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there are not so many); `STDB_ERR_INVALID_ARGUMENT` (NULL, a bad
/// `struct_size`); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_get_reducer(
    schema: *const stdb_schema,
    position: usize,
    info: *mut stdb_function_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    boundary(error, || unsafe {
        let schema = handle::borrow(schema, "schema")?;
        write_sized(info, "info", stdb_function_info::of_reducer(nth(&schema.reducers, position, "reducer")?))
    })
}

/// Tells of a reducer by its name.
///
/// @param schema the schema.
/// @param name the name.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_REDUCER`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, a bad `struct_size`);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_find_reducer(
    schema: *const stdb_schema,
    name: *const c_char,
    info: *mut stdb_function_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    boundary(error, || unsafe {
        let (schema, name) = (handle::borrow(schema, "schema")?, text(name, "name")?);
        let reducer = schema.reducer(name).ok_or_else(|| schema.no_reducer(name))?;
        write_sized(info, "info", stdb_function_info::of_reducer(reducer))
    })
}

/// Tells of a procedure by its position; they are in the order of their names.
///
/// @param schema the schema.
/// @param position which one, from 0.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` (there are not so many); `STDB_ERR_INVALID_ARGUMENT` (NULL, a bad
/// `struct_size`); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_get_procedure(
    schema: *const stdb_schema,
    position: usize,
    info: *mut stdb_function_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and output alive during the call.
    boundary(error, || unsafe {
        let schema = handle::borrow(schema, "schema")?;
        write_sized(info, "info", stdb_function_info::of_procedure(nth(&schema.procedures, position, "procedure")?))
    })
}

/// Tells of a procedure by its name.
///
/// @param schema the schema.
/// @param name the name.
/// @param info receives what is told; its `struct_size` must be set. What it borrows lives as long as the schema.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_PROCEDURE`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, a bad `struct_size`);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_schema_find_procedure(
    schema: *const stdb_schema,
    name: *const c_char,
    info: *mut stdb_function_info,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and output alive during the call.
    boundary(error, || unsafe {
        let (schema, name) = (handle::borrow(schema, "schema")?, text(name, "name")?);
        let procedure = schema.procedure(name).ok_or_else(|| schema.no_procedure(name))?;
        write_sized(info, "info", stdb_function_info::of_procedure(procedure))
    })
}

fn nth<'a, T>(list: &'a [T], position: usize, what: &str) -> Result<&'a T> {
    let missing = || Error::new(STDB_ERR_NOT_FOUND, format!("there is no {what} {position}: there are {}", list.len()));
    list.get(position).ok_or_else(missing)
}

impl stdb_table_info {
    fn of(position: usize, table: &TableSchema) -> Self {
        stdb_table_info {
            struct_size: size_of::<stdb_table_info>(),
            position,
            name: stdb_str::of(&table.name),
            accessor: stdb_str::of(&table.accessor),
            row_type: stdb_type::of(table.layout.row_type()),
            unique_columns: table.unique.as_ptr(),
            unique_count: table.unique.len(),
            index_count: table.indexes.len(),
            primary_key: table.primary_key.unwrap_or(0),
            has_primary_key: table.primary_key.is_some(),
            is_public: table.is_public,
            is_event: table.is_event,
            is_view: table.is_view,
        }
    }
}

impl stdb_function_info {
    fn of_reducer(reducer: &ReducerSchema) -> Self {
        stdb_function_info {
            struct_size: size_of::<stdb_function_info>(),
            name: stdb_str::of(&reducer.name),
            accessor: stdb_str::of(&reducer.accessor),
            params: stdb_type::of(reducer.layout.row_type()),
            returns: ptr::null(),
            lifecycle: match reducer.lifecycle {
                Some(Lifecycle::Init) => STDB_LIFECYCLE_INIT,
                Some(Lifecycle::OnConnect) => STDB_LIFECYCLE_CONNECT,
                Some(Lifecycle::OnDisconnect) => STDB_LIFECYCLE_DISCONNECT,
                _ => STDB_LIFECYCLE_NONE,
            },
            is_private: reducer.is_private,
        }
    }

    fn of_procedure(procedure: &ProcedureSchema) -> Self {
        stdb_function_info {
            struct_size: size_of::<stdb_function_info>(),
            name: stdb_str::of(&procedure.name),
            accessor: stdb_str::of(&procedure.accessor),
            params: stdb_type::of(procedure.layout.row_type()),
            returns: stdb_type::of(&procedure.returns),
            lifecycle: STDB_LIFECYCLE_NONE,
            is_private: procedure.is_private,
        }
    }
}
