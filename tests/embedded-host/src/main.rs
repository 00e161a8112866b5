//! Runs the embedded host until its standard input ends, for tests in other processes and other languages.
//!
//! On standard input it takes commands, a line each: those of `EmbeddedHost::follow`, and `connections`, which prints how many
//! WebSockets are open.

use std::io::BufRead;
use std::process::ExitCode;
use stdb_embedded_host::wire::Protocol;
use stdb_embedded_host::{Builder, EmbeddedHost};

const USAGE: &str =
    "usage: embedded-host [--tls CA_OUT.pem] [--port PORT] [--replay NAME=transcript.jsonl=schema.json]...
                     [--protocols v1,v2,v3] [--light-to-others] [--ok-empty] [--compress-queries]";

fn main() -> ExitCode {
    match start() {
        Ok(host) => {
            println!("listening {}", host.uri());
            obey(&host);
            host.stop();
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn start() -> Result<EmbeddedHost, String> {
    let mut builder = EmbeddedHost::builder();
    let mut ca_out = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(USAGE);
        builder = match arg.as_str() {
            "--tls" => {
                ca_out = Some(value()?);
                builder.tls()
            }
            "--port" => builder.port(value()?.parse().map_err(|_| USAGE)?),
            "--replay" => replay(builder, &value()?)?,
            "--protocols" => builder.protocols(&protocols(&value()?)?),
            "--ok-empty" => builder.ok_empty(),
            "--light-to-others" => builder.light_to_others(),
            "--compress-queries" => builder.compress_queries(),
            _ => return Err(USAGE.into()),
        };
    }
    let host = builder.try_start().map_err(|e| format!("cannot listen: {e}"))?;
    if let (Some(path), Some(pem)) = (ca_out, host.ca_pem()) {
        std::fs::write(&path, pem).map_err(|e| format!("cannot write {path}: {e}"))?;
    }
    Ok(host)
}

fn replay(builder: Builder, value: &str) -> Result<Builder, String> {
    let mut parts = value.splitn(3, '=');
    let (Some(name), Some(transcript), Some(schema)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(USAGE.into());
    };
    let read = |path: &str| std::fs::read_to_string(path).map_err(|e| format!("cannot read {path}: {e}"));
    Ok(builder.replay(name, &read(transcript)?, &read(schema)?))
}

fn protocols(value: &str) -> Result<Vec<Protocol>, String> {
    let named = |name| Protocol::named(&format!("{name}.bsatn.spacetimedb"));
    value.split(',').map(named).collect::<Option<_>>().ok_or(USAGE.into())
}

/// Follows the commands on standard input until it ends.
fn obey(host: &EmbeddedHost) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if line.trim() == "connections" {
            println!("connections {}", host.connections());
        } else if !host.follow(&line) {
            eprintln!("unknown command: {line}");
        }
    }
}
