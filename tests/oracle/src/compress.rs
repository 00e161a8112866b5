//! Frames and their compression.

use std::io::{Read, Write};

/// How a frame or a query update is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Brotli,
    Gzip,
}

/// All of them, by their tags.
pub const ALL: [Compression; 3] = [Compression::None, Compression::Brotli, Compression::Gzip];

/// Puts the compression tag in front of a message, compressed.
pub fn frame(message: &[u8], compression: Compression) -> Vec<u8> {
    let mut frame = vec![compression as u8];
    frame.extend(match compression {
        Compression::None => message.to_vec(),
        Compression::Brotli => brotli(message),
        Compression::Gzip => gzip(message),
    });
    frame
}

/// The message of a frame, expanded.
pub fn unframe(frame: &[u8]) -> Vec<u8> {
    match frame[0] {
        0 => frame[1..].to_vec(),
        1 => unbrotli(&frame[1..]),
        2 => gunzip(&frame[1..]),
        tag => panic!("a frame has the compression tag {tag}"),
    }
}

pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, 1, 22);
    writer.write_all(bytes).unwrap();
    drop(writer);
    compressed
}

pub fn unbrotli(mut bytes: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::new();
    brotli::BrotliDecompress(&mut bytes, &mut expanded).unwrap();
    expanded
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut expanded).unwrap();
    expanded
}
