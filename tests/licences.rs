//! What is linked into the library may be used by anybody: permissive licences only, and none of the crates that are under
//! SpacetimeDB's Business Source Licence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Licences that ask for no more than a notice.
const PERMISSIVE: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn every_crate_in_the_library_is_under_a_permissive_licence() {
    let metadata = metadata();
    let packages = linked_packages(&metadata);
    assert!(packages.len() > 30, "the tree was not read: {} packages", packages.len());
    let refused: Vec<String> = packages.iter().filter_map(|package| refusal(package)).collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--manifest-path"])
        .arg(manifest)
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

/// The packages that the library depends on to run, itself included; not those for building or testing it.
fn linked_packages(metadata: &Value) -> Vec<&Value> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).map(|package| (text(&package["id"]), package)).collect();
    let root = packages.values().find(|package| package["name"] == "stdb").expect("the package is there");
    let mut reached = BTreeSet::new();
    let mut waiting = vec![text(&root["id"])];
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            let normal = |dependency: &&Value| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null());
            waiting.extend(list(&nodes[id]["deps"]).filter(normal).map(|dependency| text(&dependency["pkg"])));
        }
    }
    reached.into_iter().map(|id| packages[id]).collect()
}

/// Why a package may not be linked; `None` when it may.
fn refusal(package: &Value) -> Option<String> {
    let name = text(&package["name"]);
    let allowed = match package["license"].as_str() {
        Some(expression) => expression.replace('/', " OR ").split(" AND ").all(one_is_permissive),
        None => licence_file(package).is_some_and(|licence| is_apache(&licence)),
    };
    (!allowed)
        .then(|| format!("{name}: {}", package["license"].as_str().unwrap_or("its licence file is not Apache-2.0")))
}

fn one_is_permissive(alternatives: &str) -> bool {
    alternatives.split(" OR ").any(|licence| PERMISSIVE.contains(&licence.trim_matches(['(', ')', ' '])))
}

fn licence_file(package: &Value) -> Option<String> {
    let folder = Path::new(text(&package["manifest_path"])).parent()?;
    std::fs::read_to_string(folder.join(package["license_file"].as_str()?)).ok()
}

fn is_apache(licence: &str) -> bool {
    let start = licence.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
    start == "Apache License Version 2.0, January"
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
