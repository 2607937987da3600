use super::{Action, Malformed, Standing, session, texts};
use crate::json::Json;
use crate::secret::{ChallengeSession, ConfirmationCode};

/// Shows by a code that the authenticator app has the secret. For one who is signed in this alone switches nothing on:
/// [`SetUserMfaPreference`](super::SetUserMfaPreference) does.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
#[derive(Debug)]
pub struct VerifySoftwareToken<'a> {
    /// Who shows it; a session is the one that [`AssociateSoftwareToken`](super::AssociateSoftwareToken) answered.
    pub by: Standing<'a>,
    /// The app's code: six digits.
    pub code: &'a ConfirmationCode,
    /// What the person will know the app by.
    pub friendly_name: Option<&'a str>,
}

impl Action for VerifySoftwareToken<'_> {
    const OPERATION: &'static str = "VerifySoftwareToken";
    /// The next session, where one was sent.
    type Answer = Option<ChallengeSession>;

    fn body(&self) -> Json {
        texts(&[
            self.by.member(),
            ("UserCode", Some(self.code.reveal())),
            ("FriendlyDeviceName", self.friendly_name),
        ])
    }

    /// `Status` is `ERROR` in the model too, and then nothing was verified.
    fn read(answer: &Json) -> Result<Self::Answer, Malformed> {
        if answer.get("Status").as_text() == Some("SUCCESS") {
            Ok(session(answer))
        } else {
            Err(Malformed { member: "Status" })
        }
    }
}
