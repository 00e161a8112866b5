//! Every bad database does what it says.

mod common;

use common::newer::{self, Newer};
use common::*;
use std::io::Read;
use std::time::Duration;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::*;
use tungstenite::{Error, Message};

const PLAIN: &str = "compression=None";

/// A client that knows who it is and has said something.
fn client(host: &EmbeddedHost, name: &str) -> Client {
    let mut client = connect(host, name, PLAIN, None).unwrap();
    client.identity();
    subscribe(&mut client);
    client
}

fn subscribe(client: &mut Client) {
    client.say(ClientMessage::SubscribeMulti {
        queries: vec!["SELECT * FROM user".into()],
        request_id: 1,
        query_id: 1,
    });
}

#[test]
fn handshakes_go_wrong() {
    let host = EmbeddedHost::builder().start();
    for status in [401, 403, 404, 500, 503] {
        assert_eq!(refused(connect(&host, &format!("bad-http-{status}"), PLAIN, None)), status);
    }
    assert_eq!(refused(connect(&host, "bad-no-websocket", PLAIN, None)), 200);
    assert_eq!(refused(connect(&host, "bad-nobody", PLAIN, None)), 404);
    let tungstenite = |name| connect(&host, name, PLAIN, None).err().map(|e| e.to_string());
    assert!(tungstenite("bad-subprotocol").unwrap().contains("SubProtocol"));
    assert!(tungstenite("bad-no-subprotocol").unwrap().contains("SubProtocol"));
    assert_eq!(http(&host, "GET", "/v1/database/bad-http-500/schema?version=9").0, 200);
}

