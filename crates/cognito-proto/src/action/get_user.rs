use super::{Action, Malformed, text, texts};
use crate::factor::SecondFactor;
use crate::json::Json;
use crate::secret::AccessToken;

/// Asks the pool who the access token's user is, as of now.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
#[derive(Debug)]
pub struct GetUser<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
}

/// A user, as far as the app client may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The stored user name.
    pub username: String,
    /// Name and value of each attribute, in no promised order. All values are texts.
    pub attributes: Vec<(String, String)>,
    /// What is asked for after the first factor.
    pub mfa: MfaSettings,
}

/// A user's second factors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MfaSettings {
    /// `UserMFASettingList`: those that are on; what is not known here is left out.
    pub active: Vec<SecondFactor>,
    /// `PreferredMfaSetting`: the one that is asked for without a question.
    pub preferred: Option<SecondFactor>,
}

impl MfaSettings {
    /// Reads both members, which are left out where they say nothing.
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
