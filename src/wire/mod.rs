//! The protocols: bytes of a frame to messages, messages to bytes.
//!
//! - `cursor`: reads a message front to back; its errors name the field and the byte.
//! - `compression`: the compression tag, brotli and gzip, and the budget that bounds what they expand to.
//! - [`rows`]: the rows a message carries: per table, per query, as packed lists.
//! - [`v1`]: the messages of `v1.bsatn.spacetimedb`.
//!
//! A decoded message borrows from its frame: rows and arguments are slices ([`bytes::Bytes`]) of it, or of what it
//! expanded to, and are never copied. Integers are little-endian, as everywhere in BSATN.
//!
//! Everything the host says is checked here, once, so that the rest of the library can rely on it: a frame that does
//! not hold exactly one well-formed message is `STDB_ERR_PROTOCOL` with a message such as
//! `TransactionUpdate.status: unknown tag 9 at byte 1 of 40`, and one that would expand beyond the limit is
//! `STDB_ERR_TOO_LARGE`. No length that the host claims is believed before the bytes for it are there.

mod compression;
mod cursor;
pub mod rows;
pub mod v1;

pub use rows::{DatabaseUpdate, QueryUpdate, RowList, TableUpdate};
pub use v1::{ClientMessage, HostMessage, decode_frame};
