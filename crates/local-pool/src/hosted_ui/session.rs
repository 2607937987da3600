//! The session of the hosted pages: an encrypted cookie that is valid for an hour after the sign-in. Using the pages
//! does not extend it.
//!
//! Each pool has its own cookie, because all pools share one address.

use core::time::Duration;

use cognito_proto::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::page_request::PageRequest;
use crate::error::ApiError;
use crate::pool::{User, UserPool, attempts};
use crate::random;
use crate::sealed::SealedTextKind;

/// How long a session of the hosted pages is valid.
const LIFETIME: Duration = Duration::from_secs(3_600);

/// The content of the session cookie of the hosted pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SessionCookie {
    id: String,
    pool_id: String,
    sub: String,
    provider: Option<String>,
    auth_time: u64,
}

/// A user who is signed in on the hosted pages.
#[derive(Clone, Debug)]
pub(super) struct HostedSession {
    pub(super) user: User,
    /// The external identity provider of the sign-in, or `None` for the pool itself.
    pub(super) provider: Option<String>,
    /// The time of the sign-in.
    pub(super) auth_time: UnixTime,
}

/// Returns the name of the session cookie for this pool.
fn session_cookie_name(pool: &UserPool) -> String {
    format!("cognito-{}", pool.id)
}

/// Returns the value of the header `Set-Cookie` that sets the session cookie. The cookie expires after `max_age`
/// seconds.
fn build_session_cookie(
    page_request: &PageRequest,
    pool: &UserPool,
    value: &str,
    max_age: u64,
) -> String {
    let secure = if page_request.is_secure() {
        "; Secure"
    } else {
        ""
    };
    format!(
        "{}={value}; Max-Age={max_age}; Path=/; HttpOnly; SameSite=Lax{secure}",
        session_cookie_name(pool)
    )
}

/// Decrypts the session cookie in a request, or returns `None` if it is missing, invalid or expired.
fn open_session_cookie(page_request: &PageRequest, pool: &UserPool) -> Option<SessionCookie> {
    let cookie = page_request.cookie(&session_cookie_name(pool))?;
    let contents: SessionCookie = page_request
        .service()
        .sealer()
        .open_sealed_text(SealedTextKind::HostedSession, cookie)?;
    let app_redirect_uri = UnixTime::from_secs(contents.auth_time).plus(LIFETIME);
    (contents.pool_id == pool.id && page_request.now < app_redirect_uri).then_some(contents)
}

/// Loads the user who is signed in to this pool, or returns `None` if no enabled user is signed in.
pub(super) fn load_hosted_session(
    page_request: &PageRequest,
    pool: &UserPool,
) -> Result<Option<HostedSession>, ApiError> {
    let Some(contents) = open_session_cookie(page_request, pool) else {
        return Ok(None);
    };
    page_request.service().store().run_query(|connection| {
        if attempts::is_one_time_id_used(connection, &contents.id)? {
            return Ok(None);
        }
        let user = User::find_user_by_sub(connection, &contents.sub)?
            .filter(|user| user.enabled && user.pool_id == pool.id);
        Ok(user.map(|user| HostedSession {
            user,
            provider: contents.provider.clone(),
            auth_time: UnixTime::from_secs(contents.auth_time),
        }))
    })
}

/// Starts a session on the hosted pages for a user. Returns the session and the value of the header `Set-Cookie`.
pub(super) fn start_hosted_session(
    page_request: &PageRequest,
    pool: &UserPool,
    user: User,
    provider: Option<&str>,
) -> Result<(HostedSession, String), ApiError> {
    let contents = SessionCookie {
        id: random::generate_uuid(),
        pool_id: pool.id.clone(),
        sub: user.sub.clone(),
        provider: provider.map(str::to_owned),
        auth_time: page_request.now.as_secs(),
    };
    let value = page_request
        .service()
        .sealer()
        .seal_state(SealedTextKind::HostedSession, &contents)?;
    let signed_in = HostedSession {
        user,
        provider: contents.provider,
        auth_time: page_request.now,
    };
    Ok((
        signed_in,
        build_session_cookie(page_request, pool, &value, LIFETIME.as_secs()),
    ))
}

/// Ends the current session of the hosted pages, also for copies of its cookie. Returns the value of the header
/// `Set-Cookie` that deletes the cookie.
pub(super) fn end_hosted_session(
    page_request: &PageRequest,
    pool: &UserPool,
) -> Result<String, ApiError> {
    if let Some(contents) = open_session_cookie(page_request, pool) {
        page_request.service().store().run_transaction(|tx| {
            let app_redirect_uri = UnixTime::from_secs(contents.auth_time).plus(LIFETIME);
            attempts::mark_one_time_id_used(tx, &contents.id, app_redirect_uri, page_request.now)
                .map(drop)
        })?;
    }
    Ok(build_session_cookie(page_request, pool, "", 0))
}
