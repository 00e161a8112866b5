//! `stdb_subscription_builder` and `stdb_subscription`.

use std::ffi::{c_char, c_void};
use std::slice;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};

use super::arguments::{output, text};
use super::boundary::{Poison, boundary, boundary_on, boundary_on_mut, boundary_on_shared, quietly, value_of};
use super::callback::{UserData, once, required, stdb_drop_fn, stdb_event_fn};
use super::connection::stdb_connection;
use super::error::stdb_error;
use super::handle::{self, Boxed, CType, Shared};
use crate::connection::Connection;
use crate::error::{Error, Result, STDB_ERR_DISCONNECTED, stdb_status};
use crate::subscription::{Subscription, SubscriptionCallbacks};

/// A subscription that is to be made. Owned by whoever made it; one thread at a time may use it.
pub struct stdb_subscription_builder {
    _opaque: [u8; 0],
}

/// A subscription. The handle is owned by whoever made it; freeing it does not unsubscribe. Any thread may use it.
pub struct stdb_subscription {
    _opaque: [u8; 0],
}

/// What lies behind a builder. It does not keep the connection alive.
pub(crate) struct SubscriptionBuilder {
    connection: Weak<Connection>,
    callbacks: SubscriptionCallbacks,
    poisoned: AtomicBool,
}

impl CType for stdb_subscription_builder {
    type Rust = SubscriptionBuilder;
}
impl Boxed for stdb_subscription_builder {}
impl Poison for SubscriptionBuilder {
    fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }
}

impl CType for stdb_subscription {
    type Rust = Subscription;
}
impl Shared for stdb_subscription {}
impl Poison for Subscription {
    fn poisoned(&self) -> &AtomicBool {
        Subscription::poisoned(self)
    }
}

impl SubscriptionBuilder {
    fn connection(&self) -> Result<Arc<Connection>> {
        self.connection.upgrade().ok_or_else(|| Error::new(STDB_ERR_DISCONNECTED, "the connection was freed"))
    }
}

/// Makes a builder of subscriptions. It may be used before the connection is up.
///
/// @param connection the connection to subscribe over.
/// @param builder receives the builder, to be freed with `stdb_subscription_builder_free`.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_builder_new(
    connection: *mut stdb_connection,
    builder: *mut *mut stdb_subscription_builder,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps handle and output alive during the call.
        let (connection, output) = unsafe { (handle::share(connection, "connection")?, output(builder, "builder")?) };
        output.write(handle::into_box(SubscriptionBuilder {
            connection: Arc::downgrade(&connection),
            callbacks: SubscriptionCallbacks::default(),
            poisoned: AtomicBool::new(false),
        }));
        Ok(())
    })
}

/// Frees a builder. Subscriptions made from it are not concerned.
///
/// @param builder the builder; NULL does nothing. The destructors of callbacks that no subscription took run now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_builder_free(builder: *mut stdb_subscription_builder) {
    // SAFETY: the caller gives the builder up.
    quietly(|| drop(unsafe { handle::take_box(builder) }));
}

/// Sets the callback for the moment when the rows of the subscription have arrived and are in the cache.
///
/// @param builder the builder. The next subscription made from it takes the callback.
/// @param callback runs once at the most, on the advancing thread; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback has run or can no longer run, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_builder_on_applied(
    builder: *mut stdb_subscription_builder,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.callbacks.on_applied = Some(required(once(callback, data), "callback")?);
            Ok(())
        })
    }
}

/// Sets the callback for a subscription that the host refuses or ends, or whose connection ends before it was applied;
/// `stdb_context_error` says why. In the last case it runs before `on_disconnect` or `on_connect_error`, which tell the
/// same; `stdb_connection_get_state` gives `STDB_STATE_ENDED` then.
///
/// @param builder the builder. The next subscription made from it takes the callback.
/// @param callback runs once at the most, on the advancing thread; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback has run or can no longer run, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_builder_on_error(
    builder: *mut stdb_subscription_builder,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the builder alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            builder.callbacks.on_error = Some(required(once(callback, data), "callback")?);
            Ok(())
        })
    }
}

