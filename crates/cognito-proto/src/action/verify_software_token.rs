use serde::{Deserialize, Serialize, Serializer};

use super::{AccessTokenOrSession, Action, MemberError, parse_body};
use crate::secret::{AccessToken, ChallengeSession, VerificationCode};
use crate::wire::Member;

/// Proves with a code that the authenticator app has the secret. For a signed-in user this does not turn the factor on:
/// [`SetUserMfaPreference`](super::SetUserMfaPreference) does.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
#[derive(Debug)]
pub struct VerifySoftwareToken<'a> {
    /// The proof that the request may be sent: an access token, or the session from the response of
    /// [`AssociateSoftwareToken`](super::AssociateSoftwareToken).
    pub authorization: AccessTokenOrSession<'a>,
    /// The authenticator app's code: six digits.
    pub code: &'a VerificationCode,
    /// The name of the authenticator app that the user sees.
    pub friendly_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RequestBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a AccessToken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'a ChallengeSession>,
    user_code: &'a VerificationCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    friendly_device_name: Option<&'a str>,
}

impl Serialize for VerifySoftwareToken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RequestBody {
            access_token: self.authorization.access_token(),
            session: self.authorization.session(),
            user_code: self.code,
            friendly_device_name: self.friendly_name,
        }
        .serialize(serializer)
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    status: Member<'a, String>,
    session: Member<'a, ChallengeSession>,
}

impl Action for VerifySoftwareToken<'_> {
    const OPERATION: &'static str = "VerifySoftwareToken";
    /// The session for the next request of the sign-in, if the service sent one.
    type Response = Option<ChallengeSession>;

    /// Returns the next session if the `Status` is `SUCCESS`. Every other `Status` is an error, because Amazon's API
    /// model also has `ERROR`, with which nothing is verified.
    fn parse_response(body: &str) -> Result<Self::Response, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        match body.status.optional().as_deref() {
            Some("SUCCESS") => Ok(body.session.optional()),
            _ => Err(MemberError { member: "Status" }),
        }
    }
}
