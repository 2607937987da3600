//! Second factors: which ones a pool offers, which ones a user has turned on, and which one a sign-in asks for.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use super::settings::PoolSettings;
use super::{Attributes, User, UserPool, software_token};
use crate::error::ApiError;

/// The name of the member with the pool's SMS settings. It appears in the pool's settings and in its MFA configuration.
pub(crate) const SMS_CONFIGURATION: &str = "SmsConfiguration";
pub(crate) const SMS_AUTHENTICATION_MESSAGE: &str = "SmsAuthenticationMessage";

/// A second factor of a sign-in: text message, authenticator app or email.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SecondFactor {
    #[serde(rename = "SMS_MFA")]
    Sms,
    #[serde(rename = "SOFTWARE_TOKEN_MFA")]
    SoftwareToken,
    #[serde(rename = "EMAIL_OTP")]
    Email,
}

impl SecondFactor {
    /// All second factors, in the order in which lists name them.
    pub(crate) const ALL: [Self; 3] = [Self::Sms, Self::SoftwareToken, Self::Email];

    /// Returns the name of the factor in requests and responses.
    pub(crate) const fn wire_name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// Returns the factor with this name, or `None` for an unknown name. Amazon's API reference says `EMAIL_MFA` in its
    /// text, while clients and responses say `EMAIL_OTP`. Both are accepted.
    pub(crate) fn from_wire_name(name: &str) -> Option<Self> {
        match name {
            "EMAIL_MFA" => Some(Self::Email),
            _ => Self::ALL
                .into_iter()
                .find(|factor| factor.wire_name() == name),
        }
    }

    /// Returns the contact to which the codes of this factor are sent, or `None` for an authenticator app.
    pub(crate) const fn contact(self) -> Option<ContactKind> {
        match self {
            Self::Sms => Some(ContactKind::PhoneNumber),
            Self::Email => Some(ContactKind::Email),
            Self::SoftwareToken => None,
        }
    }
}

/// The pool setting `MfaConfiguration`: whether sign-ins ask for a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum MfaConfiguration {
    #[default]
    Off,
    On,
    Optional,
}

/// The pool setting `SoftwareTokenMfaConfiguration`: whether authenticator apps are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SoftwareTokenMfaConfiguration {
    pub(crate) enabled: bool,
}

/// The pool setting `EmailMfaConfiguration`: subject and text of emails with a sign-in code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EmailMfaConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
}

/// The passkey setting `UserVerification`: whether the authenticator must verify the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserVerification {
    Required,
    Preferred,
}

/// The passkey setting `FactorConfiguration`: whether a passkey counts only as the first factor, or also as the second
/// factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum WebAuthnFactor {
    SingleFactor,
    MultiFactorWithUserVerification,
}

/// The pool setting `WebAuthnConfiguration`: the relying party of passkeys and the rules for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct WebAuthnConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) relying_party_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_verification: Option<UserVerification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) factor_configuration: Option<WebAuthnFactor>,
}

/// The part of the MFA configuration that `SetUserPoolMfaConfig` sets in addition to `MfaConfiguration`.
/// `DescribeUserPool` does not return this part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PoolMfaSettings {
    /// True if codes by text message are enabled. Their settings are `SmsConfiguration` and `SmsAuthenticationMessage`.
    pub(crate) sms: bool,
    pub(crate) software_token_mfa_configuration: SoftwareTokenMfaConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_mfa_configuration: Option<EmailMfaConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) web_authn_configuration: Option<WebAuthnConfiguration>,
}

impl PoolMfaSettings {
    /// Returns true if this second factor is configured.
    fn has_second_factor(&self, factor: SecondFactor) -> bool {
        match factor {
            SecondFactor::Sms => self.sms,
            SecondFactor::SoftwareToken => self.software_token_mfa_configuration.enabled,
            SecondFactor::Email => self.email_mfa_configuration.is_some(),
        }
    }

