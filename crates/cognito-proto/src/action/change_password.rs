use super::{Action, MemberError, string_object};
use crate::json::Json;
use crate::secret::{AccessToken, Password};

/// Changes the password of a signed-in user. It ends no session.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
#[derive(Debug)]
pub struct ChangePassword<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The current password, or `None` for a user without a password.
    pub previous: Option<&'a Password>,
    /// The new password, exactly as typed.
    pub proposed: &'a Password,
}

impl Action for ChangePassword<'_> {
    const OPERATION: &'static str = "ChangePassword";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            (
                "PreviousPassword",
                self.previous.map(Password::expose_secret),
            ),
            ("ProposedPassword", Some(self.proposed.expose_secret())),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
