//! What is linked into the library: the crates it needs to run, as cargo knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The packages that the library depends on to run, itself included; not those for building or testing it. Each is the
/// object that `cargo metadata` writes. `platform` leaves out what other systems need.
pub fn linked_packages(platform: Option<&str>) -> Result<Vec<Value>, String> {
    let metadata = metadata(platform)?;
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).map(|package| (text(&package["id"]), package)).collect();
    let root = packages.values().find(|package| package["name"] == "stdb").ok_or("the package is not there")?;
    let mut reached = BTreeSet::new();
    let mut waiting = vec![text(&root["id"])];
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            let normal = |dependency: &&Value| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null());
            waiting.extend(list(&nodes[id]["deps"]).filter(normal).map(|dependency| text(&dependency["pkg"])));
        }
    }
    Ok(reached.into_iter().map(|id| packages[id].clone()).collect())
}

fn metadata(platform: Option<&str>) -> Result<Value, String> {
    let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.args(["metadata", "--format-version=1", "--manifest-path"]);
    cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    if let Some(platform) = platform {
        cargo.args(["--filter-platform", platform]);
    }
    let output = cargo.output().map_err(|e| format!("cannot run cargo: {e}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text of the metadata; empty when it is not one.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
