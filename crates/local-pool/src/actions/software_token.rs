//! The actions `AssociateSoftwareToken` and `VerifySoftwareToken` of the user-pool API: an authenticator app, for a
//! signed-in user or during a sign-in that requires a second factor.

use serde_json::json;

use super::challenges::mfa_setup::check_authenticator_app_offered;
use super::challenges::{SignInInterface, SignInRequest};
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::session::{ChallengeName, SignInSession};
use crate::pool::{UserPool, software_token};
use crate::secret::Secret;

/// The access token or the session that identifies the user of a request.
enum SessionOrAccessToken {
    AccessToken(Secret),
    Session(String),
}

impl SessionOrAccessToken {
    /// Returns the access token or the session of a request. Returns an error if the request contains neither, or both
    /// of them.
    fn from_input(token: Option<Secret>, session: Option<String>) -> Result<Self, ApiError> {
        match (token, session) {
            (Some(token), None) => Ok(Self::AccessToken(token)),
            (None, Some(session)) => Ok(Self::Session(session)),
            _ => Err(ApiError::invalid_parameter(
                "Either AccessToken or Session must be given, and not both.",
            )),
        }
    }
}

/// Calls `operation` for a request that continues a sign-in, and returns its result. The pool and the app client are
/// those of the session, because the request does not name them.
fn run_in_setup_session<T>(
    service: &UserPoolService,
    sealed_session: &str,
    caller: &ActionCaller<'_>,
    operation: impl FnOnce(&SignInRequest<'_>, &SignInSession) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let (session, client, pool) = service.store().run_query(|connection| {
        let name = ChallengeName::MfaSetup;
        let (session, client) = SignInSession::open_sealed_session_of_any_client(
            connection,
            service.sealer(),
            sealed_session,
            name,
            caller.now,
        )?;
        let pool = UserPool::load_pool(connection, &client.pool_id)?;
        Ok::<_, ApiError>((session, client, pool))
    })?;
    let sign_in = SignInRequest {
        service,
        pool: &pool,
        client: &client,
        caller,
        interface: SignInInterface::Api,
    };
    operation(&sign_in, &session)
}

/// Executes `AssociateSoftwareToken`: returns a new secret for an authenticator app.
pub(crate) fn associate_software_token(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_optional_secret("AccessToken");
    let session = input.take_optional_text("Session");
    input.finish_and_take_rest()?;
    Ok(ActionResponse::Json(
        match SessionOrAccessToken::from_input(token, session)? {
            SessionOrAccessToken::AccessToken(token) => {
                let claims = service.verify_access_token(token.expose_secret(), caller)?;
                let secret = service.store().run_transaction(|tx| {
                    let access = claims.load_api_user(tx)?;
                    check_authenticator_app_offered(&access.pool)?;
                    software_token::create_pending_totp_secret(tx, &access.user)
                })?;
                json!({"SecretCode": secret.expose_secret()})
            }
            SessionOrAccessToken::Session(sealed) => {
                let (secret, next) =
                    run_in_setup_session(service, &sealed, caller, |sign_in, session| {
                        sign_in.associate_software_token(session)
                    })?;
                json!({"SecretCode": secret.expose_secret(), "Session": next.seal_session(service.sealer())?})
            }
        },
    ))
}

/// Executes `VerifySoftwareToken`: verifies a code of a new authenticator app.
pub(crate) fn verify_software_token(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_optional_secret("AccessToken");
    let session = input.take_optional_text("Session");
    let given = input.take_secret("UserCode");
    let name = input.take_optional_text("FriendlyDeviceName");
    input.finish_and_take_rest()?;
    Ok(ActionResponse::Json(
        match SessionOrAccessToken::from_input(token, session)? {
            SessionOrAccessToken::AccessToken(token) => {
                let claims = service.verify_access_token(token.expose_secret(), caller)?;
                service.store().run_transaction(|tx| {
                    let access = claims.load_api_user(tx)?;
                    check_authenticator_app_offered(&access.pool)?;
                    software_token::verify_pending_totp_secret(
                        tx,
                        &access.user,
                        &given,
                        name.as_deref(),
                        caller.now,
                    )
                })?;
                json!({"Status": "SUCCESS"})
            }
            SessionOrAccessToken::Session(sealed) => {
                let next = run_in_setup_session(service, &sealed, caller, |sign_in, session| {
                    sign_in.verify_software_token(session, &given, name.as_deref())
                })?;
                json!({"Status": "SUCCESS", "Session": next.seal_session(service.sealer())?})
            }
        },
    ))
}
