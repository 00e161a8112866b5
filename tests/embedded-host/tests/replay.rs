//! Recordings are said again as they were, in every protocol and compression.

mod common;

use common::newer;
use common::recording::{Line, recording, recordings, transcript};
use std::net::TcpStream;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::v2::*;
use stdb_embedded_host::wire::{Protocol, compression};
use tungstenite::{Message, WebSocket};

fn replaying(file: &str) -> EmbeddedHost {
    EmbeddedHost::builder().replay("replayed", &transcript(file), "{}").start()
}

fn frame(socket: &mut WebSocket<TcpStream>) -> Vec<u8> {
    socket.read().unwrap().into_data().into()
}

#[test]
fn every_recording_comes_back_byte_for_byte() {
    let all = recordings(".v");
    assert!(all.len() > 20, "{} recordings", all.len());
    for recording in all {
        let host = replaying(&recording.name);
        let offered = Protocol::ALL;
        let (mut socket, response) =
            common::handshake(common::dial(&host), "replayed", "compression=None", None, &offered).unwrap();
        let protocol = response.headers()["sec-websocket-protocol"].to_str().unwrap();
        assert!(recording.name.contains(&format!(".{}.", &protocol[..2])), "{}: {protocol}", recording.name);
        for line in recording.lines {
            match line {
                Line::Client(frame) => socket.send(Message::Binary(frame.into())).unwrap(),
                Line::Server(recorded) => assert!(frame(&mut socket) == recorded, "{}", recording.name),
            }
        }
    }
}

#[test]
fn a_client_may_choose_other_ids_and_join_its_messages() {
    for file in ["tour.v2.gzip.jsonl", "tour.v3.brotli.jsonl"] {
        let (mut said, mut recorded) = (Vec::new(), Vec::new());
        for line in recording(file).lines {
            match line {
                Line::Client(frame) => said.push(shifted(decode_client(&frame).unwrap())),
                Line::Server(frame) => {
                    recorded.extend(decode_server_frame(&compression::unframe(&frame).unwrap()).unwrap());
                }
            }
        }
        let host = replaying(file);
        let mut client = newer::offer(&host, &Protocol::ALL, "replayed", "compression=None").unwrap();
        match client.protocol() {
            Protocol::V3 => client.say_all(&said),
            _ => said.into_iter().for_each(|message| client.say(message)),
        }
        for recorded in recorded {
            assert_eq!(unshifted(client.hear()), recorded, "{file}");
        }
    }
}

const SHIFT: u32 = 1000;

fn shifted(mut message: ClientMessage) -> ClientMessage {
    use ClientMessage::*;
    match &mut message {
        Subscribe { request_id, query_set_id, .. } | Unsubscribe { request_id, query_set_id, .. } => {
            *request_id += SHIFT;
            *query_set_id += SHIFT;
        }
        OneOffQuery { request_id, .. } | CallReducer { request_id, .. } | CallProcedure { request_id, .. } => {
            *request_id += SHIFT;
        }
    }
    message
}

fn unshifted(mut message: ServerMessage) -> ServerMessage {
    use ServerMessage::*;
    let unshift = |sets: &mut QuerySets| sets.iter_mut().for_each(|set| set.query_set_id -= SHIFT);
    match &mut message {
        InitialConnection { .. } => {}
        SubscribeApplied { request_id, query_set_id, .. } | UnsubscribeApplied { request_id, query_set_id, .. } => {
            *request_id -= SHIFT;
            *query_set_id -= SHIFT;
        }
        SubscriptionError { request_id, query_set_id, .. } => {
            request_id.iter_mut().for_each(|id| *id -= SHIFT);
            *query_set_id -= SHIFT;
        }
        TransactionUpdate(sets) => unshift(sets),
        ReducerResult { request_id, outcome, .. } => {
            *request_id -= SHIFT;
            if let ReducerOutcome::Ok { update, .. } = outcome {
                unshift(update);
            }
        }
        OneOffQueryResult { request_id, .. } | ProcedureResult { request_id, .. } => *request_id -= SHIFT,
    }
    message
}

#[test]
fn a_client_that_speaks_another_protocol_is_refused() {
    let host = replaying("watcher.v2.none.jsonl");
    assert_eq!(common::refused(newer::offer(&host, &[Protocol::V1, Protocol::V3], "replayed", "")), 400);
}
