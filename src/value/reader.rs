//! Reading BSATN.

use spacetimedb_sats::{i256, u256};

use super::writer::{NONE, SOME};
use crate::error::{Error, Result, STDB_ERR_BSATN};

/// Reads values one after another from bytes that it borrows.
///
/// Every read returns `STDB_ERR_BSATN` when the bytes are not what is asked for; the error says what was expected, at
/// which byte, and how many there were, never what they held. The position is then where it was.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, position: 0 }
    }

    /// How many bytes were read.
    pub fn position(&self) -> usize {
        self.position
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Checks that no byte is left.
    pub fn finish(&self) -> Result<()> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(bad(format!("the value ends at byte {}, but {left} bytes are left", self.position))),
        }
    }

    /// Reads `count` bytes as they are.
    pub fn raw(&mut self, count: usize) -> Result<&'a [u8]> {
        let bytes = self.at(self.position, count, "raw bytes")?;
        self.position += count;
        Ok(bytes)
    }

    /// Reads a boolean.
    pub fn bool(&mut self) -> Result<bool> {
        match self.peek("a boolean")? {
            byte @ 0..=1 => {
                self.position += 1;
                Ok(byte == 1)
            }
            byte => Err(bad(format!("expected a boolean at byte {}, which is {byte}, neither 0 nor 1", self.position))),
        }
    }

    /// Reads a `u8`.
    pub fn u8(&mut self) -> Result<u8> {
        self.take("a u8").map(u8::from_le_bytes)
    }

    /// Reads a `u16`.
    pub fn u16(&mut self) -> Result<u16> {
        self.take("a u16").map(u16::from_le_bytes)
    }

    /// Reads a `u32`.
    pub fn u32(&mut self) -> Result<u32> {
        self.take("a u32").map(u32::from_le_bytes)
    }

    /// Reads a `u64`.
    pub fn u64(&mut self) -> Result<u64> {
        self.take("a u64").map(u64::from_le_bytes)
    }

    /// Reads a `u128`, which is also the form of a UUID.
    pub fn u128(&mut self) -> Result<u128> {
        self.take("a u128").map(u128::from_le_bytes)
    }

    /// Reads a `u256`.
    pub fn u256(&mut self) -> Result<u256> {
        self.take("a u256").map(u256::from_le_bytes)
    }

    /// Reads an `i8`.
    pub fn i8(&mut self) -> Result<i8> {
        self.take("an i8").map(i8::from_le_bytes)
    }

    /// Reads an `i16`.
    pub fn i16(&mut self) -> Result<i16> {
        self.take("an i16").map(i16::from_le_bytes)
    }

    /// Reads an `i32`.
    pub fn i32(&mut self) -> Result<i32> {
        self.take("an i32").map(i32::from_le_bytes)
    }

    /// Reads an `i64`, which is also the form of a timestamp and of a time duration, in microseconds.
    pub fn i64(&mut self) -> Result<i64> {
        self.take("an i64").map(i64::from_le_bytes)
    }

    /// Reads an `i128`.
    pub fn i128(&mut self) -> Result<i128> {
        self.take("an i128").map(i128::from_le_bytes)
    }

    /// Reads an `i256`.
    pub fn i256(&mut self) -> Result<i256> {
        self.take("an i256").map(i256::from_le_bytes)
    }

    /// Reads an `f32`.
    pub fn f32(&mut self) -> Result<f32> {
        self.take("an f32").map(f32::from_le_bytes)
    }

    /// Reads an `f64`.
    pub fn f64(&mut self) -> Result<f64> {
        self.take("an f64").map(f64::from_le_bytes)
    }

    /// Reads the 32 bytes of an identity.
    pub fn identity(&mut self) -> Result<[u8; 32]> {
        self.take("an identity")
    }

    /// Reads the 16 bytes of a connection id.
    pub fn connection_id(&mut self) -> Result<[u8; 16]> {
        self.take("a connection id")
    }

    /// Reads a string.
    pub fn string(&mut self) -> Result<&'a str> {
        let bytes = self.prefixed("a string")?;
        let text = std::str::from_utf8(bytes)
            .map_err(|error| bad(format!("the string at byte {} is not UTF-8: {error}", self.position)))?;
        self.position += 4 + bytes.len();
        Ok(text)
    }

    /// Reads an array of `u8`.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let bytes = self.prefixed("an array of bytes")?;
        self.position += 4 + bytes.len();
        Ok(bytes)
    }

    /// Begins an array: gives the number of elements, which are read next.
    pub fn array_begin(&mut self) -> Result<usize> {
        self.take("an array's count").map(|count| u32::from_le_bytes(count) as usize)
    }

    /// Begins an option: gives whether it has a value, which is then read next.
    pub fn option(&mut self) -> Result<bool> {
        match self.peek("an option")? {
            tag @ (SOME | NONE) => {
                self.position += 1;
                Ok(tag == SOME)
            }
            tag => Err(bad(format!("expected an option at byte {}, but its tag is {tag}", self.position))),
        }
    }

    /// Begins a sum: gives the tag of the variant, whose payload is read next.
    pub fn sum_tag(&mut self) -> Result<u8> {
        self.take("a sum's tag").map(u8::from_le_bytes)
    }

    fn take<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        match self.bytes[self.position..].first_chunk() {
            Some(bytes) => {
                self.position += N;
                Ok(*bytes)
            }
            None => Err(too_short(what, self.position, N, self.bytes.len())),
        }
    }

    fn peek(&self, what: &str) -> Result<u8> {
        self.at(self.position, 1, what).map(|bytes| bytes[0])
    }

    /// The bytes of a value that is a length and as many bytes, at the position, which stays.
    fn prefixed(&self, what: &str) -> Result<&'a [u8]> {
        let length = self.at(self.position, 4, what)?;
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
        self.at(self.position + 4, length, what)
    }

    fn at(&self, position: usize, count: usize, what: &str) -> Result<&'a [u8]> {
        self.bytes[position..].get(..count).ok_or_else(|| too_short(what, position, count, self.bytes.len()))
    }
}

