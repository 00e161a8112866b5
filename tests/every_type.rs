//! Every recorded row of `every_type`, of both hosts, read field by field and as JSON: it has what the reducer
//! `insert_every_type` wrote.

mod recorded_rows;

use serde_json::{Value as Json, json};
use spacetimedb_sats::{i256, u256};
use stdb::schema::Schema;
use stdb::value::{Value, from_json, to_json};

#[test]
fn rows_of_2_8_3() {
    let schema = Schema::parse(include_str!("transcripts/2.8.3/kitchen.schema.v9.json")).unwrap();
    assert!(check_rows("2.8.3", &schema) >= 10);
}

#[test]
fn rows_of_1_2_0() {
    let schema = Schema::parse(include_str!("modules/kitchen/kitchen.schema.json")).unwrap();
    assert!(check_rows("1.2.0", &schema) >= 4);
}

/// Checks the rows in all recordings of a host; gives how many there were.
fn check_rows(version: &str, schema: &Schema) -> usize {
    let rows = recorded_rows::of_every_type(version);
    rows.iter().for_each(|row| check(schema, row));
    rows.len()
}

fn check(schema: &Schema, row: &[u8]) {
    let table = schema.table("every_type").unwrap();
    let row = Value::new("every_type", table.layout.row_type(), row);
    let is_newer = table.column("uuid").is_some();
    // The older module's names are as its source has them; the newer one's are in snake case.
    let at = |older: &str| {
        let newer = match older.strip_suffix('_').unwrap_or(older) {
            wide if older.ends_with('_') => format!("{}_{}", &wide[..1], &wide[1..]),
            other => other.replace("_i32", "_i_32"),
        };
        row.at(if is_newer { &newer } else { older }).unwrap()
    };
    check_numbers(at);
    check_others(at, is_newer);
    let json = to_json(&row).unwrap();
    let mut again = Vec::new();
    from_json("every_type", row.ty(), &json, &mut again).unwrap();
    assert_eq!(again, row.bytes());
    check_json(&json, at, is_newer);
}

fn check_numbers<'a>(at: impl Fn(&str) -> Value<'a>) {
    assert_eq!(at("key").u32().unwrap(), 1);
    assert!(at("b").bool().unwrap());
    assert_eq!(at("u8_").u8().unwrap(), 8);
    assert_eq!(at("u16_").u16().unwrap(), 1600);
    assert_eq!(at("u32_").u32().unwrap(), 320_000);
    assert_eq!(at("u64_").u64().unwrap(), u64::MAX - 1);
    assert_eq!(at("u128_").u128().unwrap(), u128::MAX - 2);
    assert_eq!(at("u256_").u256().unwrap(), u256::from(7u8) << 200);
    assert_eq!(at("i8_").i8().unwrap(), -8);
    assert_eq!(at("i16_").i16().unwrap(), -1600);
    assert_eq!(at("i32_").i32().unwrap(), -320_000);
    assert_eq!(at("i64_").i64().unwrap(), i64::MIN + 1);
    assert_eq!(at("i128_").i128().unwrap(), i128::MIN + 2);
    assert_eq!(at("i256_").i256().unwrap(), -(i256::from(9i8) << 200u32));
    assert_eq!(at("f32_").f32().unwrap(), 1.5);
    assert_eq!(at("f64_").f64().unwrap(), -2.25);
}

