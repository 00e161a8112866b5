//! What we encode for a client of v2 and v3 is what the published types encode, byte for byte.

use std::collections::VecDeque;

use spacetimedb_client_api_messages::websocket::v2 as oracle;
use spacetimedb_sats::bsatn;
use stdb::wire::v2::ClientMessage;
use stdb::wire::v3;
use stdb_oracle::random::Random;

/// How many messages of a kind are compared.
const MESSAGES: u64 = 4_000;

/// Compares messages of one kind that `both` makes, by the oracle and by us.
fn compare(both: impl Fn(&mut Random) -> (oracle::ClientMessage, Vec<u8>)) {
    for seed in 0..MESSAGES {
        let mut random = Random::new(seed);
        let (oracle, ours) = both(&mut random);
        assert_eq!(bsatn::to_vec(&oracle).unwrap(), ours);
    }
}

fn args(random: &mut Random) -> Vec<u8> {
    random.list(300, |random| random.u64() as u8)
}

fn subscribe(random: &mut Random) -> (oracle::ClientMessage, Vec<u8>) {
    let (request_id, query_set_id, queries) = (random.u32(), random.u32(), random.list(9, Random::string));
    let oracle = oracle::ClientMessage::Subscribe(oracle::Subscribe {
        request_id,
        query_set_id: oracle::QuerySetId::new(query_set_id),
        query_strings: queries.iter().map(|query| query.as_str().into()).collect(),
    });
    (oracle, ClientMessage::Subscribe { request_id, query_set_id, queries: &queries }.encode())
}

fn unsubscribe(random: &mut Random) -> (oracle::ClientMessage, Vec<u8>) {
    let (request_id, query_set_id, send_dropped_rows) = (random.u32(), random.u32(), random.bool());
    let flags =
        if send_dropped_rows { oracle::UnsubscribeFlags::SendDroppedRows } else { oracle::UnsubscribeFlags::Default };
    let query_set = oracle::QuerySetId::new(query_set_id);
    let oracle = oracle::ClientMessage::Unsubscribe(oracle::Unsubscribe { request_id, query_set_id: query_set, flags });
    (oracle, ClientMessage::Unsubscribe { request_id, query_set_id, send_dropped_rows }.encode())
}

fn one_off_query(random: &mut Random) -> (oracle::ClientMessage, Vec<u8>) {
    let (request_id, query) = (random.u32(), random.string());
    let query_string = query.as_str().into();
    let oracle = oracle::ClientMessage::OneOffQuery(oracle::OneOffQuery { request_id, query_string });
    (oracle, ClientMessage::OneOffQuery { request_id, query: &query }.encode())
}

fn call_reducer(random: &mut Random) -> (oracle::ClientMessage, Vec<u8>) {
    let (request_id, reducer, args) = (random.u32(), random.string(), args(random));
    let oracle = oracle::ClientMessage::CallReducer(oracle::CallReducer {
        request_id,
        flags: oracle::CallReducerFlags::Default,
        reducer: reducer.as_str().into(),
        args: args.clone().into(),
    });
    (oracle, ClientMessage::CallReducer { request_id, reducer: &reducer, args: &args }.encode())
}

fn call_procedure(random: &mut Random) -> (oracle::ClientMessage, Vec<u8>) {
    let (request_id, procedure, args) = (random.u32(), random.string(), args(random));
    let oracle = oracle::ClientMessage::CallProcedure(oracle::CallProcedure {
        request_id,
        flags: oracle::CallProcedureFlags::Default,
        procedure: procedure.as_str().into(),
        args: args.clone().into(),
    });
    (oracle, ClientMessage::CallProcedure { request_id, procedure: &procedure, args: &args }.encode())
}

#[test]
fn subscriptions() {
    compare(subscribe);
}

#[test]
fn unsubscriptions() {
    compare(unsubscribe);
}

#[test]
fn one_off_queries() {
    compare(one_off_query);
}

#[test]
fn calls_of_reducers() {
    compare(call_reducer);
}

#[test]
fn calls_of_procedures() {
    compare(call_procedure);
}

/// The published types, read until a frame's end, find the messages that were put into it.
#[test]
fn frames_of_several_messages() {
    let kinds = [subscribe, unsubscribe, one_off_query, call_reducer, call_procedure];
    for seed in 0..MESSAGES {
        let mut random = Random::new(seed);
        let count = 1 + random.below(9);
        let messages: Vec<_> = (0..count).map(|_| kinds[random.below(kinds.len())](&mut random)).collect();
        let mut queue: VecDeque<_> = messages.iter().map(|(_, ours)| ours.clone()).collect();
        let frame = v3::take_frame(&mut queue).unwrap();
        assert!(queue.is_empty(), "so few bytes go into one frame");
        let mut rest = &frame[..];
        for (oracle, _) in &messages {
            let found: oracle::ClientMessage = bsatn::from_reader(&mut rest).unwrap();
            assert_eq!(bsatn::to_vec(&found).unwrap(), bsatn::to_vec(oracle).unwrap());
        }
        assert!(rest.is_empty());
    }
}
