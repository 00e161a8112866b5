//! The text form of timestamps: RFC 3339, as the host writes it.

use spacetimedb_sats::timestamp::Timestamp;

use crate::error::{Error, Result};

/// A timestamp's text, in UTC with as many digits of the second's fraction as are needed: none, three or six.
///
/// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `timestamp`, for one beyond the calendar, more than 262,000 years away.
pub fn timestamp_to_rfc3339(micros: i64) -> Result<String> {
    let text = Timestamp::from_micros_since_unix_epoch(micros).to_rfc3339();
    text.map_err(|_| Error::argument("timestamp", format_args!("is {micros}, which is beyond the calendar")))
}

/// The microseconds since the Unix epoch that a text of RFC 3339 stands for, of any offset; what is finer than a
/// microsecond is cut off.
///
/// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `text`, for anything else.
pub fn timestamp_from_rfc3339(text: &str) -> Result<i64> {
    match Timestamp::parse_from_rfc3339(text) {
        Ok(timestamp) => Ok(timestamp.to_micros_since_unix_epoch()),
        Err(error) => Err(Error::argument("text", format_args!("is not RFC 3339: {}", error.root_cause()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::STDB_ERR_INVALID_ARGUMENT;

    #[test]
    fn text_is_the_hosts_own() {
        for micros in [0, 1, -1, 1_700_000_000_123_456, 1_700_000_000_120_000, -62_135_596_800_000_000] {
            let text = timestamp_to_rfc3339(micros).unwrap();
            assert_eq!(text, Timestamp::from_micros_since_unix_epoch(micros).to_string());
            assert_eq!(timestamp_from_rfc3339(&text).unwrap(), micros);
        }
        assert_eq!(timestamp_to_rfc3339(1_700_000_000_123_456).unwrap(), "2023-11-14T22:13:20.123456+00:00");
        assert_eq!(timestamp_to_rfc3339(0).unwrap(), "1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn offsets_and_finer_fractions_are_read() {
        assert_eq!(timestamp_from_rfc3339("1970-01-01T01:00:00+01:00").unwrap(), 0);
        assert_eq!(timestamp_from_rfc3339("1970-01-01T00:00:00.0000019Z").unwrap(), 1);
    }

    #[test]
    fn what_has_no_text_or_is_none_is_refused() {
        for micros in [i64::MIN, i64::MAX] {
            assert_eq!(timestamp_to_rfc3339(micros).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
        }
        for text in ["", "now", "2023-11-14", "2023-13-14T22:13:20Z", "2023-11-14T22:13:20"] {
            assert_eq!(timestamp_from_rfc3339(text).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT, "{text}");
        }
    }
}
