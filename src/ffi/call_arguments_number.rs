//! Setting arguments that are booleans or numbers.

use std::ffi::c_char;

use spacetimedb_sats::{i256, u256};

use super::call_arguments::{set, stdb_arguments};
use super::error::stdb_error;
use super::wide::{stdb_i128, stdb_i256, stdb_u128, stdb_u256};
use crate::error::stdb_status;
use crate::schema::{Kind, Type};

/// Sets a parameter to a boolean.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_UNKNOWN_COLUMN` (there is no such parameter); `STDB_ERR_WRONG_TYPE` (it is of another type);
/// `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, the parameter is set already); `STDB_ERR_PANIC`. The message names the
/// parameter and its type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_bool(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::Bool);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "bool", is, &[value.into()])) }
}

/// Sets a parameter to a `u8`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u8(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U8);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u8", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u16`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u16(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U16);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u16", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u32`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u32(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U32);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u32", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u64`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u64(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: u64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U64);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "u64", is, &value.to_le_bytes())) }
}

/// Sets a parameter to a `u128`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u128(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U128);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "u128", is, &u128::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to a `u256`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_u256(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_u256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::U256);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "u256", is, &u256::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an `i8`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i8(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i8,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I8);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i8", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i16`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i16(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i16,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I16);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i16", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i32`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i32(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I32);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i32", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i64`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i64(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: i64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I64);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "i64", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `i128`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i128(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_i128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I128);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "i128", is, &i128::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an `i256`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_i256(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_i256,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::I256);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "i256", is, &i256::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an `f32`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_f32(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: f32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::F32);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "f32", is, &value.to_le_bytes())) }
}

/// Sets a parameter to an `f64`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_f64(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: f64,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::F64);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "f64", is, &value.to_le_bytes())) }
}
