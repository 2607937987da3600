use super::{Action, MemberError, string_object};
use crate::json::Json;
use crate::secret::AccessToken;

/// Requests the creation options for a new passkey.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html>
#[derive(Debug)]
pub struct StartWebAuthnRegistration<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

impl Action for StartWebAuthnRegistration<'_> {
    const OPERATION: &'static str = "StartWebAuthnRegistration";
    /// `CredentialCreationOptions`, an object of the type `PublicKeyCredentialCreationOptionsJSON`. Browsers parse it
    /// with `PublicKeyCredential.parseCreationOptionsFromJSON()` (WebAuthn Level 3 §5.1.8).
    type Response = Json;

    fn request_body(&self) -> Json {
        string_object(&[("AccessToken", Some(self.access_token.expose_secret()))])
    }

    fn parse_response(response: &Json) -> Result<Json, MemberError> {
        let member = "CredentialCreationOptions";
        match response.get(member) {
            options @ Json::Object(_) => Ok(options.clone()),
            _ => Err(MemberError { member }),
        }
    }
}
