//! Writing BSATN.

use spacetimedb_sats::{i256, u256};

use crate::error::{Error, Result};

/// The tag of an option that has a value.
pub(super) const SOME: u8 = 0;
/// The tag of an option that has none.
pub(super) const NONE: u8 = 1;

/// Writes values one after another into a buffer that it owns.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl zeroize::Zeroize for Writer {
    /// Wipes what was written, for one that a token was written into.
    fn zeroize(&mut self) {
        self.bytes.zeroize();
    }
}

impl Writer {
    /// A writer that has nothing yet.
    pub fn new() -> Self {
        Writer::default()
    }

    /// What was written since the beginning or the last `clear`.
    pub fn data(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was written and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Writes bytes that are BSATN already.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes a boolean.
    pub fn bool(&mut self, value: bool) {
        self.bytes.push(value.into());
    }

    /// Writes a `u8`.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Writes a `u16`.
    pub fn u16(&mut self, value: u16) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes a `u32`.
    pub fn u32(&mut self, value: u32) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes a `u64`.
    pub fn u64(&mut self, value: u64) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes a `u128`, which is also the form of a UUID.
    pub fn u128(&mut self, value: u128) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes a `u256`.
    pub fn u256(&mut self, value: u256) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `i8`.
    pub fn i8(&mut self, value: i8) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `i16`.
    pub fn i16(&mut self, value: i16) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `i32`.
    pub fn i32(&mut self, value: i32) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `i64`, which is also the form of a timestamp and of a time duration, in microseconds.
    pub fn i64(&mut self, value: i64) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `i128`.
    pub fn i128(&mut self, value: i128) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `i256`.
    pub fn i256(&mut self, value: i256) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `f32` with its bits as they are.
    pub fn f32(&mut self, value: f32) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes an `f64` with its bits as they are.
    pub fn f64(&mut self, value: f64) {
        self.raw(&value.to_le_bytes());
    }

    /// Writes a string. Returns `STDB_ERR_INVALID_ARGUMENT` for one of more than `u32::MAX` bytes.
    pub fn string(&mut self, value: &str) -> Result<()> {
        self.bytes(value.as_bytes())
    }

    /// Writes an array of `u8`. Returns `STDB_ERR_INVALID_ARGUMENT` for one of more than `u32::MAX` bytes.
    pub fn bytes(&mut self, value: &[u8]) -> Result<()> {
        self.length("value", value.len())?;
        self.raw(value);
        Ok(())
    }

    /// Begins an array: its `count` elements are written next. Returns `STDB_ERR_INVALID_ARGUMENT` for a count above
    /// `u32::MAX`.
    pub fn array_begin(&mut self, count: usize) -> Result<()> {
        self.length("count", count)
    }

    /// Begins an option that has a value, which is written next.
    pub fn some(&mut self) {
        self.u8(SOME);
    }

    /// Writes an option that has no value.
    pub fn none(&mut self) {
        self.u8(NONE);
    }

    /// Begins a sum: the variant's payload is written next.
    pub fn sum_tag(&mut self, tag: u8) {
        self.u8(tag);
    }

    fn length(&mut self, name: &str, length: usize) -> Result<()> {
        let in_32_bits = u32::try_from(length)
            .map_err(|_| Error::argument(name, format_args!("is {length} long, more than {}", u32::MAX)))?;
        self.u32(in_32_bits);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::STDB_ERR_INVALID_ARGUMENT;

    #[test]
    fn a_length_of_more_than_32_bits_is_refused_and_writes_nothing() {
        let mut writer = Writer::new();
        if let Ok(too_many) = usize::try_from(u64::from(u32::MAX) + 1) {
            assert_eq!(writer.array_begin(too_many).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
        }
        assert!(writer.data().is_empty());
        writer.array_begin(u32::MAX as usize).unwrap();
        assert_eq!(writer.data(), [0xff; 4]);
        writer.clear();
        assert!(writer.data().is_empty());
    }
}
