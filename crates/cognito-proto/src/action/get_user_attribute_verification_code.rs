use serde::Serialize;

use super::{Action, CodeDelivery, MemberError, parse_code_delivery};
use crate::ids::AttributeName;
use crate::secret::AccessToken;

/// Requests a verification code for an email address or phone number that is not verified yet.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetUserAttributeVerificationCode<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The attribute to verify: `email` or `phone_number`.
    #[serde(rename = "AttributeName")]
    pub attribute: &'a AttributeName,
}

impl Action for GetUserAttributeVerificationCode<'_> {
    const OPERATION: &'static str = "GetUserAttributeVerificationCode";
    type Response = Option<CodeDelivery>;

    fn parse_response(body: &str) -> Result<Self::Response, MemberError> {
        parse_code_delivery(body)
    }
}
