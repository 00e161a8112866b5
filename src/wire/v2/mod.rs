//! The protocol `v2.bsatn.spacetimedb`: one message a WebSocket frame, in both directions.
//!
//! - [`client`]: what a client says.
//! - [`host`]: what a host says.
//!
//! A host's frame is a compression tag and a message; a client's is the message alone. Nothing inside a message is
//! compressed. [`v3`](super::v3) has the same messages in other frames.
//!
//! What v1 has and v2 has not: who called a reducer, its name, arguments and energy; the host's numbers of tables and
//! of reducers; how long the host worked, but for procedures; flags of calls; and the calls of others as anything but
//! rows. In return every set of rows says which query set it is for, also when several sets have the same rows.

pub mod client;
pub mod host;

pub use client::ClientMessage;
pub use host::{
    HostMessage, ProcedureStatus, QuerySetUpdate, ReducerOutcome, TableRows, TableUpdate, TableUpdateRows,
    TransactionUpdate,
};

use bytes::Bytes;

use super::compression::{Budget, expand_frame};
use super::cursor::Cursor;
use crate::error::Result;

/// Decodes a host's frame: its compression tag, and the one message that is in it.
///
/// The message borrows from the frame or, where that is compressed, from what it expanded to; nothing else is copied
/// than strings. `max_message_bytes` bounds the expanded message. Besides that, decoding takes the window of a brotli
/// decoder while it runs (16 MiB at most), and memory for the structures of the message, in proportion to its bytes.
///
/// # Errors
/// `STDB_ERR_PROTOCOL` when the frame does not hold exactly one well-formed message, and `STDB_ERR_TOO_LARGE` when it
/// is larger than `max_message_bytes` or would expand beyond it.
pub fn decode_frame(frame: Bytes, max_message_bytes: usize) -> Result<HostMessage> {
    let mut cursor = Cursor::new(expand_frame(frame, &mut Budget::new(max_message_bytes))?);
    let message = HostMessage::read(&mut cursor)?;
    cursor.finish("frame")?;
    Ok(message)
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

    /// A `TransactionUpdate` of query set 7, of the table `user`, with these rows.
    fn transaction(rows: &[u8]) -> Vec<u8> {
        let head = [&[0, 4, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0][..], b"user", &[1, 0, 0, 0]];
        [&head.concat(), rows].concat()
    }

    #[test]
    fn an_error_names_the_field_and_the_byte() {
        assert_eq!(error_of(&[]), "frame.compression: 1 bytes expected, 0 left at byte 0 of 0");
        assert_eq!(error_of(&[3, 0]), "frame.compression: unknown tag 3 at byte 0 of 2");
        assert_eq!(error_of(&[2, 1]), "frame: the gzip data ends too early");
        assert_eq!(error_of(&[0]), "message: 1 bytes expected, 0 left at byte 0 of 0");
        assert_eq!(error_of(&[0, 8]), "message: unknown tag 8 at byte 0 of 1");
        let outcome = [&[0, 6][..], &[0; 12], &[4]].concat();
        assert_eq!(error_of(&outcome), "ReducerResult.outcome: unknown tag 4 at byte 13 of 14");
        assert_eq!(error_of(&[0, 7, 2]), "ProcedureResult.status: unknown tag 2 at byte 1 of 2");
        assert_eq!(error_of(&[0, 3, 2]), "SubscriptionError.request_id: unknown tag 2 at byte 1 of 2");
        assert_eq!(error_of(&[0, 5, 0, 0, 0, 0, 2]), "OneOffQueryResult.result: unknown tag 2 at byte 5 of 6");
        let dropped = [&[0, 2][..], &[0; 8], &[2]].concat();
        assert_eq!(error_of(&dropped), "UnsubscribeApplied.dropped: unknown tag 2 at byte 9 of 10");
        let too_many = [&[0, 3, 1][..], &[0; 8], &[5]].concat();
        assert_eq!(error_of(&too_many), "frame: 1 bytes too many at byte 10 of 11");
    }

    #[test]
    fn an_error_in_an_update_names_the_table_the_query_set_and_the_cause() {
        assert_eq!(
            error_of(&transaction(&[0, 0, 4, 0, 3, 0, 0, 0, b'a', b'b', b'c'])),
            "TransactionUpdate.query_sets[0].tables[0].rows[0].inserts: 3 bytes are not a multiple of the row size 4, \
             in table `user`, in query set 7"
        );
        assert_eq!(
            error_of(&transaction(&[2, 0, 0, 0, 0, 0, 0, 0])),
            "TransactionUpdate.query_sets[0].tables[0].rows[0].kind: unknown tag 2 at byte 25 of 33, in table `user`, \
             in query set 7"
        );
    }

    #[test]
    fn an_error_in_an_answer_names_the_table_and_the_cause() {
        let applied = [&[0, 1][..], &[0; 8], &[1, 0, 0, 0, 4, 0, 0, 0], b"user", &[0, 0, 0, 1, 0, 0, 0, 9]].concat();
        assert_eq!(
            error_of(&applied),
            "SubscribeApplied.tables[0].rows: 1 bytes are not a multiple of the row size 0, in table `user`"
        );
    }

    #[test]
    fn a_message_beyond_the_limit_is_too_large() {
        let frame = Bytes::from(vec![0; 1002]);
        assert_eq!(decode_frame(frame, 1000).unwrap_err().status, STDB_ERR_TOO_LARGE);
    }
}
