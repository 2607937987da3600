use serde::{Deserialize, Serialize};

use super::{Action, MemberError, parse_body};
use crate::secret::AccessToken;
use crate::time::UnixTime;
use crate::wire::{Member, WholeNumber};

/// Lists a user's passkeys, one page per request.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListWebAuthnCredentials<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The token for the requested page, from the previous response. `None` requests the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<&'a str>,
}

/// One page of a user's passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAuthnCredentials {
    /// The passkeys, in no promised order.
    pub credentials: Vec<WebAuthnCredential>,
    /// The token for the next page, if there is one.
    pub next_token: Option<String>,
}

/// A passkey's record in the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAuthnCredential {
    /// The passkey's credential ID, in base64url.
    pub id: String,
    /// The name of the passkey's provider, such as a password manager. The pool sets it, not the user.
    pub friendly_name: Option<String>,
    /// The kind of the authenticator: `platform` for a passkey that is part of a device, `cross-platform` for a
    /// separate authenticator.
    pub attachment: Option<String>,
    /// The domain for which the passkey is valid.
    pub relying_party: Option<String>,
    /// The time of the registration.
    pub created_at: Option<UnixTime>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    credentials: Member<'a, Vec<CredentialBody<'a>>>,
    next_token: Member<'a, String>,
}

/// The wire format of [`WebAuthnCredential`]: `WebAuthnCredentialDescription` in Amazon's API reference.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct CredentialBody<'a> {
    credential_id: Member<'a, String>,
    friendly_credential_name: Member<'a, String>,
    authenticator_attachment: Member<'a, String>,
    relying_party_id: Member<'a, String>,
    created_at: Member<'a, WholeNumber>,
}

impl TryFrom<CredentialBody<'_>> for WebAuthnCredential {
    type Error = MemberError;

    fn try_from(credential: CredentialBody<'_>) -> Result<Self, MemberError> {
        Ok(Self {
            id: credential.credential_id.required("CredentialId")?,
            friendly_name: credential.friendly_credential_name.optional(),
            attachment: credential.authenticator_attachment.optional(),
            relying_party: credential.relying_party_id.optional(),
            created_at: credential.created_at.optional_time(),
        })
    }
}

impl Action for ListWebAuthnCredentials<'_> {
    const OPERATION: &'static str = "ListWebAuthnCredentials";
    type Response = WebAuthnCredentials;

    fn parse_response(body: &str) -> Result<WebAuthnCredentials, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let credentials = body.credentials.optional().unwrap_or_default();
        Ok(WebAuthnCredentials {
            credentials: credentials
                .into_iter()
                .map(WebAuthnCredential::try_from)
                .collect::<Result<_, _>>()?,
            next_token: body.next_token.optional(),
        })
    }
}
