//! `stdb-codegen`: what it writes compiles in every dialect, is the same every time, and works on hosts.
//!
//! `golden/` has what it writes for the recorded module, `examples/chat/bindings` for the chat; after a change that is meant
//! to be, `STDB_TEST_UPDATE=1` writes it anew.

#[path = "../c_program/mod.rs"]
mod c_program;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::Protocol;
use stdb_real_host::{RealHost, TORTURE_WASM};
use tempfile::TempDir;

use c_program::{ROOT, compile_c, run, runner};

const KITCHEN_1_2: &str = "tests/modules/kitchen/kitchen.schema.json";
const KITCHEN_9: &str = "tests/transcripts/2.8.3/kitchen.schema.v9.json";
const KITCHEN_10: &str = "tests/transcripts/2.8.3/kitchen.schema.v10.json";
/// As a 1.2.0 host answers it.
const TORTURE_9: &str = "tests/modules/torture/torture.schema.json";
/// Made from it by hand, with what only newer hosts have: names of the source, UUIDs, results, events, procedures, views.
const TORTURE_10: &str = "tests/modules/torture/torture.schema.v10.json";

/// Made by hand, for what lies otherwise in C than in BSATN.
const LAYOUTS: &str = "tests/codegen/layouts.schema.json";
/// Made by hand: names of signs that no language has in names, and that end literals and comments.
const NAMES: &str = "tests/codegen/names.schema.json";
const CHAT: &str = "tests/modules/chat/chat.schema.json";

/// A language, the files that bindings in it have, and how wide their lines may be.
struct Language {
    name: &'static str,
    files: &'static [&'static str],
    width: usize,
}

const C: Language = Language { name: "c", files: &["module_bindings.h", "module_bindings.c"], width: 130 };
const CPP: Language = Language { name: "cpp", files: &["module_bindings.hpp"], width: 130 };
const PYTHON: Language = Language { name: "python", files: &["module_bindings.py"], width: 120 };

fn codegen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stdb-codegen")).args(arguments).current_dir(ROOT).output().expect("it runs")
}

/// Writes bindings in C for a schema into a folder.
fn generate(schema: &str, folder: &Path) {
    generate_in(&C, schema, folder);
}

/// Writes bindings for a schema into a folder.
fn generate_in(language: &Language, schema: &str, folder: &Path) {
    generate_as(language, schema, folder, &[]);
}

/// The same with more arguments.
fn generate_as(language: &Language, schema: &str, folder: &Path, more: &[&str]) {
    let arguments = ["--lang", language.name, "--out", folder.to_str().unwrap(), "--schema", schema];
    let output = codegen(&[&arguments, more].concat());
    assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&output.stderr));
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path.as_ref()).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

#[test]
fn bindings_of_the_recorded_module_and_of_the_chat_are_as_ever() {
    are_as_ever(&C, KITCHEN_10, "tests/codegen/golden/c");
    are_as_ever(&CPP, KITCHEN_10, "tests/codegen/golden/cpp");
    are_as_ever(&PYTHON, KITCHEN_10, "tests/codegen/golden/python");
    are_as_ever(&C, CHAT, "examples/chat/bindings");
    are_as_ever(&CPP, CHAT, "examples/chat/bindings");
}

fn are_as_ever(language: &Language, schema: &str, kept: &str) {
    let golden = Path::new(ROOT).join(kept);
    let folder = TempDir::new().unwrap();
    generate_in(language, schema, folder.path());
    for file in language.files {
        let text = read(folder.path().join(file));
        if env::var_os("STDB_TEST_UPDATE").is_some() {
            fs::create_dir_all(&golden).unwrap();
            fs::write(golden.join(file), &text).unwrap();
        }
        let expected = read(golden.join(file));
        let differs = text.lines().zip(expected.lines()).position(|(a, b)| a != b);
        assert!(
            text == expected,
            "{kept}/{file} differs from line {:?} on; STDB_TEST_UPDATE=1 takes it",
            differs.map(|at| at + 1)
        );
        assert!(text.lines().next().unwrap().contains(" Made by stdb-codegen "), "{file}");
    }
}

