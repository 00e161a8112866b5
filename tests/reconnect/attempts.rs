//! The policy, the token, and the end of trying.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use stdb::call::CallOptions;
use stdb::connection::life::Phase;
use stdb::connection::reconnect::ReconnectPolicy;
use stdb::error::*;
use stdb::net::Protocol;
use stdb_embedded_host::EmbeddedHost;

use super::client::{Client, Entry, at_once, builder};
use super::kitchen::*;

const PROTOCOL: Protocol = Protocol::V3;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn reconnecting(attempt: u32, delay: u64) -> Entry {
    Entry::Reconnecting { attempt, delay: millis(delay) }
}

/// Advances to the end, and gives its cause; nothing may be told after it.
fn end_of(client: &Client) -> Option<Error> {
    client.advance_until("ended", |log| matches!(log.entries.last(), Some(Entry::Disconnected { retries: false, .. })));
    let advanced = client.connection.advance_one_message();
    assert_eq!(advanced.unwrap_err().status, STDB_ERR_DISCONNECTED);
    assert_eq!(client.connection.life().phase, Phase::Ended);
    match client.log().entries.pop() {
        Some(Entry::Disconnected { error, .. }) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn attempts_are_told_with_their_delays_until_they_run_out() {
    let host = host();
    let (first_delay, max_delay, max_attempts) = (millis(20), millis(50), Some(4));
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.reconnect = Some(ReconnectPolicy { first_delay, max_delay, jitter_percent: 0, max_attempts });
    let client = Client::connect(builder, &[]);
    client.take();
    host.refuse();
    let lost = Instant::now();
    let error = end_of(&client).expect("the attempts failed");
    assert!(lost.elapsed() >= millis(20 + 40 + 50 + 50), "the delays are waited for");
    assert_eq!(error.status, STDB_ERR_UNREACHABLE, "{error}");
    let told = client.take();
    assert!(matches!(&told[0], Entry::Disconnected { error: Some(_), retries: true }), "{told:?}");
    assert_eq!(told[1..], [reconnecting(1, 20), reconnecting(2, 40), reconnecting(3, 50), reconnecting(4, 50)]);
    let call = client.connection.call_reducer("noop", &[], CallOptions::default(), None);
    assert_eq!(call.unwrap_err().status, STDB_ERR_DISCONNECTED);
}

#[test]
fn coming_back_keeps_the_identity_and_begins_to_count_anew() {
    for protocol in Protocol::ALL {
        let host = host();
        let client = client(&host, protocol, &[]);
        let life = client.connection.life();
        let (identity, connection_id) = life.who.expect("it is up");
        host.refuse();
        client.advance_until("patient", |log| log.has(&reconnecting(3, 0)));
        let away = client.connection.life();
        assert_eq!((away.phase, client.connection.is_active()), (Phase::Reconnecting, false));
        assert_eq!(away.who().unwrap_err().status, STDB_ERR_NOT_CONNECTED);
        client.take();
        host.accept();
        client.advance_until_reconnected();
        let back = client.connection.life();
        let (again, another) = back.who.expect("it is up again");
        assert!(again == identity && another != connection_id && back.token == life.token);
        assert_eq!((back.phase, host.connections()), (Phase::Active, 1));

        host.cut_all();
        client.advance_until_lost();
        assert_eq!(client.take().last(), Some(&reconnecting(1, 0)));
    }
}

#[test]
fn an_ordinary_close_is_followed_by_another_attempt() {
    for code in [1000, 1001, 1012] {
        let host = host();
        let client = client(&host, PROTOCOL, &[]);
        host.disconnect_all(code);
        let told = client.advance_until_reconnected();
        let [_, Entry::Disconnected { error, retries: true }, ..] = &told[..] else { panic!("{told:?}") };
        assert_eq!(error.as_ref().and_then(|error| error.close_code), Some(code).filter(|code| *code != 1000));
    }
}

#[test]
fn an_end_that_no_attempt_can_mend_is_the_last() {
    // A message that the host finds wrong, and one of the host's that is.
    let policy = |host: &EmbeddedHost| Client::connect(builder(&host.uri(), "chat", PROTOCOL), &[]);
    let host = EmbeddedHost::builder().start();
    let client = policy(&host);
    host.disconnect_all(1008);
    assert_eq!(end_of(&client).and_then(|error| error.close_code), Some(1008));
    assert_eq!(client.take(), [Entry::Connected]);

    let client = Client::connect(builder(&host.uri(), "bad-truncated", PROTOCOL), &[]);
    client.subscribe(&["SELECT * FROM user"], "users");
    assert_eq!(end_of(&client).map(|error| error.status), Some(STDB_ERR_PROTOCOL));
    assert_eq!(client.take(), [Entry::Connected, Entry::Refused("users".into())]);
}

#[test]
fn a_connection_that_never_was_up_is_not_made_again() {
    let host = host();
    host.refuse();
    let client = Client::begin(builder(&host.uri(), KITCHEN, PROTOCOL), &[]);
    client.advance_until("refused", |log| !log.entries.is_empty());
    let told = client.take();
    assert!(matches!(&told[..], [Entry::ConnectError(error)] if error.status == STDB_ERR_UNREACHABLE), "{told:?}");
    assert_eq!(client.connection.advance_one_message().unwrap_err().status, STDB_ERR_DISCONNECTED);
}

#[test]
fn a_connection_without_a_policy_is_not_made_again() {
    let host = host();
    for reconnect in [None, Some(ReconnectPolicy { max_attempts: Some(0), ..at_once() })] {
        let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
        builder.reconnect = reconnect;
        let client = Client::connect(builder, &[]);
        host.cut_all();
        assert!(end_of(&client).is_some());
        assert_eq!(client.take(), [Entry::Connected]);
    }
}

#[test]
fn a_token_that_is_refused_ends_the_attempts() {
    let host = host();
    let asked = Arc::new(AtomicUsize::new(0));
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    let count = asked.clone();
    builder.token_provider = Some(Arc::new(move || match count.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Ok(None),
        _ => Ok(Some("nobody".into())),
    }));
    let client = Client::connect(builder, &[]);
    client.take();
    host.refuse();
    client.advance_until("refused once", |log| log.has(&reconnecting(2, 0)));
    host.accept();
    let error = end_of(&client).expect("the token is refused");
    assert_eq!((error.status, error.http_status), (STDB_ERR_HTTP, Some(401)));
    assert_eq!(client.take()[1..], [reconnecting(1, 0), reconnecting(2, 0)]);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "the provider is asked for each attempt");
}

