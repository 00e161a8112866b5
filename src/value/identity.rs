//! The text forms of identities and connection ids: the number in hexadecimal, so the highest byte first, while in
//! BSATN and in memory the lowest is first.

use spacetimedb_lib::{ConnectionId, Identity};

use crate::error::{Error, Result};

/// The 64 hexadecimal digits of an identity, in lower case.
pub fn identity_to_hex(bytes: [u8; 32]) -> String {
    Identity::from_byte_array(bytes).to_hex().into()
}

/// The identity that `text` is: 64 hexadecimal digits of either case, after an optional `0x`.
///
/// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `text`, for anything else.
pub fn identity_from_hex(text: &str) -> Result<[u8; 32]> {
    let digits = digits(text, 64)?;
    Identity::from_hex(digits).map(|identity| identity.to_byte_array()).map_err(|error| Error::argument("text", error))
}

/// The 32 hexadecimal digits of a connection id, in lower case.
pub fn connection_id_to_hex(bytes: [u8; 16]) -> String {
    ConnectionId::from_le_byte_array(bytes).to_hex().into()
}

/// The connection id that `text` is: 32 hexadecimal digits of either case, after an optional `0x`.
///
/// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `text`, for anything else.
pub fn connection_id_from_hex(text: &str) -> Result<[u8; 16]> {
    let digits = digits(text, 32)?;
    ConnectionId::from_hex(digits).map(|id| id.as_le_byte_array()).map_err(|error| Error::argument("text", error))
}

fn digits(text: &str, count: usize) -> Result<&str> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() != count || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(Error::argument("text", format_args!("is not {count} hexadecimal digits")));
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::STDB_ERR_INVALID_ARGUMENT;

    #[test]
    fn the_highest_byte_comes_first_in_the_text() {
        let mut bytes = [0; 32];
        (bytes[0], bytes[31]) = (0x01, 0xc2);
        let text = format!("c2{}01", "00".repeat(30));
        assert_eq!(identity_to_hex(bytes), text);
        assert_eq!(identity_from_hex(&text).unwrap(), bytes);
        assert_eq!(identity_from_hex(&format!("0x{}", text.to_uppercase())).unwrap(), bytes);

        let id = std::array::from_fn(|position| position as u8);
        let text = "0f0e0d0c0b0a09080706050403020100";
        assert_eq!(connection_id_to_hex(id), text);
        assert_eq!(connection_id_from_hex(text).unwrap(), id);
        assert_eq!(connection_id_from_hex(&format!("0x{text}")).unwrap(), id);
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "0x", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &format!("X'{}", "0".repeat(64)), "é"]
        {
            assert_eq!(identity_from_hex(text).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
            assert_eq!(connection_id_from_hex(text).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
        }
        assert!(connection_id_from_hex(&format!("0x0x{}", "0".repeat(30))).is_err());
    }
}
