//! WebSocket frames: messages out of received bytes, and bytes out of messages.
//!
//! The headers are tungstenite's. The assembly is not: its reader keeps a buffer for each connection, hands out slices
//! of it (so that one small message pins all that came with it) and keeps the size of the largest message for good.
//! Here every message has an allocation of exactly its size, and an idle connection has no buffer at all.

use std::io::Cursor;

use bytes::Bytes;
use rustls::crypto::SecureRandom;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use super::tls;
use crate::error::{Error, Result, STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};

/// The longest header of a frame, in bytes.
const HEADER_MAX: usize = 14;
/// The largest payload of a control frame, in bytes.
const CONTROL_MAX: u64 = 125;

/// Something that the peer said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// A binary message.
    Message(Bytes),
    Ping(Vec<u8>),
    Pong,
    /// The peer closes: its code (if it gave one) and reason.
    Close(Option<u16>, String),
}

/// Assembles messages out of the bytes of a stream, however they are cut.
pub(super) struct Decoder {
    /// The largest message, in bytes.
    limit: usize,
    /// The beginning of a header whose rest has not come.
    head: Vec<u8>,
    /// The frame that is being read: its header, how much of its payload is still to come.
    frame: Option<(FrameHeader, usize)>,
    /// The payload of the control frame that is being read.
    control: Vec<u8>,
    /// The message that is being read, one or more frames of it; `None` between messages.
    message: Option<Vec<u8>>,
}

impl Decoder {
    pub(super) fn new(limit: usize) -> Decoder {
        Decoder { limit, head: Vec::new(), frame: None, control: Vec::new(), message: None }
    }

    /// Takes from `input` up to the end of the next thing said; `None` when all of it is taken and nothing complete.
    pub(super) fn next(&mut self, input: &mut &[u8]) -> Result<Option<Received>> {
        loop {
            let (header, left) = match self.frame.take() {
                Some(frame) => frame,
                None => match self.header(input)? {
                    Some(frame) => frame,
                    None => return Ok(None),
                },
            };
            let count = left.min(input.len());
            let (payload, rest) = input.split_at(count);
            *input = rest;
            match header.opcode {
                OpCode::Control(_) => self.control.extend_from_slice(payload),
                OpCode::Data(_) => self.message.get_or_insert_default().extend_from_slice(payload),
            }
            if count < left {
                self.frame = Some((header, left - count));
                return Ok(None);
            }
            if let Some(received) = self.finish(&header)? {
                return Ok(Some(received));
            }
        }
    }

    /// Reads a header, whose bytes may come in pieces, and makes room for the payload.
    fn header(&mut self, input: &mut &[u8]) -> Result<Option<(FrameHeader, usize)>> {
        if input.is_empty() {
            return Ok(None);
        }
        let kept = self.head.len();
        let taken = input.len().min(HEADER_MAX - kept);
        self.head.extend_from_slice(&input[..taken]);
        let mut cursor = Cursor::new(&self.head);
        let parsed = FrameHeader::parse(&mut cursor)
            .map_err(|error| violation(&format!("a frame's header is not understood: {error}")))?;
        let used = cursor.position() as usize;
        let Some((header, length)) = parsed else {
            *input = &input[taken..];
            return Ok(None);
        };
        *input = &input[used - kept..];
        self.head.clear();
        self.check(&header, length)?;
        let length = self.reserve(&header, length)?;
        Ok(Some((header, length)))
    }

