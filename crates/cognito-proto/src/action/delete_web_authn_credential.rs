use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::secret::AccessToken;

/// Deletes a passkey's record in the pool. The authenticator keeps its private key.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteWebAuthnCredential<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The ID of the passkey's record, in base64url.
    pub credential_id: &'a str,
}

impl Action for DeleteWebAuthnCredential<'_> {
    const OPERATION: &'static str = "DeleteWebAuthnCredential";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
