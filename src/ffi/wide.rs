//! Integers wider than C has them.

use spacetimedb_sats::{i256, u256};

/// An unsigned number of 128 bits: `hi * 2^64 + lo`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_u128 {
    /// The lower half.
    pub lo: u64,
    /// The upper half.
    pub hi: u64,
}

/// A signed number of 128 bits in two's complement: `hi * 2^64 + lo`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_i128 {
    /// The lower half.
    pub lo: u64,
    /// The upper half, which has the sign.
    pub hi: i64,
}

/// An unsigned number of 256 bits.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_u256 {
    /// The number in four parts, the lowest first.
    pub limbs: [u64; 4],
}

/// A signed number of 256 bits in two's complement.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct stdb_i256 {
    /// The number in four parts, the lowest first; the highest has the sign.
    pub limbs: [u64; 4],
}

impl From<stdb_u128> for u128 {
    fn from(number: stdb_u128) -> Self {
        u128::from(number.hi) << 64 | u128::from(number.lo)
    }
}

impl From<u128> for stdb_u128 {
    fn from(number: u128) -> Self {
        stdb_u128 { lo: number as u64, hi: (number >> 64) as u64 }
    }
}

impl From<stdb_i128> for i128 {
    fn from(number: stdb_i128) -> Self {
        i128::from(number.hi) << 64 | i128::from(number.lo)
    }
}

impl From<i128> for stdb_i128 {
    fn from(number: i128) -> Self {
        stdb_i128 { lo: number as u64, hi: (number >> 64) as i64 }
    }
}

impl From<stdb_u256> for u256 {
    fn from(number: stdb_u256) -> Self {
        let [a, b, c, d] = number.limbs;
        u256::from_words(stdb_u128 { lo: c, hi: d }.into(), stdb_u128 { lo: a, hi: b }.into())
    }
}

impl From<u256> for stdb_u256 {
    fn from(number: u256) -> Self {
        let (hi, lo) = number.into_words();
        let (hi, lo) = (stdb_u128::from(hi), stdb_u128::from(lo));
        stdb_u256 { limbs: [lo.lo, lo.hi, hi.lo, hi.hi] }
    }
}

impl From<stdb_i256> for i256 {
    fn from(number: stdb_i256) -> Self {
        u256::from(stdb_u256 { limbs: number.limbs }).as_i256()
    }
}

impl From<i256> for stdb_i256 {
    fn from(number: i256) -> Self {
        stdb_i256 { limbs: stdb_u256::from(number.as_u256()).limbs }
    }
}
