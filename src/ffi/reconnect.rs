//! Making a lost connection again: how, and what is told of it.

use std::ffi::c_void;
use std::time::Duration;

use super::arguments::options;
use super::boundary::{boundary_on_mut, value_of};
use super::callback::{UserData, event, stdb_drop_fn, stdb_event_fn};
use super::connection_builder::stdb_connection_builder;
use super::context::{self, stdb_context};
use super::error::stdb_error;
use crate::connection::context::Event;
use crate::connection::reconnect::ReconnectPolicy;
use crate::error::{Error, Result, stdb_status};

/// How a lost connection is made again. Set `struct_size` to `sizeof(stdb_reconnect_options)`; zeros in the rest mean the
/// defaults. The delay before an attempt is twice the one before it, up to the most, less a random part of it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_reconnect_options {
    /// The size of this struct as the caller knows it, in bytes.
    pub struct_size: usize,
    /// How long to wait before the first attempt, in milliseconds; 500 by default.
    pub first_delay_ms: u32,
    /// The most that is waited before an attempt, in milliseconds; 30,000 by default.
    pub max_delay_ms: u32,
    /// How large the random part of a delay is, in percent of it, 100 at the most; 50 by default. Many clients of one host
    /// must not come back at once.
    pub jitter_percent: u32,
    /// How many attempts are made until one succeeds; by default as many as it takes.
    pub max_attempts: u32,
}

/// What is known of an attempt to make a lost connection again.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct stdb_reconnect_event {
    /// The number of the attempt since the connection was lost, from 1.
    pub attempt: u32,
    /// How long it will be until then, in milliseconds.
    pub delay_ms: u64,
}

/// Has the connection made again when it is lost after it was up: not by `stdb_connection_disconnect`, and not for a reason
/// that another attempt cannot mend, such as a token that the host refuses. By default it is not made again.
///
/// `on_disconnect` is told of the loss, `on_reconnecting` of each attempt, `on_connect` of success. The host is then asked
/// for every live subscription anew, under the same handles. Until all of them are answered the cache stays as it was; then
/// the rows that differ are told of, in one change whose event is `STDB_EVENT_RECONNECTED`, and each subscription that was
/// not applied before is. Calls are not made again: those that the host has not answered end with `STDB_CALL_DISCONNECTED`.
/// Those made while the connection is lost wait for it.
///
/// @param builder the builder.
/// @param reconnect_options how; NULL for the defaults.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL builder, a jitter above 100, a bad `struct_size`);
/// `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_reconnect(
    builder: *mut stdb_connection_builder,
    reconnect_options: *const stdb_reconnect_options,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and options alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.reconnect = Some(policy(options(reconnect_options, "reconnect_options", DEFAULTS)?)?);
            Ok(())
        })
    }
}

/// Sets the callback that runs before each attempt to make a lost connection again, when the wait for it begins;
/// `stdb_context_reconnect_event` tells which attempt it is and how long the wait. It may call `stdb_connection_disconnect`
/// to give up. A second one replaces the first.
///
/// @param builder the builder.
/// @param callback runs on the advancing thread; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the connection is gone, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_on_reconnecting(
    builder: *mut stdb_connection_builder,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.callbacks.on_reconnecting = Some(event(callback, data, "callback")?);
            Ok(())
        })
    }
}

/// What is known of the attempt to make the connection again that the event tells of.
///
/// @param context the context; must not be NULL.
/// @param event receives it.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_NOT_FOUND` when the event is of another kind; `STDB_ERR_INVALID_ARGUMENT` (NULL);
/// `STDB_ERR_PANIC`. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_reconnect_event(
    context: *const stdb_context,
    event: *mut stdb_reconnect_event,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let view = |event: &Event| match event {
        Event::Reconnecting { attempt, delay } => {
            Some(stdb_reconnect_event { attempt: *attempt, delay_ms: delay.as_millis() as u64 })
        }
        _ => None,
    };
    // SAFETY: the context lives while the callback runs; the output may be written.
    unsafe { context::write_event(context, event, error, "an attempt's to reconnect", view) }
}

/// Whether the connection that `on_disconnect` tells of will be made again. When not, this was its last callback.
///
/// @param context the context; NULL gives false.
/// @return true when it will; false otherwise, and in other callbacks. Only the thread that runs the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_context_retry_follows(context: *const stdb_context) -> bool {
    // SAFETY: the context lives while the callback runs.
    unsafe { value_of(context, false, |context| matches!(context.event, Event::Disconnected { retries: true, .. })) }
}

const DEFAULTS: stdb_reconnect_options = stdb_reconnect_options {
    struct_size: size_of::<stdb_reconnect_options>(),
    first_delay_ms: 0,
    max_delay_ms: 0,
    jitter_percent: 0,
    max_attempts: 0,
};

fn policy(options: stdb_reconnect_options) -> Result<ReconnectPolicy> {
    let set = |number: u32| (number > 0).then_some(number);
    let milliseconds = |number| set(number).map(|number| Duration::from_millis(number.into()));
    if options.jitter_percent > 100 {
        let what = format_args!("is {}, and more than all of a delay cannot be taken off", options.jitter_percent);
        return Err(Error::argument("jitter_percent", what));
    }
    let defaults = ReconnectPolicy::default();
    Ok(ReconnectPolicy {
        first_delay: milliseconds(options.first_delay_ms).unwrap_or(defaults.first_delay),
        max_delay: milliseconds(options.max_delay_ms).unwrap_or(defaults.max_delay),
        jitter_percent: set(options.jitter_percent).unwrap_or(defaults.jitter_percent),
        max_attempts: set(options.max_attempts).or(defaults.max_attempts),
    })
}
