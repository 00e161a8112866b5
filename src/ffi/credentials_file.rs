//! `stdb_credentials_file`: a token kept in a file.

use std::ffi::c_char;
use std::sync::atomic::AtomicBool;

use zeroize::Zeroizing;

use super::arguments::{output, text};
use super::boundary::{Poison, boundary, boundary_on, boundary_on_mut, quietly, value_of};
use super::error::stdb_error;
use super::handle::{self, Boxed, CType};
use super::types::stdb_str;
use crate::credentials::CredentialsFile;
use crate::error::{Error, Result, STDB_ERR_NOT_FOUND, stdb_status};

/// A file that one token is kept in, in the place and the form of the official Rust SDK, so that each reads the
/// other's. Only the file's owner may read it. No error and no log holds a token.
///
/// One thread at a time may use a handle; handles of the same file may be used at the same time, also by other
/// processes. Free it with `stdb_credentials_file_free`.
pub struct stdb_credentials_file {
    _opaque: [u8; 0],
}

/// What lies behind a `stdb_credentials_file`.
pub(crate) struct CredentialsHandle {
    file: CredentialsFile,
    path: String,
    /// What was loaded last, and a NUL; C borrows it.
    token: Zeroizing<String>,
    poisoned: AtomicBool,
}

impl CType for stdb_credentials_file {
    type Rust = CredentialsHandle;
}
impl Boxed for stdb_credentials_file {}

impl Poison for CredentialsHandle {
    fn poisoned(&self) -> &AtomicBool {
        &self.poisoned
    }
}

/// Names the file of a key in the folder `.spacetimedb_client_credentials` of the user's home folder. No file is
/// touched yet.
///
/// @param key the file's name: UTF-8 ended by NUL, 1 to 255 bytes, no separator, not "." or "..".
/// @param out receives the handle, which the caller owns.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `key` is not such a name, or
///     `STDB_ERR_NOT_FOUND` when the user has no home folder. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_new(
    key: *const c_char,
    out: *mut *mut stdb_credentials_file,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the text as it is during the call.
        let key = unsafe { text(key, "key") }?;
        // SAFETY: the caller gives NULL or an output that may be written.
        unsafe { give(out, || CredentialsFile::new(key)) }
    })
}

/// Names the file of a key in a folder. No file is touched yet; the folder is made when a token is saved.
///
/// @param directory the folder's path: UTF-8 ended by NUL, not empty.
/// @param key the file's name: UTF-8 ended by NUL, 1 to 255 bytes, no separator, not "." or "..".
/// @param out receives the handle, which the caller owns.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, or `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL, `directory` is empty, or `key` is not
///     such a name. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_with_directory(
    directory: *const c_char,
    key: *const c_char,
    out: *mut *mut stdb_credentials_file,
    error: *mut *mut stdb_error,
) -> stdb_status {
    boundary(error, || {
        // SAFETY: the caller keeps the texts as they are during the call.
        let (directory, key) = unsafe { (text(directory, "directory")?, text(key, "key")?) };
        // SAFETY: the caller gives NULL or an output that may be written.
        unsafe { give(out, || CredentialsFile::with_directory(directory, key)) }
    })
}

/// Gives C a handle of a file.
///
/// # Safety
/// `out` is NULL or may be written.
unsafe fn give(out: *mut *mut stdb_credentials_file, make: impl FnOnce() -> Result<CredentialsFile>) -> Result<()> {
    // SAFETY: as this function's own.
    let out = unsafe { output(out, "out") }?;
    let file = make()?;
    let path = file.path().to_string_lossy().into_owned();
    let token = Zeroizing::default();
    out.write(handle::into_box(CredentialsHandle { file, path, token, poisoned: AtomicBool::new(false) }));
    Ok(())
}

/// Where the file is, whether or not it exists.
///
/// @param file the handle; NULL gives an empty text.
/// @return the path, borrowed from the handle until it is freed. A part of it that is not UTF-8 is replaced by U+FFFD.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_path(file: *const stdb_credentials_file) -> stdb_str {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { value_of(file, stdb_str::EMPTY, |handle| stdb_str::of(&handle.path)) }
}

