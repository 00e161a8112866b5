//! What we decode is what the published types encoded: every field and every row, in every compression.

use bytes::Bytes;
use stdb::wire::decode_frame;
use stdb_oracle::compare::assert_same;
use stdb_oracle::compress::{ALL, Compression, frame};
use stdb_oracle::generate::host_message;
use stdb_oracle::random::Random;
use stdb_oracle::{OracleMessage, encode};

/// How many messages of a kind are compared in each compression.
const MESSAGES: u64 = 2_000;
const LIMIT: usize = 1 << 20;

fn check(message: &OracleMessage, compression: Compression) {
    let frame = Bytes::from(frame(&encode(message), compression));
    let decoded = decode_frame(frame, LIMIT).unwrap_or_else(|error| panic!("{compression:?}: {error}"));
    assert_same(message, &decoded);
}

/// Compares many messages of a kind, every one in every compression.
fn compare(kind: u8) {
    for seed in 0..MESSAGES {
        let mut random = Random::new(seed);
        let message = host_message(kind, &mut random);
        ALL.iter().for_each(|compression| check(&message, *compression));
    }
}

macro_rules! kinds {
    ($($name:ident = $kind:literal,)*) => {
        $(#[test]
        fn $name() {
            compare($kind);
        })*
        const COMPARED: &[u8] = &[$($kind),*];
    };
}

kinds! {
    initial_subscription = 0,
    transaction_update = 1,
    transaction_update_light = 2,
    identity_token = 3,
    one_off_query_response = 4,
    subscribe_applied = 5,
    unsubscribe_applied = 6,
    subscription_error = 7,
    subscribe_multi_applied = 8,
    unsubscribe_multi_applied = 9,
    procedure_result = 10,
}

#[test]
fn no_kind_is_left_out() {
    let all: Vec<u8> = (0..stdb_oracle::generate::KINDS).collect();
    assert_eq!(COMPARED, all);
    for kind in all {
        let message = encode(&host_message(kind, &mut Random::new(0)));
        assert_eq!(message[0], kind, "a kind is the tag on the wire");
    }
}
