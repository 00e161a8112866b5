//! The scenarios that were recorded with a real host, over again: this host says what that one said, as far as that is
//! the same each time.

mod common;

use common::newer::{self, Newer};
use common::recording::{Line, recording};
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::bsatn::Writer;
use stdb_embedded_host::wire::v2::*;
use stdb_embedded_host::wire::{ProcedureStatus, Protocol, compression};

const NEWER: [(Protocol, &str); 2] = [(Protocol::V2, "v2"), (Protocol::V3, "v3")];

/// Makes messages of two hosts comparable. Rows that were there before the recording began are left out.
struct Same {
    /// The client, and whoever came after it.
    identities: Vec<[u8; 32]>,
    connection_id: [u8; 16],
}

impl Same {
    /// For the client that a host greets with this message.
    fn new(greeting: &ServerMessage) -> Self {
        match greeting {
            ServerMessage::InitialConnection { identity, connection_id, .. } => {
                Self { identities: vec![*identity], connection_id: *connection_id }
            }
            other => panic!("{other:?}"),
        }
    }

    fn message(&mut self, mut message: ServerMessage) -> ServerMessage {
        match &mut message {
            ServerMessage::InitialConnection { identity, connection_id, token } => {
                assert!(identity.ends_with(&[0, 0xc2]) && !token.is_empty());
                (*identity, *connection_id, *token) = ([0; 32], [0; 16], String::new());
            }
            ServerMessage::SubscribeApplied { rows, .. }
            | ServerMessage::UnsubscribeApplied { rows: Some(rows), .. }
            | ServerMessage::OneOffQueryResult { result: Ok(rows), .. } => self.query_rows(rows),
            ServerMessage::TransactionUpdate(sets) => self.sets(sets),
            ServerMessage::ReducerResult { timestamp, outcome, .. } => {
                assert!(std::mem::take(timestamp) > 0);
                if let ReducerOutcome::Ok { update, .. } = outcome {
                    self.sets(update);
                }
            }
            ServerMessage::ProcedureResult { status, timestamp, micros, .. } => {
                assert_eq!(*timestamp > 0, matches!(status, ProcedureStatus::Returned(_)));
                (*timestamp, *micros) = (0, 0);
                if let ProcedureStatus::InternalError(error) = status {
                    // What follows the second colon is where in the module it was.
                    *error = error.split(": ").next().unwrap().into();
                }
            }
            _ => {}
        }
        message
    }

    fn query_rows(&mut self, rows: &mut QueryRows) {
        rows.iter_mut().for_each(|table| self.rows(&table.table, &mut table.rows));
        rows.retain(|table| !table.rows.is_empty());
        rows.sort_by(|a, b| a.table.cmp(&b.table));
    }

    fn sets(&mut self, sets: &mut QuerySets) {
        for table in sets.iter_mut().flat_map(|set| &mut set.tables) {
            for change in &mut table.queries {
                match change {
                    TableChange::Stored { inserts, deletes } => {
                        if let ("user", [new], []) = (table.table.as_str(), inserts.as_slice(), deletes.as_slice()) {
                            self.identities.push(new[..32].try_into().unwrap());
                        }
                        self.rows(&table.table, inserts);
                        self.rows(&table.table, deletes);
                    }
                    TableChange::Events(rows) => self.rows(&table.table, rows),
                }
            }
        }
        sets.iter_mut().for_each(|set| set.tables.sort_by(|a, b| a.table.cmp(&b.table)));
        sets.sort_by_key(|set| set.query_set_id);
    }

    fn rows(&self, table: &str, rows: &mut Vec<std::sync::Arc<[u8]>>) {
        if ["user", "message"].contains(&table) {
            rows.retain(|row| self.identities.iter().any(|identity| row.starts_with(identity)));
        }
        for row in rows.iter_mut() {
            let mut bytes = row.to_vec();
            self.identities.iter().for_each(|identity| replace(&mut bytes, identity));
            replace(&mut bytes, &self.connection_id);
            match table {
                "message" => bytes[32..40].fill(0),
                "item" => bytes[..8].fill(0), // its id counts by itself
                "every_type" => {
                    // The time stands behind the connection id.
                    let at = bytes.windows(48).position(|w| w == [0; 48]).unwrap() + 48;
                    bytes[at..at + 8].fill(0);
                }
                _ => {}
            }
            *row = bytes.into();
        }
        rows.sort();
    }
}

