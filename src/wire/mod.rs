//! The protocols: bytes of a frame to messages, messages to bytes.
//!
//! - `cursor`: reads a message front to back; its errors name the field and the byte.
//! - `compression`: the compression tag, brotli and gzip, and the budget that bounds what they expand to.
//! - `writer`: writes a client's message front to back.
//! - [`rows`]: packed lists of rows, in all protocols; and how v1 groups them, per table and query.
//! - [`v1`]: the messages of `v1.bsatn.spacetimedb`.
//! - [`v2`]: the messages of `v2.bsatn.spacetimedb`, and how it groups rows, per query set and table.
//! - [`v3`]: the frames of `v3.bsatn.spacetimedb`, which hold messages of v2.
//!
//! Each protocol has its `decode_frame`, for what a host says, and the `ClientMessage`s it speaks, which encode
//! themselves; v3 has those of v2, and puts several into a frame. The names below without a version are v1's.
//!
//! A decoded message borrows from its frame: rows and arguments are slices ([`bytes::Bytes`]) of it, or of what it
//! expanded to, and are never copied. Integers are little-endian, as everywhere in BSATN.
//!
//! Everything the host says is checked here, once, so that the rest of the library can rely on it: a frame that does
//! not hold exactly one well-formed message (in v3, one or more) is `STDB_ERR_PROTOCOL` with a message such as
//! `TransactionUpdate.status: unknown tag 9 at byte 1 of 40`, and one that would expand beyond the limit is
//! `STDB_ERR_TOO_LARGE`. No length that the host claims is believed before the bytes for it are there.

mod compression;
mod cursor;
pub mod rows;
pub mod v1;
pub mod v2;
pub mod v3;
mod writer;

pub use rows::{DatabaseUpdate, QueryUpdate, RowList, TableUpdate};
pub use v1::{ClientMessage, HostMessage, decode_frame};
