//! What real hosts and their clients said: the recordings beside the tests.

use std::path::Path;

/// A recorded connection.
pub struct Recording {
    pub name: String,
    pub lines: Vec<Line>,
}

/// A frame: who said it, and its payload.
pub enum Line {
    Client(Vec<u8>),
    Server(Vec<u8>),
}

/// The recordings of a 2.8.3 host whose names have this in them.
pub fn recordings(part: &str) -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts/2.8.3");
    let mut recordings = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains(part) && name.ends_with(".jsonl") {
            let text = std::fs::read_to_string(&path).unwrap();
            recordings.push(Recording { name, lines: text.lines().filter_map(line).collect() });
        }
    }
    recordings
}

/// The recording of this name.
pub fn recording(name: &str) -> Recording {
    recordings(name).pop().unwrap_or_else(|| panic!("there is no recording {name}"))
}

fn line(text: &str) -> Option<Line> {
    let line: serde_json::Value = serde_json::from_str(text).unwrap();
    let bytes = line["bytes"].as_str().map(base64);
    match line["from"].as_str() {
        Some("client") => bytes.map(Line::Client),
        Some("server") => bytes.map(Line::Server),
        _ => None,
    }
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text.trim_end_matches('=').chars().flat_map(|c| {
        let value = ALPHABET.find(c).unwrap();
        (0..6).rev().map(move |bit| (value >> bit & 1) as u8)
    });
    bits.collect::<Vec<_>>().chunks_exact(8).map(|b| b.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}