#[test]
fn a_provider_that_gives_none_ends_the_attempts() {
    let host = host();
    let asked = AtomicUsize::new(0);
    let mut builder = builder(&host.uri(), KITCHEN, PROTOCOL);
    builder.token_provider = Some(Arc::new(move || match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(None),
        _ => Err(Error::new(STDB_ERR_CALLBACK, "the safe is locked")),
    }));
    let client = Client::connect(builder, &[]);
    host.cut_all();
    let error = end_of(&client).expect("there is no token");
    assert_eq!((error.status, error.message.as_str()), (STDB_ERR_CALLBACK, "the safe is locked"));
}

#[test]
fn the_token_is_a_fresh_one_or_the_one_given() {
    let host = host();
    let tokens: Vec<String> = std::iter::repeat_with(|| client(&host, PROTOCOL, &[]).connection.life().token)
        .map(|token| token.expect("the host gives one"))
        .take(2)
        .collect();
    let given = tokens[0].clone();
    let fresh = Arc::new(Mutex::new(tokens.clone()));

    let mut options = builder(&host.uri(), KITCHEN, PROTOCOL);
    options.token = Some(given.clone());
    let client = Client::connect(options, &[]);
    host.cut_all();
    client.advance_until_reconnected();
    assert_eq!(client.connection.life().token, Some(given));

    let mut options = builder(&host.uri(), KITCHEN, PROTOCOL);
    options.token_provider = Some(Arc::new(move || Ok(fresh.lock().unwrap().pop())));
    let client = Client::connect(options, &[]);
    assert_eq!(client.connection.life().token.as_ref(), Some(&tokens[1]));
    host.cut_all();
    client.advance_until_reconnected();
    assert_eq!(client.connection.life().token.as_ref(), Some(&tokens[0]));
}