/// Blanks every place where `part` is in `bytes`.
fn replace(bytes: &mut [u8], part: &[u8]) {
    while let Some(at) = bytes.windows(part.len()).position(|window| window == part) {
        bytes[at..at + part.len()].fill(0);
    }
}

fn messages(frame: &[u8]) -> Vec<ServerMessage> {
    decode_server_frame(&compression::unframe(frame).unwrap()).unwrap()
}

/// Says what the recorded client said and compares each answer. `after` runs after each, with how many there were.
fn play(host: &EmbeddedHost, protocol: Protocol, file: &str, mut after: impl FnMut(usize)) -> Newer {
    let mut client = newer::connect(host, protocol, "kitchen2", "compression=None&confirmed=true");
    let mut lines = recording(file).lines.into_iter();
    let Some(Line::Server(frame)) = lines.next() else { panic!("a host speaks first") };
    let (greeting, recorded) = (client.hear(), messages(&frame).remove(0));
    let (mut ours, mut theirs) = (Same::new(&greeting), Same::new(&recorded));
    assert_eq!(ours.message(greeting), theirs.message(recorded));
    let mut answers = 0;
    for line in lines {
        match line {
            Line::Client(frame) => client.say(decode_client(&frame).unwrap()),
            Line::Server(frame) => {
                for message in messages(&frame) {
                    assert_eq!(ours.message(client.hear()), theirs.message(message), "{file}");
                    answers += 1;
                    after(answers);
                }
            }
        }
    }
    client
}

#[test]
fn the_tour() {
    for (protocol, name) in NEWER {
        let host = EmbeddedHost::builder().start();
        let mut answers = 0;
        let client = play(&host, protocol, &format!("tour.{name}.none.jsonl"), |count| answers = count);
        assert_eq!(answers, 39, "each request has an answer, and what one of them changed has a message of its own");
        // What a procedure changed and how it ended came together, in v3 in one frame.
        let joined = client.frames.iter().filter(|&&messages| messages > 1).count();
        assert_eq!(joined, if protocol == Protocol::V3 { 1 } else { 0 });
    }
}

#[test]
fn the_big_one() {
    for (protocol, name) in NEWER {
        let host = EmbeddedHost::builder().start();
        let mut spawner = newer::connect(&host, protocol, "kitchen2", "");
        spawner.identity();
        spawner.call("spawn", Writer::new().u64(100_000).u64(4000).u32(5).finish(), 1);
        play(&host, protocol, &format!("big.{name}.none.jsonl"), |_| ());
    }
}

#[test]
fn the_watcher() {
    for (protocol, name) in NEWER {
        let host = EmbeddedHost::builder().start();
        let mut answers = 0;
        play(&host, protocol, &format!("watcher.{name}.none.jsonl"), |count| {
            answers = count;
            if count == 1 {
                be_watched(&host, protocol);
            }
        });
        assert_eq!(answers, 8);
    }
}

/// What the other client did while the watcher watched.
fn be_watched(host: &EmbeddedHost, protocol: Protocol) {
    let mut other = newer::connect(host, protocol, "kitchen2", "compression=None");
    other.identity();
    let ids = || Writer::new().u64(7000).u64(3);
    other.call("set_name", Writer::new().str("Bob").finish(), 1);
    other.call("send_message", Writer::new().str("hi all").finish(), 2);
    other.call("boom", Vec::new(), 3);
    other.call("spawn", ids().u32(9).finish(), 4);
    other.call("move_by", ids().f32(2.0).finish(), 5);
    other.call("despawn", ids().finish(), 6);
}
