//! `cargo run --example package`: an archive with all that a program needs to use libstdb, to be unpacked anywhere.
//!
//! It holds what `cargo cinstall` installs (header, C++ layer, shared and static library, pkg-config and CMake files), the
//! code generator, and the licences of every crate that is linked. Nothing in it names the folder it was made in.

mod linked;

use std::env::{self, consts};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use flate2::Compression;
use flate2::write::GzEncoder;
use linked::{linked_packages, text};

type Result<T> = std::result::Result<T, String>;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const HELP: &str = "usage: package [--out DIR]

Makes DIR/stdb-VERSION-ARCHITECTURE-SYSTEM.tar.gz (DIR is target/package), and the same as a folder beside it.
Needs cargo-c: cargo install cargo-c";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let out = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Path::new(ROOT).join("target/package"),
        ["--out", folder] => env::current_dir().unwrap_or_default().join(folder),
        _ => {
            eprintln!("{HELP}");
            return if arguments == ["--help"] { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match package(&out) {
        Ok(archive) => {
            println!("{}", archive.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("package: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the folder and the archive; gives the archive's path.
fn package(out: &Path) -> Result<PathBuf> {
    let name = format!("stdb-{}-{}-{}", env!("CARGO_PKG_VERSION"), consts::ARCH, consts::OS);
    let folder = out.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    install_library(&folder)?;
    forget_the_prefix(&folder.join("lib/pkgconfig/stdb.pc"))?;
    install_codegen(&folder)?;
    install_licences(&folder.join("share/doc/stdb"))?;
    let archive = out.join(format!("{name}.tar.gz"));
    pack(&folder, &name, &archive).map_err(|e| format!("{}: {e}", archive.display()))?;
    Ok(archive)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.args(arguments).arg("--manifest-path").arg(Path::new(ROOT).join("Cargo.toml"));
    // What `cargo run` has told this program would make cargo build again what is there.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let told = text.starts_with("CARGO_") || text == "OUT_DIR";
        if told && !["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&&*text) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

fn complete(command: &mut Command, hint: &str) -> Result<()> {
    let status = command.status().map_err(|e| format!("cannot run {command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}. {hint}")) }
}

fn install_library(folder: &Path) -> Result<()> {
    let mut command = cargo(&["cinstall", "--release", "--locked", "--package", "stdb"]);
    command.arg("--prefix").arg(folder).arg("--libdir").arg(folder.join("lib"));
    complete(&mut command, "Is cargo-c there? `cargo install cargo-c` installs it.")
}

/// Makes a pkg-config file find what lies beside it, wherever that is.
fn forget_the_prefix(path: &Path) -> Result<()> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let line = |line: &str| match line.split_once('=') {
        Some(("prefix", _)) => "prefix=${pcfiledir}/../..".to_owned(),
        Some(("exec_prefix", _)) => "exec_prefix=${prefix}".to_owned(),
        Some(("libdir", _)) => "libdir=${prefix}/lib".to_owned(),
        Some(("includedir", _)) => "includedir=${prefix}/include".to_owned(),
        _ => line.to_owned(),
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    fs::write(path, lines.join("\n") + "\n").map_err(|e| format!("{}: {e}", path.display()))
}

fn install_codegen(folder: &Path) -> Result<()> {
    // This program is in TARGET/PROFILE/examples.
    let this = env::current_exe().map_err(|e| format!("cannot tell where this program is: {e}"))?;
    let target = this.ancestors().nth(3).expect("cargo made the folders");
    let mut command = cargo(&["build", "--release", "--locked", "--package", "stdb", "--bin", "stdb-codegen"]);
    complete(command.arg("--target-dir").arg(target), "")?;
    let program = format!("stdb-codegen{}", consts::EXE_SUFFIX);
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).map_err(|e| format!("{}: {e}", bin.display()))?;
    let from = target.join("release").join(&program);
    fs::copy(&from, bin.join(&program)).map_err(|e| format!("{}: {e}", from.display()))?;
    Ok(())
}

/// Copies our licence and those of every crate that is linked into the library, with a list of them.
fn install_licences(folder: &Path) -> Result<()> {
    let licences = folder.join("licences");
    fs::create_dir_all(&licences).map_err(|e| format!("{}: {e}", licences.display()))?;
    for ours in ["LICENSE", "README.md", "CHANGELOG.md"] {
        fs::copy(Path::new(ROOT).join(ours), folder.join(ours)).map_err(|e| format!("{ours}: {e}"))?;
    }
    let mut list =
        String::from("The crates that are linked into libstdb, and their licences. Their texts are in licences/.\n\n");
    for package in linked_packages(Some(&host()?))?.iter().filter(|package| package["name"] != "stdb") {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let licence = package["license"].as_str().unwrap_or("see its text");
        list += &format!("{name} {version}: {licence}\n");
        let source = Path::new(text(&package["manifest_path"])).parent().expect("a manifest is in a folder").to_owned();
        copy_licences(&source, &licences, &format!("{name}-{version}"))?;
    }
    fs::write(folder.join("THIRD-PARTY.txt"), list).map_err(|e| format!("THIRD-PARTY.txt: {e}"))
}

fn copy_licences(source: &Path, licences: &Path, crate_name: &str) -> Result<()> {
    let entries = fs::read_dir(source).map_err(|e| format!("{}: {e}", source.display()))?;
    for entry in entries.filter_map(std::result::Result::ok).filter(|entry| entry.path().is_file()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        if ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|start| upper.starts_with(start)) {
            let to = licences.join(format!("{crate_name}-{name}"));
            fs::copy(entry.path(), &to).map_err(|e| format!("{}: {e}", to.display()))?;
        }
    }
    Ok(())
}

/// The system that this is built for, as rustc names it.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|e| format!("cannot run rustc: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or("rustc does not say its host".into())
}

fn pack(folder: &Path, name: &str, archive: &Path) -> std::io::Result<()> {
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(archive)?, Compression::default()));
    tar.follow_symlinks(false);
    tar.append_dir_all(name, folder)?;
    tar.into_inner()?.finish()?;
    Ok(())
}