/// Subscribes to queries: their rows come into the cache and are kept up to date. It is sent at once, or as soon as the
/// connection is up.
///
/// @param builder the builder. Its callbacks move into the subscription; it may be used again with new ones.
/// @param queries an array of SQL texts such as `SELECT * FROM message WHERE room = 7`. Copied.
/// @param count how many; at least 1.
/// @param subscription receives the handle, to be freed with `stdb_subscription_free`; may be NULL when none is wanted.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, no query, not UTF-8); `STDB_ERR_DISCONNECTED` (the connection has
/// ended); `STDB_ERR_PANIC`. What the host says against a query comes to `on_error`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_builder_subscribe(
    builder: *mut stdb_subscription_builder,
    queries: *const *const c_char,
    count: usize,
    subscription: *mut *mut stdb_subscription,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder, texts and output alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let queries = texts(queries, count)?;
            let made = builder.connection()?.subscribe(queries, &mut builder.callbacks)?;
            give(made, subscription);
            Ok(())
        })
    }
}

/// Subscribes to all rows of every public table. While the schema is being fetched it waits for that.
///
/// @param builder the builder. Its callbacks move into the subscription; it may be used again with new ones.
/// @param subscription receives the handle, to be freed with `stdb_subscription_free`; may be NULL when none is wanted.
/// @param error receives an error; may be NULL.
/// @return as `stdb_subscription_builder_subscribe`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_builder_subscribe_to_all_tables(
    builder: *mut stdb_subscription_builder,
    subscription: *mut *mut stdb_subscription,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps builder and output alive during the call.
    unsafe {
        boundary_on_mut(builder, "builder", error, |builder| {
            let made = builder.connection()?.subscribe_to_all_tables(&mut builder.callbacks)?;
            give(made, subscription);
            Ok(())
        })
    }
}

/// Frees a subscription's handle. The subscription itself goes on; `stdb_subscription_unsubscribe` ends it.
///
/// @param subscription the handle; NULL does nothing. Any thread, also inside a callback of the subscription.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_free(subscription: *mut stdb_subscription) {
    // SAFETY: the caller gives the handle up.
    quietly(|| drop(unsafe { handle::take_shared(subscription) }));
}

/// Whether the subscription's rows are in the cache: it was applied, was not told to unsubscribe, and has not ended.
///
/// @param subscription the subscription; NULL gives false.
/// @return true when they are. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_is_active(subscription: *const stdb_subscription) -> bool {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { value_of(subscription, false, Subscription::is_active) }
}

/// Whether nothing comes of the subscription any more: it was unsubscribed, refused, or its connection has ended.
///
/// @param subscription the subscription; NULL gives true.
/// @return true when it has ended. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_is_ended(subscription: *const stdb_subscription) -> bool {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { value_of(subscription, true, Subscription::is_ended) }
}

/// How many queries the subscription has.
///
/// @param subscription the subscription; NULL gives 0.
/// @return the number; that of a subscription to all tables is 0 until the schema is known. Queries of
/// `stdb_subscription_replace` count from when they are applied. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_query_count(subscription: *const stdb_subscription) -> usize {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { value_of(subscription, 0, |subscription| subscription.queries().len()) }
}

/// Copies the text of one of the subscription's queries.
///
/// @param subscription the subscription.
/// @param position which query, from 0.
/// @param buffer receives the text, ended by NUL; cut off when `capacity` is too small. May be NULL when `capacity` is 0.
/// @param capacity the room in `buffer`, in bytes.
/// @param length receives the length of the whole text in bytes, without the NUL; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_INVALID_ARGUMENT` (NULL, no such query); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_get_query(
    subscription: *const stdb_subscription,
    position: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps handle and outputs alive during the call.
    unsafe {
        boundary_on(subscription, "subscription", error, |subscription| {
            let queries = subscription.queries();
            let query = queries.get(position).ok_or_else(|| {
                Error::argument("position", format_args!("is {position}, and there are {} queries", queries.len()))
            })?;
            super::arguments::copy_text(query, buffer, capacity, length)
        })
    }
}

