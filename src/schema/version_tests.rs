//! Tests of reading schemas of version 10, beside version 9.

use serde_json::{Value, json};

use super::*;
use crate::error::STDB_ERR_SCHEMA;

/// What a 2.8.3 host answered for one module, in both versions.
const KITCHEN_9: &str = include_str!("../../tests/transcripts/2.8.3/kitchen.schema.v9.json");
const KITCHEN_10: &str = include_str!("../../tests/transcripts/2.8.3/kitchen.schema.v10.json");

/// The tables' and functions' names and types, and what both versions tell of them.
fn essence(schema: &Schema) -> String {
    let column = |column: &Column| format!("{} {:?}", column.name, column.ty);
    let columns = |list: &[Column]| list.iter().map(column).collect::<Vec<_>>();
    let mut lines = Vec::new();
    for table in &schema.tables {
        let mut indexes: Vec<_> = table.indexes.iter().map(|index| format!("{index:?}")).collect();
        indexes.sort();
        let keys = (&table.primary_key, &table.unique, table.is_public, table.is_view);
        lines.push(format!("{} {} {keys:?} {indexes:?} {:?}", table.name, table.accessor, columns(&table.columns)));
    }
    for reducer in &schema.reducers {
        let flags = (reducer.lifecycle, reducer.is_private);
        lines.push(format!("{} {} {flags:?} {:?}", reducer.name, reducer.accessor, columns(&reducer.params)));
    }
    for procedure in &schema.procedures {
        let (name, accessor, returns) = (&procedure.name, &procedure.accessor, &procedure.returns);
        lines.push(format!("{name} {accessor} {:?} {returns:?}", columns(&procedure.params)));
    }
    lines.join("\n")
}

fn events(schema: &Schema) -> Vec<&str> {
    schema.tables.iter().filter(|table| table.is_event).map(|table| &*table.name).collect()
}

#[test]
fn both_versions_give_the_same_schema() {
    let (nine, ten) = (Schema::parse(KITCHEN_9).unwrap(), Schema::parse(KITCHEN_10).unwrap());
    assert_eq!((nine.version, ten.version), (9, 10));
    assert_eq!(essence(&nine), essence(&ten));
    assert_eq!((events(&nine), events(&ten)), (vec![], vec!["hit"]));
    for (version, json) in [("V9", KITCHEN_9), ("V10", KITCHEN_10)] {
        let wrapped = json!({ version: serde_json::from_str::<Value>(json).unwrap() });
        assert_eq!(essence(&Schema::parse(&wrapped.to_string()).unwrap()), essence(&nine));
    }
}

/// With the sections in another order, and what the recording has no example of.
#[test]
fn version_10_tells_source_names_view_keys_and_visibility() {
    let schema = json!({ "sections": [
        { "Unheard": { "of": [] } },
        { "ExplicitNames": { "entries": [
            { "Table": { "source_name": "unit", "canonical_name": "game_unit" } },
            { "Function": { "source_name": "doIt", "canonical_name": "do_it" } },
            { "Function": { "source_name": "nearby", "canonical_name": "near_by" } },
            { "Index": { "source_name": "unit_id_idx_btree", "canonical_name": "by_id" } },
        ] } },
        { "ViewPrimaryKeys": [{ "view_source_name": "nearby", "columns": ["id"] }] },
        { "Views": [{ "source_name": "nearby", "is_public": true, "params": { "elements": [] },
            "return_type": { "Array": { "Ref": 0 } } }] },
        { "Tables": [{ "source_name": "unit", "product_type_ref": 0, "primary_key": [0],
            "indexes": [{ "source_name": { "some": "unit_id_idx_btree" }, "accessor_name": { "some": "id" },
                "algorithm": { "BTree": [0] } }],
            "constraints": [{ "source_name": { "none": [] }, "data": { "Unique": { "columns": [0] } } }],
            "table_access": { "Public": [] }, "is_event": false }] },
        { "Reducers": [
            { "source_name": "tick", "params": { "elements": [] }, "visibility": { "Private": [] } },
            { "source_name": "doIt", "params": { "elements": [] }, "visibility": { "ClientCallable": [] } },
        ] },
        { "Types": [{ "source_name": { "scope": ["a", "b"], "source_name": "Unit" }, "ty": 0 }] },
        { "Typespace": { "types": [{ "Product": { "elements": [
            { "name": { "some": "id" }, "algebraic_type": { "U64": [] } } ] } }] } },
    ] });
    let schema = Schema::parse(&schema.to_string()).unwrap();
    let unit = schema.table("game_unit").unwrap();
    assert_eq!((&*unit.accessor, unit.primary_key, &*unit.indexes[0].name), ("unit", Some(0), "by_id"));
    assert_eq!(unit.layout.row_type().name.as_deref(), Some("a::b::Unit"));
    let view = schema.table("near_by").unwrap();
    assert_eq!((&*view.accessor, view.is_view, view.primary_key), ("nearby", true, Some(0)));
    assert_eq!(view.unique, [0]);
    let (tick, do_it) = (schema.reducer("tick").unwrap(), schema.reducer("do_it").unwrap());
    assert_eq!((tick.is_private, do_it.is_private, &*do_it.accessor), (true, false, "doIt"));
    assert!(tick.lifecycle.is_none());
}

#[test]
fn faults_in_version_10_name_their_place() {
    let change = |pointer: &str, value: Value| {
        let mut schema: Value = serde_json::from_str(KITCHEN_10).unwrap();
        *schema.pointer_mut(pointer).expect(pointer) = value;
        let error = Schema::parse(&schema.to_string()).unwrap_err();
        assert_eq!(error.status, STDB_ERR_SCHEMA);
        error.to_string()
    };
    for (pointer, value, parts) in [
        ("/sections", json!({}), &["sections", "not an array"][..]),
        ("/sections/0/Typespace", json!([]), &["sections[0].Typespace.types"]),
        ("/sections/2/Tables", json!(7), &["sections[2].Tables", "not an array"]),
        ("/sections/2/Tables/1/product_type_ref", json!(99), &["sections[2].Tables[1] `entity`", "no type 99"]),
        ("/sections/0/Typespace/types/1", json!({ "Ref": 0 }), &["`entity`", "`position`: type 0 contains itself"]),
    ] {
        let message = change(pointer, value);
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in `{message}`");
        }
    }
}
