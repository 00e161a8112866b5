//! A C or C++ program, compiled against the headers and the shared library alone.
//!
//! The environment can change how: `STDB_TEST_CC` or `CC` (the C compiler), `STDB_TEST_CXX` or `CXX` (the C++ compiler),
//! `STDB_TEST_CFLAGS` (more flags for either), `STDB_TEST_RUNNER` (words before the command, such as valgrind and its
//! options).

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a program may take; far more than it needs, so that a hang ends.
pub const PATIENCE: Duration = Duration::from_secs(150);
/// How much more it gets under a runner.
const RUNNER_FACTOR: u32 = 8;

/// What every program must compile under.
pub const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The folder of this package.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs a program and returns what it printed; panics with that unless it succeeds.
pub fn run(mut command: Command, patience: Duration) -> String {
    // Cargo's own path may lead to a library of an earlier build.
    command.env("LD_LIBRARY_PATH", library_folder()).stdin(Stdio::null());
    let (finished, output) = output_of(command, patience);
    assert!(finished, "it did not end well:\n{output}");
    output
}

/// Compiles a C source of this package into a folder; gives the executable.
#[allow(dead_code)] // not every test that has this module has C
pub fn compile(source: &str, folder: &Path) -> PathBuf {
    compile_c(source, folder, &[])
}

/// Compiles a C source, of this package unless its path is absolute, into a folder, with flags of its own; gives the
/// executable.
#[allow(dead_code)] // not every test that has this module has C
pub fn compile_c(source: &str, folder: &Path, flags: &[&str]) -> PathBuf {
    let mut command = Command::new(compiler(["STDB_TEST_CC", "CC"], "cc"));
    command.args(["-std=c11", "-D_POSIX_C_SOURCE=200809L", &format!("-I{ROOT}/tests/c")]).args(flags);
    compile_with(command, source, folder)
}

/// Compiles a C++ source of this package into a folder, with flags of its own; gives the executable.
#[allow(dead_code)] // not every test that has this module has C++
pub fn compile_cpp(source: &str, folder: &Path, flags: &[&str]) -> PathBuf {
    let mut command = Command::new(compiler(["STDB_TEST_CXX", "CXX"], "c++"));
    command.arg("-std=c++17").arg(format!("-I{ROOT}/bindings/cpp")).args(flags);
    compile_with(command, source, folder)
}

fn compile_with(mut command: Command, source: &str, folder: &Path) -> PathBuf {
    let executable = folder.join(Path::new(source).file_stem().expect("a source has a name"));
    let library = library_folder();
    command
        .args(WARNINGS)
        .args(["-g", "-pthread"])
        .args(words("STDB_TEST_CFLAGS"))
        .arg(format!("-I{ROOT}/include"))
        .arg(Path::new(ROOT).join(source))
        .arg("-o")
        .arg(&executable)
        .arg(format!("-L{}", library.display()))
        .arg("-lstdb")
        .arg(format!("-Wl,-rpath,{}", library.display()));
    let output = command.output().expect("there is a compiler");
    assert!(output.status.success(), "{source} does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    executable
}

/// The first of these variables that is set, or the compiler that every system has.
fn compiler(variables: [&str; 2], usual: &str) -> String {
    variables.iter().find_map(|variable| env::var(variable).ok()).unwrap_or_else(|| usual.into())
}

/// Where cargo has put the library that this test was built with: beside the test itself.
pub fn library_folder() -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    assert!(folder.join("libstdb.so").exists(), "cargo builds the library beside the tests: {}", folder.display());
    folder.to_path_buf()
}

/// The command that runs an executable, and how long it may take.
pub fn runner(executable: &Path) -> (Command, Duration) {
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
