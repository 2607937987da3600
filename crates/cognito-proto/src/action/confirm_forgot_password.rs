use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::ids::{ClientId, Username};
use crate::secret::{Password, VerificationCode};

/// Sets a new password with the verification code that [`ForgotPassword`](super::ForgotPassword) sent.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfirmForgotPassword<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The user whose password changes.
    pub username: &'a Username,
    /// The verification code that the user received.
    #[serde(rename = "ConfirmationCode")]
    pub code: &'a VerificationCode,
    /// The new password, exactly as typed.
    pub password: &'a Password,
}

impl Action for ConfirmForgotPassword<'_> {
    const OPERATION: &'static str = "ConfirmForgotPassword";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
