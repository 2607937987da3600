use super::{Action, MemberError, string_object};
use crate::json::Json;
use crate::secret::AccessToken;

/// Revokes all refresh tokens of the user. Issued tokens still pass local validation until they expire.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
#[derive(Debug)]
pub struct GlobalSignOut<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

impl Action for GlobalSignOut<'_> {
    const OPERATION: &'static str = "GlobalSignOut";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[("AccessToken", Some(self.access_token.expose_secret()))])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
