//! The `InitiateAuth` and `AdminInitiateAuth` actions.

use serde_json::json;

use super::challenges::{
    SignInInterface, SignInRequest, choice, custom_challenge, password_verifier,
};
use super::input::{Input, TextMap};
use super::sign_in::{AuthenticationGrant, check_secret_hash, pool_and_client};
use super::{Caller, Reply, Service};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::IssuedFor;
use crate::pool::client_settings::Flow;
use crate::pool::session::{FlowKind, Progress};
use crate::pool::{AppClient, UserPool, token_family};
use crate::secret::Secret;

/// All flows, in the order of the service model.
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

pub(crate) fn initiate_auth(
    service: &Service,
    input: Input,
    caller: &Caller<'_>,
) -> Result<Reply, ApiError> {
    start(service, input, caller, None)
}

pub(crate) fn admin_initiate_auth(
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
        .read(|connection| pool_and_client(connection, pool_id, &client_id))?;
    let operator = pool_id.is_some();
    let sign_in = SignInRequest {
        service,
        pool: &pool,
        client: &client,
        caller,
        interface: SignInInterface::Api,
    };
    match flow {
        Some(Flow::Srp) => {
            allowed(
                &client,
                Flow::Srp,
                "USER_SRP_AUTH is not enabled for the client.",
            )?;
            start_srp(&sign_in, &parameters)
        }
        Some(Flow::Password) if !operator => {
            allowed(
                &client,
                Flow::Password,
                "USER_PASSWORD_AUTH flow not enabled for this client",
            )?;
            start_password(&sign_in, &parameters)
        }
        Some(Flow::AdminPassword) if operator => {
            allowed(
                &client,
                Flow::AdminPassword,
                "Auth flow not enabled for this client",
            )?;
            start_password(&sign_in, &parameters)
        }
        Some(Flow::Refresh) => {
            allowed(
                &client,
                Flow::Refresh,
                "REFRESH_TOKEN_AUTH is not enabled for the client.",
            )?;
            refresh_tokens(service, &pool, &client, &parameters, caller)
        }
        Some(Flow::Custom) => {
            allowed(
                &client,
                Flow::Custom,
                "CUSTOM_AUTH is not enabled for the client.",
            )?;
            start_custom_challenge(&sign_in, &parameters)
        }
        Some(Flow::Choice) => {
            allowed(
                &client,
                Flow::Choice,
                "USER_AUTH flow not enabled for this client",
            )?;
            start_choice(&sign_in, session.as_deref(), &parameters)
        }
        Some(Flow::Password | Flow::AdminPassword) | None => Err(ApiError::invalid_parameter(
            "Initiate Auth method not supported.",
        )),
    }
}

fn allowed(client: &AppClient, flow: Flow, refusal: &str) -> Result<(), ApiError> {
    if client.settings.allows_flow(flow) {
        Ok(())
    } else {
        Err(ApiError::invalid_parameter(refusal))
    }
}

/// Starts a sign-in with the user's password, proved by SRP.
fn start_srp(sign_in: &SignInRequest<'_>, parameters: &TextMap) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    let srp_a = parameters.required("SRP_A")?;
    check_secret_hash(sign_in.client, username, parameters)?;
    let progress = initial_progress(FlowKind::Password, parameters);
    let step = password_verifier::issue_challenge(sign_in, username, srp_a, progress)?;
    Ok(Reply::Json(sign_in.response_body(&step)?))
}

/// Starts a sign-in with the user's password in plain text.
fn start_password(sign_in: &SignInRequest<'_>, parameters: &TextMap) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    let password = Secret::new(parameters.required("PASSWORD")?);
    check_secret_hash(sign_in.client, username, parameters)?;
    let step = sign_in.verify_password(username, &password, |tx, user| {
        let progress = initial_progress(FlowKind::Password, parameters);
        sign_in.after_password(tx, user, progress)
    })?;
    Ok(Reply::Json(sign_in.response_body(&step)?))
}

/// Starts a sign-in with one of the user's first factors.
fn start_choice(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    parameters: &TextMap,
) -> Result<Reply, ApiError> {
    check_secret_hash(sign_in.client, parameters.required("USERNAME")?, parameters)?;
    let progress = initial_progress(FlowKind::Choice, parameters);
    let step = choice::start(sign_in, session, parameters, progress)?;
    Ok(Reply::Json(sign_in.response_body(&step)?))
}

/// Starts a sign-in with the pool's custom challenge; with the password first, if the client asks for that.
fn start_custom_challenge(
    sign_in: &SignInRequest<'_>,
    parameters: &TextMap,
) -> Result<Reply, ApiError> {
    let username = parameters.required("USERNAME")?;
    check_secret_hash(sign_in.client, username, parameters)?;
    sign_in.pool.settings.custom_challenge()?;
    let progress = initial_progress(FlowKind::Custom, parameters);
    let step = match parameters.get("CHALLENGE_NAME") {
        Some("SRP_A") => {
            let srp_a = parameters.required("SRP_A")?;
            password_verifier::issue_challenge(sign_in, username, srp_a, progress)?
        }
        _ => custom_challenge::start(sign_in, username, progress)?,
    };
    Ok(Reply::Json(sign_in.response_body(&step)?))
}

/// The progress of a sign-in at its start.
fn initial_progress(flow: FlowKind, parameters: &TextMap) -> Progress {
    Progress {
        flow,
        device_key: parameters.get("DEVICE_KEY").map(str::to_owned),
        ..Progress::default()
    }
}

fn refresh_tokens(
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
    service.inject_refresh_fault(&client.id, refresh_token)?;
    let (grant, user, attributes) = service.store().write_even_if_refused(|tx| {
        let (grant, user) =
            token_family::use_refresh_token(tx, client, refresh_token, device_key, caller.now)?;
        // The request has no username, so the hash is computed over the stored one.
        check_secret_hash(client, &user.username, parameters)?;
        let attributes = user.load_attributes(tx)?;
        Ok((grant, user, attributes))
    })?;
    Ok(Reply::Json(json!({
        "AuthenticationResult": service.authentication_result(
            &AuthenticationGrant {
                grant: &grant,
                user: &user,
                attributes: &attributes,
                pool,
                client,
                issued_for: IssuedFor::Refresh,
            },
            caller,
        ),
        "ChallengeParameters": {},
    })))
}
