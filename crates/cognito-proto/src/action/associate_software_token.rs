use serde::{Deserialize, Serialize};

use super::{Action, MemberError, parse_body};
use crate::secret::{AccessToken, ChallengeSession, TotpSecret};
use crate::wire::Member;

/// Requests the secret from which an authenticator app makes its codes. A new secret replaces an earlier one that was
/// never verified.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct AssociateSoftwareToken<'a> {
    /// The proof that the request may be sent: an access token, or the session of a sign-in.
    pub authorization: AccessTokenOrSession<'a>,
}

/// The authorization to set up an authenticator app: the access token of a signed-in user, or the session of an
/// `MFA_SETUP` challenge during a sign-in.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum AccessTokenOrSession<'a> {
    /// The access token of a signed-in user. It needs the scope `aws.cognito.signin.user.admin`.
    AccessToken(&'a AccessToken),
    /// The session of the `MFA_SETUP` challenge, for a user who is still signing in.
    Session(&'a ChallengeSession),
}

impl<'a> AccessTokenOrSession<'a> {
    /// Returns the access token, or `None` if the authorization is a session.
    pub(super) fn access_token(self) -> Option<&'a AccessToken> {
        match self {
            Self::AccessToken(token) => Some(token),
            Self::Session(_) => None,
        }
    }

    /// Returns the session, or `None` if the authorization is an access token.
    pub(super) fn session(self) -> Option<&'a ChallengeSession> {
        match self {
            Self::AccessToken(_) => None,
            Self::Session(session) => Some(session),
        }
    }
}

/// The response to [`AssociateSoftwareToken`].
#[derive(Debug, PartialEq, Eq)]
pub struct SoftwareToken {
    /// The secret for the authenticator app. The app must not show it anywhere else.
    pub secret: TotpSecret,
    /// The session for the next request of the sign-in, if the service sent one.
    pub session: Option<ChallengeSession>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    secret_code: Member<'a, TotpSecret>,
    session: Member<'a, ChallengeSession>,
}

impl Action for AssociateSoftwareToken<'_> {
    const OPERATION: &'static str = "AssociateSoftwareToken";
    type Response = SoftwareToken;

    fn parse_response(body: &str) -> Result<SoftwareToken, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        Ok(SoftwareToken {
            secret: body.secret_code.required("SecretCode")?,
            session: body.session.optional(),
        })
    }
}
