//! The action `ConfirmDevice` of the user-pool API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognito_proto::srp::Verifier;
use serde::Deserialize;
use serde_json::json;

use super::access::AuthorizedUser;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::device::{Device, unknown_device_error};
use crate::pool::password::StoredVerifier;

/// The `DeviceSecretVerifierConfigType` structure of a request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeviceSecretVerifierConfig {
    password_verifier: Option<String>,
    salt: Option<String>,
}

/// Executes `ConfirmDevice`: stores a new device with its SRP verifier. The response says whether the app must ask the
/// user if the pool should remember the device.
pub(crate) fn confirm_device(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let key = input.take_text("DeviceKey");
    let name = input.take_optional_text("DeviceName");
    let secret: Option<DeviceSecretVerifierConfig> =
        input.take_optional_structure("DeviceSecretVerifierConfig");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let verifier = match secret.map(|secret| (secret.salt, secret.password_verifier)) {
        None | Some((None, None)) => None,
        Some((Some(salt), Some(verifier))) => Some(decode_device_verifier(&salt, &verifier)?),
        Some(_) => return Err(invalid_device_secret_error()),
    };
    let asks_user = service.store().run_transaction(|tx| {
        let AuthorizedUser { pool, user, .. } = claims.load_api_user(tx)?;
        let configuration = pool.require_device_tracking()?;
        // A sign-in can only confirm the device key that it was given.
        if claims.device_key() != Some(key.as_str()) {
            return Err(unknown_device_error());
        }
        let asks_user = configuration.asks_user_to_remember();
        let device = Device {
            key,
            name,
            verifier,
            remembered: !asks_user,
            last_ip: caller.ip.to_string(),
            created_at: caller.now,
            modified_at: caller.now,
            authenticated_at: caller.now,
        };
        device.insert_device(tx, &user)?;
        Ok::<_, ApiError>(asks_user)
    })?;
    Ok(ActionResponse::Json(
        json!({"UserConfirmationNecessary": asks_user}),
    ))
}

/// Returns the error for an invalid salt or verifier of a device.
fn invalid_device_secret_error() -> ApiError {
    ApiError::invalid_parameter("DeviceSecretVerifierConfig is not valid.")
}

/// Decodes the salt and the verifier of a device. Both are Base64 of unsigned big-endian numbers, which may
/// have a leading sign byte. Returns an error for invalid values.
fn decode_device_verifier(salt: &str, verifier: &str) -> Result<StoredVerifier, ApiError> {
    let decode = |text: &str| {
        STANDARD
            .decode(text)
            .map_err(|_| invalid_device_secret_error())
    };
    let read = Verifier::from_parts(&decode(salt)?, &decode(verifier)?)
        .map_err(|_| invalid_device_secret_error())?;
    Ok(StoredVerifier {
        salt: read.salt().to_vec(),
        verifier: read.verifier_bytes(),
    })
}
