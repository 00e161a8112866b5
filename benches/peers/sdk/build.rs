//! Lets the SDK's own generator write the bindings, so that none of its text is kept here.

use std::path::Path;
use std::{env, fs};

use spacetimedb_codegen::{Rust, generate};
use spacetimedb_lib::db::raw_def::v9::RawModuleDefV9;
use spacetimedb_lib::de::serde::DeserializeWrapper;
use spacetimedb_schema::def::ModuleDef;

const SCHEMA: &str = "../../schema.json";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SCHEMA}");
    let schema = fs::read(SCHEMA).expect("the schema can be read");
    let DeserializeWrapper::<RawModuleDefV9>(schema) = serde_json::from_slice(&schema).expect("it is of version 9");
    let schema = ModuleDef::try_from(schema).expect("it is sound");
    let folder = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("bindings");
    fs::create_dir_all(&folder).expect("OUT_DIR can be written to");
    for (name, text) in generate(&schema, &Rust) {
        fs::write(folder.join(name), text).expect("OUT_DIR can be written to");
    }
    // What is generated begins with inner attributes, which `include!` would refuse: it includes this instead.
    let module = format!("#[path = {:?}]\nmod bindings;\n", folder.join("mod.rs"));
    fs::write(folder.join("include.rs"), module).expect("OUT_DIR can be written to");
}
