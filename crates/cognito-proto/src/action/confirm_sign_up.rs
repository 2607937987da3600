use serde::{Deserialize, Serialize};

use super::{Action, MemberError, parse_body};
use crate::ids::{ClientId, Username};
use crate::secret::{ChallengeSession, VerificationCode};
use crate::wire::Member;

/// Sends the verification code of a registration. The user's status changes from `UNCONFIRMED` to `CONFIRMED`.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfirmSignUp<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The user who registered.
    pub username: &'a Username,
    /// The verification code that the user received.
    #[serde(rename = "ConfirmationCode")]
    pub code: &'a VerificationCode,
    /// The authentication session from the response of [`SignUp`](super::SignUp), if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<&'a ChallengeSession>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    session: Member<'a, ChallengeSession>,
}

impl Action for ConfirmSignUp<'_> {
    const OPERATION: &'static str = "ConfirmSignUp";
    /// An authentication session with which the new user can start one `USER_AUTH` sign-in for a short time. The
    /// service returns it only if the request contained a session.
    type Response = Option<ChallengeSession>;

    fn parse_response(body: &str) -> Result<Self::Response, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        Ok(body.session.optional())
    }
}
