//! A frame of a v1 host, whatever its bytes: no panic, and what decodes can be read.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use stdb::wire::{HostMessage, decode_frame};

const LIMIT: usize = 1 << 20;

fuzz_target!(|frame: &[u8]| {
    let Ok(message) = decode_frame(Bytes::copy_from_slice(frame), LIMIT) else { return };
    if let HostMessage::TransactionUpdateLight { update, .. } = message {
        for update in update.tables.iter().flat_map(|table| &table.updates) {
            for list in [&update.deletes, &update.inserts] {
                let total: usize = list.iter().map(<[u8]>::len).sum();
                assert_eq!(total, list.bytes().len(), "every byte is in one row");
            }
        }
    }
});
