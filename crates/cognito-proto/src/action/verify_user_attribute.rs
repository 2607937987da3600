use serde::Serialize;

use super::{Action, MemberError, parse_empty};
use crate::ids::AttributeName;
use crate::secret::{AccessToken, VerificationCode};

/// Sends the verification code for a new email address or phone number. If the pool still has the old value, it now
/// stores the new one.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VerifyUserAttribute<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The attribute to verify: `email` or `phone_number`.
    #[serde(rename = "AttributeName")]
    pub attribute: &'a AttributeName,
    /// The verification code that the user received.
    pub code: &'a VerificationCode,
}

impl Action for VerifyUserAttribute<'_> {
    const OPERATION: &'static str = "VerifyUserAttribute";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
