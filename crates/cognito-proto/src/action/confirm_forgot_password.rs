use super::{Action, MemberError, string_object};
use crate::ids::{ClientId, Username};
use crate::json::Json;
use crate::secret::{Password, VerificationCode};

/// Sets a new password with the code that [`ForgotPassword`](super::ForgotPassword) sent.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
#[derive(Debug)]
pub struct ConfirmForgotPassword<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The user whose password changes.
    pub username: &'a Username,
    /// The verification code that the user received.
    pub code: &'a VerificationCode,
    /// The new password, exactly as typed.
    pub password: &'a Password,
}

impl Action for ConfirmForgotPassword<'_> {
    const OPERATION: &'static str = "ConfirmForgotPassword";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[
            ("ClientId", Some(self.client.as_str())),
            ("Username", Some(self.username.as_str())),
            ("ConfirmationCode", Some(self.code.expose_secret())),
            ("Password", Some(self.password.expose_secret())),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
