//! Tests of reading schemas.

use serde_json::{Value, json};

use super::*;
use crate::error::STDB_ERR_SCHEMA;

/// What a 2.8.3 host answered for a module with a table of every type.
const KITCHEN: &str = include_str!("../../tests/transcripts/2.8.3/kitchen.schema.v9.json");

fn kitchen() -> Value {
    serde_json::from_str(KITCHEN).unwrap()
}

/// A schema with these types, each an element of the typespace, and one table `t` over type 0.
fn with_types(types: Value) -> Value {
    json!({
        "typespace": { "types": types },
        "tables": [{
            "name": "t", "product_type_ref": 0, "primary_key": [], "indexes": [], "constraints": [],
            "table_access": { "Public": [] },
        }],
        "reducers": [],
    })
}

fn row(elements: &[Value]) -> Value {
    let element = |ty: &Value| json!({ "name": { "none": [] }, "algebraic_type": ty });
    json!({ "Product": { "elements": elements.iter().map(element).collect::<Vec<_>>() } })
}

/// Reads a schema that is wrong; gives what is said of it.
fn refused(schema: &Value) -> String {
    let error = Schema::parse(&schema.to_string()).unwrap_err();
    assert_eq!(error.status, STDB_ERR_SCHEMA);
    error.to_string()
}

fn has(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in `{message}`");
    }
}

#[test]
fn reads_what_a_host_answers() {
    let schema = Schema::parse(KITCHEN).unwrap();
    let names: Vec<&str> = schema.tables.iter().map(|table| &*table.name).collect();
    assert_eq!(&names[..4], ["entity", "every_type", "hit", "item"]);
    assert_eq!(&names[names.len() - 2..], ["me", "zone_one"]);

    let entity = schema.table("entity").unwrap();
    assert_eq!(schema.table_position("entity"), Some(0));
    assert_eq!(entity.primary_key, Some(0));
    assert_eq!(entity.unique, [0]);
    assert!(entity.is_public && !entity.is_event && !entity.is_view);
    assert_eq!(entity.layout.fixed_size(), Some(28));
    assert_eq!(entity.column("position"), Some(2));
    assert_eq!(entity.column("nothing"), None);
    assert!(matches!(&entity.columns[2].ty.kind, Kind::Product(xyz) if xyz.len() == 3));
    assert_eq!(entity.index("entity_zone_idx_btree").unwrap().columns, [1]);
    assert_eq!(entity.index("zone").unwrap().accessor.as_deref(), Some("zone"));
    assert!(entity.index("hp").is_none() && entity.index("").is_none());

    assert_eq!(schema.table("item").unwrap().unique, [0, 2]);
    assert!(!schema.table("secret").unwrap().is_public);
    assert!(schema.table("nothing").is_none() && schema.reducer("nothing").is_none());
}

#[test]
fn views_are_tables_and_procedures_are_kept() {
    let schema = Schema::parse(KITCHEN).unwrap();
    let me = schema.table("me").unwrap();
    assert!(me.is_view && me.is_public && me.primary_key.is_none() && me.indexes.is_empty());
    assert_eq!(me.column("online"), Some(2));
    assert_eq!(schema.table("zone_one").unwrap().layout.fixed_size(), Some(28));
    let add = schema.procedure("add").unwrap();
    assert_eq!(add.params.len(), 2);
    assert!(matches!(add.returns.kind, Kind::U32));
    assert_eq!(add.layout.fixed_size(), Some(8));
}

#[test]
fn reducers_have_parameters_and_lifecycles() {
    let schema = Schema::parse(KITCHEN).unwrap();
    assert!(schema.reducers.iter().any(|reducer| reducer.lifecycle == Some(Lifecycle::OnConnect)));
    for reducer in &schema.reducers {
        assert_eq!(schema.reducer(&reducer.name).unwrap().params.len(), reducer.layout.column_count());
    }
}

#[test]
fn types_have_their_names_and_are_shared() {
    let schema = Schema::parse(KITCHEN).unwrap();
    let every_type = schema.table("every_type").unwrap();
    let ty = |column: &str| &every_type.columns[every_type.column(column).unwrap()].ty;
    assert_eq!(ty("rank").name.as_deref(), Some("Rank"));
    assert_eq!(every_type.layout.row_type().name.as_deref(), Some("EveryType"));
    assert!(ty("u_8").name.is_none());
    let Kind::Array(vec3) = &ty("nested").kind else { panic!("not an array") };
    assert_eq!(vec3.name.as_deref(), Some("Vec3"));
    assert!(Arc::ptr_eq(vec3, &schema.table("entity").unwrap().columns[2].ty));

    let mut scoped = kitchen();
    scoped["types"][7]["name"]["scope"] = json!(["army", "titles"]);
    let scoped = Schema::parse(&scoped.to_string()).unwrap();
    let every_type = scoped.table("every_type").unwrap();
    assert_eq!(every_type.columns[25].ty.name.as_deref(), Some("army::titles::Rank"));
}

