use super::{Action, AuthenticationResult, MemberError, string_object};
use crate::ids::{ClientId, DeviceKey};
use crate::json::Json;
use crate::secret::RefreshToken;

/// Requests new tokens from an app client that rotates refresh tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
#[derive(Debug)]
pub struct GetTokensFromRefreshToken<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The refresh token to use.
    pub refresh_token: &'a RefreshToken,
    /// The device that the tokens' claims name, if they name one. Without it the service refuses the refresh.
    pub device_key: Option<&'a DeviceKey>,
}

impl Action for GetTokensFromRefreshToken<'_> {
    const OPERATION: &'static str = "GetTokensFromRefreshToken";
    type Response = AuthenticationResult;

    fn request_body(&self) -> Json {
        string_object(&[
            ("ClientId", Some(self.client.as_str())),
            ("RefreshToken", Some(self.refresh_token.expose_secret())),
            ("DeviceKey", self.device_key.map(DeviceKey::as_str)),
        ])
    }

    fn parse_response(response: &Json) -> Result<AuthenticationResult, MemberError> {
        AuthenticationResult::parse(response.get("AuthenticationResult"))
    }
}
