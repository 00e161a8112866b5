//! What we decode of v2 and v3 is what the published types encoded: every field and every row, in every compression.

use bytes::Bytes;
use stdb::wire::{v2, v3};
use stdb_oracle::compress::{ALL, frame};
use stdb_oracle::random::Random;
use stdb_oracle::v2::generate::{KINDS, host_message};
use stdb_oracle::v2::{assert_same, encode};

/// How many messages of a kind are compared in each compression.
const MESSAGES: u64 = 2_000;
const LIMIT: usize = 1 << 20;

/// Compares many messages of a kind, every one in every compression and in both protocols.
fn compare(kind: u8) {
    for seed in 0..MESSAGES {
        let message = encode(&host_message(kind, &mut Random::new(seed)));
        for compression in ALL {
            let frame = Bytes::from(frame(&message, compression));
            let decoded = v2::decode_frame(frame.clone(), LIMIT);
            let decoded = decoded.unwrap_or_else(|error| panic!("seed {seed}, {compression:?}: {error}"));
            assert_same(&message, &decoded);
            let in_v3: Vec<_> = v3::decode_frame(frame, LIMIT).unwrap().map(Result::unwrap).collect();
            assert_eq!(in_v3, [decoded], "seed {seed}, {compression:?}");
        }
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
    initial_connection = 0,
    subscribe_applied = 1,
    unsubscribe_applied = 2,
    subscription_error = 3,
    transaction_update = 4,
    one_off_query_result = 5,
    reducer_result = 6,
    procedure_result = 7,
}

#[test]
fn no_kind_is_left_out() {
    let all: Vec<u8> = (0..KINDS).collect();
    assert_eq!(COMPARED, all);
    for kind in all {
        let message = encode(&host_message(kind, &mut Random::new(0)));
        assert_eq!(message[0], kind, "a kind is the tag on the wire");
    }
}

#[test]
fn frames_of_several_messages() {
    for seed in 0..MESSAGES {
        let mut random = Random::new(seed);
        let count = 1 + random.below(6);
        let messages: Vec<_> =
            (0..count).map(|_| encode(&host_message(random.below(KINDS.into()) as u8, &mut random))).collect();
        for compression in ALL {
            let frame = frame(&messages.concat(), compression);
            let decoded: Result<Vec<_>, _> = v3::decode_frame(frame.into(), LIMIT).unwrap().collect();
            let decoded = decoded.unwrap_or_else(|error| panic!("{compression:?}: {error}"));
            assert_eq!(decoded.len(), count);
            messages.iter().zip(&decoded).for_each(|(message, ours)| assert_same(message, ours));
        }
    }
}
