//! Opens the data of a local pool: the database, and the secret with which sessions are encrypted. The signing keys are
//! in [`keys`].

pub(super) mod keys;

use core::fmt;
use std::fs::OpenOptions;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::ApiError;
use crate::random;
use crate::settings::DataLocation;
use crate::store::SqliteStore;

/// The reason why the data of a pool cannot be opened.
#[derive(Debug)]
pub enum OpenDataError {
    /// The file cannot be created or read.
    File(std::io::Error),
    /// SQLite cannot open the database file.
    Store(rusqlite::Error),
    /// The database was opened, but its contents are not those of a local pool.
    Contents(ApiError),
}

impl fmt::Display for OpenDataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "the data file cannot be opened: {error}"),
            Self::Store(error) => write!(f, "the data file cannot be used: {error}"),
            Self::Contents(error) => match &error.cause {
                Some(cause) => write!(f, "the data file cannot be used: {cause}"),
                None => write!(f, "the data file cannot be used: {error}"),
            },
        }
    }
}

impl std::error::Error for OpenDataError {}

impl From<rusqlite::Error> for OpenDataError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

/// Returns the secret from which the encryption keys for sessions are derived. The secret is generated at the first
/// start and stored in the data.
pub(super) fn load_or_create_master_secret(store: &SqliteStore) -> Result<Vec<u8>, ApiError> {
    store.run_transaction(|tx| {
        if let Some(secret) = load_setting(tx, "master_secret")? {
            return Ok(secret);
        }
        let secret = random::generate_bytes::<32>().to_vec();
        save_setting(tx, "master_secret", &secret)?;
        Ok(secret)
    })
}

/// Loads the setting with this name from the data, or returns `None` if it is not set.
pub(crate) fn load_setting(
    connection: &Connection,
    name: &str,
) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    connection
        .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
}

/// Saves a setting in the data. An earlier value is replaced.
pub(crate) fn save_setting(
    connection: &Connection,
    name: &str,
    value: &[u8],
) -> Result<(), rusqlite::Error> {
    connection.execute(
        "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
        params![name, value],
    )?;
    Ok(())
}

/// Makes the file readable only for its owner, because the file contains verifiers, codes and keys.
fn make_file_private(file: &Path) -> Result<(), std::io::Error> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(file).map(drop)
}

/// Opens the data file, or creates it so that only its owner can read it. Data in memory has no file.
pub(super) fn open_store(data: &DataLocation) -> Result<SqliteStore, OpenDataError> {
    Ok(match data {
        DataLocation::File(file) => {
            make_file_private(file).map_err(OpenDataError::File)?;
            SqliteStore::open(file)?
        }
        DataLocation::InMemory => SqliteStore::open_in_memory()?,
    })
}
