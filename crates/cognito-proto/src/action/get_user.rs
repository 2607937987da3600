use super::{Action, Malformed, text, texts};
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
    /// Parses both members. The service leaves out a member without a value.
    pub(super) fn read(answer: &Json) -> Self {
        let preferred = answer.get("PreferredMfaSetting").as_text();
        Self {
            active: SecondFactor::read_all(answer.get("UserMFASettingList").texts()),
            preferred: SecondFactor::read_all(preferred.into_iter()).pop(),
        }
    }
}

impl Action for GetUser<'_> {
    const OPERATION: &'static str = "GetUser";
    type Answer = User;

    fn body(&self) -> Json {
        texts(&[("AccessToken", Some(self.access_token.reveal()))])
    }

    fn read(answer: &Json) -> Result<User, Malformed> {
        let attributes = answer.get("UserAttributes").items().iter();
        let attributes = attributes
            .map(|pair| {
                Ok((
                    text(pair, "Name")?,
                    pair.get("Value").as_text().unwrap_or_default().to_owned(),
                ))
            })
            .collect::<Result<_, Malformed>>()?;
        Ok(User {
            username: text(answer, "Username")?,
            attributes,
            mfa: MfaSettings::read(answer),
        })
    }
}
