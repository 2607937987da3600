use serde::Serialize;
use serde_json::value::RawValue;

use super::{Action, MemberError, parse_empty};
use crate::secret::AccessToken;

/// Finishes the registration of a passkey: sends its public key to the pool.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CompleteWebAuthnRegistration<'a> {
    /// An access token with the scope `aws.cognito.signin.user.admin`, from the app client that requested the creation
    /// options.
    pub access_token: &'a AccessToken,
    /// The new passkey's public key. It is sent as a JSON object, while a sign-in sends its credential as a string.
    pub credential: &'a RegistrationResponse,
}

/// The browser's response after it made a passkey (`RegistrationResponseJSON`, WebAuthn Level 3 §5.1). It contains the
/// public key.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct RegistrationResponse(Box<RawValue>);

impl RegistrationResponse {
    /// Takes the text of a JSON object, or returns `None` for other text. The service checks the object's members.
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
