use super::{Action, Malformed, texts};
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
    type Answer = ();

    fn body(&self) -> Json {
        texts(&[
            ("AccessToken", Some(self.access_token.reveal())),
            ("CredentialId", Some(self.credential_id)),
        ])
    }

    fn read(_: &Json) -> Result<(), Malformed> {
        Ok(())
    }
}
