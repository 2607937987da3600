//! Opening the data: the store, the secret under which sessions are sealed; [`keys`], the signing keys.

pub(super) mod keys;

use core::fmt;
use std::fs::OpenOptions;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::ApiError;
use crate::random;
use crate::settings::Data;
use crate::store::Store;

/// Why the data could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The file could not be made or read.
    File(std::io::Error),
    /// SQLite refused it.
    Store(rusqlite::Error),
    /// It was opened, but what is in it is not ours.
    Contents(ApiError),
}

impl fmt::Display for OpenError {
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

impl std::error::Error for OpenError {}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

/// The secret under which sessions are sealed: the data's own, drawn at the first start.
pub(super) fn master_secret(store: &Store) -> Result<Vec<u8>, ApiError> {
    store.write(|tx| {
        if let Some(secret) = setting(tx, "master_secret")? {
            return Ok(secret);
        }
        let secret = random::bytes::<32>().to_vec();
        save_setting(tx, "master_secret", &secret)?;
        Ok(secret)
    })
}

/// What the data itself remembers under this name.
pub(crate) fn setting(
    connection: &Connection,
    name: &str,
) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    connection
        .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
}

/// Remembers it.
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

/// Makes the file readable to its owner alone: verifiers, codes and keys are in it.
fn private_file(file: &Path) -> Result<(), std::io::Error> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(file).map(drop)
}

pub(super) fn open_store(data: &Data) -> Result<Store, OpenError> {
    Ok(match data {
        Data::File(file) => {
            private_file(file).map_err(OpenError::File)?;
            Store::open(file)?
        }
        Data::InMemory => Store::in_memory()?,
    })
}
