//! Brotli and gzip, and the budget that bounds what they expand to.
//!
//! A few bytes can expand to gigabytes. The expanders therefore stop at the budget of the message instead of
//! expanding first and checking later.

use std::io::Read;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::Bytes;
use flate2::bufread::GzDecoder;

use super::cursor::{Context, Cursor};
use crate::error::{Error, Result, STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};

/// The smallest room made for expanded bytes once the first guess is full.
const SMALLEST_ROOM: usize = 4096;

/// How bytes are compressed: a tag in front of a host's payload, and of each query update of v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Brotli,
    Gzip,
}

impl Compression {
    /// What a tag means. `None` when there is no such tag.
    pub(super) fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            0 => Some(Compression::None),
            1 => Some(Compression::Brotli),
            2 => Some(Compression::Gzip),
            _ => None,
        }
    }

    /// Expands bytes and takes the result from the budget. Bytes that are not compressed are not copied.
    pub(super) fn expand(self, input: Bytes, budget: &mut Budget) -> Result<Bytes> {
        let output = match self {
            Compression::None => input,
            Compression::Brotli => expand_brotli(&input, budget)?,
            Compression::Gzip => expand_gzip(&input, budget)?,
        };
        budget.spend(output.len())?;
        Ok(output)
    }
}

/// Takes the compression tag off a host's frame, and expands what follows it. An error names the frame.
pub(super) fn expand_frame(frame: Bytes, budget: &mut Budget) -> Result<Bytes> {
    let mut frame = Cursor::new(frame);
    let tag = frame.u8("frame.compression")?;
    let compression = Compression::from_tag(tag).ok_or_else(|| frame.unknown_tag("frame.compression", tag))?;
    compression.expand(frame.rest(), budget).of("frame")
}

/// How many bytes one message and all that is compressed inside it may still take.
pub(super) struct Budget {
    limit: usize,
    left: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Budget { limit, left: limit }
    }

    /// Takes `count` bytes from the budget.
    pub(super) fn spend(&mut self, count: usize) -> Result<()> {
        self.left = self.left.checked_sub(count).ok_or_else(|| self.exceeded())?;
        Ok(())
    }

    fn exceeded(&self) -> Error {
        let message = format!("the message expands beyond the limit of {} bytes (max_message_bytes)", self.limit);
        Error::new(STDB_ERR_TOO_LARGE, message)
    }

    /// The first room for what `length` bytes expand to.
    fn first_room(&self, length: usize) -> usize {
        length.saturating_mul(4).min(self.left)
    }

    /// The next room for what has filled `length` bytes: twice that, but never more than is left.
    fn next_room(&self, length: usize) -> Result<usize> {
        if length >= self.left {
            return Err(self.exceeded());
        }
        Ok(length.saturating_mul(2).max(SMALLEST_ROOM).min(self.left))
    }
}

fn damaged(what: impl std::fmt::Display) -> Error {
    Error::new(STDB_ERR_PROTOCOL, what.to_string())
}

/// Gives up the room that was not needed: a short output must not hold on to kilobytes.
fn finished(mut output: Vec<u8>, length: usize) -> Bytes {
    output.truncate(length);
    output.into_boxed_slice().into()
}

/// Expands one brotli stream, which must take up the whole input.
fn expand_brotli(input: &[u8], budget: &Budget) -> Result<Bytes> {
    let alloc = StandardAlloc::default;
    // Strict: without the large windows, which are not in RFC 7932 and would let the input ask for 1 GiB of memory.
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let mut output = vec![0; budget.first_room(input.len())];
    let (mut input_left, mut input_at) = (input.len(), 0);
    let (mut output_left, mut output_at, mut total) = (output.len(), 0, 0);
    loop {
        let result = BrotliDecompressStream(
            &mut input_left,
            &mut input_at,
            input,
            &mut output_left,
            &mut output_at,
            &mut output,
            &mut total,
            &mut state,
        );
        match result {
            BrotliResult::ResultSuccess => break,
            BrotliResult::NeedsMoreOutput => {
                output.resize(budget.next_room(output.len())?, 0);
                output_left = output.len() - output_at;
            }
            BrotliResult::NeedsMoreInput => return Err(damaged("the brotli data ends too early")),
            BrotliResult::ResultFailure => return Err(damaged("the brotli data is damaged")),
        }
    }
    if input_left > 0 {
        return Err(damaged(format_args!("{input_left} bytes follow the brotli data")));
    }
    Ok(finished(output, output_at))
}

