//! What we encode for a client is what the published types encode, byte for byte.

use spacetimedb_client_api_messages::websocket::v1 as oracle;
use spacetimedb_sats::{bsatn, raw_identifier::RawIdentifier};
use stdb::wire::ClientMessage;
use stdb_oracle::random::Random;

/// How many messages of a kind are compared.
const MESSAGES: u64 = 4_000;

type OracleMessage = oracle::ClientMessage<Box<[u8]>>;

/// Compares messages of one kind that `both` makes, by the oracle and by us.
fn compare(both: impl Fn(&mut Random) -> (OracleMessage, Vec<u8>)) {
    for seed in 0..MESSAGES {
        let mut random = Random::new(seed);
        let (oracle, ours) = both(&mut random);
        assert_eq!(bsatn::to_vec(&oracle).unwrap(), ours);
    }
}

fn boxed(queries: &[String]) -> Box<[Box<str>]> {
    queries.iter().map(|query| query.as_str().into()).collect()
}

fn args(random: &mut Random) -> Vec<u8> {
    random.list(300, |random| random.u64() as u8)
}

#[test]
fn call_reducer() {
    compare(|random| {
        let (reducer, args, request_id, flags) = (random.string(), args(random), random.u32(), random.below(2) as u8);
        let oracle = OracleMessage::CallReducer(oracle::CallReducer {
            reducer: RawIdentifier::new(reducer.as_str()),
            args: args.as_slice().into(),
            request_id,
            flags: [oracle::CallReducerFlags::FullUpdate, oracle::CallReducerFlags::NoSuccessNotify]
                [usize::from(flags)],
        });
        (oracle, ClientMessage::CallReducer { reducer: &reducer, args: &args, request_id, flags }.encode())
    });
}

#[test]
fn subscribe() {
    compare(|random| {
        let (queries, request_id) = (random.list(9, Random::string), random.u32());
        let oracle = OracleMessage::Subscribe(oracle::Subscribe { query_strings: boxed(&queries), request_id });
        (oracle, ClientMessage::Subscribe { queries: &queries, request_id }.encode())
    });
}

#[test]
fn one_off_query() {
    compare(|random| {
        let (message_id, query) = (args(random), random.string());
        let oracle = OracleMessage::OneOffQuery(oracle::OneOffQuery {
            message_id: message_id.as_slice().into(),
            query_string: query.as_str().into(),
        });
        (oracle, ClientMessage::OneOffQuery { message_id: &message_id, query: &query }.encode())
    });
}

#[test]
fn subscribe_single() {
    compare(|random| {
        let (query, request_id, query_id) = (random.string(), random.u32(), random.u32());
        let oracle = OracleMessage::SubscribeSingle(oracle::SubscribeSingle {
            query: query.as_str().into(),
            request_id,
            query_id: oracle::QueryId::new(query_id),
        });
        (oracle, ClientMessage::SubscribeSingle { query: &query, request_id, query_id }.encode())
    });
}

#[test]
fn subscribe_multi() {
    compare(|random| {
        let (queries, request_id, query_id) = (random.list(9, Random::string), random.u32(), random.u32());
        let oracle = OracleMessage::SubscribeMulti(oracle::SubscribeMulti {
            query_strings: boxed(&queries),
            request_id,
            query_id: oracle::QueryId::new(query_id),
        });
        (oracle, ClientMessage::SubscribeMulti { queries: &queries, request_id, query_id }.encode())
    });
}

#[test]
fn unsubscribe() {
    compare(|random| {
        let (request_id, query_id) = (random.u32(), random.u32());
        let oracle = oracle::Unsubscribe { request_id, query_id: oracle::QueryId::new(query_id) };
        (OracleMessage::Unsubscribe(oracle), ClientMessage::Unsubscribe { request_id, query_id }.encode())
    });
}

#[test]
fn unsubscribe_multi() {
    compare(|random| {
        let (request_id, query_id) = (random.u32(), random.u32());
        let oracle = oracle::UnsubscribeMulti { request_id, query_id: oracle::QueryId::new(query_id) };
        (OracleMessage::UnsubscribeMulti(oracle), ClientMessage::UnsubscribeMulti { request_id, query_id }.encode())
    });
}

#[test]
fn call_procedure() {
    compare(|random| {
        let (procedure, args, request_id) = (random.string(), args(random), random.u32());
        let oracle = OracleMessage::CallProcedure(oracle::CallProcedure {
            procedure: RawIdentifier::new(procedure.as_str()),
            args: args.as_slice().into(),
            request_id,
            flags: oracle::CallProcedureFlags::Default,
        });
        (oracle, ClientMessage::CallProcedure { procedure: &procedure, args: &args, request_id, flags: 0 }.encode())
    });
}
