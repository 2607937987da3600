use super::{Action, Malformed, Standing, session, texts};
use crate::json::Json;
use crate::secret::{ChallengeSession, ConfirmationCode};

/// Proves with a code that the authenticator app has the secret. For a signed-in user this does not activate the
/// factor. [`SetUserMfaPreference`](super::SetUserMfaPreference) does.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
#[derive(Debug)]
pub struct VerifySoftwareToken<'a> {
    /// The authorization of the request. A session is the one from the response of
    /// [`AssociateSoftwareToken`](super::AssociateSoftwareToken).
    pub by: Standing<'a>,
    /// The authenticator app's code: six digits.
    pub code: &'a ConfirmationCode,
    /// The name of the authenticator app that the user sees.
    pub friendly_name: Option<&'a str>,
}

impl Action for VerifySoftwareToken<'_> {
    const OPERATION: &'static str = "VerifySoftwareToken";
    /// The next session, if the service sent one.
    type Answer = Option<ChallengeSession>;

    fn body(&self) -> Json {
        texts(&[
            self.by.member(),
            ("UserCode", Some(self.code.reveal())),
            ("FriendlyDeviceName", self.friendly_name),
        ])
    }

    /// Amazon's API model also has the `Status` `ERROR`, with which nothing is verified.
    fn read(answer: &Json) -> Result<Self::Answer, Malformed> {
        if answer.get("Status").as_text() == Some("SUCCESS") {
            Ok(session(answer))
        } else {
            Err(Malformed { member: "Status" })
        }
    }
}
