//! Opening the data: the store, the secret under which sessions are sealed, the signing keys.

use core::fmt;
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::chance;
use crate::error::ApiError;
use crate::settings::Data;
use crate::store::Store;
use crate::tokens::Keys;

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
        let secret = chance::bytes::<32>().to_vec();
        keep_setting(tx, "master_secret", &secret)?;
        Ok(secret)
    })
}

fn setting(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    connection
        .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
}

fn keep_setting(connection: &Connection, name: &str, value: &[u8]) -> Result<(), rusqlite::Error> {
    connection.execute(
        "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
        params![name, value],
    )?;
    Ok(())
}

pub(super) fn signing_keys(store: &Store, closed: &Arc<AtomicBool>) -> Result<Keys, OpenError> {
    let stored = store.with(|connection| {
        Ok::<_, rusqlite::Error>(
            setting(connection, "signing_key_id")?.zip(setting(connection, "signing_key_access")?),
        )
    })?;
    if let Some((id, access)) = stored {
        return Keys::from_pkcs8(&id, &access)
            .map_err(|fault| OpenError::Contents(ApiError::internal(fault)));
    }
    // The address answers before the keys are made; no token goes out before they are kept.
    let (keeper, closed) = (store.clone(), Arc::clone(closed));
    Ok(Keys::generate_and_keep(move |pair| {
        let kept = keeper.write(|tx| {
            // Whoever opened the data after us makes keys of their own; ours have signed nothing.
            if closed.load(Ordering::Acquire) {
                return Ok(());
            }
            keep_setting(tx, "signing_key_id", &pair.id)?;
            keep_setting(tx, "signing_key_access", &pair.access)
        });
        if let Err(error) = kept {
            // Tokens will not survive a restart; that is all that is lost, and it is said.
            log_to_console(&error);
        }
    }))
}

#[allow(
    clippy::print_stderr,
    reason = "a thread of its own has nobody to return an error to"
)]
fn log_to_console(error: &rusqlite::Error) {
    eprintln!(
        "The signing keys could not be kept in the data file ({error}); tokens end with this run."
    );
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
