//! A frame of a v2 host, whatever its bytes: no panic, and what decodes can be read.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use stdb::wire::v2::{HostMessage, TableUpdateRows, decode_frame};

const LIMIT: usize = 1 << 20;

fuzz_target!(|frame: &[u8]| {
    let Ok(message) = decode_frame(Bytes::copy_from_slice(frame), LIMIT) else { return };
    if let HostMessage::TransactionUpdate(update) = message {
        let tables = update.query_sets.iter().flat_map(|set| &set.tables);
        for rows in tables.flat_map(|table| &table.rows) {
            let lists = match rows {
                TableUpdateRows::Persistent { inserts, deletes } => vec![inserts, deletes],
                TableUpdateRows::Event { events } => vec![events],
            };
            for list in lists {
                let total: usize = list.iter().map(<[u8]>::len).sum();
                assert_eq!(total, list.bytes().len(), "every byte is in one row");
            }
        }
    }
});
