//! `stdb_connection_builder`: the options of a connection.

use std::ffi::{c_char, c_void};
use std::slice;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::arguments::{output, text};
use super::boundary::{Poison, boundary_on_mut, quietly};
use super::callback::{UserData, event, required, stdb_drop_fn, stdb_event_fn};
use super::connection::stdb_connection;
use super::context::{self, stdb_context};
use super::error::stdb_error;
use super::handle::{self, Boxed, CType};
use super::types::{stdb_identity, stdb_str};
use crate::connection::builder::ConnectionBuilder;
use crate::error::{Error, Result, STDB_ERR_CALLBACK, stdb_status};
use crate::net::{Compression, Protocol};
use crate::schema::Schema;

/// The options of a connection that is to be made. Owned by whoever made it; one thread at a time may use it.
pub struct stdb_connection_builder {
    _opaque: [u8; 0],
}

impl CType for stdb_connection_builder {
    type Rust = ConnectionBuilder;
}
impl Boxed for stdb_connection_builder {}
impl Poison for ConnectionBuilder {
    fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }
}

/// How the host compresses what it sends: one of the `STDB_COMPRESSION_…` numbers.
pub type stdb_compression = i32;
/// Not at all. The best on one machine or in a local network.
pub const STDB_COMPRESSION_NONE: stdb_compression = 0;
/// With gzip. The default.
pub const STDB_COMPRESSION_GZIP: stdb_compression = 1;
/// With brotli: smaller and slower.
pub const STDB_COMPRESSION_BROTLI: stdb_compression = 2;

/// A version of SpacetimeDB's WebSocket protocol: one of the `STDB_PROTOCOL_…` numbers.
pub type stdb_protocol = i32;
/// `v1.bsatn.spacetimedb`.
pub const STDB_PROTOCOL_V1: stdb_protocol = 1;
/// `v2.bsatn.spacetimedb`: with procedures, event tables, and what reducers return.
pub const STDB_PROTOCOL_V2: stdb_protocol = 2;
/// `v3.bsatn.spacetimedb`: as v2, with several messages a frame.
pub const STDB_PROTOCOL_V3: stdb_protocol = 3;

/// How grave a log message is: one of the `STDB_LOG_…` numbers; a lower one is graver.
pub type stdb_log_level = i32;
/// Something failed.
pub const STDB_LOG_ERROR: stdb_log_level = 1;
/// Something is odd.
pub const STDB_LOG_WARN: stdb_log_level = 2;
/// Something noteworthy happened.
pub const STDB_LOG_INFO: stdb_log_level = 3;
/// For finding faults.
pub const STDB_LOG_DEBUG: stdb_log_level = 4;
/// For finding faults, step by step.
pub const STDB_LOG_TRACE: stdb_log_level = 5;

/// A callback for a connection that is up. `identity` is who we are, `token` what to give to a later builder to be the
/// same again; it is ended by NUL, which its length does not count. All pointers live as long as it runs.
pub type stdb_connect_fn = Option<
    unsafe extern "C" fn(
        context: *const stdb_context,
        identity: *const stdb_identity,
        token: stdb_str,
        user_data: *mut c_void,
    ),
>;

/// A callback for what the library has to log. `message` lives as long as it runs, and never holds a token.
pub type stdb_log_fn = Option<
    unsafe extern "C" fn(
        context: *const stdb_context,
        level: stdb_log_level,
        message: stdb_str,
        user_data: *mut c_void,
    ),
>;

/// A callback that gives the token. It returns text ended by NUL, which is copied at once, or NULL for no token.
pub type stdb_token_fn = Option<unsafe extern "C" fn(user_data: *mut c_void) -> *const c_char>;

/// Makes a builder.
///
/// @return a builder, to be freed with `stdb_connection_builder_free`, also after `build`. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn stdb_connection_builder_new() -> *mut stdb_connection_builder {
    handle::into_box(ConnectionBuilder::default())
}

/// Frees a builder. A connection built from it is not concerned.
///
/// @param builder the builder; NULL does nothing. The destructors of callbacks that no connection took run now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_free(builder: *mut stdb_connection_builder) {
    // SAFETY: the caller gives the builder up.
    quietly(|| drop(unsafe { handle::take_box(builder) }));
}

