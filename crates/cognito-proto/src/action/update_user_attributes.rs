use super::{Action, CodeDelivery, Malformed, attribute_list};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::AccessToken;

/// Changes attributes; an empty value deletes one. A new e-mail address or phone number is sent a code where the pool
/// verifies them, for [`VerifyUserAttribute`](super::VerifyUserAttribute).
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>
#[derive(Debug)]
pub struct UpdateUserAttributes<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// What changes.
    pub attributes: &'a [(AttributeName, String)],
}

impl Action for UpdateUserAttributes<'_> {
    const OPERATION: &'static str = "UpdateUserAttributes";
    /// Where codes went; nowhere where none is needed.
    type Answer = Vec<CodeDelivery>;

    fn body(&self) -> Json {
        Json::object([
            ("AccessToken", self.access_token.reveal().into()),
            ("UserAttributes", attribute_list(self.attributes)),
        ])
    }

    fn read(answer: &Json) -> Result<Self::Answer, Malformed> {
        let deliveries = answer.get("CodeDeliveryDetailsList").items();
        Ok(deliveries
            .iter()
            .filter_map(CodeDelivery::from_details)
            .collect())
    }
}
