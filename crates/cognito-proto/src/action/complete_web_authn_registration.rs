use serde::Serialize;
use serde_json::value::RawValue;

use super::{Action, MemberError, parse_empty};
use crate::secret::AccessToken;

/// Registers the public key of a new passkey.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CompleteWebAuthnRegistration<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`, from the app client that requested the options.
    pub access_token: &'a AccessToken,
    /// The new passkey. It is sent as an object, while a sign-in sends its credential as a string.
    pub credential: &'a RegistrationResponse,
}

/// `RegistrationResponseJSON` (WebAuthn Level 3 §5.1): the public key of a new passkey, as the browser wrote it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct RegistrationResponse(Box<RawValue>);

impl RegistrationResponse {
    /// Accepts the text of a JSON object. The service checks its members.
    pub fn parse(json: &str) -> Option<Self> {
        let value: Box<RawValue> = serde_json::from_str(json).ok()?;
        value.get().starts_with('{').then_some(Self(value))
    }
}

impl Action for CompleteWebAuthnRegistration<'_> {
    const OPERATION: &'static str = "CompleteWebAuthnRegistration";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
