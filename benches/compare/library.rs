//! The size of the library as it is shipped.

use std::fs;
use std::process::Command;

use crate::Result;
use crate::program::library_folder;

/// How many MiB the stripped shared library has.
pub fn stripped_mib() -> Result<f64> {
    let folder = library_folder()?;
    let stripped = folder.join("libstdb.so.stripped");
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(folder.join("libstdb.so")).status();
    if !status.map_err(|e| format!("cannot run strip: {e}"))?.success() {
        return Err("strip failed".into());
    }
    let bytes = fs::metadata(&stripped)?.len();
    fs::remove_file(&stripped)?;
    Ok(bytes as f64 / f64::from(1 << 20))
}
