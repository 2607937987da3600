use super::{Action, CodeDelivery, Malformed, texts};
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
    type Answer = Option<CodeDelivery>;

    fn body(&self) -> Json {
        texts(&[
            ("AccessToken", Some(self.access_token.reveal())),
            ("AttributeName", Some(self.attribute.as_str())),
        ])
    }

    fn read(answer: &Json) -> Result<Self::Answer, Malformed> {
        Ok(CodeDelivery::read(answer))
    }
}
