use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::ids::ClientId;
use crate::secret::RefreshToken;

/// Revokes one refresh token and the access tokens that were issued with it.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RevokeToken<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The refresh token to revoke.
    #[serde(rename = "Token")]
    pub refresh_token: &'a RefreshToken,
}

impl Action for RevokeToken<'_> {
    const OPERATION: &'static str = "RevokeToken";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
