//! The harness against the real host.

use serde_json::{Value, json};
use stdb_real_host::{RealHost, TORTURE_WASM};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn chat_calls_and_rows() {
    let host = RealHost::start().unwrap();
    let database_identity = host.publish_chat("chat").unwrap();
    assert_eq!(database_identity.len(), 64);
    let (identity, token) = host.new_identity().unwrap();
    assert_eq!(identity.len(), 64);

    let sent = host.call("chat", "send_message", r#"["hello ✓"]"#, Some(&token)).unwrap();
    assert_eq!(sent, (200, String::new()));
    let rows = host.rows("chat", "SELECT sender, text FROM message").unwrap();
    assert_eq!(rows, [json!([[format!("0x{identity}")], "hello ✓"])]);

    let failed = host.call("chat", "send_message", r#"[""]"#, Some(&token)).unwrap();
    assert_eq!(failed, (530, "Messages must not be empty".to_owned()));
    let failed = host.call("chat", "set_name", r#"[""]"#, Some(&token)).unwrap();
    assert_eq!(failed, (530, "Names must not be empty".to_owned()));
}

#[test]
fn kitchen_calls_and_rows() {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    let status = |reducer: &str, args: &str| host.call("kitchen", reducer, args, None).unwrap().0;
    assert_eq!(status("spawn", "[1, 50, 1]"), 200);
    assert_eq!(host.rows("kitchen", "SELECT id FROM entity WHERE zone = 1").unwrap().len(), 50);
    assert_eq!(status("insert_every_type", "[1]"), 200);
    assert_eq!(status("boom", "[]"), 530);
    assert_eq!(status("no_such_reducer", "[]"), 404);
    assert_eq!(status("spawn", r#"["one"]"#), 400);

    // A private table is for the owner only.
    let error = host.sql("kitchen", "SELECT * FROM secret", None).unwrap_err();
    assert!(error.contains("400") && error.contains("secret"), "{error}");
    assert_eq!(host.rows("kitchen", "SELECT * FROM secret").unwrap(), [] as [Value; 0]);
}

#[test]
fn schemas_are_those_committed_beside_the_modules() {
    let host = RealHost::start().unwrap();
    host.publish_chat("one").unwrap();
    host.publish_kitchen("two").unwrap();
    host.publish("three", TORTURE_WASM).unwrap();
    assert_eq!(parsed(&host.schema("one").unwrap()), parsed(include_str!("../../modules/chat/chat.schema.json")));
    assert_eq!(parsed(&host.schema("two").unwrap()), parsed(include_str!("../../modules/kitchen/kitchen.schema.json")));
    assert_eq!(
        parsed(&host.schema("three").unwrap()),
        parsed(include_str!("../../modules/torture/torture.schema.json"))
    );
}

#[test]
fn a_restart_in_memory_keeps_databases_and_tokens_but_no_rows() {
    let mut host = RealHost::start().unwrap();
    let (uri, process_id) = (host.uri(), host.process_id());
    host.publish_chat("chat").unwrap();
    let (_, token) = host.new_identity().unwrap();
    let send = |host: &RealHost| host.call("chat", "send_message", r#"["hi"]"#, Some(&token));
    assert_eq!(send(&host).unwrap().0, 200);

    host.stop();
    assert_eq!(host.process_id(), None);
    assert!(send(&host).is_err());
    host.restart().unwrap();
    assert_eq!(host.uri(), uri);
    assert_ne!(host.process_id(), process_id);
    assert_eq!(host.rows("chat", "SELECT * FROM message").unwrap().len(), 0);
    assert_eq!(send(&host).unwrap().0, 200);
    assert_eq!(host.rows("chat", "SELECT * FROM message").unwrap().len(), 1);
}

#[test]
fn a_restart_on_disk_keeps_the_rows() {
    let mut host = RealHost::start_persistent().unwrap();
    host.publish_chat("chat").unwrap();
    assert_eq!(host.call("chat", "send_message", r#"["kept"]"#, None).unwrap().0, 200);
    host.restart().unwrap();
    assert_eq!(host.rows("chat", "SELECT text FROM message").unwrap(), [json!(["kept"])]);
}

#[test]
fn a_dropped_host_is_gone() {
    let host = RealHost::start().unwrap();
    let address = host.uri().replace("http://", "");
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(host);
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[test]
fn the_program_prints_where_it_listens_and_ends_with_its_input() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let mut program = Command::new(env!("CARGO_BIN_EXE_real-host"))
        .args(["--module", "kitchen", "--database", "game"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening http://127.0.0.1:") && line.ends_with(" database game\n"), "{line}");
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
}
