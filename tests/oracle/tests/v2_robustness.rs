//! Damaged frames of v2 and v3: never a panic, and never more memory than the limit allows.

use bytes::Bytes;
use stdb::error::{Error, STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};
use stdb::wire::RowList;
use stdb::wire::v2::{self, HostMessage, ReducerOutcome, TableRows, TableUpdateRows, TransactionUpdate};
use stdb::wire::v3;
use stdb_oracle::compress::{ALL, Compression, frame};
use stdb_oracle::memory::{Counting, taken};
use stdb_oracle::random::Random;
use stdb_oracle::v2::encode;
use stdb_oracle::v2::generate::{KINDS, host_message};

const LIMIT: usize = 1 << 20;
/// What a brotli decoder may take besides its output: its window, and its tables.
const BROTLI: usize = 18 << 20;
/// How many times its bytes on the wire a message of [`LIMIT`] bytes may take. Empty lists of events, the smallest items,
/// are 16 times larger in memory; and half of them are there twice while their list grows the last time.
const STRUCTURES: usize = 25;
const FIRST_ITEMS: usize = 64 << 10;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A way to decode a frame.
type Decode = fn(Bytes) -> Result<Vec<HostMessage>, Error>;

/// Both protocols.
const PROTOCOLS: [(&str, Decode); 2] = [
    ("v2", |frame| v2::decode_frame(frame, LIMIT).map(|message| vec![message])),
    ("v3", |frame| v3::decode_frame(frame, LIMIT)?.collect()),
];

/// Decodes a frame. A panic fails the test; so do more memory than `most`, and an error of another kind.
fn decode(decode: Decode, frame: &[u8], most: usize) -> Result<Vec<HostMessage>, Error> {
    let frame = Bytes::copy_from_slice(frame);
    let (decoded, taken) = taken(|| decode(frame));
    assert!(taken <= most, "{taken} bytes were taken, {most} are allowed");
    if let Err(error) = &decoded {
        assert!([STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE].contains(&error.status), "{error:?}");
    }
    decoded
}

/// What a damaged frame may take at most, when nothing in it is a bomb.
fn most(frame: &[u8]) -> usize {
    // Compressed bytes may be damaged to more, but not to many times as much.
    BROTLI + FIRST_ITEMS + 16 * STRUCTURES * frame.len()
}

fn frames(kind: u8, seeds: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..seeds).flat_map(move |seed| {
        let message = encode(&host_message(kind, &mut Random::new(seed)));
        ALL.map(|compression| frame(&message, compression))
    })
}

#[test]
fn a_frame_cut_off_at_any_byte_is_a_protocol_error() {
    for (protocol, how) in PROTOCOLS {
        for kind in 0..KINDS {
            for frame in frames(kind, 20) {
                for length in 0..frame.len() {
                    let error = decode(how, &frame[..length], most(&frame)).unwrap_err();
                    assert_eq!(error.status, STDB_ERR_PROTOCOL, "{protocol} kind {kind} cut at {length}: {error}");
                }
            }
        }
    }
}

#[test]
fn a_byte_too_many_is_a_protocol_error() {
    for (protocol, how) in PROTOCOLS {
        for kind in 0..KINDS {
            for mut frame in frames(kind, 50) {
                frame.push(0);
                let error = decode(how, &frame, most(&frame)).unwrap_err();
                assert_eq!(error.status, STDB_ERR_PROTOCOL, "{protocol} kind {kind}: {error}");
            }
        }
    }
}

#[test]
fn any_flipped_bit_is_survived() {
    for (_, how) in PROTOCOLS {
        for kind in 0..KINDS {
            for mut frame in frames(kind, 3) {
                for bit in 0..frame.len() * 8 {
                    frame[bit / 8] ^= 1 << (bit % 8);
                    // Whatever passed can be read: its row lists are what they say.
                    let decoded = decode(how, &frame, most(&frame));
                    decoded.iter().flatten().flat_map(row_lists).for_each(read_all_rows);
                    frame[bit / 8] ^= 1 << (bit % 8);
                }
            }
        }
    }
}

fn row_lists(message: &HostMessage) -> Vec<&RowList> {
    match message {
        HostMessage::TransactionUpdate(update)
        | HostMessage::ReducerResult { outcome: ReducerOutcome::Ok { update, .. }, .. } => updated(update),
        HostMessage::SubscribeApplied { tables, .. }
        | HostMessage::UnsubscribeApplied { dropped: Some(tables), .. }
        | HostMessage::OneOffQueryResult { result: Ok(tables), .. } => listed(tables),
        _ => Vec::new(),
    }
}

fn listed(tables: &[TableRows]) -> Vec<&RowList> {
    tables.iter().map(|table| &table.rows).collect()
}

