//! The oracle of the wire codec: random messages of the published types, and what they must decode to.
//!
//! - [`random`]: a seeded generator.
//! - [`generate`]: random messages of a host, of every kind, in v1.
//! - [`compare`]: whether a decoded message of v1 says what the published type says.
//! - [`v2`]: both for the messages of v2 and v3.
//! - [`compress`]: frames and their compression.
//! - [`memory`]: how much memory something takes.

pub mod compare;
pub mod compress;
pub mod generate;
pub mod memory;
pub mod random;
pub mod v2;

/// The published message of a host, in v1.
pub type OracleMessage = spacetimedb_client_api_messages::websocket::v1::ServerMessage<
    spacetimedb_client_api_messages::websocket::v1::BsatnFormat,
>;

/// Encodes a message as a host's frame without compression.
pub fn encode(message: &OracleMessage) -> Vec<u8> {
    spacetimedb_sats::bsatn::to_vec(message).expect("a generated message can be encoded")
}
