//! Clients that chat, and what each of them hears.

mod common;

use common::*;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::bsatn::Writer;
use stdb_embedded_host::wire::*;

const PLAIN: &str = "compression=None";

fn text(text: &str) -> Vec<u8> {
    Writer::new().str(text).finish()
}

fn transaction(message: ServerMessage) -> TransactionUpdate {
    match message {
        ServerMessage::TransactionUpdate(update) => update,
        other => panic!("{other:?}"),
    }
}

fn failure(message: ServerMessage) -> String {
    match transaction(message).status {
        Status::Failed(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_clients_chat() {
    let host = EmbeddedHost::builder().database("chat").start();
    let mut ada = connect(&host, "chat", PLAIN, None).unwrap();
    let (identity, token) = ada.identity();
    assert_eq!(ada.response.headers()["sec-websocket-protocol"], "v1.bsatn.spacetimedb");
    let applied = ada.subscribe(1, &["SELECT * FROM user", "SELECT * FROM message"]);
    assert_eq!(updates(&applied)[0].1.inserts.len(), 1);

    let mut bob = connect(&host, "chat", PLAIN, None).unwrap();
    let mut light = connect(&host, "chat", "compression=None&light=true", None).unwrap();
    assert!(host.wait_for_connections(3, SECONDS));
    assert_eq!(transaction(ada.hear()).reducer, "identity_connected");
    assert_eq!(transaction(ada.hear()).reducer_id, 0);
    let (bob_identity, _) = bob.identity();
    light.identity();
    light.subscribe(1, &["SELECT * FROM message"]);

    bob.call("send_message", text("hi"), 7);
    let own = transaction(bob.hear());
    assert_eq!((own.request_id, own.status), (7, Status::Committed(vec![])), "Bob subscribes to nothing");
    let seen = ada.hear();
    let row = updates(&seen)[0].1.inserts[0].clone();
    assert_eq!((&row[..32], &row[40..]), (&bob_identity[..], text("hi").as_slice()));
    assert_eq!(transaction(seen).caller_identity, bob_identity);
    assert!(matches!(light.hear(), ServerMessage::TransactionUpdateLight { request_id: 7, .. }));

    // Only the caller hears of what failed.
    bob.call("set_name", text(""), 8);
    assert_eq!(failure(bob.hear()), "Names must not be empty");
    bob.call("nobody", vec![], 9);
    assert_eq!(failure(bob.hear()), "no such reducer");
    bob.call("set_name", vec![9], 10);
    assert!(
        failure(bob.hear())
            .starts_with("invalid arguments for reducer set_name: data too short for u32: Expected 4, given 1")
    );
    bob.socket.close(None).unwrap();
    assert!(host.wait_for_connections(2, SECONDS));
    let left = ada.hear();
    assert_eq!(updates(&left)[0].1.deletes.len(), 1);
    assert_eq!(transaction(left).reducer, "identity_disconnected");

    // A token brings its identity back.
    drop(ada);
    let mut ada = connect(&host, "chat", PLAIN, Some(&token)).unwrap();
    assert_eq!(ada.identity(), (identity, token));
}

#[test]
fn nothing_is_said_of_success_that_changes_nothing_when_that_is_asked() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, "kitchen", PLAIN, None).unwrap();
    client.identity();
    let quiet = |reducer: &str, request_id| ClientMessage::CallReducer {
        reducer: reducer.into(),
        args: vec![],
        request_id,
        flags: 1,
    };
    client.say(quiet("noop", 1));
    client.say(quiet("boom", 2));
    let heard = transaction(client.hear());
    assert_eq!(
        (heard.request_id, &heard.status),
        (2, &Status::Failed("The instance encountered a fatal error.".into()))
    );
}

#[test]
fn the_host_can_be_like_2x() {
    let host = EmbeddedHost::builder().database("chat").light_to_others().start();
    let mut watcher = connect(&host, "chat", PLAIN, None).unwrap();
    watcher.identity();
    watcher.subscribe(1, &["SELECT * FROM user"]);
    let _other = connect(&host, "chat", PLAIN, None).unwrap();
    assert!(matches!(watcher.hear(), ServerMessage::TransactionUpdateLight { request_id: 0, .. }));
}

#[test]
fn overlapping_queries_are_told_apart() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, "kitchen", PLAIN, None).unwrap();
    client.identity();
    client.subscribe(1, &["SELECT * FROM entity", "SELECT * FROM left", "SELECT * FROM right"]);
    let counts = |message: &ServerMessage| -> Vec<(usize, usize)> {
        updates(message).iter().map(|(_, q)| (q.deletes.len(), q.inserts.len())).collect()
    };
    client.call("spawn", Writer::new().u64(1).u64(50).u32(1).finish(), 2);
    assert_eq!(counts(&client.hear()), [(0, 50)]);
    let applied = client.subscribe(2, &["SELECT * FROM entity WHERE zone = 1"]);
    assert_eq!(counts(&applied), [(0, 50)]);
    client.call("move_by", Writer::new().u64(1).u64(2).f32(1.0).finish(), 3);
    assert_eq!(counts(&client.hear()), [(2, 2), (2, 2)]);
    client.call("rezone", Writer::new().u64(3).u32(2).finish(), 4);
    assert_eq!(counts(&client.hear()), [(1, 1), (1, 0)]);
    // The same query again costs nothing, and giving it up neither.
    assert_eq!(counts(&client.subscribe(3, &["SELECT * FROM entity"])), []);
    client.say(ClientMessage::UnsubscribeMulti { request_id: 5, query_id: 3 });
    assert_eq!(counts(&client.hear()), []);
    client.say(ClientMessage::UnsubscribeMulti { request_id: 6, query_id: 2 });
    assert_eq!(counts(&client.hear()), [(49, 0)]);

    // The tour's semijoin: a swap of the joined row is no change of the join.
    let join = "SELECT left.* FROM left JOIN right ON left.id = right.left_id";
    assert_eq!(counts(&client.subscribe(4, &[join, "SELECT * FROM left WHERE id = 1"])), []);
    client.call("add_left", Writer::new().u32(1).str("one").finish(), 7);
    assert_eq!(counts(&client.hear()), [(0, 1), (0, 1)]);
    client.call("add_right", Writer::new().u32(10).u32(1).finish(), 8);
    assert_eq!(counts(&client.hear()), [(0, 1), (0, 1)]);
    client.call("swap_right", Writer::new().u32(10).u32(11).u32(1).finish(), 9);
    assert_eq!(counts(&client.hear()), [(1, 1)]);
    client.call("edit_left", Writer::new().u32(1).str("uno").finish(), 10);
    assert_eq!(counts(&client.hear()), [(1, 1), (1, 1), (1, 1)]);
}