/// Keeps a token in the file, in the place of an earlier one. The folder is made when it is not there. The file is
/// replaced at once: whoever reads it finds the old token or the new one. This waits for the disk.
///
/// @param file the handle.
/// @param token UTF-8 ended by NUL, at most 1 MiB less 4 bytes; it is copied.
/// @param error receives an owned error on failure; may be NULL. The file is then as it was.
/// @return `STDB_OK`, `STDB_ERR_INVALID_ARGUMENT` when an argument is NULL or `token` is not UTF-8 or too large, or
///     `STDB_ERR_IO` when the system refuses; the message names the path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_save(
    file: *const stdb_credentials_file,
    token: *const c_char,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive and the text as it is during the call.
    unsafe { boundary_on(file, "file", error, |handle| handle.file.save(text(token, "token")?)) }
}

/// Reads the token that the file has.
///
/// @param file the handle.
/// @param token receives the token, ended by NUL (which its length does not count), borrowed from the handle until the next load that succeeds or
///     until it is freed; its memory is then wiped.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_NOT_FOUND` when there is no file, `STDB_ERR_BSATN` when it is not a credentials file,
///     `STDB_ERR_IO` when it cannot be read, or `STDB_ERR_INVALID_ARGUMENT` when `file` or `token` is NULL. The
///     message names the path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_load(
    file: *mut stdb_credentials_file,
    token: *mut stdb_str,
    error: *mut *mut stdb_error,
) -> stdb_status {
    let body = |handle: &mut CredentialsHandle| {
        // SAFETY: the caller gives NULL or an output that may be written.
        let out = unsafe { output(token, "token") }?;
        let Some(token) = handle.file.load()? else {
            return Err(Error::new(STDB_ERR_NOT_FOUND, format!("there is no file `{}`", handle.path)));
        };
        handle.token = token;
        handle.token.push('\0');
        out.write(stdb_str::of(&handle.token[..handle.token.len() - 1]));
        Ok(())
    };
    // SAFETY: the caller keeps the handle alive and to itself during the call.
    unsafe { boundary_on_mut(file, "file", error, body) }
}

/// Removes the file. That there is none is no failure. A token that was loaded stays good.
///
/// @param file the handle, which is still to be freed.
/// @param error receives an owned error on failure; may be NULL.
/// @return `STDB_OK`, `STDB_ERR_IO` when the system refuses (the message names the path), or
///     `STDB_ERR_INVALID_ARGUMENT` when `file` is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_remove(
    file: *const stdb_credentials_file,
    error: *mut *mut stdb_error,
) -> stdb_status {
    // SAFETY: the caller keeps the handle alive during the call.
    unsafe { boundary_on(file, "file", error, |handle| handle.file.remove()) }
}

