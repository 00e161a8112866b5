//! Clients of v2 and v3, and what each of them hears beyond what was recorded.

mod common;

use common::newer::{changes, connect, offer, outcome};
use common::{SECONDS, refused};
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::bsatn::Writer;
use stdb_embedded_host::wire::v2::*;
use stdb_embedded_host::wire::{ProcedureStatus, Protocol, compression};

const PLAIN: &str = "compression=None";
const BOTH: [Protocol; 2] = [Protocol::V2, Protocol::V3];

fn spawn(first: u64, count: u64, zone: u32) -> Vec<u8> {
    Writer::new().u64(first).u64(count).u32(zone).finish()
}

fn error(message: ServerMessage) -> (Option<u32>, u32, String) {
    match message {
        ServerMessage::SubscriptionError { request_id, query_set_id, error } => (request_id, query_set_id, error),
        other => panic!("{other:?}"),
    }
}

/// The tables of an answer to a subscription, and how many rows of each.
fn applied(message: &ServerMessage) -> Vec<(&str, usize)> {
    match message {
        ServerMessage::SubscribeApplied { rows, .. } | ServerMessage::UnsubscribeApplied { rows: Some(rows), .. } => {
            rows.iter().map(|table| (table.table.as_str(), table.rows.len())).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_best_protocol_is_chosen() {
    use Protocol::*;
    let chosen = |spoken: &[Protocol], offered: &[Protocol]| {
        let host = EmbeddedHost::builder().protocols(spoken).start();
        offer(&host, offered, "chat", PLAIN).map(|client| client.protocol())
    };
    for (spoken, offered, expected) in [
        (&[V1, V2, V3][..], &[V1, V2, V3][..], V3),
        (&[], &[V2, V3, V1], V3),
        (&[], &[V1, V2], V2),
        (&[V1], &[V3, V2, V1], V1),
        (&[V1, V2], &[V3, V2, V1], V2),
    ] {
        assert_eq!(chosen(spoken, offered).unwrap(), expected, "{offered:?} to {spoken:?}");
    }
    assert_eq!(refused(chosen(&[V1, V2], &[V3])), 400);
}

#[test]
fn a_token_brings_its_identity_back() {
    let host = EmbeddedHost::builder().start();
    let (_, body) = common::http(&host, "POST", "/v1/identity");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let token = body["token"].as_str().unwrap();
    let (mut socket, _) =
        common::handshake(common::dial(&host), "kitchen2", PLAIN, Some(token), &[Protocol::V2]).unwrap();
    let frame = socket.read().unwrap().into_data();
    let greeting = decode_server(&compression::unframe(&frame).unwrap()).unwrap();
    let ServerMessage::InitialConnection { identity, token: told, .. } = greeting else { panic!("{greeting:?}") };
    let hex: String = identity.iter().rev().map(|b| format!("{b:02x}")).collect();
    assert_eq!((body["identity"].as_str(), told.as_str()), (Some(hex.as_str()), token));
}

#[test]
fn each_query_set_has_its_own_rows() {
    for protocol in BOTH {
        let host = EmbeddedHost::builder().start();
        let mut client = connect(&host, protocol, "kitchen2", PLAIN);
        client.identity();
        client.call("spawn", spawn(1, 3, 1), 1);
        // The same text in two sets, and twice in one; a set that overlaps both.
        let all = "SELECT * FROM entity";
        assert_eq!(applied(&client.subscribe(1, &[all, all])), [("entity", 3)]);
        assert_eq!(applied(&client.subscribe(2, &[all])), [("entity", 3)]);
        assert_eq!(applied(&client.subscribe(3, &["SELECT * FROM entity WHERE zone = 1", all])).len(), 2);
        let moved = client.call("move_by", Writer::new().u64(2).u64(1).f32(1.0).finish(), 2);
        let set = |id, queries: usize| (id, "entity".to_string(), vec![(1, 1); queries]);
        assert_eq!(changes(&moved), [set(1, 1), set(2, 1), set(3, 2)]);
        // Rows come back when that is asked for, also those that another set holds.
        client.say(ClientMessage::Unsubscribe { request_id: 9, query_set_id: 2, send_dropped_rows: true });
        assert_eq!(applied(&client.hear()), [("entity", 3)]);
        client.say(ClientMessage::Unsubscribe { request_id: 10, query_set_id: 3, send_dropped_rows: false });
        let dropped = client.hear();
        assert_eq!(dropped, ServerMessage::UnsubscribeApplied { request_id: 10, query_set_id: 3, rows: None });
        let moved = client.call("move_by", Writer::new().u64(2).u64(1).f32(1.0).finish(), 3);
        assert_eq!(changes(&moved), [set(1, 1)]);
    }
}

#[test]
fn wrong_subscriptions_leave_the_others_alone() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    client.identity();
    client.subscribe(1, &["SELECT * FROM entity"]);
    let (request, set, text) = error(client.subscribe(2, &["SELECT * FROM entity", "SELECT * FROM secret"]));
    assert!((request, set) == (Some(102), 2) && text.starts_with("no such table: `secret`"), "{text}");
    assert_eq!(error(client.subscribe(1, &["SELECT * FROM left"])).1, 1);
    client.say(ClientMessage::Unsubscribe { request_id: 4, query_set_id: 2, send_dropped_rows: true });
    assert_eq!(error(client.hear()).0, Some(4));
    assert_eq!(changes(&client.call("spawn", spawn(1, 1, 1), 5)).len(), 1);
}

#[test]
fn a_live_subscription_can_be_ended() {
    let host = EmbeddedHost::builder().start();
    let mut newer = connect(&host, Protocol::V3, "kitchen2", PLAIN);
    newer.identity();
    newer.subscribe(1, &["SELECT * FROM entity"]);
    newer.subscribe(2, &["SELECT * FROM entity"]);
    let mut older = common::connect(&host, "kitchen2", PLAIN, None).unwrap();
    older.identity();
    older.subscribe(1, &["SELECT * FROM entity"]);
    assert_eq!(host.fail_subscriptions("kitchen2", 1, "the table is gone"), 2);
    assert_eq!(error(newer.hear()), (None, 1, "the table is gone".into()));
    let told = older.hear();
    let stdb_embedded_host::wire::ServerMessage::SubscriptionError { request_id, query_id, error, .. } = told else {
        panic!("{told:?}")
    };
    assert_eq!((request_id, query_id, error.as_str()), (None, Some(1), "the table is gone"));
    // Only the other set is left, and the id is free again.
    assert_eq!(changes(&newer.call("spawn", spawn(1, 1, 1), 5)), [(2, "entity".into(), vec![(0, 1)])]);
    assert_eq!(applied(&newer.subscribe(1, &["SELECT * FROM entity"])), [("entity", 1)]);
    assert_eq!(host.fail_subscriptions("kitchen2", 7, ""), 0);
    assert_eq!(host.fail_subscriptions("nobody", 1, ""), 0);
}

#[test]
fn events_are_told_and_not_kept() {
    let host = EmbeddedHost::builder().start();
    let mut one = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    let mut two = connect(&host, Protocol::V3, "kitchen2", PLAIN);
    let mut older = common::connect(&host, "kitchen2", PLAIN, None).unwrap();
    one.identity();
    two.identity();
    older.identity();
    assert_eq!(applied(&one.subscribe(1, &["SELECT * FROM hit"])), []);
    two.subscribe(1, &["SELECT * FROM hit WHERE target = 2", "SELECT * FROM hit"]);
    let refused = older.subscribe(1, &["SELECT * FROM hit"]);
    let stdb_embedded_host::wire::ServerMessage::SubscriptionError { error, .. } = refused else { panic!() };
    assert!(error.contains("v2"), "{error}");

    let hit = |target| Writer::new().u64(target).u32(5).u32(3).finish();
    let events = |message: ServerMessage| match outcome(message) {
        ReducerOutcome::Ok { update, .. } => update[0].tables[0].queries.clone(),
        other => panic!("{other:?}"),
    };
    // Rows that are equal are one row.
    let row = Writer::new().u64(1).u32(5).finish();
    assert_eq!(events(one.call("deal_hit", hit(1), 1)), [TableChange::Events(vec![row.into()])]);
    assert_eq!(changes(&two.hear()), [(1, "hit".into(), vec![(0, 1)])]);
    one.call("deal_hit", hit(2), 2);
    assert_eq!(changes(&two.hear()), [(1, "hit".into(), vec![(0, 1), (0, 1)])]);
    assert_eq!(applied(&two.subscribe(2, &["SELECT * FROM hit"])), []);
    one.call("deal_hit", hit(1), 3);
    assert_eq!(changes(&two.hear()).len(), 2, "the same event again");
    // A query for all tables is one for those that keep their rows.
    assert_eq!(applied(&one.subscribe(3, &["SELECT * FROM *"])), [("user", 3)]);
    assert_eq!(changes(&one.call("deal_hit", hit(1), 4)).len(), 1);
}

#[test]
fn views_follow_their_tables() {
    let host = EmbeddedHost::builder().start();
    let mut ada = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    let mut bob = connect(&host, Protocol::V3, "kitchen2", PLAIN);
    for client in [&mut ada, &mut bob] {
        let identity = client.identity();
        let ServerMessage::SubscribeApplied { rows, .. } =
            client.subscribe(1, &["SELECT * FROM me", "SELECT * FROM zone_one"])
        else {
            panic!()
        };
        assert!(rows.len() == 1 && rows[0].rows.len() == 1 && rows[0].rows[0].starts_with(&identity));
    }
    // Each client has its own `me`, and both the same `zone_one`.
    let renamed = ada.call("set_name", Writer::new().str("Ada").finish(), 1);
    assert_eq!(changes(&renamed), [(1, "me".into(), vec![(1, 1)])]);
    ada.call("spawn", spawn(1, 2, 1), 2);
    assert_eq!(changes(&bob.hear()), [(1, "zone_one".into(), vec![(0, 2)])]);
    ada.call("rezone", Writer::new().u64(1).u32(2).finish(), 3);
    assert_eq!(changes(&bob.hear()), [(1, "zone_one".into(), vec![(1, 0)])]);
    assert_eq!(changes(&ada.call("move_by", Writer::new().u64(1).u64(1).f32(1.0).finish(), 4)), []);
    assert_eq!(applied(&bob.subscribe(2, &["SELECT * FROM zone_one WHERE hp = 100"])), [("zone_one", 1)]);
    ada.say(ClientMessage::OneOffQuery { request_id: 5, query: "SELECT * FROM me".into() });
    let ServerMessage::OneOffQueryResult { request_id: 5, result: Ok(rows) } = ada.hear() else { panic!() };
    assert_eq!((rows[0].table.as_str(), rows[0].rows.len()), ("me", 1));
}

#[test]
fn procedures_are_transactions() {
    let host = EmbeddedHost::builder().start();
    let mut caller = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    let mut watcher = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    let mut older = common::connect(&host, "kitchen2", PLAIN, None).unwrap();
    caller.identity();
    watcher.identity();
    older.identity();
    watcher.subscribe(1, &["SELECT * FROM entity"]);
    older.subscribe(1, &["SELECT * FROM entity"]);
    let status = |message| match message {
        ServerMessage::ProcedureResult { status, request_id: 7, .. } => status,
        other => panic!("{other:?}"),
    };
    let id = || Writer::new().u64(9).finish();
    caller.procedure("spawn_in_tx", id(), 7);
    assert_eq!(status(caller.hear()), ProcedureStatus::Returned(Vec::new()), "it subscribes to nothing");
    assert_eq!(changes(&watcher.hear()), [(1, "entity".into(), vec![(0, 1)])]);
    assert_eq!(common::updates(&older.hear())[0].1.inserts.len(), 1);
    // The same row again is no change; another row of the same key is a panic.
    caller.procedure("spawn_in_tx", id(), 7);
    assert_eq!(status(caller.hear()), ProcedureStatus::Returned(Vec::new()));
    caller.call("rezone", Writer::new().u64(9).u32(1).finish(), 8);
    watcher.hear();
    for (procedure, args, why) in [
        ("spawn_in_tx", id(), "The module instance encountered a fatal error"),
        ("add", vec![1], "invalid arguments for procedure add: data too short for u32"),
        ("nobody", vec![], "No such procedure"),
        ("noop", vec![], "No such procedure"),
    ] {
        caller.procedure(procedure, args, 7);
        let ProcedureStatus::InternalError(error) = status(caller.hear()) else { panic!("{procedure}") };
        assert!(error.starts_with(why), "{procedure}: {error}");
    }
}

#[test]
fn reducers_that_change_nothing_can_say_so() {
    for (host, expected) in [
        (EmbeddedHost::builder().start(), ReducerOutcome::Ok { returned: vec![], update: vec![] }),
        (EmbeddedHost::builder().ok_empty().start(), ReducerOutcome::OkEmpty),
    ] {
        let mut client = connect(&host, Protocol::V2, "kitchen2", PLAIN);
        client.identity();
        assert_eq!(outcome(client.call("noop", vec![], 1)), expected);
        assert_eq!(outcome(client.call("spawn", spawn(1, 1, 1), 2)), expected, "the caller sees nothing of it");
        client.subscribe(1, &["SELECT * FROM entity"]);
        assert_eq!(changes(&client.call("spawn", spawn(2, 1, 1), 3)).len(), 1);
    }
}

#[test]
fn frames_of_v3_hold_many_messages() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, Protocol::V3, "kitchen2", PLAIN);
    client.identity();
    let queries = vec!["SELECT * FROM entity".to_string()];
    let reducer = |request_id, reducer: &str, args| ClientMessage::CallReducer {
        request_id,
        flags: 0,
        reducer: reducer.into(),
        args,
    };
    client.say_all(&[
        ClientMessage::Subscribe { request_id: 1, query_set_id: 1, queries },
        reducer(2, "spawn", spawn(1, 2, 1)),
        reducer(3, "noop", vec![]),
    ]);
    assert_eq!(applied(&client.hear()), []);
    assert_eq!(changes(&client.hear()).len(), 1);
    assert!(matches!(client.hear(), ServerMessage::ReducerResult { request_id: 3, .. }));
    // A frame without a message is none, and in v2 one message is all.
    for (protocol, messages) in [(Protocol::V3, vec![]), (Protocol::V2, vec![reducer(1, "noop", vec![]); 2])] {
        let mut bad = connect(&host, protocol, "kitchen2", PLAIN);
        bad.identity();
        bad.say_all(&messages);
        assert!(matches!(bad.socket.read(), Ok(tungstenite::Message::Close(Some(_)))));
    }
}

