//! The actions `SetUserPoolMfaConfig` and `GetUserPoolMfaConfig` of the user-pool API: the second factors and passkeys
//! of a pool.

use serde_json::{Map, Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::UserPool;
use crate::pool::mfa::{
    EmailMfaConfiguration, MfaConfiguration, PoolMfaSettings, SMS_AUTHENTICATION_MESSAGE,
    SMS_CONFIGURATION, SoftwareTokenMfaConfiguration, WebAuthnConfiguration,
};
use crate::pool::settings::PoolSettings;

/// The values of `MfaConfiguration` in a request, by name.
const MODES: [(&str, MfaConfiguration); 3] = [
    ("OFF", MfaConfiguration::Off),
    ("ON", MfaConfiguration::On),
    ("OPTIONAL", MfaConfiguration::Optional),
];

/// The changes to second factors and passkeys that a `SetUserPoolMfaConfig` request asks for.
struct PoolMfaConfigChange {
    mode: Option<MfaConfiguration>,
    sms: Option<Map<String, Value>>,
    software_token: Option<SoftwareTokenMfaConfiguration>,
    email: Option<EmailMfaConfiguration>,
    web_authn: Option<WebAuthnConfiguration>,
}

impl PoolMfaConfigChange {
    /// Returns true if the request configures a second factor.
    fn configures_a_factor(&self) -> bool {
        self.sms.is_some()
            || self.email.is_some()
            || self.software_token.is_some_and(|it| it.enabled)
    }

    /// Replaces the second factors of the pool. A factor that the request omits is disabled. The passkey settings stay
    /// unchanged unless the request contains them. Returns an error if `MfaConfiguration` and the factors contradict
    /// each other.
    fn apply_mfa_change(self, settings: &mut PoolSettings) -> Result<(), ApiError> {
        let speaks_of_factors = self.mode.is_some() || self.configures_a_factor();
        if speaks_of_factors {
            let mode = self.mode.unwrap_or(settings.mfa_configuration);
            match (mode, self.configures_a_factor()) {
                (MfaConfiguration::Off, true) => {
                    return Err(ApiError::invalid_parameter(
                        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
                    ));
                }
                (MfaConfiguration::On | MfaConfiguration::Optional, false) => {
                    return Err(ApiError::invalid_parameter(
                        "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
                    ));
                }
                _ => {}
            }
            settings.mfa_configuration = mode;
            settings.factors = PoolMfaSettings {
                sms: self.sms.is_some(),
                software_token_mfa_configuration: self.software_token.unwrap_or_default(),
                email_mfa_configuration: self.email,
                web_authn_configuration: settings.factors.web_authn_configuration.take(),
            };
            for name in [SMS_CONFIGURATION, SMS_AUTHENTICATION_MESSAGE] {
                if let Some(value) = self.sms.as_ref().and_then(|sms| sms.get(name)) {
                    settings
                        .stored_members
                        .insert(name.to_owned(), value.clone());
                }
            }
        }
        if self.web_authn.is_some() {
            settings.factors.web_authn_configuration = self.web_authn;
        }
        Ok(())
    }
}

/// Executes `SetUserPoolMfaConfig`: sets the second factors and passkeys of a pool.
pub(crate) fn set_user_pool_mfa_config(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let wanted = PoolMfaConfigChange {
        mode: input.take_optional_choice("MfaConfiguration", &MODES),
        sms: input.take_optional_structure("SmsMfaConfiguration"),
        software_token: input.take_optional_structure("SoftwareTokenMfaConfiguration"),
        email: input.take_optional_structure("EmailMfaConfiguration"),
        web_authn: input.take_optional_structure("WebAuthnConfiguration"),
    };
    input.finish_and_take_rest()?;
    let pool = service.store().run_transaction(|tx| {
        let mut pool = UserPool::load_pool(tx, &pool_id)?;
        wanted.apply_mfa_change(&mut pool.settings)?;
        pool.modified_at = caller.now;
        pool.save_pool(tx)?;
        Ok::<_, ApiError>(pool)
    })?;
    Ok(ActionResponse::Json(describe_mfa_config(&pool.settings)?))
}

/// Executes `GetUserPoolMfaConfig`: returns the second factors and passkeys of a pool.
pub(crate) fn get_user_pool_mfa_config(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    input.finish_and_take_rest()?;
    let pool = service
        .store()
        .run_query(|connection| UserPool::load_pool(connection, &pool_id))?;
    Ok(ActionResponse::Json(describe_mfa_config(&pool.settings)?))
}

/// Returns the response of `SetUserPoolMfaConfig` and `GetUserPoolMfaConfig`: the configured factors, and
/// `MfaConfiguration`.
fn describe_mfa_config(settings: &PoolSettings) -> Result<Value, ApiError> {
    let factors = &settings.factors;
    let mut describe = json!({"MfaConfiguration": settings.mfa_configuration});
    if factors.sms {
        let sms: Map<String, Value> = [SMS_AUTHENTICATION_MESSAGE, SMS_CONFIGURATION]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), settings.stored_members.get(name)?.clone())))
            .collect();
        describe["SmsMfaConfiguration"] = Value::Object(sms);
    }
    if factors.software_token_mfa_configuration.enabled {
        describe["SoftwareTokenMfaConfiguration"] =
            serde_json::to_value(factors.software_token_mfa_configuration)?;
    }
    if let Some(email) = &factors.email_mfa_configuration {
        describe["EmailMfaConfiguration"] = serde_json::to_value(email)?;
    }
    if let Some(web_authn) = &factors.web_authn_configuration {
        describe["WebAuthnConfiguration"] = serde_json::to_value(web_authn)?;
    }
    Ok(describe)
}
