//! Tests of values, with the SATS crate as the oracle.

use proptest::prelude::*;
use spacetimedb_sats::{AlgebraicType, AlgebraicValue, SumValue, bsatn};

use super::{Origin, ScheduleAt, Value};
use crate::error::{
    Result, STDB_ERR_BSATN, STDB_ERR_INVALID_ARGUMENT, STDB_ERR_NOT_FOUND, STDB_ERR_UNKNOWN_COLUMN,
    STDB_ERR_WRONG_TYPE, stdb_status,
};
use crate::schema::resolve::resolved;
use crate::schema::{Kind, Schema, Type};
use crate::value::testing::{schedule_at, typed_value};

/// Reads a value through and through and compares it with what the SATS crate has.
fn check_read(value: Value<'_>, expected: &AlgebraicValue) -> Result<()> {
    match expected {
        AlgebraicValue::Bool(expected) => assert_eq!(value.bool()?, *expected),
        AlgebraicValue::U8(expected) => assert_eq!(value.u8()?, *expected),
        AlgebraicValue::U16(expected) => assert_eq!(value.u16()?, *expected),
        AlgebraicValue::U32(expected) => assert_eq!(value.u32()?, *expected),
        AlgebraicValue::U64(expected) => assert_eq!(value.u64()?, *expected),
        AlgebraicValue::U128(expected) => assert_eq!(value.u128()?, { expected.0 }),
        AlgebraicValue::U256(expected) => assert_eq!(value.u256()?, **expected),
        AlgebraicValue::I8(expected) => assert_eq!(value.i8()?, *expected),
        AlgebraicValue::I16(expected) => assert_eq!(value.i16()?, *expected),
        AlgebraicValue::I32(expected) => assert_eq!(value.i32()?, *expected),
        AlgebraicValue::I64(expected) => assert_eq!(value.i64()?, *expected),
        AlgebraicValue::I128(expected) => assert_eq!(value.i128()?, { expected.0 }),
        AlgebraicValue::I256(expected) => assert_eq!(value.i256()?, **expected),
        AlgebraicValue::F32(expected) => assert_eq!(value.f32()?.to_bits(), f32::from(*expected).to_bits()),
        AlgebraicValue::F64(expected) => assert_eq!(value.f64()?.to_bits(), f64::from(*expected).to_bits()),
        AlgebraicValue::String(expected) => assert_eq!(value.str()?, &**expected),
        AlgebraicValue::Array(expected) => check_elements(value, &expected.iter_cloned().collect::<Vec<_>>())?,
        AlgebraicValue::Product(expected) => {
            check_elements(value, &expected.elements)?;
            for (element, expected) in value.ty().elements().iter().zip(&expected.elements) {
                check_read(value.element_named(&element.name)?, expected)?;
            }
        }
        AlgebraicValue::Sum(expected) => check_sum(value, expected)?,
        other => panic!("{other:?} is no value"),
    }
    Ok(())
}

fn check_elements(value: Value<'_>, expected: &[AlgebraicValue]) -> Result<()> {
    assert_eq!(value.count()?, expected.len());
    assert_eq!(value.elements()?.count(), expected.len());
    for (position, (element, expected)) in value.elements()?.zip(expected).enumerate() {
        let element = element?;
        check_read(element, expected)?;
        assert_eq!(element.bytes(), value.element(position)?.bytes());
    }
    assert_eq!(value.element(expected.len()).unwrap_err().status, STDB_ERR_NOT_FOUND);
    if let Ok(bytes) = value.byte_array() {
        assert_eq!(bytes.iter().map(|byte| AlgebraicValue::U8(*byte)).collect::<Vec<_>>(), expected);
    }
    Ok(())
}

fn check_sum(value: Value<'_>, expected: &SumValue) -> Result<()> {
    let (variant, payload) = value.variant()?;
    assert_eq!(value.tag()?, expected.tag);
    assert!(std::ptr::eq(variant, &value.ty().elements()[usize::from(expected.tag)]));
    assert_eq!(payload.bytes(), value.element_named(&variant.name)?.bytes());
    if let Ok(option) = value.option() {
        assert_eq!(option.map(|some| some.bytes()), (expected.tag == 0).then_some(payload.bytes()));
    }
    if let Ok(result) = value.result() {
        assert_eq!(result.is_ok(), expected.tag == 0);
    }
    check_read(payload, &expected.value)
}

