//! The action `GetUserAuthFactors` of the user-pool API.

use serde_json::json;

use super::access::AuthorizedUser;
use super::challenges::first_factor::FirstFactor;
use super::challenges::{SignInInterface, SignInRequest};
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::mfa::{MfaPreference, SecondFactor};

/// Executes `GetUserAuthFactors`: returns the first and second factors of the signed-in user.
pub(crate) fn get_user_auth_factors(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let response = service.store().run_query(|connection| {
        let AuthorizedUser { pool, client, user } = claims.load_api_user(connection)?;
        let sign_in = SignInRequest {
            service,
            pool: &pool,
            client: &client,
            caller,
            interface: SignInInterface::Api,
        };
        // `PASSWORD` and `PASSWORD_SRP` count as one factor here.
        let first: Vec<&str> = sign_in
            .load_first_factors(connection, &user)?
            .into_iter()
            .filter(|factor| *factor != FirstFactor::PasswordSrp)
            .map(FirstFactor::wire_name)
            .collect();
        let mut response = json!({
            "Username": user.username,
            "ConfiguredUserAuthFactors": first,
        });
        let preference = MfaPreference::load_mfa_preference(connection, &user)?;
        if !preference.enabled.is_empty() {
            let enabled: Vec<&str> = preference
                .enabled
                .iter()
                .map(|factor| factor.wire_name())
                .collect();
            response["UserMFASettingList"] = json!(enabled);
        }
        if let Some(preferred) = preference.preferred.map(SecondFactor::wire_name) {
            response["PreferredMfaSetting"] = json!(preferred);
        }
        Ok::<_, ApiError>(response)
    })?;
    Ok(ActionResponse::Json(response))
}