fn check_others<'a>(at: impl Fn(&str) -> Value<'a>, is_newer: bool) {
    assert_eq!(at("string").str().unwrap(), "héllo ✓");
    assert_eq!(at("bytes").byte_array().unwrap(), [0, 1, 2, 255]);
    assert_eq!(at("identity").identity().unwrap()[31], 0xc2);
    at("connection_id").connection_id().unwrap();
    assert!(at("timestamp").timestamp().unwrap() > 0);
    assert_eq!(at("duration").time_duration().unwrap(), -1_500_000);
    assert_eq!(at("some_i32").option().unwrap().unwrap().i32().unwrap(), -5);
    assert!(at("none_i32").option().unwrap().is_none());
    assert_eq!(at("rank").variant().unwrap().0.name.to_lowercase(), "knight");
    assert_eq!(at("effect").variant().unwrap().1.str().unwrap(), "hi");
    let effects: Vec<_> = at("effects").elements().unwrap().map(|effect| effect.unwrap().tag().unwrap()).collect();
    assert_eq!(effects, [0, 1, 3, 4]);
    assert_eq!(at("effects[1]").variant().unwrap().1.u32().unwrap(), 3);
    assert_eq!(at("effects[2]").variant().unwrap().1.at("z").unwrap().f32().unwrap(), 3.0);
    assert_eq!(at("effects[3]").variant().unwrap().1.byte_array().unwrap(), [9, 9]);
    assert_eq!(at("nested").count().unwrap(), 2);
    assert_eq!(at("nested[1].y").f32().unwrap(), 1.0);
    let strings = at("maybe_vec").option().unwrap().unwrap();
    let strings: Vec<_> = strings.elements().unwrap().map(|string| string.unwrap().str().unwrap()).collect();
    assert_eq!(strings, ["a", ""]);
    if is_newer {
        assert_eq!(at("uuid").uuid().unwrap(), 0x0123_4567_89ab_7def_8123_4567_89ab_cdef);
        assert_eq!(at("result").result().unwrap().unwrap_err().str().unwrap(), "no");
    }
}

/// Compares JSON by its text, name by name: a parser would round its numbers.
fn check_json<'a>(json: &str, at: impl Fn(&str) -> Value<'a>, is_newer: bool) {
    let vec3 = |x: f32, y: f32, z: f32| json!({ "x": x, "y": y, "z": z }).to_string();
    let case = |name: &str| if is_newer { name.to_lowercase() } else { name.to_owned() };
    let wide = |digit: char| format!("0x{digit}{}", "0".repeat(50));
    let expected = [
        ("u64_", "18446744073709551614".to_owned()),
        ("u128_", "340282366920938463463374607431768211453".to_owned()),
        ("u256_", Json::from(wide('7')).to_string()),
        ("i64_", "-9223372036854775807".to_owned()),
        ("i128_", "-170141183460469231731687303715884105726".to_owned()),
        ("i256_", Json::from(format!("-{}", wide('9'))).to_string()),
        ("f32_", "1.5".to_owned()),
        ("f64_", "-2.25".to_owned()),
        ("string", Json::from("héllo ✓").to_string()),
        ("bytes", Json::from("000102ff").to_string()),
        (
            "timestamp",
            json!({ "__timestamp_micros_since_unix_epoch__": at("timestamp").timestamp().unwrap() }).to_string(),
        ),
        ("duration", json!({ "__time_duration_micros__": -1_500_000 }).to_string()),
        (
            "connection_id",
            format!("{{\"__connection_id__\":{}}}", u128::from_le_bytes(at("connection_id").connection_id().unwrap())),
        ),
        ("some_i32", json!({ "some": -5 }).to_string()),
        ("none_i32", json!({ "none": {} }).to_string()),
        ("rank", json!({ case("Knight"): {} }).to_string()),
        ("effect", json!({ case("Say"): "hi" }).to_string()),
        ("effects[2]", format!("{{\"{}\":{}}}", case("Move"), vec3(1.0, 2.0, 3.0))),
        ("nested", format!("[{},{}]", vec3(0.0, 0.0, 0.0), vec3(1.0, 1.0, 1.0))),
        ("maybe_vec", json!({ "some": ["a", ""] }).to_string()),
    ];
    for (column, expected) in expected {
        assert_eq!(to_json(&at(column)).unwrap(), expected, "{column}");
        assert!(json.contains(&expected), "{column}");
    }
}
