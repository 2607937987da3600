use super::{Action, CodeDelivery, MemberError, string_object};
use crate::ids::{ClientId, Username};
use crate::json::Json;

/// Requests another verification code for a registration. Only the newest code is valid.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
#[derive(Debug)]
pub struct ResendConfirmationCode<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The user who registered.
    pub username: &'a Username,
}

impl Action for ResendConfirmationCode<'_> {
    const OPERATION: &'static str = "ResendConfirmationCode";
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
