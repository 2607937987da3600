use super::{Action, MemberError, string_object};
use crate::json::Json;
use crate::secret::AccessToken;

/// Deletes the user of the access token permanently. The response body is empty.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>
#[derive(Debug)]
pub struct DeleteUser<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

impl Action for DeleteUser<'_> {
    const OPERATION: &'static str = "DeleteUser";
    type Response = ();

    fn request_body(&self) -> Json {
        string_object(&[("AccessToken", Some(self.access_token.expose_secret()))])
    }

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
