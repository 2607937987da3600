use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::secret::AccessToken;

/// Deletes the access token's user. This cannot be undone. The response body is empty.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteUser<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

impl Action for DeleteUser<'_> {
    const OPERATION: &'static str = "DeleteUser";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
