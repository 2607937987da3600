//! A token family: one sign-in and all tokens that result from it. The pool revokes a family as a whole.
//!
//! The database holds only the hash of a refresh token.

use core::time::Duration;

use aws_lc_rs::digest;
use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::device::NewDevice;
use super::group::GroupMembership;
use super::scope::{Scope, USER_ADMIN_SCOPE};
use super::{AppClient, User};
use crate::error::{ApiError, ErrorKind};
use crate::random;
use crate::secret::Secret;

/// How long the record of an ended token family stays in the database. Access tokens are valid for at most a day longer
/// than the family, and must be reported as expired or revoked in that time.
const RETENTION: Duration = Duration::from_secs(2 * 86_400);

/// The data that all tokens of one sign-in share.
#[derive(Clone, Debug)]
pub(crate) struct TokenFamily {
    pub(crate) event_id: String,
    pub(crate) origin_jti: String,
    pub(crate) user_id: i64,
    pub(crate) auth_time: UnixTime,
    /// The scopes that the hosted pages granted. `None` after a sign-in by the user-pool API, which always
    /// grants the same scope.
    pub(crate) scope: Option<Scope>,
    /// The user's groups, for the claims of the tokens.
    pub(crate) membership: GroupMembership,
    /// The key of the device on which the user signed in, if the pool tracks devices. A refresh must present it.
    pub(crate) device_key: Option<String>,
}

/// A token family, and a new refresh token for the client if there is one.
#[derive(Clone, Debug)]
pub(crate) struct FamilyAndRefreshToken {
    pub(crate) family: TokenFamily,
    pub(crate) refresh_token: Option<Secret>,
    /// A device that the pool sees for the first time.
    pub(crate) new_device: Option<NewDevice>,
}

/// Returns the hash under which the database stores a refresh token.
fn hash_token(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}

/// Creates and stores a refresh token of a token family, and returns it.
fn issue_refresh_token(connection: &Connection, event_id: &str) -> Result<Secret, ApiError> {
    let token = random::generate_refresh_token();
    connection
        .prepare_cached("INSERT INTO refresh_token (hash, event_id) VALUES (?1, ?2)")?
        .execute(params![hash_token(&token), event_id])?;
    Ok(Secret::new(token))
}

/// The data of a sign-in with which its token family starts.
#[derive(Clone, Debug)]
pub(crate) struct TokenFamilyParameters {
    /// The time of the user's sign-in. On the hosted pages it can be an hour earlier than the token request.
    pub(crate) auth_time: UnixTime,
    /// The scopes that the hosted pages granted.
    pub(crate) scope: Option<Scope>,
    /// Whether a refresh token is issued. The implicit grant has none (RFC 6749 §4.2.2).
    pub(crate) has_refresh_token: bool,
    /// The device on which the user signed in, if the pool tracks devices.
    pub(crate) device: Option<SignInDevice>,
}

/// The device on which a user signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignInDevice {
    /// A confirmed device, with its device key.
    Known(String),
    New(NewDevice),
}

impl SignInDevice {
    /// Returns the key of the device.
    fn device_key(&self) -> &str {
        match self {
            Self::Known(key) => key,
            Self::New(device) => &device.key,
        }
    }
}

impl TokenFamilyParameters {
    /// Returns the data of a sign-in by the user-pool API, for a token family.
    pub(crate) const fn for_api_sign_in(now: UnixTime, device: Option<SignInDevice>) -> Self {
        Self {
            auth_time: now,
            scope: None,
            has_refresh_token: true,
            device,
        }
    }
}

