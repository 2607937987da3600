use serde::{Deserialize, Serialize};

use super::{Action, MemberError, parse_body};
use crate::factor::SecondFactor;
use crate::secret::AccessToken;
use crate::wire::Member;

/// Requests the attributes and second factors of the access token's user.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetUser<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

/// A user, with the attributes that the app client may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The username that the pool has stored.
    pub username: String,
    /// The name and value of each attribute, in no fixed order. All values are strings.
    pub attributes: Vec<(String, String)>,
    /// The user's second factors.
    pub mfa: MfaSettings,
}

/// The second factors of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MfaSettings {
    /// The second factors that the user has turned on (`UserMFASettingList`). Unknown ones are left out.
    pub active: Vec<SecondFactor>,
    /// The second factor that the pool uses without asking the user to choose (`PreferredMfaSetting`).
    pub preferred: Option<SecondFactor>,
}

impl MfaSettings {
    /// Parses the members `UserMFASettingList` and `PreferredMfaSetting` of a response. The service leaves out a member
    /// without a value.
    pub(super) fn parse(active: Member<'_, Vec<String>>, preferred: Member<'_, String>) -> Self {
        let active = active.optional().unwrap_or_default();
        let preferred = preferred.optional();
        Self {
            active: SecondFactor::parse_all(active.iter().map(String::as_str)),
            preferred: SecondFactor::parse_all(preferred.as_deref().into_iter()).pop(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    username: Member<'a, String>,
    user_attributes: Member<'a, Vec<Attribute<'a>>>,
    #[serde(rename = "UserMFASettingList")]
    user_mfa_setting_list: Member<'a, Vec<String>>,
    preferred_mfa_setting: Member<'a, String>,
}

/// The wire format of one attribute: `AttributeType` in Amazon's API reference.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct Attribute<'a> {
    name: Member<'a, String>,
    value: Member<'a, String>,
}

impl Action for GetUser<'_> {
    const OPERATION: &'static str = "GetUser";
    type Response = User;

    fn parse_response(body: &str) -> Result<User, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        let attributes = body.user_attributes.optional().unwrap_or_default();
        let attributes = attributes.into_iter().map(|attribute| {
            let name = attribute.name.required("Name")?;
            Ok((name, attribute.value.optional().unwrap_or_default()))
        });
        Ok(User {
            attributes: attributes.collect::<Result<_, MemberError>>()?,
            username: body.username.required("Username")?,
            mfa: MfaSettings::parse(body.user_mfa_setting_list, body.preferred_mfa_setting),
        })
    }
}
