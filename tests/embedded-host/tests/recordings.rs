//! The codec against what a real host and its clients said, byte for byte.

use std::collections::BTreeSet;
use stdb_embedded_host::wire::{Encoding, compression, v1, v2};

mod common;

use common::recording::{Line, recordings};

/// Calls `check` for each frame of each recording of this protocol: the file, `client` or `server`, the payload.
fn for_each_frame(protocol: &str, mut check: impl FnMut(&str, &str, Vec<u8>)) {
    let recordings = recordings(&format!(".{protocol}."));
    assert!(recordings.len() >= 8, "{} recordings", recordings.len());
    for recording in recordings {
        for line in recording.lines {
            match line {
                Line::Client(frame) => check(&recording.name, "client", frame),
                Line::Server(frame) => check(&recording.name, "server", frame),
            }
        }
    }
}

/// Calls `check` for what is in each frame of the host, without its compression.
fn for_each_payload(protocol: &str, mut check: impl FnMut(&str, Vec<u8>)) {
    for_each_frame(protocol, |file, from, frame| {
        if from == "server" {
            let payload = compression::unframe(&frame).unwrap();
            // The same payloads are compressed, and announced alike.
            let compression = match frame[0] {
                2 => compression::Compression::Gzip,
                _ if file.contains(".brotli.") => compression::Compression::Brotli,
                _ if file.contains(".gzip.") => compression::Compression::Gzip,
                _ => compression::Compression::None,
            };
            let again = compression::frame(compression, payload.clone());
            assert_eq!(again[0], frame[0], "{file}: {} bytes", payload.len());
            assert_eq!(compression::unframe(&again).unwrap(), payload);
            check(file, payload);
        }
    });
}

#[test]
fn host_messages_encode_to_the_same_bytes() {
    let mut kinds = BTreeSet::new();
    for_each_payload("v1", |file, message| {
        let decoded = v1::decode_server(&message).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(v1::encode_server(&decoded, Encoding::default()) == message, "{file}: {decoded:?}");
        kinds.insert(message[0]);
    });
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 7, 8, 9, 10]);
}

#[test]
fn host_messages_of_v2_and_v3_encode_to_the_same_bytes() {
    for protocol in ["v2", "v3"] {
        let (mut kinds, mut longest) = (BTreeSet::new(), 0);
        for_each_payload(protocol, |file, payload| {
            let decoded = v2::decode_server_frame(&payload).unwrap_or_else(|e| panic!("{file}: {e}"));
            let encoded: Vec<_> = decoded.iter().map(v2::encode_server).collect();
            assert!(encoded.concat() == payload, "{file}: {decoded:?}");
            kinds.extend(encoded.iter().map(|message| message[0]));
            longest = longest.max(decoded.len());
        });
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(longest, if protocol == "v3" { 2 } else { 1 }, "only v3 joins messages");
    }
}

#[test]
fn client_messages_encode_to_the_same_bytes() {
    let mut kinds = BTreeSet::new();
    for_each_frame("v1", |file, from, frame| {
        if from == "client" {
            let decoded = v1::decode_client(&frame).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert_eq!(v1::encode_client(&decoded), frame, "{file}: {decoded:?}");
            kinds.insert(frame[0]);
        }
    });
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [0, 2, 4, 6, 7]);
}

#[test]
fn client_messages_of_v2_and_v3_encode_to_the_same_bytes() {
    for protocol in ["v2", "v3"] {
        let mut kinds = BTreeSet::new();
        for_each_frame(protocol, |file, from, frame| {
            if from == "client" {
                let decoded = v2::decode_client(&frame).unwrap_or_else(|e| panic!("{file}: {e}"));
                assert_eq!(v2::encode_client(&decoded), frame, "{file}: {decoded:?}");
                kinds.insert(frame[0]);
            }
        });
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    }
}
