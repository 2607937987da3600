//! The data: one SQLite database, in a file that survives restarts and crashes, or in memory.
//!
//! Write-ahead logging with `synchronous=NORMAL`: what was committed survives the death of this process at
//! any moment, because the operating system has it by then. (A power cut may cost the last commits, never
//! the database's soundness; a developer's tool need not wait for the disk.)

use core::time::Duration;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{ApiError, ErrorKind};

/// Migrations in order; a database at version `n` has had the first `n`.
const MIGRATIONS: [&str; 7] = [
    include_str!("store/schema.sql"),
    include_str!("store/hosted_ui.sql"),
    include_str!("store/former_signing_key.sql"),
    include_str!("store/second_factors.sql"),
    include_str!("store/groups.sql"),
    include_str!("store/passkeys.sql"),
    include_str!("store/devices.sql"),
];

/// Statements kept prepared; more than all actions together use.
const STATEMENT_CACHE: usize = 256;

/// A handle on the data; a clone is another handle on the same.
#[derive(Clone, Debug)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens the file, makes it if it is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// The file cannot be opened or written, is no SQLite database, or was written by a newer version.
    pub fn open(file: &Path) -> Result<Self, rusqlite::Error> {
        Self::prepare(Connection::open(file)?)
    }

    /// A database that ends with this process.
    ///
    /// # Errors
    /// SQLite has no memory left.
    pub fn in_memory() -> Result<Self, rusqlite::Error> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, rusqlite::Error> {
        // A second process on the same file waits its turn rather than fail.
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // In memory SQLite answers `memory` here and goes on without a log: nothing to check.
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere rolled its transaction back as it unwound: the connection is sound.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads. Keep expensive mathematics out of `read`: everybody waits meanwhile.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn read<T, E>(&self, query: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        query(&self.lock())
    }

    /// Writes in one transaction, committed before this returns; an error undoes all of it.
    ///
    /// # Errors
    /// Those of `change`, and SQLite's own when it cannot commit.
    pub fn write<T, E: From<rusqlite::Error>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Like [`Store::write`], but a refusal is committed too: a try counts although it was refused.
    ///
    /// Rules refuse before they write anything else than such counts. An internal error undoes all.
    ///
    /// # Errors
    /// Those of `operation`, and SQLite's own when it cannot commit.
    pub fn write_even_if_refused<T>(
        &self,
        operation: impl FnOnce(&Transaction<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = operation(&transaction);
        match &result {
            Err(error) if error.kind == ErrorKind::InternalError => {}
            _ => transaction.commit()?,
        }
        result
    }
}

fn migrate(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: usize = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > MIGRATIONS.len() {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_MISMATCH),
            Some("the data file was written by a newer version of the local pool".to_owned()),
        ));
    }
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
    transaction.commit()
}
