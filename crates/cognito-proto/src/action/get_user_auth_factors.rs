use super::get_user::MfaSettings;
use super::{Action, MemberError, required_string, string_object};
use crate::factor::AuthFactor;
use crate::json::Json;
use crate::secret::AccessToken;

/// Requests the list of factors with which a user can sign in.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html>
#[derive(Debug)]
pub struct GetUserAuthFactors<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

/// The factors with which a user can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAuthFactors {
    /// The stored username.
    pub username: String,
    /// The first factors that the user has. Unknown ones are left out.
    pub configured: Vec<AuthFactor>,
    /// The second factors that the user has.
    pub mfa: MfaSettings,
}

impl Action for GetUserAuthFactors<'_> {
    const OPERATION: &'static str = "GetUserAuthFactors";
    type Response = UserAuthFactors;

    fn request_body(&self) -> Json {
        string_object(&[("AccessToken", Some(self.access_token.expose_secret()))])
    }

    fn parse_response(response: &Json) -> Result<UserAuthFactors, MemberError> {
        Ok(UserAuthFactors {
            username: required_string(response, "Username")?,
            configured: response
                .get("ConfiguredUserAuthFactors")
                .strings()
                .filter_map(AuthFactor::from_wire)
                .collect(),
            mfa: MfaSettings::parse(response),
        })
    }
}
