//! Messages between client and host, and their bytes in each protocol.
//!
//! `v1` has its own messages, [`ClientMessage`] and [`ServerMessage`]; `v2` and `v3` share theirs, in [`v2`].

pub mod compression;
mod ids;
mod message;
mod rows;
pub mod v1;
pub mod v2;

pub use compression::Compression;
pub use ids::Id;
pub use message::*;

/// A WebSocket subprotocol; the better ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// `v1.bsatn.spacetimedb`.
    V1,
    /// `v2.bsatn.spacetimedb`.
    V2,
    /// `v3.bsatn.spacetimedb`.
    V3,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Request {
    V1(ClientMessage),
    V2(v2::ClientMessage),
}

/// What a host tells a client, in the protocol that the client speaks.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Message {
    V1(ServerMessage),
    V2(v2::ServerMessage),
}

impl Message {
    /// Its bytes, without a compression tag.
    pub fn encode(&self, options: Encoding) -> Vec<u8> {
        match self {
            Self::V1(message) => v1::encode_server(message, options),
            Self::V2(message) => v2::encode_server(message),
        }
    }
}

impl From<ServerMessage> for Message {
    fn from(message: ServerMessage) -> Self {
        Self::V1(message)
    }
}

impl From<v2::ServerMessage> for Message {
    fn from(message: v2::ServerMessage) -> Self {
        Self::V2(message)
    }
}

impl Protocol {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::V1, Self::V2, Self::V3];

    /// The best of the protocols that are spoken here and that the client offers.
    pub fn negotiate(spoken: &[Self], offered: &[&str]) -> Option<Self> {
        spoken.iter().copied().filter(|protocol| offered.contains(&protocol.name())).max()
    }

    /// The protocol of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }

    /// Its name in the handshake.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1.bsatn.spacetimedb",
            Self::V2 => "v2.bsatn.spacetimedb",
            Self::V3 => "v3.bsatn.spacetimedb",
        }
    }

    /// Reads a frame of a client.
    pub fn decode_client(self, frame: &[u8]) -> Result<Vec<Request>, String> {
        let v2 = |messages: Vec<_>| messages.into_iter().map(Request::V2).collect();
        match self {
            Self::V1 => v1::decode_client(frame).map(|message| vec![Request::V1(message)]),
            Self::V2 => v2::decode_client(frame).map(|message| v2(vec![message])),
            Self::V3 => v2::decode_client_frame(frame).map(v2),
        }
    }

    /// Reads a frame of a host, without its compression.
    pub fn decode_server(self, payload: &[u8]) -> Result<Vec<Message>, String> {
        let v2 = |messages: Vec<_>| messages.into_iter().map(Message::V2).collect();
        match self {
            Self::V1 => v1::decode_server(payload).map(|message| vec![Message::V1(message)]),
            Self::V2 => v2::decode_server(payload).map(|message| v2(vec![message])),
            Self::V3 => v2::decode_server_frame(payload).map(v2),
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
