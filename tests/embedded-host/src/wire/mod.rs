//! Messages between client and host, and their bytes in each protocol.
//!
//! The database speaks [`ClientMessage`] and [`ServerMessage`]; a protocol turns them into bytes. `v1` is the only one
//! so far; another one is a variant of [`Protocol`] and a file beside `v1.rs`.

pub mod compression;
mod message;
pub mod v1;

pub use compression::Compression;
pub use message::*;

/// A WebSocket subprotocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `v1.bsatn.spacetimedb`.
    V1,
}

impl Protocol {
    /// The first protocol of a client's list that is spoken here.
    pub fn negotiate(offered: &[&str]) -> Option<Self> {
        offered.contains(&Self::V1.name()).then_some(Self::V1)
    }

    /// Its name in the handshake.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1.bsatn.spacetimedb",
        }
    }

    /// Reads a frame of a client.
    pub fn decode_client(self, frame: &[u8]) -> Result<ClientMessage, String> {
        match self {
            Self::V1 => v1::decode_client(frame),
        }
    }

    /// The frame of a host's message: a compression tag and the message.
    pub fn encode_server(self, message: &ServerMessage, options: Encoding) -> Vec<u8> {
        match self {
            Self::V1 => compression::frame(options.compression, v1::encode_server(message, options)),
        }
    }
}

/// How a connection wants its messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Encoding {
    /// Of messages over 1 KiB.
    pub compression: Compression,
    /// Whether the rows of a query are compressed on their own as well.
    pub compress_queries: bool,
}
