//! The `WEB_AUTHN` challenge: a passkey signs a challenge, which completes the sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;
use serde_json::json;

use super::{NextSignInStep, SignInRequest, challenge_parameters};
use crate::actions::input::TextMap;
use crate::error::ApiError;
use crate::pool::User;
use crate::pool::mfa::{self, MfaRequirement};
use crate::pool::passkey::Passkey;
use crate::pool::relying_party::RelyingParty;
use crate::pool::session::{ChallengeName, SignInIdentity, SignInProgress, SignInSession};
use crate::random;
use crate::webauthn::credential::AuthenticationResponse;
use crate::webauthn::{StoredCredential, verify_assertion};

/// How long the browser may wait for the user's passkey, in milliseconds.
const TIMEOUT: u32 = 180_000;

/// Returns the relying party of the pool's passkeys, or `None` if the pool has none. If a sign-in with the password
/// would need a second factor, the returned relying party requires that the passkey verifies the user.
fn find_relying_party_for_sign_in(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
) -> Result<Option<RelyingParty>, ApiError> {
    let party = RelyingParty::find_relying_party_of_pool(
        connection,
        sign_in.pool,
        sign_in.caller.base_url,
    )?;
    let stands_for_two =
        mfa::determine_mfa_requirement(connection, sign_in.pool, user)? != MfaRequirement::None;
    Ok(party.map(|party| RelyingParty {
        user_verification_required: party.user_verification_required || stands_for_two,
        ..party
    }))
}

/// Issues `WEB_AUTHN` for the passkeys of the user. Returns `None` if the user has no passkey for the pool's
/// relying party.
pub(crate) fn issue_passkey_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    identity: SignInIdentity,
    progress: SignInProgress,
) -> Result<Option<NextSignInStep>, ApiError> {
    let Some(party) = find_relying_party_for_sign_in(sign_in, connection, user)? else {
        return Ok(None);
    };
    let passkeys = party.load_usable_passkeys(connection, user)?;
    if passkeys.is_empty() {
        return Ok(None);
    }
    let challenge = URL_SAFE_NO_PAD.encode(random::generate_bytes::<32>());
    let allowed: Vec<_> = passkeys
        .iter()
        .map(Passkey::credential_descriptor)
        .collect();
    let options = json!({
        "challenge": challenge,
        "timeout": TIMEOUT,
        "rpId": party.id,
        "allowCredentials": allowed,
        "userVerification": party.user_verification(),
    });
    let progress = SignInProgress {
        passkey_challenge: Some(challenge),
        ..progress
    };
    // A string that contains JSON, unlike the options of a registration.
    let parameters =
        challenge_parameters([("CREDENTIAL_REQUEST_OPTIONS", json!(options.to_string()))]);
    Ok(Some(sign_in.issue_challenge(
        ChallengeName::WebAuthn,
        identity,
        parameters,
        progress,
    )))
}

/// Verifies the passkey's assertion in the response to `WEB_AUTHN`, and completes the sign-in.
pub(crate) fn verify_passkey_response(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session = sign_in.open_challenge_session(session, ChallengeName::WebAuthn, responses)?;
    sign_in.verify_passkey(&session, responses.get_required("CREDENTIAL")?)
}

impl SignInRequest<'_> {
    /// Verifies the passkey's assertion, an `AuthenticationResponseJSON` as a string, and completes the
    /// sign-in. After a failure the session stays valid, so the user can try another passkey.
    pub(crate) fn verify_passkey(
        &self,
        session: &SignInSession,
        credential: &str,
    ) -> Result<NextSignInStep, ApiError> {
        let given: AuthenticationResponse = serde_json::from_str(credential).map_err(|_| {
            ApiError::invalid_parameter("CREDENTIAL is not an authentication response.")
        })?;
        let challenge = session
            .progress
            .passkey_challenge
            .as_deref()
            .and_then(|challenge| URL_SAFE_NO_PAD.decode(challenge).ok())
            .ok_or_else(SignInSession::invalid_session_error)?;
        let refused = ApiError::incorrect_username_or_password;
        self.verify_in_transaction(session, |tx, user| {
            let user = user.ok_or_else(refused)?;
            let party = find_relying_party_for_sign_in(self, tx, &user)?.ok_or_else(refused)?;
            let id = given.credential_id().map_err(|_| refused())?;
            let passkey = Passkey::find_passkey(tx, &user, id)?
                .filter(|passkey| passkey.relying_party_id == party.id)
                .ok_or_else(refused)?;
            let known = StoredCredential {
                credential_id: &passkey.credential_id,
                public_key: &passkey.public_key,
                sign_count: passkey.sign_count,
                backup_eligible: passkey.backup_eligible,
                user_handle: user.sub.as_bytes(),
            };
            let asserted =
                verify_assertion(&given, &known, &party.expected_webauthn_values(&challenge))
                    .map_err(|_| refused())?;
            session.mark_session_used(tx, self.caller.now)?;
            passkey.save_sign_count(tx, asserted.sign_count)?;
            let progress = SignInProgress {
                passkey_challenge: None,
                ..session.progress.clone()
            };
            self.complete_sign_in(tx, user, &progress)
        })
    }
}
