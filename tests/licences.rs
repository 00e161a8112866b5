//! What is linked into the library may be used by anybody: permissive licences only, and none of the crates that are under
//! SpacetimeDB's Business Source Licence.

#[path = "../examples/package/linked.rs"]
mod linked;

use std::path::Path;

use linked::{linked_packages, text};
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
    let packages = linked_packages(None).unwrap();
    assert!(packages.len() > 30, "the tree was not read: {} packages", packages.len());
    let refused: Vec<String> = packages.iter().filter_map(refusal).collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
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
