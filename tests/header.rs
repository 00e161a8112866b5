//! The header: it compiles alone in every dialect, and says what the library has.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use object::read::elf::{Dyn, ElfFile64, FileHeader};
use object::{Object, ObjectSymbol, elf};
use stdb::error;
use stdb::ffi::library;
use tempfile::TempDir;

const HEADER: &str = include_str!("../include/stdb.h");

#[test]
fn it_compiles_alone_and_twice_in_every_dialect() {
    let folder = TempDir::new().unwrap();
    let source = "#include \"stdb.h\"\n#include \"stdb.h\"\nint main(void) { return STDB_OK; }\n";
    let mut tried = 0;
    for (compilers, dialects, file) in [
        (&["cc", "gcc", "clang"][..], &["c99", "c11", "c17"][..], "main.c"),
        (&["c++", "g++", "clang++"][..], &["c++17", "c++20"][..], "main.cpp"),
    ] {
        let path = folder.path().join(file);
        fs::write(&path, source).unwrap();
        for compiler in compilers.iter().filter(|compiler| exists(compiler)) {
            for dialect in dialects {
                compile(compiler, dialect, &path);
                println!("{compiler} {dialect}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 3, "there is no C compiler");
}

#[test]
fn the_library_exports_the_headers_functions_and_nothing_else() {
    let data = fs::read(library_path()).unwrap();
    let file = object::File::parse(&*data).unwrap();
    let defined = file.dynamic_symbols().filter(|symbol| symbol.is_definition());
    let exported: BTreeSet<&str> = defined.map(|symbol| symbol.name().unwrap()).collect();
    assert_eq!(exported, declared_functions());
    assert!(exported.len() > 100 && exported.iter().all(|name| name.starts_with("stdb_")));
}

#[test]
fn the_library_has_a_soname_and_stays_loaded() {
    let data = fs::read(library_path()).unwrap();
    let file = ElfFile64::<object::Endianness>::parse(&*data).unwrap();
    let endian = file.endian();
    let sections = file.elf_header().sections(endian, &*data).unwrap();
    let (entries, strings) = sections.dynamic(endian, &*data).unwrap().expect("a shared library has a dynamic section");
    let strings = sections.strings(endian, &*data, strings).unwrap();
    let value =
        |tag| entries.iter().find(|entry| entry.tag32(endian) == Some(tag)).map(|entry| entry.val32(endian).unwrap());
    let soname = strings.get(value(elf::DT_SONAME).expect("it has a SONAME")).unwrap();
    assert_eq!(soname, format!("libstdb.so.{}", env!("CARGO_PKG_VERSION_MAJOR")).as_bytes());
    let flags = value(elf::DT_FLAGS_1).expect("it has flags");
    assert_ne!(flags & elf::DF_1_NODELETE, 0, "its threads outlive a dlclose");
}

#[test]
fn the_status_codes_are_those_that_can_be_enumerated() {
    let mut listed = BTreeSet::from([(0, name(0))]);
    let mut status = library::stdb_status_next(error::STDB_OK);
    while status != error::STDB_OK {
        listed.insert((status, name(status)));
        status = library::stdb_status_next(status);
    }
    let in_header: BTreeSet<(i32, String)> = HEADER.lines().filter_map(status_macro).collect();
    assert_eq!(listed, in_header);
    assert_eq!(name(-1), "");
}

#[test]
fn the_versions_are_the_packages() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(text(library::stdb_version()), version);
    assert!(HEADER.contains(&format!("#define STDB_VERSION \"{version}\"\n")));
    assert!(HEADER.contains(&format!("#define STDB_VERSION_NUMBER {}\n", library::stdb_version_number())));
}

fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn compile(compiler: &str, dialect: &str, source: &Path) {
    let output = Command::new(compiler)
        .args([&format!("-std={dialect}"), "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .arg(format!("-I{}/include", env!("CARGO_MANIFEST_DIR")))
        .arg(source)
        .output()
        .unwrap();
    assert!(output.status.success(), "{compiler} -std={dialect}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The library that cargo has built beside this test.
fn library_path() -> PathBuf {
    env::current_exe().unwrap().with_file_name("libstdb.so")
}

/// The names before an opening parenthesis, outside of comments and of types of functions.
fn declared_functions() -> BTreeSet<&'static str> {
    let code = HEADER.lines().filter(|line| !line.trim_start().starts_with('*') && !line.starts_with("typedef"));
    code.filter_map(|line| {
        let before = line.split_once('(')?.0;
        let name = before.rsplit([' ', '*']).next()?;
        (name.starts_with("stdb_") && before != name).then_some(name)
    })
    .collect()
}

/// The number and name that a line `#define STDB_ERR_… n` gives.
fn status_macro(line: &str) -> Option<(i32, String)> {
    let (name, number) = line.strip_prefix("#define ")?.split_once(' ')?;
    (name == "STDB_OK" || name.starts_with("STDB_ERR_")).then(|| (number.parse().unwrap(), name.to_owned()))
}

fn name(status: i32) -> String {
    text(library::stdb_status_name(status))
}

fn text(text: stdb::ffi::types::stdb_str) -> String {
    if text.len == 0 {
        return String::new();
    }
    // SAFETY: these texts live forever.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
    String::from_utf8(bytes.to_vec()).unwrap()
}