#[test]
fn messages_that_wait_share_a_frame_in_v3() {
    for protocol in BOTH {
        let host = EmbeddedHost::builder().start();
        let mut slow = connect(&host, protocol, "kitchen2", PLAIN);
        let mut watcher = connect(&host, protocol, "kitchen2", PLAIN);
        slow.identity();
        watcher.identity();
        watcher.subscribe(1, &["SELECT * FROM left"]);
        slow.subscribe(1, &["SELECT * FROM message"]);
        // More than the system takes for a client that does not read.
        socket2::SockRef::from(slow.socket.get_ref()).set_recv_buffer_size(1 << 16).unwrap();
        let mut calls = vec![("send_message", Writer::new().str(&"x".repeat(12 << 20)).finish())];
        calls.extend((0..10).map(|id| ("add_left", Writer::new().u32(id).str("").finish())));
        for (request_id, (reducer, args)) in (0..).zip(calls) {
            slow.say(ClientMessage::CallReducer { request_id, flags: 0, reducer: reducer.into(), args });
        }
        (0..10).for_each(|_| drop(watcher.hear()));
        (0..11).for_each(|_| drop(slow.hear()));
        let expected = if protocol == Protocol::V3 { vec![1, 1, 1, 10] } else { vec![1; 13] };
        assert_eq!(slow.frames, expected);
    }
}