/// Sets where the host is.
///
/// @param builder the builder.
/// @param uri `http://`, `https://`, `ws://` or `wss://`, a host, optionally a port and a path; without a scheme it is
/// `http://`. It is checked by `build`. Copied.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_uri(
    builder: *mut stdb_connection_builder,
    uri: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and text alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.uri = Some(text(uri, "uri")?.to_owned());
            Ok(())
        })
    }
}

/// Sets which database (module) to connect to, by its name or its identity in hexadecimal.
///
/// @param builder the builder.
/// @param database_name the name; it is checked by `build`. Copied.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_database_name(
    builder: *mut stdb_connection_builder,
    database_name: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and text alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.database_name = Some(text(database_name, "database_name")?.to_owned());
            Ok(())
        })
    }
}

/// The same as `stdb_connection_builder_with_database_name`, by the name that older SDKs have for it.
///
/// @param builder the builder.
/// @param module_name the database's name. Copied.
/// @param error receives an error; may be NULL.
/// @return as `stdb_connection_builder_with_database_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_module_name(
    builder: *mut stdb_connection_builder,
    module_name: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and text alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.database_name = Some(text(module_name, "module_name")?.to_owned());
            Ok(())
        })
    }
}

/// Sets the token with which to be the identity of an earlier connection.
///
/// @param builder the builder.
/// @param token the token, as `on_connect` gave it; NULL to be somebody new, which is the default. Copied.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (not UTF-8); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_token(
    builder: *mut stdb_connection_builder,
    token: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and text alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.token = if token.is_null() { None } else { Some(text(token, "token")?.to_owned()) };
            Ok(())
        })
    }
}

/// Sets a callback that gives the token instead. It is asked by `build`, on the thread that calls it, and before each attempt
/// to make a lost connection again, on the advancing thread.
///
/// @param builder the builder.
/// @param provider the callback; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data`, also when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_token_provider(
    builder: *mut stdb_connection_builder,
    provider: stdb_token_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let provider = required(provider, "provider")?;
            builder.token_provider = Some(Arc::new(move || token_of(provider(data.get()))));
            Ok(())
        })
    }
}

/// Sets how the host is to compress what it sends.
///
/// @param builder the builder.
/// @param compression one of the `STDB_COMPRESSION_…` numbers.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (an unknown number); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_compression(
    builder: *mut stdb_connection_builder,
    compression: stdb_compression,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.compression = match compression {
                STDB_COMPRESSION_NONE => Compression::None,
                STDB_COMPRESSION_GZIP => Compression::Gzip,
                STDB_COMPRESSION_BROTLI => Compression::Brotli,
                other => {
                    return Err(Error::argument("compression", format_args!("is {other}, which no compression has")));
                }
            };
            Ok(())
        })
    }
}

/// Sets light mode: what others' reducers change comes without saying who called what. Less to transfer. Over v2 and v3
/// the host never says who.
///
/// @param builder the builder.
/// @param light_mode whether to; false by default.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_light_mode(
    builder: *mut stdb_connection_builder,
    light_mode: bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.light_mode = light_mode;
            Ok(())
        })
    }
}

/// Sets whether rows come only once they are durable. Unless this is called, the host decides. A 1.2.0 host ignores it.
///
/// @param builder the builder.
/// @param confirmed_reads whether to.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_confirmed_reads(
    builder: *mut stdb_connection_builder,
    confirmed_reads: bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.confirmed_reads = Some(confirmed_reads);
            Ok(())
        })
    }
}

/// Sets the protocols to offer; by default v3, v2 and v1. The host picks one; `stdb_connection_get_protocol` tells which.
///
/// @param builder the builder.
/// @param protocols an array of `STDB_PROTOCOL_…` numbers, the preferred first. Copied.
/// @param count how many; at least 1.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, none, an unknown number); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_protocols(
    builder: *mut stdb_connection_builder,
    protocols: *const stdb_protocol,
    count: usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and array alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            if protocols.is_null() {
                return Err(Error::argument("protocols", "is NULL"));
            }
            if count == 0 {
                return Err(Error::argument("protocols", "names none"));
            }
            builder.protocols = slice::from_raw_parts(protocols, count)
                .iter()
                .map(|number| protocol(*number))
                .collect::<Result<_>>()?;
            Ok(())
        })
    }
}

