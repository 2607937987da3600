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
    /// The authorization of the request.
    pub authorization: AccessTokenOrSession<'a>,
}

/// The authorization to set up an authenticator app: a signed-in user's token, or the session of an `MFA_SETUP`
/// challenge.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum AccessTokenOrSession<'a> {
    /// The user is signed in. The access token needs the scope `aws.cognito.signin.user.admin`.
    AccessToken(&'a AccessToken),
    /// The user is signing in. This is the session of the challenge.
    Session(&'a ChallengeSession),
}

impl<'a> AccessTokenOrSession<'a> {
    /// Returns the access token, or `None` if this is a session.
    pub(super) fn access_token(self) -> Option<&'a AccessToken> {
        match self {
            Self::AccessToken(token) => Some(token),
            Self::Session(_) => None,
        }
    }

    /// Returns the session, or `None` if this is an access token.
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
    /// The next session, if the service sent one.
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
