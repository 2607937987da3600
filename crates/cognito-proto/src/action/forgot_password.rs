use super::{Action, CodeDelivery, MemberError, string_object};
use crate::ids::{ClientId, Username};
use crate::json::Json;

/// Requests a verification code for setting a new password. The old password stays valid until then.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
#[derive(Debug)]
pub struct ForgotPassword<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The user who forgot the password.
    pub username: &'a Username,
}

impl Action for ForgotPassword<'_> {
    const OPERATION: &'static str = "ForgotPassword";
    type Response = Option<CodeDelivery>;

    fn request_body(&self) -> Json {
        string_object(&[
            ("ClientId", Some(self.client.as_str())),
            ("Username", Some(self.username.as_str())),
        ])
    }

    fn parse_response(response: &Json) -> Result<Self::Response, MemberError> {
        Ok(CodeDelivery::parse(response))
    }
}
