//! The protocol `v1.bsatn.spacetimedb`: one message a WebSocket frame, in both directions.
//!
//! - [`client`]: what a client says.
//! - [`host`]: what a host says.
//!
//! A host's frame is a compression tag and a message; a client's is the message alone.

pub mod client;
pub mod host;

pub use client::ClientMessage;
pub use host::{HostMessage, OneOffTable, ProcedureStatus, ReducerCall, TransactionUpdate, UpdateStatus};

use bytes::Bytes;

use super::compression::{Budget, expand_frame};
use super::cursor::Cursor;
use crate::error::Result;

/// Decodes a host's frame: its compression tag, and the one message that is in it.
///
/// The message borrows from the frame or, where that is compressed, from what it expanded to; nothing else is copied
/// than strings. `max_message_bytes` bounds the message together with all that is compressed inside it. Besides that,
/// decoding takes the window of a brotli decoder while it runs (16 MiB at most), and memory for the structures of the
/// message, in proportion to its bytes.
///
/// # Errors
/// `STDB_ERR_PROTOCOL` when the frame does not hold exactly one well-formed message, and `STDB_ERR_TOO_LARGE` when it
/// is larger than `max_message_bytes` or would expand beyond it.
pub fn decode_frame(frame: Bytes, max_message_bytes: usize) -> Result<HostMessage> {
    let mut budget = Budget::new(max_message_bytes);
    let message = expand_frame(frame, &mut budget)?;
    HostMessage::read(Cursor::new(message), &mut budget)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};

    fn error_of(frame: &[u8]) -> String {
        let error = decode_frame(Bytes::copy_from_slice(frame), 1000).unwrap_err();
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        error.to_string()
    }

    /// A `TransactionUpdateLight` of the table `user`, with this query update.
    fn light(query_update: &[u8]) -> Vec<u8> {
        let head = [&[0, 2, 7, 0, 0, 0, 1, 0, 0, 0, 1, 16, 0, 0, 4, 0, 0, 0][..], b"user", &[0; 8], &[1, 0, 0, 0]];
        [&head.concat(), query_update].concat()
    }

    #[test]
    fn an_error_names_the_field_and_the_byte() {
        assert_eq!(error_of(&[]), "frame.compression: 1 bytes expected, 0 left at byte 0 of 0");
        assert_eq!(error_of(&[3, 0]), "frame.compression: unknown tag 3 at byte 0 of 2");
        assert_eq!(error_of(&[0, 99]), "message: unknown tag 99 at byte 0 of 1");
        assert_eq!(error_of(&[0, 1, 9, 0]), "TransactionUpdate.status: unknown tag 9 at byte 1 of 3");
        assert_eq!(error_of(&[2, 1]), "frame: the gzip data ends too early");
        let too_many = [&[0, 7][..], &[0; 8], &[1, 1, 1], &[0; 4], &[5]].concat();
        assert_eq!(error_of(&too_many), "SubscriptionError: 1 bytes too many at byte 16 of 17");
    }

    #[test]
    fn an_error_in_a_row_list_names_the_table_and_the_cause() {
        let deletes = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        let uneven = light(&[&[0][..], &deletes, &[0, 4, 0, 3, 0, 0, 0, b'a', b'b', b'c']].concat());
        assert_eq!(
            error_of(&uneven),
            "TransactionUpdateLight.tables[0].updates[0].inserts: 3 bytes are not a multiple of the row size 4, \
             in table `user`"
        );
        let damaged = light(&[2, 2, 0, 0, 0, 1, 2]);
        assert_eq!(
            error_of(&damaged),
            "TransactionUpdateLight.tables[0].updates[0].compressed: the gzip data ends too early, in table `user`"
        );
    }

    #[test]
    fn a_message_beyond_the_limit_is_too_large() {
        let frame = Bytes::from(vec![0; 1002]);
        assert_eq!(decode_frame(frame, 1000).unwrap_err().status, STDB_ERR_TOO_LARGE);
    }
}
