//! Who is signed in on the hosted pages: a sealed cookie, for an hour from the sign-in, however much it is used.
//!
//! Each pool has a cookie of its own, because all pools are at one address here.

use core::time::Duration;

use cognito_proto::time::UnixTime;
use serde::{Deserialize, Serialize};

use super::page_request::Visit;
use crate::error::ApiError;
use crate::pool::{User, UserPool, attempts};
use crate::random;
use crate::sealed::Kind;

const LIFE: Duration = Duration::from_secs(3_600);

/// What the cookie holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sealed {
    id: String,
    pool_id: String,
    sub: String,
    provider: Option<String>,
    auth_time: u64,
}

/// Somebody who is signed in on the hosted pages.
#[derive(Clone, Debug)]
pub(super) struct SignedIn {
    pub(super) user: User,
    /// The identity provider that it went through; none for the pool itself.
    pub(super) provider: Option<String>,
    /// When the password was given.
    pub(super) auth_time: UnixTime,
}

fn name(pool: &UserPool) -> String {
    format!("cognito-{}", pool.id)
}

fn cookie(visit: &Visit, pool: &UserPool, value: &str, age: u64) -> String {
    let secure = if visit.is_secure() { "; Secure" } else { "" };
    format!(
        "{}={value}; Max-Age={age}; Path=/; HttpOnly; SameSite=Lax{secure}",
        name(pool)
    )
}

fn sealed(visit: &Visit, pool: &UserPool) -> Option<Sealed> {
    let cookie = visit.cookie(&name(pool))?;
    let sealed: Sealed = visit.service().sealer().open(Kind::HostedSession, cookie)?;
    let ends_at = UnixTime::from_secs(sealed.auth_time).plus(LIFE);
    (sealed.pool_id == pool.id && visit.now < ends_at).then_some(sealed)
}

/// Who is signed in to this pool, if they are still there and enabled.
pub(super) fn current(visit: &Visit, pool: &UserPool) -> Result<Option<SignedIn>, ApiError> {
    let Some(sealed) = sealed(visit, pool) else {
        return Ok(None);
    };
    visit.service().store().with(|connection| {
        if attempts::is_spent(connection, &sealed.id)? {
            return Ok(None);
        }
        let user = User::by_sub(connection, &sealed.sub)?
            .filter(|user| user.enabled && user.pool_id == pool.id);
        Ok(user.map(|user| SignedIn {
            user,
            provider: sealed.provider.clone(),
            auth_time: UnixTime::from_secs(sealed.auth_time),
        }))
    })
}

/// Somebody signs in now: who that is, and the cookie that says so.
pub(super) fn begin(
    visit: &Visit,
    pool: &UserPool,
    user: User,
    provider: Option<&str>,
) -> Result<(SignedIn, String), ApiError> {
    let sealed = Sealed {
        id: random::uuid(),
        pool_id: pool.id.clone(),
        sub: user.sub.clone(),
        provider: provider.map(str::to_owned),
        auth_time: visit.now.as_secs(),
    };
    let value = visit
        .service()
        .sealer()
        .seal(Kind::HostedSession, &sealed)?;
    let signed_in = SignedIn {
        user,
        provider: sealed.provider,
        auth_time: visit.now,
    };
    Ok((signed_in, cookie(visit, pool, &value, LIFE.as_secs())))
}

/// Ends the session, copies of its cookie included; gives the cookie that takes it away.
pub(super) fn end(visit: &Visit, pool: &UserPool) -> Result<String, ApiError> {
    if let Some(sealed) = sealed(visit, pool) {
        visit.service().store().write(|tx| {
            let ends_at = UnixTime::from_secs(sealed.auth_time).plus(LIFE);
            attempts::spend(tx, &sealed.id, ends_at, visit.now).map(drop)
        })?;
    }
    Ok(cookie(visit, pool, "", 0))
}
