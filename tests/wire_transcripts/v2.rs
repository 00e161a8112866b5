//! The recordings of v2 and v3, which have the same messages.

use std::collections::VecDeque;

use bytes::Bytes;
use stdb::error::{Error, STDB_ERR_PROTOCOL};
use stdb::wire::RowList;
use stdb::wire::v2::{
    self, ClientMessage, HostMessage, ProcedureStatus, ReducerOutcome, TableRows, TableUpdateRows, TransactionUpdate,
};
use stdb::wire::v3;

use crate::recording::{LIMIT, Parts, frames_of, list, read};

/// The tour in all its recordings: what is in it depends neither on the protocol nor on the compression.
const TOURS: [&str; 6] = [
    "tour.v2.none.jsonl",
    "tour.v2.gzip.jsonl",
    "tour.v2.brotli.jsonl",
    "tour.v3.none.jsonl",
    "tour.v3.gzip.jsonl",
    "tour.v3.brotli.jsonl",
];

/// Decodes a host's frame of a recording, by the protocol in the recording's name.
fn decode(name: &str, frame: Bytes) -> Result<Vec<HostMessage>, Error> {
    if name.contains(".v2.") {
        v2::decode_frame(frame, LIMIT).map(|message| vec![message])
    } else {
        v3::decode_frame(frame, LIMIT)?.collect()
    }
}

/// The host's messages of a recording, frame by frame.
fn frames_of_messages(name: &str) -> Vec<Vec<HostMessage>> {
    let frames = frames_of(name).into_iter().enumerate();
    let decoded =
        frames.map(|(index, frame)| decode(name, frame).unwrap_or_else(|error| panic!("{name}, {index}: {error}")));
    decoded.collect()
}

fn messages_of(name: &str) -> Vec<HostMessage> {
    frames_of_messages(name).concat()
}

/// The names of all recordings of v2 and v3.
fn recordings() -> Vec<String> {
    let paths = [list("2.8.3", ".v2."), list("2.8.3", ".v3.")].concat();
    assert_eq!(paths.len(), 16, "the recordings of 2.8.3 are there");
    paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_frame_of_a_host_decodes() {
    let messages: usize = recordings().iter().map(|name| messages_of(name).len()).sum();
    assert_eq!(messages, 278);
}

#[test]
fn every_frame_of_a_client_is_encoded_to_the_same_bytes() {
    let mut frames = 0;
    for path in [list("2.8.3", ".v2."), list("2.8.3", ".v3.")].concat() {
        for recorded in read(&path).into_iter().filter(|recorded| !recorded.from_server) {
            let mut messages = encode_again(&recorded.frame);
            assert_eq!(v3::take_frame(&mut messages).unwrap(), recorded.frame, "{}", path.display());
            assert!(messages.is_empty());
            frames += 1;
        }
    }
    assert!(frames > 200, "{frames} frames of clients");
}

/// Takes a client's frame apart and encodes its messages again.
fn encode_again(frame: &[u8]) -> VecDeque<Vec<u8>> {
    let mut parts = Parts(frame);
    let mut messages = VecDeque::new();
    while !parts.0.is_empty() {
        messages.push_back(encode_one_again(&mut parts));
    }
    messages
}

fn encode_one_again(parts: &mut Parts) -> Vec<u8> {
    let (tag, request_id) = (parts.u8(), parts.u32());
    match tag {
        0 => {
            let (query_set_id, queries) = (parts.u32(), parts.texts());
            ClientMessage::Subscribe { request_id, query_set_id, queries: &queries }.encode()
        }
        1 => {
            let (query_set_id, send_dropped_rows) = (parts.u32(), parts.u8() == 1);
            ClientMessage::Unsubscribe { request_id, query_set_id, send_dropped_rows }.encode()
        }
        2 => ClientMessage::OneOffQuery { request_id, query: parts.text() }.encode(),
        3 => {
            assert_eq!(parts.u8(), 0, "no flags");
            ClientMessage::CallReducer { request_id, reducer: parts.text(), args: parts.bytes() }.encode()
        }
        4 => {
            assert_eq!(parts.u8(), 0, "no flags");
            ClientMessage::CallProcedure { request_id, procedure: parts.text(), args: parts.bytes() }.encode()
        }
        tag => panic!("a client sent a message with the tag {tag}"),
    }
}

/// A frame that is cut off is a protocol error, but for one of v3 that is cut between two of its messages.
///
/// Long compressed frames are cut at some bytes only: expanding them thousands of times takes minutes, and what is in
/// them is also recorded without compression.
#[test]
fn every_frame_of_a_host_cut_off_at_any_byte_is_a_protocol_error() {
    for name in recordings() {
        for frame in frames_of(&name) {
            let whole = decode(&name, frame.clone()).unwrap();
            let is_compressed = frame[0] != 0;
            let step = if is_compressed && frame.len() > 4096 { 61 } else { 1 };
            let mut cut_between = 0;
            for length in (0..frame.len()).step_by(step) {
                match decode(&name, frame.slice(..length)) {
                    Ok(messages) => {
                        assert!(messages.len() < whole.len() && whole.starts_with(&messages), "{name} cut at {length}");
                        cut_between += 1;
                    }
                    Err(error) => assert_eq!(error.status, STDB_ERR_PROTOCOL, "{name} cut at {length}: {error}"),
                }
            }
            assert_eq!(cut_between, if is_compressed { 0 } else { whole.len() - 1 }, "{name}");
        }
    }
}
/// How a call of the tour went.
fn outcome(messages: &[HostMessage], request: u32) -> &ReducerOutcome {
    let found = messages.iter().find_map(|message| match message {
        HostMessage::ReducerResult { request_id, outcome, .. } if *request_id == request => Some(outcome),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("request {request} was not answered"))
}

/// What a call of the tour changed.
fn committed(messages: &[HostMessage], request: u32) -> &TransactionUpdate {
    match outcome(messages, request) {
        ReducerOutcome::Ok { return_value, update } if return_value.is_empty() => update,
        outcome => panic!("request {request}: {outcome:?}"),
    }
}

/// One item of an update: the number of the query set, the table, inserts, deletes.
type Change<'a> = (u32, &'a str, &'a RowList, &'a RowList);

fn changes(update: &TransactionUpdate) -> Vec<Change<'_>> {
    let tables = update.query_sets.iter().flat_map(|set| set.tables.iter().map(|table| (set.query_set_id, table)));
    let changes = tables.flat_map(|(set, table)| {
        table.rows.iter().map(move |rows| match rows {
            TableUpdateRows::Persistent { inserts, deletes } => (set, &*table.table_name, inserts, deletes),
            TableUpdateRows::Event { .. } => panic!("{} is no event table", table.table_name),
        })
    });
    changes.collect()
}

