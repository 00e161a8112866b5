//! Tests of JSON, with the SATS crate as the oracle: what it writes is read, and what is written it reads.

use proptest::prelude::*;
use serde::de::DeserializeSeed;
use spacetimedb_sats::de::serde::SeedWrapper;
use spacetimedb_sats::ser::serde::SerializeWrapper;
use spacetimedb_sats::{AlgebraicType, AlgebraicValue, Typespace, ValueWithType, WithTypespace, bsatn, u256};

use super::write::to_json_of_at_most;
use super::{from_json, to_json};
use crate::error::{Result, STDB_ERR_BSATN, STDB_ERR_JSON, STDB_ERR_TOO_LARGE};
use crate::schema::resolve::resolved;
use crate::value::Value;
use crate::value::testing::{schedule_at, typed_value};

/// The host's JSON of a value.
fn written_by_host(ty: &AlgebraicType, value: &AlgebraicValue) -> String {
    let typespace = Typespace::default();
    let typed = ValueWithType::new(WithTypespace::new(&typespace, ty), value);
    serde_json::to_string(SerializeWrapper::from_ref(&typed)).unwrap()
}

/// What the host reads of JSON, as BSATN.
fn read_by_host(ty: &AlgebraicType, json: &str) -> Option<Vec<u8>> {
    let typespace = Typespace::default();
    let mut from = serde_json::Deserializer::from_str(json);
    let value = SeedWrapper(WithTypespace::new(&typespace, ty)).deserialize(&mut from).ok()?;
    from.end().ok()?;
    Some(bsatn::to_vec(&value).unwrap())
}

fn write(ty: &AlgebraicType, bytes: &[u8]) -> Result<String> {
    to_json(&Value::new("value", &resolved(ty), bytes))
}

fn read(ty: &AlgebraicType, json: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    from_json("value", &resolved(ty), json, &mut out)?;
    Ok(out)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn json_is_the_hosts_and_exact_both_ways((ty, value) in typed_value()) {
        let bytes = bsatn::to_vec(&value).unwrap();
        let json = write(&ty, &bytes).unwrap();
        prop_assert_eq!(&json, &written_by_host(&ty, &value));
        prop_assert_eq!(&read(&ty, &json).unwrap(), &bytes);
        prop_assert_eq!(read_by_host(&ty, &json), Some(bytes));
    }

    #[test]
    fn changed_json_is_read_as_the_host_reads_it((ty, value) in typed_value(), change: prop::sample::Index, how in 0..6) {
        let json = changed(&written_by_host(&ty, &value), change, how);
        let (ours, host) = (read(&ty, &json), read_by_host(&ty, &json));
        // Less is read than the host reads: no f32 that would become infinite.
        let is_out_of_range = matches!(&ours, Err(error) if error.message.contains("out of its range"));
        // More is read than the host reads: 256-bit integers that are numbers or decimal.
        if host.is_some() && !is_out_of_range {
            prop_assert_eq!(ours.ok(), host, "{}", json);
        }
    }
}

/// JSON with a token changed: a number, a name, a bracket.
fn changed(json: &str, place: prop::sample::Index, how: i32) -> String {
    let tokens: Vec<usize> =
        json.char_indices().filter(|(_, c)| "{}[]\":,0123".contains(*c)).map(|(at, _)| at).collect();
    let Some(at) = (!tokens.is_empty()).then(|| tokens[place.index(tokens.len())]) else { return json.into() };
    let new = ["", "0", "1", "null", "[]", "{}"][how as usize];
    format!("{}{new}{}", &json[..at], &json[at + 1..])
}

