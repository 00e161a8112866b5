//! Crossing the boundary: no panic leaves a C function, and every failure becomes a status and an owned error.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::stdb_error;
use super::handle::{self, CType, Shared};
use crate::error::{Error, Result, STDB_ERR_PANIC, STDB_OK, stdb_status};

/// Something that a panic makes unusable: later calls on it return `STDB_ERR_PANIC`.
pub(crate) trait Poison {
    /// The flag that a panic raises.
    fn poisoned(&self) -> &AtomicBool;
}

/// Runs a function body that has no handle to poison.
pub(crate) fn boundary(error: *mut *mut stdb_error, body: impl FnOnce() -> Result<()>) -> stdb_status {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panic_error(panic)));
    finish(error, result)
}

/// Runs a function body on a handle: checks it for NULL (naming it `name`) and for an earlier panic, and poisons it when
/// the body panics.
///
/// # Safety
/// `pointer` is NULL or a live handle of the type `C`.
pub(crate) unsafe fn boundary_on<C: CType>(
    pointer: *const C,
    name: &str,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&C::Rust) -> Result<()>,
) -> stdb_status
where
    C::Rust: Poison,
{
    // SAFETY: as this function's own.
    let result = match unsafe { handle::borrow(pointer, name) } {
        Ok(target) => guarded(target, || body(target)),
        Err(error) => Err(error),
    };
    finish(error, result)
}

/// As `boundary_on`, for a body in which the caller may free the handle: the call holds a share of its own.
///
/// # Safety
/// `pointer` is NULL or a live shared handle of the type `C`.
pub(crate) unsafe fn boundary_on_shared<C: Shared>(
    pointer: *const C,
    name: &str,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&Arc<C::Rust>) -> Result<()>,
) -> stdb_status
where
    C::Rust: Poison,
{
    // SAFETY: as this function's own.
    let result = unsafe { handle::share(pointer, name) }.and_then(|target| guarded(&*target, || body(&target)));
    finish(error, result)
}

/// As `boundary_on`, for a handle that one thread at a time changes.
///
/// # Safety
/// `pointer` is NULL or a live boxed handle of the type `C` that nobody else uses during the call.
pub(crate) unsafe fn boundary_on_mut<C: CType>(
    pointer: *mut C,
    name: &str,
    error: *mut *mut stdb_error,
    body: impl FnOnce(&mut C::Rust) -> Result<()>,
) -> stdb_status
where
    C::Rust: Poison,
{
    // SAFETY: as this function's own.
    let result = match unsafe { handle::borrow_mut(pointer, name) } {
        Ok(target) if target.poisoned().load(Ordering::Acquire) => Err(poisoned_error()),
        Ok(target) => catch_unwind(AssertUnwindSafe(|| body(target))).unwrap_or_else(|panic| {
            target.poisoned().store(true, Ordering::Release);
            Err(panic_error(panic))
        }),
        Err(error) => Err(error),
    };
    finish(error, result)
}

/// Runs a body that returns a plain value; a NULL or poisoned handle, or a panic, gives `fallback`.
///
/// # Safety
/// `pointer` is NULL or a live handle of the type `C`.
pub(crate) unsafe fn value_of<C: CType, T>(pointer: *const C, fallback: T, body: impl FnOnce(&C::Rust) -> T) -> T {
    // SAFETY: as this function's own.
    match unsafe { handle::borrow(pointer, "") } {
        Ok(target) => catch_unwind(AssertUnwindSafe(|| body(target))).unwrap_or(fallback),
        Err(_) => fallback,
    }
}

/// Runs a body that returns nothing and must not fail (a `_free`).
pub(crate) fn quietly(body: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(body)) {
        log::error!(target: "stdb", "{}", panic_error(panic));
    }
}

fn guarded<T: Poison>(target: &T, body: impl FnOnce() -> Result<()>) -> Result<()> {
    if target.poisoned().load(Ordering::Acquire) {
        return Err(poisoned_error());
    }
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        target.poisoned().store(true, Ordering::Release);
        Err(panic_error(panic))
    })
}

fn poisoned_error() -> Error {
    Error::new(STDB_ERR_PANIC, "the handle is unusable: an earlier call on it panicked")
}

fn panic_error(panic: Box<dyn Any + Send>) -> Error {
    let text = panic.downcast_ref::<&str>().map(|s| s.to_string()).or_else(|| panic.downcast_ref::<String>().cloned());
    Error::new(STDB_ERR_PANIC, format!("the library panicked: {}", text.unwrap_or_else(|| "no message".into())))
}

#[inline]
fn finish(error: *mut *mut stdb_error, result: Result<()>) -> stdb_status {
    match result {
        Ok(()) => STDB_OK,
        Err(failure) => {
            let status = failure.status;
            if !error.is_null() {
                // SAFETY: the caller gives NULL or a pointer that may be written.
                unsafe { *error = handle::into_box(failure) };
            }
            status
        }
    }
}