#[test]
fn special_types_are_known() {
    let schema = Schema::parse(KITCHEN).unwrap();
    let every_type = schema.table("every_type").unwrap();
    let ty = |column: &str| &every_type.columns[every_type.column(column).unwrap()].ty;
    let expected = [
        ("identity", Special::Identity, "Identity"),
        ("connection_id", Special::ConnectionId, "ConnectionId"),
        ("timestamp", Special::Timestamp, "Timestamp"),
        ("duration", Special::TimeDuration, "TimeDuration"),
        ("uuid", Special::Uuid, "Uuid"),
        ("some_i_32", Special::Option, "Option<i32>"),
        ("maybe_vec", Special::Option, "Option<array of string>"),
        ("result", Special::Result, "Result<u32, string>"),
        ("bytes", Special::Bytes, "array of u8"),
        ("rank", Special::PlainEnum, "Rank"),
    ];
    for (column, special, text) in expected {
        assert_eq!(ty(column).special, Some(special), "{column}");
        assert_eq!(ty(column).to_string(), text);
    }
    for (column, text) in [("u_256", "u256"), ("effect", "Effect"), ("string", "string"), ("nested", "array of Vec3")] {
        assert_eq!(ty(column).special, None, "{column}");
        assert_eq!(ty(column).to_string(), text);
    }
    let unnamed = with_types(json!([
        row(&[json!({ "Ref": 1 })]),
        { "Sum": { "variants": [
            { "name": { "some": "Interval" }, "algebraic_type": { "Ref": 2 } },
            { "name": { "some": "Time" }, "algebraic_type": row(&[json!({ "Ref": 3 })]) },
        ] } },
        { "Product": { "elements": [
            { "name": { "some": "__time_duration_micros__" }, "algebraic_type": { "I64": [] } },
        ] } },
        { "I64": [] },
    ]));
    let schema = Schema::parse(&unnamed.to_string()).unwrap();
    let ty = &schema.tables[0].columns[0].ty;
    assert_eq!((ty.special, &*ty.to_string()), (None, "sum (Interval: TimeDuration, Time: product (0: i64))"));
}

#[test]
fn passes_over_what_it_does_not_know() {
    let mut schema = kitchen();
    schema["new"] = json!(1);
    schema["tables"][0]["new"] = json!([{}]);
    schema["tables"][0]["is_event"] = json!(true);
    schema["tables"][0]["indexes"][0]["source_name"] = json!({ "none": [] });
    schema["tables"][0]["sequences"] = json!([{ "min_value": { "some": 1e30 } }]);
    schema["reducers"][0]["visibility"] = json!({ "Private": [] });
    schema["misc_exports"].as_array_mut().unwrap().push(json!({ "Unheard": { "of": [] } }));
    let schema = Schema::parse(&schema.to_string()).unwrap();
    assert!(schema.tables[0].is_event);
}

#[test]
fn does_without_what_older_hosts_lack() {
    let mut schema = kitchen();
    let root = schema.as_object_mut().unwrap();
    for name in ["misc_exports", "row_level_security", "types"] {
        root.remove(name);
    }
    for index in root["tables"][0]["indexes"].as_array_mut().unwrap() {
        index.as_object_mut().unwrap().remove("accessor_name");
    }
    let table = root["tables"][0].as_object_mut().unwrap();
    for name in ["sequences", "schedule", "table_type"] {
        table.remove(name);
    }
    let schema = Schema::parse(&schema.to_string()).unwrap();
    let entity = schema.table("entity").unwrap();
    assert_eq!(entity.index("zone").unwrap().columns, [1], "found by its only column");
}

