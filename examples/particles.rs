//! Compiles the program in `examples/particles` and runs it on a host in this process: it reads 100,000 moving entities
//! every frame, and prints what a frame costs.
//!
//! ```text
//! cargo run --release --example particles
//! cargo run --release --example particles -- --moved 100000   # all entities move with each step of the host
//! ```

mod support;

use std::env;
use std::process::{Command, ExitCode};

use support::Result;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("particles: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the program with the arguments of this one.
fn run() -> Result<()> {
    let program = support::compile("examples/particles/particles.c")?;
    let host = support::host("particles")?;
    let status = Command::new(&program)
        .args(["--uri", &host.uri(), "--database", "particles"])
        .args(env::args_os().skip(1))
        .status()
        .map_err(|e| format!("cannot run {}: {e}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("the program ended with {status}")) }
}
