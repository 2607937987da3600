use serde::{Deserialize, Serialize};

use super::authentication::AuthenticationResultBody;
use super::{Action, AuthenticationResult, MemberError, parse_body};
use crate::ids::{ClientId, DeviceKey};
use crate::secret::RefreshToken;
use crate::wire::Member;

/// Requests new tokens from an app client that rotates refresh tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetTokensFromRefreshToken<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The refresh token to use.
    pub refresh_token: &'a RefreshToken,
    /// The remembered device that the tokens name in the claim `device_key`, if they have this claim. Without it the
    /// service refuses the refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_key: Option<&'a DeviceKey>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    authentication_result: Member<'a, AuthenticationResultBody<'a>>,
}

impl Action for GetTokensFromRefreshToken<'_> {
    const OPERATION: &'static str = "GetTokensFromRefreshToken";
    type Response = AuthenticationResult;

    fn parse_response(body: &str) -> Result<AuthenticationResult, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let result = body.authentication_result.optional();
        result.unwrap_or_default().try_into()
    }
}
