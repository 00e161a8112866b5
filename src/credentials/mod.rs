//! Tokens kept in a file, so that a client comes back as who it was.
//!
//! The folder and the form are those of the official Rust SDK: `~/.spacetimedb_client_credentials/KEY` holds the BSATN
//! of a product `{ token: string }`. Each reads the other's files. No error and no log of this module holds a token.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use zeroize::Zeroizing;

use crate::error::{Error, Result, STDB_ERR_BSATN, STDB_ERR_IO, STDB_ERR_NOT_FOUND};
use crate::value::{Reader, Writer};

/// The folder within the user's home folder.
const FOLDER: &str = ".spacetimedb_client_credentials";

/// A file of more bytes than this is not a credentials file.
const MAX_BYTES: u64 = 1 << 20;

/// The longest name that file systems take.
const MAX_KEY_BYTES: usize = 255;

/// A file that one token is kept in. Making one touches no file.
#[derive(Clone, Debug)]
pub struct CredentialsFile {
    directory: PathBuf,
    path: PathBuf,
}

impl CredentialsFile {
    /// The file of that key in the folder `.spacetimedb_client_credentials` of the user's home folder.
    ///
    /// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `key`, when the key is not one plain file name (empty, `.`, `..`,
    /// over 255 bytes, with a separator or a NUL in it), and `STDB_ERR_NOT_FOUND` when the user has no home folder.
    pub fn new(key: &str) -> Result<Self> {
        Self::in_home(home::home_dir(), key)
    }

    /// The file of that key in a folder of the caller's; the folder is made when a token is saved.
    ///
    /// Returns `STDB_ERR_INVALID_ARGUMENT`, naming `directory` when it is empty or has a NUL in it, and naming `key`
    /// as `new` does.
    pub fn with_directory(directory: &str, key: &str) -> Result<Self> {
        if directory.is_empty() || directory.contains('\0') {
            return Err(Error::argument("directory", "is empty or has a NUL in it"));
        }
        Self::of(directory.into(), key)
    }

    fn in_home(home: Option<PathBuf>, key: &str) -> Result<Self> {
        match home.filter(|home| !home.as_os_str().is_empty()) {
            Some(home) => Self::of(home.join(FOLDER), key),
            None => Self::of(PathBuf::new(), key).and_then(|_| {
                Err(Error::new(STDB_ERR_NOT_FOUND, "the user has no home folder to keep credentials in"))
            }),
        }
    }

    fn of(directory: PathBuf, key: &str) -> Result<Self> {
        check_key(key)?;
        Ok(CredentialsFile { path: directory.join(key), directory })
    }

    /// Where the file is, whether or not it exists.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a token, in the place of an earlier one. The folder is made when it is not there, for its owner alone.
    /// The file is replaced at once: a reader finds the old token or the new one, and only the owner may read it.
    ///
    /// Returns `STDB_ERR_IO`, naming the path, when the system refuses, and `STDB_ERR_INVALID_ARGUMENT`, naming
    /// `token`, for one that `load` would find too large; the file is then as it was.
    pub fn save(&self, token: &str) -> Result<()> {
        if token.len() as u64 > MAX_BYTES - 4 {
            return Err(Error::argument("token", format_args!("is larger than {MAX_BYTES} bytes")));
        }
        let mut writer = Writer::new();
        writer.string(token)?;
        let content = Zeroizing::new(writer);
        make_directory(&self.directory).map_err(|error| failed("make the folder", &self.directory, error))?;
        let (temporary, file) =
            create_temporary(&self.directory).map_err(|error| failed("write in the folder", &self.directory, error))?;
        let replaced = fill(file, content.data()).and_then(|()| fs::rename(&temporary, &self.path));
        if let Err(error) = replaced {
            // The error is what the caller needs to know, whether or not this works too.
            let _ = fs::remove_file(&temporary);
            return Err(failed("write", &self.path, error));
        }
        sync_directory(&self.directory);
        Ok(())
    }

    /// The token that is kept, or `None` when there is no file. Its memory is wiped when it is dropped.
    ///
    /// Returns `STDB_ERR_IO`, naming the path, when it cannot be read, and `STDB_ERR_BSATN`, naming the path, when it
    /// is not a credentials file: short, with bytes left over, not UTF-8, over 1 MiB.
    pub fn load(&self) -> Result<Option<Zeroizing<String>>> {
        let content = match read_file(&self.path) {
            Ok(content) => content,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &self.path, error)),
        };
        if content.len() as u64 > MAX_BYTES {
            return Err(self.malformed(format!("it is larger than {MAX_BYTES} bytes")));
        }
        let mut reader = Reader::new(&content);
        let token = reader.string().and_then(|token| reader.finish().map(|()| token));
        match token {
            Ok(token) => {
                // Room for a NUL, so that adding one leaves no copy behind.
                let mut owned = Zeroizing::new(String::with_capacity(token.len() + 1));
                owned.push_str(token);
                Ok(Some(owned))
            }
            Err(error) => Err(self.malformed(error.to_string())),
        }
    }

    /// Removes the file. That there is none is no error.
    ///
    /// Returns `STDB_ERR_IO`, naming the path, when the system refuses.
    pub fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", &self.path, error)),
            _ => Ok(()),
        }
    }

    fn malformed(&self, what: String) -> Error {
        Error::new(STDB_ERR_BSATN, format!("`{}` is not a credentials file: {what}", self.path.display()))
    }
}

fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    Error::new(STDB_ERR_IO, format!("cannot {doing} `{}`: {error}", path.display()))
}

/// Checks that a key names a file in the folder itself, on every system alike.
fn check_key(key: &str) -> Result<()> {
    let refuse = |what: &str| Err(Error::argument("key", what));
    if key.is_empty() {
        return refuse("is empty");
    }
    if key.len() > MAX_KEY_BYTES {
        return refuse("is longer than 255 bytes");
    }
    if key.contains(['/', '\\', '\0']) {
        return refuse("has a separator or a NUL in it");
    }
    // What is left are `.`, `..` and, on Windows, a drive.
    let mut components = Path::new(key).components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(name)), None) if name == key => Ok(()),
        _ => refuse("is not a plain file name"),
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// A new file that only its owner may read, in the same folder, since a rename across file systems is no replacement.
fn create_temporary(directory: &Path) -> io::Result<(PathBuf, File)> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = directory.join(format!(".stdb-{}-{number}.tmp", std::process::id()));
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            // Left by an earlier process of the same number that was killed.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
    }
}

fn fill(mut file: File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    file.sync_all()
}

/// Makes the rename last. Not every file system can do this, and the token is in its place already.
fn sync_directory(directory: &Path) {
    #[cfg(unix)]
    if let Err(error) = File::open(directory).and_then(|directory| directory.sync_all()) {
        log::debug!(target: "stdb", "cannot sync `{}`: {error}", directory.display());
    }
    #[cfg(not(unix))]
    let _ = directory;
}

/// What a file holds, but no more than one byte above the limit.
fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // Opening a pipe would wait for somebody to write to it.
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    // With room for all of it, so that no copy is left behind by growing.
    let mut content = Zeroizing::new(Vec::with_capacity(about.len().min(MAX_BYTES + 1) as usize + 1));
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests;
