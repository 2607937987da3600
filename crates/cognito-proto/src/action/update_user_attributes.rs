use serde::{Deserialize, Serialize};

use super::{
    Action, CodeDelivery, CodeDeliveryDetails, MemberError, parse_body, serialize_attributes,
};
use crate::ids::AttributeName;
use crate::secret::AccessToken;
use crate::wire::Member;

/// Changes attributes of the user. An empty value deletes an attribute. If the pool verifies a new email address or
/// phone number, it sends a code there, which the app returns with [`VerifyUserAttribute`](super::VerifyUserAttribute).
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateUserAttributes<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The attributes to change, with their new values.
    #[serde(rename = "UserAttributes", serialize_with = "serialize_attributes")]
    pub attributes: &'a [(AttributeName, String)],
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    code_delivery_details_list: Member<'a, Vec<Member<'a, CodeDeliveryDetails<'a>>>>,
}

impl Action for UpdateUserAttributes<'_> {
    const OPERATION: &'static str = "UpdateUserAttributes";
    /// The destinations of the verification codes that the pool has sent. Empty if no code is needed.
    type Response = Vec<CodeDelivery>;

    fn parse_response(body: &str) -> Result<Self::Response, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let deliveries = body.code_delivery_details_list.optional();
        let deliveries = deliveries.unwrap_or_default().into_iter();
        Ok(deliveries.filter_map(CodeDelivery::parse).collect())
    }
}
