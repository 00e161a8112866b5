//! Every recording of a real 2.8.3 host, replayed to the library through its C surface: it must run the same callbacks in
//! the same order and have the same rows after each message, whatever the protocol and the compression, but for what the
//! protocols really have of their own.

mod expected;
mod model;
mod recording;
mod told;

#[path = "../c_program/mod.rs"]
mod c_program;

use std::path::Path;

use c_program::{ROOT, compile, run, runner};
use model::{Change, Model};
use recording::{Recording, recordings, schema};
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::Message;
use stdb_embedded_host::wire::v2::ServerMessage;
use tempfile::TempDir;
use told::{Block, Rows};

#[test]
fn tour() {
    replay("tour", 10);
}

#[test]
fn watcher() {
    replay("watcher", 3);
}

#[test]
fn big() {
    replay("big", 9);
}

/// Replays so many recordings of a scenario.
fn replay(scenario: &str, count: usize) {
    let recordings = recordings(scenario);
    assert_eq!(recordings.len(), count, "recordings of `{scenario}`");
    let expected = std::fs::read_to_string(format!("{ROOT}/tests/c/replay/{scenario}.txt")).unwrap();
    let folder = TempDir::new().unwrap();
    let executable = compile("tests/c/replay.c", folder.path());
    let told = recordings.iter().map(|recording| told::blocks(&output_of(&executable, recording)));
    let told: Vec<_> = recordings.iter().zip(told).collect();
    let differences = told.iter().map(|(recording, told)| expected::differences(&expected, recording, told));
    let differences = differences.collect::<String>();
    assert!(differences.is_empty(), "{differences}");
    told.iter().for_each(|(recording, told)| check_against_messages(recording, told));
}

fn output_of(executable: &Path, recording: &Recording) -> String {
    let host = EmbeddedHost::builder().replay(&recording.name, &recording.transcript, &schema()).start();
    let (mut command, patience) = runner(executable);
    command.env("STDB_TEST_URI", host.uri()).env("STDB_TEST_DATABASE", &recording.name);
    run(command, patience)
}

/// After each message the cache has the rows that the messages so far make it have, and callbacks were told of what this
/// one changed, in its order.
fn check_against_messages(recording: &Recording, told: &[Block]) {
    let name = &recording.name;
    // The connection's end, and what is printed after it.
    assert_eq!(told.len(), recording.messages.len() + 2, "{name}: one block a message");
    let mut model = Model::default();
    for (number, (message, block)) in recording.messages.iter().zip(told).enumerate() {
        let changes = model.apply(message);
        let rows = block.rows();
        assert!(rows.keys().eq(changes.keys()), "{name}: message {number}: {rows:?}, {changes:?}");
        for (table, change) in &changes {
            let place = format!("{name}: message {number}: {table}");
            check_rows(&rows[table], change, &place);
            if !is_end_of_today(message) {
                check_order(&rows[table], change, &place);
            }
        }
        assert_eq!(block.cache, model.totals(), "{name}: message {number}");
    }
}

/// Whether a message is the end of a query set in v2 or v3. The library asks for no rows with it, and tells of those that go
/// in the cache's order.
fn is_end_of_today(message: &Message) -> bool {
    matches!(message, Message::V2(ServerMessage::UnsubscribeApplied { .. }))
}

fn check_rows(rows: &Rows, change: &Change, place: &str) {
    let Rows { inserted, before_delete, deleted, outdated, updated } = rows;
    assert_eq!(sorted(&[inserted, updated]), sorted(&[&change.appeared]), "{place}: every row that appeared, once");
    assert_eq!(sorted(&[deleted, outdated]), sorted(&[&change.vanished]), "{place}: every row that vanished, once");
    assert_eq!(before_delete, deleted, "{place}: each delete is told of before, in the same order");
}

fn check_order(rows: &Rows, change: &Change, place: &str) {
    assert!(is_part_of(&rows.inserted, &change.appeared), "{place}: inserts in the message's order");
    assert!(is_part_of(&rows.updated, &change.appeared), "{place}: updates in the message's order");
    assert!(is_part_of(&rows.deleted, &change.vanished), "{place}: deletes in the message's order");
}

/// Whether these are some of those, in their order.
fn is_part_of(some: &[u64], all: &[u64]) -> bool {
    let mut all = all.iter();
    some.iter().all(|one| all.any(|other| other == one))
}

fn sorted(lists: &[&[u64]]) -> Vec<u64> {
    let mut all = lists.concat();
    all.sort_unstable();
    all
}