/// The same with the rows counted.
fn counts(update: &TransactionUpdate) -> Vec<(u32, &str, usize, usize)> {
    changes(update)
        .into_iter()
        .map(|(set, table, inserts, deletes)| (set, table, inserts.len(), deletes.len()))
        .collect()
}

#[test]
fn reducers_that_succeed_bring_their_rows() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let HostMessage::InitialConnection { identity, .. } = &messages[0] else { panic!("{:?}", messages[0]) };
        let [(1, "user", inserts, deletes)] = changes(committed(&messages, 2))[..] else { panic!("{tour}") };
        assert_eq!((inserts.len(), deletes.len()), (1, 1));
        assert_eq!(inserts.get(0)[..32], *identity);
        assert!(inserts.get(0).ends_with(b"\0\x03\0\0\0Ada\x01"));
        assert!(deletes.get(0).ends_with(b"\x01\x01"), "without a name before");

        let [(1, "entity", inserts, deletes)] = changes(committed(&messages, 10))[..] else { panic!("{tour}") };
        assert_eq!((inserts.len(), inserts.fixed_size(), deletes.len()), (50, Some(28), 0));
        let ids: Vec<u64> = inserts.iter().map(|row| u64::from_le_bytes(row[..8].try_into().unwrap())).collect();
        assert_eq!(ids, (1..=50).collect::<Vec<_>>());
        assert_eq!(counts(committed(&messages, 12)), [(1, "entity", 0, 10)]);
        assert_eq!(counts(committed(&messages, 6)), [], "noop changes nothing");
    }
}

/// Also calls that could not begin are answered by their own numbers, which v1 does not do.
#[test]
fn reducers_that_fail_say_why() {
    for tour in TOURS {
        let messages = messages_of(tour);
        for (request, error) in [(3, "Names must not be empty"), (5, "Messages must not be empty")] {
            let string = [&(error.len() as u32).to_le_bytes(), error.as_bytes()].concat();
            assert_eq!(*outcome(&messages, request), ReducerOutcome::Err(string.into()));
        }
        for (request, why) in [
            (7, "The instance encountered a fatal error."),
            (8, "no such reducer"),
            (9, "invalid arguments for reducer set_name"),
        ] {
            let ReducerOutcome::InternalError(error) = outcome(&messages, request) else { panic!("{request}") };
            assert!(error.starts_with(why), "{error}");
        }
    }
}

