//! `AssociateSoftwareToken` and `VerifySoftwareToken`: an authenticator app, by somebody who is signed in, or in the
//! middle of a sign-in that requires a second factor.

use rusqlite::Connection;
use serde_json::json;

use super::challenges::{Entrance, Turn};
use super::input::{self, Input};
use super::{Caller, Reply, Service};
use crate::error::{ApiError, ErrorKind};
use crate::pool::mfa::Factor;
use crate::pool::session::{ChallengeName, Session};
use crate::pool::{User, UserPool, software_token};
use crate::secret::Secret;

/// By what the request says who asks.
enum Credential {
    AccessToken(Secret),
    Session(String),
}

impl Credential {
    fn read(token: Option<Secret>, session: Option<String>) -> Result<Self, ApiError> {
        match (token, session) {
            (Some(token), None) => Ok(Self::AccessToken(token)),
            (None, Some(session)) => Ok(Self::Session(session)),
            _ => Err(ApiError::invalid_parameter(
                "Either AccessToken or Session must be given, and not both.",
            )),
        }
    }
}

/// What is done for a user, and the session that follows when there was one.
fn for_user<T>(
    service: &Service,
    credential: &Credential,
    caller: &Caller<'_>,
    work: impl FnOnce(&Connection, &User) -> Result<T, ApiError>,
    verified: bool,
) -> Result<(T, Option<String>), ApiError> {
    match credential {
        Credential::AccessToken(token) => {
            let claims = service.access_claims(token.reveal(), caller)?;
            let done = service.store().decide(|tx| {
                let access = claims.user(tx)?;
                check_offered(&access.pool)?;
                work(tx, &access.user)
            })?;
            Ok((done, None))
        }
        Credential::Session(sealed) => {
            let (session, client, pool) = service.store().with(|connection| {
                let sealer = service.sealer();
                let name = ChallengeName::MfaSetup;
                let (session, client) =
                    Session::open_unnamed(connection, sealer, sealed, name, caller.now)?;
                let pool = UserPool::load(connection, &client.pool_id)?;
                Ok::<_, ApiError>((session, client, pool))
            })?;
            check_offered(&pool)?;
            let turn = Turn {
                service,
                pool: &pool,
                client: &client,
                caller,
                entrance: Entrance::Api,
            };
            let (done, next) = turn.decide(&session, |tx, user| {
                let user = user.ok_or_else(ApiError::no_such_user)?;
                let done = work(tx, &user)?;
                session.spend(tx, caller.now)?;
                let mut progress = session.progress.clone();
                progress.software_token_verified = verified;
                let next = Session::waiting(
                    &client,
                    session.who.clone(),
                    ChallengeName::MfaSetup,
                    progress,
                    caller.now,
                );
                Ok((done, next))
            })?;
            Ok((done, Some(next.seal(service.sealer())?)))
        }
    }
}

fn check_offered(pool: &UserPool) -> Result<(), ApiError> {
    if pool.settings.offers(Factor::SoftwareToken) {
        Ok(())
    } else {
        Err(ApiError::new(
            ErrorKind::SoftwareTokenMfaNotFound,
            "Software Token MFA has not been enabled by the userPool",
        ))
    }
}

pub(crate) fn associate(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.optional_secret("AccessToken", &input::TOKEN);
    let session = input.optional_text("Session", &input::SESSION);
    input.finish()?;
    let credential = Credential::read(token, session)?;
    let (secret, session) = for_user(
        service,
        &credential,
        caller,
        software_token::associate,
        false,
    )?;
    let mut answer = json!({"SecretCode": secret.reveal()});
    if let Some(session) = session {
        answer["Session"] = json!(session);
    }
    Ok(Reply::Json(answer))
}

pub(crate) fn verify(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let token = input.optional_secret("AccessToken", &input::TOKEN);
    let session = input.optional_text("Session", &input::SESSION);
    let given = input.secret("UserCode", &input::USER_CODE);
    let name = input.optional_text("FriendlyDeviceName", &input::STRING);
    input.finish()?;
    let credential = Credential::read(token, session)?;
    let verify = |connection: &Connection, user: &User| {
        software_token::verify(connection, user, &given, name.as_deref(), caller.now)
    };
    let ((), session) = for_user(service, &credential, caller, verify, true)?;
    let mut answer = json!({"Status": "SUCCESS"});
    if let Some(session) = session {
        answer["Session"] = json!(session);
    }
    Ok(Reply::Json(answer))
}
