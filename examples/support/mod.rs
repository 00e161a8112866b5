//! What the examples need that run a program in another language: the library, the program, compiled, and a host for it.

use std::env::{self, consts};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use stdb_embedded_host::EmbeddedHost;

/// A failure is told to whoever runs the example.
pub type Result<T> = std::result::Result<T, String>;

/// Starts a host inside this process, with one database.
pub fn host(database: &str) -> Result<EmbeddedHost> {
    let host = EmbeddedHost::builder().database(database).try_start();
    host.map_err(|e| format!("cannot listen on the loopback interface: {e}"))
}

/// The library that cargo has built together with this example.
pub fn library() -> Result<PathBuf> {
    let this = this_program()?;
    // This is in TARGET/PROFILE/examples. Building it builds the library into TARGET/PROFILE/deps, and only
    // `cargo build` puts it into TARGET/PROFILE as well, where it may be an older one.
    let libraries = folder_of(&this).with_file_name("deps");
    let library = libraries.join(format!("{}stdb{}", consts::DLL_PREFIX, consts::DLL_SUFFIX));
    if !library.is_file() {
        return Err(format!("{} is not there: run this example with cargo", library.display()));
    }
    Ok(library)
}

fn this_program() -> Result<PathBuf> {
    env::current_exe().map_err(|e| format!("cannot tell where this program is: {e}"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().expect("it is in a folder")
}

/// Compiles a program of the repository against the library that cargo has built together with this example. A source
/// that ends in `.cpp` is C++, over `bindings/cpp` and the generated bindings beside it; one that ends in `_typed.c` is over
/// the generated bindings beside it as well.
pub fn compile(source: &str) -> Result<PathBuf> {
    let (library, source) = (library()?, Path::new(source));
    // A folder of its own for each language, since an example in Rust, and one in another language, may have the same name.
    let folder = folder_of(&this_program()?).join(source.extension().expect("a source has an extension"));
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let program = folder.join(source.file_stem().expect("a source has a name"));
    // Under a name of its own until it is complete: the program may be in use.
    let unfinished = program.with_extension(std::process::id().to_string());
    run_compiler(source, folder_of(&library), &unfinished)?;
    fs::rename(&unfinished, &program).map_err(|e| format!("{}: {e}", program.display()))?;
    Ok(program)
}

/// Compiles a source of the repository, linked with the library in the folder `libraries`.
fn run_compiler(source: &Path, libraries: &Path, program: &Path) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_cpp = source.extension().is_some_and(|extension| extension == "cpp");
    let (variable, usual, dialect) = if is_cpp { ("CXX", "c++", "-std=c++17") } else { ("CC", "cc", "-std=c11") };
    let compiler = env::var(variable).unwrap_or_default();
    let mut words = compiler.split_whitespace();
    let mut cc = Command::new(words.next().unwrap_or(usual));
    cc.args(words).args([dialect, "-Wall", "-Wextra", "-O2", "-g", "-o"]).arg(program);
    cc.arg(root.join(source)).arg("-I").arg(root.join("include"));
    let bindings = root.join(source).with_file_name("bindings");
    if is_cpp {
        cc.arg("-I").arg(root.join("bindings/cpp"));
        cc.arg("-I").arg(&bindings);
    } else if source.to_string_lossy().ends_with("_typed.c") {
        cc.arg("-I").arg(&bindings).arg(bindings.join("module_bindings.c"));
    }
    cc.arg("-L").arg(libraries).arg("-lstdb").arg(format!("-Wl,-rpath,{}", libraries.display()));
    let (name, source) = (cc.get_program().to_string_lossy().into_owned(), source.display());
    let status = cc.status().map_err(|e| {
        format!(
            "cannot run the compiler `{name}`: {e}\nInstall one (gcc or clang), or name yours in the variable {variable}."
        )
    })?;
    if !status.success() {
        return Err(format!("the compiler `{name}` could not compile {source}: {status}"));
    }
    Ok(())
}