/// Replaces the queries of the subscription, under the same handle. Rows that old and new queries have stay where they are,
/// and no callback runs for them; in one message the others come and go. Over v1, which does not tell which rows are whose,
/// the new rows come first, and those that went when the host has confirmed the end of the old queries.
///
/// Before the subscription was applied, while an earlier replacement is under way, and while the connection is lost, this
/// waits. Of several that wait only the last counts: the callbacks of the others do not run. Giving the subscription up ends
/// those that wait, too.
///
/// @param subscription the subscription.
/// @param queries an array of SQL texts. Copied.
/// @param count how many; at least 1.
/// @param on_applied runs when the new queries are live: once at the most, on the advancing thread; may be NULL.
/// @param on_error runs when the host refuses the new queries, and the old ones stay, or the connection ends before it has
/// answered; `stdb_context_error` says why. Once at the most, on the advancing thread; may be NULL. Should the host end
/// the subscription later, the `on_error` of its builder runs.
/// @param user_data handed to both; may be NULL.
/// @param drop frees `user_data` when either has run or neither can run any more, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_ALREADY_UNSUBSCRIBED` (it was told to unsubscribe); `STDB_ERR_ALREADY_ENDED`;
/// `STDB_ERR_DISCONNECTED` (the connection was freed); `STDB_ERR_INVALID_ARGUMENT` (NULL, no query, not UTF-8);
/// `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_replace(
    subscription: *mut stdb_subscription,
    queries: *const *const c_char,
    count: usize,
    on_applied: stdb_event_fn,
    on_error: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = Arc::new(UserData::new(user_data, drop));
    // SAFETY: the caller keeps handle and texts alive during the call.
    unsafe {
        boundary_on_shared(subscription, "subscription", error, |subscription| {
            let (on_applied, on_error) = (once(on_applied, data.clone()), once(on_error, data));
            subscription.replace(texts(queries, count)?, &mut SubscriptionCallbacks { on_applied, on_error })
        })
    }
}

/// Gives the subscription up. Its rows go when the host has confirmed that; while the connection is lost, when it was made
/// again. Before it was applied, it is given up as soon as it is, and `on_applied` does not run.
///
/// @param subscription the subscription.
/// @param error receives an error; may be NULL.
/// @return `STDB_OK`; `STDB_ERR_ALREADY_UNSUBSCRIBED` (it was told before); `STDB_ERR_ALREADY_ENDED`;
/// `STDB_ERR_DISCONNECTED` (the connection was freed); `STDB_ERR_INVALID_ARGUMENT` (NULL); `STDB_ERR_PANIC`. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_unsubscribe(
    subscription: *mut stdb_subscription,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { boundary_on(subscription, "subscription", error, |subscription| subscription.unsubscribe(None)) }
}

/// As `stdb_subscription_unsubscribe`, with a callback for the moment when the rows are gone, or the connection was lost or
/// has ended before that.
///
/// @param subscription the subscription.
/// @param callback runs once at the most, on the advancing thread; must not be NULL.
/// @param user_data handed to it; may be NULL.
/// @param drop frees `user_data` when the callback has run or can no longer run, or when this call fails; may be NULL.
/// @param error receives an error; may be NULL.
/// @return as `stdb_subscription_unsubscribe`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_subscription_unsubscribe_then(
    subscription: *mut stdb_subscription,
    callback: stdb_event_fn,
    user_data: *mut c_void,
    drop: stdb_drop_fn,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let data = UserData::new(user_data, drop);
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe {
        boundary_on(subscription, "subscription", error, |subscription| {
            subscription.unsubscribe(Some(required(once(callback, data), "callback")?))
        })
    }
}

/// # Safety
/// `texts` is NULL or an array of `count` strings ended by NUL.
unsafe fn texts(texts: *const *const c_char, count: usize) -> Result<Vec<String>> {
    if texts.is_null() {
        return Err(Error::argument("queries", "is NULL"));
    }
    if count == 0 {
        return Err(Error::argument("queries", "holds none"));
    }
    // SAFETY: as this function's own.
    let texts = unsafe { slice::from_raw_parts(texts, count) };
    let text_at = |(position, query): (usize, &*const c_char)| {
        // SAFETY: as this function's own.
        unsafe { text(*query, &format!("queries[{position}]")) }.map(str::to_owned)
    };
    texts.iter().enumerate().map(text_at).collect()
}

/// # Safety
/// `output` is NULL or may be written to.
unsafe fn give(made: Arc<Subscription>, output: *mut *mut stdb_subscription) {
    if !output.is_null() {
        // SAFETY: as this function's own.
        unsafe { output.write(handle::into_shared(made)) };
    }
}
