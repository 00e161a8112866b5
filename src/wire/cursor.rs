//! Reads a protocol message front to back, and names the field and the byte when it cannot.

use std::fmt::Display;

use bytes::Bytes;

use crate::error::{Error, Result, STDB_ERR_PROTOCOL};

/// The most items that room is made for before they have been read. The rest grows as they arrive, since items in
/// memory are several times larger than the smallest ones on the wire.
const MOST_ITEMS_AT_ONCE: usize = 64;

/// A position in a message. Every read names the field it is for; an error's message begins with that name.
pub(super) struct Cursor {
    bytes: Bytes,
    position: usize,
}

impl Cursor {
    pub(super) fn new(bytes: Bytes) -> Self {
        Cursor { bytes, position: 0 }
    }

    fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Whether all has been read.
    pub(super) fn is_at_end(&self) -> bool {
        self.remaining() == 0
    }

    /// An error at a byte of the message.
    fn fault_at(&self, position: usize, field: &str, what: impl Display) -> Error {
        Error::new(STDB_ERR_PROTOCOL, format!("{field}: {what} at byte {position} of {}", self.bytes.len()))
    }

    /// Moves over `count` bytes and returns where they begin.
    fn advance(&mut self, field: &str, count: usize) -> Result<usize> {
        if count > self.remaining() {
            let what = format_args!("{count} bytes expected, {} left", self.remaining());
            return Err(self.fault_at(self.position, field, what));
        }
        let start = self.position;
        self.position += count;
        Ok(start)
    }

    /// Reads `N` bytes.
    pub(super) fn array<const N: usize>(&mut self, field: &str) -> Result<[u8; N]> {
        let start = self.advance(field, N)?;
        let mut array = [0; N];
        array.copy_from_slice(&self.bytes[start..start + N]);
        Ok(array)
    }

    pub(super) fn u8(&mut self, field: &str) -> Result<u8> {
        self.array(field).map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self, field: &str) -> Result<u16> {
        self.array(field).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, field: &str) -> Result<u32> {
        self.array(field).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self, field: &str) -> Result<u64> {
        self.array(field).map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self, field: &str) -> Result<i64> {
        self.array(field).map(i64::from_le_bytes)
    }

    pub(super) fn u128(&mut self, field: &str) -> Result<u128> {
        self.array(field).map(u128::from_le_bytes)
    }

    /// Reads a length and that many bytes, as a slice of the message.
    pub(super) fn bytes(&mut self, field: &str) -> Result<Bytes> {
        let count = self.u32(field)? as usize;
        let start = self.advance(field, count)?;
        Ok(self.bytes.slice(start..start + count))
    }

    /// Reads all that is left.
    pub(super) fn rest(mut self) -> Bytes {
        self.bytes.split_off(self.position)
    }

    /// Reads a length and that many items of a fixed size, as one slice of the message.
    pub(super) fn packed(&mut self, field: &str, item_size: usize) -> Result<Bytes> {
        let count = self.u32(field)? as usize;
        // On a 32-bit target the product may not fit; then the bytes cannot be there either.
        let start = self.advance(field, count.saturating_mul(item_size))?;
        Ok(self.bytes.slice(start..self.position))
    }

    pub(super) fn string(&mut self, field: &str) -> Result<String> {
        let count = self.u32(field)? as usize;
        let start = self.advance(field, count)?;
        match std::str::from_utf8(&self.bytes[start..start + count]) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(self.fault_at(start + error.valid_up_to(), field, "invalid UTF-8")),
        }
    }

    /// Reads an option: tag 0 and the value, or tag 1.
    pub(super) fn option<T>(
        &mut self,
        field: &str,
        value: impl FnOnce(&mut Self, &str) -> Result<T>,
    ) -> Result<Option<T>> {
        match self.u8(field)? {
            0 => value(self, field).map(Some),
            1 => Ok(None),
            tag => Err(self.unknown_tag(field, tag)),
        }
    }

    /// Reads a count and that many items, each of which takes at least `smallest` bytes.
    pub(super) fn list<T>(
        &mut self,
        field: &str,
        smallest: usize,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let start = self.position;
        let count = self.u32(field)? as usize;
        if count > self.remaining() / smallest {
            let what = format_args!("{count} items cannot be in the {} bytes left", self.remaining());
            return Err(self.fault_at(start, field, what));
        }
        let mut items = Vec::with_capacity(count.min(MOST_ITEMS_AT_ONCE));
        for index in 0..count {
            items.push(item(self).inside(format_args!("{field}[{index}]"))?);
        }
        Ok(items)
    }

    /// The error for a tag that was just read and that the protocol does not have.
    pub(super) fn unknown_tag(&self, field: &str, tag: u8) -> Error {
        self.fault_at(self.position - 1, field, format_args!("unknown tag {tag}"))
    }

    /// Ends the reading: an error when bytes are left.
    pub(super) fn finish(self, message: &str) -> Result<()> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(self.fault_at(self.position, message, format_args!("{left} bytes too many"))),
        }
    }
}

