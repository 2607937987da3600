use super::{Action, MemberError, string_object};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::{AccessToken, VerificationCode};

/// Sends the verification code for an email address or phone number. If the pool still has the old value, it now stores
/// the new one.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>
#[derive(Debug)]
pub struct VerifyUserAttribute<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// `email` or `phone_number`.
    pub attribute: &'a AttributeName,
    /// The verification code that the user received.
    pub code: &'a VerificationCode,
}

impl Action for VerifyUserAttribute<'_> {
    const OPERATION: &'static str = "VerifyUserAttribute";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("AttributeName", Some(self.attribute.as_str())),
            ("Code", Some(self.code.expose_secret())),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
