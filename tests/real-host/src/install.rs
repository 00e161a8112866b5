//! Finds the host's program, or compiles it once.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The newest host that cargo can install without V8. It speaks the protocol v1.
const VERSION: &str = "1.2.0";

/// The path of the host's program, after installing it when it is missing.
///
/// `STDB_TEST_HOST` names another program to use. Otherwise it is `stdb/spacetimedb-standalone-1.2.0` in the user's
/// cache folder, where the first caller compiles it (about 10 minutes on 2 cores) while the others wait.
pub fn installed_host() -> Result<PathBuf, String> {
    if let Some(program) = env::var_os("STDB_TEST_HOST").map(PathBuf::from) {
        let found = program.is_file();
        return if found { Ok(program) } else { Err(format!("STDB_TEST_HOST: no file {}", program.display())) };
    }
    let folder = cache_folder()?.join("stdb");
    let root = folder.join(format!("spacetimedb-standalone-{VERSION}"));
    let program = root.join("bin").join(format!("spacetimedb-standalone{}", env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let _lock = lock(&root.with_added_extension("lock"))?;
    // Another process may have installed it while this one waited for the lock.
    if !program.is_file() {
        install(&root)?;
    }
    Ok(program)
}

/// Where programs keep what they can make again, by the platform's own rule.
fn cache_folder() -> Result<PathBuf, String> {
    let given = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_CACHE_HOME" };
    // A relative path would mean another folder in every test's working directory.
    if let Some(folder) = env::var_os(given).map(PathBuf::from).filter(|p| p.is_absolute()) {
        return Ok(folder);
    }
    let home = env::home_dir().ok_or("the user has no home folder; set STDB_TEST_HOST")?;
    Ok(home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }))
}

fn lock(path: &Path) -> Result<File, String> {
    let complain = |e| format!("{}: {e}", path.display());
    let file = File::create(path).map_err(complain)?;
    if file.try_lock().is_err() {
        eprintln!("stdb-real-host: waiting for another process that installs the host");
        file.lock().map_err(complain)?;
    }
    Ok(file)
}

fn install(root: &Path) -> Result<(), String> {
    eprintln!("stdb-real-host: compiling spacetimedb-standalone {VERSION} into {}", root.display());
    eprintln!("stdb-real-host: this is done once and takes about 10 minutes on 2 cores");
    let mut cargo = Command::new("cargo");
    cargo.args(["install", "spacetimedb-standalone", "--version", VERSION, "--locked", "--root"]).arg(root);
    for (name, _) in env::vars_os().filter(|(name, value)| spoils_install(name, value)) {
        cargo.env_remove(name);
    }
    // Not in the checkout, whose toolchain and cargo settings are not for the host.
    cargo.current_dir(env::temp_dir()).stdin(Stdio::null()).stdout(Stdio::null());
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("cargo install spacetimedb-standalone: {status}")),
        Err(e) => Err(format!("cannot run cargo: {e}")),
    }
}

/// Whether a variable of this process, which often runs under `cargo test`, would change how the host is compiled:
/// flags (of sanitizers, say), wrappers, target folders, a nightly toolchain, preloaded libraries.
fn spoils_install(name: &OsStr, value: &OsStr) -> bool {
    let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
    const NEEDED: [&str; 6] =
        ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_BUILD_JOBS"];
    const FLAGS: [&str; 6] = ["CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES"];
    if name.starts_with("CARGO") {
        return !NEEDED.iter().any(|needed| name.starts_with(needed));
    }
    if name == "RUSTUP_TOOLCHAIN" {
        return value.starts_with("nightly");
    }
    (name.starts_with("RUST") && !name.starts_with("RUSTUP_")) || FLAGS.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoils(name: &str, value: &str) -> bool {
        spoils_install(OsStr::new(name), OsStr::new(value))
    }

    #[test]
    fn flags_and_wrappers_do_not_reach_the_install() {
        for name in ["RUSTFLAGS", "RUSTC_WRAPPER", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CFLAGS"] {
            assert!(spoils(name, "x"), "{name}");
        }
        assert!(spoils("RUSTUP_TOOLCHAIN", "nightly-x86_64-unknown-linux-gnu"));
    }

    #[test]
    fn what_cargo_needs_reaches_the_install() {
        for name in ["PATH", "HOME", "CARGO_HOME", "CARGO_HTTP_CAINFO", "RUSTUP_HOME", "CC"] {
            assert!(!spoils(name, "x"), "{name}");
        }
        assert!(!spoils("RUSTUP_TOOLCHAIN", "stable-x86_64-unknown-linux-gnu"));
    }
}
