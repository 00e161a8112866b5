//! Tests of credentials files.

use spacetimedb_sats::{AlgebraicValue, bsatn};
use tempfile::TempDir;

use super::*;
use crate::error::STDB_ERR_INVALID_ARGUMENT;

const TOKEN: &str = "eyJ-a-token";

fn in_folder(folder: &TempDir) -> CredentialsFile {
    CredentialsFile::with_directory(folder.path().join("inner").to_str().unwrap(), "game").unwrap()
}

/// A file that holds `content`.
fn holding(folder: &TempDir, content: &[u8]) -> CredentialsFile {
    let file = in_folder(folder);
    fs::create_dir_all(&file.directory).unwrap();
    fs::write(file.path(), content).unwrap();
    file
}

#[test]
fn a_token_is_saved_replaced_loaded_and_removed() {
    let folder = TempDir::new().unwrap();
    let file = in_folder(&folder);
    assert!(file.load().unwrap().is_none());
    file.remove().unwrap();
    file.save("first").unwrap();
    file.save(TOKEN).unwrap();
    assert_eq!(file.load().unwrap().unwrap().as_str(), TOKEN);
    let names: Vec<_> = fs::read_dir(&file.directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["game"], "no temporary file is left");
    file.remove().unwrap();
    assert!(file.load().unwrap().is_none());
}

#[test]
fn the_form_is_the_official_sdks() {
    let folder = TempDir::new().unwrap();
    let content = bsatn::to_vec(&AlgebraicValue::product([TOKEN.into()])).unwrap();
    let file = holding(&folder, &content);
    assert_eq!(file.load().unwrap().unwrap().as_str(), TOKEN);
    file.save(TOKEN).unwrap();
    assert_eq!(fs::read(file.path()).unwrap(), content);
}

#[test]
fn the_folder_is_in_the_home_folder() {
    let file = CredentialsFile::in_home(Some("/home/somebody".into()), "game").unwrap();
    assert_eq!(file.path(), Path::new("/home/somebody/.spacetimedb_client_credentials/game"));
    for home in [None, Some(PathBuf::new())] {
        assert_eq!(CredentialsFile::in_home(home.clone(), "game").unwrap_err().status, STDB_ERR_NOT_FOUND);
        assert_eq!(CredentialsFile::in_home(home, "..").unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
    }
}

#[test]
fn a_key_cannot_leave_the_folder() {
    let long = "k".repeat(256);
    for key in ["", ".", "..", "a/b", "/etc/passwd", "../x", "a\\b", "a\0", "x/", "./x", &long] {
        let error = CredentialsFile::with_directory("d", key).unwrap_err();
        assert_eq!(error.status, STDB_ERR_INVALID_ARGUMENT, "{key}");
        assert!(error.message.contains("`key`"), "{}", error.message);
    }
    for key in ["a", "...", ".hidden", "a b", "maincloud.game", "é", &long[..255]] {
        CredentialsFile::with_directory("d", key).unwrap();
    }
    assert!(CredentialsFile::with_directory("", "a").unwrap_err().message.contains("`directory`"));
}

#[test]
fn the_longest_key_can_be_saved() {
    let folder = TempDir::new().unwrap();
    let file = CredentialsFile::with_directory(folder.path().to_str().unwrap(), &"k".repeat(255)).unwrap();
    file.save(TOKEN).unwrap();
    assert!(file.load().unwrap().is_some());
}

#[test]
fn what_is_not_a_credentials_file_is_named() {
    let mut trailing = vec![1, 0, 0, 0, b'x', 0];
    let folder = TempDir::new().unwrap();
    for content in [&b""[..], b"\x01\0\0", b"\x05\0\0\0abc", &trailing, b"\x01\0\0\0\xff", TOKEN.as_bytes()] {
        let file = holding(&folder, content);
        let error = file.load().unwrap_err();
        assert_eq!(error.status, STDB_ERR_BSATN);
        assert!(error.message.contains(file.path().to_str().unwrap()), "{}", error.message);
        assert!(!error.message.contains("eyJ"), "{}", error.message);
    }
    trailing = (MAX_BYTES as u32 - 3).to_le_bytes().to_vec();
    trailing.resize(MAX_BYTES as usize + 1, b'x');
    assert_eq!(holding(&folder, &trailing).load().unwrap_err().status, STDB_ERR_BSATN);
}

#[test]
fn the_largest_token_is_kept_and_a_larger_one_refused() {
    let folder = TempDir::new().unwrap();
    let file = in_folder(&folder);
    let largest = "x".repeat(MAX_BYTES as usize - 4);
    file.save(&largest).unwrap();
    assert_eq!(file.load().unwrap().unwrap().len(), largest.len());
    assert_eq!(file.save(&format!("{largest}x")).unwrap_err().status, STDB_ERR_INVALID_ARGUMENT);
    assert!(file.load().unwrap().is_some());
}

#[test]
fn what_the_system_refuses_is_named_without_the_token() {
    let folder = TempDir::new().unwrap();
    let refused = |error: Error, path: &Path| {
        assert_eq!(error.status, STDB_ERR_IO);
        assert!(error.message.contains(path.to_str().unwrap()), "{}", error.message);
        assert!(!error.message.contains(TOKEN), "{}", error.message);
    };
    // A folder in the file's place can neither be read, replaced nor removed as a file.
    let file = in_folder(&folder);
    fs::create_dir_all(file.path().join("inside")).unwrap();
    refused(file.load().unwrap_err(), file.path());
    refused(file.save(TOKEN).unwrap_err(), file.path());
    refused(file.remove().unwrap_err(), file.path());
    assert_eq!(fs::read_dir(&file.directory).unwrap().count(), 1, "no temporary file is left");

    // A file in the folder's place.
    let blocked = folder.path().join("plain");
    fs::write(&blocked, b"").unwrap();
    let file = CredentialsFile::with_directory(blocked.to_str().unwrap(), "game").unwrap();
    refused(file.save(TOKEN).unwrap_err(), &blocked);
    #[cfg(unix)]
    refused(file.load().unwrap_err(), file.path());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = TempDir::new().unwrap();
    let file = holding(&folder, b"");
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
    file.save(TOKEN).unwrap();
    assert_eq!(mode(file.path()), 0o600);
    let inner = CredentialsFile::with_directory(file.directory.join("new").to_str().unwrap(), "game").unwrap();
    inner.save(TOKEN).unwrap();
    assert_eq!(mode(&inner.directory), 0o700);
}

#[test]
fn saving_on_many_threads_leaves_one_whole_token() {
    let folder = TempDir::new().unwrap();
    let file = in_folder(&folder);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let file = &file;
            scope.spawn(move || file.save(&format!("token {number}")).unwrap());
        }
    });
    assert!(file.load().unwrap().unwrap().starts_with("token "));
}
