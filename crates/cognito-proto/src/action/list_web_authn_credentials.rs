use super::{Action, MemberError, optional_time, required_string, string_object};
use crate::json::Json;
use crate::secret::AccessToken;
use crate::time::UnixTime;

/// Lists a user's passkeys, one page per request.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html>
#[derive(Debug)]
pub struct ListWebAuthnCredentials<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The token for this page, from the previous response.
    pub next_token: Option<&'a str>,
}

/// One page of passkeys.
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
    /// The credential ID in base64url.
    pub id: String,
    /// The name of the passkey's provider. The pool sets it, not the user.
    pub friendly_name: Option<String>,
    /// `platform` for a passkey that is part of a device, `cross-platform` for a separate authenticator.
    pub attachment: Option<String>,
    /// The domain for which the passkey is valid.
    pub relying_party: Option<String>,
    /// The time of the registration.
    pub created_at: Option<UnixTime>,
}

impl WebAuthnCredential {
    fn parse(credential: &Json) -> Result<Self, MemberError> {
        let optional = |name| credential.get(name).as_str().map(str::to_owned);
        Ok(Self {
            id: required_string(credential, "CredentialId")?,
            friendly_name: optional("FriendlyCredentialName"),
            attachment: optional("AuthenticatorAttachment"),
            relying_party: optional("RelyingPartyId"),
            created_at: optional_time(credential, "CreatedAt"),
        })
    }
}

impl Action for ListWebAuthnCredentials<'_> {
    const OPERATION: &'static str = "ListWebAuthnCredentials";
    type Response = WebAuthnCredentials;

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("NextToken", self.next_token),
        ])
    }

    fn parse_response(response: &Json) -> Result<WebAuthnCredentials, MemberError> {
        Ok(WebAuthnCredentials {
            credentials: response
                .get("Credentials")
                .items()
                .iter()
                .map(WebAuthnCredential::parse)
                .collect::<Result<_, _>>()?,
            next_token: response.get("NextToken").as_str().map(str::to_owned),
        })
    }
}
