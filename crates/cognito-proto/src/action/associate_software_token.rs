use super::{Action, Malformed, session, text, texts};
use crate::json::Json;
use crate::secret::{AccessToken, ChallengeSession, TotpSecret};

/// Requests the secret from which an authenticator app makes its codes. A new secret replaces an earlier one that was
/// never verified.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
#[derive(Debug)]
pub struct AssociateSoftwareToken<'a> {
    /// The authorization of the request.
    pub by: Standing<'a>,
}

/// The authorization to set up an authenticator app: a signed-in user's token, or the session of an `MFA_SETUP`
/// challenge.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// The user is signed in. The access token needs the scope `aws.cognito.signin.user.admin`.
    SignedIn(&'a AccessToken),
    /// The user is signing in. This is the session of the challenge.
    SigningIn(&'a ChallengeSession),
}

impl<'a> Standing<'a> {
    /// Returns the request member that holds the authorization.
    pub(super) fn member(self) -> (&'static str, Option<&'a str>) {
        match self {
            Self::SignedIn(token) => ("AccessToken", Some(token.reveal())),
            Self::SigningIn(session) => ("Session", Some(session.reveal())),
        }
    }
}

/// The response to [`AssociateSoftwareToken`].
#[derive(Debug, PartialEq, Eq)]
pub struct SoftwareToken {
    /// The secret for the authenticator app. The app must not show it anywhere else.
    pub secret: TotpSecret,
    /// The next session, if the service sent one.
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
