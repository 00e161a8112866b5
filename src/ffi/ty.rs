//! `stdb_type`: what the values of a column, a parameter or a part of either are.

use super::boundary::value_of;
use super::handle::CType;
use super::types::stdb_str;
use crate::schema::{Kind, Special, Type};

/// A type. It belongs to its schema and lives as long; that of a connection lives as long as the connection. Any thread may use it.
pub struct stdb_type {
    _opaque: [u8; 0],
}

impl CType for stdb_type {
    type Rust = Type;
}

impl stdb_type {
    /// The view of a type, which must outlive it.
    pub(crate) fn of(ty: &Type) -> *const stdb_type {
        std::ptr::from_ref(ty).cast()
    }
}

/// What the values of a type are made of: one of the `STDB_TYPE_…` numbers.
pub type stdb_type_kind = i32;
/// There is no type.
pub const STDB_TYPE_NONE: stdb_type_kind = 0;
/// `false` or `true`.
pub const STDB_TYPE_BOOL: stdb_type_kind = 1;
/// An unsigned integer of 8 bits.
pub const STDB_TYPE_U8: stdb_type_kind = 2;
/// An unsigned integer of 16 bits.
pub const STDB_TYPE_U16: stdb_type_kind = 3;
/// An unsigned integer of 32 bits.
pub const STDB_TYPE_U32: stdb_type_kind = 4;
/// An unsigned integer of 64 bits.
pub const STDB_TYPE_U64: stdb_type_kind = 5;
/// An unsigned integer of 128 bits.
pub const STDB_TYPE_U128: stdb_type_kind = 6;
/// An unsigned integer of 256 bits.
pub const STDB_TYPE_U256: stdb_type_kind = 7;
/// A signed integer of 8 bits.
pub const STDB_TYPE_I8: stdb_type_kind = 8;
/// A signed integer of 16 bits.
pub const STDB_TYPE_I16: stdb_type_kind = 9;
/// A signed integer of 32 bits.
pub const STDB_TYPE_I32: stdb_type_kind = 10;
/// A signed integer of 64 bits.
pub const STDB_TYPE_I64: stdb_type_kind = 11;
/// A signed integer of 128 bits.
pub const STDB_TYPE_I128: stdb_type_kind = 12;
/// A signed integer of 256 bits.
pub const STDB_TYPE_I256: stdb_type_kind = 13;
/// A float of 32 bits.
pub const STDB_TYPE_F32: stdb_type_kind = 14;
/// A float of 64 bits.
pub const STDB_TYPE_F64: stdb_type_kind = 15;
/// Text.
pub const STDB_TYPE_STRING: stdb_type_kind = 16;
/// Any number of values of one type.
pub const STDB_TYPE_ARRAY: stdb_type_kind = 17;
/// One value of each element's type.
pub const STDB_TYPE_PRODUCT: stdb_type_kind = 18;
/// One value of one variant's type.
pub const STDB_TYPE_SUM: stdb_type_kind = 19;

/// What SpacetimeDB means by a type, beyond what it is made of: one of the `STDB_SPECIAL_…` numbers.
pub type stdb_special = i32;
/// Nothing more.
pub const STDB_SPECIAL_NONE: stdb_special = 0;
/// Who a client is: a product of one u256.
pub const STDB_SPECIAL_IDENTITY: stdb_special = 1;
/// Which connection of a client: a product of one u128.
pub const STDB_SPECIAL_CONNECTION_ID: stdb_special = 2;
/// A moment: a product of one i64, microseconds since the Unix epoch.
pub const STDB_SPECIAL_TIMESTAMP: stdb_special = 3;
/// A length of time: a product of one i64, microseconds.
pub const STDB_SPECIAL_TIME_DURATION: stdb_special = 4;
/// A UUID: a product of one u128.
pub const STDB_SPECIAL_UUID: stdb_special = 5;
/// When a scheduled row is due: a sum of a time duration, `Interval`, and a timestamp, `Time`.
pub const STDB_SPECIAL_SCHEDULE_AT: stdb_special = 6;
/// A value or none: a sum of `some` and `none`.
pub const STDB_SPECIAL_OPTION: stdb_special = 7;
/// A value or an error: a sum of `ok` and `err`.
pub const STDB_SPECIAL_RESULT: stdb_special = 8;
/// An array of u8.
pub const STDB_SPECIAL_BYTES: stdb_special = 9;
/// A sum of which no variant has a payload.
pub const STDB_SPECIAL_PLAIN_ENUM: stdb_special = 10;

/// What the values of a type are made of.
///
/// @param type the type; NULL gives `STDB_TYPE_NONE`.
/// @return one of the `STDB_TYPE_…` numbers. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_kind_of(r#type: *const stdb_type) -> stdb_type_kind {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(r#type, STDB_TYPE_NONE, |ty| kind(&ty.kind)) }
}