    /// Returns true if any second factor is configured.
    pub(crate) fn has_any_second_factor(&self) -> bool {
        SecondFactor::ALL
            .into_iter()
            .any(|factor| self.has_second_factor(factor))
    }
}

impl PoolSettings {
    /// Returns true if the users of the pool may turn on this second factor.
    pub(crate) fn offers_second_factor(&self, factor: SecondFactor) -> bool {
        self.mfa_configuration != MfaConfiguration::Off && self.factors.has_second_factor(factor)
    }

    /// Sets the second factors of a new or changed pool from `MfaConfiguration`. `CreateUserPool` and
    /// `UpdateUserPool` can enable text messages only; `SetUserPoolMfaConfig` enables the others.
    ///
    /// # Errors
    /// The pool has no SMS sender, or the change would make an optional second factor required.
    pub(crate) fn derive_mfa_settings(
        &mut self,
        old_settings: Option<&Self>,
    ) -> Result<(), ApiError> {
        if let Some(old_settings) = old_settings {
            self.factors.clone_from(&old_settings.factors);
            if self.mfa_configuration == MfaConfiguration::On
                && old_settings.mfa_configuration != MfaConfiguration::On
            {
                return Err(ApiError::invalid_parameter(
                    "Cannot turn MFA functionality ON, once the user pool has been created.",
                ));
            }
        }
        if self.mfa_configuration == MfaConfiguration::Off || self.factors.has_any_second_factor() {
            return Ok(());
        }
        if !self.stored_members.contains_key(SMS_CONFIGURATION) {
            return Err(ApiError::invalid_parameter(
                "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
            ));
        }
        self.factors.sms = true;
        Ok(())
    }

    /// Returns the second factors that users of the pool may turn on.
    fn offered_second_factors(&self) -> Vec<SecondFactor> {
        SecondFactor::ALL
            .into_iter()
            .filter(|factor| self.offers_second_factor(*factor))
            .collect()
    }
}

/// The second factors that a user has turned on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MfaPreference {
    /// The second factors that the user has turned on (`UserMFASettingList`).
    pub(crate) enabled: Vec<SecondFactor>,
    /// The second factor that the user prefers (`PreferredMfaSetting`).
    pub(crate) preferred: Option<SecondFactor>,
    /// True if a passkey with user verification also counts as the second factor (`WebAuthnMfaSettings.Enabled`).
    pub(crate) web_authn: bool,
}

const WEB_AUTHN: &str = "WEB_AUTHN";

