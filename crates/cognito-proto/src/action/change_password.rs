use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::secret::{AccessToken, Password};

/// Changes the password of a signed-in user. It ends no session.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangePassword<'a> {
    /// An access token of the user, with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The current password, or `None` for a user without a password.
    #[serde(rename = "PreviousPassword", skip_serializing_if = "Option::is_none")]
    pub previous: Option<&'a Password>,
    /// The new password, exactly as typed.
    #[serde(rename = "ProposedPassword")]
    pub proposed: &'a Password,
}

impl Action for ChangePassword<'_> {
    const OPERATION: &'static str = "ChangePassword";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