#[test]
fn rows_in_two_query_sets_come_in_both() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let both = committed(&messages, 16);
        assert_eq!(counts(both), [(1, "entity", 2, 2), (2, "entity", 2, 2)]);
        assert_eq!(both.query_sets[0].tables, both.query_sets[1].tables);
        assert_eq!(
            counts(committed(&messages, 17)),
            [(1, "entity", 1, 1), (2, "entity", 0, 1)],
            "it leaves the second"
        );
    }
}

#[test]
fn rows_that_two_queries_of_a_set_match_come_twice() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let edited = counts(committed(&messages, 26));
        assert_eq!(edited, [(1, "left", 1, 1), (6, "left", 1, 1), (6, "left", 1, 1)]);
        let (.., Some(dropped)) = unsubscribed(&messages, 27) else { panic!("{tour}") };
        assert_eq!(names_and_counts(dropped), [("left", 1), ("left", 1)]);
        assert_eq!(dropped[0], dropped[1]);
    }
}

/// The joined row is deleted and inserted in one transaction, and the set it is in has no update at all.
#[test]
fn a_set_without_a_net_change_is_left_out() {
    for tour in TOURS {
        assert_eq!(counts(committed(&messages_of(tour), 25)), [(1, "right", 1, 1)]);
    }
}

fn names_and_counts(tables: &[TableRows]) -> Vec<(&str, usize)> {
    tables.iter().map(|table| (&*table.table_name, table.rows.len())).collect()
}

/// The number of the set that a request removed, and its rows.
fn unsubscribed(messages: &[HostMessage], request: u32) -> (u32, Option<&[TableRows]>) {
    let found = messages.iter().find_map(|message| match message {
        HostMessage::UnsubscribeApplied { request_id, query_set_id, dropped } if *request_id == request => {
            Some((*query_set_id, dropped.as_deref()))
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("request {request} was not answered"))
}

#[test]
fn query_sets_are_applied_refused_and_removed() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let mut applied = Vec::new();
        let mut refused = Vec::new();
        for message in &messages {
            match message {
                HostMessage::SubscribeApplied { request_id, query_set_id, tables } => {
                    assert!(tables.iter().all(|table| !table.rows.is_empty()), "tables without rows are left out");
                    applied.push((*request_id, *query_set_id));
                }
                HostMessage::SubscriptionError { request_id, query_set_id, error } => {
                    refused.push((request_id.unwrap(), *query_set_id, error.as_str()))
                }
                _ => {}
            }
        }
        assert_eq!(applied, [(1, 1), (15, 2), (22, 6), (36, 7)]);
        let [(19, 3, _), (20, 4, nonsense), (21, 5, secret)] = refused[..] else { panic!("{refused:?}") };
        assert_eq!(nonsense, "A FROM clause is required, executing: `SELECT nonsense`");
        assert!(secret.starts_with("no such table: `secret`."), "{secret}");

        let (2, Some(dropped)) = unsubscribed(&messages, 18) else { panic!("{tour}") };
        assert_eq!(names_and_counts(dropped), [("entity", 39)], "one of 40 has left");
        let (1, Some(dropped)) = unsubscribed(&messages, 38) else { panic!("{tour}") };
        assert_eq!(dropped.len(), 7, "every table but that of events");
    }
}

#[test]
fn one_off_queries_and_procedures_are_answered() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let one_off = messages.iter().filter_map(|message| match message {
            HostMessage::OneOffQueryResult { request_id, result } => Some((*request_id, result)),
            _ => None,
        });
        let [(28, Ok(found)), (29, Err(error))] = &one_off.collect::<Vec<_>>()[..] else { panic!("{tour}") };
        assert_eq!(names_and_counts(found), [("left", 1)]);
        assert_eq!(found[0].rows.get(0), b"\x01\0\0\0\x03\0\0\0uno");
        assert!(error.starts_with("no such table"), "{error}");

        let procedures = messages.iter().filter_map(|message| match message {
            HostMessage::ProcedureResult { request_id, status, timestamp_micros, .. } => {
                Some((*request_id, status, *timestamp_micros))
            }
            _ => None,
        });
        let [added, (31, ..), panicked, unknown, (34, ..)] = procedures.collect::<Vec<_>>()[..] else {
            panic!("{tour}")
        };
        assert_eq!((added.0, added.1), (30, &ProcedureStatus::Returned(Bytes::from_static(&[42, 0, 0, 0]))));
        assert!(added.2 > 1_790_000_000_000_000, "microseconds since 1970: {}", added.2);
        assert!(matches!(panicked, (32, ProcedureStatus::InternalError(_), 0)));
        assert_eq!(unknown, (33, &ProcedureStatus::InternalError("No such procedure".to_owned()), 0));
    }
}

