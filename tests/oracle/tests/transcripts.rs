//! The frames of a real host: we decode what the published types decode.

use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use spacetimedb_sats::bsatn;
use stdb::wire::decode_frame;
use stdb_oracle::compare::assert_same;
use stdb_oracle::compress::unframe;

/// The recordings of v1, of every host's version.
fn recordings() -> Vec<PathBuf> {
    let versions = [("2.8.3", ".v1."), ("1.2.0", "")];
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../transcripts");
    let mut found = Vec::new();
    for (version, part) in versions {
        let Ok(entries) = std::fs::read_dir(folder.join(version)) else { continue };
        let paths = entries.map(|entry| entry.unwrap().path());
        found.extend(paths.filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.contains(part) && name.ends_with(".jsonl")
        }));
    }
    found
}

#[test]
fn every_recorded_frame_decodes_to_what_the_published_types_say() {
    let mut frames = 0;
    for path in recordings() {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if line["from"] != "server" {
                continue;
            }
            let frame = BASE64_STANDARD.decode(line["bytes"].as_str().unwrap()).unwrap();
            let oracle = bsatn::from_slice(&unframe(&frame)).unwrap();
            let ours = decode_frame(Bytes::from(frame), 64 << 20).unwrap();
            assert_same(&oracle, &ours);
            frames += 1;
        }
    }
    assert!(frames > 100, "{frames} recorded frames were found");
}
