use super::{Action, MemberError, required_string, string_object};
use crate::factor::SecondFactor;
use crate::json::Json;
use crate::secret::AccessToken;

/// Requests the current data of the access token's user.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
#[derive(Debug)]
pub struct GetUser<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

/// A user, with the attributes that the app client may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The stored username.
    pub username: String,
    /// The name and value of each attribute, in no fixed order. All values are strings.
    pub attributes: Vec<(String, String)>,
    /// The user's second factors.
    pub mfa: MfaSettings,
}

/// The second factors of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MfaSettings {
    /// `UserMFASettingList`: the active second factors. Unknown ones are left out.
    pub active: Vec<SecondFactor>,
    /// `PreferredMfaSetting`: the second factor that the pool uses without asking the user to choose.
    pub preferred: Option<SecondFactor>,
}

impl MfaSettings {
    /// Parses the members `UserMFASettingList` and `PreferredMfaSetting` of a response. The service leaves out a member
    /// without a value.
    pub(super) fn parse(response: &Json) -> Self {
        let preferred = response.get("PreferredMfaSetting").as_str();
        Self {
            active: SecondFactor::parse_all(response.get("UserMFASettingList").strings()),
            preferred: SecondFactor::parse_all(preferred.into_iter()).pop(),
        }
    }
}

impl Action for GetUser<'_> {
    const OPERATION: &'static str = "GetUser";
    type Response = User;

    fn request_body(&self) -> Json {
        string_object(&[("AccessToken", Some(self.access_token.expose_secret()))])
    }

    fn parse_response(response: &Json) -> Result<User, MemberError> {
        let attributes = response.get("UserAttributes").items().iter();
        let attributes = attributes
            .map(|attribute| {
                Ok((
                    required_string(attribute, "Name")?,
                    attribute
                        .get("Value")
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                ))
            })
            .collect::<Result<_, MemberError>>()?;
        Ok(User {
            username: required_string(response, "Username")?,
            attributes,
            mfa: MfaSettings::parse(response),
        })
    }
}
