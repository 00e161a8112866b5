//! Where the schema comes from: a file, or a host.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use stdb::connection::builder::ConnectionBuilder;

/// Where the schema comes from.
pub enum Source {
    /// A file with the JSON that a host answers.
    File(PathBuf),
    /// A host.
    Host {
        /// Where it is.
        uri: String,
        /// Which of its databases.
        database: String,
    },
}

impl Source {
    /// The schema's JSON.
    pub fn read(&self) -> Result<String, String> {
        match self {
            Source::File(path) => {
                fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
            }
            Source::Host { uri, database } => {
                let (uri, database_name) = (Some(uri.clone()), Some(database.clone()));
                let builder = ConnectionBuilder { uri, database_name, ..ConnectionBuilder::default() };
                builder.fetch_schema_json().map_err(|error| error.to_string())
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path) => path.display().fmt(f),
            Source::Host { uri, database } => write!(f, "`{database}` on {uri}"),
        }
    }
}
