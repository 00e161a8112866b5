//! Recordings of frames, and clients' frames taken apart.

use std::path::{Path, PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;

/// The limit of a message.
pub const LIMIT: usize = 64 << 20;

/// A line of a recording that has a frame.
pub struct Recorded {
    pub from_server: bool,
    pub frame: Bytes,
}

fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts").join(version)
}

/// The recordings of a host's version with `part` in their names. None when there are none of the version.
pub fn list(version: &str, part: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder(version)) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .filter(|path| path.file_name().unwrap().to_string_lossy().contains(part))
        .collect()
}

pub fn read(path: &Path) -> Vec<Recorded> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let frames = lines.filter_map(|line| {
        let frame = BASE64_STANDARD.decode(line.get("bytes")?.as_str()?).unwrap();
        Some(Recorded { from_server: line["from"] == "server", frame: frame.into() })
    });
    frames.collect()
}

/// The host's frames of a recording of 2.8.3.
pub fn frames_of(name: &str) -> Vec<Bytes> {
    let recorded = read(&folder("2.8.3").join(name)).into_iter();
    recorded.filter(|recorded| recorded.from_server).map(|recorded| recorded.frame).collect()
}

/// The rest of a client's frame.
pub struct Parts<'a>(pub &'a [u8]);

impl<'a> Parts<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    pub fn u8(&mut self) -> u8 {
        self.take(1)[0]
    }

    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    pub fn bytes(&mut self) -> &'a [u8] {
        let count = self.u32() as usize;
        self.take(count)
    }

    pub fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.bytes()).unwrap()
    }

    pub fn texts(&mut self) -> Vec<String> {
        (0..self.u32()).map(|_| self.text().to_owned()).collect()
    }
}
