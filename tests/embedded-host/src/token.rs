//! Identities, connection ids, and the tokens that stand for identities.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Who a client is; little-endian, as on the wire.
pub type Identity = [u8; 32];
/// Which connection of a client it is; little-endian, as on the wire.
pub type ConnectionId = [u8; 16];

const PREFIX: &str = "embedded-host-";

/// Random bytes, good enough to tell test clients apart.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    for chunk in bytes.chunks_mut(8) {
        let number = RandomState::new().build_hasher().finish().to_le_bytes();
        chunk.copy_from_slice(&number[..chunk.len()]);
    }
    bytes
}

/// An identity nobody has. A host's identities begin, in hexadecimal, with c200.
pub fn new_identity() -> Identity {
    let mut identity = random();
    identity[30..].copy_from_slice(&[0x00, 0xc2]);
    identity
}

/// The token of an identity. Every embedded host accepts it, so that a client can return to a restarted one.
pub fn issue(identity: &Identity) -> String {
    let hex = to_hex(identity);
    format!("{PREFIX}{hex}-{:016x}", checksum(&hex))
}

/// The identity of a token, unless no embedded host issued it.
pub fn identity_of(token: &str) -> Option<Identity> {
    let (hex, sum) = token.strip_prefix(PREFIX)?.split_once('-')?;
    let issued = format!("{:016x}", checksum(hex)) == sum;
    from_hex(hex).filter(|_| issued)?.try_into().ok()
}

/// Hexadecimal, highest byte first, of a little-endian number.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|b| format!("{b:02x}")).collect()
}

/// The little-endian number of a text in hexadecimal.
pub fn from_hex(hex: &str) -> Option<Vec<u8>> {
    if !hex.is_ascii() || !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len()).step_by(2).rev().map(|i| u8::from_str_radix(&hex[i..i + 2], 16).ok()).collect()
}

// No secret: it only has to tell our tokens from anything a test makes up (FNV-1a).
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3))
}
