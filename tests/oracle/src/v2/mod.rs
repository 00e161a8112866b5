//! The messages of v2 and v3.
//!
//! - [`generate`]: random messages of a host, of every kind.
//! - [`rebuild`]: a decoded message as the published type.

pub mod generate;
pub mod rebuild;

use spacetimedb_sats::bsatn;
use stdb::wire::v2::HostMessage;

/// The published message of a host, in v2 and v3.
pub type OracleMessage = spacetimedb_client_api_messages::websocket::v2::ServerMessage;

/// Encodes a message: without a compression tag.
pub fn encode(message: &OracleMessage) -> Vec<u8> {
    bsatn::to_vec(message).expect("a message can be encoded")
}

/// Panics when the decoded message, as the published type, is not the message that was encoded.
///
/// Both name their fields, so a field that was read as another one, or not at all, differs. The published types cannot
/// be compared: their bytes are, and what they print tells where they differ.
pub fn assert_same(encoded: &[u8], ours: &HostMessage) {
    let rebuilt = rebuild::host_message(ours);
    if encode(&rebuilt) != encoded {
        let oracle: OracleMessage = bsatn::from_slice(encoded).expect("the published type decodes it");
        assert_eq!(format!("{oracle:#?}"), format!("{rebuilt:#?}"));
        panic!("it was not encoded to the same bytes: {oracle:#?}");
    }
}
