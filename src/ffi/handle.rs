//! Handles: which Rust type lies behind each opaque C type, and who owns it.
//!
//! A C type is `Boxed` (one owner, freed once) or `Shared` (reference-counted: the library may hold it too). Freeing one as
//! the other does not compile.

use std::sync::Arc;

use crate::error::{Error, Result};

/// An opaque C type and the Rust type behind it.
pub(crate) trait CType: Sized {
    /// What the pointer really points to.
    type Rust;
}

/// A C type whose handles C owns alone.
pub(crate) trait Boxed: CType {}

/// A C type whose handles C shares with the library.
pub(crate) trait Shared: CType {}

/// Gives a value to C, which owns it from then on.
pub(crate) fn into_box<C: Boxed>(value: C::Rust) -> *mut C {
    Box::into_raw(Box::new(value)).cast()
}

/// Takes a boxed value back from C; `None` for NULL.
///
/// # Safety
/// `pointer` is NULL or came from `into_box` and was not taken back before.
pub(crate) unsafe fn take_box<C: Boxed>(pointer: *mut C) -> Option<Box<C::Rust>> {
    // SAFETY: as this function's own.
    (!pointer.is_null()).then(|| unsafe { Box::from_raw(pointer.cast::<C::Rust>()) })
}

/// Gives C a share of a value.
pub(crate) fn into_shared<C: Shared>(value: Arc<C::Rust>) -> *mut C {
    Arc::into_raw(value).cast::<C>().cast_mut()
}

/// Takes C's share back; `None` for NULL.
///
/// # Safety
/// `pointer` is NULL or came from `into_shared` and was not taken back before.
pub(crate) unsafe fn take_shared<C: Shared>(pointer: *mut C) -> Option<Arc<C::Rust>> {
    // SAFETY: as this function's own.
    (!pointer.is_null()).then(|| unsafe { Arc::from_raw(pointer.cast::<C::Rust>().cast_const()) })
}

/// A further share of a value that C holds.
///
/// # Safety
/// `pointer` is NULL or a live handle from `into_shared`.
pub(crate) unsafe fn share<C: Shared>(pointer: *const C, name: &str) -> Result<Arc<C::Rust>> {
    let pointer = pointer.cast::<C::Rust>();
    if pointer.is_null() {
        return Err(Error::argument(name, "is NULL"));
    }
    // SAFETY: the handle is live, so its count is at least one while it is raised.
    unsafe {
        Arc::increment_strong_count(pointer);
        Ok(Arc::from_raw(pointer))
    }
}

/// The value behind a handle; an error naming the argument when it is NULL.
///
/// # Safety
/// `pointer` is NULL or a live handle of the type `C`, for as long as the reference is used.
pub(crate) unsafe fn borrow<'a, C: CType>(pointer: *const C, name: &str) -> Result<&'a C::Rust> {
    // SAFETY: as this function's own.
    unsafe { pointer.cast::<C::Rust>().as_ref() }.ok_or_else(|| Error::argument(name, "is NULL"))
}

/// As `borrow`, for changing it.
///
/// # Safety
/// As `borrow`; and nobody else uses the handle meanwhile.
pub(crate) unsafe fn borrow_mut<'a, C: CType>(pointer: *mut C, name: &str) -> Result<&'a mut C::Rust> {
    // SAFETY: as this function's own.
    unsafe { pointer.cast::<C::Rust>().as_mut() }.ok_or_else(|| Error::argument(name, "is NULL"))
}
