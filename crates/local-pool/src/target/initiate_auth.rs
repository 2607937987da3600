//! `InitiateAuth` and `AdminInitiateAuth`.

use rusqlite::Connection;
use serde_json::json;

use super::input::{self, Input, TextMap};
use super::sign_in::{
    Granted, check_secret_hash, check_state, next_step, no_such_user, pool_and_client,
    wrong_password,
};
use super::{Caller, Reply, Service};
use crate::error::{ApiError, ErrorKind};
use crate::pool::client_settings::Flow;
use crate::pool::password::StoredVerifier;
use crate::pool::{AppClient, User, UserPool, attempts, family};
use crate::secret::Secret;
use crate::sentinel::odd_tokens::Occasion;
use crate::srp::{self, Challenged};

/// In the order in which the service model lists them.
const AUTH_FLOWS: [(&str, Flow); 8] = [
    ("USER_SRP_AUTH", Flow::Srp),
    ("REFRESH_TOKEN_AUTH", Flow::Refresh),
    ("REFRESH_TOKEN", Flow::Refresh),
    ("CUSTOM_AUTH", Flow::Custom),
    ("ADMIN_NO_SRP_AUTH", Flow::AdminPassword),
    ("USER_PASSWORD_AUTH", Flow::Password),
    ("ADMIN_USER_PASSWORD_AUTH", Flow::AdminPassword),
    ("USER_AUTH", Flow::Choice),
];

pub(crate) fn call(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    start(service, input, caller, None)
}

pub(crate) fn call_as_operator(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let pool_id = input.text("UserPoolId", &input::USER_POOL_ID);
    start(service, input, caller, Some(&pool_id))
}

fn start(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    pool_id: Option<&str>,
) -> Result<Reply, ApiError> {
    let flow = input.choice("AuthFlow", &AUTH_FLOWS);
    let client_id = input.text("ClientId", &input::CLIENT_ID);
    let parameters = input.text_map("AuthParameters");
    input.optional_text("Session", &input::SESSION);
    input.finish()?;

    let (pool, client) = service
        .store()
        .with(|connection| pool_and_client(connection, pool_id, &client_id))?;
    let operator = pool_id.is_some();
    match flow {
        Some(Flow::Srp) => {
            allowed(
                &client,
                Flow::Srp,
                "USER_SRP_AUTH is not enabled for the client.",
            )?;
            by_srp(service, &pool, &client, &parameters, caller)
        }
        Some(Flow::Password) if !operator => {
            allowed(
                &client,
                Flow::Password,
                "USER_PASSWORD_AUTH flow not enabled for this client",
            )?;
            by_password(service, &pool, &client, &parameters, caller)
        }
        Some(Flow::AdminPassword) if operator => {
            allowed(
                &client,
                Flow::AdminPassword,
                "Auth flow not enabled for this client",
            )?;
            by_password(service, &pool, &client, &parameters, caller)
        }
        Some(Flow::Refresh) => {
            allowed(
                &client,
                Flow::Refresh,
                "REFRESH_TOKEN_AUTH is not enabled for the client.",
            )?;
            by_refresh_token(service, &pool, &client, &parameters, caller)
        }
        Some(Flow::Custom) => {
            allowed(
                &client,
                Flow::Custom,
                "CUSTOM_AUTH is not enabled for the client.",
            )?;
            Err(ApiError::new(
                ErrorKind::InvalidUserPoolConfiguration,
                "Custom auth lambda trigger is not configured for the user pool.",
            ))
        }
        Some(Flow::Choice) => {
            allowed(
                &client,
                Flow::Choice,
                "USER_AUTH flow not enabled for this client",
            )?;
            Err(ApiError::new(
                ErrorKind::UnsupportedOperation,
                "The local pool does not know the flow USER_AUTH.",
            ))
        }
        Some(Flow::Password | Flow::AdminPassword) | None => Err(ApiError::invalid_parameter(
            "Initiate Auth method not supported.",
        )),
    }
}

fn allowed(client: &AppClient, flow: Flow, refusal: &str) -> Result<(), ApiError> {
    if client.settings.allows(flow) {
        Ok(())
    } else {
        Err(ApiError::invalid_parameter(refusal))
    }
}

