use super::{Action, MemberError, optional_session, required_string, string_object};
use crate::json::Json;
use crate::secret::{AccessToken, ChallengeSession, TotpSecret};

/// Requests the secret from which an authenticator app makes its codes. A new secret replaces an earlier one that was
/// never verified.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
#[derive(Debug)]
pub struct AssociateSoftwareToken<'a> {
    /// The authorization of the request.
    pub authorization: AccessTokenOrSession<'a>,
}

/// The authorization to set up an authenticator app: a signed-in user's token, or the session of an `MFA_SETUP`
/// challenge.
#[derive(Clone, Copy, Debug)]
pub enum AccessTokenOrSession<'a> {
    /// The user is signed in. The access token needs the scope `aws.cognito.signin.user.admin`.
    AccessToken(&'a AccessToken),
    /// The user is signing in. This is the session of the challenge.
    Session(&'a ChallengeSession),
}

impl<'a> AccessTokenOrSession<'a> {
    /// Returns the name and the value of the request member that holds the authorization.
    pub(super) fn request_member(self) -> (&'static str, Option<&'a str>) {
        match self {
            Self::AccessToken(token) => ("AccessToken", Some(token.expose_secret())),
            Self::Session(session) => ("Session", Some(session.expose_secret())),
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
    type Response = SoftwareToken;

    fn request_body(&self) -> Json {
        string_object(&[self.authorization.request_member()])
    }

    fn parse_response(response: &Json) -> Result<SoftwareToken, MemberError> {
        Ok(SoftwareToken {
            secret: TotpSecret::new(required_string(response, "SecretCode")?),
            session: optional_session(response),
        })
    }
}