/// Frees a handle; the file stays. The path and a token borrowed from it end with it, and the token's memory is wiped.
///
/// @param file the handle; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stdb_credentials_file_free(file: *mut stdb_credentials_file) {
    // SAFETY: the caller gives the handle up.
    quietly(|| drop(unsafe { handle::take_box(file) }));
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::ptr::{null, null_mut};

    use tempfile::TempDir;

    use super::super::testing::{failure, no_error};
    use super::*;
    use crate::error::{STDB_ERR_BSATN, STDB_ERR_INVALID_ARGUMENT, STDB_ERR_IO, STDB_OK};

    fn file_in(folder: &TempDir) -> *mut stdb_credentials_file {
        let directory = CString::new(folder.path().to_str().unwrap()).unwrap();
        let mut file = null_mut();
        // SAFETY: every pointer is good or NULL.
        let made = unsafe {
            stdb_credentials_file_with_directory(directory.as_ptr(), c"game".as_ptr(), &mut file, no_error())
        };
        assert_eq!(made, STDB_OK);
        file
    }

    #[test]
    fn a_token_is_saved_loaded_and_removed() {
        let folder = TempDir::new().unwrap();
        let file = file_in(&folder);
        let mut token = stdb_str::EMPTY;
        // SAFETY: the handle is alive until it is freed here.
        unsafe {
            let path = stdb_credentials_file_path(file).to_str("path").unwrap();
            assert_eq!(path, folder.path().join("game").to_str().unwrap());
            failure(STDB_ERR_NOT_FOUND, path, |error| stdb_credentials_file_load(file, &mut token, error));
            assert_eq!(stdb_credentials_file_save(file, c"secret".as_ptr(), no_error()), STDB_OK);
            assert_eq!(stdb_credentials_file_load(file, &mut token, no_error()), STDB_OK);
            assert_eq!(token.to_str("token").unwrap(), "secret");
            assert_eq!(stdb_credentials_file_remove(file, no_error()), STDB_OK);
            assert_eq!(stdb_credentials_file_remove(file, no_error()), STDB_OK);
            failure(STDB_ERR_NOT_FOUND, path, |error| stdb_credentials_file_load(file, &mut token, error));
            assert_eq!(token.to_str("token").unwrap(), "secret", "a load that fails ends no borrow");
            stdb_credentials_file_free(file);
        }
    }

    #[test]
    fn a_new_file_is_in_the_home_folder() {
        let mut file = null_mut();
        // SAFETY: every pointer is good; no file is touched.
        unsafe {
            if stdb_credentials_file_new(c"game".as_ptr(), &mut file, no_error()) == STDB_OK {
                let path = stdb_credentials_file_path(file).to_str("path").unwrap();
                assert!(path.contains(".spacetimedb_client_credentials"), "{path}");
            }
            stdb_credentials_file_free(file);
        }
    }

    #[test]
    fn what_goes_wrong_names_the_path() {
        let folder = TempDir::new().unwrap();
        let file = file_in(&folder);
        let path = folder.path().join("game");
        let mut token = stdb_str::EMPTY;
        // SAFETY: the handle is alive until it is freed here.
        unsafe {
            std::fs::write(&path, b"not BSATN").unwrap();
            failure(STDB_ERR_BSATN, path.to_str().unwrap(), |error| {
                stdb_credentials_file_load(file, &mut token, error)
            });
            std::fs::remove_file(&path).unwrap();
            std::fs::create_dir(&path).unwrap();
            failure(STDB_ERR_IO, path.to_str().unwrap(), |error| stdb_credentials_file_load(file, &mut token, error));
            failure(STDB_ERR_IO, path.to_str().unwrap(), |error| {
                stdb_credentials_file_save(file, c"secret".as_ptr(), error)
            });
            failure(STDB_ERR_IO, path.to_str().unwrap(), |error| stdb_credentials_file_remove(file, error));
            stdb_credentials_file_free(file);
        }
    }

    #[test]
    fn bad_arguments_are_named() {
        const BAD: stdb_status = STDB_ERR_INVALID_ARGUMENT;
        let (key, bad_text) = (c"game".as_ptr(), c"\xff".as_ptr());
        let (mut out, mut token) = (null_mut(), stdb_str::EMPTY);
        let folder = TempDir::new().unwrap();
        let file = file_in(&folder);
        // SAFETY: each pointer is NULL or good.
        unsafe {
            failure(BAD, "`key`", |error| stdb_credentials_file_new(null(), &mut out, error));
            failure(BAD, "`key`", |error| stdb_credentials_file_new(c"..".as_ptr(), &mut out, error));
            failure(BAD, "`key` is not UTF-8", |error| stdb_credentials_file_new(bad_text, &mut out, error));
            failure(BAD, "`out`", |error| stdb_credentials_file_new(key, null_mut(), error));
            failure(BAD, "`directory`", |error| stdb_credentials_file_with_directory(null(), key, &mut out, error));
            failure(BAD, "`directory`", |error| {
                stdb_credentials_file_with_directory(c"".as_ptr(), key, &mut out, error)
            });
            failure(BAD, "`key`", |error| stdb_credentials_file_with_directory(key, null(), &mut out, error));
            failure(BAD, "`out`", |error| stdb_credentials_file_with_directory(key, key, null_mut(), error));
            assert!(out.is_null());
            failure(BAD, "`file`", |error| stdb_credentials_file_save(null(), key, error));
            failure(BAD, "`token`", |error| stdb_credentials_file_save(file, null(), error));
            failure(BAD, "`token` is not UTF-8", |error| stdb_credentials_file_save(file, bad_text, error));
            failure(BAD, "`file`", |error| stdb_credentials_file_load(null_mut(), &mut token, error));
            failure(BAD, "`token`", |error| stdb_credentials_file_load(file, null_mut(), error));
            failure(BAD, "`file`", |error| stdb_credentials_file_remove(null(), error));
            assert_eq!(stdb_credentials_file_path(null()).len, 0);
            stdb_credentials_file_free(file);
            stdb_credentials_file_free(null_mut());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
    }
}
