//! Disconnecting and freeing while the connection is away.

use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use stdb::connection::Connection;
use stdb::connection::life::Phase;
use stdb::connection::reconnect::ReconnectPolicy;
use stdb::error::STDB_ERR_DISCONNECTED;
use stdb::net::Protocol;
use stdb_embedded_host::EmbeddedHost;

use super::client::{Client, Entry, PATIENCE, at_once, builder};
use super::kitchen::*;

const PROTOCOL: Protocol = Protocol::V2;
const HOUR: Duration = Duration::from_secs(3600);
/// What ends at once ends in less than this.
const AT_ONCE: Duration = Duration::from_secs(5);

const ENDED: Entry = Entry::Disconnected { error: None, retries: false };

/// A policy whose first attempt nobody waits for.
fn in_an_hour() -> ReconnectPolicy {
    ReconnectPolicy { first_delay: HOUR, max_delay: HOUR, ..at_once() }
}

/// A client that is away, and waits for an hour.
fn waiting(host: &EmbeddedHost) -> Client {
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.reconnect = Some(in_an_hour());
    let client = Client::connect(builder, &[]);
    client.take();
    host.cut_all();
    client.advance_until_lost();
    let told = client.take();
    assert!(matches!(told[..], [Entry::Disconnected { retries: true, .. }, Entry::Reconnecting { .. }]), "{told:?}");
    client
}

/// Checks that the connection is over, and that this was all that was told.
fn check_over(client: &Client, told: &[Entry]) {
    client.advance_until("ended", |log| log.has(&ENDED));
    let advanced = client.connection.advance_one_message();
    assert_eq!(advanced.unwrap_err().status, STDB_ERR_DISCONNECTED);
    assert_eq!(client.connection.life().phase, Phase::Ended);
    assert_eq!(client.take(), told);
}

#[test]
fn disconnecting_ends_the_waiting_at_once() {
    let host = host();
    let client = waiting(&host);
    let began = Instant::now();
    client.connection.disconnect().unwrap();
    assert_eq!(client.connection.disconnect().unwrap_err().status, STDB_ERR_DISCONNECTED);
    check_over(&client, &[ENDED]);
    assert!(began.elapsed() < AT_ONCE);
    assert_eq!(host.handshakes(), 1);
}

#[test]
fn what_waits_ends_with_the_connection() {
    let host = host();
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.reconnect = Some(in_an_hour());
    let client = Client::connect(builder, &["entity"]);
    meanwhile(&host, &[("spawn", spawn(0, 1, 1))]);
    let (stays, given_up) = (client.apply(&[ENTITIES], "stays"), client.apply(&["SELECT * FROM left"], "given up"));
    host.cut_all();
    client.advance_until_lost();
    client.take();
    client.subscribe(&["SELECT * FROM item"], "asked");
    client.unsubscribe(&given_up, "given up");
    stays.replace(vec!["SELECT * FROM left".into()], &mut client.callbacks("replaced")).unwrap();
    client.call("noop", &[], "called");
    client.connection.disconnect().unwrap();
    let told = [
        Entry::Result("called".into(), stdb::call::CallStatus::Disconnected),
        Entry::Refused("replaced".into()),
        Entry::Unsubscribed("given up".into()),
        Entry::Refused("asked".into()),
        ENDED,
    ];
    check_over(&client, &told);
    assert!(stays.is_ended() && given_up.is_ended());
    assert_eq!(client.checked()["entity"].len(), 1, "the cache stays readable");
}

#[test]
fn a_free_ends_the_waiting_and_tells_nothing() {
    let host = host();
    let client = waiting(&host);
    client.connection.release();
    assert!(client.connection.advance_one_message().is_err());
    let Client { connection, log } = client;
    drop(connection);
    assert_eq!((Arc::strong_count(&log), log.lock().unwrap().entries.len()), (1, 0), "all callbacks are gone");
}

#[test]
fn a_thread_of_its_own_comes_back_and_ends() {
    let host = host();
    let (sender, ups) = channel();
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.callbacks.on_connect = Some(Box::new(move |_, _, _| sender.send(()).unwrap()));
    let client = Client::begin(builder, &[]);
    client.connection.run_threaded().unwrap();
    ups.recv_timeout(PATIENCE).unwrap();
    for _ in 0..3 {
        host.cut_all();
        ups.recv_timeout(PATIENCE).unwrap();
    }
    host.refuse();
    // Joins the thread, which tells the end; and why the link was lost, if it had not come to that.
    client.connection.release();
    let told = client.take();
    assert!(matches!(told.last(), Some(Entry::Disconnected { retries: false, .. })), "{told:?}");
}

