use super::{Action, Malformed, texts};
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
    type Answer = ();

    fn body(&self) -> Json {
        texts(&[
            ("ClientId", Some(self.client.as_str())),
            ("Token", Some(self.refresh_token.reveal())),
        ])
    }

    fn read(_: &Json) -> Result<(), Malformed> {
        Ok(())
    }
}
