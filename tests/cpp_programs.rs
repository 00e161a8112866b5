//! The C++ layer in `bindings/cpp`: its programs, run with a host, over the bindings that `stdb-codegen` makes; that all of
//! it compiles in every dialect and way; that it leaves out nothing of the C header.

mod c_program;
mod recorded_rows;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use c_program::{ROOT, WARNINGS, compile_cpp, run, runner};
use stdb_embedded_host::EmbeddedHost;
use stdb_embedded_host::wire::Protocol;
use stdb_real_host::{RealHost, TORTURE_WASM};
use tempfile::TempDir;

const KITCHEN: &str = "tests/modules/kitchen/kitchen.schema.json";
const KITCHEN_OF_TODAY: &str = "tests/transcripts/2.8.3/kitchen.schema.v10.json";
const TORTURE: &str = "tests/modules/torture/torture.schema.json";
const TORTURE_OF_TODAY: &str = "tests/modules/torture/torture.schema.v10.json";
const LAYOUTS: &str = "tests/codegen/layouts.schema.json";
const NAMES: &str = "tests/codegen/names.schema.json";
const CHAT: &str = "tests/modules/chat/chat.schema.json";

const WITHOUT_EXCEPTIONS: [&str; 2] = ["-fno-exceptions", "-fno-rtti"];

#[test]
fn kitchen_on_the_embedded_host() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V1]).start();
    run_on(&host.uri(), "kitchen", KITCHEN, "kitchen", &[]);
}

#[test]
fn kitchen_without_exceptions_on_the_embedded_host() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V1]).start();
    run_on(&host.uri(), "kitchen", KITCHEN, "kitchen", &WITHOUT_EXCEPTIONS);
}

#[test]
fn kitchen_and_queries_on_the_real_host() {
    let host = RealHost::start().unwrap();
    host.publish_kitchen("kitchen").unwrap();
    run_on(&host.uri(), "kitchen", KITCHEN, "kitchen", &[]);
    run_on(&host.uri(), "kitchen", KITCHEN, "queries", &[]);
}

/// Names, keys and nested types that are hard on a generator.
#[test]
fn torture_on_the_real_host() {
    let host = RealHost::start().unwrap();
    host.publish("torture", TORTURE_WASM).unwrap();
    run_on(&host.uri(), "torture", TORTURE, "torture", &[]);
}

#[test]
fn today_over_v3() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V3]).start();
    run_on(&host.uri(), "kitchen2", KITCHEN_OF_TODAY, "today", &[]);
}

#[test]
fn handles() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V1]).start();
    run_on(&host.uri(), "kitchen", KITCHEN, "handles", &[]);
}

/// A program that includes the bindings of two modules, each in a namespace of its own.
#[test]
fn two_modules_in_one_program() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V1]).start();
    let folder = TempDir::new().unwrap();
    generate_as(CHAT, &folder.path().join("chat"), &["--namespace", "chat"]);
    generate_as(KITCHEN, &folder.path().join("kitchen"), &["--namespace", "game::kitchen"]);
    let include = format!("-I{}", folder.path().display());
    let (mut command, patience) = runner(&compile_cpp("bindings/cpp/tests/two.cpp", folder.path(), &[&include]));
    command.env("STDB_TEST_URI", host.uri());
    print!("{}", run(command, patience));
}

/// One program of two sources that include the same generated code: one with exceptions, one without.
#[test]
fn both_ways_of_telling_errors_in_one_program() {
    let host = EmbeddedHost::builder().protocols(&[Protocol::V1]).start();
    let folder = TempDir::new().unwrap();
    let include = format!("-I{}", generate(KITCHEN, folder.path()).display());
    let objects = [&[][..], &WITHOUT_EXCEPTIONS].map(|way| {
        let folder = folder.path().join(if way.is_empty() { "with" } else { "without" });
        fs::create_dir(&folder).unwrap();
        let flags = [&*include, "-c", "-Wno-unused-command-line-argument"];
        compile_cpp("bindings/cpp/tests/mixed.cpp", &folder, &[&flags, way].concat())
    });
    // A function that both have would be taken from either.
    let [with, without] = objects.each_ref().map(|object| functions_of_the_layer(object));
    let both: Vec<_> = with.intersection(&without).collect();
    assert!(with.len() > 50 && without.len() > 50 && both.is_empty(), "{both:#?}");

    let [with, without] = objects.each_ref().map(|object| object.to_str().unwrap());
    let executable = compile_cpp(with, folder.path(), &[without, "-Wno-unused-command-line-argument"]);
    let (mut command, patience) = runner(&executable);
    command.env("STDB_TEST_URI", host.uri()).env("STDB_TEST_DATABASE", "kitchen").current_dir(folder.path());
    print!("{}", run(command, patience));
}