#[test]
fn long_frames_are_compressed_as_asked() {
    for protocol in BOTH {
        let host = EmbeddedHost::builder().start();
        for (query, tag) in [(PLAIN, 0), ("compression=Brotli", 1), ("compression=Gzip", 2)] {
            let mut client = connect(&host, protocol, "kitchen2", query);
            client.identity();
            client.call("reset", vec![], 0);
            client.subscribe(1, &["SELECT * FROM entity"]);
            // 1,024 bytes stay as they are: the message has 61 without its rows of 28 bytes.
            for (rows, tag) in [(34, 0), (35, tag)] {
                client.call("reset", vec![], 1);
                let (reducer, args) = ("spawn".into(), spawn(0, rows, 1));
                client.say(ClientMessage::CallReducer { request_id: 2, flags: 0, reducer, args });
                let frame = client.frame().unwrap();
                let message = compression::unframe(&frame).unwrap();
                assert_eq!((frame[0], message.len()), (tag, 61 + 28 * rows as usize), "{query}");
            }
        }
    }
}

#[test]
fn the_newer_module_has_both_schemas() {
    let host = EmbeddedHost::builder().start();
    let schema = |path: &str| common::http(&host, "GET", &format!("/v1/database/{path}"));
    let json = |(status, body): (u16, String)| {
        assert_eq!(status, 200);
        serde_json::from_str::<serde_json::Value>(&body).unwrap()
    };
    assert_eq!(json(schema("kitchen2/schema?version=9"))["tables"].as_array().unwrap().len(), 9);
    assert!(json(schema("kitchen2/schema?version=10"))["sections"].is_array());
    assert_eq!(schema("kitchen/schema?version=10").0, 400);
    assert_eq!(schema("kitchen2/schema?version=11").0, 400);
}

