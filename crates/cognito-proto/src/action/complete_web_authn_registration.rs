use super::{Action, Malformed};
use crate::json::Json;
use crate::secret::AccessToken;

/// Hands in a new passkey's public half.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html>
#[derive(Debug)]
pub struct CompleteWebAuthnRegistration<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`, of the app client that asked for the options.
    pub access_token: &'a AccessToken,
    /// `RegistrationResponseJSON` (WebAuthn Level 3 §5.1), as an object; a sign-in sends its own as a text.
    pub credential: &'a Json,
}

impl Action for CompleteWebAuthnRegistration<'_> {
    const OPERATION: &'static str = "CompleteWebAuthnRegistration";
    type Answer = ();

    fn body(&self) -> Json {
        Json::object([
            ("AccessToken", self.access_token.reveal().into()),
            ("Credential", self.credential.clone()),
        ])
    }

    fn read(_: &Json) -> Result<(), Malformed> {
        Ok(())
    }
}
