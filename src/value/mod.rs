//! Values: writing and reading BSATN piece by piece, values with their types, and the text forms of identities, connection
//! ids and timestamps.
//!
//! BSATN in short: numbers are little-endian; a boolean is one byte; a string is its length in bytes as a `u32` and
//! its UTF-8; an array is its count as a `u32` and its elements; a product is its elements one after another; a sum is
//! a tag byte and the payload. An option is a sum with `some` as tag 0 and `none` as tag 1, a `Result` one with `ok`
//! as 0 and `err` as 1.

mod arguments;
mod identity;
mod json;
mod reader;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod timestamp;
mod typed;
mod writer;

pub use arguments::Arguments;
pub use identity::{connection_id_from_hex, connection_id_to_hex, identity_from_hex, identity_to_hex};
pub use json::{from_json, to_json};
pub use reader::Reader;
pub use text::{integer_from_text, time_duration_to_text, uuid_from_text, uuid_to_text};
pub use timestamp::{timestamp_from_rfc3339, timestamp_to_rfc3339};
pub use typed::{Elements, Origin, ScheduleAt, Value};
pub use writer::Writer;