#[test]
fn a_host_can_be_away_for_a_while() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, Protocol::V3, "kitchen2", PLAIN);
    client.identity();
    client.call("spawn", spawn(1, 4, 1), 1);
    host.refuse();
    assert!(client.socket.read().is_err());
    assert_eq!(host.connections(), 0);
    let refused = std::net::TcpStream::connect(("127.0.0.1", host.port())).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    host.refuse();
    host.accept();
    host.accept();
    let mut again = connect(&host, Protocol::V3, "kitchen2", PLAIN);
    again.identity();
    assert_eq!(applied(&again.subscribe(1, &["SELECT * FROM entity"])), [("entity", 4)]);
    host.refuse();
    host.stop();
}

#[test]
fn connections_can_be_cut_anywhere() {
    let host = EmbeddedHost::builder().start();
    let mut first = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    first.identity();
    first.call("spawn", spawn(1, 4000, 1), 1);
    // The greeting is complete, the rows are not.
    host.cut_next_after(5000);
    let mut second = connect(&host, Protocol::V2, "kitchen2", PLAIN);
    second.identity();
    let queries = vec!["SELECT * FROM entity".into()];
    second.say(ClientMessage::Subscribe { request_id: 1, query_set_id: 1, queries });
    assert!(second.frame().is_err());
    drop(second);
    assert!(host.wait_for_connections(1, SECONDS));
    // Only that one was; the others when they are meant.
    assert_eq!(applied(&first.subscribe(1, &["SELECT * FROM entity"])), [("entity", 4000)]);
    host.cut_after(1);
    first.say(ClientMessage::OneOffQuery { request_id: 2, query: "SELECT * FROM left".into() });
    assert!(first.frame().is_err());
    drop(first);
    assert!(host.wait_for_connections(0, SECONDS));
}