    fn check(&self, header: &FrameHeader, length: u64) -> Result<()> {
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(violation("a frame uses an extension that was not agreed"));
        }
        if header.mask.is_some() {
            return Err(violation("the host masked a frame"));
        }
        match header.opcode {
            OpCode::Control(_) if length > CONTROL_MAX => Err(violation("a control frame is too long")),
            OpCode::Control(_) if !header.is_final => Err(violation("a control frame is fragmented")),
            OpCode::Data(Data::Text) => Err(violation("a text message came, where only binary ones are spoken")),
            OpCode::Data(Data::Continue) if self.message.is_none() => {
                Err(violation("a frame goes on with a message that never began"))
            }
            OpCode::Data(Data::Binary) if self.message.is_some() => {
                Err(violation("a message began before the last one ended"))
            }
            _ => Ok(()),
        }
    }

    /// Checks the limit and makes room for a payload.
    fn reserve(&mut self, header: &FrameHeader, length: u64) -> Result<usize> {
        if matches!(header.opcode, OpCode::Control(_)) {
            // Checked to be at most CONTROL_MAX.
            return Ok(length as usize);
        }
        let so_far = self.message.as_ref().map_or(0, Vec::len) as u64;
        let size = so_far.saturating_add(length);
        let limit = self.limit;
        if size > limit as u64 {
            let message = format!("a message of {size} bytes came, and the limit is {limit} bytes");
            return Err(Error::new(STDB_ERR_TOO_LARGE, message));
        }
        // Within the limit, so it fits.
        let length = length as usize;
        self.message
            .get_or_insert_default()
            .try_reserve_exact(length)
            .map_err(|_| Error::new(STDB_ERR_TOO_LARGE, format!("there is no memory for a message of {size} bytes")))?;
        Ok(length)
    }

    fn finish(&mut self, header: &FrameHeader) -> Result<Option<Received>> {
        match header.opcode {
            OpCode::Data(_) if !header.is_final => Ok(None),
            OpCode::Data(_) => Ok(self.message.take().map(|message| Received::Message(message.into()))),
            OpCode::Control(Control::Ping) => Ok(Some(Received::Ping(std::mem::take(&mut self.control)))),
            OpCode::Control(Control::Pong) => {
                self.control = Vec::new();
                Ok(Some(Received::Pong))
            }
            OpCode::Control(_) => close_of(&std::mem::take(&mut self.control)).map(Some),
        }
    }
}

fn close_of(payload: &[u8]) -> Result<Received> {
    match payload {
        [] => Ok(Received::Close(None, String::new())),
        [_] => Err(violation("a close frame is malformed")),
        [high, low, reason @ ..] => {
            let reason = String::from_utf8_lossy(reason).into_owned();
            Ok(Received::Close(Some(u16::from_be_bytes([*high, *low])), reason))
        }
    }
}

fn violation(what: &str) -> Error {
    Error::new(STDB_ERR_PROTOCOL, format!("the host broke the WebSocket protocol: {what}"))
}

/// What a frame to the host is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Binary,
    Ping,
    Pong,
    Close,
}

/// Makes frames: a header, and the payload masked as a client's must be.
pub(super) struct Encoder {
    /// Random bytes for masks, fetched several at a time.
    random: [u8; 64],
    used: usize,
}

impl Encoder {
    pub(super) fn new() -> Encoder {
        Encoder { random: [0; 64], used: 64 }
    }

    /// Appends a frame.
    pub(super) fn encode(&mut self, kind: Kind, payload: &[u8], into: &mut Vec<u8>) {
        let opcode = match kind {
            Kind::Binary => OpCode::Data(Data::Binary),
            Kind::Ping => OpCode::Control(Control::Ping),
            Kind::Pong => OpCode::Control(Control::Pong),
            Kind::Close => OpCode::Control(Control::Close),
        };
        let mask = self.mask();
        let header = FrameHeader { opcode, mask: Some(mask), ..FrameHeader::default() };
        into.reserve(HEADER_MAX + payload.len());
        // Writing into memory does not fail.
        let _ = header.format(payload.len() as u64, into);
        let start = into.len();
        into.extend_from_slice(payload);
        apply_mask(&mut into[start..], mask);
    }

    fn mask(&mut self) -> [u8; 4] {
        if self.used == self.random.len() {
            let random: &dyn SecureRandom = tls::provider().secure_random;
            // A mask protects confused proxies, not the content: without randomness, going on beats failing.
            let _ = random.fill(&mut self.random);
            self.used = 0;
        }
        let mask = self.random[self.used..].first_chunk().copied().unwrap_or_default();
        self.used += 4;
        mask
    }
}