#[test]
fn a_failed_reducer_changes_nothing() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, "kitchen", PLAIN, None).unwrap();
    client.identity();
    client.subscribe(1, &["SELECT * FROM entity", "SELECT * FROM item", "SELECT * FROM every_type"]);
    client.call("spawn", Writer::new().u64(5).u64(1).u32(1).finish(), 1);
    client.hear();
    client.call("spawn", Writer::new().u64(1).u64(9).u32(2).finish(), 2);
    assert_eq!(failure(client.hear()), "The instance encountered a fatal error.");
    client.call("despawn", Writer::new().u64(0).u64(100).finish(), 3);
    assert_eq!(updates(&client.hear())[0].1.deletes.len(), 1);
    let item = || Writer::new().u64(1).str("serial").strs(&["sharp"]).finish();
    client.call("give", item(), 4);
    assert_eq!(updates(&client.hear())[0].1.inserts.len(), 1);
    client.call("give", item(), 5);
    assert_eq!(failure(client.hear()), "The instance encountered a fatal error.");
    client.call("insert_every_type", Writer::new().u32(1).finish(), 6);
    assert_eq!(updates(&client.hear())[0].1.inserts[0].len(), 315, "as long as the row of a real host");
    client.call("reset", vec![], 7);
    assert_eq!(updates(&client.hear()).len(), 2);
}