#[test]
fn hosts_keep_silent() {
    let host = EmbeddedHost::builder().start();
    let short = Some(Duration::from_millis(300));
    let mut silent = connect(&host, "bad-silent", PLAIN, None).unwrap();
    silent.socket.get_mut().set_read_timeout(short).unwrap();
    silent.socket.send(Message::Ping(vec![1].into())).unwrap();
    assert!(matches!(silent.socket.read(), Err(Error::Io(_))));

    for path in ["bad-stall/subscribe", "bad-schema-slow/schema?version=9"] {
        let mut tcp = std::net::TcpStream::connect(("127.0.0.1", host.port())).unwrap();
        tcp.set_read_timeout(short).unwrap();
        std::io::Write::write_all(&mut tcp, format!("GET /v1/database/{path} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
        let kind = tcp.read(&mut [0]).unwrap_err().kind();
        assert!(matches!(kind, std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{path}: {kind}");
    }
}

#[test]
fn connections_end_badly() {
    let host = EmbeddedHost::builder().start();
    let mut reset = connect(&host, "bad-reset", PLAIN, None).unwrap();
    let Err(Error::Io(error)) = reset.socket.read() else { panic!() };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    for code in [1008, 1011, 4321] {
        let mut closed = connect(&host, &format!("bad-close-{code}"), PLAIN, None).unwrap();
        closed.identity();
        let Message::Close(Some(frame)) = closed.socket.read().unwrap() else { panic!() };
        assert_eq!((u16::from(frame.code), frame.reason.as_str()), (code, "closed on purpose"));
    }
}

/// The databases whose frames cannot be read, and what is wrong with them.
const UNREADABLE: [(&str, &str); 14] = [
    ("bad-empty", "an empty frame"),
    ("bad-truncated", "data too short"),
    ("bad-trailing", "3 bytes after the message"),
    ("bad-tag", "unknown tag 200"),
    ("bad-compression-tag", "unknown compression tag 9"),
    ("bad-gzip", "gzip"),
    ("bad-brotli", ""),
    ("bad-utf8", "invalid utf-8"),
    ("bad-length", "data too short"),
    ("bad-length-rows", "data too short for [u8]: Expected 4294967288"),
    ("bad-length-tables", "data too short"),
    ("bad-rowsize", "rows of another size"),
    ("bad-offsets", "rows out of order"),
    ("bad-offsets-beyond", "rows out of order"),
];

#[test]
fn frames_cannot_be_read() {
    let host = EmbeddedHost::builder().start();
    for (name, why) in UNREADABLE {
        let error = client(&host, name).hear_bad().expect_err(name);
        assert!(error.contains(why), "{name}: {error}");
    }
    let frame = client(&host, "bad-rowsize-zero").frame().unwrap();
    assert_eq!(frame[frame.len() - 34 - 7..][..7], [0, 0, 0, 34, 0, 0, 0]);
    assert!(matches!(client(&host, "bad-text").socket.read(), Ok(Message::Text(_))));
}

/// A client of this protocol whose first request is on its way.
fn newer_client(host: &EmbeddedHost, protocol: Protocol, name: &str) -> Newer {
    let mut client = newer::connect(host, protocol, name, PLAIN);
    client.identity();
    let queries = vec!["SELECT * FROM user".into()];
    client.say(v2::ClientMessage::Subscribe { request_id: 1, query_set_id: 1, queries });
    client
}

#[test]
fn newer_frames_cannot_be_read() {
    let host = EmbeddedHost::builder().start();
    for protocol in [Protocol::V2, Protocol::V3] {
        for (name, why) in UNREADABLE {
            let frame = newer_client(&host, protocol, name).frame().unwrap();
            let read = compression::unframe(&frame).and_then(|payload| match protocol {
                Protocol::V3 => v2::decode_server_frame(&payload).map(|_| ()),
                _ => v2::decode_server(&payload).map(|_| ()),
            });
            // In v3 what follows a message is another one.
            let why = if protocol == Protocol::V3 && name == "bad-trailing" { "data too short" } else { why };
            let error = read.expect_err(name);
            assert!(error.contains(why), "{name}: {error}");
        }
    }
}

#[test]
fn newer_messages_make_no_sense() {
    let host = EmbeddedHost::builder().start();
    let bad = |name| newer_client(&host, Protocol::V2, name).hear();
    assert_eq!(newer::changes(&bad("bad-unknown-table")), [(1, "nobody".into(), vec![(0, 1)])]);
    assert_eq!(newer::changes(&bad("bad-short-row")), [(1, "user".into(), vec![(0, 1)])]);
    assert_eq!(newer::changes(&bad("bad-unknown-set")), [(4242, "user".into(), vec![(0, 1)])]);
    assert!(matches!(
        bad("bad-unknown-query"),
        v2::ServerMessage::SubscribeApplied { query_set_id: 4242, request_id: 4242, .. }
    ));
    let mut absent = newer_client(&host, Protocol::V3, "bad-delete-absent");
    assert!(matches!(absent.hear(), v2::ServerMessage::SubscribeApplied { query_set_id: 1, .. }));
    assert_eq!(newer::changes(&absent.hear()), [(1, "user".into(), vec![(1, 0)])]);
}

#[test]
fn frames_come_without_being_asked_for() {
    let host = EmbeddedHost::builder().start();
    let mut mute = connect(&host, "bad-tag", PLAIN, None).unwrap();
    mute.identity();
    assert!(mute.hear_bad().unwrap_err().contains("unknown tag"));
}

#[test]
fn frames_are_too_much() {
    let host = EmbeddedHost::builder().start();
    let gzip = client(&host, "bad-bomb-gzip").frame().unwrap();
    let brotli = client(&host, "bad-bomb-brotli").frame().unwrap();
    for (frame, tag, bytes) in [(gzip, 2, 8 << 20), (brotli, 1, 1 << 20)] {
        assert!(frame[0] == tag && frame.len() < bytes, "{} bytes", frame.len());
    }
    let mut big = connect(&host, "bad-big", PLAIN, None).unwrap();
    big.socket.set_config(|config| (config.max_frame_size, config.max_message_size) = (None, None));
    big.identity();
    let update = updates(&big.hear());
    assert!(update[0].1.inserts[0].len() > 64 << 20);
}

#[test]
fn rows_make_no_sense() {
    let host = EmbeddedHost::builder().start();
    assert_eq!(updates(&client(&host, "bad-unknown-table").hear())[0].0, "nobody");
    assert_eq!(updates(&client(&host, "bad-short-row").hear())[0].1.inserts[0].len(), 4);

    let mut unknown = client(&host, "bad-unknown-query");
    assert!(matches!(unknown.hear(), ServerMessage::SubscribeMultiApplied { query_id: 4242, .. }));
    assert!(matches!(unknown.hear(), ServerMessage::SubscribeMultiApplied { query_id: 1, .. }));

    let mut absent = client(&host, "bad-delete-absent");
    assert!(matches!(absent.hear(), ServerMessage::SubscribeMultiApplied { query_id: 1, .. }));
    let bad = absent.hear();
    assert!(matches!(bad, ServerMessage::TransactionUpdate(_)));
    assert_eq!(updates(&bad)[0].1.deletes.len(), 1);
    absent.call("set_name", vec![1, 0, 0, 0, b'x'], 5);
    assert!(matches!(absent.hear(), ServerMessage::TransactionUpdate(TransactionUpdate { request_id: 5, .. })));
}

#[test]
fn schemas_go_wrong() {
    let host = EmbeddedHost::builder().start();
    assert_eq!(http(&host, "GET", "/v1/database/bad-schema-500/schema?version=9").0, 500);
    let (status, body) = http(&host, "GET", "/v1/database/bad-schema-json/schema?version=9");
    assert!(status == 200 && serde_json::from_str::<serde_json::Value>(&body).is_err());
    for name in ["bad-schema-500", "bad-schema-json", "bad-schema-slow"] {
        assert!(matches!(client(&host, name).hear(), ServerMessage::SubscribeMultiApplied { .. }), "{name}");
    }
}
