use super::{Action, MemberError, optional_session, string_object};
use crate::ids::{ClientId, Username};
use crate::json::Json;
use crate::secret::{ChallengeSession, VerificationCode};

/// Sends the verification code of a registration. The user's status changes from `UNCONFIRMED` to `CONFIRMED`.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
#[derive(Debug)]
pub struct ConfirmSignUp<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The user who registered.
    pub username: &'a Username,
    /// The verification code that the user received.
    pub code: &'a VerificationCode,
    /// The session from the response of [`SignUp`](super::SignUp), if there was one.
    pub session: Option<&'a ChallengeSession>,
}

impl Action for ConfirmSignUp<'_> {
    const OPERATION: &'static str = "ConfirmSignUp";
    /// A session for one `USER_AUTH` sign-in, valid for a short time. The service returns it if the request has a
    /// session.
    type Response = Option<ChallengeSession>;

    fn request_body(&self) -> Json {
        string_object(&[
            ("ClientId", Some(self.client.as_str())),
            ("Username", Some(self.username.as_str())),
            ("ConfirmationCode", Some(self.code.expose_secret())),
            ("Session", self.session.map(ChallengeSession::expose_secret)),
        ])
    }

    fn parse_response(response: &Json) -> Result<Self::Response, MemberError> {
        Ok(optional_session(response))
    }
}