#[test]
fn lines_are_not_too_wide_and_have_nothing_behind_them() {
    for language in [C, CPP, PYTHON] {
        for schema in [KITCHEN_1_2, KITCHEN_9, KITCHEN_10, TORTURE_9, TORTURE_10, CHAT] {
            let folder = TempDir::new().unwrap();
            generate_in(&language, schema, folder.path());
            for file in language.files {
                for line in read(folder.path().join(file)).lines() {
                    assert!(line.chars().count() <= language.width, "{schema}: {file}: {line}");
                    assert_eq!(line.trim_end(), line, "{schema}: {file}");
                }
            }
        }
    }
}

/// A host lists what version 10 has in an order that changes.
#[test]
fn the_order_of_the_schema_makes_no_difference() {
    let mut schema: Value = serde_json::from_str(&read(Path::new(ROOT).join(TORTURE_10))).unwrap();
    let sections = schema["sections"].as_array_mut().unwrap();
    sections.reverse();
    for (name, content) in sections.iter_mut().filter_map(Value::as_object_mut).flatten() {
        match content {
            Value::Array(values) => values.reverse(),
            content if name == "ExplicitNames" => content["entries"].as_array_mut().unwrap().reverse(),
            _ => {}
        }
    }
    for language in [C, CPP, PYTHON] {
        is_no_different(&language, language.files, TORTURE_10, &schema);
    }
    // Of version 9 the schema itself has an order, in which callbacks run; what is declared has none.
    let mut schema: Value = serde_json::from_str(&read(Path::new(ROOT).join(TORTURE_9))).unwrap();
    for list in ["tables", "reducers", "types"] {
        schema[list].as_array_mut().unwrap().reverse();
    }
    is_no_different(&C, &["module_bindings.h"], TORTURE_9, &schema);
}

fn is_no_different(language: &Language, files: &[&str], schema: &str, turned: &Value) {
    let folder = TempDir::new().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    let file = folder.path().join("turned.json");
    fs::write(&file, turned.to_string()).unwrap();
    generate_in(language, schema, &one);
    generate_in(language, file.to_str().unwrap(), &other);
    for file in files {
        assert!(read(one.join(file)) == read(other.join(file)), "{schema}: {file}");
    }
}

#[test]
fn bindings_compile_in_every_dialect() {
    let mut tried = 0;
    for schema in [KITCHEN_1_2, KITCHEN_9, KITCHEN_10, TORTURE_9, TORTURE_10, NAMES] {
        let folder = TempDir::new().unwrap();
        generate(schema, folder.path());
        generate_as(&C, schema, &folder.path().join("again"), &["--prefix", "another_module"]);
        // The header, with the system's headers before and after it, and once more with a prefix.
        let include = "#include <unistd.h>\n#include <math.h>\n#include \"module_bindings.h\"\n#include \"module_bindings.h\"\n\
                       #include \"again/module_bindings.h\"\n\
                       #include <stdio.h>\n#include <stdlib.h>\n#include <sys/socket.h>\nint main(void) { return 0; }\n";
        fs::write(folder.path().join("main.c"), include).unwrap();
        for (compiler, dialect, language) in [
            ("gcc", "c11", "c"),
            ("clang", "c11", "c"),
            ("g++", "c++17", "c++"),
            ("g++", "c++20", "c++"),
            ("clang++", "c++17", "c++"),
            ("clang++", "c++20", "c++"),
        ] {
            for source in ["module_bindings.c", "main.c", "again/module_bindings.c"] {
                tried += u32::from(compiles(compiler, dialect, language, &folder.path().join(source)));
            }
        }
    }
    assert!(tried >= 10, "there is no C compiler");
}

