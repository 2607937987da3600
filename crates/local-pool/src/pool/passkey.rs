//! A user's passkeys, and the registrations of passkeys that are not completed.

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{AppClient, User};
use crate::error::{ApiError, ErrorKind};
use crate::random;
use crate::webauthn::VerifiedRegistration;

/// The maximum number of passkeys that a user can have (Cognito's quotas).
const MAX_PASSKEYS: usize = 20;

/// The names of common authenticators by their model ID (AAGUID), from the community's list of passkey providers.
const AUTHENTICATOR_NAMES: [(&str, &str); 12] = [
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "iCloud Keychain"),
    (
        "dd4ec289-e01d-41c9-bb89-70fa845d4bf2",
        "iCloud Keychain (Managed)",
    ),
    (
        "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
        "Google Password Manager",
    ),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
];

/// A passkey of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passkey {
    id: i64,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) relying_party_id: String,
    /// The passkey's public key in COSE encoding (RFC 9052 §7).
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
    pub(crate) backup_eligible: bool,
    aaguid: [u8; 16],
    attachment: Option<String>,
    transports: Vec<String>,
    created_at: UnixTime,
}

const COLUMNS: &str = "id, credential_id, relying_party_id, public_key, sign_count, backup_eligible, aaguid, \
     attachment, transports, created_at";

impl Passkey {
    /// Makes a passkey from a database row with the columns `COLUMNS`.
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        let transports: String = row.get(8)?;
        Ok(Self {
            id: row.get(0)?,
            credential_id: row.get(1)?,
            relying_party_id: row.get(2)?,
            public_key: row.get(3)?,
            sign_count: row.get(4)?,
            backup_eligible: row.get(5)?,
            aaguid: row.get(6)?,
            attachment: row.get(7)?,
            transports: transports.split_whitespace().map(str::to_owned).collect(),
            created_at: UnixTime::from_secs(row.get(9)?),
        })
    }

    /// Loads the passkeys of a user, oldest first.
    pub(crate) fn load_passkeys_of_user(
        connection: &Connection,
        user: &User,
    ) -> Result<Vec<Self>, ApiError> {
        Self::load_passkey_page(connection, user, 0, MAX_PASSKEYS)
    }

    /// Loads at most `limit` passkeys of a user, starting after the passkey with the row ID `after_id`.
    pub(crate) fn load_passkey_page(
        connection: &Connection,
        user: &User,
        after_id: i64,
        limit: usize,
    ) -> Result<Vec<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM passkey WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
            ))?
            .query_map(params![user.id, after_id, limit], Self::from_row)?
            .collect::<Result<_, _>>()?)
    }

    /// Returns the ID of the passkey's database row. The next page of [`Passkey::load_passkey_page`] starts after it.
    pub(crate) const fn row_id(&self) -> i64 {
        self.id
    }

    /// Returns the user's passkey with this credential ID, or `None` if the user has no such passkey.
    pub(crate) fn find_passkey(
        connection: &Connection,
        user: &User,
        credential_id: &[u8],
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM passkey WHERE credential_id = ?1 AND user_id = ?2"
            ))?
            .query_row(params![credential_id, user.id], Self::from_row)
            .optional()?)
    }

    /// Stores a new passkey of the user.
    ///
    /// # Errors
    /// A user of this pool has this credential already (WebAuthn §7.1 step 26), or the user has the maximum
    /// number of passkeys.
    pub(crate) fn insert_passkey(
        connection: &Connection,
        user: &User,
        relying_party_id: &str,
        registered: &VerifiedRegistration,
        (attachment, transports): (Option<&str>, &[String]),
        now: UnixTime,
    ) -> Result<(), ApiError> {
        let known = connection
            .prepare_cached(
                "SELECT 1 FROM passkey JOIN user ON user.id = passkey.user_id
                 WHERE credential_id = ?1 AND user.pool_id = ?2",
            )?
            .exists(params![registered.credential_id, user.pool_id])?;
        if known {
            return Err(ApiError::invalid_parameter(
                "The credential is already registered.",
            ));
        }
        check_passkey_limit(connection, user)?;
        connection
            .prepare_cached(
                "INSERT INTO passkey (user_id, credential_id, relying_party_id, public_key, sign_count,
                                      backup_eligible, aaguid, attachment, transports, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                user.id,
                registered.credential_id,
                relying_party_id,
                registered.public_key,
                registered.sign_count,
                registered.backup_eligible,
                registered.aaguid,
                attachment,
                transports.join(" "),
                now.as_secs(),
            ])?;
        Ok(())
    }

    /// Stores the signature counter that the authenticator sent.
    pub(crate) fn save_sign_count(
        &self,
        connection: &Connection,
        sign_count: u32,
    ) -> Result<(), ApiError> {
        connection
            .prepare_cached("UPDATE passkey SET sign_count = ?2 WHERE id = ?1")?
            .execute(params![self.id, sign_count])?;
        Ok(())
    }

    /// Deletes a passkey of the user. Returns `false` if the user has none with this credential ID.
    pub(crate) fn delete_passkey(
        connection: &Connection,
        user: &User,
        credential_id: &[u8],
    ) -> Result<bool, ApiError> {
        let gone = connection
            .prepare_cached("DELETE FROM passkey WHERE credential_id = ?1 AND user_id = ?2")?
            .execute(params![credential_id, user.id])?;
        Ok(gone != 0)
    }

    /// Returns the credential ID in base64url, as requests and responses have it.
    pub(crate) fn wire_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.credential_id)
    }

    /// Returns the `PublicKeyCredentialDescriptor` of the passkey, for the options of an assertion.
    pub(crate) fn credential_descriptor(&self) -> Value {
        json!({"type": "public-key", "id": self.wire_id(), "transports": self.transports})
    }

    /// Returns the name of the authenticator that created the passkey, as users read it.
    fn authenticator_name(&self) -> &'static str {
        let aaguid = random::format_uuid(u128::from_be_bytes(self.aaguid));
        AUTHENTICATOR_NAMES
            .iter()
            .find(|(known, _)| *known == aaguid)
            .map_or("Passkey", |(_, name)| name)
    }

    /// Returns the passkey as responses show it (`WebAuthnCredentialDescription`).
    pub(crate) fn describe_passkey(&self) -> Value {
        let mut described = json!({
            "CredentialId": self.wire_id(),
            "FriendlyCredentialName": self.authenticator_name(),
            "RelyingPartyId": self.relying_party_id,
            "AuthenticatorTransports": self.transports,
            "CreatedAt": self.created_at.as_secs(),
        });
        if let Some(attachment) = &self.attachment {
            described["AuthenticatorAttachment"] = json!(attachment);
        }
        described
    }
}

