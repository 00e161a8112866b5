//! A frame of a v3 host, whatever its bytes: no panic, at least one message or an error, and nothing after an error.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use stdb::wire::v3::decode_frame;

const LIMIT: usize = 1 << 20;

fuzz_target!(|frame: &[u8]| {
    let Ok(mut messages) = decode_frame(Bytes::copy_from_slice(frame), LIMIT) else { return };
    let mut last = messages.next().expect("a message or an error");
    for message in messages {
        assert!(last.is_ok(), "an error is the last item");
        last = message;
    }
});
