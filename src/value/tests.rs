//! Tests of the writer and the reader together, with the SATS crate as the oracle.

use proptest::prelude::*;
use spacetimedb_sats::{AlgebraicValue, bsatn};

use super::testing::typed_value;
use super::{Reader, Writer};
use crate::error::Result;

/// Writes what the SATS crate has, piece by piece.
fn write(value: &AlgebraicValue, writer: &mut Writer) -> Result<()> {
    match value {
        AlgebraicValue::Bool(value) => writer.bool(*value),
        AlgebraicValue::U8(value) => writer.u8(*value),
        AlgebraicValue::U16(value) => writer.u16(*value),
        AlgebraicValue::U32(value) => writer.u32(*value),
        AlgebraicValue::U64(value) => writer.u64(*value),
        AlgebraicValue::U128(value) => writer.u128(value.0),
        AlgebraicValue::U256(value) => writer.u256(**value),
        AlgebraicValue::I8(value) => writer.i8(*value),
        AlgebraicValue::I16(value) => writer.i16(*value),
        AlgebraicValue::I32(value) => writer.i32(*value),
        AlgebraicValue::I64(value) => writer.i64(*value),
        AlgebraicValue::I128(value) => writer.i128(value.0),
        AlgebraicValue::I256(value) => writer.i256(**value),
        AlgebraicValue::F32(value) => writer.f32((*value).into()),
        AlgebraicValue::F64(value) => writer.f64((*value).into()),
        AlgebraicValue::String(value) => writer.string(value)?,
        AlgebraicValue::Array(array) => {
            writer.array_begin(array.len())?;
            array.iter_cloned().try_for_each(|element| write(&element, writer))?;
        }
        AlgebraicValue::Product(product) => product.elements.iter().try_for_each(|part| write(part, writer))?,
        AlgebraicValue::Sum(sum) => {
            writer.sum_tag(sum.tag);
            write(&sum.value, writer)?;
        }
        other => panic!("{other:?} is no value"),
    }
    Ok(())
}

/// Reads the same pieces, and compares them.
fn read(expected: &AlgebraicValue, reader: &mut Reader<'_>) -> Result<()> {
    match expected {
        AlgebraicValue::Bool(expected) => assert_eq!(reader.bool()?, *expected),
        AlgebraicValue::U8(expected) => assert_eq!(reader.u8()?, *expected),
        AlgebraicValue::U16(expected) => assert_eq!(reader.u16()?, *expected),
        AlgebraicValue::U32(expected) => assert_eq!(reader.u32()?, *expected),
        AlgebraicValue::U64(expected) => assert_eq!(reader.u64()?, *expected),
        AlgebraicValue::U128(expected) => assert_eq!(reader.u128()?, { expected.0 }),
        AlgebraicValue::U256(expected) => assert_eq!(reader.u256()?, **expected),
        AlgebraicValue::I8(expected) => assert_eq!(reader.i8()?, *expected),
        AlgebraicValue::I16(expected) => assert_eq!(reader.i16()?, *expected),
        AlgebraicValue::I32(expected) => assert_eq!(reader.i32()?, *expected),
        AlgebraicValue::I64(expected) => assert_eq!(reader.i64()?, *expected),
        AlgebraicValue::I128(expected) => assert_eq!(reader.i128()?, { expected.0 }),
        AlgebraicValue::I256(expected) => assert_eq!(reader.i256()?, **expected),
        AlgebraicValue::F32(expected) => assert_eq!(reader.f32()?.to_bits(), f32::from(*expected).to_bits()),
        AlgebraicValue::F64(expected) => assert_eq!(reader.f64()?.to_bits(), f64::from(*expected).to_bits()),
        AlgebraicValue::String(expected) => assert_eq!(reader.string()?, &**expected),
        AlgebraicValue::Array(expected) => {
            assert_eq!(reader.array_begin()?, expected.len());
            expected.iter_cloned().try_for_each(|element| read(&element, reader))?;
        }
        AlgebraicValue::Product(expected) => expected.elements.iter().try_for_each(|part| read(part, reader))?,
        AlgebraicValue::Sum(expected) => {
            assert_eq!(reader.sum_tag()?, expected.tag);
            read(&expected.value, reader)?;
        }
        other => panic!("{other:?} is no value"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_what_sats_writes_and_is_read_back((_, value) in typed_value()) {
        let mut writer = Writer::new();
        write(&value, &mut writer).unwrap();
        prop_assert_eq!(writer.data(), bsatn::to_vec(&value).unwrap());
        let mut reader = Reader::new(writer.data());
        read(&value, &mut reader).unwrap();
        reader.finish().unwrap();
    }
}
