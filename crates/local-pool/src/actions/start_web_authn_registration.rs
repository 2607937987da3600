//! The action `StartWebAuthnRegistration` of the user-pool API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::access::AuthorizedUser;
use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::{ApiError, ErrorKind};
use crate::pool::contact::ContactKind;
use crate::pool::passkey::{self, Passkey, PendingRegistration};
use crate::pool::relying_party::{RelyingParty, WEB_AUTHN};
use crate::pool::{Attributes, User, UserPool};

/// How long the browser may wait until the user has created the passkey, in milliseconds.
const TIMEOUT: u32 = 60_000;

/// Executes `StartWebAuthnRegistration`: returns the options with which the browser creates a passkey.
pub(crate) fn start_web_authn_registration(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let options = service.store().run_transaction(|tx| {
        let access = claims.load_api_user(tx)?;
        start_passkey_registration(tx, &access, caller)
    })?;
    Ok(ActionResponse::Json(
        json!({"CredentialCreationOptions": options}),
    ))
}

/// Starts the registration of a passkey with a new challenge. Returns the options for the browser
/// (`PublicKeyCredentialCreationOptionsJSON`), or an error if the pool has no relying party.
pub(crate) fn start_passkey_registration(
    connection: &Connection,
    AuthorizedUser { pool, client, user }: &AuthorizedUser,
    caller: &ActionCaller<'_>,
) -> Result<Value, ApiError> {
    check_passkeys_enabled(pool)?;
    let party = RelyingParty::find_relying_party_of_pool(connection, pool, caller.base_url)?
        .ok_or_else(|| {
            ApiError::new(
                ErrorKind::WebAuthnConfigurationMissing,
                "The user pool has no relying party ID for passkeys.",
            )
        })?;
    passkey::check_passkey_limit(connection, user)?;
    let registration =
        PendingRegistration::start_registration(connection, user, client, &party.id, caller.now)?;
    let excluded: Vec<Value> = party
        .load_usable_passkeys(connection, user)?
        .iter()
        .map(Passkey::credential_descriptor)
        .collect();
    let name = passkey_display_name(pool, user, &user.load_attributes(connection)?);
    Ok(json!({
        "rp": {"id": party.id, "name": party.id},
        "user": {
            "id": URL_SAFE_NO_PAD.encode(&user.sub),
            "name": name,
            "displayName": name,
        },
        "challenge": URL_SAFE_NO_PAD.encode(&registration.challenge),
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -7},
            {"type": "public-key", "alg": -257},
        ],
        "timeout": TIMEOUT,
        "excludeCredentials": excluded,
        "authenticatorSelection": {
            "requireResidentKey": true,
            "residentKey": "required",
            "userVerification": party.user_verification(),
        },
    }))
}

/// Returns an error if the pool does not allow sign-in with a passkey.
pub(super) fn check_passkeys_enabled(pool: &UserPool) -> Result<(), ApiError> {
    if pool.allows_first_factor(WEB_AUTHN) {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorKind::WebAuthnNotEnabled,
        "Passkeys are not enabled for the user pool.",
    ))
}

/// Returns the name by which the user knows the account. The stored username is a UUID if the email address or
/// phone number is the username.
fn passkey_display_name(pool: &UserPool, user: &User, attributes: &Attributes) -> String {
    [ContactKind::Email, ContactKind::PhoneNumber]
        .into_iter()
        .filter(|contact| pool.settings.username_attributes.contains(contact))
        .find_map(|contact| attributes.get(contact.attribute_name()))
        .filter(|value| !value.is_empty())
        .unwrap_or(&user.username)
        .clone()
}