fn bad(message: String) -> Error {
    Error::new(STDB_ERR_BSATN, message)
}

#[cold]
fn too_short(what: &str, position: usize, count: usize, length: usize) -> Error {
    let left = length - position;
    bad(format!("expected {what}, {count} bytes at byte {position}, but {left} of {length} bytes are left"))
}

#[cfg(test)]
mod tests {
    use super::super::Writer;
    use super::*;

    /// Each read of too few bytes fails and leaves the position.
    fn fails<'a, T>(bytes: &'a [u8], skip: usize, read: impl Fn(&mut Reader<'a>) -> Result<T>, expected: &str) {
        let mut reader = Reader::new(bytes);
        reader.raw(skip).unwrap();
        let error = read(&mut reader).map(|_| ()).unwrap_err();
        assert_eq!(error.status, STDB_ERR_BSATN);
        assert!(error.message.contains(expected), "{}", error.message);
        assert_eq!(reader.position(), skip);
    }

    #[test]
    fn what_was_written_is_read() {
        let mut writer = Writer::new();
        writer.bool(true);
        writer.i16(-2);
        writer.u256(u256::from_words(1, 2));
        writer.string("blå").unwrap();
        writer.some();
        writer.bytes(&[1, 2]).unwrap();
        writer.none();
        let mut reader = Reader::new(writer.data());
        assert!(reader.bool().unwrap());
        assert_eq!(reader.i16().unwrap(), -2);
        assert_eq!(reader.u256().unwrap(), u256::from_words(1, 2));
        assert_eq!(reader.string().unwrap(), "blå");
        assert!(reader.option().unwrap());
        assert_eq!(reader.bytes().unwrap(), [1, 2]);
        assert!(!reader.option().unwrap());
        reader.finish().unwrap();
        assert_eq!((reader.position(), reader.remaining()), (writer.data().len(), 0));
    }

    #[test]
    fn a_failed_read_names_what_and_where_and_does_not_move() {
        fails(&[0; 5], 3, |reader| reader.u32(), "expected a u32, 4 bytes at byte 3, but 2 of 5 bytes are left");
        fails(&[7, 2], 1, |reader| reader.bool(), "expected a boolean at byte 1, which is 2");
        fails(&[], 0, |reader| reader.bool(), "expected a boolean");
        fails(&[2], 0, |reader| reader.option(), "expected an option at byte 0, but its tag is 2");
        fails(&[3, 0, 0], 0, |reader| reader.string(), "expected a string, 4 bytes at byte 0");
        fails(&[3, 0, 0, 0, 65], 0, |reader| reader.string(), "expected a string, 3 bytes at byte 4, but 1 of 5");
        fails(&[1, 0, 0, 0, 0xff], 0, |reader| reader.string(), "the string at byte 0 is not UTF-8");
        fails(&[0xff; 4], 0, |reader| reader.bytes(), "expected an array of bytes, 4294967295 bytes at byte 4");
        fails(&[0; 31], 0, |reader| reader.identity(), "expected an identity");
        fails(&[0; 15], 0, |reader| reader.connection_id(), "expected a connection id");
        fails(&[0; 3], 0, |reader| reader.array_begin(), "expected an array's count");
        fails(&[0; 3], 1, |reader| reader.raw(usize::MAX), "expected raw bytes");
        fails(&[0; 3], 1, |reader| reader.finish(), "ends at byte 1, but 2 bytes are left");
    }
}
