//! `InitiateAuth` and `AdminInitiateAuth`.

use serde_json::json;

use super::challenges::{Entrance, Turn, choice, custom_challenge, password_verifier};
use super::input::{Input, TextMap};
use super::sign_in::{Granted, check_secret_hash, pool_and_client};
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::Occasion;
use crate::pool::client_settings::Flow;
use crate::pool::session::{Began, Progress};
use crate::pool::{AppClient, UserPool, family};
use crate::secret::Secret;

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
    let pool_id = input.text("UserPoolId");
    start(service, input, caller, Some(&pool_id))
}

fn start(
    service: &Service,
    mut input: Input,
    caller: &Caller<'_>,
    pool_id: Option<&str>,
) -> Result<Reply, ApiError> {
    let flow = input.choice("AuthFlow", &AUTH_FLOWS);
    let client_id = input.text("ClientId");
    let parameters = input.text_map("AuthParameters");
    let session = input.optional_text("Session");
    input.finish()?;

    let (pool, client) = service
        .store()
        .with(|connection| pool_and_client(connection, pool_id, &client_id))?;
    let operator = pool_id.is_some();
    let turn = Turn {
        service,
        pool: &pool,
        client: &client,
        caller,
        entrance: Entrance::Api,
    };
    match flow {
        Some(Flow::Srp) => {
            allowed(
                &client,
                Flow::Srp,
                "USER_SRP_AUTH is not enabled for the client.",
            )?;
            by_srp(&turn, &parameters)
        }
        Some(Flow::Password) if !operator => {
            allowed(
                &client,
                Flow::Password,
                "USER_PASSWORD_AUTH flow not enabled for this client",
            )?;
            by_password(&turn, &parameters)
        }
        Some(Flow::AdminPassword) if operator => {
            allowed(
                &client,
                Flow::AdminPassword,
                "Auth flow not enabled for this client",
            )?;
            by_password(&turn, &parameters)
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
            by_custom_challenge(&turn, &parameters)
        }
        Some(Flow::Choice) => {
            allowed(
                &client,
                Flow::Choice,
                "USER_AUTH flow not enabled for this client",
            )?;
            by_choice(&turn, session.as_deref(), &parameters)
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

/// The user's password, proved by SRP.
fn by_srp(turn: &Turn<'_>, parameters: &TextMap) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    let srp_a = parameters.required("SRP_A")?;
    check_secret_hash(turn.client, username, parameters)?;
    let progress = began(Began::Password, parameters);
    let step = password_verifier::pose(turn, username, srp_a, progress)?;
    Ok(Reply::Json(turn.reply(&step)?))
}

/// The user's password as it is.
fn by_password(turn: &Turn<'_>, parameters: &TextMap) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    let password = Secret::new(parameters.required("PASSWORD")?);
    check_secret_hash(turn.client, username, parameters)?;
    let step = turn.with_password(username, &password, |tx, user| {
        let progress = began(Began::Password, parameters);
        turn.after_password(tx, user, progress)
    })?;
    Ok(Reply::Json(turn.reply(&step)?))
}

/// One of the factors that the user may begin with.
fn by_choice(
    turn: &Turn<'_>,
    session: Option<&str>,
    parameters: &TextMap,
) -> Result<Reply, ApiError> {
    check_secret_hash(turn.client, parameters.required("USERNAME")?, parameters)?;
    let progress = began(Began::Choice, parameters);
    let step = choice::begin(turn, session, parameters, progress)?;
    Ok(Reply::Json(turn.reply(&step)?))
}

/// The pool's own challenge, behind the password where the client asks for that first.
fn by_custom_challenge(turn: &Turn<'_>, parameters: &TextMap) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    check_secret_hash(turn.client, username, parameters)?;
    turn.pool.settings.custom_challenge()?;
    let progress = began(Began::Custom, parameters);
    let step = match parameters.get("CHALLENGE_NAME") {
        Some("SRP_A") => {
            let srp_a = parameters.required("SRP_A")?;
            password_verifier::pose(turn, username, srp_a, progress)?
        }
        _ => custom_challenge::begin(turn, username, progress)?,
    };
    Ok(Reply::Json(turn.reply(&step)?))
}

/// A sign-in at its beginning.
fn began(began: Began, parameters: &TextMap) -> Progress {
    Progress {
        began,
        device_key: parameters.get("DEVICE_KEY").map(str::to_owned),
        ..Progress::default()
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
    let device_key = parameters.get("DEVICE_KEY");
    if parameters.get("SECRET_HASH").is_none() {
        check_secret_hash(client, "", parameters)?;
    }
    service.meet_renewal_sentinel(&client.id, refresh_token)?;
    let (grant, user, attributes) = service.store().decide(|tx| {
        let (grant, user) = family::refresh(tx, client, refresh_token, device_key, caller.now)?;
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
