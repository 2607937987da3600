use serde::Serialize;

use super::{Action, CodeDelivery, MemberError, parse_code_delivery};
use crate::ids::{ClientId, Username};

/// Requests another verification code for a registration. Only the newest code is valid.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResendConfirmationCode<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The user who registered.
    pub username: &'a Username,
}

impl Action for ResendConfirmationCode<'_> {
    const OPERATION: &'static str = "ResendConfirmationCode";
    type Response = Option<CodeDelivery>;

    fn parse_response(body: &str) -> Result<Self::Response, MemberError> {
        parse_code_delivery(body)
    }
}
