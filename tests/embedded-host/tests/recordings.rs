//! The codec against what real hosts and their clients said, byte for byte.

use std::collections::BTreeSet;
use std::path::Path;
use stdb_embedded_host::wire::{Encoding, compression, v1};

mod common;

/// Calls `check` for each frame of each recorded v1 connection: the file, `client` or `server`, the payload.
fn for_each_frame(mut check: impl FnMut(&str, &str, Vec<u8>)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts/2.8.3");
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains(".v1.") || !name.ends_with(".jsonl") {
            continue;
        }
        files += 1;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if let (Some(from), Some(bytes)) = (line["from"].as_str(), line["bytes"].as_str()) {
                check(&name, from, base64(bytes));
            }
        }
    }
    assert!(files >= 9, "{files} recordings in {}", folder.display());
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text.trim_end_matches('=').chars().flat_map(|c| {
        let value = ALPHABET.find(c).unwrap();
        (0..6).rev().map(move |bit| (value >> bit & 1) as u8)
    });
    bits.collect::<Vec<_>>().chunks_exact(8).map(|b| b.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

#[test]
fn host_messages_encode_to_the_same_bytes() {
    let mut kinds = BTreeSet::new();
    for_each_frame(|file, from, frame| {
        if from == "server" {
            let message = compression::unframe(&frame).unwrap();
            let decoded = v1::decode_server(&message).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert!(v1::encode_server(&decoded, Encoding::default()) == message, "{file}: {decoded:?}");
            // The same messages are compressed, and announced alike.
            let compression = match frame[0] {
                2 => compression::Compression::Gzip,
                _ if file.contains(".brotli.") => compression::Compression::Brotli,
                _ if file.contains(".gzip.") => compression::Compression::Gzip,
                _ => compression::Compression::None,
            };
            let again = compression::frame(compression, message.clone());
            assert_eq!(again[0], frame[0], "{file}: {} bytes", message.len());
            assert_eq!(compression::unframe(&again).unwrap(), message);
            kinds.insert(message[0]);
        }
    });
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 7, 8, 9, 10]);
}

#[test]
fn client_messages_encode_to_the_same_bytes() {
    let mut kinds = BTreeSet::new();
    for_each_frame(|file, from, frame| {
        if from == "client" {
            let decoded = v1::decode_client(&frame).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert_eq!(v1::encode_client(&decoded), frame, "{file}: {decoded:?}");
            kinds.insert(frame[0]);
        }
    });
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [0, 2, 4, 6, 7]);
}
