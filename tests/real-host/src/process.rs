//! One host process with its folder and its port.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};
use std::{env, process};

use crate::{http, installed_host};

/// A host answers within a second; a busy machine may need more.
const READY_TIMEOUT: Duration = Duration::from_secs(30);

/// The host writes to its disk behind, about twice a second, and no signal makes it do so before it ends.
const WRITTEN_AFTER: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, PartialEq)]
pub enum Storage {
    Memory,
    Disk,
}

pub struct HostProcess {
    program: PathBuf,
    folder: PathBuf,
    storage: Storage,
    port: u16,
    child: Option<Child>,
}

/// Why a host is not ready, and whether another port may help.
#[derive(Debug)]
struct NotReady {
    why: String,
    exited: bool,
}

impl HostProcess {
    pub fn start(storage: Storage) -> Result<HostProcess, String> {
        let program = installed_host()?;
        let folder = unique_folder()?;
        let mut host = HostProcess { program, folder, storage, port: 0, child: None };
        // Somebody else may take the port between our look and the host's start; the host then exits at once.
        for attempts_left in (0..5).rev() {
            host.port = free_port()?;
            match host.spawn_and_wait() {
                Ok(()) => return Ok(host),
                Err(e) if e.exited && attempts_left > 0 => continue,
                Err(e) => return Err(e.why),
            }
        }
        unreachable!("the last attempt returns")
    }

    pub fn start_again(&mut self) -> Result<(), String> {
        self.spawn_and_wait().map_err(|e| e.why)
    }

    pub fn uri(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    pub fn log(&self) -> String {
        fs::read(self.log_path()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Ends the host after it has written what it was told.
    pub fn stop(&mut self) {
        if self.child.is_some() {
            sleep(WRITTEN_AFTER);
            self.kill();
        }
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only when the process has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn spawn_and_wait(&mut self) -> Result<(), NotReady> {
        self.child = Some(self.spawn().map_err(|why| NotReady { why, exited: false })?);
        self.wait_until_ready().inspect_err(|_| self.kill())
    }

    fn spawn(&self) -> Result<Child, String> {
        let complain = |e| format!("cannot start {}: {e}", self.program.display());
        let log = File::options().create(true).append(true).open(self.log_path()).map_err(complain)?;
        let mut command = Command::new(&self.program);
        command.arg("start").args(["--listen-addr", &format!("127.0.0.1:{}", self.port)]);
        command.arg("--data-dir").arg(self.folder.join("data"));
        command.arg("--jwt-pub-key-path").arg(self.public_key());
        command.arg("--jwt-priv-key-path").arg(self.public_key().with_file_name("private.pem"));
        if self.storage == Storage::Memory {
            command.arg("--in-memory");
        }
        // A sanitizer that is preloaded into the tests is not for the host.
        command.env_remove("LD_PRELOAD").env_remove("DYLD_INSERT_LIBRARIES").current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(log.try_clone().map_err(complain)?).stderr(log);
        command.spawn().map_err(complain)
    }

    fn wait_until_ready(&mut self) -> Result<(), NotReady> {
        let deadline = Instant::now() + READY_TIMEOUT;
        loop {
            if self.answers() {
                return Ok(());
            }
            if let Some(Ok(Some(status))) = self.child.as_mut().map(Child::try_wait) {
                return Err(NotReady { why: self.with_log(&format!("the host ended, {status}")), exited: true });
            }
            if Instant::now() > deadline {
                let why = self.with_log(&format!("no answer from {} in {} s", self.uri(), READY_TIMEOUT.as_secs()));
                return Err(NotReady { why, exited: false });
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Whether this very host answers, known by its key, and not another program that took the port.
    fn answers(&self) -> bool {
        let Ok(key) = fs::read_to_string(self.public_key()) else { return false };
        http::try_get(&format!("{}/v1/ping", self.uri())).is_some()
            && http::try_get(&format!("{}/v1/identity/public-key", self.uri())).is_some_and(|k| k.trim() == key.trim())
    }

    fn public_key(&self) -> PathBuf {
        self.folder.join("keys").join("public.pem")
    }

    fn with_log(&self, message: &str) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        format!("{message}; its log ends with:\n{tail}")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("host.log")
    }
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn unique_folder() -> Result<PathBuf, String> {
    let folder = env::temp_dir().join(format!("stdb-real-host-{}-{}", process::id(), unique_number()));
    create_private(&folder.join("keys")).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder)
}

/// The folder will hold the host's private key.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// A free port below those that systems hand out for outgoing connections. One of theirs could be taken while a
/// stopped host waits for its restart, even by a client that connects to it: TCP lets a socket connect to itself.
fn free_port() -> Result<u16, String> {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    let start = unique_number();
    (0..COUNT)
        .map(|i| (FIRST + start.wrapping_add(i) % COUNT) as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or(format!("no free port from {FIRST} to {}", FIRST + COUNT))
}

/// A number that neither another call nor, most likely, another process gets.
fn unique_number() -> u32 {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.subsec_nanos());
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    nanos.wrapping_add(process::id().wrapping_mul(7919)).wrapping_add(count.wrapping_mul(104_729))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_noticed() {
        let first = HostProcess::start(Storage::Memory).unwrap();
        let program = installed_host().unwrap();
        let (folder, port) = (unique_folder().unwrap(), first.port);
        let mut second = HostProcess { program, folder, storage: Storage::Memory, port, child: None };
        let error = second.spawn_and_wait().unwrap_err();
        assert!(error.exited, "{}", error.why);
        assert!(error.why.contains("its log ends with"), "{}", error.why);
    }
}