#[test]
fn the_older_messages_work() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, "chat", PLAIN, None).unwrap();
    let (identity, _) = client.identity();
    client.say(ClientMessage::Subscribe { queries: vec!["SELECT * FROM user".into()], request_id: 1 });
    let initial = client.hear();
    assert!(matches!(initial, ServerMessage::InitialSubscription { request_id: 1, .. }));
    assert_eq!(updates(&initial)[0].1.inserts.len(), 1);
    let hex: String = identity.iter().rev().map(|b| format!("{b:02x}")).collect();
    let query = format!("SELECT * FROM user WHERE online = true AND identity = 0x{hex}");
    client.say(ClientMessage::SubscribeSingle { query, request_id: 2, query_id: 9 });
    let ServerMessage::SubscribeApplied { query_id: 9, rows, .. } = client.hear() else { panic!() };
    assert_eq!(rows.update.queries[0].inserts.len(), 1);
    client.say(ClientMessage::Unsubscribe { request_id: 3, query_id: 9 });
    let ServerMessage::UnsubscribeApplied { rows, .. } = client.hear() else { panic!() };
    assert_eq!((rows.table.as_str(), rows.update.queries[0].deletes.len()), ("user", 1));
    client.say(ClientMessage::OneOffQuery { message_id: vec![1], query: "SELECT * FROM user".into() });
    let ServerMessage::OneOffQueryResponse { error: None, tables, .. } = client.hear() else { panic!() };
    assert_eq!(tables[0].rows.len(), 1);
    client.say(ClientMessage::Unsubscribe { request_id: 4, query_id: 9 });
    assert!(matches!(client.hear(), ServerMessage::SubscriptionError { query_id: Some(9), .. }));
}

#[test]
fn wrong_queries_are_refused_in_a_hosts_words() {
    let host = EmbeddedHost::builder().start();
    let mut client = connect(&host, "kitchen", PLAIN, None).unwrap();
    client.identity();
    let mut error = |sql: &str| match client.subscribe(3, &["SELECT * FROM user", sql]) {
        ServerMessage::SubscriptionError { request_id: Some(103), query_id: Some(3), error, .. } => error,
        other => panic!("{other:?}"),
    };
    let private = |table: &str| {
        format!(
            "no such table: `{table}`. If the table exists, it may be marked private., executing: `SELECT * FROM {table}`"
        )
    };
    assert_eq!(error("SELECT * FROM no_such_table"), private("no_such_table"));
    assert_eq!(error("SELECT * FROM secret"), private("secret"));
    assert_eq!(error("SELECT nonsense"), "A FROM clause is required, executing: `SELECT nonsense`");
    assert!(error("SELECT * FROM user WHERE nobody = 1").starts_with("`nobody` is not in scope"));
    assert!(error("SELECT * FROM entity WHERE zone = 'x'").contains("cannot be parsed as type `u32`"));
    assert!(error("SELECT * FROM entity WHERE zone = 4294967296").contains("cannot be parsed"));
    assert!(error("DROP TABLE user").starts_with("Unsupported"));
    assert!(error("SELECT * FROM entity LIMIT 1").starts_with("Unsupported"));
}

#[test]
fn long_messages_are_compressed_as_asked() {
    for (host, inner) in
        [(EmbeddedHost::builder().start(), false), (EmbeddedHost::builder().compress_queries().start(), true)]
    {
        for (query, tag) in [("compression=None", 0), ("compression=Brotli", 1), ("compression=Gzip", 2)] {
            let mut client = connect(&host, "kitchen", query, None).unwrap();
            client.identity();
            client.call("reset", vec![], 0);
            client.hear();
            client.subscribe(1, &["SELECT * FROM entity"]);
            client.call("spawn", Writer::new().u64(0).u64(5000).u32(1).finish(), 1);
            let frame = client.frame().unwrap();
            // A message whose rows are compressed may be short enough to stay as it is.
            assert!(frame[0] == tag || inner && frame[0] == 0, "{query}");
            let message = v1::decode_server(&compression::unframe(&frame).unwrap()).unwrap();
            assert_eq!(updates(&message)[0].1.inserts.len(), 5000);
        }
    }
}

