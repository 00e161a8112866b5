//! The rows of `every_type` in the recordings of real hosts, as BSATN.

#[path = "../wire_transcripts/recording.rs"]
#[allow(dead_code)]
mod recording;

use recording::{LIMIT, list, read};
use stdb::wire::{DatabaseUpdate, RowList, v1, v2, v3};

/// Every one of them in all recordings of a host, as often as it was sent.
pub fn of_every_type(version: &str) -> Vec<Vec<u8>> {
    let mut rows = Vec::new();
    for path in list(version, "") {
        let name = path.file_name().unwrap().to_str().unwrap();
        for frame in read(&path).into_iter().filter(|frame| frame.from_server) {
            match name.split('.').nth(1).unwrap() {
                "v1" => rows_of_v1(v1::decode_frame(frame.frame, LIMIT).unwrap(), &mut rows),
                "v2" => rows_of_v2(v2::decode_frame(frame.frame, LIMIT).unwrap(), &mut rows),
                _ => v3::decode_frame(frame.frame, LIMIT).unwrap().for_each(|m| rows_of_v2(m.unwrap(), &mut rows)),
            }
        }
    }
    rows
}

fn rows_of_v1(message: v1::HostMessage, rows: &mut Vec<Vec<u8>>) {
    use v1::{HostMessage, UpdateStatus};
    match message {
        HostMessage::InitialSubscription { update, .. }
        | HostMessage::TransactionUpdateLight { update, .. }
        | HostMessage::SubscribeMultiApplied { update, .. }
        | HostMessage::UnsubscribeMultiApplied { update, .. } => rows_of_update(update, rows),
        HostMessage::TransactionUpdate(v1::TransactionUpdate { status: UpdateStatus::Committed(update), .. }) => {
            rows_of_update(update, rows)
        }
        _ => {}
    }
}

fn rows_of_update(update: DatabaseUpdate, rows: &mut Vec<Vec<u8>>) {
    for table in update.tables {
        for update in table.updates {
            add(&table.table_name, &update.inserts, rows);
            add(&table.table_name, &update.deletes, rows);
        }
    }
}

fn rows_of_v2(message: v2::HostMessage, rows: &mut Vec<Vec<u8>>) {
    use v2::{HostMessage, ReducerOutcome, TableUpdateRows};
    let (tables, update) = match message {
        HostMessage::SubscribeApplied { tables, .. } => (tables, None),
        HostMessage::UnsubscribeApplied { dropped, .. } => (dropped.unwrap_or_default(), None),
        HostMessage::TransactionUpdate(update) => (Vec::new(), Some(update)),
        HostMessage::ReducerResult { outcome: ReducerOutcome::Ok { update, .. }, .. } => (Vec::new(), Some(update)),
        _ => return,
    };
    tables.iter().for_each(|table| add(&table.table_name, &table.rows, rows));
    for table in update.into_iter().flat_map(|update| update.query_sets).flat_map(|set| set.tables) {
        for change in table.rows {
            if let TableUpdateRows::Persistent { inserts, deletes } = change {
                add(&table.table_name, &inserts, rows);
                add(&table.table_name, &deletes, rows);
            }
        }
    }
}

fn add(table: &str, list: &RowList, rows: &mut Vec<Vec<u8>>) {
    if table == "every_type" {
        rows.extend(list.iter().map(<[u8]>::to_vec));
    }
}