/// Starts a token family after a sign-in. Returns the family and its first refresh token.
pub(crate) fn start_token_family(
    connection: &Connection,
    client: &AppClient,
    user: &User,
    session_start: TokenFamilyParameters,
    now: UnixTime,
) -> Result<FamilyAndRefreshToken, ApiError> {
    connection
        .prepare_cached("DELETE FROM family WHERE expires_at < ?1")?
        .execute([now.minus(RETENTION).as_secs()])?;
    let family = TokenFamily {
        event_id: random::generate_uuid(),
        origin_jti: random::generate_uuid(),
        user_id: user.id,
        auth_time: session_start.auth_time,
        scope: session_start.scope,
        membership: GroupMembership::load_membership(connection, user.id)?,
        device_key: session_start
            .device
            .as_ref()
            .map(|device| device.device_key().to_owned()),
    };
    connection
        .prepare_cached(
            "INSERT INTO family (event_id, origin_jti, user_id, client_id, auth_time, expires_at, scope, device_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            family.event_id,
            family.origin_jti,
            family.user_id,
            client.id,
            family.auth_time.as_secs(),
            now.plus(client.settings.refresh_token_lifetime()).as_secs(),
            family.scope.as_ref().map(Scope::to_string),
            family.device_key,
        ])?;
    let refresh_token = if session_start.has_refresh_token {
        Some(issue_refresh_token(connection, &family.event_id)?)
    } else {
        None
    };
    Ok(FamilyAndRefreshToken {
        family,
        refresh_token,
        new_device: match session_start.device {
            Some(SignInDevice::New(device)) => Some(device),
            Some(SignInDevice::Known(_)) | None => None,
        },
    })
}

/// A refresh token in the form in which the database stores it.
struct StoredRefreshToken {
    family: TokenFamily,
    client_id: String,
    expires_at: UnixTime,
    revoked: bool,
    rotated_at: Option<UnixTime>,
}

/// Returns the database's record of a refresh token, or `None` if the token is unknown.
fn find_refresh_token(
    connection: &Connection,
    token: &str,
) -> Result<Option<StoredRefreshToken>, ApiError> {
    Ok(connection
        .prepare_cached(
            "SELECT event_id, origin_jti, user_id, auth_time, client_id, expires_at,
                    revoked_at IS NOT NULL, rotated_at, scope, device_key
             FROM refresh_token JOIN family USING (event_id) WHERE hash = ?1",
        )?
        .query_row([hash_token(token)], |row| {
            Ok(StoredRefreshToken {
                family: TokenFamily {
                    event_id: row.get(0)?,
                    origin_jti: row.get(1)?,
                    user_id: row.get(2)?,
                    auth_time: UnixTime::from_secs(row.get(3)?),
                    // Loaded when tokens are issued.
                    membership: GroupMembership::default(),
                    scope: row
                        .get::<_, Option<String>>(8)?
                        .map(|scope| Scope::parse(&scope)),
                    device_key: row.get(9)?,
                },
                client_id: row.get(4)?,
                expires_at: UnixTime::from_secs(row.get(5)?),
                revoked: row.get(6)?,
                rotated_at: row.get::<_, Option<u64>>(7)?.map(UnixTime::from_secs),
            })
        })
        .optional()?)
}

/// Returns the scopes that a refresh may request, or `None` if this app client has no such refresh token.
pub(crate) fn find_scope_of_refresh_token(
    connection: &Connection,
    client: &AppClient,
    token: &str,
) -> Result<Option<Scope>, ApiError> {
    Ok(find_refresh_token(connection, token)?
        .filter(|stored| stored.client_id == client.id)
        .map(|stored| {
            stored
                .family
                .scope
                .unwrap_or_else(|| Scope::parse(USER_ADMIN_SCOPE))
        }))
}

/// Returns the user of a refresh token, or `None` if this app client has no such refresh token.
pub(crate) fn find_user_of_refresh_token(
    connection: &Connection,
    client: &AppClient,
    token: &str,
) -> Result<Option<User>, ApiError> {
    match find_refresh_token(connection, token)?.filter(|stored| stored.client_id == client.id) {
        Some(stored) => User::find_user_by_id(connection, stored.family.user_id),
        None => Ok(None),
    }
}