/// What an object file has of the layer's and the generated code's functions, for the linker to choose from.
fn functions_of_the_layer(object: &Path) -> BTreeSet<String> {
    let output = Command::new("nm").args(["-C", "--defined-only"]).arg(object).output().expect("there is nm");
    let symbols = String::from_utf8_lossy(&output.stdout).into_owned();
    let weak = symbols.lines().filter_map(|line| line.split_once(" W ").map(|(_, name)| name.to_owned()));
    weak.filter(|name| name.starts_with("stdb::") || name.starts_with("module_bindings::")).collect()
}

#[test]
fn rows_are_read_out_of_any_bytes() {
    let folder = TempDir::new().unwrap();
    let include = format!("-I{}", generate(LAYOUTS, folder.path()).display());
    let (command, patience) = runner(&compile_cpp("bindings/cpp/tests/layouts.cpp", folder.path(), &[&include]));
    print!("{}", run(command, patience));
}

/// Every row of `every_type` that real hosts have sent reads back to what the module wrote.
#[test]
fn recorded_rows_of_1_2_0() {
    assert!(read_recorded("1.2.0", KITCHEN, &[]) >= 4);
}

#[test]
fn recorded_rows_of_2_8_3() {
    assert!(read_recorded("2.8.3", KITCHEN_OF_TODAY, &["-DOF_TODAY"]) >= 10);
}

/// Has the rows in all recordings of a host read; gives how many there were.
fn read_recorded(version: &str, schema: &str, flags: &[&str]) -> usize {
    let folder = TempDir::new().unwrap();
    let rows = recorded_rows::of_every_type(version);
    let line = |row: &Vec<u8>| row.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    let path = folder.path().join("rows");
    fs::write(&path, rows.iter().map(line).collect::<String>()).unwrap();
    let include = format!("-I{}", generate(schema, folder.path()).display());
    let flags: Vec<&str> = flags.iter().copied().chain([&*include]).collect();
    let (mut command, patience) = runner(&compile_cpp("bindings/cpp/tests/recorded.cpp", folder.path(), &flags));
    command.env("STDB_TEST_ROWS", path);
    assert_eq!(run(command, patience), format!("{} rows\n", rows.len()));
    rows.len()
}

/// Runs a program of `bindings/cpp/tests` over the bindings of a schema, on a host.
fn run_on(uri: &str, database: &str, schema: &str, program: &str, flags: &[&str]) {
    let folder = TempDir::new().unwrap();
    let bindings = generate(schema, folder.path());
    let include = format!("-I{}", bindings.display());
    let flags: Vec<&str> = flags.iter().copied().chain([&*include]).collect();
    let executable = compile_cpp(&format!("bindings/cpp/tests/{program}.cpp"), folder.path(), &flags);
    let (mut command, patience) = runner(&executable);
    command.env("STDB_TEST_URI", uri).env("STDB_TEST_DATABASE", database).current_dir(folder.path());
    print!("{}", run(command, patience));
}

/// Makes the bindings of a schema in a folder of their own.
fn generate(schema: &str, folder: &Path) -> PathBuf {
    let bindings = folder.join("bindings");
    generate_as(schema, &bindings, &[]);
    bindings
}