#[test]
fn http_is_answered() {
    let host = EmbeddedHost::builder().start();
    assert_eq!(http(&host, "GET", "/v1/ping").0, 200);
    assert_eq!(http(&host, "GET", "/v1/nothing").0, 404);
    let (status, schema) = http(&host, "GET", "/v1/database/kitchen/schema?version=9");
    assert_eq!(status, 200);
    assert!(serde_json::from_str::<serde_json::Value>(&schema).unwrap()["tables"].is_array());
    assert_eq!(http(&host, "GET", "/v1/database/nobody/schema?version=9").0, 404);
    assert_eq!(refused(connect(&host, "nobody", PLAIN, None)), 404);
    assert_eq!(refused(connect(&host, "chat", PLAIN, Some("made up"))), 401);
    assert_eq!(refused(connect(&host, "chat", "compression=Zip", None)), 400);

    let (_, body) = http(&host, "POST", "/v1/identity");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let mut client = connect(&host, "chat", PLAIN, body["token"].as_str()).unwrap();
    let hex: String = client.identity().0.iter().rev().map(|b| format!("{b:02x}")).collect();
    assert_eq!(body["identity"], hex);
    assert!(hex.starts_with("c200"));
}

#[test]
fn a_test_can_cut_and_close() {
    let host = EmbeddedHost::builder().start();
    let mut one = connect(&host, "chat", PLAIN, None).unwrap();
    one.identity();
    host.disconnect_all(1001);
    let tungstenite::Message::Close(Some(frame)) = one.socket.read().unwrap() else { panic!() };
    assert_eq!(u16::from(frame.code), 1001);
    while one.socket.read().is_ok() {}
    assert!(host.wait_for_connections(0, SECONDS));
    let mut two = connect(&host, "chat", PLAIN, None).unwrap();
    two.identity();
    host.cut_all();
    assert!(two.socket.read().is_err());
    assert!(host.wait_for_connections(0, SECONDS) && host.wait_for_handshakes(2, SECONDS));
    let mut three = connect(&host, "chat", PLAIN, None).unwrap();
    three.identity();
    host.stop();
    assert!(three.socket.read().is_err());
}

#[test]
fn recordings_are_replayed() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../transcripts/2.8.3/tour.v1.none.jsonl");
    let transcript = std::fs::read_to_string(file).unwrap();
    let host = EmbeddedHost::builder().replay("tour", &transcript, "{\"a schema\": 1}").start();
    assert_eq!(http(&host, "GET", "/v1/database/tour/schema?version=9"), (200, "{\"a schema\": 1}".into()));
    let mut client = connect(&host, "tour", PLAIN, None).unwrap();
    client.identity();
    let applied = client.subscribe(1, &["whatever"]);
    assert_eq!(updates(&applied)[0].0, "user");
    client.call("whatever", vec![], 0);
    assert_eq!(transaction(client.hear()).reducer, "set_name");
}

#[test]
fn tls_works() {
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    let host = EmbeddedHost::builder().database("kitchen").tls().start();
    assert!(host.uri().starts_with("https://"));
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(host.ca_pem().unwrap().as_bytes()).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = std::sync::Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    for name in ["localhost", "127.0.0.1"] {
        let session = rustls::ClientConnection::new(config.clone(), ServerName::try_from(name).unwrap()).unwrap();
        let tcp = std::net::TcpStream::connect(("127.0.0.1", host.port())).unwrap();
        let mut client = connect_over(rustls::StreamOwned::new(session, tcp), "kitchen", PLAIN, None).unwrap();
        client.identity();
        client.subscribe(1, &["SELECT * FROM entity"]);
        // Long enough to need many TLS records.
        client.call("spawn", Writer::new().u64(0).u64(20_000).u32(1).finish(), 1);
        assert_eq!(updates(&client.hear())[0].1.inserts.len(), 20_000);
        client.call("reset", vec![], 2);
        client.hear();
        client.socket.close(None).unwrap();
        while client.socket.read().is_ok() {}
    }
}
