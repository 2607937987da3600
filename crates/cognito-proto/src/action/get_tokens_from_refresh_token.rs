use super::{Action, AuthenticationResult, Malformed, texts};
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
    type Answer = AuthenticationResult;

    fn body(&self) -> Json {
        texts(&[
            ("ClientId", Some(self.client.as_str())),
            ("RefreshToken", Some(self.refresh_token.reveal())),
            ("DeviceKey", self.device_key.map(DeviceKey::as_str)),
        ])
    }

    fn read(answer: &Json) -> Result<AuthenticationResult, Malformed> {
        AuthenticationResult::read(answer.get("AuthenticationResult"))
    }
}