/// Gives the schema of the module that the client was made for. It is known at once then, and the host's is compared with
/// it before the connection is made: a table, column, key, index, reducer or procedure of it that is another one on the
/// host, or is not there, is `STDB_ERR_SCHEMA_MISMATCH`, told by `on_connect_error`. What the host has besides it does not
/// matter, and stays unknown to the connection. `stdb_connection_builder_with_schema_fetch` turns the comparison off.
///
/// @param builder the builder.
/// @param json what a host answers to `GET /v1/database/NAME/schema?version=9`, or `version=10`. Parsed and copied.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_SCHEMA` (it cannot be parsed);
/// `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_schema_json(
    builder: *mut stdb_connection_builder,
    json: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and text alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.schema = Some(Arc::new(Schema::parse(text(json, "json")?)?));
            Ok(())
        })
    }
}

/// Sets whether the host is asked for its schema before the connection is made, which is the default. When it is not, a
/// schema that was given is taken for the host's without a comparison; and without one, rows are known by their bytes
/// alone, and there are no updates, no `find` and no `filter`.
///
/// @param builder the builder.
/// @param fetch true to ask, false not to.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_schema_fetch(
    builder: *mut stdb_connection_builder,
    fetch: bool,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.fetch_schema = fetch;
            Ok(())
        })
    }
}

/// Sets how long making the connection may take, from name resolution to the open WebSocket.
///
/// @param builder the builder.
/// @param timeout_ms milliseconds, at least 1; 10,000 by default.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (0); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_connect_timeout_ms(
    builder: *mut stdb_connection_builder,
    timeout_ms: u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            if timeout_ms == 0 {
                return Err(Error::argument("timeout_ms", "is 0"));
            }
            builder.connect_timeout = Duration::from_millis(timeout_ms.into());
            Ok(())
        })
    }
}

/// Sets after how much silence of the host a ping goes out, and how long to wait for a sign of life then, before the
/// connection is given up with `STDB_ERR_TIMEOUT`.
///
/// @param builder the builder.
/// @param keepalive_ms milliseconds; 30,000 by default; 0 for never.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_keepalive_ms(
    builder: *mut stdb_connection_builder,
    keepalive_ms: u32,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.keepalive = (keepalive_ms > 0).then(|| Duration::from_millis(keepalive_ms.into()));
            Ok(())
        })
    }
}

/// Sets how large a message of the host may be. A larger one ends the connection with `STDB_ERR_TOO_LARGE`; a compressed
/// one is measured as it expands.
///
/// @param builder the builder.
/// @param max_message_bytes bytes, at least 1,024; 256 MiB by default.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (too small); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_max_message_bytes(
    builder: *mut stdb_connection_builder,
    max_message_bytes: usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            if max_message_bytes < 1024 {
                return Err(Error::argument("max_message_bytes", "is below 1024"));
            }
            builder.max_message_bytes = max_message_bytes;
            Ok(())
        })
    }
}

/// Adds an HTTP header to the handshake and the schema request, for a proxy before the host.
///
/// @param builder the builder.
/// @param name the header's name. Copied.
/// @param value its value. Copied.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not what a header may hold); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_header(
    builder: *mut stdb_connection_builder,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and texts alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let (name, value) = (text(name, "name")?, text(value, "value")?);
            crate::net::check_header(name, value)?;
            builder.headers.push((name.to_owned(), value.to_owned()));
            Ok(())
        })
    }
}

/// Gives root certificates to trust besides the platform's.
///
/// @param builder the builder.
/// @param pem one or more certificates as PEM. Copied; read when connecting, where bad ones give `STDB_ERR_TLS`.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, not UTF-8); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_with_ca_pem(
    builder: *mut stdb_connection_builder,
    pem: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and text alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.ca_pem = Some(text(pem, "pem")?.as_bytes().to_owned());
            Ok(())
        })
    }
}

