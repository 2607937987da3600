use super::{Action, Malformed, texts};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::{AccessToken, ConfirmationCode};

/// Hands in the code for an e-mail address or phone number. Where the pool kept the old value until now, the new one
/// takes its place.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>
#[derive(Debug)]
pub struct VerifyUserAttribute<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// `email` or `phone_number`.
    pub attribute: &'a AttributeName,
    /// The code that came.
    pub code: &'a ConfirmationCode,
}

impl Action for VerifyUserAttribute<'_> {
    const OPERATION: &'static str = "VerifyUserAttribute";
    type Answer = ();

    fn body(&self) -> Json {
        texts(&[
            ("AccessToken", Some(self.access_token.reveal())),
            ("AttributeName", Some(self.attribute.as_str())),
            ("Code", Some(self.code.reveal())),
        ])
    }

    fn read(_: &Json) -> Result<(), Malformed> {
        Ok(())
    }
}