/// Checks that each part's path leads to it.
fn check_paths(whole: Value<'_>, part: Value<'_>) {
    let path = part.path();
    let there = whole.at(path.strip_prefix("whole").unwrap().trim_start_matches('.')).unwrap();
    assert_eq!((there.bytes(), there.path()), (part.bytes(), path));
    match &part.ty().kind {
        Kind::Sum(_) => check_paths(whole, part.variant().unwrap().1),
        Kind::Array(_) | Kind::Product(_) => {
            part.elements().unwrap().for_each(|element| check_paths(whole, element.unwrap()))
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn values_are_read_as_sats_has_them((ty, value) in typed_value()) {
        let (ty, bytes) = (resolved(&ty), bsatn::to_vec(&value).unwrap());
        let whole = Value::new("whole", &ty, &bytes);
        whole.check().unwrap();
        check_read(whole, &value).unwrap();
        check_paths(whole, whole);
    }

    #[test]
    fn any_bytes_can_be_walked_over((ty, value) in typed_value(), place: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let (ty, mut bytes) = (resolved(&ty), bsatn::to_vec(&value).unwrap());
        bytes.truncate(cut.index(bytes.len() + 1));
        if !bytes.is_empty() {
            let place = place.index(bytes.len());
            bytes[place] = byte % 8;
        }
        walk(Value::new("whole", &ty, &bytes), 1000);
    }
}

/// Reads whatever can be read, a few elements of each array.
fn walk(value: Value<'_>, mut most: usize) {
    let _ = (value.check(), value.str(), value.byte_array(), value.bool(), value.u64(), value.identity());
    if let Ok((_, payload)) = value.variant() {
        walk(payload, most);
    }
    if let Ok(elements) = value.elements() {
        let _ = value.element(usize::MAX).map(|_| ()).unwrap_err().to_string();
        for element in elements.take(8).flatten() {
            most = most.saturating_sub(1);
            if most > 0 {
                walk(element, most / 8);
            }
        }
    }
}

/// A value of the kitchen's `every_type`: the type, and the bytes of a row.
fn every_type() -> (Schema, Vec<u8>) {
    let schema = Schema::parse(include_str!("../../../tests/transcripts/2.8.3/kitchen.schema.v9.json")).unwrap();
    let mut row = Vec::new();
    zero(schema.table("every_type").unwrap().layout.row_type(), &mut row);
    (schema, row)
}

/// A value of a type: zeros, the first variants, and arrays of two elements.
fn zero(ty: &Type, out: &mut Vec<u8>) {
    match &ty.kind {
        Kind::String => out.extend([1, 0, 0, 0, b'a']),
        Kind::Array(element) => {
            out.extend([2, 0, 0, 0]);
            (0..2).for_each(|_| zero(element, out));
        }
        Kind::Product(elements) => elements.iter().for_each(|element| zero(&element.ty, out)),
        Kind::Sum(variants) => {
            out.push(0);
            zero(&variants[0].ty, out);
        }
        _ => out.resize(out.len() + ty.size.unwrap(), 0),
    }
}

fn says<T: std::fmt::Debug>(result: Result<T>, status: stdb_status, expected: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.status, status, "{error}");
    assert!(error.message.contains(expected), "`{expected}` is not in `{error}`");
}

#[test]
fn errors_name_the_place_and_both_types() {
    let (schema, row) = every_type();
    let ty = schema.table("every_type").unwrap().layout.row_type();
    let row = Value::new("every_type", ty, &row);
    let x = row.element_named("nested").unwrap().element(1).unwrap().element_named("x").unwrap();
    says(x.u32(), STDB_ERR_WRONG_TYPE, "`every_type.nested[1].x` is f32, not u32");
    says(row.at("nested[1].x").unwrap().str(), STDB_ERR_WRONG_TYPE, "`every_type.nested[1].x` is f32, not string");
    says(row.at("nested[1].w"), STDB_ERR_UNKNOWN_COLUMN, "`every_type.nested[1]` is Vec3, which has no `w`");
    says(row.at("nested[2]"), STDB_ERR_NOT_FOUND, "`every_type.nested` has 2 elements, so none at 2");
    says(row.at("effect.say"), STDB_ERR_NOT_FOUND, "`every_type.effect` is the variant `nothing`, not `say`");
    says(row.at("effect.sing"), STDB_ERR_UNKNOWN_COLUMN, "`every_type.effect` is Effect, which has no `sing`");
    says(row.at("maybe_vec.some[1]").unwrap().u8(), STDB_ERR_WRONG_TYPE, "`every_type.maybe_vec.some[1]` is string");
    says(row.at("identity").unwrap().u256(), STDB_ERR_WRONG_TYPE, "`every_type.identity` is Identity, not u256");
    assert!(row.at("identity.__identity__").unwrap().u256().is_ok());
    says(row.at("key").unwrap().option(), STDB_ERR_WRONG_TYPE, "`every_type.key` is u32, not an option");
    says(row.at("b").unwrap().count(), STDB_ERR_WRONG_TYPE, "`every_type.b` is bool, not an array or a product");
    says(row.at("key.x"), STDB_ERR_WRONG_TYPE, "`every_type.key` is u32, not a product or a sum");
    says(row.at("bytes").unwrap().tag(), STDB_ERR_WRONG_TYPE, "`every_type.bytes` is array of u8, not a sum");
    for path in ["[", "[x]", "[-1]", "nested[1", "nested[1]x", "nested..x", ".key", "key.", "nested.[1]"] {
        says(row.at(path), STDB_ERR_INVALID_ARGUMENT, "`path`");
    }
    assert_eq!(row.at("[0]").unwrap().bytes(), row.at("key").unwrap().bytes());
    assert_eq!(row.at("").unwrap().path(), "every_type");
}

#[test]
fn bytes_that_are_no_value_are_named_with_their_place() {
    let ty = resolved(&AlgebraicType::product([("on", AlgebraicType::Bool), ("text", AlgebraicType::String)]));
    let wrong = Value::new("t", &ty, &[2, 1, 0, 0, 0, 0xff]);
    says(wrong.at("on").unwrap().bool(), STDB_ERR_BSATN, "`t.on`: the boolean is 2");
    says(wrong.at("text").unwrap().str(), STDB_ERR_BSATN, "`t.text`: the text is not UTF-8");
    says(wrong.check(), STDB_ERR_BSATN, "`t.on`: the boolean at byte 0 is 2");
    says(Value::new("t", &ty, &[1, 9]).at("text"), STDB_ERR_BSATN, "`t`: 4 bytes are wanted at byte 1");
    says(Value::new("t", &ty, &[0, 0, 0, 0, 0, 7]).check(), STDB_ERR_BSATN, "`t`: the value ends at byte 5");
}

#[test]
fn schedules_are_read() {
    let ty = resolved(&schedule_at());
    let (interval, time) = ([&[0][..], &7i64.to_le_bytes()].concat(), [&[1][..], &8i64.to_le_bytes()].concat());
    assert_eq!(Value::new("at", &ty, &interval).schedule_at().unwrap(), ScheduleAt::Interval(7));
    assert_eq!(Value::new("at", &ty, &time).schedule_at().unwrap(), ScheduleAt::Time(8));
}

#[test]
fn an_origin_that_has_nothing_to_do_with_the_value_does_no_harm() {
    let (ty, other) = (resolved(&AlgebraicType::U32), resolved(&AlgebraicType::array(AlgebraicType::unit())));
    let origin = Origin { name: "other", ty: &other, bytes: &[9, 9, 9, 9] };
    says(Value::within(origin, &ty, &[0; 4]).u8(), STDB_ERR_WRONG_TYPE, "`other` is u32, not u8");
}
