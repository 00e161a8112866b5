//! The programs of the two sides: compiling them, and running one piece of work in a process of its own.

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::Result;

/// How long one run may take; far more than it needs, so that a hang ends.
const PATIENCE: Duration = Duration::from_secs(120);

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The schema of both sides.
pub fn schema() -> PathBuf {
    Path::new(ROOT).join("benches/schema.json")
}

/// Where cargo has put the library that this program was built with: beside the program.
pub fn library_folder() -> Result<PathBuf> {
    let this = env::current_exe()?;
    let folder = this.parent().expect("a program is in a folder");
    if !folder.join("libstdb.so").is_file() {
        return Err(format!("there is no libstdb.so in {}: run this with cargo bench", folder.display()).into());
    }
    Ok(folder.into())
}

/// Compiles the C program that uses libstdb, and the C++ part of it, over bindings that are made for it.
pub fn compile_client() -> Result<PathBuf> {
    let (library, root) = (library_folder()?, Path::new(ROOT));
    let (program, bindings) = (library.join("stdb-bench-client"), library.join("stdb-bench-bindings"));
    let mut codegen = Command::new(env!("CARGO_BIN_EXE_stdb-codegen"));
    complete(codegen.args(["--lang", "cpp", "--schema"]).arg(schema()).arg("--out").arg(&bindings))?;
    let objects = [("CC", "cc", "-std=c11", "client.c"), ("CXX", "c++", "-std=c++17", "cpp_row.cpp")].map(
        |(variable, usual, dialect, source)| -> Result<PathBuf> {
            let object = program.with_extension(source).with_extension("o");
            let mut compiler = Command::new(env::var(variable).unwrap_or_else(|_| usual.into()));
            compiler.args(["-c", "-O2", dialect, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o"]).arg(&object);
            compiler.arg(root.join("benches/client").join(source));
            let folders = [&root.join("include"), &root.join("bindings/cpp"), &bindings];
            for folder in folders {
                compiler.arg("-I").arg(folder);
            }
            complete(&mut compiler)?;
            Ok(object)
        },
    );
    let mut link = Command::new(env::var("CXX").unwrap_or_else(|_| "c++".into()));
    for object in objects {
        link.arg(object?);
    }
    link.arg("-o").arg(&program).arg("-L").arg(&library).arg("-lstdb");
    link.arg(format!("-Wl,-rpath,{}", library.display()));
    complete(&mut link)?;
    Ok(program)
}

/// Builds the program that uses the official SDK, in a folder below the one in use; the first time takes minutes.
pub fn build_sdk() -> Result<PathBuf> {
    // This program is in TARGET/release/deps.
    let library = library_folder()?;
    let target = library.ancestors().nth(2).expect("cargo made the folders").join("peers");
    let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.args(["build", "--release", "--locked", "--manifest-path"]);
    cargo.arg(Path::new(ROOT).join("benches/peers/sdk/Cargo.toml")).arg("--target-dir").arg(&target);
    complete(&mut cargo)?;
    Ok(target.join("release/stdb-bench-sdk"))
}

/// An interpreter that has NumPy: a virtual environment, in a folder below the one in use.
pub fn python_with_numpy() -> Result<PathBuf> {
    let target = library_folder()?.ancestors().nth(2).expect("cargo made the folders").join("peers/python");
    let python = target.join("bin/python");
    if !python.exists() {
        complete(Command::new("python3").args(["-m", "venv"]).arg(&target))?;
    }
    complete(Command::new(&python).args(["-m", "pip", "install", "--quiet", "numpy"]))?;
    Ok(python)
}

/// Adds a program in Python to a command, with the package and the library that cargo built for this run.
pub fn python(command: &mut Command, python: &Path, program: &str) -> Result<()> {
    let root = Path::new(ROOT);
    command.env("PYTHONPATH", root.join("bindings/python/src")).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("STDB_LIBRARY", library_folder()?.join("libstdb.so"));
    command.arg(python).arg(root.join("benches").join(program));
    Ok(())
}

/// Runs a command that has to succeed; it shares the terminal.
pub fn complete(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|e| format!("cannot run `{name}`: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{name}` failed: {status}").into()) }
}

/// A process that is ended when nobody waits for it any more.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, unless something went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program to its end; returns what it printed.
pub fn output_of(mut command: Command) -> Result<String> {
    let name = format!("{command:?}");
    // Cargo's own path may lead to a library of an earlier build.
    command.env("LD_LIBRARY_PATH", library_folder()?).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut process = Process(command.spawn().map_err(|e| format!("cannot run {name}: {e}"))?);
    let mut stdout = process.0.stdout.take().expect("it is piped");
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        // Nobody listens any more when it took too long.
        let _ = sender.send(stdout.read_to_string(&mut text).map(|_| text));
    });
    let text = printed.recv_timeout(PATIENCE).map_err(|_| format!("{name} took longer than {PATIENCE:?}"))??;
    let status = process.0.wait()?;
    if status.success() { Ok(text) } else { Err(format!("{name} failed: {status}").into()) }
}
