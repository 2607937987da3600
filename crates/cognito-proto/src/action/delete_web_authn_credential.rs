use super::{Action, MemberError, string_object};
use crate::json::Json;
use crate::secret::AccessToken;

/// Deletes a passkey's record in the pool. The authenticator keeps its private key.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html>
#[derive(Debug)]
pub struct DeleteWebAuthnCredential<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The passkey's id, base64url.
    pub credential_id: &'a str,
}

impl Action for DeleteWebAuthnCredential<'_> {
    const OPERATION: &'static str = "DeleteWebAuthnCredential";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("CredentialId", Some(self.credential_id)),
        ])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
