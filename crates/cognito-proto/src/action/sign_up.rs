use super::{Action, CodeDelivery, Malformed, attribute_list, text};
use crate::ids::{AttributeName, ClientId, Username};
use crate::json::Json;
use crate::secret::Password;

/// Registers a user, who then is `UNCONFIRMED` until the code comes back.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
#[derive(Debug)]
pub struct SignUp<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The name wished for; the e-mail address in pools where that is the name.
    pub username: &'a Username,
    /// The password, exactly as typed.
    pub password: &'a Password,
    /// `email`, `name` and whatever else the pool requires.
    pub attributes: &'a [(AttributeName, String)],
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUp {
    /// The user's `sub`.
    pub sub: String,
    /// Whether the user may sign in at once, without a code.
    pub confirmed: bool,
    /// Where the code went, if one was sent.
    pub delivery: Option<CodeDelivery>,
}

impl Action for SignUp<'_> {
    const OPERATION: &'static str = "SignUp";
    type Answer = SignedUp;

    fn body(&self) -> Json {
        Json::object([
            ("ClientId", self.client.as_str().into()),
            ("Username", self.username.as_str().into()),
            ("Password", self.password.reveal().into()),
            ("UserAttributes", attribute_list(self.attributes)),
        ])
    }

    fn read(answer: &Json) -> Result<SignedUp, Malformed> {
        Ok(SignedUp {
            sub: text(answer, "UserSub")?,
            confirmed: answer.get("UserConfirmed").as_bool().ok_or(Malformed {
                member: "UserConfirmed",
            })?,
            delivery: CodeDelivery::read(answer),
        })
    }
}
