use serde::{Serialize, Serializer};

use super::{Action, MemberError, parse_empty};
use crate::secret::AccessToken;

/// Turns the second factors of a user on or off, and sets which of them is preferred.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetUserMfaPreference<'a> {
    /// A token with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// The setting for codes by text message. `None` leaves it unchanged.
    #[serde(rename = "SMSMfaSettings", skip_serializing_if = "Option::is_none")]
    pub sms: Option<MfaPreference>,
    /// The setting for codes from an authenticator app. `None` leaves it unchanged.
    #[serde(
        rename = "SoftwareTokenMfaSettings",
        skip_serializing_if = "Option::is_none"
    )]
    pub software_token: Option<MfaPreference>,
    /// The setting for codes by email. `None` leaves it unchanged.
    #[serde(rename = "EmailMfaSettings", skip_serializing_if = "Option::is_none")]
    pub email: Option<MfaPreference>,
    /// True if a passkey is enough for a user who has a second factor. `None` leaves the setting unchanged.
    #[serde(
        rename = "WebAuthnMfaSettings",
        skip_serializing_if = "Option::is_none",
        serialize_with = "serialize_web_authn"
    )]
    pub web_authn: Option<bool>,
}

/// The setting of one second factor of a user. At most one factor is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfaPreference {
    /// The factor is not used.
    Off,
    /// The factor is turned on, and the user can choose it.
    On,
    /// The pool uses the factor without asking the user to choose.
    Preferred,
}

impl Serialize for MfaPreference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// The wire format of [`MfaPreference`]: `SMSMfaSettingsType`, `SoftwareTokenMfaSettingsType` and
        /// `EmailMfaSettingsType`.
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct MfaSettings {
            enabled: bool,
            preferred_mfa: bool,
        }

        MfaSettings {
            enabled: *self != Self::Off,
            preferred_mfa: *self == Self::Preferred,
        }
        .serialize(serializer)
    }
}

/// Serializes the setting of passkeys in the format of `WebAuthnMfaSettings`.
fn serialize_web_authn<S: Serializer>(
    enabled: &Option<bool>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct WebAuthnMfaSettings {
        enabled: Option<bool>,
    }

    let enabled = *enabled;
    WebAuthnMfaSettings { enabled }.serialize(serializer)
}

impl Action for SetUserMfaPreference<'_> {
    const OPERATION: &'static str = "SetUserMFAPreference";
    type Response = ();

    fn parse_response(body: &str) -> Result<(), MemberError> {
        parse_empty(body)
    }
}
