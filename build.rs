//! Writes `include/stdb.h` and tells the linker how the shared library is to be.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The sources of the header, in the header's order.
const SOURCES: &[&str] = &[
    "src/error/status.rs",
    "src/ffi/types.rs",
    "src/ffi/wide.rs",
    "src/ffi/library.rs",
    "src/ffi/error.rs",
    "src/ffi/callback.rs",
    "src/ffi/call.rs",
    "src/ffi/context.rs",
    "src/ffi/connection_builder.rs",
    "src/ffi/reconnect.rs",
    "src/ffi/connection.rs",
    "src/ffi/subscription.rs",
    "src/ffi/table.rs",
    "src/ffi/ty.rs",
    "src/ffi/schema.rs",
    "src/ffi/value.rs",
    "src/ffi/value_get.rs",
    "src/ffi/row.rs",
    "src/ffi/row_value.rs",
    "src/ffi/row_get.rs",
    "src/ffi/row_iter.rs",
    "src/ffi/read_guard.rs",
    "src/ffi/call_arguments.rs",
    "src/ffi/call_arguments_number.rs",
    "src/ffi/call_arguments_value.rs",
    "src/ffi/reducer.rs",
    "src/ffi/procedure.rs",
    "src/ffi/query.rs",
    "src/ffi/bsatn_writer.rs",
    "src/ffi/bsatn_reader.rs",
    "src/ffi/json.rs",
    "src/ffi/identity.rs",
    "src/ffi/timestamp.rs",
    "src/ffi/text.rs",
    "src/ffi/credentials_file.rs",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=include/stdb.h");
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=src/error/status.rs");
    write_header(&PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")));
    link_shared_library();
}

fn write_header(root: &Path) {
    let mut config = cbindgen::Config::from_root_or_default(root);
    config.after_includes = Some(version_macros());
    let builder = cbindgen::Builder::new().with_config(config);
    let builder = SOURCES.iter().fold(builder, |builder, source| builder.with_src(root.join(source)));
    let mut header = Vec::new();
    builder.generate().expect("the header can be generated").write(&mut header);
    let path = root.join("include/stdb.h");
    // Left alone when it is up to date: a published package must not be written to.
    if fs::read(&path).ok().as_ref() != Some(&header) {
        fs::create_dir_all(root.join("include")).expect("include/ can be made");
        fs::write(&path, header).expect("include/stdb.h can be written");
    }
}

fn version_macros() -> String {
    let part = |name: &str| {
        env::var(format!("CARGO_PKG_VERSION_{name}")).expect("cargo sets it").parse::<u32>().expect("a number")
    };
    let (major, minor, patch) = (part("MAJOR"), part("MINOR"), part("PATCH"));
    format!(
        "\n/** The version of this header; `stdb_version` tells the library's. */\n\
         #define STDB_VERSION \"{major}.{minor}.{patch}\"\n\
         /** Its first part: what worked with the ones before may not work with a higher one. */\n\
         #define STDB_VERSION_MAJOR {major}\n\
         /** Its second part: a higher one has more. */\n\
         #define STDB_VERSION_MINOR {minor}\n\
         /** Its third part: a higher one is mended. */\n\
         #define STDB_VERSION_PATCH {patch}\n\
         /** major * 1,000,000 + minor * 1,000 + patch. */\n\
         #define STDB_VERSION_NUMBER {}",
        major * 1_000_000 + minor * 1_000 + patch
    )
}

fn link_shared_library() {
    let major = env::var("CARGO_PKG_VERSION_MAJOR").expect("cargo sets it");
    match env::var("CARGO_CFG_TARGET_OS").expect("cargo sets it").as_str() {
        "linux" | "android" | "freebsd" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libstdb.so.{major}");
            // The library's threads outlive a dlclose.
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
            #[cfg(unix)]
            link_soname("libstdb.so", &format!("libstdb.so.{major}"));
        }
        "macos" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libstdb.{major}.dylib");
            #[cfg(unix)]
            link_soname("libstdb.dylib", &format!("libstdb.{major}.dylib"));
        }
        _ => {}
    }
}

/// Programs look for the SONAME when they start; a link of that name lies beside the library that cargo builds.
#[cfg(unix)]
fn link_soname(library: &str, soname: &str) {
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    // OUT_DIR is PROFILE/build/stdb-HASH/out.
    let Some(profile) = out.ancestors().nth(3) else { return };
    for folder in [profile.to_path_buf(), profile.join("deps")] {
        // It may be there from an earlier build.
        let _ = std::os::unix::fs::symlink(library, folder.join(soname));
    }
}
