//! The C programs of `tests/c/` and an example, each compiled against the header and the shared library alone, and run
//! with a host.
//!
//! The environment can change how: `STDB_TEST_CC` or `CC` (the compiler), `STDB_TEST_CFLAGS` (more flags for it),
//! `STDB_TEST_RUNNER` (words before the command, such as valgrind and its options).

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::Protocol;
use stdb_real_host::RealHost;
use tempfile::TempDir;

/// How long a program may take; far more than it needs, so that a hang ends.
const PATIENCE: Duration = Duration::from_secs(150);
/// How much more it gets under a runner.
const RUNNER_FACTOR: u32 = 8;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

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
fn client_on_the_real_host() {
    on_real_host("client");
}

#[test]
fn cache_on_the_real_host() {
    on_real_host("cache");
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

/// Runs a program and returns what it printed; panics with that unless it succeeds.
fn run(mut command: Command, patience: Duration) -> String {
    // Cargo's own path may lead to a library of an earlier build.
    command.env("LD_LIBRARY_PATH", library_folder()).stdin(Stdio::null());
    let (finished, output) = output_of(command, patience);
    assert!(finished, "it did not end well:\n{output}");
    output
}

fn compile(source: &str, folder: &Path) -> PathBuf {
    let executable = folder.join(Path::new(source).file_stem().expect("a source has a name"));
    let library = library_folder();
    let mut command = Command::new(compiler());
    command
        .args(["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-pthread"])
        .args(words("STDB_TEST_CFLAGS"))
        .arg(format!("-I{ROOT}/include"))
        .arg(format!("-I{ROOT}/tests/c"))
        .arg(format!("{ROOT}/{source}"))
        .arg("-o")
        .arg(&executable)
        .arg(format!("-L{}", library.display()))
        .arg("-lstdb")
        .arg(format!("-Wl,-rpath,{}", library.display()));
    let output = command.output().expect("there is a C compiler");
    assert!(output.status.success(), "{source} does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    executable
}

fn compiler() -> String {
    env::var("STDB_TEST_CC").or_else(|_| env::var("CC")).unwrap_or_else(|_| "cc".into())
}

/// Where cargo has put the library that this test was built with: beside the test itself.
fn library_folder() -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    assert!(folder.join("libstdb.so").exists(), "cargo builds the library beside the tests: {}", folder.display());
    folder.to_path_buf()
}

fn runner(executable: &Path) -> (Command, Duration) {
    let mut words = words("STDB_TEST_RUNNER").into_iter();
    let Some(first) = words.next() else { return (Command::new(executable), PATIENCE) };
    let mut command = Command::new(first);
    command.args(words).arg(executable);
    (command, PATIENCE * RUNNER_FACTOR)
}

fn words(variable: &str) -> Vec<String> {
    env::var(variable).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// Runs a command to its end, or ends it when it takes too long. Returns whether it succeeded, and what it printed.
fn output_of(mut command: Command, patience: Duration) -> (bool, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started");
    let (sender, printed) = mpsc::channel();
    let streams: [Box<dyn Read + Send>; 2] =
        [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
    for mut stream in streams {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut text = Vec::new();
            // What was read before a failure is still of use.
            let _ = stream.read_to_end(&mut text);
            let _ = sender.send(String::from_utf8_lossy(&text).into_owned());
        });
    }
    drop(sender);
    let mut output = String::new();
    for _ in 0..2 {
        match printed.recv_timeout(patience) {
            Ok(text) => output.push_str(&text),
            Err(_) => {
                child.kill().expect("the program can be ended");
                output.push_str("\n(it took too long and was ended)\n");
                output.extend(printed.iter());
                break;
            }
        }
    }
    (child.wait().expect("the program has ended").success(), output)
}
