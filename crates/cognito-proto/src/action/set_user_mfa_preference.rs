use super::{Action, MemberError};
use crate::json::Json;
use crate::secret::AccessToken;

/// Sets which second factors the user has and which of them is preferred.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>
#[derive(Debug)]
pub struct SetUserMfaPreference<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The setting for codes by text message. `None` leaves it unchanged.
    pub sms: Option<MfaPreference>,
    /// The setting for codes from an authenticator app. `None` leaves it unchanged.
    pub software_token: Option<MfaPreference>,
    /// The setting for codes by email. `None` leaves it unchanged.
    pub email: Option<MfaPreference>,
    /// True if a passkey alone is sufficient for a user with second factors. `None` leaves the setting unchanged.
    pub web_authn: Option<bool>,
}

/// The use of a second factor. At most one factor is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfaPreference {
    /// The factor is not used.
    Off,
    /// The user can choose the factor.
    On,
    /// The pool uses the factor without asking the user to choose.
    Preferred,
}

impl MfaPreference {
    fn settings_json(self) -> Json {
        Json::object([
            ("Enabled", (self != Self::Off).into()),
            ("PreferredMfa", (self == Self::Preferred).into()),
        ])
    }
}

impl Action for SetUserMfaPreference<'_> {
    const OPERATION: &'static str = "SetUserMFAPreference";
    type Response = ();

    fn request_body(&self) -> Json {
        let settings = |preference: Option<MfaPreference>| {
            preference.map_or(Json::Null, MfaPreference::settings_json)
        };
        Json::object([
            ("AccessToken", self.access_token.expose_secret().into()),
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

    fn parse_response(_: &Json) -> Result<(), MemberError> {
        Ok(())
    }
}
