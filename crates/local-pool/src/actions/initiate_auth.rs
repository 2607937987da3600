//! The actions `InitiateAuth` and `AdminInitiateAuth` of the user-pool API.

use serde_json::json;

use super::challenges::{
    SignInInterface, SignInRequest, choice, custom_challenge, password_verifier,
};
use super::input::{ActionInput, TextMap};
use super::sign_in::{AuthenticationGrant, check_secret_hash_parameter, load_pool_and_client};
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::TokenIssueEvent;
use crate::pool::client_settings::AuthFlow;
use crate::pool::session::{SignInFlowKind, SignInProgress};
use crate::pool::{AppClient, UserPool, token_family};
use crate::secret::Secret;

/// The sign-in flows and their names in requests, in the order of the service model.
const AUTH_FLOWS: [(&str, AuthFlow); 8] = [
    ("USER_SRP_AUTH", AuthFlow::Srp),
    ("REFRESH_TOKEN_AUTH", AuthFlow::Refresh),
    ("REFRESH_TOKEN", AuthFlow::Refresh),
    ("CUSTOM_AUTH", AuthFlow::Custom),
    ("ADMIN_NO_SRP_AUTH", AuthFlow::AdminPassword),
    ("USER_PASSWORD_AUTH", AuthFlow::Password),
    ("ADMIN_USER_PASSWORD_AUTH", AuthFlow::AdminPassword),
    ("USER_AUTH", AuthFlow::Choice),
];

/// Executes `InitiateAuth`: starts a sign-in or refreshes tokens.
pub(crate) fn initiate_auth(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    start_sign_in(service, input, caller, None)
}

/// Executes `AdminInitiateAuth`: starts a sign-in or refreshes tokens for an operator's server.
pub(crate) fn admin_initiate_auth(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    start_sign_in(service, input, caller, Some(&pool_id))
}

/// Executes `InitiateAuth`, or `AdminInitiateAuth` if `pool_id` is given. Returns the first challenge or the
/// tokens.
fn start_sign_in(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
    pool_id: Option<&str>,
) -> Result<ActionResponse, ApiError> {
    let flow = input.take_choice("AuthFlow", &AUTH_FLOWS);
    let client_id = input.take_text("ClientId");
    let parameters = input.take_text_map("AuthParameters");
    let session = input.take_optional_text("Session");
    input.finish_and_take_rest()?;

    let (pool, client) = service
        .store()
        .run_query(|connection| load_pool_and_client(connection, pool_id, &client_id))?;
    let operator = pool_id.is_some();
    let sign_in = SignInRequest {
        service,
        pool: &pool,
        client: &client,
        caller,
        interface: SignInInterface::Api,
    };
    match flow {
        Some(AuthFlow::Srp) => {
            check_auth_flow_allowed(
                &client,
                AuthFlow::Srp,
                "USER_SRP_AUTH is not enabled for the client.",
            )?;
            start_srp_sign_in(&sign_in, &parameters)
        }
        Some(AuthFlow::Password) if !operator => {
            check_auth_flow_allowed(
                &client,
                AuthFlow::Password,
                "USER_PASSWORD_AUTH flow not enabled for this client",
            )?;
            start_password_sign_in(&sign_in, &parameters)
        }
        Some(AuthFlow::AdminPassword) if operator => {
            check_auth_flow_allowed(
                &client,
                AuthFlow::AdminPassword,
                "Auth flow not enabled for this client",
            )?;
            start_password_sign_in(&sign_in, &parameters)
        }
        Some(AuthFlow::Refresh) => {
            check_auth_flow_allowed(
                &client,
                AuthFlow::Refresh,
                "REFRESH_TOKEN_AUTH is not enabled for the client.",
            )?;
            refresh_tokens(service, &pool, &client, &parameters, caller)
        }
        Some(AuthFlow::Custom) => {
            check_auth_flow_allowed(
                &client,
                AuthFlow::Custom,
                "CUSTOM_AUTH is not enabled for the client.",
            )?;
            start_custom_challenge_sign_in(&sign_in, &parameters)
        }
        Some(AuthFlow::Choice) => {
            check_auth_flow_allowed(
                &client,
                AuthFlow::Choice,
                "USER_AUTH flow not enabled for this client",
            )?;
            start_choice_sign_in(&sign_in, session.as_deref(), &parameters)
        }
        Some(AuthFlow::Password | AuthFlow::AdminPassword) | None => Err(
            ApiError::invalid_parameter("Initiate Auth method not supported."),
        ),
    }
}

/// Returns an error with the text `refusal_message` if the app client does not allow the sign-in flow.
fn check_auth_flow_allowed(
    client: &AppClient,
    flow: AuthFlow,
    refusal_message: &str,
) -> Result<(), ApiError> {
    if client.settings.allows_flow(flow) {
        Ok(())
    } else {
        Err(ApiError::invalid_parameter(refusal_message))
    }
}

