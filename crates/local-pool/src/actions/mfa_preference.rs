//! The actions that set a user's second factors: `SetUserMFAPreference`, `AdminSetUserMFAPreference`, and the older
//! `SetUserSettings` and `AdminSetUserSettings`, which support only text messages.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::delivery::MessageDestination;
use crate::pool::mfa::{MfaPreference, SecondFactor};
use crate::pool::{User, UserPool, software_token};

/// The setting of one factor in a request: `SMSMfaSettingsType`, `SoftwareTokenMfaSettingsType`, `EmailMfaSettingsType`
/// or `WebAuthnMfaSettingsType`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RequestedMfaSetting {
    enabled: bool,
    preferred_mfa: bool,
}

/// The changes to a user's second factors that a request asks for. A factor whose structure is absent stays
/// unchanged.
struct MfaPreferenceChange {
    factors: Vec<(SecondFactor, RequestedMfaSetting)>,
    web_authn: Option<bool>,
}

impl MfaPreferenceChange {
    /// Takes the settings of all factors from the request.
    fn from_input(input: &mut ActionInput) -> Self {
        let mut factors = Vec::new();
        for (member, factor) in [
            ("SMSMfaSettings", SecondFactor::Sms),
            ("SoftwareTokenMfaSettings", SecondFactor::SoftwareToken),
            ("EmailMfaSettings", SecondFactor::Email),
        ] {
            if let Some(setting) = input.take_optional_structure::<RequestedMfaSetting>(member) {
                factors.push((factor, setting));
            }
        }
        let web_authn = input
            .take_optional_structure::<RequestedMfaSetting>("WebAuthnMfaSettings")
            .map(|setting| setting.enabled);
        Self { factors, web_authn }
    }

    /// Applies the requested changes to the user's second factors, and saves them.
    ///
    /// # Errors
    /// Two factors are preferred, a preferred factor is not enabled, or a factor cannot be used. `unverified_message`
    /// is the error text for an authenticator app that was not verified.
    fn save_mfa_preference_change(
        &self,
        connection: &Connection,
        pool: &UserPool,
        user: &User,
        unverified_message: &str,
    ) -> Result<(), ApiError> {
        let preferred = self
            .factors
            .iter()
            .filter(|(_, setting)| setting.preferred_mfa);
        if preferred.clone().count() > 1 {
            return Err(ApiError::invalid_parameter(
                "Only one MFA method can be the preferred one.",
            ));
        }
        if preferred.clone().any(|(_, setting)| !setting.enabled) {
            return Err(ApiError::invalid_parameter(
                "A preferred MFA method must be enabled.",
            ));
        }
        let mut preference = MfaPreference::load_mfa_preference(connection, user)?;
        for (factor, setting) in &self.factors {
            if setting.enabled {
                check_second_factor_usable(connection, pool, user, *factor, unverified_message)?;
                preference.enable_second_factor(*factor, setting.preferred_mfa);
            } else {
                preference.disable_second_factor(*factor);
            }
        }
        if let Some(web_authn) = self.web_authn {
            preference.web_authn = web_authn;
        }
        preference.save_mfa_preference(connection, user)
    }
}

/// Returns an error if a second factor cannot be enabled, because the pool does not offer it, or because the user lacks
/// the email address, phone number or app for it.
fn check_second_factor_usable(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    factor: SecondFactor,
    unverified_message: &str,
) -> Result<(), ApiError> {
    let undeliverable = || {
        ApiError::invalid_parameter(format!(
            "User does not have delivery config set to turn on {}",
            factor.wire_name()
        ))
    };
    if !pool.settings.offers_second_factor(factor) {
        return Err(undeliverable());
    }
    match factor.contact() {
        Some(contact) => {
            MessageDestination::from_attributes(contact, &user.load_attributes(connection)?)
                .map(drop)
                .ok_or_else(undeliverable)
        }
        None if software_token::has_verified_authenticator_app(connection, user)? => Ok(()),
        None => Err(ApiError::invalid_parameter(unverified_message)),
    }
}

/// Executes `SetUserMFAPreference`: changes the second factors of the signed-in user.
pub(crate) fn set_user_mfa_preference(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let change = MfaPreferenceChange::from_input(&mut input);
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service.store().run_transaction(|tx| {
        let access = claims.load_api_user(tx)?;
        let unverified = "User has not verified software token mfa";
        change.save_mfa_preference_change(tx, &access.pool, &access.user, unverified)
    })?;
    Ok(ActionResponse::empty_object())
}

/// Executes `AdminSetUserMFAPreference`: changes the second factors of a user for an operator.
pub(crate) fn admin_set_user_mfa_preference(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let change = MfaPreferenceChange::from_input(&mut input);
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let (pool, user) = load_pool_and_user(tx, &pool_id, &username)?;
        let unverified = "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA";
        change.save_mfa_preference_change(tx, &pool, &user, unverified)
    })?;
    Ok(ActionResponse::empty_object())
}

/// One item of `MFAOptions` in a request: `MFAOptionType` in Amazon's API reference.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MfaOption {
    delivery_medium: Option<String>,
}

/// Enables text messages as a second factor if the list `MFAOptions` contains them, and disables them otherwise.
fn save_sms_options(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    options: &[MfaOption],
) -> Result<(), ApiError> {
    let enabled = options
        .iter()
        .any(|option| option.delivery_medium.as_deref() == Some("SMS"));
    let change = MfaPreferenceChange {
        factors: vec![(
            SecondFactor::Sms,
            RequestedMfaSetting {
                enabled,
                preferred_mfa: false,
            },
        )],
        web_authn: None,
    };
    change.save_mfa_preference_change(connection, pool, user, "")
}

/// Executes `SetUserSettings`: enables or disables text messages as a second factor of the signed-in user.
pub(crate) fn set_user_settings(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let options: Vec<MfaOption> = input.take_structures("MFAOptions");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    service.store().run_transaction(|tx| {
        let access = claims.load_api_user(tx)?;
        save_sms_options(tx, &access.pool, &access.user, &options)
    })?;
    Ok(ActionResponse::empty_object())
}

/// Executes `AdminSetUserSettings`: enables or disables text messages as a second factor of a user for an
/// operator.
pub(crate) fn admin_set_user_settings(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let options: Vec<MfaOption> = input.take_structures("MFAOptions");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let (pool, user) = load_pool_and_user(tx, &pool_id, &username)?;
        save_sms_options(tx, &pool, &user, &options)
    })?;
    Ok(ActionResponse::empty_object())
}

/// Adds the user's enabled second factors to the description of the user in a response. Empty members are omitted.
pub(crate) fn add_mfa_factors_to_user_description(
    preference: &MfaPreference,
    response: &mut Value,
) {
    if !preference.enabled.is_empty() {
        response["UserMFASettingList"] = json!(preference.enabled);
    }
    if let Some(preferred) = preference.preferred {
        response["PreferredMfaSetting"] = json!(preferred);
    }
    if preference.enabled.contains(&SecondFactor::Sms) {
        response["MFAOptions"] =
            json!([{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]);
    }
}