#[test]
fn refuses_what_is_not_json_or_of_another_form() {
    for text in ["", "{", "nonsense", "\u{feff}{}", "{\"typespace\": tru}"] {
        let error = Schema::parse(text).unwrap_err();
        assert_eq!(error.status, STDB_ERR_SCHEMA);
        has(&error.message, &["JSON"]);
    }
    for not_a_schema in [json!([]), json!(7), json!("schema"), json!({}), json!({ "tables": [] })] {
        has(&refused(&not_a_schema), &["not a schema", "typespace", "sections"]);
    }
    has(&refused(&json!({ "V11": { "sections": [] } })), &["V11", "not known"]);
    has(&refused(&json!({ "typespace": {} })), &["typespace.types", "missing"]);
    has(&refused(&json!({ "typespace": { "types": {} } })), &["typespace.types", "not an array"]);
    has(&refused(&json!({ "typespace": { "types": [] }, "tables": [] })), &["reducers", "missing"]);
    has(
        &refused(&json!({ "typespace": { "types": [{ "U7": [] }] }, "tables": [], "reducers": [] })),
        &["typespace.types[0]", "U7"],
    );

    let mut schema = kitchen();
    schema["tables"][3]["primary_key"] = json!("id");
    has(&refused(&schema), &["tables[3] `item`"]);
    schema["tables"][3] = json!(7);
    has(&refused(&schema), &["tables[3]", "not an object"]);
    for levels in [200, 10_000] {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        has(&Schema::parse(&deep).unwrap_err().message, &["JSON", "recursion", "line 1"]);
    }
}

#[test]
fn refuses_what_contradicts_itself() {
    let change = |pointer: &str, value: Value| {
        let mut schema = kitchen();
        *schema.pointer_mut(pointer).unwrap() = value;
        refused(&schema)
    };
    has(&change("/tables/0/primary_key", json!([9])), &["tables[0] `entity`", "primary key", "column 9", "4 columns"]);
    has(&change("/tables/0/primary_key", json!([0, 1])), &["primary key", "more than one"]);
    has(
        &change("/tables/0/indexes/1/algorithm", json!({ "BTree": [4] })),
        &["index `entity_zone_idx_btree`", "column 4"],
    );
    has(&change("/tables/0/indexes/1/algorithm", json!({ "Direct": 70 })), &["column 70"]);
    has(&change("/tables/0/indexes/1/algorithm", json!({ "BTree": [] })), &["no column"]);
    has(&change("/tables/0/constraints/0/data/Unique/columns", json!([8])), &["unique constraint", "column 8"]);
    has(&change("/tables/0/name", json!("item")), &["tables", "two", "`item`"]);
    has(&change("/tables/0/name", json!("me")), &["tables", "two", "`me`"]);
    has(&change("/tables/0/product_type_ref", json!(99)), &["tables[0] `entity`", "no type 99"]);
    has(&change("/tables/0/product_type_ref", json!(3)), &["type 3 is not a product"]);
    has(
        &change("/misc_exports/5/View/return_type", json!({ "Ref": 77 })),
        &["misc_exports[5].View `zone_one`", "no type 77"],
    );
    let twice = json!({ "name": { "some": "x" }, "algebraic_type": { "U8": [] } });
    has(&change("/typespace/types/0/Product/elements", json!([twice, twice])), &["two elements", "`x`"]);
    let variant = |name: usize| json!({ "name": { "some": format!("v{name}") }, "algebraic_type": { "U8": [] } });
    let sum = json!({ "Sum": { "variants": (0..257).map(variant).collect::<Vec<_>>() } });
    has(&refused(&with_types(json!([row(&[sum])]))), &["tables[0] `t`", "257 variants, more than 256"]);
}

#[test]
fn a_view_of_no_rows_is_left_out() {
    let mut schema = kitchen();
    schema["misc_exports"][5]["View"]["return_type"] = json!({ "U32": [] });
    assert!(Schema::parse(&schema.to_string()).unwrap().table("zone_one").is_none());
}

#[test]
fn refuses_types_that_cannot_be_unfolded() {
    has(&refused(&with_types(json!([row(&[json!({ "Ref": 0 })])]))), &["tables[0] `t`", "type 0 contains itself"]);
    has(&refused(&with_types(json!([{ "Ref": 1 }, { "Ref": 0 }]))), &["contains itself"]);

    let chain: Vec<Value> = (1..200).map(|next| row(&[json!({ "Ref": next })])).chain([row(&[])]).collect();
    has(&refused(&with_types(json!(chain))), &["deeper than 100"]);

    let pair = |next: usize| row(&[json!({ "Ref": next }), json!({ "Ref": next })]);
    let doubling: Vec<Value> = (1..45).map(pair).chain([row(&[])]).collect();
    has(&refused(&with_types(json!(doubling))), &["unfolds into more than"]);
}

#[test]
fn columns_without_names_are_named_by_their_position() {
    let schema =
        Schema::parse(&with_types(json!([row(&[json!({ "U8": [] }), json!({ "Bool": [] })])])).to_string()).unwrap();
    assert_eq!(schema.table("t").unwrap().column("1"), Some(1));
}