/// Compiles a source, if there is the compiler; panics when it does not compile.
fn compiles(compiler: &str, dialect: &str, language: &str, source: &Path) -> bool {
    let mut command = Command::new(compiler);
    command.args([
        "-x",
        language,
        &format!("-std={dialect}"),
        "-O1",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-c",
    ]);
    command.args(["-D_DEFAULT_SOURCE", &format!("-I{ROOT}/include"), "-o", "/dev/null"]).arg(source);
    let Ok(output) = command.output() else { return false };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler} -std={dialect} {}:\n{complaint}", source.display());
    true
}

/// Compiles a program of `tests/c/` with the bindings of a schema, and runs it.
fn run_typed(program: &str, schema: &str, environment: &[(&str, &str)], arguments: &[&Path]) {
    let folder = TempDir::new().unwrap();
    generate(schema, folder.path());
    let bindings = folder.path().join("module_bindings.c");
    let more = [&format!("-I{}", folder.path().display()), bindings.to_str().unwrap()];
    let executable = compile_c(&format!("tests/c/{program}.c"), folder.path(), &more);
    let (mut command, patience) = runner(&executable);
    command.envs(environment.iter().copied()).args(arguments).current_dir(folder.path());
    print!("{}", run(command, patience));
}

#[test]
fn rows_are_read_out_of_any_bytes() {
    run_typed("typed_layouts", LAYOUTS, &[], &[]);
}

#[test]
fn typed_rows_and_reducers_on_the_embedded_host() {
    for protocol in [Protocol::V1, Protocol::V2, Protocol::V3] {
        let host = EmbeddedHost::builder().protocols(&[protocol]).start();
        run_typed("typed", KITCHEN_1_2, &[("STDB_TEST_URI", &host.uri()), ("STDB_TEST_DATABASE", "kitchen")], &[]);
    }
}

#[test]
fn typed_rows_and_reducers_on_the_real_host() {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    run_typed("typed", KITCHEN_1_2, &[("STDB_TEST_URI", &host.uri()), ("STDB_TEST_DATABASE", "kitchen")], &[]);
}

#[test]
fn events_procedures_and_views_on_the_embedded_host() {
    let host = EmbeddedHost::builder().start();
    run_typed("typed_today", KITCHEN_10, &[("STDB_TEST_URI", &host.uri()), ("STDB_TEST_DATABASE", "kitchen2")], &[]);
}

#[test]
fn bindings_of_two_modules_in_one_program() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V1]).start();
    let folder = TempDir::new().unwrap();
    generate(CHAT, folder.path());
    generate_as(&C, KITCHEN_1_2, &folder.path().join("kitchen"), &["--prefix", "kitchen"]);
    let sources = ["module_bindings.c", "kitchen/module_bindings.c"].map(|source| folder.path().join(source));
    let include = format!("-I{}", folder.path().display());
    let more = [&*include, sources[0].to_str().unwrap(), sources[1].to_str().unwrap()];
    let (mut command, patience) = runner(&compile_c("tests/c/typed_two.c", folder.path(), &more));
    command.env("STDB_TEST_URI", host.uri());
    print!("{}", run(command, patience));
}