/// Sets the callback for a connection that is up. A second one replaces the first.
///
/// @param builder the builder.
/// @param callback runs once, and again each time that a lost connection was made again, on the advancing thread; must not
/// be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the connection is gone, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_on_connect(
    builder: *mut stdb_connection_builder,
    callback: stdb_connect_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the builder alive during the call, and vouches for the callback.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let callback = required(callback, "callback")?;
            builder.callbacks.on_connect = Some(Box::new(move |context, identity, token| {
                let identity = stdb_identity { bytes: identity };
                let ended = format!("{token}\0");
                callback(context::as_c(context), &identity, stdb_str::of(&ended[..token.len()]), data.get());
            }));
            Ok(())
        })
    }
}

/// Sets the callback for a connection that could not be made; `stdb_context_error` says why. A second one replaces the first.
///
/// @param builder the builder.
/// @param callback runs once at the most, on the advancing thread, as the last callback; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the connection is gone, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_on_connect_error(
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
            builder.callbacks.on_connect_error = Some(event(callback, data, "callback")?);
            Ok(())
        })
    }
}

/// Sets the callback for a connection that was up and has ended; `stdb_context_error` says why, or NULL for an ordinary end.
/// With `stdb_connection_builder_with_reconnect` it runs each time that the connection is lost, and once more when it is
/// given up; `stdb_context_retry_follows` tells which. A second one replaces the first.
///
/// @param builder the builder.
/// @param callback runs on the advancing thread; where no retry follows it is the last callback. Must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the connection is gone, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_on_disconnect(
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
            builder.callbacks.on_disconnect = Some(event(callback, data, "callback")?);
            Ok(())
        })
    }
}

/// Sets the callback for what the library has to log. A second one replaces the first; without one nothing is logged.
///
/// @param builder the builder.
/// @param callback runs on the advancing thread; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the connection is gone, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT`; `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_on_log(
    builder: *mut stdb_connection_builder,
    callback: stdb_log_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the builder alive during the call, and vouches for the callback.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let callback = required(callback, "callback")?;
            builder.callbacks.on_log = Some(Box::new(move |context, level, message| {
                callback(context::as_c(context), level as stdb_log_level, stdb_str::of(message), data.get());
            }));
            Ok(())
        })
    }
}

/// Checks the options and begins to connect. It returns at once: name resolution, TCP, TLS, the handshake and the schema
/// are done in the background, and how they went is told by `on_connect` or `on_connect_error` when the connection is
/// advanced.
///
/// @param builder the builder. Its callbacks move into the connection; its other options stay, for another one.
/// @param connection receives the connection, to be freed with `stdb_connection_free`.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, no or a bad URI, no or a bad database name, a token
/// that no header can hold); `STDB_ERR_CALLBACK` (the token provider's text is not UTF-8); `STDB_ERR_PANIC`. The builder keeps its callbacks then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_connection_builder_build(
    builder: *mut stdb_connection_builder,
    connection: *mut *mut stdb_connection,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and output alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let output = output(connection, "connection")?;
            output.write(handle::into_shared(builder.build()?));
            Ok(())
        })
    }
}

fn protocol(number: stdb_protocol) -> Result<Protocol> {
    match number {
        STDB_PROTOCOL_V1 => Ok(Protocol::V1),
        STDB_PROTOCOL_V2 => Ok(Protocol::V2),
        STDB_PROTOCOL_V3 => Ok(Protocol::V3),
        other => Err(Error::argument("protocols", format_args!("holds {other}, which no protocol has"))),
    }
}

/// Copies the text that a token provider gave.
///
/// # Safety
/// `token` is NULL or a string ended by NUL.
unsafe fn token_of(token: *const c_char) -> Result<Option<String>> {
    if token.is_null() {
        return Ok(None);
    }
    // SAFETY: as this function's own. The token is not put into the error.
    let token = unsafe { text(token, "token") };
    token
        .map(|token| Some(token.to_owned()))
        .map_err(|_| Error::new(STDB_ERR_CALLBACK, "the token provider's text is not UTF-8"))
}
