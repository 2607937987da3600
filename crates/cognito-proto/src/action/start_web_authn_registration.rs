use serde::{Deserialize, Serialize};

use super::{Action, MemberError, parse_body};
use crate::secret::AccessToken;
use crate::wire::{Member, RawJson};

/// Requests the creation options for a new passkey: the settings with which the browser makes it.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartWebAuthnRegistration<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    credential_creation_options: Member<'a, RawJson<'a>>,
}

impl Action for StartWebAuthnRegistration<'_> {
    const OPERATION: &'static str = "StartWebAuthnRegistration";
    /// The creation options (`CredentialCreationOptions`): the JSON text of `PublicKeyCredentialCreationOptionsJSON`.
    /// Browsers parse it with `PublicKeyCredential.parseCreationOptionsFromJSON()` (WebAuthn Level 3 §5.1.8).
    type Response = String;

    fn parse_response(body: &str) -> Result<String, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let member = "CredentialCreationOptions";
        let RawJson(options) = body.credential_creation_options.required(member)?;
        if options.starts_with('{') {
            Ok(options.to_owned())
        } else {
            Err(MemberError { member })
        }
    }
}
