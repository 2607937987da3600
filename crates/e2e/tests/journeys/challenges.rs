//! Challenges of the pool on our own sign-in page, after or instead of username and password.

mod back_and_reload;
mod custom;
mod devices;
mod first_factors;
mod resend_code;
mod second_factors;
mod temporary_password;
mod unknown_challenge;

use e2e::{TestEnv, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::hosted_sign_in::with_ann;

/// The label of the button that answers most challenges.
pub(crate) const CONTINUE: &str = texts::labels::CONTINUE;
/// The label of the field for a code.
pub(crate) const CODE: &str = texts::labels::VERIFICATION_CODE;
/// The title of the page for a code.
pub(crate) const ENTER_CODE: &str = texts::sign_in::CODE_TITLE;

/// Starts the development pool with the user Ann and this MFA configuration.
fn with_factors(configuration: &str) -> TestEnv {
    let env = with_ann();
    env.call_as_operator(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "MfaConfiguration": configuration,
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" } },
            "EmailMfaConfiguration": { "Message": "{####}", "Subject": "Code" },
        }),
    );
    env
}

/// Sets attributes of Ann, as an operator does.
fn set_attributes_of_ann(env: &TestEnv, attributes: &[(&str, &str)]) {
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    env.call_as_operator(
        "AdminUpdateUserAttributes",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "Username": "ann@example.com",
            "UserAttributes": attributes,
        }),
    );
}

/// Sets Ann's second factors, as an operator does.
fn set_mfa_preference(env: &TestEnv, preferences: Value) {
    let mut request = json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" });
    if let (Value::Object(request), Value::Object(preferences)) = (&mut request, preferences) {
        request.extend(preferences);
    }
    env.call_as_operator("AdminSetUserMFAPreference", &request);
}

pub(crate) const PHONE: &str = "+14325550100";

/// Starts a pool in which Ann gets codes by text message.
pub(crate) fn with_phone() -> TestEnv {
    let env = with_factors("OPTIONAL");
    set_attributes_of_ann(
        &env,
        &[("phone_number", PHONE), ("phone_number_verified", "true")],
    );
    set_mfa_preference(&env, json!({ "SMSMfaSettings": { "Enabled": true } }));
    env
}
