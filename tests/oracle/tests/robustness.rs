//! Damaged frames of v1: never a panic, and never more memory than the limit allows.

use bytes::Bytes;
use stdb::error::{Error, STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};
use stdb::wire::{HostMessage, decode_frame};
use stdb_oracle::compress::{ALL, Compression, brotli, frame, gzip};
use stdb_oracle::encode;
use stdb_oracle::generate::{KINDS, host_message};
use stdb_oracle::memory::{Counting, taken};
use stdb_oracle::random::Random;

const LIMIT: usize = 1 << 20;
/// What a brotli decoder may take besides its output: its window, and its tables.
const BROTLI: usize = 18 << 20;
/// How much larger a message may be in memory than on the wire, and the room for its first items.
const STRUCTURES: usize = 12;
const FIRST_ITEMS: usize = 64 << 10;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Decodes a frame. A panic fails the test; so do more memory than `most`, and an error of another kind.
fn decode(frame: &[u8], most: usize) -> Result<HostMessage, Error> {
    let frame = Bytes::copy_from_slice(frame);
    let (decoded, taken) = taken(|| decode_frame(frame, LIMIT));
    assert!(taken <= most, "{taken} bytes were taken, {most} are allowed");
    if let Err(error) = &decoded {
        assert!([STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE].contains(&error.status), "{error:?}");
    }
    decoded
}

/// What a damaged frame may take at most, when nothing in it is a bomb.
fn most(frame: &[u8]) -> usize {
    // The expanded bytes, while they grow, are there twice, and the query updates may be compressed as well.
    BROTLI + FIRST_ITEMS + (STRUCTURES + 4) * 64 * frame.len()
}

fn frames(kind: u8, seeds: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..seeds).flat_map(move |seed| {
        let message = encode(&host_message(kind, &mut Random::new(seed)));
        ALL.map(|compression| frame(&message, compression))
    })
}

#[test]
fn a_frame_cut_off_at_any_byte_is_a_protocol_error() {
    for kind in 0..KINDS {
        for frame in frames(kind, 20) {
            for length in 0..frame.len() {
                let error = decode(&frame[..length], most(&frame)).unwrap_err();
                assert_eq!(error.status, STDB_ERR_PROTOCOL, "kind {kind} cut at {length}: {error}");
            }
        }
    }
}

#[test]
fn a_byte_too_many_is_a_protocol_error() {
    for kind in 0..KINDS {
        for mut frame in frames(kind, 50) {
            frame.push(0);
            let error = decode(&frame, most(&frame)).unwrap_err();
            assert_eq!(error.status, STDB_ERR_PROTOCOL, "kind {kind}: {error}");
        }
    }
}

