//! The recordings of v1.

use std::path::PathBuf;

use bytes::Bytes;
use stdb::wire::v1::{ProcedureStatus, TransactionUpdate, UpdateStatus};
use stdb::wire::{ClientMessage, DatabaseUpdate, HostMessage, RowList, decode_frame};

use crate::recording::{LIMIT, Parts, frames_of, list, read};

/// The recordings of v1: those of 2.8.3, which are there, and those of 1.2.0, if they are.
fn recordings() -> Vec<PathBuf> {
    let today = list("2.8.3", ".v1.");
    assert!(!today.is_empty(), "the recordings of 2.8.3 are there");
    [today, list("1.2.0", "")].concat()
}

fn messages_of(name: &str) -> Vec<HostMessage> {
    frames_of(name).into_iter().map(|frame| decode_frame(frame, LIMIT).unwrap()).collect()
}

#[test]
fn every_frame_of_a_host_decodes() {
    for path in recordings() {
        for (index, recorded) in read(&path).into_iter().enumerate().filter(|(_, recorded)| recorded.from_server) {
            if let Err(error) = decode_frame(recorded.frame, LIMIT) {
                panic!("{}, frame {index}: {error}", path.display());
            }
        }
    }
}

#[test]
fn every_frame_of_a_client_is_encoded_to_the_same_bytes() {
    let mut frames = 0;
    for path in recordings() {
        for recorded in read(&path).into_iter().filter(|recorded| !recorded.from_server) {
            assert_eq!(encode_again(&recorded.frame), recorded.frame, "{}", path.display());
            frames += 1;
        }
    }
    assert!(frames > 100, "{frames} frames of clients");
}

/// Takes a client's frame apart and encodes its parts again.
fn encode_again(frame: &[u8]) -> Vec<u8> {
    let mut parts = Parts(&frame[1..]);
    let encoded = match frame[0] {
        0 => {
            let (reducer, args) = (parts.text(), parts.bytes());
            let (request_id, flags) = (parts.u32(), parts.u8());
            ClientMessage::CallReducer { reducer, args, request_id, flags }.encode()
        }
        1 => ClientMessage::Subscribe { queries: &parts.texts(), request_id: parts.u32() }.encode(),
        2 => ClientMessage::OneOffQuery { message_id: parts.bytes(), query: parts.text() }.encode(),
        3 => {
            let (query, request_id, query_id) = (parts.text(), parts.u32(), parts.u32());
            ClientMessage::SubscribeSingle { query, request_id, query_id }.encode()
        }
        4 => {
            let (queries, request_id, query_id) = (parts.texts(), parts.u32(), parts.u32());
            ClientMessage::SubscribeMulti { queries: &queries, request_id, query_id }.encode()
        }
        5 => ClientMessage::Unsubscribe { request_id: parts.u32(), query_id: parts.u32() }.encode(),
        6 => ClientMessage::UnsubscribeMulti { request_id: parts.u32(), query_id: parts.u32() }.encode(),
        7 => {
            let (procedure, args) = (parts.text(), parts.bytes());
            let (request_id, flags) = (parts.u32(), parts.u8());
            ClientMessage::CallProcedure { procedure, args, request_id, flags }.encode()
        }
        tag => panic!("a client sent a message with the tag {tag}"),
    };
    assert!(parts.0.is_empty(), "{} bytes are left", parts.0.len());
    encoded
}

/// The transaction that answers a request of the tour.
fn transaction(messages: &[HostMessage], request: u32) -> &TransactionUpdate {
    let found = messages.iter().find_map(|message| match message {
        HostMessage::TransactionUpdate(update) if update.reducer_call.request_id == request => Some(update),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("request {request} was not answered"))
}

/// The rows of the only query update of the only table, which has this name: deletes and inserts.
fn only_update<'a>(update: &'a DatabaseUpdate, table: &str) -> (&'a RowList, &'a RowList) {
    assert_eq!(update.tables.len(), 1);
    assert_eq!(update.tables[0].table_name, table);
    let [update] = &update.tables[0].updates[..] else { panic!("not one update") };
    (&update.deletes, &update.inserts)
}

fn committed(transaction: &TransactionUpdate) -> &DatabaseUpdate {
    match &transaction.status {
        UpdateStatus::Committed(update) => update,
        status => panic!("{status:?}"),
    }
}

