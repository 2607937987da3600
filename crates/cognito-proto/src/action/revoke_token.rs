use super::{Action, MemberError, string_object};
use crate::ids::ClientId;
use crate::json::Json;
use crate::secret::RefreshToken;

/// Revokes one refresh token and the access tokens that were issued with it.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
#[derive(Debug)]
pub struct RevokeToken<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The refresh token to revoke.
    pub refresh_token: &'a RefreshToken,
}

impl Action for RevokeToken<'_> {
    const OPERATION: &'static str = "RevokeToken";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[
            ("ClientId", Some(self.client.as_str())),
            ("Token", Some(self.refresh_token.expose_secret())),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