#[test]
fn any_flipped_bit_is_survived() {
    for kind in 0..KINDS {
        for mut frame in frames(kind, 3) {
            for bit in 0..frame.len() * 8 {
                frame[bit / 8] ^= 1 << (bit % 8);
                let most = most(&frame);
                if let Ok(message) = decode(&frame, most) {
                    // Whatever passed can be read: its row lists are what they say.
                    assert!(!format!("{message:?}").is_empty());
                    read_all_rows(&message);
                }
                frame[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}

fn read_all_rows(message: &HostMessage) {
    if let HostMessage::SubscribeMultiApplied { update, .. } | HostMessage::TransactionUpdateLight { update, .. } =
        message
    {
        let updates = update.tables.iter().flat_map(|table| &table.updates);
        for list in updates.flat_map(|update| [&update.deletes, &update.inserts]) {
            assert_eq!(list.iter().map(<[u8]>::len).sum::<usize>(), list.bytes().len());
        }
    }
}

#[test]
fn random_bytes_are_survived() {
    for seed in 0..50_000 {
        let mut random = Random::new(seed);
        let length = random.below(200);
        let mut frame = random.bytes(length);
        // Most of them with a tag of a compression and of a message, to get deeper.
        if length > 2 && random.below(8) > 0 {
            frame[0] %= 3;
            frame[1] = if frame[0] == 0 { frame[1] % KINDS } else { frame[1] };
        }
        let _ = decode(&frame, most(&frame));
    }
}

/// A `TransactionUpdateLight` of one table with these query updates, each a compression tag and bytes.
fn light(updates: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut message = vec![2];
    message.extend(7u32.to_le_bytes());
    message.extend(1u32.to_le_bytes());
    message.extend(4096u32.to_le_bytes());
    message.extend([4, 0, 0, 0]);
    message.extend(b"user");
    message.extend(0u64.to_le_bytes());
    message.extend((updates.len() as u32).to_le_bytes());
    for (tag, bytes) in updates {
        message.push(*tag);
        message.extend((bytes.len() as u32).to_le_bytes());
        message.extend(bytes);
    }
    message
}

/// A query update that inserts `size` zero bytes, as rows of one byte.
fn inserts(size: usize) -> Vec<u8> {
    let mut update = vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
    update.extend((size as u32).to_le_bytes());
    update.resize(update.len() + size, 0);
    update
}

#[test]
fn a_bomb_stops_at_the_limit_wherever_it_is() {
    let zeros = vec![0; 64 << 20];
    // While it grows, the output is there twice.
    let twice = 2 * LIMIT + (256 << 10);
    let bombs = [
        (frame(&zeros, Compression::Brotli), BROTLI + twice),
        (frame(&zeros, Compression::Gzip), twice),
        (frame(&light(&[(1, brotli(&inserts(64 << 20)))]), Compression::None), BROTLI + twice),
        (frame(&light(&[(2, gzip(&inserts(64 << 20)))]), Compression::None), twice),
        (frame(&light(&[(2, gzip(&inserts(64 << 20)))]), Compression::Brotli), BROTLI + twice),
    ];
    for (bomb, most) in bombs {
        let begin = std::time::Instant::now();
        let error = decode(&bomb, most).unwrap_err();
        assert_eq!(error.status, STDB_ERR_TOO_LARGE, "{error}");
        assert!(error.message.contains("1048576"), "{error}");
        assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
    }
}

#[test]
fn the_limit_is_for_the_message_and_its_query_updates_together() {
    let half = inserts(LIMIT / 2);
    let one = light(&[(1, brotli(&half))]);
    let two = light(&[(1, brotli(&half)), (2, gzip(&half))]);
    for compression in ALL {
        assert!(decode(&frame(&one, compression), BROTLI + 4 * LIMIT).is_ok());
        let error = decode(&frame(&two, compression), BROTLI + 4 * LIMIT).unwrap_err();
        assert_eq!(error.status, STDB_ERR_TOO_LARGE, "{compression:?}: {error}");
    }
}

#[test]
fn a_message_of_exactly_the_limit_passes() {
    let empty = light(&[(0, Vec::new())]).len() - 4;
    let fill = |size: usize| {
        let mut message = light(&[(0, Vec::new())]);
        message.truncate(empty);
        message.extend(inserts(size));
        message
    };
    let most_rows = LIMIT - fill(0).len();
    for compression in ALL {
        assert!(decode(&frame(&fill(most_rows), compression), BROTLI + 4 * LIMIT).is_ok(), "{compression:?}");
        let error = decode(&frame(&fill(most_rows + 1), compression), BROTLI + 4 * LIMIT).unwrap_err();
        assert_eq!(error.status, STDB_ERR_TOO_LARGE, "{compression:?}: {error}");
    }
}

#[test]
fn claimed_lengths_make_no_room() {
    let message = light(&[(0, Vec::new()), (1, Vec::new())]);
    for start in 1..message.len() - 3 {
        let mut lie = frame(&message, Compression::None);
        lie[1 + start..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
        let _ = decode(&lie, FIRST_ITEMS);
    }
}

/// A message full of what could be tables makes room for few of them when the first is no table.
#[test]
fn a_claimed_count_makes_room_for_few() {
    let mut message = vec![2, 0, 0, 0, 0];
    message.extend((LIMIT as u32 / 32).to_le_bytes());
    message.resize(LIMIT, 0xff);
    let error = decode(&frame(&message, Compression::None), FIRST_ITEMS).unwrap_err();
    assert!(error.message.starts_with("TransactionUpdateLight.tables[0].table_name"), "{error}");
}

/// Brotli has an extension with windows of up to 1 GiB, which a few bytes could ask for. It is not in RFC 7932.
#[test]
fn a_large_brotli_window_is_refused() {
    let parameters = brotli::enc::BrotliEncoderParams { large_window: true, lgwin: 30, ..Default::default() };
    let mut large = vec![1];
    brotli::BrotliCompress(&mut &light(&[])[..], &mut large, &parameters).unwrap();
    let error = decode(&large, BROTLI).unwrap_err();
    assert_eq!(error.message, "frame: the brotli data is damaged");
}
