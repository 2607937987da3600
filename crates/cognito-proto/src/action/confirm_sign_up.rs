use super::{Action, Malformed, session, texts};
use crate::ids::{ClientId, Username};
use crate::json::Json;
use crate::secret::{ChallengeSession, ConfirmationCode};

/// Hands in the code of a registration: `UNCONFIRMED` becomes `CONFIRMED`.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
#[derive(Debug)]
pub struct ConfirmSignUp<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// Who registered.
    pub username: &'a Username,
    /// The code that came.
    pub code: &'a ConfirmationCode,
    /// The session that [`SignUp`](super::SignUp) answered, if it answered one.
    pub session: Option<&'a ChallengeSession>,
}

impl Action for ConfirmSignUp<'_> {
    const OPERATION: &'static str = "ConfirmSignUp";
    /// A session that signs in by `USER_AUTH`, once and soon, where one was sent with the request.
    type Answer = Option<ChallengeSession>;

    fn body(&self) -> Json {
        texts(&[
            ("ClientId", Some(self.client.as_str())),
            ("Username", Some(self.username.as_str())),
            ("ConfirmationCode", Some(self.code.reveal())),
            ("Session", self.session.map(ChallengeSession::reveal)),
        ])
    }

    fn read(answer: &Json) -> Result<Self::Answer, Malformed> {
        Ok(session(answer))
    }
}
