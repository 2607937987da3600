//! The signing keys in the data: made at the first start, changed when somebody asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, params};

use super::{OpenError, save_setting, setting};
use crate::actions::Service;
use crate::error::ApiError;
use crate::store::Store;
use crate::tokens::{Keys, Pkcs8Pair, RetiredKeyRecord, TokenKind};

pub(crate) fn open(store: &Store, closed: &Arc<AtomicBool>) -> Result<Keys, OpenError> {
    let stored = store.read(|connection| {
        let pair =
            setting(connection, "signing_key_id")?.zip(setting(connection, "signing_key_access")?);
        Ok::<_, rusqlite::Error>((pair, load_retired_keys(connection)?))
    })?;
    if let (Some((id, access)), former) = stored {
        return Keys::from_pkcs8(&id, &access, former)
            .map_err(|error| OpenError::Contents(ApiError::internal(error)));
    }
    // The address answers before the keys are made; no token goes out before they are kept.
    let (keeper, closed) = (store.clone(), Arc::clone(closed));
    Ok(Keys::generate_and_save(move |pair| {
        let kept = keeper.write(|tx| {
            // Whoever opened the data after us makes keys of their own; ours have signed nothing.
            if closed.load(Ordering::Acquire) {
                return Ok(());
            }
            save_keys(tx, pair)
        });
        if let Err(error) = kept {
            // Tokens will not survive a restart; that is all that is lost, and it is said.
            log_to_console(&error);
        }
    }))
}

fn save_keys(connection: &Connection, pair: &Pkcs8Pair) -> Result<(), rusqlite::Error> {
    save_setting(connection, "signing_key_id", &pair.id)?;
    save_setting(connection, "signing_key_access", &pair.access)
}

const fn token_use(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Id => "id",
        TokenKind::Access => "access",
    }
}

fn load_retired_keys(connection: &Connection) -> Result<Vec<RetiredKeyRecord>, rusqlite::Error> {
    connection
        .prepare(
            "SELECT kind, modulus, exponent, retired_at FROM former_signing_key
             ORDER BY retired_at DESC, kind DESC",
        )?
        .query_map([], |row| {
            let kind: String = row.get(0)?;
            Ok(RetiredKeyRecord {
                kind: if kind == token_use(TokenKind::Id) {
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

#[allow(
    clippy::print_stderr,
    reason = "a thread of its own has nobody to return an error to"
)]
fn log_to_console(error: &rusqlite::Error) {
    eprintln!(
        "The signing keys could not be kept in the data file ({error}); tokens end with this run."
    );
}

impl Service {
    /// New keys sign from here on; the key set holds those of before too, until the last of their tokens has expired.
    ///
    /// # Errors
    /// The data file cannot be written; then the keys are as they were.
    pub fn rotate_keys(&self, now: UnixTime) -> Result<(), ApiError> {
        self.keys().rotate(now, |pair, former| {
            self.store().write(|tx| {
                save_keys(tx, pair)?;
                tx.execute("DELETE FROM former_signing_key", [])?;
                let mut insert = tx.prepare(
                    "INSERT INTO former_signing_key (kind, modulus, exponent, retired_at)
                     VALUES (?1, ?2, ?3, ?4)",
                )?;
                for key in former {
                    insert.execute(params![
                        token_use(key.kind),
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
