use super::{Action, CodeDelivery, MemberError, attribute_list, optional_session, required_string};
use crate::ids::{AttributeName, ClientId, Username};
use crate::json::Json;
use crate::secret::{ChallengeSession, Password};

/// Registers a user. The user stays `UNCONFIRMED` until the app sends the verification code.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
#[derive(Debug)]
pub struct SignUp<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The requested username, which is the email address in pools that use it as the username.
    pub username: &'a Username,
    /// The password, exactly as typed. `None` in pools that offer a first factor without a password.
    pub password: Option<&'a Password>,
    /// `email`, `name` and the other attributes that the pool requires.
    pub attributes: &'a [(AttributeName, String)],
}

/// The response to [`SignUp`].
#[derive(Debug, PartialEq, Eq)]
pub struct SignUpResult {
    /// The user's `sub`: the permanent ID that the pool assigned.
    pub sub: String,
    /// True if the user may sign in at once, without a code.
    pub confirmed: bool,
    /// The destination of the verification code, if the service sent one.
    pub delivery: Option<CodeDelivery>,
    /// The session for [`ConfirmSignUp`](super::ConfirmSignUp), if the app client allows `USER_AUTH`.
    pub session: Option<ChallengeSession>,
}

impl Action for SignUp<'_> {
    const OPERATION: &'static str = "SignUp";
    type Response = SignUpResult;

    fn request_body(&self) -> Json {
        Json::object([
            ("ClientId", self.client.as_str().into()),
            ("Username", self.username.as_str().into()),
            (
                "Password",
                self.password
                    .map_or(Json::Null, |password| password.expose_secret().into()),
            ),
            ("UserAttributes", attribute_list(self.attributes)),
        ])
    }

    fn parse_response(response: &Json) -> Result<SignUpResult, MemberError> {
        Ok(SignUpResult {
            sub: required_string(response, "UserSub")?,
            confirmed: response.get("UserConfirmed").as_bool().ok_or(MemberError {
                member: "UserConfirmed",
            })?,
            delivery: CodeDelivery::parse(response),
            session: optional_session(response),
        })
    }
}
