//! What real hosts and their clients said: the recordings beside the tests.

use std::path::{Path, PathBuf};

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
    let entries = std::fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(part) && name.ends_with(".jsonl")).map(|name| recording(&name)).collect()
}

/// The recording of this name.
pub fn recording(name: &str) -> Recording {
    Recording { name: name.into(), lines: transcript(name).lines().filter_map(line).collect() }
}

/// The text of the recording of this name.
pub fn transcript(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts/2.8.3")
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
