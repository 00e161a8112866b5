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

use super::compression::{Budget, Compression};
use super::cursor::{Context, Cursor};
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
    let mut frame = Cursor::new(frame);
    let tag = frame.u8("frame.compression")?;
    let compression = Compression::from_tag(tag).ok_or_else(|| frame.unknown_tag("frame.compression", tag))?;
    let message = compression.expand(frame.rest(), &mut budget).of("frame")?;
    HostMessage::read(Cursor::new(message), &mut budget)
}
