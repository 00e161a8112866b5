//! Values as JSON, exact both ways, in the form that the host itself reads and writes:
//!
//! | value | JSON |
//! | --- | --- |
//! | bool, integers up to 128 bits, finite floats | `true`, `18446744073709551615`, `-2.25` |
//! | 256-bit integers | `"0x2a"`, `"-0x2a"`; read as well: a number, or its decimal digits as a string |
//! | NaN, infinities | `"NaN"`, `"Infinity"`, `"-Infinity"`; a NaN of other bits than the usual `"NaN(0x7ff8000000000001)"` |
//! | strings | `"text"`; one that is not UTF-8 `{"__invalid_utf8__": "68ff"}`, its bytes in hexadecimal |
//! | arrays of `u8` | `"00ff"`, hexadecimal; read as well: `[0, 255]` |
//! | arrays | `[1, 2]` |
//! | products, `Identity` and the like too | `{"x": 1, "y": 2}`, `{"__identity__": "0x…"}`; without names `[1, 2]`; both are read |
//! | sums, options and results too | `{"some": 1}`, `{"none": {}}`; without a name `[0, 1]`; both are read, with name or tag |
//! | an option without a value | read as well: `null` |
//!
//! The host has no form for NaN, infinities and text that is not UTF-8: it writes `null` for the first two, which cannot
//! be read back.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::from_json;
pub use write::to_json;

/// The only name in an object that stands for text that is not UTF-8.
const INVALID_UTF8: &str = "__invalid_utf8__";
/// The bits of the NaN that is written without them.
const NAN32: u32 = 0x7fc0_0000;
/// As `NAN32`, for 64 bits.
const NAN64: u64 = 0x7ff8_0000_0000_0000;
