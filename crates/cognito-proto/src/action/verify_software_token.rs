use super::{AccessTokenOrSession, Action, MemberError, optional_session, string_object};
use crate::json::Json;
use crate::secret::{ChallengeSession, VerificationCode};

/// Proves with a code that the authenticator app has the secret. For a signed-in user this does not activate the
/// factor. [`SetUserMfaPreference`](super::SetUserMfaPreference) does.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
#[derive(Debug)]
pub struct VerifySoftwareToken<'a> {
    /// The authorization of the request. A session is the one from the response of
    /// [`AssociateSoftwareToken`](super::AssociateSoftwareToken).
    pub authorization: AccessTokenOrSession<'a>,
    /// The authenticator app's code: six digits.
    pub code: &'a VerificationCode,
    /// The name of the authenticator app that the user sees.
    pub friendly_name: Option<&'a str>,
}

impl Action for VerifySoftwareToken<'_> {
    const OPERATION: &'static str = "VerifySoftwareToken";
    /// The next session, if the service sent one.
    type Response = Option<ChallengeSession>;

    fn request_body(&self) -> Json {
        string_object(&[
            self.authorization.request_member(),
            ("UserCode", Some(self.code.expose_secret())),
            ("FriendlyDeviceName", self.friendly_name),
        ])
    }

    /// Returns the next session if the `Status` is `SUCCESS`. Every other `Status` is an error, because Amazon's API
    /// model also has `ERROR`, with which nothing is verified.
    fn parse_response(response: &Json) -> Result<Self::Response, MemberError> {
        if response.get("Status").as_str() == Some("SUCCESS") {
            Ok(optional_session(response))
        } else {
            Err(MemberError { member: "Status" })
        }
    }
}