impl MfaPreference {
    /// Loads the second factors that the user has turned on. A user without a stored preference has none.
    pub(crate) fn load_mfa_preference(
        connection: &Connection,
        user: &User,
    ) -> Result<Self, ApiError> {
        let rows: Vec<(String, bool)> = connection
            .prepare_cached("SELECT factor, preferred FROM second_factor WHERE user_id = ?1")?
            .query_map([user.id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let on = |name: &str| rows.iter().any(|(factor, _)| factor == name);
        Ok(Self {
            enabled: SecondFactor::ALL
                .into_iter()
                .filter(|factor| on(factor.wire_name()))
                .collect(),
            preferred: rows
                .iter()
                .find(|(_, preferred)| *preferred)
                .and_then(|(factor, _)| SecondFactor::from_wire_name(factor)),
            web_authn: on(WEB_AUTHN),
        })
    }

    /// Stores the second factors that the user has turned on.
    pub(crate) fn save_mfa_preference(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<(), ApiError> {
        connection
            .prepare_cached("DELETE FROM second_factor WHERE user_id = ?1")?
            .execute([user.id])?;
        let mut rows: Vec<(&str, bool)> = self
            .enabled
            .iter()
            .map(|factor| (factor.wire_name(), self.preferred == Some(*factor)))
            .collect();
        if self.web_authn {
            rows.push((WEB_AUTHN, false));
        }
        for (factor, preferred) in rows {
            connection
                .prepare_cached(
                    "INSERT INTO second_factor (user_id, factor, preferred) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![user.id, factor, preferred])?;
        }
        Ok(())
    }

    /// Turns a second factor on for the user. If `preferred` is true, this factor replaces the preferred one.
    pub(crate) fn enable_second_factor(&mut self, factor: SecondFactor, preferred: bool) {
        if !self.enabled.contains(&factor) {
            self.enabled.push(factor);
        }
        if preferred {
            self.preferred = Some(factor);
        } else if self.preferred == Some(factor) {
            self.preferred = None;
        }
    }

    /// Turns a second factor off for the user. If it was preferred, the user has no preferred factor any more.
    pub(crate) fn disable_second_factor(&mut self, factor: SecondFactor) {
        self.enabled.retain(|enabled| *enabled != factor);
        if self.preferred == Some(factor) {
            self.preferred = None;
        }
    }
}

/// The second factor that a sign-in asks for after the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MfaRequirement {
    /// The sign-in asks for no second factor.
    None,
    /// The sign-in asks for this factor.
    One(SecondFactor),
    /// The user chooses one of these factors.
    AnyOf(Vec<SecondFactor>),
    /// The user must set up one of these factors first.
    Setup(Vec<SecondFactor>),
}

/// Returns the second factors that a sign-in of this user can ask for: turned on, offered by the pool, and
/// usable.
///
/// If the pool requires a second factor and the user has turned on none, a text message to the user's phone
/// number serves as the second factor.
pub(crate) fn load_active_second_factors(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    preference: &MfaPreference,
    attributes: &Attributes,
) -> Result<Vec<SecondFactor>, ApiError> {
    let has = |contact: ContactKind| {
        attributes
            .get(contact.attribute_name())
            .is_some_and(|value| !value.is_empty())
    };
    let mut active = Vec::new();
    for factor in &preference.enabled {
        let usable = match factor.contact() {
            Some(contact) => has(contact),
            None => software_token::has_verified_authenticator_app(connection, user)?,
        };
        if usable && pool.settings.offers_second_factor(*factor) {
            active.push(*factor);
        }
    }
    if active.is_empty()
        && pool.settings.mfa_configuration == MfaConfiguration::On
        && pool.settings.offers_second_factor(SecondFactor::Sms)
        && has(ContactKind::PhoneNumber)
    {
        active.push(SecondFactor::Sms);
    }
    Ok(active)
}

/// Returns the second factor that this user's sign-in asks for after the password.
pub(crate) fn determine_mfa_requirement(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
) -> Result<MfaRequirement, ApiError> {
    // The external identity provider is responsible for second factors.
    if pool.settings.mfa_configuration == MfaConfiguration::Off
        || user.status == super::UserStatus::ExternalProvider
    {
        return Ok(MfaRequirement::None);
    }
    let preference = MfaPreference::load_mfa_preference(connection, user)?;
    let attributes = user.load_attributes(connection)?;
    let active = load_active_second_factors(connection, pool, user, &preference, &attributes)?;
    Ok(match (preference.preferred, active.as_slice()) {
        (Some(preferred), active) if active.contains(&preferred) => MfaRequirement::One(preferred),
        (_, [only]) => MfaRequirement::One(*only),
        (_, []) => match pool.settings.mfa_configuration {
            MfaConfiguration::On => match pool.settings.offered_second_factors() {
                // A pool can require a second factor without offering any, if it was created before this
                // program supported one.
                offered if offered.is_empty() => MfaRequirement::None,
                offered => MfaRequirement::Setup(offered),
            },
            MfaConfiguration::Off | MfaConfiguration::Optional => MfaRequirement::None,
        },
        (_, several) => MfaRequirement::AnyOf(several.to_vec()),
    })
}

/// Returns the contacts that serve as the user's second factor. A user cannot reset the password with them.
pub(crate) fn load_second_factor_contacts(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    attributes: &Attributes,
) -> Result<Vec<ContactKind>, ApiError> {
    let preference = MfaPreference::load_mfa_preference(connection, user)?;
    Ok(
        load_active_second_factors(connection, pool, user, &preference, attributes)?
            .into_iter()
            .filter_map(SecondFactor::contact)
            .collect(),
    )
}
