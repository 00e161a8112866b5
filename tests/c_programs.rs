//! The C programs of `tests/c/` and an example, each compiled against the header and the shared library alone, and run
//! with a host; `c_program` says how.

mod c_program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use c_program::{ROOT, compile, run, runner};
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::Protocol;
use stdb_real_host::RealHost;
use tempfile::TempDir;

#[test]
fn encoding() {
    run_test("encoding", &[]);
}

#[test]
fn arguments_on_the_embedded_host() {
    on_embedded_host("arguments");
}

#[test]
fn misbehaving_hosts() {
    on_embedded_host("misbehaving_hosts");
}

#[test]
fn threading_on_the_embedded_host() {
    on_embedded_host("threading");
}

#[test]
fn client_on_the_embedded_host() {
    on_embedded_host("client");
}

#[test]
fn cache_on_the_embedded_host() {
    on_embedded_host("cache");
}

#[test]
fn schema_on_the_embedded_host() {
    on_embedded_host("schema");
}

#[test]
fn reducers_on_the_embedded_host() {
    on_embedded_host("reducers");
}

#[test]
fn subscriptions_on_the_embedded_host() {
    on_embedded_host("subscriptions");
}

#[test]
fn what_all_protocols_have_over_v2() {
    ["cache", "subscriptions", "threading"].into_iter().for_each(|program| on_embedded_host_of(Protocol::V2, program));
}

#[test]
fn what_all_protocols_have_over_v3() {
    ["cache", "subscriptions", "threading"].into_iter().for_each(|program| on_embedded_host_of(Protocol::V3, program));
}

#[test]
fn today_over_v2() {
    on_host_of_today(Protocol::V2, "today");
}

#[test]
fn today_over_v3() {
    on_host_of_today(Protocol::V3, "today");
}

#[test]
fn bad_messages_over_v1() {
    on_host_of_today(Protocol::V1, "bad_messages");
}

#[test]
fn bad_messages_over_v2() {
    on_host_of_today(Protocol::V2, "bad_messages");
}

#[test]
fn bad_messages_over_v3() {
    on_host_of_today(Protocol::V3, "bad_messages");
}

#[test]
fn replacing_over_v1() {
    on_host_of_today(Protocol::V1, "replacing");
}

#[test]
fn replacing_over_v2() {
    on_host_of_today(Protocol::V2, "replacing");
}

#[test]
fn replacing_over_v3() {
    on_host_of_today(Protocol::V3, "replacing");
}

#[test]
fn values_on_the_embedded_host() {
    on_embedded_host("values");
}

#[test]
fn values_on_the_real_host() {
    on_real_host("values");
}

#[test]
fn client_on_the_real_host() {
    on_real_host("client");
}

#[test]
fn cache_on_the_real_host() {
    on_real_host("cache");
}

#[test]
fn schema_on_the_real_host() {
    on_real_host("schema");
}

#[test]
fn reducers_on_the_real_host() {
    on_real_host("reducers");
}

#[test]
fn subscriptions_on_the_real_host() {
    on_real_host("subscriptions");
}

#[test]
fn threading_on_the_real_host() {
    on_real_host("threading");
}

/// The example checks itself: in every frame, what it reads in chunks against what the iterator gives.
#[test]
fn particles_on_the_embedded_host() {
    let host = EmbeddedHost::builder().database("particles").start();
    let folder = TempDir::new().unwrap();
    let executable = compile("examples/particles/particles.c", folder.path());
    let (mut command, patience) = runner(&executable);
    command.args(["--uri", &host.uri(), "--database", "particles"]);
    command.args(["--entities", "20000", "--moved", "6000", "--frames", "7", "--check"]);
    let output = run(command, patience);
    assert!(output.starts_with("20000 entities, "), "{output}");
}

/// Over v1, which has more to tell of reducers than the protocols after it.
fn on_embedded_host(program: &str) {
    on_embedded_host_of(Protocol::V1, program);
}

fn on_embedded_host_of(protocol: Protocol, program: &str) {
    let host = EmbeddedHost::builder().protocols(&[protocol]).start();
    let secure = EmbeddedHost::builder().protocols(&[protocol]).tls().start();
    let folder = TempDir::new().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, secure.ca_pem().expect("a host with TLS has a certificate")).unwrap();
    let secure_uri = secure.uri().replace("127.0.0.1", "localhost");
    let pem = pem.to_str().unwrap();
    run_test(program, &[("STDB_TEST_URI", &host.uri()), ("STDB_TEST_TLS_URI", &secure_uri), ("STDB_TEST_CA_PEM", pem)]);
}

/// On a host that speaks every protocol and takes the program's orders; the program is to speak this protocol where nothing
/// else is said.
fn on_host_of_today(protocol: Protocol, program: &str) {
    let host = Arc::new(EmbeddedHost::builder().start());
    let folder = TempDir::new().unwrap();
    let orders = folder.path().join("orders");
    take_orders(host.clone(), orders.clone());
    let uri = host.uri();
    let number = match protocol {
        Protocol::V1 => "1",
        Protocol::V2 => "2",
        Protocol::V3 => "3",
    };
    run_test(
        program,
        &[
            ("STDB_TEST_URI", &uri),
            ("STDB_TEST_DATABASE", "kitchen2"),
            ("STDB_TEST_PROTOCOL", number),
            ("STDB_TEST_ORDERS", orders.to_str().unwrap()),
        ],
    );
}

/// Has a host follow what a program writes to a named pipe, a line each.
fn take_orders(host: Arc<EmbeddedHost>, pipe: PathBuf) {
    let made = Command::new("mkfifo").arg(&pipe).status().expect("there is mkfifo");
    assert!(made.success(), "{} is made", pipe.display());
    // Without a writer it waits, also when the test is over.
    thread::spawn(move || {
        while let Ok(orders) = std::fs::read_to_string(&pipe) {
            orders.lines().for_each(|order| assert!(host.follow(order), "{order}"));
        }
    });
}

fn on_real_host(program: &str) {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    host.publish_chat("chat").unwrap();
    run_test(program, &[("STDB_TEST_URI", &host.uri())]);
}

/// Compiles and runs a program of `tests/c/`.
fn run_test(program: &str, environment: &[(&str, &str)]) {
    let folder = TempDir::new().unwrap();
    let executable = compile(&format!("tests/c/{program}.c"), folder.path());
    let (mut command, patience) = runner(&executable);
    command
        .env("STDB_TEST_DATABASE", "kitchen")
        .env("STDB_TEST_CHAT_DATABASE", "chat")
        .env("STDB_TEST_SCHEMA", Path::new(ROOT).join("tests/modules/kitchen/kitchen.schema.json"))
        .envs(environment.iter().copied())
        .current_dir(folder.path());
    print!("{}", run(command, patience));
}