/// Expands one gzip member, which must take up the whole input.
fn expand_gzip(input: &[u8], budget: &Budget) -> Result<Bytes> {
    let mut decoder = GzDecoder::new(input);
    let mut output = vec![0; budget.first_room(input.len())];
    let mut output_at = 0;
    loop {
        if output_at == output.len() {
            // Full. Only the end of the data may follow when the budget is used up.
            if output_at == budget.left && read(&mut decoder, &mut [0])? == 0 {
                break;
            }
            output.resize(budget.next_room(output.len())?, 0);
        }
        match read(&mut decoder, &mut output[output_at..])? {
            0 => break,
            count => output_at += count,
        }
    }
    let input_left = decoder.get_ref().len();
    if input_left > 0 {
        return Err(damaged(format_args!("{input_left} bytes follow the gzip data")));
    }
    Ok(finished(output, output_at))
}

fn read(decoder: &mut GzDecoder<&[u8]>, output: &mut [u8]) -> Result<usize> {
    decoder.read(output).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => damaged("the gzip data ends too early"),
        _ => damaged(format_args!("the gzip data is damaged: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// 1,000 times `a`, by brotli. There is no brotli compressor among the library's dependencies.
    const BROTLI_1000_A: &[u8] = &[19, 231, 3, 0, 36, 194, 162, 177, 64, 66, 3];

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// The same 1,000 bytes, by both.
    fn samples() -> [(Compression, Vec<u8>); 2] {
        [(Compression::Brotli, BROTLI_1000_A.to_vec()), (Compression::Gzip, gzip(&[b'a'; 1000]))]
    }

    fn expand(compression: Compression, input: &[u8], limit: usize) -> Result<Bytes> {
        compression.expand(Bytes::copy_from_slice(input), &mut Budget::new(limit))
    }

    #[test]
    fn output_up_to_the_limit_passes_and_one_byte_more_is_too_large() {
        for (compression, input) in samples() {
            for limit in [1000, 1001, 4096, usize::MAX] {
                assert_eq!(expand(compression, &input, limit).unwrap(), [b'a'; 1000][..], "{compression:?} {limit}");
            }
            for limit in [0, 1, 500, 999] {
                let error = expand(compression, &input, limit).unwrap_err();
                assert_eq!(error.status, STDB_ERR_TOO_LARGE, "{compression:?} {limit}");
                assert!(error.message.contains(&format!("{limit} bytes")), "{}", error.message);
            }
        }
    }

    #[test]
    fn several_outputs_share_one_budget() {
        for (compression, input) in samples() {
            let mut budget = Budget::new(2999);
            for _ in 0..2 {
                compression.expand(Bytes::from(input.clone()), &mut budget).unwrap();
            }
            let third = compression.expand(Bytes::from(input), &mut budget);
            assert_eq!(third.unwrap_err().status, STDB_ERR_TOO_LARGE);
        }
    }

    #[test]
    fn a_short_input_is_an_error_at_every_length() {
        for (compression, input) in samples() {
            for length in 0..input.len() {
                let error = expand(compression, &input[..length], 5000).unwrap_err();
                assert_eq!(error.status, STDB_ERR_PROTOCOL, "{compression:?} {length}");
            }
        }
    }

    #[test]
    fn bytes_after_the_data_are_an_error() {
        for (compression, input) in samples() {
            for tail in [&[0][..], &[0; 100], &input] {
                let error = expand(compression, &[&input, tail].concat(), 5000).unwrap_err();
                assert_eq!(error.status, STDB_ERR_PROTOCOL);
                assert!(error.message.contains("bytes follow"), "{}", error.message);
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![0; 4 << 20]);
        let error = expand(Compression::Gzip, &bomb, 64 << 10).unwrap_err();
        assert_eq!(error.status, STDB_ERR_TOO_LARGE);
    }

    #[test]
    fn room_grows_to_what_is_left_and_is_given_up_when_not_needed() {
        let budget = Budget::new(5000);
        assert_eq!((budget.first_room(10), budget.first_room(9000)), (40, 5000));
        assert_eq!((budget.next_room(40).unwrap(), budget.next_room(4096).unwrap()), (4096, 5000));
        assert_eq!(budget.next_room(5000).unwrap_err().status, STDB_ERR_TOO_LARGE);
        assert_eq!(finished(vec![7; 4096], 3).try_into_mut().unwrap().capacity(), 3);
    }
}
