use super::{Action, CodeDelivery, MemberError, string_object};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::AccessToken;

/// Requests a verification code for an email address or phone number that is not verified yet.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>
#[derive(Debug)]
pub struct GetUserAttributeVerificationCode<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// `email` or `phone_number`.
    pub attribute: &'a AttributeName,
}

impl Action for GetUserAttributeVerificationCode<'_> {
    const OPERATION: &'static str = "GetUserAttributeVerificationCode";
    type Response = Option<CodeDelivery>;

    fn request_body(&self) -> Json {
        string_object(&[
            ("AccessToken", Some(self.access_token.expose_secret())),
            ("AttributeName", Some(self.attribute.as_str())),
        ])
    }

    fn parse_response(response: &Json) -> Result<Self::Response, MemberError> {
        Ok(CodeDelivery::parse(response))
    }
}
