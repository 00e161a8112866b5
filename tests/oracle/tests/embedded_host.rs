//! The embedded host's codec of v2, for what no recording has.

use spacetimedb_client_api_messages::websocket::v2 as published;
use spacetimedb_sats::bsatn;
use stdb_embedded_host::wire::ProcedureStatus;
use stdb_embedded_host::wire::v2::*;

fn set(id: u32) -> published::QuerySetId {
    published::QuerySetId::new(id)
}

#[test]
fn a_hosts_messages() {
    let result = |outcome| {
        published::ServerMessage::ReducerResult(published::ReducerResult {
            request_id: 3,
            timestamp: spacetimedb_lib::Timestamp::from_micros_since_unix_epoch(77),
            result: outcome,
        })
    };
    let own = |outcome| ServerMessage::ReducerResult { request_id: 3, timestamp: 77, outcome };
    let update = || published::TransactionUpdate { query_sets: [].into() };
    let pairs = [
        (own(ReducerOutcome::OkEmpty), result(published::ReducerOutcome::OkEmpty)),
        (
            own(ReducerOutcome::Ok { returned: vec![1, 2], update: vec![] }),
            result(published::ReducerOutcome::Ok(published::ReducerOk {
                ret_value: vec![1, 2].into(),
                transaction_update: update(),
            })),
        ),
        (
            ServerMessage::UnsubscribeApplied { request_id: 4, query_set_id: 5, rows: None },
            published::ServerMessage::UnsubscribeApplied(published::UnsubscribeApplied {
                request_id: 4,
                query_set_id: set(5),
                rows: None,
            }),
        ),
        (
            ServerMessage::SubscriptionError { request_id: None, query_set_id: 5, error: "over".into() },
            published::ServerMessage::SubscriptionError(published::SubscriptionError {
                request_id: None,
                query_set_id: set(5),
                error: "over".into(),
            }),
        ),
        (
            ServerMessage::ProcedureResult {
                status: ProcedureStatus::InternalError("no".into()),
                timestamp: 7,
                micros: 8,
                request_id: 9,
            },
            published::ServerMessage::ProcedureResult(published::ProcedureResult {
                status: published::ProcedureStatus::InternalError("no".into()),
                timestamp: spacetimedb_lib::Timestamp::from_micros_since_unix_epoch(7),
                total_host_execution_duration: spacetimedb_lib::TimeDuration::from_micros(8),
                request_id: 9,
            }),
        ),
    ];
    for (ours, theirs) in pairs {
        let bytes = bsatn::to_vec(&theirs).unwrap();
        assert_eq!(encode_server(&ours), bytes, "{ours:?}");
        assert_eq!(decode_server(&bytes).unwrap(), ours);
    }
}

#[test]
fn a_clients_messages() {
    let ours = ClientMessage::Unsubscribe { request_id: 1, query_set_id: 2, send_dropped_rows: false };
    let theirs = published::ClientMessage::Unsubscribe(published::Unsubscribe {
        request_id: 1,
        query_set_id: set(2),
        flags: published::UnsubscribeFlags::Default,
    });
    let bytes = bsatn::to_vec(&theirs).unwrap();
    assert_eq!(encode_client(&ours), bytes);
    assert_eq!(decode_client(&bytes).unwrap(), ours);
}