#[test]
fn forms_that_the_host_reads_are_read() {
    let pair = AlgebraicType::product([("a", AlgebraicType::U8), ("b", AlgebraicType::option(AlgebraicType::Bool))]);
    let sum = AlgebraicType::sum([("Off", AlgebraicType::unit()), ("On", AlgebraicType::U8)]);
    let good = [
        (&pair, r#"{"a":1,"b":{"some":true}}"#),
        (&pair, r#"{"b":null,"a":1}"#),
        (&pair, "[1,[0,true]]"),
        (&pair, r#" [ 1 , { "none" : [] } ] "#),
        (&sum, r#"{"On":3}"#),
        (&sum, r#"{"1":3}"#),
        (&sum, "[1,3]"),
        (&sum, r#"["On",3]"#),
        (&sum, r#"{"Off":{}}"#),
        (&sum, r#"["Off",[]]"#),
        (&sum, r#"{"O\u006e":3}"#),
        (&AlgebraicType::bytes(), r#""00ff""#),
        (&AlgebraicType::bytes(), "[0,255]"),
        (&AlgebraicType::identity(), r#"{"__identity__":"0x2a"}"#),
        (&AlgebraicType::identity(), r#"["0x2a"]"#),
        (&AlgebraicType::F64, "3"),
        (&AlgebraicType::F32, "1e-3"),
        (&AlgebraicType::String, r#""\ud83d\ude00 \n""#),
        (&AlgebraicType::array(AlgebraicType::I256), r#"["-0x2a","0x0"]"#),
    ];
    for (ty, json) in good {
        let host = read_by_host(ty, json).unwrap_or_else(|| panic!("the host does not read {json}"));
        assert_eq!(read(ty, json).unwrap(), host, "{json}");
    }
    for json in ["42", "\"42\"", "\"0x2a\""] {
        assert_eq!(read(&AlgebraicType::U256, json).unwrap(), u256::from(42u8).to_le_bytes());
    }
    let most = u256::MAX.to_string();
    assert_eq!(read(&AlgebraicType::U256, &most).unwrap(), [0xff; 32]);
}

#[test]
fn what_is_no_value_is_refused_with_its_place_and_type() {
    let vec3 = AlgebraicType::product([("x", AlgebraicType::U8), ("y", AlgebraicType::F32)]);
    let sum = AlgebraicType::sum([("Off", AlgebraicType::unit()), ("On", AlgebraicType::U8)]);
    let row = AlgebraicType::product([
        ("id", AlgebraicType::U64),
        ("points", AlgebraicType::array(vec3)),
        ("state", sum),
        ("maybe", AlgebraicType::option(AlgebraicType::String)),
    ]);
    let good = r#"{"id":1,"points":[{"x":1,"y":2}],"state":{"On":1},"maybe":null}"#;
    read(&row, good).unwrap();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from));
        good.replace(from, to)
    };
    let cases = [
        (with("\"id\":1", "\"id\":-1"), "`value.id`: expected u64, and -1 is out of its range"),
        (with("\"id\":1", "\"id\":18446744073709551616"), "`value.id`: expected u64, and 18446744073709551616 is out"),
        (with("\"id\":1", "\"id\":1.0"), "`value.id`: expected u64, found the number 1.0"),
        (with("\"id\":1", "\"id\":\"1\""), "`value.id`: expected u64, found a string"),
        (with("\"x\":1", "\"x\":256"), "`value.points[0].x`: expected u8, and 256 is out of its range"),
        (with("\"y\":2", "\"y\":1e39"), "`value.points[0].y`: expected f32, and 1e39 is out of its range"),
        (with("\"y\":2", "\"y\":null"), "`value.points[0].y`: expected f32, found null"),
        (with("\"y\":2", "\"y\":\"nan\""), "`value.points[0].y`: expected f32, found a string"),
        (with("\"y\":2", "\"y\":\"NaN(0x3f800000)\""), "`value.points[0].y`: expected f32"),
        (with(",\"y\":2", ""), "`value.points[0]`: `y` is missing: f32 is expected there"),
        (with(",\"y\":2", ",\"y\":2,\"z\":3"), "`value.points[0]`: product (x: u8, y: f32) has no `z`"),
        (with(",\"y\":2", ",\"y\":2,\"x\":3"), "`value.points[0]`: `x` is there twice"),
        (with("{\"x\":1,\"y\":2}", "[1]"), "`value.points[0]`: expected product (x: u8, y: f32), which has 2 elements"),
        (with("{\"x\":1,\"y\":2}", "[1,2,3]"), "found an array of 3"),
        (with("{\"x\":1,\"y\":2}", "true"), "`value.points[0]`: expected product (x: u8, y: f32), found a boolean"),
        (with("{\"On\":1}", "{\"Up\":1}"), "`value.state`: sum (Off, On: u8) has no variant `Up`"),
        (with("{\"On\":1}", "{\"On\":1,\"Off\":[]}"), "`value.state`: expected sum (Off, On: u8) as an object of one"),
        (with("{\"On\":1}", "{}"), "`value.state`: expected sum (Off, On: u8) as an object of one variant"),
        (with("{\"On\":1}", "[2,1]"), "`value.state`: sum (Off, On: u8) has no variant 2: it has 2"),
        (
            with("{\"On\":1}", "[1]"),
            "`value.state`: expected sum (Off, On: u8) as an array of a variant and its payload",
        ),
        (with("{\"On\":1}", "null"), "`value.state`: expected sum (Off, On: u8), found null"),
        (with("{\"On\":1}", "{\"On\":\"x\"}"), "`value.state.On`: expected u8, found a string"),
        (with("null", "{\"some\":7}"), "`value.maybe.some`: expected string, found the number 7"),
        (with("null", "\"text\""), "`value.maybe`: expected Option<string>, found a string"),
        (good[..good.len() - 1].into(), "`value`: the text is not JSON: EOF"),
        (format!("{good} x"), "`value`: the text is not JSON: trailing characters"),
        (with("null", "{\"some\":\"\\ud800\"}"), "`value.maybe.some`: the text is not JSON"),
        (with("null", "{\"\\ud800\":1}"), "`value.maybe`: the text is not JSON"),
        (String::new(), "`value`: the text is not JSON"),
        (with("null", &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), "`value.maybe`: expected"),
        ("[".repeat(100_000), "`value`: the text is not JSON: EOF"),
    ];
    for (json, expected) in cases {
        let error = read(&row, &json).unwrap_err();
        assert_eq!(error.status, STDB_ERR_JSON);
        assert!(error.message.contains(expected), "`{expected}` is not in `{error}`");
    }
    for (ty, json, expected) in [
        (AlgebraicType::bytes(), "\"0\"", "expected bytes in hexadecimal"),
        (AlgebraicType::bytes(), "\"zz\"", "expected bytes in hexadecimal"),
        (AlgebraicType::bytes(), "[256]", "`value[0]`: expected u8, and 256 is out"),
        (AlgebraicType::U256, "\"0xg\"", "expected u256, found \"0xg\""),
        (AlgebraicType::U256, "-1", "expected u256, and -1 is out"),
        (AlgebraicType::String, r#"{"__invalid_utf8__":"f"}"#, "expected bytes in hexadecimal"),
        (AlgebraicType::String, r#"{"text":"f"}"#, "expected string, found an object"),
        (AlgebraicType::identity(), "\"0x2a\"", "expected Identity, found a string"),
    ] {
        let error = read(&ty, json).unwrap_err();
        assert!(error.message.contains(expected), "`{expected}` is not in `{error}`");
    }
}

#[test]
fn nothing_is_written_on_failure() {
    let ty = resolved(&AlgebraicType::array(AlgebraicType::U8));
    let mut out = vec![7];
    from_json("value", &ty, "[1, 2, 300]", &mut out).unwrap_err();
    assert_eq!(out, [7]);
}

/// Writes bits of a float, expects that text, and reads it back.
fn exact(ty: &AlgebraicType, bytes: &[u8], expected: &str) {
    assert_eq!(write(ty, bytes).unwrap(), expected);
    assert_eq!(read(ty, expected).unwrap(), bytes, "{expected}");
}

#[test]
fn what_json_has_no_form_for_has_one_here() {
    let (f32, f64) = (AlgebraicType::F32, AlgebraicType::F64);
    exact(&f32, &f32::NAN.to_bits().to_le_bytes(), "\"NaN\"");
    exact(&f64, &f64::NAN.to_bits().to_le_bytes(), "\"NaN\"");
    exact(&f32, &0xffc0_0001u32.to_le_bytes(), "\"NaN(0xffc00001)\"");
    exact(&f64, &0x7ff0_0000_0000_0001u64.to_le_bytes(), "\"NaN(0x7ff0000000000001)\"");
    exact(&f32, &f32::INFINITY.to_le_bytes(), "\"Infinity\"");
    exact(&f64, &f64::NEG_INFINITY.to_le_bytes(), "\"-Infinity\"");
    exact(&f32, &(-0.0f32).to_le_bytes(), "-0.0");
    exact(&f64, &f64::MIN_POSITIVE.to_le_bytes(), "2.2250738585072014e-308");
    exact(&AlgebraicType::String, &[2, 0, 0, 0, b'h', 0xff], "{\"__invalid_utf8__\":\"68ff\"}");
    exact(&AlgebraicType::String, &[2, 0, 0, 0, 0, b'"'], r#""\u0000\"""#);
    let unnamed = AlgebraicType::product(spacetimedb_sats::ProductType::from_iter([AlgebraicType::U8]));
    exact(&unnamed, &[3], "[3]");
    let variants = vec![spacetimedb_sats::SumTypeVariant::from(AlgebraicType::U8)];
    exact(&AlgebraicType::sum(variants.into_boxed_slice()), &[0, 3], "[0,3]");
    exact(&AlgebraicType::sum([("1", AlgebraicType::U8), ("0", AlgebraicType::U8)]), &[0, 3], "[0,3]");
    exact(&schedule_at(), &[1, 5, 0, 0, 0, 0, 0, 0, 0], "{\"Time\":{\"__timestamp_micros_since_unix_epoch__\":5}}");
}

#[test]
fn what_is_no_value_has_no_json() {
    assert_eq!(write(&AlgebraicType::Bool, &[2]).unwrap_err().status, STDB_ERR_BSATN);
    assert_eq!(write(&AlgebraicType::array(AlgebraicType::U32), &[2, 0, 0, 0, 1]).unwrap_err().status, STDB_ERR_BSATN);
}

#[test]
fn four_billion_elements_of_no_bytes_are_too_large() {
    let units = resolved(&AlgebraicType::array(AlgebraicType::unit()));
    let error = to_json_of_at_most(1000, &Value::new("units", &units, &[0xff; 4])).unwrap_err();
    assert_eq!(error.status, STDB_ERR_TOO_LARGE);
    assert!(error.message.contains("`units` is too large for JSON"), "{error}");
}