/// Accepts a refresh token, and returns its token family and user. With rotation, the family gets a new refresh token,
/// which expires at the same time as the first. If the sign-in has a device, the request must present the device's key.
/// Returns an error if the refresh token is not valid.
///
/// If a token was replaced longer ago than the grace period, the token or its successor has been stolen, so the
/// whole family is revoked (RFC 9700 §4.14.2).
pub(crate) fn use_refresh_token(
    connection: &Connection,
    client: &AppClient,
    token: &str,
    device_key: Option<&str>,
    now: UnixTime,
) -> Result<(FamilyAndRefreshToken, User), ApiError> {
    let invalid = || ApiError::not_authorized("Invalid Refresh Token");
    let stored = find_refresh_token(connection, token)?
        .filter(|stored| stored.client_id == client.id)
        .filter(|stored| {
            stored.family.device_key.is_none() || stored.family.device_key.as_deref() == device_key
        })
        .ok_or_else(invalid)?;
    let user = User::find_user_by_id(connection, stored.family.user_id)?
        .ok_or_else(ApiError::no_such_user)?;
    // Checked before the revocation: disabling a user also revokes the tokens, and the error has to name the
    // cause.
    if !user.enabled {
        return Err(ApiError::user_disabled());
    }
    if stored.revoked {
        return Err(ApiError::not_authorized("Refresh Token has been revoked"));
    }
    if stored.expires_at <= now {
        return Err(ApiError::not_authorized("Refresh Token has expired"));
    }
    let grace = client.settings.rotation_grace_period();
    let grace_ended =
        |rotated_at: UnixTime| rotated_at.plus(grace.unwrap_or(Duration::ZERO)) <= now;
    if stored.rotated_at.is_some_and(grace_ended) {
        revoke_token_family(connection, &stored.family.event_id, now)?;
        return Err(ApiError::new(
            ErrorKind::RefreshTokenReuse,
            "The refresh token has already been used; all tokens of this sign-in are revoked.",
        ));
    }
    let refresh_token = match grace {
        None => None,
        Some(_) => {
            connection
                .prepare_cached(
                    "UPDATE refresh_token SET rotated_at = ?2 WHERE hash = ?1 AND rotated_at IS NULL",
                )?
                .execute(params![hash_token(token), now.as_secs()])?;
            Some(issue_refresh_token(connection, &stored.family.event_id)?)
        }
    };
    Ok((
        FamilyAndRefreshToken {
            family: TokenFamily {
                membership: GroupMembership::load_membership(connection, user.id)?,
                ..stored.family
            },
            refresh_token,
            new_device: None,
        },
        user,
    ))
}

/// Revokes all tokens of one sign-in.
pub(crate) fn revoke_token_family(
    connection: &Connection,
    event_id: &str,
    now: UnixTime,
) -> Result<(), ApiError> {
    connection
        .prepare_cached(
            "UPDATE family SET revoked_at = ?2 WHERE event_id = ?1 AND revoked_at IS NULL",
        )?
        .execute(params![event_id, now.as_secs()])?;
    Ok(())
}

/// Revokes all tokens of the sign-in to which a refresh token of this app client belongs. An unknown token changes
/// nothing.
pub(crate) fn revoke_refresh_token(
    connection: &Connection,
    client: &AppClient,
    token: &str,
    now: UnixTime,
) -> Result<(), ApiError> {
    match find_refresh_token(connection, token)?.filter(|stored| stored.client_id == client.id) {
        Some(stored) => revoke_token_family(connection, &stored.family.event_id, now),
        None => Ok(()),
    }
}

/// Revokes all tokens of all sign-ins of a user.
pub(crate) fn revoke_token_families_of_user(
    connection: &Connection,
    user: &User,
    now: UnixTime,
) -> Result<(), ApiError> {
    connection
        .prepare_cached(
            "UPDATE family SET revoked_at = ?2 WHERE user_id = ?1 AND revoked_at IS NULL",
        )?
        .execute(params![user.id, now.as_secs()])?;
    Ok(())
}

/// Returns true if the tokens of this sign-in are valid: the family exists and is not revoked.
pub(crate) fn is_token_family_active(
    connection: &Connection,
    event_id: &str,
) -> Result<bool, ApiError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM family WHERE event_id = ?1 AND revoked_at IS NULL")?
        .exists([event_id])?)
}
