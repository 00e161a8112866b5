//! JSON on the real host: what it takes for arguments the library takes, and what it gives for rows the library reads.

use serde_json::value::RawValue;
use stdb::schema::Schema;
use stdb::value::{Value, from_json, to_json};
use stdb_real_host::RealHost;

#[test]
fn arguments_that_the_host_takes_are_taken() {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    let schema = Schema::parse(&host.schema("kitchen").unwrap()).unwrap();
    let (mut taken, mut refused) = (0, 0);
    for (reducer, args) in [
        ("spawn", "[1, 1, 7]"),
        ("spawn", r#"{"first": 2, "count": 1, "zone": 7}"#),
        ("spawn", r#"{"zone": 7, "count": 1, "first": 3}"#),
        ("spawn", " [ 4 , 1 , 7 ] "),
        ("spawn", "[1, 1]"),
        ("spawn", "[1, 1, 7, 8]"),
        ("spawn", "[-1, 1, 7]"),
        ("spawn", "[1, 1, 4294967296]"),
        ("spawn", "[1.0, 1, 7]"),
        ("spawn", r#"["1", 1, 7]"#),
        ("spawn", r#"{"first": 2, "count": 1}"#),
        ("spawn", r#"{"first": 2, "count": 1, "zone": 7, "hp": 1}"#),
        ("spawn", r#"{"first": 2, "first": 2, "count": 1, "zone": 7}"#),
        ("spawn", "[1, 1, 7"),
        ("spawn", "null"),
        ("spawn", ""),
        ("move_by", "[1, 1, 1]"),
        ("move_by", "[1, 1, 1.5e0]"),
        ("move_by", "[1, 1, null]"),
        ("move_by", "[1, 1, \"NaN\"]"),
        ("give", r#"[1, "one", ["a", "\u00e9\ud83d\ude00"]]"#),
        ("give", r#"[1, "two", []]"#),
        ("give", r#"[1, "three", [1]]"#),
        ("give", r#"[1, "four", "text"]"#),
        ("give", r#"[1, "\ud800", []]"#),
        ("noop", "[]"),
        ("noop", "{}"),
        ("noop", "[1]"),
    ] {
        let (status, answer) = host.call("kitchen", reducer, args, None).unwrap();
        let params = schema.reducer(reducer).unwrap().layout.row_type();
        let ours = from_json(reducer, params, args, &mut Vec::new());
        match status {
            200 => {
                ours.unwrap_or_else(|error| panic!("the host takes {reducer} {args}: {error}"));
                taken += 1;
            }
            // A float that is no number is the one thing that only the library takes.
            400 => {
                assert!(ours.is_err() || args.contains("NaN"), "the host refuses {reducer} {args}: {answer}");
                refused += 1;
            }
            other => panic!("{reducer} {args}: {other}: {answer}"),
        }
    }
    assert!(taken >= 10 && refused >= 10, "{taken} taken, {refused} refused");
}

#[test]
fn rows_that_the_host_gives_are_read() {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    assert_eq!(host.call("kitchen", "insert_every_type", "[1]", None).unwrap().0, 200);
    let schema = Schema::parse(&host.schema("kitchen").unwrap()).unwrap();
    let answer = host.sql("kitchen", "SELECT * FROM every_type", None).unwrap();
    let [row] = &rows(&answer)[..] else { panic!("{answer}") };

    let ty = schema.table("every_type").unwrap().layout.row_type();
    let mut bytes = Vec::new();
    from_json("every_type", ty, row.get(), &mut bytes).unwrap();
    let value = Value::new("every_type", ty, &bytes);
    assert_eq!(value.at("u64_").unwrap().u64().unwrap(), u64::MAX - 1);
    assert_eq!(value.at("i128_").unwrap().i128().unwrap(), i128::MIN + 2);
    assert_eq!(value.at("effect.Say").unwrap().str().unwrap(), "hi");
    assert_eq!(value.at("bytes").unwrap().byte_array().unwrap(), [0, 1, 2, 255]);
    let mut again = Vec::new();
    from_json("every_type", ty, &to_json(&value).unwrap(), &mut again).unwrap();
    assert_eq!(again, bytes);
}

/// The rows in the host's answer to a query, as the text that they are.
fn rows(answer: &str) -> Vec<&RawValue> {
    #[derive(serde::Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        rows: Vec<&'a RawValue>,
    }
    let [answer]: [Answer<'_>; 1] = serde_json::from_str(answer).unwrap();
    answer.rows
}