#[test]
fn a_thread_that_waits_is_joined_at_once() {
    let host = host();
    let (sender, lost) = channel();
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.reconnect = Some(in_an_hour());
    builder.callbacks.on_reconnecting = Some(Box::new(move |_| sender.send(()).unwrap()));
    let client = Client::connect(builder, &[]);
    client.connection.run_threaded().unwrap();
    host.cut_all();
    lost.recv_timeout(PATIENCE).unwrap();
    let began = Instant::now();
    client.connection.release();
    assert!(began.elapsed() < AT_ONCE);
    assert_eq!(client.take().last(), Some(&ENDED));
}

#[test]
fn disconnecting_in_a_callback_ends_it() {
    let host = host();
    // In on_disconnect, in on_reconnecting, and where a call is told to be lost.
    for place in 0..3 {
        let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
        builder.reconnect = Some(in_an_hour());
        if place == 0 {
            builder.callbacks.on_disconnect = Some(Box::new(|context| drop(context.connection.disconnect())));
        } else if place == 1 {
            builder.callbacks.on_reconnecting = Some(Box::new(|context| context.connection.disconnect().unwrap()));
        }
        let client = Client::connect(builder, &[]);
        client.take();
        host.cut_after(1);
        let result = client.result("lost");
        let end = move |context: &stdb::connection::context::Context<'_>| {
            result(context);
            if place == 2 {
                context.connection.disconnect().unwrap();
            }
        };
        client.connection.call_reducer("noop", &[], Default::default(), Some(Box::new(end))).unwrap();
        client.advance_until("ended", |log| log.has(&ENDED));
        let entries = client.take();
        assert!(matches!(entries[0], Entry::Result(..)), "{entries:?}");
        assert!(matches!(entries[1], Entry::Disconnected { retries: true, .. }), "{entries:?}");
        if place == 1 {
            assert!(matches!(entries[2], Entry::Reconnecting { .. }), "{entries:?}");
        }
        let before = if place == 1 { 3 } else { 2 };
        assert_eq!(entries[before..], [ENDED]);
        assert!(client.connection.advance_one_message().is_err());
    }
}

#[test]
fn freeing_in_a_callback_ends_it_without_a_word() {
    let host = host();
    for in_reconnecting in [false, true] {
        let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
        builder.reconnect = Some(in_an_hour());
        let free = |context: &stdb::connection::context::Context<'_>| context.connection.release();
        if in_reconnecting {
            builder.callbacks.on_reconnecting = Some(Box::new(free));
        } else {
            builder.callbacks.on_disconnect = Some(Box::new(free));
        }
        let client = Client::connect(builder, &[]);
        client.take();
        host.cut_all();
        while client.connection.advance_one_message_blocking(Some(PATIENCE)).is_ok() {}
        assert_eq!(client.log().entries.len(), if in_reconnecting { 2 } else { 1 });
        let Client { connection, log } = client;
        drop(connection);
        assert_eq!(Arc::strong_count(&log), 1, "all callbacks are gone");
    }
}

/// Another thread's disconnect that comes between an attempt's beginning and its link finds no link to close.
#[test]
fn disconnecting_just_when_an_attempt_begins_leaves_no_link() {
    let host = host();
    let connection: Arc<OnceLock<Weak<Connection>>> = Arc::default();
    let known = connection.clone();
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.token_provider = Some(Arc::new(move || {
        if let Some(connection) = known.get().and_then(Weak::upgrade) {
            connection.disconnect().unwrap();
        }
        Ok(None)
    }));
    let client = Client::connect(builder, &[]);
    connection.set(Arc::downgrade(&client.connection)).unwrap();
    client.take();
    host.cut_all();
    client.advance_until_lost();
    client.take();
    check_over(&client, &[ENDED]);
    assert!(host.wait_for_connections(0, PATIENCE));
}

/// A link that was made again and then ends before the host has said who we are: the end is that of a connection.
#[test]
fn disconnecting_while_an_attempt_is_under_way_ends_it() {
    let host = host();
    let client = client(&host, PROTOCOL, &[]);
    client.take();
    host.cut_all();
    client.advance_until_lost();
    client.take();
    // The attempt begins with the next thing that is advanced; nothing is told of it yet.
    while client.connection.stats().messages_waiting == 0 {
        std::thread::yield_now();
    }
    assert!(!client.connection.advance_one_message().unwrap());
    client.connection.disconnect().unwrap();
    client.advance_until("ended", |log| log.has(&ENDED));
    let told = client.take();
    assert!(told.iter().all(|entry| matches!(entry, Entry::Connected | Entry::Reconnected) || *entry == ENDED));
    assert_eq!(told.last(), Some(&ENDED));
    assert!(host.wait_for_connections(0, PATIENCE));
}