/// The tour in all its recordings: what is in it does not depend on the compression, nor on light mode.
const TOURS: [&str; 4] =
    ["tour.v1.none.jsonl", "tour.v1.gzip.jsonl", "tour.v1.brotli.jsonl", "tour.v1.none.light.jsonl"];

#[test]
fn reducers_that_succeed_bring_their_rows() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let set_name = transaction(&messages, 2);
        assert_eq!(set_name.reducer_call.reducer_name, "set_name");
        assert_eq!(set_name.reducer_call.args, b"\x03\0\0\0Ada"[..]);
        assert!(set_name.energy_used > 0);
        let (deletes, inserts) = only_update(committed(set_name), "user");
        assert_eq!((deletes.len(), inserts.len()), (1, 1));
        assert_eq!(inserts.get(0)[..32], set_name.caller_identity);
        assert!(inserts.get(0).ends_with(b"\0\x03\0\0\0Ada\x01"));

        let (deletes, inserts) = only_update(committed(transaction(&messages, 10)), "entity");
        assert_eq!((deletes.len(), inserts.len(), inserts.fixed_size()), (0, 50, Some(28)));
        let ids: Vec<u64> = inserts.iter().map(|row| u64::from_le_bytes(row[..8].try_into().unwrap())).collect();
        assert_eq!(ids, (1..=50).collect::<Vec<_>>());
        let (deletes, inserts) = only_update(committed(transaction(&messages, 12)), "entity");
        assert_eq!((deletes.len(), inserts.len()), (10, 0));
        assert!(committed(transaction(&messages, 6)).tables.is_empty(), "noop changes nothing");
    }
}

#[test]
fn reducers_that_fail_say_why() {
    for tour in TOURS {
        let messages = messages_of(tour);
        for (request, why) in [
            (3, "Names must not be empty"),
            (5, "Messages must not be empty"),
            (7, "The instance encountered a fatal error."),
        ] {
            assert!(failure(transaction(&messages, request)).starts_with(why), "request {request}");
        }
    }
}

/// A call that never began is answered without its request's number and arguments; the reducer's name is kept.
#[test]
fn calls_that_cannot_be_made_are_answered_with_request_0() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let without_number: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                HostMessage::TransactionUpdate(update) if update.reducer_call.request_id == 0 => Some(update),
                _ => None,
            })
            .collect();
        let [unknown, bad_arguments] = without_number[..] else { panic!("{without_number:?}") };
        assert_eq!(failure(unknown), "no such reducer");
        assert_eq!(
            (&*unknown.reducer_call.reducer_name, unknown.reducer_call.reducer_id),
            ("no_such_reducer", u32::MAX)
        );
        assert!(failure(bad_arguments).starts_with("invalid arguments for reducer set_name"));
        assert_eq!(bad_arguments.reducer_call.reducer_name, "set_name");
        assert!(unknown.reducer_call.args.is_empty() && bad_arguments.reducer_call.args.is_empty());
    }
}

fn failure(transaction: &TransactionUpdate) -> &str {
    match &transaction.status {
        UpdateStatus::Failed(message) => message,
        status => panic!("{status:?}"),
    }
}

#[test]
fn rows_in_two_query_sets_come_twice() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let table = &committed(transaction(&messages, 16)).tables[0];
        assert_eq!((table.table_name.as_str(), table.num_rows, table.updates.len()), ("entity", 8, 2));
        assert_eq!(table.updates[0], table.updates[1]);
        assert_eq!((table.updates[0].deletes.len(), table.updates[0].inserts.len()), (2, 2));
    }
}

#[test]
fn subscriptions_are_applied_refused_and_removed() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let mut applied = Vec::new();
        let mut removed = Vec::new();
        let mut refused = Vec::new();
        for message in &messages {
            match message {
                HostMessage::SubscribeMultiApplied { request_id, query_id, .. } => {
                    applied.push((*request_id, *query_id))
                }
                HostMessage::UnsubscribeMultiApplied { request_id, query_id, update, .. } => {
                    assert!(
                        update.tables.iter().flat_map(|table| &table.updates).all(|update| update.inserts.is_empty())
                    );
                    removed.push((*request_id, *query_id));
                }
                HostMessage::SubscriptionError { request_id, query_id, table_id: None, error, .. } => {
                    refused.push((request_id.unwrap(), query_id.unwrap(), error.as_str()))
                }
                _ => {}
            }
        }
        assert_eq!(applied, [(1, 1), (15, 2), (22, 6)]);
        assert_eq!(removed, [(18, 2), (27, 6), (35, 1)]);
        assert_eq!(refused.len(), 3);
        assert_eq!(refused[1], (20, 4, "A FROM clause is required, executing: `SELECT nonsense`"));
        assert!(refused[2].2.starts_with("no such table: `secret`."));
    }
}

