//! The actions `RespondToAuthChallenge` and `AdminRespondToAuthChallenge` of the user-pool API.

use super::challenges::{SignInInterface, SignInRequest};
use super::input::ActionInput;
use super::sign_in::{check_secret_hash_parameter, load_pool_and_client};
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::session::{ChallengeName, SignInSession};

/// Executes `RespondToAuthChallenge`: verifies the response to a challenge, and returns the next challenge or
/// the tokens.
pub(crate) fn respond_to_auth_challenge(
    service: &UserPoolService,
    input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    verify_challenge_response(service, input, caller, None)
}

/// Executes `AdminRespondToAuthChallenge`: verifies the response to a challenge for an operator's server.
pub(crate) fn admin_respond_to_auth_challenge(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    verify_challenge_response(service, input, caller, Some(&pool_id))
}

/// Executes `RespondToAuthChallenge`, or `AdminRespondToAuthChallenge` if `pool_id` is given.
fn verify_challenge_response(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
    pool_id: Option<&str>,
) -> Result<ActionResponse, ApiError> {
    let client_id = input.take_text("ClientId");
    let challenge = input.take_choice("ChallengeName", &ChallengeName::ALL);
    let session = input.take_optional_text("Session");
    let responses = input.take_text_map("ChallengeResponses");
    input.finish_and_take_rest()?;

    let (pool, client) = service
        .store()
        .run_query(|connection| load_pool_and_client(connection, pool_id, &client_id))?;
    check_secret_hash_parameter(&client, responses.get_required("USERNAME")?, &responses)?;
    let sign_in = SignInRequest {
        service,
        pool: &pool,
        client: &client,
        caller,
        interface: SignInInterface::Api,
    };
    let challenge = challenge.ok_or_else(SignInSession::invalid_session_error)?;
    let step = sign_in.respond_to_challenge(challenge, session.as_deref(), &responses)?;
    Ok(ActionResponse::Json(sign_in.sign_in_response(&step)?))
}