#[test]
fn the_torture_module_on_the_real_host() {
    let host = RealHost::start().unwrap();
    host.publish("torture", TORTURE_WASM).unwrap();
    run_typed("torture", TORTURE_9, &[("STDB_TEST_URI", &host.uri()), ("STDB_TEST_DATABASE", "torture")], &[]);
    // What a host says is what a file says.
    let folder = TempDir::new().unwrap();
    let (fetched, from_file) = (folder.path().join("fetched"), folder.path().join("file"));
    let out = fetched.to_str().unwrap();
    let output = codegen(&["--lang", "c", "--out", out, "--uri", &host.uri(), "--database", "torture"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    generate(TORTURE_9, &from_file);
    for file in ["module_bindings.h", "module_bindings.c"] {
        assert_eq!(read(fetched.join(file)), read(from_file.join(file)));
    }
}

/// Rows of `every_type` are found in the recorded frames by the text in them; what lies before it has a fixed size.
#[test]
fn recorded_rows_are_read() {
    const TEXT: &[u8] = "héllo ✓".as_bytes();
    const BEFORE: usize = 4 + 1 + 2 * (1 + 2 + 4 + 8 + 16 + 32) + 4 + 8;
    let text = [&(TEXT.len() as u32).to_le_bytes(), TEXT].concat();
    let folder = TempDir::new().unwrap();
    let mut files: Vec<PathBuf> = Vec::new();
    for protocol in ["v1", "v2", "v3"] {
        let before = files.len();
        let recording = read(Path::new(ROOT).join(format!("tests/transcripts/2.8.3/tour.{protocol}.none.jsonl")));
        for line in recording.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let Some(frame) = line["bytes"].as_str().filter(|_| line["from"] == "server") else { continue };
            let frame = BASE64_STANDARD.decode(frame).unwrap();
            for at in (0..frame.len().saturating_sub(text.len())).filter(|at| frame[*at..].starts_with(&text)) {
                let file = folder.path().join(format!("{protocol}.{}.row", files.len()));
                fs::write(&file, &frame[at - BEFORE..]).unwrap();
                files.push(file);
            }
        }
        assert!(files.len() > before, "{protocol} has such rows");
    }
    run_typed("typed_rows", KITCHEN_10, &[], &files.iter().map(PathBuf::as_path).collect::<Vec<_>>());
}

#[test]
fn what_is_wrong_is_told() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().to_str().unwrap();
    let broken = folder.path().join("broken.json");
    fs::write(&broken, "{\"typespace\": {\"types\": [{\"U7\": []}]}, \"tables\": [], \"reducers\": []}").unwrap();
    let broken = broken.to_str().unwrap();
    let host = EmbeddedHost::builder().start();
    for (arguments, words) in [
        (&["--lang", "cobol", "--out", out, "--schema", KITCHEN_9][..], &["cobol"][..]),
        (&["--lang", "c", "--schema", KITCHEN_9], &["--out"]),
        (&["--out", out, "--schema", KITCHEN_9], &["--lang"]),
        (&["--lang", "c", "--out", out], &["--schema", "--uri"]),
        (&["--lang", "c", "--out", out, "--schema"], &["--schema needs a value"]),
        (&["--lang", "c", "--out", out, "--frobnicate", "x"], &["--frobnicate"]),
        (&["--lang", "c", "--out", out, "--schema", "no/such/file"], &["no/such/file"]),
        (&["--lang", "c", "--out", out, "--schema", broken], &["broken.json", "typespace.types[0]"]),
        (&["--lang", "c", "--out", out, "--uri", "ftp://x", "--database", "x"], &["uri", "ftp"]),
        (&["--lang", "c", "--out", out, "--uri", &host.uri(), "--database", "nobody"], &["404"]),
        (&["--lang", "c", "--prefix", "a-b", "--out", out, "--schema", KITCHEN_9], &["--prefix", "a-b"]),
        (&["--lang", "cpp", "--prefix", "a", "--out", out, "--schema", KITCHEN_9], &["--prefix is for --lang c"]),
        (&["--lang", "c", "--namespace", "a", "--out", out, "--schema", KITCHEN_9], &["--namespace is for --lang cpp"]),
        (&["--lang", "cpp", "--namespace", "a::int", "--out", out, "--schema", KITCHEN_9], &["--namespace", "a::int"]),
        (&["--lang", "c", "--out", "/dev/null/x", "--schema", KITCHEN_9], &["/dev/null/x"]),
    ] {
        let output = codegen(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(words.iter().all(|word| complaint.contains(word)), "{arguments:?}: {complaint}");
    }
}
