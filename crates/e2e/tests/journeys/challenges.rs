//! Challenges of the pool on our own sign-in page, after or instead of username and password.

mod back;
mod custom;
mod devices;
mod first_factors;
mod invited;
mod new_code;
mod second_factors;
mod unknown;

use e2e::World;
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::hosted::with_ann;

/// The label of the button that answers most challenges.
pub(crate) const GO_ON: &str = "Continue";
/// The label of the field for a code.
pub(crate) const CODE: &str = "Code";
/// The title of the page for a code.
pub(crate) const ENTER_CODE: &str = "Enter your code";

/// The development pool with Ann and this MFA configuration.
fn with_factors(configuration: &str) -> World {
    let world = with_ann();
    world.operate(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "MfaConfiguration": configuration,
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" } },
            "EmailMfaConfiguration": { "Message": "{####}", "Subject": "Code" },
        }),
    );
    world
}

/// Sets attributes of Ann as an administrator.
fn give_ann(world: &World, attributes: &[(&str, &str)]) {
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    world.operate(
        "AdminUpdateUserAttributes",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "Username": "ann@example.com",
            "UserAttributes": attributes,
        }),
    );
}

/// Sets Ann's second factors as an administrator.
fn ann_prefers(world: &World, preferences: Value) {
    let mut request = json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" });
    if let (Value::Object(request), Value::Object(preferences)) = (&mut request, preferences) {
        request.extend(preferences);
    }
    world.operate("AdminSetUserMFAPreference", &request);
}

pub(crate) const PHONE: &str = "+14325550100";

/// A pool in which Ann gets codes by text message.
pub(crate) fn with_phone() -> World {
    let world = with_factors("OPTIONAL");
    give_ann(
        &world,
        &[("phone_number", PHONE), ("phone_number_verified", "true")],
    );
    ann_prefers(&world, json!({ "SMSMfaSettings": { "Enabled": true } }));
    world
}
