use super::{Action, AuthenticationResult, Malformed};
use crate::ids::ClientId;
use crate::json::Json;
use crate::secret::RefreshToken;

/// Renews tokens where the app client rotates refresh tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
#[derive(Debug)]
pub struct GetTokensFromRefreshToken<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The token to spend.
    pub refresh_token: &'a RefreshToken,
}

impl Action for GetTokensFromRefreshToken<'_> {
    const OPERATION: &'static str = "GetTokensFromRefreshToken";
    type Answer = AuthenticationResult;

    fn body(&self) -> Json {
        Json::object([
            ("ClientId", self.client.as_str().into()),
            ("RefreshToken", self.refresh_token.reveal().into()),
        ])
    }

    fn read(answer: &Json) -> Result<AuthenticationResult, Malformed> {
        AuthenticationResult::read(answer.get("AuthenticationResult"))
    }
}
