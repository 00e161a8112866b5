//! The tests of the Python package in `bindings/python`, with the `python3` of this machine (or `STDB_TEST_PYTHON`) and the
//! library that this test was built with. They use Python's standard library alone.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use stdb_embedded_host::EmbeddedHost;
use stdb_real_host::{RealHost, TORTURE_WASM};
use tempfile::TempDir;

const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bindings/python");

/// What the tests of the package are told of their host.
struct Host<'a> {
    uri: &'a str,
    database: &'a str,
    /// A pipe that takes its orders; the real host takes none, and has the torture module.
    orders: Option<&'a Path>,
}

/// All tests.
const ALL: &[&str] = &["discover", "-t", ".", "-s", "tests"];

#[test]
fn on_the_embedded_host() {
    with_the_embedded_host(|host| run_tests(ALL, host));
}

/// The soak in full; the tests above have a short one.
#[test]
#[ignore = "it takes minutes"]
fn soak() {
    with_the_embedded_host(|host| run_tests(&["tests.test_soak"], host));
}

#[test]
fn on_the_real_host() {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    host.publish("torture", TORTURE_WASM).unwrap();
    run_tests(ALL, &Host { uri: &host.uri(), database: "kitchen", orders: None });
}

fn with_the_embedded_host(run: impl FnOnce(&Host)) {
    let host = Arc::new(EmbeddedHost::builder().start());
    let folder = TempDir::new().unwrap();
    let orders = folder.path().join("orders");
    take_orders(host.clone(), orders.clone());
    run(&Host { uri: &host.uri(), database: "kitchen2", orders: Some(&orders) });
}

/// Runs tests, which Python's `unittest` is told of.
fn run_tests(which: &[&str], host: &Host) {
    let mut command = Command::new(python());
    command.args(["-X", "dev", "-X", "faulthandler", "-m", "unittest"]).args(which);
    command.current_dir(PACKAGE).stdin(Stdio::null());
    command.env("PYTHONPATH", "src").env("PYTHONDONTWRITEBYTECODE", "1").env("STDB_LIBRARY", library());
    command.env("STDB_TEST_CODEGEN", env!("CARGO_BIN_EXE_stdb-codegen"));
    command.env("STDB_TEST_URI", host.uri).env("STDB_TEST_DATABASE", host.database);
    match host.orders {
        Some(orders) => command.env("STDB_TEST_ORDERS", orders),
        None => command.env("STDB_TEST_TORTURE_DATABASE", "torture"),
    };
    let output = command.output().expect("there is a python3, or STDB_TEST_PYTHON names one");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the tests of {PACKAGE} failed:\n{text}");
    print!("{text}");
}

fn python() -> String {
    env::var("STDB_TEST_PYTHON").unwrap_or_else(|_| "python3".into())
}

/// Where cargo has put the library that this test was built with: beside the test itself.
fn library() -> PathBuf {
    let test = env::current_exe().unwrap();
    let name = format!("{}stdb{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let library = test.parent().unwrap().join(name);
    assert!(library.exists(), "cargo builds the library beside the tests: {}", library.display());
    library
}

/// Has a host follow what is written to a named pipe, a line each.
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