/// The user of that name in a state to sign in, or nobody, where the client hides who exists.
fn candidate(
    service: &Service,
    pool: &UserPool,
    client: &AppClient,
    username: &str,
    caller: &Caller<'_>,
) -> Result<Option<User>, ApiError> {
    service
        .store()
        .with(|connection| match pool.user(connection, username)? {
            Some(user) => {
                check_state(connection, &user, caller)?;
                Ok(Some(user))
            }
            None if client.settings.tells_existence() => Err(no_such_user(client)),
            None => {
                attempts::check_lockout(connection, &pool.subject_of_nobody(username), caller.now)?;
                Ok(None)
            }
        })
}

fn by_srp(
    service: &Service,
    pool: &UserPool,
    client: &AppClient,
    parameters: &TextMap,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    let srp_a = parameters.required("SRP_A")?;
    check_secret_hash(client, username, parameters)?;
    let challenged = match candidate(service, pool, client, username, caller)? {
        Some(user) => Challenged::user(service.sealer(), pool, &user, username),
        None => Challenged::nobody(service.sealer(), pool, username),
    };
    let parameters = srp::pose(
        service.sealer(),
        service.outstanding(),
        client,
        &challenged,
        srp_a,
        caller.now,
    )?;
    // No Session here: the answer is recognised by its secret block.
    Ok(Reply::Json(
        json!({"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}),
    ))
}

fn by_password(
    service: &Service,
    pool: &UserPool,
    client: &AppClient,
    parameters: &TextMap,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    let password = Secret::new(parameters.required("PASSWORD")?);
    check_secret_hash(client, username, parameters)?;
    let step = service.with_password(pool, client, username, &password, caller, |tx, user| {
        next_step(tx, pool, client, user, caller)
    })?;
    Ok(Reply::Json(service.answer(&step, pool, client, caller)?))
}

impl Service {
    /// Checks a password, with Cognito's order of refusals and all counting; what is done with a right one happens
    /// in the same transaction.
    pub(crate) fn with_password<T>(
        &self,
        pool: &UserPool,
        client: &AppClient,
        username: &str,
        password: &Secret,
        caller: &Caller<'_>,
        then: impl FnOnce(&Connection, User) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let user = candidate(self, pool, client, username, caller)?;
        let right = match &user {
            Some(User {
                verifier: Some(verifier),
                username,
                ..
            }) => verifier.is_of(pool, username, password),
            // As long as for somebody, and wrong.
            _ => {
                let nobody = Challenged::nobody(self.sealer(), pool, username);
                StoredVerifier::is_of(&nobody.verifier, pool, username, password)
                    && nobody.sub.is_some()
            }
        };
        self.store().decide(|tx| {
            // Meanwhile the user may have been changed or locked out.
            let now_user = match &user {
                Some(user) => User::by_id(tx, user.id)?,
                None => None,
            };
            let Some(now_user) = now_user else {
                return Err(wrong_password(
                    tx,
                    &pool.subject_of_nobody(username),
                    caller,
                ));
            };
            check_state(tx, &now_user, caller)?;
            if !right || now_user.verifier != user.and_then(|user| user.verifier) {
                return Err(wrong_password(tx, &now_user.subject(), caller));
            }
            then(tx, now_user)
        })
    }
}

fn by_refresh_token(
    service: &Service,
    pool: &UserPool,
    client: &AppClient,
    parameters: &TextMap,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    let refresh_token = parameters.required("REFRESH_TOKEN")?;
    if parameters.get("SECRET_HASH").is_none() {
        check_secret_hash(client, "", parameters)?;
    }
    service.meet_renewal_sentinel(&client.id, refresh_token)?;
    let (grant, user, attributes) = service.store().decide(|tx| {
        let (grant, user) = family::refresh(tx, client, refresh_token, caller.now)?;
        // No user name is sent: the hash is over the stored one.
        check_secret_hash(client, &user.username, parameters)?;
        let attributes = user.attributes(tx)?;
        Ok((grant, user, attributes))
    })?;
    Ok(Reply::Json(json!({
        "AuthenticationResult": service.authentication_result(
            &Granted {
                grant: &grant,
                user: &user,
                attributes: &attributes,
                pool,
                client,
                occasion: Occasion::Renewal,
            },
            caller,
        ),
        "ChallengeParameters": {},
    })))
}
