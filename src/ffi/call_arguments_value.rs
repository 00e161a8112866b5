//! Setting arguments that SpacetimeDB means something by, that are text or bytes, or that have parts.

use std::ffi::c_char;

use super::arguments::{input, text};
use super::call_arguments::{set, stdb_arguments};
use super::error::stdb_error;
use super::types::{
    stdb_bytes, stdb_connection_id, stdb_identity, stdb_schedule_at, stdb_str, stdb_time_duration, stdb_timestamp,
};
use super::value::{borrowed, stdb_value};
use super::wide::stdb_u128;
use crate::error::stdb_status;
use crate::schema::{Kind, Special, Type};
use crate::value::Writer;

/// Sets a parameter to a timestamp.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_timestamp(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_timestamp,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Timestamp);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "Timestamp", is, &value.micros.to_le_bytes())
        })
    }
}

/// Sets a parameter to a time duration.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_time_duration(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_time_duration,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::TimeDuration);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "TimeDuration", is, &value.micros.to_le_bytes())
        })
    }
}

/// Sets a parameter to a UUID.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_uuid(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_u128,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Uuid);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "Uuid", is, &u128::from(value).to_le_bytes())
        })
    }
}

/// Sets a parameter to an identity.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_identity(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const stdb_identity,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Identity);
    // SAFETY: the caller keeps handle, text and value alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "Identity", is, &input(value, "value")?.bytes)
        })
    }
}

/// Sets a parameter to a connection id.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_connection_id(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const stdb_connection_id,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::ConnectionId);
    // SAFETY: the caller keeps handle, text and value alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            arguments.set(name, "ConnectionId", is, &input(value, "value")?.bytes)
        })
    }
}

/// Sets a parameter to a string.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the text, ended by NUL; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_string(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::String);
    // SAFETY: the caller keeps handle, texts and bytes alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            let mut writer = Writer::new();
            writer.string(text(value, "value")?)?;
            arguments.set(name, "string", is, writer.data())
        })
    }
}

/// Sets a parameter to a string.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the text; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_str(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| matches!(ty.kind, Kind::String);
    // SAFETY: the caller keeps handle, texts and bytes alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            let mut writer = Writer::new();
            writer.string(value.to_str("value")?)?;
            arguments.set(name, "string", is, writer.data())
        })
    }
}

/// Sets a parameter to an array of `u8`.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the bytes; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_bytes(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::Bytes);
    // SAFETY: the caller keeps handle, texts and bytes alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| {
            let mut writer = Writer::new();
            writer.bytes(value.to_slice("value")?)?;
            arguments.set(name, "array of u8", is, writer.data())
        })
    }
}

/// Sets a parameter to when a scheduled row is due.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_schedule_at(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_schedule_at,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let is = |ty: &Type| ty.special == Some(Special::ScheduleAt);
    let mut writer = Writer::new();
    writer.sum_tag(if value.is_interval { 0 } else { 1 });
    writer.i64(value.micros);
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set(name, "ScheduleAt", is, writer.data())) }
}

/// Sets a parameter that is an option to no value.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_none(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and text alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set_none(name)) }
}

/// Sets a parameter that is an enum, or another sum, to a variant that has no payload.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param variant the variant's name.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`; `STDB_ERR_UNKNOWN_COLUMN` also when there is no such variant, and
/// `STDB_ERR_WRONG_TYPE` also when it has a payload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_variant(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    variant: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and texts alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| arguments.set_variant(name, text(variant, "variant")?))
    }
}

/// Sets a parameter to a value of the same form, for example one of a row.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value the value; copied, and checked as `stdb_arguments_set_bsatn` does.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bsatn`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_value(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: *const stdb_value,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and value alive and to itself during the call.
    unsafe {
        set(arguments, parameter, error, |arguments, name| arguments.set_bsatn(name, borrowed(value, "value")?.bytes()))
    }
}

/// Sets a parameter to BSATN.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param value one value of the parameter's type, and nothing more; copied.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`; `STDB_ERR_BSATN` when the bytes are no value of the type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_bsatn(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    value: stdb_bytes,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle, text and bytes alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set_bsatn(name, value.to_slice("value")?)) }
}

/// Sets a parameter to what JSON is, in the form that `stdb_value_to_json` gives.
///
/// @param arguments the arguments.
/// @param parameter the parameter's name, or its position in brackets, for example `[0]`.
/// @param json the JSON, ended by NUL.
/// @param error receives an owned error on failure; may be NULL.
/// @return as `stdb_arguments_set_bool`; `STDB_ERR_JSON` when the text is not JSON of the parameter's type.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_arguments_set_json(
    arguments: *mut stdb_arguments,
    parameter: *const c_char,
    json: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and texts alive and to itself during the call.
    unsafe { set(arguments, parameter, error, |arguments, name| arguments.set_json(name, text(json, "json")?)) }
}
