//! Reading values that have no parts, and those that SpacetimeDB means something by.

use spacetimedb_sats::{i256, u256};

use super::Value;
use crate::error::Result;
use crate::schema::{Kind, Special};

/// When a scheduled row is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleAt {
    /// Again and again, so many microseconds apart.
    Interval(i64),
    /// Once, so many microseconds after the Unix epoch.
    Time(i64),
}

/// Each returns `STDB_ERR_WRONG_TYPE`, which names the value and both types, for a value of another type, and
/// `STDB_ERR_BSATN` for bytes that are no value of it.
impl<'a> Value<'a> {
    /// Reads a boolean.
    pub fn bool(&self) -> Result<bool> {
        match self.fixed(matches!(self.ty.kind, Kind::Bool), "bool")? {
            [byte @ 0..=1] => Ok(byte == 1),
            [byte] => Err(self.malformed(format_args!("the boolean is {byte}, neither 0 nor 1"))),
        }
    }

    /// Reads a `u8`.
    pub fn u8(&self) -> Result<u8> {
        self.fixed(matches!(self.ty.kind, Kind::U8), "u8").map(u8::from_le_bytes)
    }

    /// Reads a `u16`.
    pub fn u16(&self) -> Result<u16> {
        self.fixed(matches!(self.ty.kind, Kind::U16), "u16").map(u16::from_le_bytes)
    }

    /// Reads a `u32`.
    pub fn u32(&self) -> Result<u32> {
        self.fixed(matches!(self.ty.kind, Kind::U32), "u32").map(u32::from_le_bytes)
    }

    /// Reads a `u64`.
    pub fn u64(&self) -> Result<u64> {
        self.fixed(matches!(self.ty.kind, Kind::U64), "u64").map(u64::from_le_bytes)
    }

    /// Reads a `u128`.
    pub fn u128(&self) -> Result<u128> {
        self.fixed(matches!(self.ty.kind, Kind::U128), "u128").map(u128::from_le_bytes)
    }

    /// Reads a `u256`.
    pub fn u256(&self) -> Result<u256> {
        self.fixed(matches!(self.ty.kind, Kind::U256), "u256").map(u256::from_le_bytes)
    }

    /// Reads an `i8`.
    pub fn i8(&self) -> Result<i8> {
        self.fixed(matches!(self.ty.kind, Kind::I8), "i8").map(i8::from_le_bytes)
    }

    /// Reads an `i16`.
    pub fn i16(&self) -> Result<i16> {
        self.fixed(matches!(self.ty.kind, Kind::I16), "i16").map(i16::from_le_bytes)
    }

    /// Reads an `i32`.
    pub fn i32(&self) -> Result<i32> {
        self.fixed(matches!(self.ty.kind, Kind::I32), "i32").map(i32::from_le_bytes)
    }

    /// Reads an `i64`.
    pub fn i64(&self) -> Result<i64> {
        self.fixed(matches!(self.ty.kind, Kind::I64), "i64").map(i64::from_le_bytes)
    }

    /// Reads an `i128`.
    pub fn i128(&self) -> Result<i128> {
        self.fixed(matches!(self.ty.kind, Kind::I128), "i128").map(i128::from_le_bytes)
    }

    /// Reads an `i256`.
    pub fn i256(&self) -> Result<i256> {
        self.fixed(matches!(self.ty.kind, Kind::I256), "i256").map(i256::from_le_bytes)
    }

    /// Reads an `f32`.
    pub fn f32(&self) -> Result<f32> {
        self.fixed(matches!(self.ty.kind, Kind::F32), "f32").map(f32::from_le_bytes)
    }

    /// Reads an `f64`.
    pub fn f64(&self) -> Result<f64> {
        self.fixed(matches!(self.ty.kind, Kind::F64), "f64").map(f64::from_le_bytes)
    }

    /// Reads a string.
    pub fn str(&self) -> Result<&'a str> {
        let text = self.text_bytes()?;
        std::str::from_utf8(text).map_err(|error| self.malformed(format_args!("the text is not UTF-8: {error}")))
    }

    /// Reads the bytes of a string, which are those of a text unless somebody wrote others.
    pub fn text_bytes(&self) -> Result<&'a [u8]> {
        self.prefixed(matches!(self.ty.kind, Kind::String), "string")
    }

    /// Reads an array of `u8`.
    pub fn byte_array(&self) -> Result<&'a [u8]> {
        self.prefixed(self.ty.special == Some(Special::Bytes), "array of u8")
    }

    /// Reads an identity: its 32 bytes.
    pub fn identity(&self) -> Result<[u8; 32]> {
        self.fixed(self.ty.special == Some(Special::Identity), "Identity")
    }

    /// Reads a connection id: its 16 bytes.
    pub fn connection_id(&self) -> Result<[u8; 16]> {
        self.fixed(self.ty.special == Some(Special::ConnectionId), "ConnectionId")
    }

    /// Reads a timestamp: microseconds since the Unix epoch.
    pub fn timestamp(&self) -> Result<i64> {
        self.fixed(self.ty.special == Some(Special::Timestamp), "Timestamp").map(i64::from_le_bytes)
    }

    /// Reads a time duration: microseconds.
    pub fn time_duration(&self) -> Result<i64> {
        self.fixed(self.ty.special == Some(Special::TimeDuration), "TimeDuration").map(i64::from_le_bytes)
    }

    /// Reads a UUID: the number that its digits are, the first digit being the highest.
    pub fn uuid(&self) -> Result<u128> {
        self.fixed(self.ty.special == Some(Special::Uuid), "Uuid").map(u128::from_le_bytes)
    }

    /// Reads when a scheduled row is due.
    pub fn schedule_at(&self) -> Result<ScheduleAt> {
        self.expect_special(Special::ScheduleAt, "ScheduleAt")?;
        let (_, payload) = self.variant()?;
        match self.bytes[0] {
            0 => payload.time_duration().map(ScheduleAt::Interval),
            _ => payload.timestamp().map(ScheduleAt::Time),
        }
    }

    /// The bytes of a value of a fixed size, if it `is` of the `wanted` type.
    #[inline]
    fn fixed<const N: usize>(&self, is: bool, wanted: &str) -> Result<[u8; N]> {
        if !is {
            return Err(self.is_not(wanted));
        }
        let wrong = |_| self.malformed(format_args!("there are {} bytes, not {N}", self.bytes.len()));
        self.bytes.try_into().map_err(wrong)
    }

    /// The bytes of a value that is a length and as many bytes, if it `is` of the `wanted` type.
    #[inline]
    fn prefixed(&self, is: bool, wanted: &str) -> Result<&'a [u8]> {
        if !is {
            return Err(self.is_not(wanted));
        }
        let length = u32::from_le_bytes(self.prefix()?) as usize;
        let bytes = &self.bytes[4..];
        if bytes.len() != length {
            return Err(self.malformed(format_args!("the length is {length}, but there are {} bytes", bytes.len())));
        }
        Ok(bytes)
    }
}
