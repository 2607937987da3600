use super::{Action, Malformed, text};
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
}

impl Action for GetUser<'_> {
    const OPERATION: &'static str = "GetUser";
    type Answer = User;

    fn body(&self) -> Json {
        Json::object([("AccessToken", self.access_token.reveal().into())])
    }

    fn read(answer: &Json) -> Result<User, Malformed> {
        let attributes = answer.get("UserAttributes").as_array().unwrap_or_default();
        let attributes = attributes
            .iter()
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
        })
    }
}
