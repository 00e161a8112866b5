//! The recordings of a 2.8.3 host, made ready to be replayed.

use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use stdb_embedded_host::wire::{Message, Protocol, ServerMessage, compression};

/// A recorded connection.
pub struct Recording {
    /// The file's name without its ending, such as `tour.v1.gzip.light`.
    pub name: String,
    /// `v1`, `v2` or `v3`.
    pub protocol: String,
    /// What the host replays.
    pub transcript: String,
    /// What it says.
    pub messages: Vec<Message>,
}

/// The recordings of a scenario.
pub fn recordings(scenario: &str) -> Vec<Recording> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.filter(|name| name.split('.').next() == Some(scenario)).collect();
    names.sort();
    names.iter().map(|name| recording(name)).collect()
}

/// The schema that the host serves. It has the reducer and the procedure too that the recorded client called and the host
/// does not have, since the library refuses to call what is not in the schema.
pub fn schema() -> String {
    let mut schema: Value = serde_json::from_str(&read("kitchen.schema.v9.json")).unwrap();
    let nothing = json!({ "elements": [] });
    let mut reducer = schema["reducers"].as_array().unwrap().iter().find(|r| r["name"] == "noop").unwrap().clone();
    reducer["name"] = json!("no_such_reducer");
    schema["reducers"].as_array_mut().unwrap().push(reducer);
    let procedure = json!({ "name": "no_such_procedure", "params": nothing, "return_type": { "Product": nothing } });
    schema["misc_exports"].as_array_mut().unwrap().push(json!({ "Procedure": procedure }));
    schema.to_string()
}

fn recording(file: &str) -> Recording {
    let name = file.trim_end_matches(".jsonl");
    let protocol = name.split('.').nth(1).unwrap();
    let spoken = Protocol::named(&format!("{protocol}.bsatn.spacetimedb")).unwrap();
    let (mut lines, mut messages) = (Vec::new(), Vec::new());
    let mut is_left_out = false;
    for line in read(file).lines() {
        let read: Value = serde_json::from_str(line).unwrap();
        if let Some(note) = read["note"].as_str() {
            // Over v1 the library has no procedures. What one of them changes is then somebody else's doing.
            is_left_out = spoken == Protocol::V1 && note.contains("call procedure");
        }
        match read["from"].as_str() {
            Some("server") => {
                let said = decoded(spoken, &read);
                if !matches!(said[..], [Message::V1(ServerMessage::ProcedureResult { .. })]) {
                    messages.extend(said);
                    lines.push(line.to_owned());
                }
            }
            Some("client") if is_left_out => {}
            _ => lines.push(line.to_owned()),
        }
    }
    Recording { name: name.into(), protocol: protocol.into(), transcript: lines.join("\n"), messages }
}

fn decoded(protocol: Protocol, line: &Value) -> Vec<Message> {
    let frame = BASE64_STANDARD.decode(line["bytes"].as_str().unwrap()).unwrap();
    protocol.decode_server(&compression::unframe(&frame).unwrap()).unwrap()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/2.8.3")
}
