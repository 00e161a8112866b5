//! The protocol `v3.bsatn.spacetimedb`: the messages of [`v2`](super::v2), one or more a WebSocket frame, in both
//! directions.
//!
//! A host's frame is a compression tag and its messages, compressed as one; a client's is its messages alone. The
//! messages stand one directly after the other, with no count and no length in front: a message ends where its last
//! field does, and the frame ends with a message. Either side may put as many into a frame as it likes, whatever the
//! other does, as long as they keep their order. The published message types describe it so (in the crate
//! `spacetimedb-client-api-messages`, 2.10.1), and the recorded frames of 2.8.3 hold to it: in `tour.v3.*` the answer
//! to `spawn_in_tx` is a `TransactionUpdate` and a `ProcedureResult` in one frame.
//!
//! A frame without a message is not allowed: "one or more", say the published types, and SpacetimeDB's own source has
//! the host refuse a client's empty frame. No recording has one. Hence it is an error from a host as well.

use std::collections::VecDeque;

use bytes::Bytes;

use super::compression::{Budget, expand_frame};
use super::cursor::{Context, Cursor};
use super::v2::HostMessage;
use crate::error::Result;

/// The most bytes of a client's frame that has several messages, as in SpacetimeDB's own clients. A longer message goes
/// alone.
pub const MAX_CLIENT_FRAME_BYTES: usize = 256 << 10;

/// Decodes a host's frame: its compression tag, and the messages that are in it, one at a time.
///
/// The messages borrow from the frame or, where that is compressed, from what it expanded to; nothing else is copied
/// than strings. `max_message_bytes` bounds all messages of the frame together, expanded. Besides that, decoding takes
/// the window of a brotli decoder while it runs (16 MiB at most), and memory for the structures of each message, in
/// proportion to its bytes.
///
/// # Errors
/// `STDB_ERR_PROTOCOL` when the frame cannot be expanded, and `STDB_ERR_TOO_LARGE` when it is larger than
/// `max_message_bytes` or would expand beyond it.
pub fn decode_frame(frame: Bytes, max_message_bytes: usize) -> Result<HostMessages> {
    let messages = expand_frame(frame, &mut Budget::new(max_message_bytes))?;
    Ok(HostMessages { cursor: Cursor::new(messages), index: 0, ended: false })
}

/// The messages of a host's frame, in order.
///
/// The first one that is not well-formed is `STDB_ERR_PROTOCOL` and the last item, since nothing tells where the next
/// one would begin. A frame without a message is such an error too.
pub struct HostMessages {
    cursor: Cursor,
    index: usize,
    ended: bool,
}

impl Iterator for HostMessages {
    type Item = Result<HostMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let message = HostMessage::read(&mut self.cursor).inside(format_args!("frame[{}]", self.index));
        self.index += 1;
        self.ended = message.is_err() || self.cursor.is_at_end();
        Some(message)
    }
}

/// Makes a client's frame of the encoded messages at the front of a queue, and takes them from it: as many as
/// [`MAX_CLIENT_FRAME_BYTES`] allow, and always the first. `None` when the queue is empty.
pub fn take_frame(queue: &mut VecDeque<Vec<u8>>) -> Option<Vec<u8>> {
    let mut frame = queue.pop_front()?;
    while let Some(message) = queue.pop_front_if(|message| frame.len() + message.len() <= MAX_CLIENT_FRAME_BYTES) {
        frame.extend_from_slice(&message);
    }
    Some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{STDB_ERR_PROTOCOL, STDB_ERR_TOO_LARGE};
    use crate::wire::v2::TransactionUpdate;

    /// A `TransactionUpdate` without a query set.
    const EMPTY_TRANSACTION: [u8; 5] = [4, 0, 0, 0, 0];

    fn messages(frame: &[u8]) -> HostMessages {
        decode_frame(Bytes::copy_from_slice(frame), 1000).unwrap()
    }

    fn frame(parts: &[&[u8]]) -> Vec<u8> {
        [&[0], &parts.concat()[..]].concat()
    }

    #[test]
    fn a_frame_has_one_or_more_messages() {
        for count in 1..4 {
            let frame = frame(&vec![&EMPTY_TRANSACTION[..]; count]);
            let decoded: Vec<_> = messages(&frame).map(|message| message.unwrap()).collect();
            assert_eq!(decoded, vec![HostMessage::TransactionUpdate(TransactionUpdate::default()); count]);
        }
    }

    #[test]
    fn a_damaged_message_is_an_error_that_names_it_and_ends_the_frame() {
        let mut messages = messages(&frame(&[&EMPTY_TRANSACTION, &[8], &EMPTY_TRANSACTION]));
        assert!(messages.next().unwrap().is_ok());
        let error = messages.next().unwrap().unwrap_err();
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        assert_eq!(error.message, "frame[1].message: unknown tag 8 at byte 5 of 11");
        assert!(messages.next().is_none());
    }

    #[test]
    fn a_frame_without_a_message_is_an_error() {
        let mut messages = messages(&[0]);
        let error = messages.next().unwrap().unwrap_err();
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        assert_eq!(error.message, "frame[0].message: 1 bytes expected, 0 left at byte 0 of 0");
        assert!(messages.next().is_none());
    }

    #[test]
    fn the_limit_is_for_all_messages_of_a_frame_together() {
        let frame = |count| Bytes::from(frame(&vec![&EMPTY_TRANSACTION[..]; count]));
        assert_eq!(decode_frame(frame(200), 1000).unwrap().count(), 200);
        assert_eq!(decode_frame(frame(201), 1000).err().unwrap().status, STDB_ERR_TOO_LARGE);
    }

    /// Takes all frames of messages of these sizes, and gives the sizes of the frames.
    fn packed(sizes: &[usize]) -> Vec<usize> {
        let messages: Vec<Vec<u8>> = (0u8..).zip(sizes).map(|(index, size)| vec![index; *size]).collect();
        let mut queue: VecDeque<_> = messages.clone().into();
        let frames: Vec<_> = std::iter::from_fn(|| take_frame(&mut queue)).collect();
        assert_eq!(frames.concat(), messages.concat(), "all messages, in their order");
        frames.iter().map(Vec::len).collect()
    }

    #[test]
    fn frames_take_as_many_messages_as_fit() {
        const MOST: usize = MAX_CLIENT_FRAME_BYTES;
        assert!(packed(&[]).is_empty());
        assert_eq!(packed(&[1, 2, 3]), [6]);
        assert_eq!(packed(&[MOST - 3, 1, 2, 1]), [MOST, 1]);
        assert_eq!(packed(&[MOST, 1, 1]), [MOST, 2]);
        assert_eq!(packed(&[1, MOST + 1, 1, 2]), [1, MOST + 1, 3], "a message that is too long goes alone");
    }
}
