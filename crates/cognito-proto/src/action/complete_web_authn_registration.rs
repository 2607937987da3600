use super::{Action, MemberError};
use crate::json::Json;
use crate::secret::AccessToken;

/// Registers the public key of a new passkey.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html>
#[derive(Debug)]
pub struct CompleteWebAuthnRegistration<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`, from the app client that requested the options.
    pub access_token: &'a AccessToken,
    /// `RegistrationResponseJSON` (WebAuthn Level 3 §5.1), as an object. A sign-in sends its credential as a string.
    pub credential: &'a Json,
}

impl Action for CompleteWebAuthnRegistration<'_> {
    const OPERATION: &'static str = "CompleteWebAuthnRegistration";
    type Response = ();

    fn request_body(&self) -> Json {
        Json::object([
            ("AccessToken", self.access_token.expose_secret().into()),
            ("Credential", self.credential.clone()),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