fn updated(update: &TransactionUpdate) -> Vec<&RowList> {
    let tables = update.query_sets.iter().flat_map(|set| &set.tables);
    let lists = tables.flat_map(|table| &table.rows).flat_map(|rows| match rows {
        TableUpdateRows::Persistent { inserts, deletes } => vec![inserts, deletes],
        TableUpdateRows::Event { events } => vec![events],
    });
    lists.collect()
}

fn read_all_rows(list: &RowList) {
    assert_eq!(list.iter().map(<[u8]>::len).sum::<usize>(), list.bytes().len());
}

#[test]
fn random_bytes_are_survived() {
    for (_, how) in PROTOCOLS {
        for seed in 0..50_000 {
            let mut random = Random::new(seed);
            let length = random.below(200);
            let mut frame = random.bytes(length);
            // Most of them with a tag of a compression and of a message, to get deeper.
            if length > 2 && random.below(8) > 0 {
                frame[0] %= 3;
                frame[1] = if frame[0] == 0 { frame[1] % KINDS } else { frame[1] };
            }
            let _ = decode(how, &frame, most(&frame));
        }
    }
}

/// A `TransactionUpdate` of one query set and one table, with so many lists of events of `size` bytes, as rows of one.
fn events(count: usize, size: usize) -> Vec<u8> {
    let mut message = vec![4, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0];
    message.extend(b"hit");
    message.extend((count as u32).to_le_bytes());
    for _ in 0..count {
        message.extend([1, 0, 1, 0]);
        message.extend((size as u32).to_le_bytes());
        message.resize(message.len() + size, 0);
    }
    message
}

#[test]
fn a_bomb_stops_at_the_limit() {
    // While it grows, the output is there twice.
    let twice = 2 * LIMIT + (256 << 10);
    let bomb = events(1, 64 << 20);
    for (protocol, how) in PROTOCOLS {
        for (compression, most) in [(Compression::Brotli, BROTLI + twice), (Compression::Gzip, twice)] {
            let begin = std::time::Instant::now();
            let error = decode(how, &frame(&bomb, compression), most).unwrap_err();
            assert_eq!(error.status, STDB_ERR_TOO_LARGE, "{protocol}: {error}");
            assert!(error.message.contains("1048576"), "{error}");
            assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
        }
    }
}

#[test]
fn a_message_of_exactly_the_limit_passes() {
    let most_rows = LIMIT - events(1, 0).len();
    for (protocol, how) in PROTOCOLS {
        for compression in ALL {
            let passes = decode(how, &frame(&events(1, most_rows), compression), BROTLI + 4 * LIMIT);
            assert!(passes.is_ok(), "{protocol} {compression:?}");
            let error = decode(how, &frame(&events(1, most_rows + 1), compression), BROTLI + 4 * LIMIT).unwrap_err();
            assert_eq!(error.status, STDB_ERR_TOO_LARGE, "{protocol} {compression:?}: {error}");
        }
    }
}

#[test]
fn claimed_lengths_make_no_room() {
    let message = events(2, 3);
    for (_, how) in PROTOCOLS {
        for start in 1..message.len() - 3 {
            let mut lie = frame(&message, Compression::None);
            lie[1 + start..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
            let _ = decode(how, &lie, FIRST_ITEMS);
        }
    }
}

/// A message full of what could be query sets makes room for few of them when the first is none.
#[test]
fn a_claimed_count_makes_room_for_few() {
    let mut message = vec![4];
    message.extend((LIMIT as u32 / 16).to_le_bytes());
    message.resize(LIMIT, 0xff);
    for (_, how) in PROTOCOLS {
        let error = decode(how, &frame(&message, Compression::None), FIRST_ITEMS).unwrap_err();
        assert!(error.message.contains("TransactionUpdate.query_sets[0].tables"), "{error}");
    }
}

/// What takes the most memory for its bytes on the wire: lists without rows.
#[test]
fn structures_take_memory_in_proportion_to_their_bytes() {
    let message = events(LIMIT / 8 - 4, 0);
    for (_, how) in PROTOCOLS {
        assert!(decode(how, &frame(&message, Compression::None), STRUCTURES * LIMIT).is_ok());
    }
}

/// A frame of v3 full of the smallest messages is decoded one by one, and takes what one of them takes.
#[test]
fn messages_of_a_frame_are_decoded_one_at_a_time() {
    let frame = Bytes::from(frame(&[4, 0, 0, 0, 0].repeat(LIMIT / 5), Compression::None));
    let (count, taken) = taken(|| v3::decode_frame(frame, LIMIT).unwrap().map(Result::unwrap).count());
    assert_eq!(count, LIMIT / 5);
    assert!(taken < 1024, "{taken} bytes were taken");
}
