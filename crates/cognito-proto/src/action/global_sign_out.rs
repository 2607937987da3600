use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::secret::AccessToken;

/// Revokes all refresh tokens of the user, on all devices. ID and access tokens that were issued before still pass a
/// check of signature and expiry until they expire.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSignOut<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

impl Action for GlobalSignOut<'_> {
    const OPERATION: &'static str = "GlobalSignOut";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
