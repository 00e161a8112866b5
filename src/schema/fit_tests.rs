//! Tests of comparing a client's schema with a host's.

use serde_json::{Value, json};

use super::*;
use crate::error::STDB_ERR_SCHEMA_MISMATCH;

const NINE: &str = include_str!("../../tests/transcripts/2.8.3/kitchen.schema.v9.json");
const TEN: &str = include_str!("../../tests/transcripts/2.8.3/kitchen.schema.v10.json");

/// What a client made for the recorded module says to a host whose module is another one.
fn on_a_host_with(change: impl FnOnce(&mut Value)) -> Option<String> {
    let mut host: Value = serde_json::from_str(NINE).unwrap();
    change(&mut host);
    let host = Schema::parse(&host.to_string()).unwrap();
    let error = Schema::parse(NINE).unwrap().check_fits(&host).err()?;
    assert_eq!(error.status, STDB_ERR_SCHEMA_MISMATCH);
    Some(error.to_string())
}

/// The same where the host has a value in place of another.
fn where_it_has(pointer: &str, value: Value) -> Option<String> {
    on_a_host_with(|host| *host.pointer_mut(pointer).expect(pointer) = value)
}

fn says(message: Option<String>, parts: &[&str]) {
    let message = message.expect("there is a difference");
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in `{message}`");
    }
}

#[test]
fn a_schema_fits_itself_in_any_version() {
    for here in [NINE, TEN] {
        for host in [NINE, TEN] {
            Schema::parse(here).unwrap().check_fits(&Schema::parse(host).unwrap()).unwrap();
        }
    }
}

#[test]
fn what_the_host_has_besides_does_not_matter() {
    let besides = on_a_host_with(|host| {
        let mut table = host["tables"][0].clone();
        table["name"] = json!("besides");
        table["indexes"] = json!([]);
        host["tables"].as_array_mut().unwrap().push(table);
        let index =
            json!({ "name": { "some": "more" }, "accessor_name": { "none": [] }, "algorithm": { "BTree": [3] } });
        host["tables"][0]["indexes"].as_array_mut().unwrap().push(index);
        let mut reducer = host["reducers"][0].clone();
        reducer["name"] = json!("besides");
        host["reducers"].as_array_mut().unwrap().push(reducer);
    });
    assert_eq!(besides, None);
    assert_eq!(where_it_has("/types/0/name/name", json!("Renamed")), None, "a type's name is nothing that is sent");
}

#[test]
fn differences_of_tables_are_told() {
    let no_name = json!({ "none": [] });
    says(where_it_has("/tables/0/name", json!("entities")), &["the host has no table `entity`"]);
    says(
        where_it_has("/typespace/types/0/Product/elements/1/algebraic_type", json!({ "U64": [] })),
        &["table `entity`: column `zone` is u32 here, and u64 on the host"],
    );
    says(
        where_it_has("/typespace/types/1/Product/elements/2/algebraic_type", json!({ "F64": [] })),
        &[
            "table `entity`: column `position`, in it `.z`, is f32 here, and f64 on the host",
            "`every_type`",
            "`nested`, in it `[].z`",
        ],
    );
    says(
        where_it_has("/typespace/types/0/Product/elements/3/name", json!({ "some": "health" })),
        &["column 3 is `hp` here, and `health` on the host"],
    );
    says(where_it_has("/typespace/types/0/Product/elements/3/name", no_name), &["column 3 is `hp` here"]);
    says(
        on_a_host_with(|host| {
            let elements = host.pointer_mut("/typespace/types/0/Product/elements").unwrap().as_array_mut().unwrap();
            elements.push(json!({ "name": { "some": "mana" }, "algebraic_type": { "I32": [] } }));
        }),
        &["table `entity`: the host has a further column `mana` of type i32"],
    );
    says(
        on_a_host_with(|host| {
            host.pointer_mut("/typespace/types/0/Product/elements").unwrap().as_array_mut().unwrap().pop();
        }),
        &["table `entity`: the host has no column `hp`"],
    );
    says(where_it_has("/tables/0/primary_key", json!([])), &["the primary key is `id` here, and none on the host"]);
    says(where_it_has("/tables/3/constraints/1/data/Unique/columns", json!([0])), &["column `serial` is unique here"]);
    says(
        where_it_has("/tables/0/indexes/1/algorithm", json!({ "BTree": [3] })),
        &["the host has no index `entity_zone_idx_btree` over `zone`"],
    );
    says(where_it_has("/tables/0/table_access", json!({ "Private": [] })), &["public here, and private on the host"]);
}

#[test]
fn differences_of_sums_and_calls_are_told() {
    says(
        on_a_host_with(|host| {
            let variants = host.pointer_mut("/typespace/types/3/Sum/variants").unwrap().as_array_mut().unwrap();
            variants.push(json!({ "name": { "some": "king" }, "algebraic_type": { "Product": { "elements": [] } } }));
        }),
        &["`every_type`: column `rank` is Rank with nothing at position 3 here", "`king` at position 3 on the host"],
    );
    let args = "/reducers/0/params/elements";
    says(where_it_has("/reducers/0/name", json!("add")), &["the host has no reducer `add_left`"]);
    says(where_it_has(args, json!([])), &["reducer `add_left`: the host has no parameter `id`", "`note`"]);
    says(
        where_it_has(&format!("{args}/0/algebraic_type"), json!({ "String": [] })),
        &["reducer `add_left`: parameter `id` is u32 here, and string on the host"],
    );
    says(
        where_it_has("/misc_exports/0/Procedure/return_type", json!({ "U64": [] })),
        &["procedure `add`: what it returns is u32 here, and u64 on the host"],
    );
    says(where_it_has("/misc_exports/0/Procedure/name", json!("sum")), &["the host has no procedure `add`"]);
}

#[test]
fn only_so_many_are_told() {
    let message = on_a_host_with(|host| host["reducers"] = json!([])).unwrap();
    assert!(message.ends_with("more") && message.matches("the host has no reducer").count() == 10, "{message}");
}

#[test]
fn what_version_9_does_not_tell_is_no_difference() {
    let mut host: Value = serde_json::from_str(TEN).unwrap();
    let hit =
        host["sections"][2]["Tables"].as_array_mut().unwrap().iter_mut().find(|t| t["source_name"] == "hit").unwrap();
    hit["is_event"] = json!(false);
    let host = Schema::parse(&host.to_string()).unwrap();
    Schema::parse(NINE).unwrap().check_fits(&host).unwrap();
    let error = Schema::parse(TEN).unwrap().check_fits(&host).unwrap_err();
    assert!(error.to_string().contains("table `hit`: it is an event table here, and is not on the host"), "{error}");
}