/// Starts a sign-in with the user's password, which the client proves by SRP.
fn start_srp_sign_in(
    sign_in: &SignInRequest<'_>,
    parameters: &TextMap,
) -> Result<ActionResponse, ApiError> {
    let username = parameters.get_required("USERNAME")?;
    let srp_a = parameters.get_required("SRP_A")?;
    check_secret_hash_parameter(sign_in.client, username, parameters)?;
    let progress = initial_sign_in_progress(SignInFlowKind::Password, parameters);
    let step =
        password_verifier::issue_password_verifier_challenge(sign_in, username, srp_a, progress)?;
    Ok(ActionResponse::Json(sign_in.sign_in_response(&step)?))
}

/// Starts a sign-in with the user's password in plain text.
fn start_password_sign_in(
    sign_in: &SignInRequest<'_>,
    parameters: &TextMap,
) -> Result<ActionResponse, ApiError> {
    let username = parameters.get_required("USERNAME")?;
    let password = Secret::new(parameters.get_required("PASSWORD")?);
    check_secret_hash_parameter(sign_in.client, username, parameters)?;
    let step = sign_in.verify_password(username, &password, |tx, user| {
        let progress = initial_sign_in_progress(SignInFlowKind::Password, parameters);
        sign_in.continue_sign_in_after_password(tx, user, progress)
    })?;
    Ok(ActionResponse::Json(sign_in.sign_in_response(&step)?))
}

/// Starts a sign-in with one of the user's first factors (`USER_AUTH`).
fn start_choice_sign_in(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    parameters: &TextMap,
) -> Result<ActionResponse, ApiError> {
    check_secret_hash_parameter(
        sign_in.client,
        parameters.get_required("USERNAME")?,
        parameters,
    )?;
    let progress = initial_sign_in_progress(SignInFlowKind::Choice, parameters);
    let step = choice::start_user_auth(sign_in, session, parameters, progress)?;
    Ok(ActionResponse::Json(sign_in.sign_in_response(&step)?))
}

/// Starts a sign-in with the pool's custom challenge. The client can ask to prove the password first.
fn start_custom_challenge_sign_in(
    sign_in: &SignInRequest<'_>,
    parameters: &TextMap,
) -> Result<ActionResponse, ApiError> {
    let username = parameters.get_required("USERNAME")?;
    check_secret_hash_parameter(sign_in.client, username, parameters)?;
    sign_in.pool.settings.custom_challenge()?;
    let progress = initial_sign_in_progress(SignInFlowKind::Custom, parameters);
    let step = match parameters.get_non_empty("CHALLENGE_NAME") {
        Some("SRP_A") => {
            let srp_a = parameters.get_required("SRP_A")?;
            password_verifier::issue_password_verifier_challenge(
                sign_in, username, srp_a, progress,
            )?
        }
        _ => custom_challenge::start_custom_auth(sign_in, username, progress)?,
    };
    Ok(ActionResponse::Json(sign_in.sign_in_response(&step)?))
}

/// Returns the data that a new sign-in carries from request to request.
fn initial_sign_in_progress(flow: SignInFlowKind, parameters: &TextMap) -> SignInProgress {
    SignInProgress {
        flow,
        device_key: parameters.get_non_empty("DEVICE_KEY").map(str::to_owned),
        ..SignInProgress::default()
    }
}

/// Returns new tokens for the refresh token in the request's parameters, or an error if the token is not valid.
fn refresh_tokens(
    service: &UserPoolService,
    pool: &UserPool,
    client: &AppClient,
    parameters: &TextMap,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let refresh_token = parameters.get_required("REFRESH_TOKEN")?;
    let device_key = parameters.get_non_empty("DEVICE_KEY");
    if parameters.get_non_empty("SECRET_HASH").is_none() {
        check_secret_hash_parameter(client, "", parameters)?;
    }
    service.inject_refresh_fault(&client.id, refresh_token)?;
    let (grant, user, attributes) = service.store().commit_even_if_refused(|tx| {
        let (grant, user) =
            token_family::use_refresh_token(tx, client, refresh_token, device_key, caller.now)?;
        // The request has no username, so the hash is computed over the stored one.
        check_secret_hash_parameter(client, &user.username, parameters)?;
        let attributes = user.load_attributes(tx)?;
        Ok((grant, user, attributes))
    })?;
    Ok(ActionResponse::Json(json!({
        "AuthenticationResult": service.build_authentication_result(
            &AuthenticationGrant {
                grant: &grant,
                user: &user,
                attributes: &attributes,
                pool,
                client,
                issued_for: TokenIssueEvent::Refresh,
            },
            caller,
        ),
        "ChallengeParameters": {},
    })))
}
