//! The authorization code between the hosted pages and the token endpoint. It is valid for five minutes, once,
//! for the client, the redirect URI and the code verifier of its authorization request.
//!
//! The database holds only the hash of a code.

use core::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::scope::Scope;
use super::token_family::{self, FamilyAndRefreshToken, TokenFamilyParameters};
use super::{AppClient, User};
use crate::error::ApiError;
use crate::random;
use crate::secret::Secret;

/// How long an authorization code is valid.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How long a used authorization code stays in the database, so that a second use is detected.
const RETENTION: Duration = Duration::from_secs(86_400);

/// What an authorization code stands for: the data of its authorization request and of the sign-in.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationCodeGrant<'a> {
    pub(crate) client: &'a AppClient,
    pub(crate) user: &'a User,
    pub(crate) redirect_uri: &'a str,
    /// The `code_challenge` of the authorization request, with the method S256 (RFC 7636 §4.3).
    pub(crate) challenge: Option<&'a str>,
    pub(crate) scope: &'a Scope,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) auth_time: UnixTime,
}

/// The reason why an authorization code is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RedemptionError {
    /// The code is unknown, expired, used, issued to another client or not matched by its code verifier, or the client
    /// may not read the attributes that its scope needs.
    Invalid,
    /// The redirect URI in the token request differs from the one in the authorization request.
    RedirectUriMismatch,
}

/// The tokens, user and nonce that a client receives for an authorization code.
#[derive(Debug)]
pub(crate) struct RedeemedCode {
    pub(crate) grant: FamilyAndRefreshToken,
    pub(crate) user: User,
    pub(crate) nonce: Option<String>,
}

/// Returns the SHA-256 hash of a text.
fn sha256(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes())
        .as_ref()
        .to_vec()
}

/// Returns true if the text has the form of a code verifier: 43 to 128 unreserved characters (RFC 7636 §4.1).
fn is_code_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Returns true if the text has the form of an S256 code challenge: a SHA-256 hash in base64url (RFC 7636 §4.2).
pub(crate) fn is_code_challenge(text: &str) -> bool {
    text.len() == 43
        && URL_SAFE_NO_PAD
            .decode(text)
            .is_ok_and(|digest| digest.len() == 32)
}

/// Returns true if the code verifier matches the code challenge. A verifier without a challenge does not match (RFC
/// 9700 §2.1.1, §4.8.2).
fn verifier_matches_challenge(code_challenge: Option<&str>, code_verifier: Option<&str>) -> bool {
    match (code_challenge, code_verifier) {
        (None, None) => true,
        (Some(code_challenge), Some(code_verifier)) => {
            let made = URL_SAFE_NO_PAD.encode(sha256(code_verifier));
            is_code_verifier(code_verifier)
                && verify_slices_are_equal(made.as_bytes(), code_challenge.as_bytes()).is_ok()
        }
        _ => false,
    }
}

/// Creates and stores an authorization code, and returns it.
pub(crate) fn issue_authorization_code(
    connection: &Connection,
    code_grant: &AuthorizationCodeGrant<'_>,
    now: UnixTime,
) -> Result<Secret, ApiError> {
    connection
        .prepare_cached("DELETE FROM authorization_code WHERE expires_at < ?1")?
        .execute([now.minus(RETENTION).as_secs()])?;
    let code = random::generate_uuid();
    connection
        .prepare_cached(
            "INSERT INTO authorization_code
                 (hash, client_id, user_id, redirect_uri, code_challenge, scope, nonce, auth_time, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            sha256(&code),
            code_grant.client.id,
            code_grant.user.id,
            code_grant.redirect_uri,
            code_grant.challenge,
            code_grant.scope.to_string(),
            code_grant.nonce,
            code_grant.auth_time.as_secs(),
            now.plus(LIFETIME).as_secs(),
        ])?;
    Ok(Secret::new(code))
}

/// An authorization code in the form in which the database stores it.
struct StoredCode {
    client_id: String,
    user_id: i64,
    redirect_uri: String,
    challenge: Option<String>,
    scope: String,
    nonce: Option<String>,
    auth_time: UnixTime,
    expires_at: UnixTime,
    used: bool,
    event_id: Option<String>,
}

