//! The frames of a real host: we decode what the published types decode.

use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use spacetimedb_sats::bsatn;
use stdb::wire::{decode_frame, v2, v3};
use stdb_oracle::compare::assert_same;
use stdb_oracle::compress::unframe;
use stdb_oracle::v2 as oracle_v2;

const LIMIT: usize = 64 << 20;

/// The recordings of a host's version with `part` in their names. None when there are none of the version.
fn recordings(version: &str, part: &str) -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../transcripts").join(version);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.contains(part) && name.ends_with(".jsonl")
    });
    found.collect()
}

/// The host's frames of all these recordings.
fn frames(recordings: &[PathBuf]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for path in recordings {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if line["from"] == "server" {
                frames.push(BASE64_STANDARD.decode(line["bytes"].as_str().unwrap()).unwrap());
            }
        }
    }
    assert!(frames.len() > 100, "{} recorded frames were found", frames.len());
    frames
}

#[test]
fn every_recorded_frame_of_v1_decodes_to_what_the_published_types_say() {
    for frame in frames(&[recordings("2.8.3", ".v1."), recordings("1.2.0", "")].concat()) {
        let oracle = bsatn::from_slice(&unframe(&frame)).unwrap();
        let ours = decode_frame(Bytes::from(frame), LIMIT).unwrap();
        assert_same(&oracle, &ours);
    }
}

/// Encoded again, it has the same bytes, so nothing of it was lost.
#[test]
fn every_recorded_frame_of_v2_decodes_to_what_the_published_types_say() {
    for frame in frames(&recordings("2.8.3", ".v2.")) {
        let message = unframe(&frame);
        oracle_v2::assert_same(&message, &v2::decode_frame(Bytes::from(frame), LIMIT).unwrap());
    }
}

#[test]
fn every_recorded_frame_of_v3_decodes_to_what_the_published_types_say() {
    for frame in frames(&recordings("2.8.3", ".v3.")) {
        let messages = unframe(&frame);
        let mut rest = &messages[..];
        for ours in v3::decode_frame(Bytes::from(frame), LIMIT).unwrap() {
            let before = rest;
            let _: oracle_v2::OracleMessage = bsatn::from_reader(&mut rest).unwrap();
            oracle_v2::assert_same(&before[..before.len() - rest.len()], &ours.unwrap());
        }
        assert!(rest.is_empty());
    }
}
