//! The oracle of the wire codec: random messages of the published types, and what they must decode to.
//!
//! - [`random`]: a seeded generator.
//! - [`generate`]: random messages of a host, of every kind.
//! - [`compress`]: frames and their compression.
//! - [`compare`]: whether a decoded message says what the published type says.

pub mod compare;
pub mod compress;
pub mod generate;
pub mod random;

/// The published message of a host, in v1.
pub type OracleMessage = spacetimedb_client_api_messages::websocket::v1::ServerMessage<
    spacetimedb_client_api_messages::websocket::v1::BsatnFormat,
>;

/// Encodes a message as a host's frame without compression.
pub fn encode(message: &OracleMessage) -> Vec<u8> {
    spacetimedb_sats::bsatn::to_vec(message).expect("a generated message can be encoded")
}
