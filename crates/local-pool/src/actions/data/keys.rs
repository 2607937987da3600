//! The signing keys in the data of a local pool: generated at the first start, and rotated when a caller asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, params};

use super::{OpenDataError, load_setting, save_setting};
use crate::actions::UserPoolService;
use crate::error::ApiError;
use crate::store::SqliteStore;
use crate::tokens::{Pkcs8Pair, RetiredKeyRecord, TokenKind, TokenSigningKeys};

/// Loads the signing keys from the data. If the data has none, a background thread generates and saves them, unless
/// `closed` becomes true before.
pub(crate) fn load_or_generate_keys(
    store: &SqliteStore,
    closed: &Arc<AtomicBool>,
) -> Result<TokenSigningKeys, OpenDataError> {
    let stored = store.run_query(|connection| {
        let pair = load_setting(connection, "signing_key_id")?
            .zip(load_setting(connection, "signing_key_access")?);
        Ok::<_, rusqlite::Error>((pair, load_retired_keys(connection)?))
    })?;
    if let (Some((id, access)), retired) = stored {
        return TokenSigningKeys::from_pkcs8(&id, &access, retired)
            .map_err(|error| OpenDataError::Contents(ApiError::internal(error)));
    }
    // The pool serves requests before the keys exist, but issues no token before the keys are saved.
    let (keys_store, closed) = (store.clone(), Arc::clone(closed));
    Ok(TokenSigningKeys::generate_and_save(move |pair| {
        let saved = keys_store.run_transaction(|tx| {
            // If the service was closed, these keys have signed nothing. The process that opens the data next generates
            // its own.
            if closed.load(Ordering::Acquire) {
                return Ok(());
            }
            save_keys(tx, pair)
        });
        if let Err(error) = saved {
            // The pool continues: only its tokens do not survive a restart. The console says so.
            log_save_error(&error);
        }
    }))
}

/// Saves the current pair of signing keys in the data.
fn save_keys(connection: &Connection, pair: &Pkcs8Pair) -> Result<(), rusqlite::Error> {
    save_setting(connection, "signing_key_id", &pair.id)?;
    save_setting(connection, "signing_key_access", &pair.access)
}

/// Returns the name under which the data stores the keys for this kind of token.
const fn token_use_in_store(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Id => "id",
        TokenKind::Access => "access",
    }
}

/// Loads the previous signing keys, which the key set still publishes.
fn load_retired_keys(connection: &Connection) -> Result<Vec<RetiredKeyRecord>, rusqlite::Error> {
    connection
        .prepare(
            "SELECT kind, modulus, exponent, retired_at FROM former_signing_key
             ORDER BY retired_at DESC, kind DESC",
        )?
        .query_map([], |row| {
            let kind: String = row.get(0)?;
            Ok(RetiredKeyRecord {
                kind: if kind == token_use_in_store(TokenKind::Id) {
                    TokenKind::Id
                } else {
                    TokenKind::Access
                },
                modulus: row.get(1)?,
                exponent: row.get(2)?,
                retired_at: UnixTime::from_secs(row.get(3)?),
            })
        })?
        .collect()
}

/// Prints a warning that the signing keys could not be saved.
#[allow(
    clippy::print_stderr,
    reason = "a background thread has no caller that it could return an error to"
)]
fn log_save_error(error: &rusqlite::Error) {
    eprintln!(
        "The signing keys could not be saved in the data file ({error}). Tokens will be invalid after a restart."
    );
}

impl UserPoolService {
    /// Replaces the signing keys. The key set also publishes the previous keys, until the last of their tokens has
    /// expired.
    ///
    /// # Errors
    /// The data file cannot be written. The keys are unchanged then.
    pub fn rotate_keys(&self, now: UnixTime) -> Result<(), ApiError> {
        self.keys().rotate_keys(now, |pair, retired| {
            self.store().run_transaction(|tx| {
                save_keys(tx, pair)?;
                tx.execute("DELETE FROM former_signing_key", [])?;
                let mut insert = tx.prepare(
                    "INSERT INTO former_signing_key (kind, modulus, exponent, retired_at)
                     VALUES (?1, ?2, ?3, ?4)",
                )?;
                for key in retired {
                    insert.execute(params![
                        token_use_in_store(key.kind),
                        key.modulus,
                        key.exponent,
                        key.retired_at.as_secs(),
                    ])?;
                }
                Ok(())
            })
        })
    }
}