/// Returns an error if the user has the maximum number of passkeys.
pub(crate) fn check_passkey_limit(connection: &Connection, user: &User) -> Result<(), ApiError> {
    if Passkey::load_passkeys_of_user(connection, user)?.len() < MAX_PASSKEYS {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorKind::LimitExceeded,
        format!("A user can have at most {MAX_PASSKEYS} passkeys."),
    ))
}

/// A registration of a passkey that was started and not completed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PendingRegistration {
    /// The app client that started the registration.
    pub(crate) client_id: String,
    pub(crate) relying_party_id: String,
    pub(crate) challenge: Vec<u8>,
}

impl PendingRegistration {
    /// Starts the registration of a passkey with a new challenge, which replaces an earlier one of the user.
    pub(crate) fn start_registration(
        connection: &Connection,
        user: &User,
        client: &AppClient,
        relying_party_id: &str,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        let registration = Self {
            client_id: client.id.clone(),
            relying_party_id: relying_party_id.to_owned(),
            challenge: random::generate_bytes::<32>().to_vec(),
        };
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO passkey_registration
                     (user_id, client_id, relying_party_id, challenge, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                user.id,
                registration.client_id,
                registration.relying_party_id,
                registration.challenge,
                now.plus(client.settings.session_lifetime()).as_secs(),
            ])?;
        Ok(registration)
    }

    /// Deletes and returns the user's pending registration, or returns `None` if there is none or it has
    /// expired. A challenge is valid for one response.
    pub(crate) fn take_pending_registration(
        connection: &Connection,
        user: &User,
        now: UnixTime,
    ) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .prepare_cached(
                "DELETE FROM passkey_registration WHERE user_id = ?1
                 RETURNING client_id, relying_party_id, challenge, expires_at",
            )?
            .query_row([user.id], |row| {
                let expires_at = UnixTime::from_secs(row.get(3)?);
                Ok((now < expires_at).then_some(Self {
                    client_id: row.get(0)?,
                    relying_party_id: row.get(1)?,
                    challenge: row.get(2)?,
                }))
            })
            .optional()?
            .flatten())
    }
}
