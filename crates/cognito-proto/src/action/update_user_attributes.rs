use super::{Action, CodeDelivery, MemberError, attribute_list};
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::AccessToken;

/// Changes attributes. An empty value deletes an attribute. If the pool verifies a new email address or phone number,
/// it sends a code there for [`VerifyUserAttribute`](super::VerifyUserAttribute).
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>
#[derive(Debug)]
pub struct UpdateUserAttributes<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The attributes to change, with their new values.
    pub attributes: &'a [(AttributeName, String)],
}

impl Action for UpdateUserAttributes<'_> {
    const OPERATION: &'static str = "UpdateUserAttributes";
    /// The destinations of the codes. Empty if no code is needed.
    type Response = Vec<CodeDelivery>;

    fn request_body(&self) -> Json {
        Json::object([
            ("AccessToken", self.access_token.expose_secret().into()),
            ("UserAttributes", attribute_list(self.attributes)),
        ])
    }

    fn parse_response(response: &Json) -> Result<Self::Response, MemberError> {
        let deliveries = response.get("CodeDeliveryDetailsList").items();
        Ok(deliveries
            .iter()
            .filter_map(CodeDelivery::parse_details)
            .collect())
    }
}
