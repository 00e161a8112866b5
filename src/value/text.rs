//! The text forms of wide integers, UUIDs and time durations: those of the host.

use std::str::FromStr;

use spacetimedb_sats::uuid::Uuid;

use crate::error::{Error, Result};

/// The integer that decimal digits, after an optional sign, are.
///
/// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `text`, for anything else and for one that is out of range.
pub fn integer_from_text<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::argument("text", format_args!("is `{text}`, which is no integer of that width")))
}

/// The text of a UUID: its digits in lower case, with hyphens.
pub fn uuid_to_text(uuid: u128) -> String {
    Uuid::from_u128(uuid).to_string()
}

/// The UUID that `text` is: 32 hexadecimal digits of either case, with hyphens or without.
///
/// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `text`, for anything else.
pub fn uuid_from_text(text: &str) -> Result<u128> {
    Uuid::parse_str(text).map(|uuid| uuid.as_u128()).map_err(|error| Error::argument("text", error))
}

/// The text of a time duration: a sign, seconds, and six digits of their fraction.
pub fn time_duration_to_text(micros: i64) -> String {
    let (sign, size) = (if micros < 0 { '-' } else { '+' }, micros.unsigned_abs());
    format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
}

#[cfg(test)]
mod tests {
    use spacetimedb_sats::time_duration::TimeDuration;
    use spacetimedb_sats::u256;

    use super::*;
    use crate::error::STDB_ERR_INVALID_ARGUMENT;

    #[test]
    fn texts_are_the_hosts_own() {
        for micros in [0, 1, -1, 1_500_000, -1_500_000, i64::MAX] {
            assert_eq!(time_duration_to_text(micros), TimeDuration::from_micros(micros).to_string());
        }
        assert_eq!(time_duration_to_text(i64::MIN), "-9223372036854.775808");
        let uuid = 0x0123_4567_89ab_7def_8123_4567_89ab_cdef;
        assert_eq!(uuid_to_text(uuid), "01234567-89ab-7def-8123-456789abcdef");
        assert_eq!(uuid_from_text("0123456789AB7DEF8123456789ABCDEF").unwrap(), uuid);
        assert_eq!(integer_from_text::<u256>(&u256::MAX.to_string()).unwrap(), u256::MAX);
        assert_eq!(integer_from_text::<i128>("-1").unwrap(), -1);
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "x", "0x2a", "-1", "1.0", "340282366920938463463374607431768211456"] {
            assert_eq!(integer_from_text::<u128>(text).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
            assert_eq!(uuid_from_text(text).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
        }
    }
}