/// What SpacetimeDB means by a type, beyond what it is made of.
///
/// @param type the type; NULL gives `STDB_SPECIAL_NONE`.
/// @return one of the `STDB_SPECIAL_…` numbers. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_special_of(r#type: *const stdb_type) -> stdb_special {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(r#type, STDB_SPECIAL_NONE, |ty| ty.special.map_or(STDB_SPECIAL_NONE, special)) }
}

/// The module's name for a type; the scopes of a scoped name come before it, each with "::".
///
/// @param type the type.
/// @return text that lives as long as the schema; empty for NULL and for a type that has no name. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_name(r#type: *const stdb_type) -> stdb_str {
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(r#type, stdb_str::EMPTY, |ty| ty.name.as_deref().map_or(stdb_str::EMPTY, stdb_str::of)) }
}

/// How many bytes every value of a type takes in BSATN.
///
/// @param type the type.
/// @param size receives the number of bytes; may be NULL.
/// @return true when it is the same for all values; false otherwise, and for NULL. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_size(r#type: *const stdb_type, size: *mut usize) -> bool {
    // SAFETY: the caller keeps the schema alive during the call.
    let fixed = unsafe { value_of(r#type, None, |ty| ty.size) };
    if let Some(fixed) = fixed {
        // SAFETY: the output is NULL or may be written.
        unsafe { super::arguments::write_optional(size, fixed) };
    }
    fixed.is_some()
}

/// How many elements a product has, or how many variants a sum; 1 for an array, whose elements are all of one type.
///
/// @param type the type.
/// @return the number; 0 for NULL and for a type without parts. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_count(r#type: *const stdb_type) -> usize {
    let count = |ty: &Type| if matches!(ty.kind, Kind::Array(_)) { 1 } else { ty.elements().len() };
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(r#type, 0, count) }
}

/// The name of an element of a product or of a variant of a sum; one that the module left out is its position in decimal.
///
/// @param type the type.
/// @param index which element or variant, from 0.
/// @return text that lives as long as the schema; empty for NULL, for an array, and when there is no such part. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_element_name(r#type: *const stdb_type, index: usize) -> stdb_str {
    let name = |ty: &Type| ty.elements().get(index).map_or(stdb_str::EMPTY, |element| stdb_str::of(&element.name));
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(r#type, stdb_str::EMPTY, name) }
}

/// The type of an element of a product, of the payload of a sum's variant, or, at index 0, of an array's elements.
///
/// @param type the type.
/// @param index which element or variant, from 0.
/// @return a type that lives as long as the schema; NULL for NULL and when there is no such part. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_type_element_type(r#type: *const stdb_type, index: usize) -> *const stdb_type {
    let part = |ty: &Type| match &ty.kind {
        Kind::Array(element) if index == 0 => stdb_type::of(element),
        _ => ty.elements().get(index).map_or(std::ptr::null(), |element| stdb_type::of(&element.ty)),
    };
    // SAFETY: the caller keeps the schema alive during the call.
    unsafe { value_of(r#type, std::ptr::null(), part) }
}

fn kind(kind: &Kind) -> stdb_type_kind {
    match kind {
        Kind::Bool => STDB_TYPE_BOOL,
        Kind::U8 => STDB_TYPE_U8,
        Kind::U16 => STDB_TYPE_U16,
        Kind::U32 => STDB_TYPE_U32,
        Kind::U64 => STDB_TYPE_U64,
        Kind::U128 => STDB_TYPE_U128,
        Kind::U256 => STDB_TYPE_U256,
        Kind::I8 => STDB_TYPE_I8,
        Kind::I16 => STDB_TYPE_I16,
        Kind::I32 => STDB_TYPE_I32,
        Kind::I64 => STDB_TYPE_I64,
        Kind::I128 => STDB_TYPE_I128,
        Kind::I256 => STDB_TYPE_I256,
        Kind::F32 => STDB_TYPE_F32,
        Kind::F64 => STDB_TYPE_F64,
        Kind::String => STDB_TYPE_STRING,
        Kind::Array(_) => STDB_TYPE_ARRAY,
        Kind::Product(_) => STDB_TYPE_PRODUCT,
        Kind::Sum(_) => STDB_TYPE_SUM,
    }
}

fn special(special: Special) -> stdb_special {
    match special {
        Special::Identity => STDB_SPECIAL_IDENTITY,
        Special::ConnectionId => STDB_SPECIAL_CONNECTION_ID,
        Special::Timestamp => STDB_SPECIAL_TIMESTAMP,
        Special::TimeDuration => STDB_SPECIAL_TIME_DURATION,
        Special::Uuid => STDB_SPECIAL_UUID,
        Special::ScheduleAt => STDB_SPECIAL_SCHEDULE_AT,
        Special::Option => STDB_SPECIAL_OPTION,
        Special::Result => STDB_SPECIAL_RESULT,
        Special::Bytes => STDB_SPECIAL_BYTES,
        Special::PlainEnum => STDB_SPECIAL_PLAIN_ENUM,
    }
}
