use serde::{Deserialize, Serialize};

use super::get_user::MfaSettings;
use super::{Action, MemberError, parse_body};
use crate::factor::AuthFactor;
use crate::secret::AccessToken;
use crate::wire::Member;

/// Requests the list of factors with which a user can sign in.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetUserAuthFactors<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

/// The factors with which a user can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAuthFactors {
    /// The username that the pool has stored.
    pub username: String,
    /// The first factors that the user has set up. Unknown ones are left out.
    pub configured: Vec<AuthFactor>,
    /// The second factors that the user has turned on.
    pub mfa: MfaSettings,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    username: Member<'a, String>,
    configured_user_auth_factors: Member<'a, Vec<String>>,
    #[serde(rename = "UserMFASettingList")]
    user_mfa_setting_list: Member<'a, Vec<String>>,
    preferred_mfa_setting: Member<'a, String>,
}

impl Action for GetUserAuthFactors<'_> {
    const OPERATION: &'static str = "GetUserAuthFactors";
    type Response = UserAuthFactors;

    fn parse_response(body: &str) -> Result<UserAuthFactors, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let factors = body.configured_user_auth_factors.optional();
        let factors = factors.unwrap_or_default().into_iter();
        Ok(UserAuthFactors {
            username: body.username.required("Username")?,
            configured: factors
                .filter_map(|name| AuthFactor::from_wire(&name))
                .collect(),
            mfa: MfaSettings::parse(body.user_mfa_setting_list, body.preferred_mfa_setting),
        })
    }
}
