use super::{Action, Malformed};
use crate::json::Json;
use crate::secret::AccessToken;

/// Says which second factors are asked for, and which first. What is not named stays as it is.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>
#[derive(Debug)]
pub struct SetUserMfaPreference<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// Codes by text message.
    pub sms: Option<MfaPreference>,
    /// Codes of an authenticator app.
    pub software_token: Option<MfaPreference>,
    /// Codes by mail.
    pub email: Option<MfaPreference>,
    /// Whether a passkey alone is enough for one who has second factors.
    pub web_authn: Option<bool>,
}

/// How a second factor is to be used. One at most is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfaPreference {
    /// Not at all.
    Off,
    /// As one of several to choose from.
    On,
    /// Without a question.
    Preferred,
}

impl MfaPreference {
    fn settings(self) -> Json {
        Json::object([
            ("Enabled", (self != Self::Off).into()),
            ("PreferredMfa", (self == Self::Preferred).into()),
        ])
    }
}

impl Action for SetUserMfaPreference<'_> {
    const OPERATION: &'static str = "SetUserMFAPreference";
    type Answer = ();

    fn body(&self) -> Json {
        let settings = |preference: Option<MfaPreference>| {
            preference.map_or(Json::Null, MfaPreference::settings)
        };
        Json::object([
            ("AccessToken", self.access_token.reveal().into()),
            ("SMSMfaSettings", settings(self.sms)),
            ("SoftwareTokenMfaSettings", settings(self.software_token)),
            ("EmailMfaSettings", settings(self.email)),
            (
                "WebAuthnMfaSettings",
                self.web_authn.map_or(Json::Null, |enabled| {
                    Json::object([("Enabled", enabled.into())])
                }),
            ),
        ])
    }

    fn read(_: &Json) -> Result<(), Malformed> {
        Ok(())
    }
}
