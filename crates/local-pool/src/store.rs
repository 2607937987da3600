//! The database: SQLite, in a file that survives restarts and crashes, or in memory.
//!
//! The mode is write-ahead logging with `synchronous=NORMAL`. A committed transaction survives the death of
//! this process, because the operating system has the data by then. A power cut can lose the last commits, but
//! does not corrupt the database. That is enough for a developer's tool, which then does not wait for the disk.

use core::time::Duration;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{ApiError, ErrorKind};

/// The SQL scripts that migrate the database, in order. A database of version `n` has had the first `n`.
const MIGRATIONS: [&str; 7] = [
    include_str!("store/schema.sql"),
    include_str!("store/hosted_ui.sql"),
    include_str!("store/former_signing_key.sql"),
    include_str!("store/second_factors.sql"),
    include_str!("store/groups.sql"),
    include_str!("store/passkeys.sql"),
    include_str!("store/devices.sql"),
];

/// The size of the cache for prepared SQL statements, which is more than all actions use together.
const STATEMENT_CACHE_SIZE: usize = 256;

/// A handle to the local pool's database. A clone is another handle to the same database.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    connection: Arc<Mutex<Connection>>,
}

impl SqliteStore {
    /// Opens the database file, creates it if it does not exist, and migrates its tables.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or written, is not an SQLite database, or was written by a
    /// newer version.
    pub fn open(file: &Path) -> Result<Self, rusqlite::Error> {
        Self::from_connection(Connection::open(file)?)
    }

    /// Opens a database in memory, which ends with this process.
    ///
    /// # Errors
    /// Returns an error if SQLite has no memory left.
    pub fn open_in_memory() -> Result<Self, rusqlite::Error> {
        Self::from_connection(Connection::open_in_memory()?)
    }

    /// Configures a connection, migrates the tables and returns the handle.
    fn from_connection(mut connection: Connection) -> Result<Self, rusqlite::Error> {
        // A second process on the same file waits for the lock instead of failing.
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE_SIZE);
        // A database in memory answers `memory` here and has no log, so the answer is not checked.
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        run_migrations(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Waits until no other thread uses the connection, and locks it.
    fn lock_connection(&self) -> MutexGuard<'_, Connection> {
        // If another thread panicked, its transaction was rolled back while unwinding, so the connection is
        // usable.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a query and returns its result. Keep expensive computations out of `query`, because all other
    /// requests wait for the lock.
    ///
    /// # Errors
    /// Returns the errors of `query`.
    pub fn run_query<T, E>(&self, query: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        query(&self.lock_connection())
    }

    /// Runs `change` in a transaction, which is committed before this returns. An error rolls everything back.
    ///
    /// # Errors
    /// Returns the errors of `change`, and SQLite's own if the commit fails.
    pub fn run_transaction<T, E: From<rusqlite::Error>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock_connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Runs `operation` in a transaction. The transaction is committed even if the operation returns an error for the
    /// client, because a rejected attempt still counts.
    ///
    /// Operations return client errors before they write anything other than such counts. An internal error
    /// rolls everything back.
    ///
    /// # Errors
    /// Returns the errors of `operation`, and SQLite's own if the commit fails.
    pub fn commit_even_if_refused<T>(
        &self,
        operation: impl FnOnce(&Transaction<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut connection = self.lock_connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = operation(&transaction);
        match &result {
            Err(error) if error.kind == ErrorKind::InternalError => {}
            _ => transaction.commit()?,
        }
        result
    }
}

/// Runs the migrations that the database does not have yet.
fn run_migrations(connection: &mut Connection) -> Result<(), rusqlite::Error> {
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
