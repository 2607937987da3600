use super::{Action, Malformed, session, text, texts};
use crate::json::Json;
use crate::secret::{AccessToken, ChallengeSession, TotpSecret};

/// Asks for the secret that an authenticator app shall make its codes from. A new one replaces an earlier one that was
/// never verified.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
#[derive(Debug)]
pub struct AssociateSoftwareToken<'a> {
    /// Who asks.
    pub by: Standing<'a>,
}

/// Who sets up an authenticator app: one who is signed in, or one whom `MFA_SETUP` keeps from it.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    SignedIn(&'a AccessToken),
    /// The session of the challenge.
    SigningIn(&'a ChallengeSession),
}

impl<'a> Standing<'a> {
    /// The member that says so.
    pub(super) fn member(self) -> (&'static str, Option<&'a str>) {
        match self {
            Self::SignedIn(token) => ("AccessToken", Some(token.reveal())),
            Self::SigningIn(session) => ("Session", Some(session.reveal())),
        }
    }
}

/// What the app is to be told.
#[derive(Debug, PartialEq, Eq)]
pub struct SoftwareToken {
    /// The secret, for the app and nobody else.
    pub secret: TotpSecret,
    /// The next session, where one was sent.
    pub session: Option<ChallengeSession>,
}

impl Action for AssociateSoftwareToken<'_> {
    const OPERATION: &'static str = "AssociateSoftwareToken";
    type Answer = SoftwareToken;

    fn body(&self) -> Json {
        texts(&[self.by.member()])
    }

    fn read(answer: &Json) -> Result<SoftwareToken, Malformed> {
        Ok(SoftwareToken {
            secret: TotpSecret::new(text(answer, "SecretCode")?),
            session: session(answer),
        })
    }
}
