//! A real host for tests that are not written in Rust: it runs until the standard input of this program closes.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use stdb_real_host::{CHAT_WASM, KITCHEN_WASM, RealHost, installed_host};

const USAGE: &str = "usage: real-host [--module chat|kitchen] [--database NAME]
       real-host --install

Starts a SpacetimeDB host on a free port of 127.0.0.1 and publishes the module (chat) as the database (named as the
module). Prints one line, `listening http://127.0.0.1:PORT database NAME`, and runs until its standard input closes.
--install only compiles the host, once per machine.";

struct Options {
    install_only: bool,
    wasm: &'static [u8],
    database: String,
}

fn options(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { install_only: false, wasm: CHAT_WASM, database: String::new() };
    let mut module = "chat".to_owned();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--install" => options.install_only = true,
            "--module" => module = value()?,
            "--database" => options.database = value()?,
            _ => return Err(format!("unknown argument {argument}")),
        }
    }
    options.wasm = match module.as_str() {
        "chat" => CHAT_WASM,
        "kitchen" => KITCHEN_WASM,
        _ => return Err(format!("unknown module {module}")),
    };
    if options.database.is_empty() {
        options.database = module;
    }
    Ok(options)
}

fn run(options: Options) -> Result<(), String> {
    if options.install_only {
        println!("{}", installed_host()?.display());
        return Ok(());
    }
    let host = RealHost::start()?;
    host.publish(&options.database, options.wasm)?;
    println!("listening {} database {}", host.uri(), options.database);
    // Standard output is buffered when it is a pipe, and the reader waits for this line.
    io::stdout().flush().map_err(|e| e.to_string())?;
    io::copy(&mut io::stdin(), &mut io::sink()).map_err(|e| e.to_string())?;
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|a| a == "--help" || a == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match options(arguments.into_iter()).map_err(|e| format!("{e}\n{USAGE}")).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("real-host: {e}");
            ExitCode::FAILURE
        }
    }
}
