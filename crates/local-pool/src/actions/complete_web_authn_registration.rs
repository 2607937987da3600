//! The action `CompleteWebAuthnRegistration` of the user-pool API.

use rusqlite::Connection;
use serde_json::Value;

use super::access::AuthorizedUser;
use super::input::ActionInput;
use super::start_web_authn_registration::check_passkeys_enabled;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::{ApiError, ErrorKind};
use crate::pool::passkey::{Passkey, PendingRegistration};
use crate::pool::relying_party::RelyingParty;
use crate::webauthn::credential::RegistrationResponse;
use crate::webauthn::{WebAuthnError, verify_registration};

/// Executes `CompleteWebAuthnRegistration`: verifies the new credential, and saves the passkey.
pub(crate) fn complete_web_authn_registration(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let token = input.take_secret("AccessToken");
    let credential = input.take_document("Credential");
    input.finish_and_take_rest()?;
    let claims = service.verify_access_token(token.expose_secret(), caller)?;
    let given = parse_credential(credential)?;
    // A challenge is valid for one response, whether the response verifies or not.
    service.store().commit_even_if_refused(|tx| {
        let access = claims.load_api_user(tx)?;
        register_passkey(tx, &access, &given, caller)
    })?;
    Ok(ActionResponse::empty_object())
}

/// Parses the credential that the browser created, without verifying it. Returns an error if its JSON has the wrong
/// form.
pub(crate) fn parse_credential(credential: Value) -> Result<RegistrationResponse, ApiError> {
    serde_json::from_value(credential).map_err(|_| {
        ApiError::invalid_parameter("Credential is not the JSON of a registration response.")
    })
}

/// Verifies the credential against the user's pending registration, and saves it as a passkey.
pub(crate) fn register_passkey(
    connection: &Connection,
    AuthorizedUser { pool, client, user }: &AuthorizedUser,
    credential: &RegistrationResponse,
    caller: &ActionCaller<'_>,
) -> Result<(), ApiError> {
    check_passkeys_enabled(pool)?;
    let registration =
        PendingRegistration::take_pending_registration(connection, user, caller.now)?
            .ok_or_else(missing_challenge_error)?;
    if registration.client_id != client.id {
        return Err(ApiError::new(
            ErrorKind::WebAuthnClientMismatch,
            "The registration was started in another app client.",
        ));
    }
    let party = RelyingParty::find_relying_party_of_pool(connection, pool, caller.base_url)?
        .filter(|party| party.id == registration.relying_party_id)
        .ok_or_else(|| registration_error(WebAuthnError::RelyingPartyMismatch))?;
    let registered = verify_registration(
        credential,
        &party.expected_webauthn_values(&registration.challenge),
    )
    .map_err(registration_error)?;
    let transports = credential.transports();
    Passkey::insert_passkey(
        connection,
        user,
        &party.id,
        &registered,
        (credential.authenticator_attachment.as_deref(), &transports),
        caller.now,
    )
}

/// Returns the error for a user who has not started the registration of a passkey.
fn missing_challenge_error() -> ApiError {
    ApiError::new(
        ErrorKind::WebAuthnChallengeNotFound,
        "The challenge of the registration was not found or has expired.",
    )
}

/// Returns the exception for a credential that failed the verification. Cognito does not document the texts of this
/// exception.
fn registration_error(error: WebAuthnError) -> ApiError {
    let not_supported = |text: &str| ApiError::new(ErrorKind::WebAuthnCredentialNotSupported, text);
    match error {
        WebAuthnError::Malformed(part) => {
            ApiError::invalid_parameter(format!("The credential's {part} is not valid."))
        }
        WebAuthnError::WrongCeremony => ApiError::invalid_parameter(
            "The credential's clientDataJSON is not that of a registration.",
        ),
        WebAuthnError::WrongCredential => ApiError::invalid_parameter(
            "The credential's id is not the one that its authenticator made.",
        ),
        WebAuthnError::WrongChallenge => missing_challenge_error(),
        WebAuthnError::OriginNotAllowed => ApiError::new(
            ErrorKind::WebAuthnOriginNotAllowed,
            "The page's origin is not the relying party ID or below it.",
        ),
        WebAuthnError::RelyingPartyMismatch => ApiError::new(
            ErrorKind::WebAuthnRelyingPartyMismatch,
            "The credential is for another relying party ID.",
        ),
        WebAuthnError::UserNotPresent => {
            not_supported("The authenticator did not ask for the user.")
        }
        WebAuthnError::UserNotVerified => {
            not_supported("The authenticator did not verify the user.")
        }
        WebAuthnError::NotSupported => {
            not_supported("The credential's algorithm or attestation is not supported.")
        }
        WebAuthnError::InvalidSignature => {
            not_supported("The attestation's signature is not valid.")
        }
        WebAuthnError::CounterNotIncreased | WebAuthnError::InvalidBackupState => {
            not_supported("The authenticator contradicts itself.")
        }
    }
}