/// Returns the stored authorization code, or `None` if the code is unknown.
fn find_stored_code(connection: &Connection, code: &str) -> Result<Option<StoredCode>, ApiError> {
    Ok(connection
        .prepare_cached(
            "SELECT client_id, user_id, redirect_uri, code_challenge, scope, nonce, auth_time, expires_at,
                    used, event_id
             FROM authorization_code WHERE hash = ?1",
        )?
        .query_row([sha256(code)], |row| {
            Ok(StoredCode {
                client_id: row.get(0)?,
                user_id: row.get(1)?,
                redirect_uri: row.get(2)?,
                challenge: row.get(3)?,
                scope: row.get(4)?,
                nonce: row.get(5)?,
                auth_time: UnixTime::from_secs(row.get(6)?),
                expires_at: UnixTime::from_secs(row.get(7)?),
                used: row.get(8)?,
                event_id: row.get(9)?,
            })
        })
        .optional()?)
}

/// Returns the user of an authorization code that was issued to this client, or `None` if there is no such code. It
/// does not change the code, which may have been used already.
pub(crate) fn find_user_of_code(
    connection: &Connection,
    client: &AppClient,
    code: &str,
) -> Result<Option<User>, ApiError> {
    match find_stored_code(connection, code)?.filter(|stored| stored.client_id == client.id) {
        Some(stored) => User::find_user_by_id(connection, stored.user_id),
        None => Ok(None),
    }
}

/// Exchanges an authorization code for the tokens of its sign-in. A client has one attempt: a wrong redirect URI or
/// verifier uses the code up too. A second use revokes the tokens of the first (RFC 6749 §4.1.2). The inner result
/// contains the reason why the code was rejected.
pub(crate) fn redeem_authorization_code(
    connection: &Connection,
    client: &AppClient,
    code: &str,
    redirect_uri: &str,
    code_verifier: Option<&str>,
    now: UnixTime,
) -> Result<Result<RedeemedCode, RedemptionError>, ApiError> {
    let Some(stored) =
        find_stored_code(connection, code)?.filter(|stored| stored.client_id == client.id)
    else {
        return Ok(Err(RedemptionError::Invalid));
    };
    if stored.used {
        if let Some(event_id) = &stored.event_id {
            token_family::revoke_token_family(connection, event_id, now)?;
        }
        return Ok(Err(RedemptionError::Invalid));
    }
    connection
        .prepare_cached("UPDATE authorization_code SET used = 1 WHERE hash = ?1")?
        .execute([sha256(code)])?;
    if stored.expires_at <= now {
        return Ok(Err(RedemptionError::Invalid));
    }
    if stored.redirect_uri != redirect_uri {
        return Ok(Err(RedemptionError::RedirectUriMismatch));
    }
    if !verifier_matches_challenge(stored.challenge.as_deref(), code_verifier) {
        return Ok(Err(RedemptionError::Invalid));
    }
    let Some(user) = User::find_user_by_id(connection, stored.user_id)?.filter(|user| user.enabled)
    else {
        return Ok(Err(RedemptionError::Invalid));
    };
    let scope = Scope::parse(&stored.scope);
    if !scope
        .required_attributes()
        .all(|name| client.settings.may_read_attribute(name))
    {
        return Ok(Err(RedemptionError::Invalid));
    }
    let session_start = TokenFamilyParameters {
        auth_time: stored.auth_time,
        scope: Some(scope),
        has_refresh_token: true,
        device: None,
    };
    let grant = token_family::start_token_family(connection, client, &user, session_start, now)?;
    connection
        .prepare_cached("UPDATE authorization_code SET event_id = ?2 WHERE hash = ?1")?
        .execute(params![sha256(code), grant.family.event_id])?;
    Ok(Ok(RedeemedCode {
        grant,
        user,
        nonce: stored.nonce,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn pkce_code_challenge_matches_only_its_code_verifier() {
        assert!(is_code_challenge(CHALLENGE));
        assert!(verifier_matches_challenge(Some(CHALLENGE), Some(VERIFIER)));
        assert!(verifier_matches_challenge(None, None));
        assert!(!verifier_matches_challenge(Some(CHALLENGE), None));
        assert!(!verifier_matches_challenge(None, Some(VERIFIER)));
        assert!(!verifier_matches_challenge(
            Some(CHALLENGE),
            Some(CHALLENGE)
        ));
        assert!(!verifier_matches_challenge(Some(VERIFIER), Some(VERIFIER)));
    }
}