/// Where an error was met, added to its message while it travels up.
pub(super) trait Context {
    /// Puts the enclosing field in front: `tables[0]` and `table_id: …` to `tables[0].table_id: …`.
    fn inside(self, field: impl Display) -> Self;
    /// Puts the field that the error is about in front: `inserts` and `…` to `inserts: …`.
    fn of(self, field: impl Display) -> Self;
    /// Puts what is not a field behind: `…, in table user`.
    fn with<D: Display>(self, what: impl FnOnce() -> D) -> Self;
}

impl<T> Context for Result<T> {
    fn inside(self, field: impl Display) -> Self {
        self.map_err(|error| {
            let message = format!("{field}.{}", error.message);
            error.with_message(message)
        })
    }

    fn of(self, field: impl Display) -> Self {
        self.map_err(|error| {
            let message = format!("{field}: {}", error.message);
            error.with_message(message)
        })
    }

    fn with<D: Display>(self, what: impl FnOnce() -> D) -> Self {
        self.map_err(|error| {
            let message = format!("{}, in {}", error.message, what());
            error.with_message(message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(bytes: &'static [u8]) -> Cursor {
        Cursor::new(Bytes::from_static(bytes))
    }

    fn message<T>(result: Result<T>) -> String {
        let error = result.err().expect("an error");
        assert_eq!(error.status, STDB_ERR_PROTOCOL);
        error.to_string()
    }

    #[test]
    fn short_data_names_the_field_and_the_byte() {
        let mut cursor = cursor(&[1, 2, 3, 4, 5]);
        assert_eq!(cursor.u32("first").unwrap(), 0x04030201);
        assert_eq!(message(cursor.u16("second")), "second: 2 bytes expected, 1 left at byte 4 of 5");
    }

    #[test]
    fn a_string_that_is_not_utf8_names_the_first_bad_byte() {
        let text = [3, 0, 0, 0, b'a', 0xff, b'b'];
        let mut cursor = Cursor::new(Bytes::copy_from_slice(&text));
        assert_eq!(message(cursor.string("token")), "token: invalid UTF-8 at byte 5 of 7");
    }

    #[test]
    fn bytes_are_slices_of_the_message() {
        let whole = Bytes::from(vec![2, 0, 0, 0, 7, 8, 9]);
        let mut cursor = Cursor::new(whole.clone());
        let part = cursor.bytes("args").unwrap();
        assert_eq!(part, [7, 8][..]);
        assert_eq!(part.as_ptr(), whole[4..].as_ptr());
    }

    #[test]
    fn a_list_that_claims_more_than_there_is_makes_no_room_for_it() {
        let mut cursor = cursor(&[0xff, 0xff, 0xff, 0xff, 0, 0]);
        let list = cursor.list("tables", 1, |cursor| cursor.u8("item"));
        assert_eq!(message(list), "tables: 4294967295 items cannot be in the 2 bytes left at byte 0 of 6");
    }

    #[test]
    fn an_error_in_a_list_names_the_item() {
        let mut cursor = cursor(&[2, 0, 0, 0, 1, 7]);
        let list = cursor.list("ids", 1, |cursor| cursor.option("id", Cursor::u8));
        assert_eq!(message(list), "ids[1].id: unknown tag 7 at byte 5 of 6");
    }

    #[test]
    fn an_option_is_tag_0_and_a_value_or_tag_1() {
        assert_eq!(cursor(&[0, 9]).option("id", Cursor::u8).unwrap(), Some(9));
        assert_eq!(cursor(&[1]).option("id", Cursor::u8).unwrap(), None);
        assert_eq!(message(cursor(&[2]).option("id", Cursor::u8)), "id: unknown tag 2 at byte 0 of 1");
    }

    #[test]
    fn bytes_left_over_are_an_error() {
        let mut cursor = cursor(&[1, 2]);
        cursor.u8("first").unwrap();
        assert_eq!(message(cursor.finish("Message")), "Message: 1 bytes too many at byte 1 of 2");
    }
}