/// In v3 the two are the only frame with more than one message.
#[test]
fn the_rows_of_a_procedure_come_before_its_result() {
    for tour in TOURS {
        let frames = frames_of_messages(tour);
        let together: Vec<_> = frames.iter().filter(|messages| messages.len() > 1).collect();
        let messages = frames.concat();
        let result = messages
            .iter()
            .position(|message| matches!(message, HostMessage::ProcedureResult { request_id: 34, .. }))
            .unwrap();
        let HostMessage::TransactionUpdate(update) = &messages[result - 1] else { panic!("{tour}") };
        assert_eq!(counts(update), [(1, "entity", 1, 0)]);
        if tour.contains(".v3.") {
            assert_eq!(together, [&messages[result - 1..=result]]);
        } else {
            assert!(together.is_empty());
        }
    }
}

#[test]
fn events_that_are_equal_come_once() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let [set] = &committed(&messages, 35).query_sets[..] else { panic!("{tour}") };
        let [table] = &set.tables[..] else { panic!("{tour}") };
        assert_eq!((set.query_set_id, &*table.table_name), (1, "hit"));
        let [TableUpdateRows::Event { events }] = &table.rows[..] else { panic!("{table:?}") };
        assert_eq!(events.iter().collect::<Vec<_>>(), [b"\x01\0\0\0\0\0\0\0\x05\0\0\0"]);
    }
}

#[test]
fn views_are_tables() {
    for tour in TOURS {
        let messages = messages_of(tour);
        assert_eq!(counts(committed(&messages, 37)), [(1, "entity", 1, 1), (7, "zone_one", 0, 1)]);
    }
}

#[test]
fn a_watcher_gets_the_rows_of_others_without_their_calls() {
    for name in ["watcher.v2.none.jsonl", "watcher.v3.none.jsonl"] {
        let messages = messages_of(name);
        assert!(matches!(messages[0], HostMessage::InitialConnection { .. }));
        assert!(matches!(messages[1], HostMessage::SubscribeApplied { .. }));
        for message in &messages[2..] {
            let HostMessage::TransactionUpdate(update) = message else { panic!("{message:?}") };
            assert!(!update.query_sets.is_empty());
        }
    }
}

#[test]
fn a_first_message_says_who_the_client_is() {
    for name in ["token.v2.none.jsonl", "token.v3.none.jsonl"] {
        let messages = messages_of(name);
        let [HostMessage::InitialConnection { identity, connection_id, token }] = &messages[..] else { panic!() };
        // Identities begin, in hexadecimal, with c200.
        assert_eq!(identity[30..], [0x00, 0xc2]);
        assert!(token.starts_with("eyJ0eXAiOiJKV1Qi"));
        assert_ne!(*connection_id, [0; 16]);
    }
}

#[test]
fn a_scenario_is_the_same_in_every_protocol_and_compression() {
    let kinds = |name: &str| -> Vec<_> { messages_of(name).iter().map(std::mem::discriminant).collect() };
    for scenario in ["tour", "big"] {
        let plain = kinds(&format!("{scenario}.v2.none.jsonl"));
        for protocol in ["v2", "v3"] {
            for (compression, tag) in [("none", 0), ("gzip", 2), ("brotli", 1)] {
                let name = format!("{scenario}.{protocol}.{compression}.jsonl");
                assert_eq!(kinds(&name), plain, "{name}");
                assert!(frames_of(&name).iter().any(|frame| frame[0] == tag), "{name} has a frame with tag {tag}");
            }
        }
    }
}

#[test]
fn a_big_subscription_is_the_same_in_every_protocol_and_compression() {
    for name in recordings().iter().filter(|name| name.starts_with("big.")) {
        let messages = messages_of(name);
        let HostMessage::SubscribeApplied { tables, .. } = &messages[1] else { panic!("{name}") };
        assert_eq!(names_and_counts(tables), [("entity", 4000)]);
        assert_eq!(counts(committed(&messages, 2)), [(1, "entity", 1000, 1000)]);
    }
}

#[test]
fn rows_of_an_uncompressed_frame_are_slices_of_it() {
    for name in ["big.v2.none.jsonl", "big.v3.none.jsonl"] {
        let frame = frames_of(name).swap_remove(1);
        let [HostMessage::SubscribeApplied { tables, .. }] = &decode(name, frame.clone()).unwrap()[..] else {
            panic!()
        };
        let rows = tables[0].rows.bytes();
        assert!(frame.as_ptr_range().contains(&rows.as_ptr()), "the rows were copied");
    }
}
