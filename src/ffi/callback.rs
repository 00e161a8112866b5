//! Callbacks from C: the caller's data, and the closures that the core calls.

use std::borrow::Borrow;
use std::ffi::c_void;

use super::arguments::write_optional;
use super::boundary::{Poison, boundary_on};
use super::context::{self, stdb_context};
use super::error::stdb_error;
use super::handle::CType;
use super::row::stdb_row;
use super::table::stdb_table;
use crate::cache::RowRef;
use crate::connection::callbacks::{Batch, BatchFn, CallbackId, EventFn, OnceFn, RowFn, UpdateFn};
use crate::error::{Error, Result, stdb_status};

/// Frees what a callback was registered with. Called once, when the callback can never run again, never while it runs.
/// NULL where nothing is to be freed.
pub type stdb_drop_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// A callback that is told of an event through its context alone.
///
/// `context` lives as long as the callback runs.
pub type stdb_event_fn = Option<unsafe extern "C" fn(context: *const stdb_context, user_data: *mut c_void)>;

/// A callback that is told of a row. `row` and its bytes live as long as the callback runs.
pub type stdb_row_fn =
    Option<unsafe extern "C" fn(context: *const stdb_context, row: *const stdb_row, user_data: *mut c_void)>;

/// A callback that is told of a row that was replaced by one with the same primary key. Both live as long as it runs.
pub type stdb_update_fn = Option<
    unsafe extern "C" fn(
        context: *const stdb_context,
        old_row: *const stdb_row,
        new_row: *const stdb_row,
        user_data: *mut c_void,
    ),
>;

/// All that one message changed in a table. The arrays and rows live as long as the callback runs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_batch {
    /// The table.
    pub table: *const stdb_table,
    /// New rows.
    pub inserted: *const stdb_row,
    /// How many new rows.
    pub inserted_count: usize,
    /// Rows that are gone.
    pub deleted: *const stdb_row,
    /// How many rows are gone.
    pub deleted_count: usize,
    /// The old rows of the updates.
    pub updated_old: *const stdb_row,
    /// The new rows of the updates, in the same order.
    pub updated_new: *const stdb_row,
    /// How many updates.
    pub updated_count: usize,
}

/// A callback that is told of all that one message changed in a table. `batch` lives as long as it runs.
pub type stdb_batch_fn =
    Option<unsafe extern "C" fn(context: *const stdb_context, batch: *const stdb_batch, user_data: *mut c_void)>;

/// The caller's data and its destructor, which runs when this is dropped.
pub(crate) struct UserData {
    data: *mut c_void,
    drop: stdb_drop_fn,
}

// SAFETY: the data is never followed here; the header says that callbacks and destructors may run on any advancing
// thread, so whoever registers data vouches that it may go there.
unsafe impl Send for UserData {}
// SAFETY: as above; the pointer itself is only copied.
unsafe impl Sync for UserData {}

impl UserData {
    pub(crate) fn new(data: *mut c_void, drop: stdb_drop_fn) -> Self {
        UserData { data, drop }
    }

    pub(crate) fn get(&self) -> *mut c_void {
        self.data
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: the caller gave the destructor for this data; it runs once, since this is dropped once.
            unsafe { drop(self.data) }
        }
    }
}

/// Registers a callback that `add` makes out of the caller's data, and tells its number. The data goes when that fails.
///
/// # Safety
/// `target` is NULL or a live handle, `callback_id` is NULL or may be written to.
pub(crate) unsafe fn register<C: CType>(
    target: *const C,
    name: &str,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    callback_id: *mut u64,
    error: *mut *mut stdb_error,
    add: impl FnOnce(&C::Rust, UserData) -> Result<CallbackId>,
) -> stdb_status
where
    C::Rust: Poison,
{
    let data = UserData::new(user_data, drop);
    let body = |target: &C::Rust| {
        let id = add(target, data)?;
        // SAFETY: as this function's own.
        unsafe { write_optional(callback_id, id) };
        Ok(())
    };
    // SAFETY: as this function's own.
    unsafe { boundary_on(target, name, error, body) }
}

/// A callback that must be there; an error naming the argument otherwise.
pub(crate) fn required<F>(callback: Option<F>, name: &str) -> Result<F> {
    callback.ok_or_else(|| Error::argument(name, "is NULL"))
}

pub(crate) fn event(callback: stdb_event_fn, data: UserData, name: &str) -> Result<Box<EventFn>> {
    let callback = required(callback, name)?;
    // SAFETY: the caller vouches for the callback; the context lives while it runs.
    Ok(Box::new(move |context| unsafe { callback(context::as_c(context), data.get()) }))
}

/// A callback that runs once, if there is one; its data goes right after. Callbacks of which only one runs may share data.
pub(crate) fn once(callback: stdb_event_fn, data: impl Borrow<UserData> + Send + 'static) -> Option<OnceFn> {
    let callback = callback?;
    // SAFETY: the caller vouches for the callback; the context lives while it runs.
    Some(Box::new(move |context| unsafe { callback(context::as_c(context), data.borrow().get()) }))
}

/// A table handle's address, to be put into rows.
#[derive(Clone, Copy)]
pub(crate) struct TablePointer(pub(crate) *const stdb_table);

// SAFETY: the address is never followed here, and what it points to may be used on any thread.
unsafe impl Send for TablePointer {}
// SAFETY: as above.
unsafe impl Sync for TablePointer {}

impl TablePointer {
    fn row(&self, row: RowRef) -> stdb_row {
        stdb_row::new(row, self.0)
    }
}

pub(crate) fn row(table: TablePointer, callback: stdb_row_fn, data: UserData) -> Result<Box<RowFn>> {
    let callback = required(callback, "callback")?;
    Ok(Box::new(move |context, row| {
        // SAFETY: the caller vouches for the callback; context and row live while it runs.
        unsafe { callback(context::as_c(context), &table.row(row), data.get()) }
    }))
}

pub(crate) fn update(table: TablePointer, callback: stdb_update_fn, data: UserData) -> Result<Box<UpdateFn>> {
    let callback = required(callback, "callback")?;
    Ok(Box::new(move |context, old, new| {
        // SAFETY: as for a row.
        unsafe { callback(context::as_c(context), &table.row(old), &table.row(new), data.get()) }
    }))
}

pub(crate) fn batch(table: TablePointer, callback: stdb_batch_fn, data: UserData) -> Result<Box<BatchFn>> {
    let callback = required(callback, "callback")?;
    Ok(Box::new(move |context, batch: &Batch| {
        let rows = |rows: &[RowRef]| rows.iter().map(|row| table.row(*row)).collect::<Vec<_>>();
        let (inserted, deleted) = (rows(&batch.inserted), rows(&batch.deleted));
        let (old, new): (Vec<_>, Vec<_>) =
            batch.updated.iter().map(|(old, new)| (table.row(*old), table.row(*new))).unzip();
        let batch = stdb_batch {
            table: table.0,
            inserted: inserted.as_ptr(),
            inserted_count: inserted.len(),
            deleted: deleted.as_ptr(),
            deleted_count: deleted.len(),
            updated_old: old.as_ptr(),
            updated_new: new.as_ptr(),
            updated_count: old.len(),
        };
        // SAFETY: as for a row; the arrays live until the callback has returned.
        unsafe { callback(context::as_c(context), &batch, data.get()) }
    }))
}
