use serde::Serialize;

use super::{Action, CodeDelivery, MemberError, parse_code_delivery};
use crate::ids::{ClientId, Username};

/// Requests a verification code for setting a new password. The old password stays valid until then.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ForgotPassword<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The user who forgot the password.
    pub username: &'a Username,
}

impl Action for ForgotPassword<'_> {
    const OPERATION: &'static str = "ForgotPassword";
    type Response = Option<CodeDelivery>;

    fn parse_response(body: &str) -> Result<Self::Response, MemberError> {
        parse_code_delivery(body)
    }
}
