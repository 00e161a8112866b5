//! The tag in front of a host's messages, and what it announces.

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Write};

/// How a client wants long messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Compression {
    None,
    #[default]
    Brotli,
    Gzip,
}

/// Messages up to this size are sent as they are.
const THRESHOLD: usize = 1024;

impl Compression {
    /// Out of the request's `compression` parameter; Brotli when there is none.
    pub fn from_parameter(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("Brotli") => Some(Self::Brotli),
            Some("Gzip") => Some(Self::Gzip),
            Some("None") => Some(Self::None),
            Some(_) => None,
        }
    }

    /// The compression of so long a message.
    pub fn of_length(self, length: usize) -> Self {
        if length > THRESHOLD { self } else { Self::None }
    }

    /// The byte that announces it.
    pub fn tag(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Brotli => 1,
            Self::Gzip => 2,
        }
    }

    /// What a byte announces.
    pub fn of_tag(tag: u8) -> Option<Self> {
        [Self::None, Self::Brotli, Self::Gzip].into_iter().find(|compression| compression.tag() == tag)
    }

    /// Compresses, and only that.
    pub fn compress(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::None => bytes,
            Self::Brotli => brotli(&bytes),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory does not fail")
            }
        }
    }
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 1, 22);
    writer.write_all(bytes).expect("memory does not fail");
    drop(writer);
    out
}

/// A message with its tag in front, compressed when it is long enough.
pub fn frame(compression: Compression, message: Vec<u8>) -> Vec<u8> {
    let compression = compression.of_length(message.len());
    let mut frame = vec![compression.tag()];
    frame.append(&mut compression.compress(message));
    frame
}

/// The message of a frame.
pub fn unframe(frame: &[u8]) -> Result<Vec<u8>, String> {
    let (tag, rest) = frame.split_first().ok_or("an empty frame")?;
    let mut message = Vec::new();
    let read = match tag {
        0 => return Ok(rest.to_vec()),
        1 => brotli::Decompressor::new(rest, 4096).read_to_end(&mut message),
        2 => GzDecoder::new(rest).read_to_end(&mut message),
        _ => return Err(format!("unknown compression tag {tag}")),
    };
    read.map_err(|e| e.to_string()).map(|_| message)
}