fn generate_as(schema: &str, bindings: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_stdb-codegen"))
        .args(["--lang", "cpp", "--schema", &format!("{ROOT}/{schema}"), "--out"])
        .arg(bindings)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_bindings_compile_alone_in_every_dialect_and_way() {
    for schema in [KITCHEN, KITCHEN_OF_TODAY, TORTURE, TORTURE_OF_TODAY, NAMES] {
        let folder = TempDir::new().unwrap();
        let bindings = generate(schema, folder.path());
        // With the system's headers before and after it, which have macros.
        let source = "#include <unistd.h>\n#include <cmath>\n#include \"module_bindings.hpp\"\n\
                      #include \"module_bindings.hpp\"\n#include <cstdio>\n#include <sys/socket.h>\n";
        check_everywhere(source, folder.path(), &[&format!("-I{}", bindings.display())]);
    }
}

#[test]
fn each_header_compiles_alone() {
    let folder = TempDir::new().unwrap();
    for header in headers() {
        let source = format!("#include \"{}\"\n", header.display());
        check("c++", "c++17", &source, folder.path(), &[]);
    }
}

/// Every C++ block of the README: one with a `main` as it is, others inside a function of a program that is connected.
#[test]
fn the_readme_compiles() {
    let readme = fs::read_to_string(format!("{ROOT}/bindings/cpp/README.md")).unwrap();
    let folder = TempDir::new().unwrap();
    let bindings = generate(CHAT, folder.path());
    let blocks: Vec<&str> = readme.split("```cpp\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 5, "{} blocks", blocks.len());
    for block in blocks {
        let program = match block.contains("int main") {
            true => block.to_owned(),
            false => format!(
                "#include \"module_bindings.hpp\"\n#include <iostream>\n#include <chrono>\n\
                 using namespace module_bindings;\nusing namespace std::chrono_literals;\n\
                 void snippet(DbConnection& connection);\nvoid snippet(DbConnection& connection) {{\n(void)connection;\n{block}}}\n"
            ),
        };
        // Examples leave things unused that a program would use.
        let flags = [&*format!("-I{}", bindings.display()), "-Wno-unused", "-DREADME"];
        check("c++", "c++17", &program, folder.path(), &flags);
    }
}

/// What `stdb.hpp` has of its own, so that it does not call these.
const NOT_CALLED: &[(&str, &str)] = &[
    ("stdb_bsatn_", "values are read and written inline; `arguments::set_json` takes JSON"),
    ("stdb_identity_to_hex", "`identity::to_hex` is inline"),
    ("stdb_connection_id_to_hex", "`connection_id::to_hex` is inline"),
    ("stdb_u128_to_string", "`u128::to_string` is inline"),
    ("stdb_i128_to_string", "`i128::to_string` is inline"),
    ("stdb_u256_to_string", "`u256::to_string` is inline"),
    ("stdb_i256_to_string", "`i256::to_string` is inline"),
    ("stdb_uuid_to_string", "`uuid::to_string` is inline"),
    ("stdb_row_iter_next_many", "for languages where a call costs more than a row"),
    ("stdb_rows_copy", "for languages where a call costs more than a row"),
    ("stdb_arguments_set_string", "text has a length: `stdb_arguments_set_str`"),
];

#[test]
fn every_function_of_the_c_header_is_reachable() {
    let text: String = headers().iter().map(|header| fs::read_to_string(header).unwrap()).collect();
    let used: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let header = fs::read_to_string(format!("{ROOT}/include/stdb.h")).unwrap();
    let declared = declared_functions(&header);
    assert!(declared.len() > 100);
    let is_excepted = |name: &str| NOT_CALLED.iter().any(|(prefix, _)| name.starts_with(prefix));
    let missing: Vec<_> = declared.iter().filter(|name| !used.contains(**name) && !is_excepted(name)).collect();
    assert!(missing.is_empty(), "stdb.hpp does not reach {missing:?}");
}

/// The names before an opening parenthesis, outside of comments and of types of functions.
fn declared_functions(header: &str) -> BTreeSet<&str> {
    let code = header.lines().filter(|line| !line.trim_start().starts_with('*') && !line.starts_with("typedef"));
    code.filter_map(|line| {
        let before = line.split_once('(')?.0;
        let name = before.rsplit([' ', '*']).next()?;
        (name.starts_with("stdb_") && before != name).then_some(name)
    })
    .collect()
}

/// `stdb.hpp` and what it is made of.
fn headers() -> Vec<PathBuf> {
    let folder = Path::new(ROOT).join("bindings/cpp");
    let parts = fs::read_dir(folder.join("stdb")).unwrap().map(|entry| entry.unwrap().path());
    let mut headers: Vec<_> = parts.chain([folder.join("stdb.hpp")]).collect();
    headers.sort();
    headers
}

/// Compiles a source with every compiler there is, in every dialect, with exceptions and without.
fn check_everywhere(source: &str, folder: &Path, flags: &[&str]) {
    let mut tried = 0;
    for compiler in ["g++", "clang++"] {
        if Command::new(compiler).arg("--version").output().is_err() {
            continue;
        }
        for dialect in ["c++17", "c++20"] {
            check(compiler, dialect, source, folder, flags);
            let flags: Vec<&str> = flags.iter().copied().chain(WITHOUT_EXCEPTIONS).collect();
            check(compiler, dialect, source, folder, &flags);
            tried += 1;
        }
    }
    assert!(tried >= 2, "there is no C++ compiler");
}

fn check(compiler: &str, dialect: &str, source: &str, folder: &Path, flags: &[&str]) {
    let path = folder.join("source.cpp");
    fs::write(&path, source).unwrap();
    let output = Command::new(compiler)
        .args([&*format!("-std={dialect}"), "-fsyntax-only"])
        .args(WARNINGS)
        .args([format!("-I{ROOT}/include"), format!("-I{ROOT}/bindings/cpp")])
        .args(flags)
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler} -std={dialect} {flags:?}:\n{source}\n{said}");
}