fn apply_mask(bytes: &mut [u8], mask: [u8; 4]) {
    let (words, tail) = bytes.as_chunks_mut::<4>();
    let key = u32::from_ne_bytes(mask);
    for word in words {
        *word = (u32::from_ne_bytes(*word) ^ key).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(mask) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first, payload.len() as u8];
        bytes.extend_from_slice(payload);
        bytes
    }

    /// Decodes bytes given in pieces of `size`.
    fn decode(bytes: &[u8], size: usize, limit: usize) -> Result<Vec<Received>> {
        let mut decoder = Decoder::new(limit);
        let mut all = Vec::new();
        for mut piece in bytes.chunks(size) {
            while let Some(received) = decoder.next(&mut piece)? {
                all.push(received);
            }
        }
        Ok(all)
    }

    #[test]
    fn messages_are_whole_however_they_are_cut() {
        let long: Vec<u8> = (0..70_000u32).map(|n| n as u8).collect();
        let mut bytes = frame(0x82, b"whole");
        bytes.extend(frame(0x02, b"in "));
        bytes.extend(frame(0x89, b"ping"));
        bytes.extend(frame(0x80, b"parts"));
        bytes.extend(frame(0x82, b""));
        bytes.extend([0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
        bytes.extend(&long);
        bytes.extend(frame(0x8a, b""));
        bytes.extend(frame(0x88, b"\x03\xf0why"));
        let expected = [
            Received::Message("whole".into()),
            Received::Ping(b"ping".into()),
            Received::Message("in parts".into()),
            Received::Message("".into()),
            Received::Message(long.into()),
            Received::Pong,
            Received::Close(Some(1008), "why".into()),
        ];
        for size in [1, 2, 3, 7, 1000, 1 << 20] {
            assert_eq!(decode(&bytes, size, 1 << 20).unwrap(), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn the_limit_holds_for_a_frame_and_for_the_sum_of_frames() {
        assert_eq!(decode(&frame(0x82, b"12345"), 9, 5).unwrap().len(), 1);
        let error = decode(&frame(0x82, b"123456"), 9, 5).unwrap_err();
        assert_eq!(error.status, STDB_ERR_TOO_LARGE);
        assert!(error.message.contains("6 bytes") && error.message.contains("5 bytes"), "{error}");
        let mut parts = frame(0x02, b"123");
        parts.extend(frame(0x80, b"456"));
        assert_eq!(decode(&parts, 9, 5).unwrap_err().status, STDB_ERR_TOO_LARGE);
        let huge = [0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(decode(&huge, 99, usize::MAX).unwrap_err().status, STDB_ERR_TOO_LARGE);
    }

    #[test]
    fn violations_are_errors() {
        let masked = [0x82, 0x81, 1, 2, 3, 4, 5];
        let long_ping = [&[0x89, 126, 0, 126][..], &[0; 126]].concat();
        let fragmented_ping = frame(0x09, b"");
        let begun_twice = [frame(0x02, b"a"), frame(0x02, b"b")].concat();
        let cases: [&[u8]; 9] = [
            &masked,
            &long_ping,
            &fragmented_ping,
            &begun_twice,
            &frame(0x80, b"never began"),
            &frame(0xc2, b"rsv1"),
            &frame(0x81, b"text"),
            &frame(0x83, b"opcode 3"),
            &frame(0x88, b"1"),
        ];
        for bytes in cases {
            assert_eq!(decode(bytes, 1, 1000).unwrap_err().status, STDB_ERR_PROTOCOL, "{bytes:?}");
        }
    }

    #[test]
    fn frames_are_masked_and_of_the_right_length() {
        let mut encoder = Encoder::new();
        for length in [0usize, 1, 3, 4, 125, 126, 65_535, 65_536] {
            let payload: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let mut bytes = Vec::new();
            encoder.encode(Kind::Binary, &payload, &mut bytes);
            let mut cursor = Cursor::new(&bytes);
            let (header, told) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
            let mut body = bytes[cursor.position() as usize..].to_vec();
            assert_eq!(told as usize, length);
            apply_mask(&mut body, header.mask.unwrap());
            assert_eq!(body, payload);
        }
    }
}