#[test]
fn one_off_queries_and_procedures_are_answered() {
    for tour in TOURS {
        let messages = messages_of(tour);
        let one_off: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                HostMessage::OneOffQueryResponse { message_id, error, tables, .. } => Some((message_id, error, tables)),
                _ => None,
            })
            .collect();
        let [(found_id, None, found), (_, Some(error), none)] = one_off[..] else { panic!("{one_off:?}") };
        assert_eq!(found_id[..], 28u32.to_le_bytes());
        assert_eq!((found[0].name.as_str(), found[0].rows.get(0)), ("left", &b"\x01\0\0\0\x03\0\0\0uno"[..]));
        assert!(error.starts_with("no such table") && none.is_empty());

        let results: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                HostMessage::ProcedureResult { status, request_id, .. } => Some((*request_id, status)),
                _ => None,
            })
            .collect();
        assert_eq!(results[0], (30, &ProcedureStatus::Returned(Bytes::from_static(&[42, 0, 0, 0]))));
        assert!(matches!(results[2], (32, ProcedureStatus::InternalError(_))));
        assert_eq!(results[3], (33, &ProcedureStatus::InternalError("No such procedure".to_owned())));
    }
}

#[test]
fn a_watcher_gets_the_rows_of_others_without_their_calls() {
    let messages = messages_of("watcher.v1.none.jsonl");
    assert!(matches!(messages[0], HostMessage::IdentityToken { .. }));
    assert!(matches!(messages[1], HostMessage::SubscribeMultiApplied { .. }));
    for message in &messages[2..] {
        assert!(matches!(message, HostMessage::TransactionUpdateLight { .. }), "{message:?}");
    }
}

#[test]
fn a_first_message_says_who_the_client_is() {
    let messages = messages_of("token.v1.none.jsonl");
    let [HostMessage::IdentityToken { identity, token, connection_id }] = &messages[..] else { panic!() };
    // Identities begin, in hexadecimal, with c200.
    assert_eq!(identity[30..], [0x00, 0xc2]);
    assert!(token.starts_with("eyJ0eXAiOiJKV1Qi"));
    assert_ne!(*connection_id, [0; 16]);
}

#[test]
fn a_scenario_is_the_same_in_every_compression() {
    let kinds = |name: &str| -> Vec<_> { messages_of(name).iter().map(std::mem::discriminant).collect() };
    for scenario in ["tour", "big"] {
        let plain = kinds(&format!("{scenario}.v1.none.jsonl"));
        for (compression, tag) in [("gzip", 2), ("brotli", 1)] {
            let name = format!("{scenario}.v1.{compression}.jsonl");
            assert_eq!(kinds(&name), plain, "{name}");
            assert!(frames_of(&name).iter().any(|frame| frame[0] == tag), "{name} has a compressed frame");
        }
    }
}

#[test]
fn a_big_subscription_is_the_same_in_every_compression() {
    for compression in ["none", "gzip", "brotli"] {
        let messages = messages_of(&format!("big.v1.{compression}.jsonl"));
        let HostMessage::SubscribeMultiApplied { update, .. } = &messages[1] else { panic!("{compression}") };
        assert_eq!(only_update(update, "entity").1.len(), 4000);
        let (deletes, inserts) = only_update(committed(transaction(&messages, 2)), "entity");
        assert_eq!((deletes.len(), inserts.len()), (1000, 1000));
    }
}

#[test]
fn rows_of_an_uncompressed_frame_are_slices_of_it() {
    let frame = frames_of("big.v1.none.jsonl").swap_remove(1);
    let HostMessage::SubscribeMultiApplied { update, .. } = decode_frame(frame.clone(), LIMIT).unwrap() else {
        panic!()
    };
    let rows = only_update(&update, "entity").1.bytes();
    assert!(frame.as_ptr_range().contains(&rows.as_ptr()), "the rows were copied");
}
