//! Verification of passkeys: registrations (WebAuthn §7.1) and assertions (WebAuthn §7.2).
//!
//! WebAuthn is Web Authentication Level 3 (<https://www.w3.org/TR/webauthn-3/>).
//!
//! | module | content |
//! |---|---|
//! | [`credential`] | The JSON that a page sends: `RegistrationResponseJSON` and `AuthenticationResponseJSON`. |
//! | `client_data` | The client data, which the browser writes: ceremony, challenge and origin. |
//! | `authenticator_data` | The authenticator data: relying party, flags and credential. |
//! | `attestation` | The attestation object and the two supported attestation formats. |
//! | `cose_key` | The public key of a credential (ES256, RS256). |
//!
//! The pool does not request attestation, so the usual format is `none`. `packed` without a certificate is also
//! accepted, because browsers may pass it on, and its signature is verified.

mod attestation;
mod authenticator_data;
mod client_data;
mod cose_key;
pub(crate) mod credential;
#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};

use attestation::AttestationObject;
use authenticator_data::AuthenticatorData;
use client_data::{ClientData, WebAuthnCeremony};
use cose_key::CoseKey;
use credential::{AuthenticationResponse, RegistrationResponse};

/// The maximum length of a passkey's credential ID in bytes (WebAuthn §7.1 step 25).
const MAX_CREDENTIAL_ID_LENGTH: usize = 1_023;

/// The reason why a passkey registration or assertion is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WebAuthnError {
    /// The part of the browser's response that is named here cannot be parsed.
    Malformed(&'static str),
    /// `clientDataJSON` belongs to the other ceremony: a registration in place of an assertion, or the other way round.
    WrongCeremony,
    /// The challenge differs from the one that the pool sent.
    WrongChallenge,
    /// The origin does not belong to the relying party, or the page was in a frame of another site.
    OriginNotAllowed,
    /// The authenticator data belongs to another relying party.
    RelyingPartyMismatch,
    /// The authenticator did not check that a user is present.
    UserNotPresent,
    /// The authenticator did not verify the user, although that is required.
    UserNotVerified,
    /// The algorithm, the key size or the attestation format is not supported.
    NotSupported,
    /// The signature does not verify with the credential's public key.
    InvalidSignature,
    /// The credential ID or the user handle belongs to another passkey.
    WrongCredential,
    /// The signature counter did not increase. The authenticator may have been cloned (WebAuthn §6.1.1).
    CounterNotIncreased,
    /// The backup flags contradict each other, or the backup flag of the registration (WebAuthn §6.1.3).
    InvalidBackupState,
}

/// The values that the browser's response in a passkey registration or assertion must have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExpectedWebAuthnValues<'a> {
    /// The challenge that the pool sent.
    pub(crate) challenge: &'a [u8],
    /// The relying party ID: a domain.
    pub(crate) relying_party_id: &'a str,
    /// True if the authenticator must have verified the user.
    pub(crate) user_verification_required: bool,
}

/// A new credential whose registration was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VerifiedRegistration {
    pub(crate) credential_id: Vec<u8>,
    /// The public key in COSE form (RFC 9052 §7), as the authenticator wrote it.
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
    /// True if the credential may be synchronized to other devices.
    pub(crate) backup_eligible: bool,
    /// The model ID of the authenticator. All zeros if the authenticator does not state it.
    pub(crate) aaguid: [u8; 16],
}

/// A registered passkey, as far as its assertions are checked against it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredCredential<'a> {
    pub(crate) credential_id: &'a [u8],
    pub(crate) public_key: &'a [u8],
    pub(crate) sign_count: u32,
    pub(crate) backup_eligible: bool,
    /// The user handle, which identifies the user. Authenticators that store it return it with an assertion.
    pub(crate) user_handle: &'a [u8],
}

/// The result of a passkey assertion that was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VerifiedAssertion {
    pub(crate) sign_count: u32,
    /// True if the authenticator verified the user.
    pub(crate) user_verified: bool,
}

/// Returns the SHA-256 hash of `bytes`.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Checks the authenticator data of a registration or assertion: relying party, flags and backup state.
fn check_authenticator_data(
    data: &AuthenticatorData<'_>,
    expected: &ExpectedWebAuthnValues<'_>,
) -> Result<(), WebAuthnError> {
    if data.rp_id_hash != sha256(expected.relying_party_id.as_bytes()) {
        return Err(WebAuthnError::RelyingPartyMismatch);
    }
    if !data.user_present {
        return Err(WebAuthnError::UserNotPresent);
    }
    if expected.user_verification_required && !data.user_verified {
        return Err(WebAuthnError::UserNotVerified);
    }
    if data.backed_up && !data.backup_eligible {
        return Err(WebAuthnError::InvalidBackupState);
    }
    Ok(())
}

/// Verifies the registration of a new credential (WebAuthn §7.1), and returns the credential.
///
/// # Errors
/// Returns the first [`WebAuthnError`] in the order of the standard's steps.
pub(crate) fn verify_registration(
    registration: &RegistrationResponse,
    expected: &ExpectedWebAuthnValues<'_>,
) -> Result<VerifiedRegistration, WebAuthnError> {
    ClientData::parse(&registration.response.client_data_json)?
        .check_client_data(WebAuthnCeremony::Create, expected)?;
    let object = AttestationObject::parse(&registration.response.attestation_object)?;
    let data = AuthenticatorData::parse(object.authenticator_data)?;
    check_authenticator_data(&data, expected)?;
    let attested = data
        .attested
        .ok_or(WebAuthnError::Malformed("attestedCredentialData"))?;
    let key = CoseKey::parse(attested.public_key)?;
    object.verify_attestation_statement(&key, &sha256(&registration.response.client_data_json))?;
    if attested.credential_id.is_empty() || attested.credential_id.len() > MAX_CREDENTIAL_ID_LENGTH
    {
        return Err(WebAuthnError::Malformed("credentialId"));
    }
    if registration.credential_id()? != attested.credential_id {
        return Err(WebAuthnError::WrongCredential);
    }
    Ok(VerifiedRegistration {
        credential_id: attested.credential_id.to_vec(),
        public_key: attested.public_key.to_vec(),
        sign_count: data.sign_count,
        backup_eligible: data.backup_eligible,
        aaguid: attested.aaguid,
    })
}

/// Verifies an assertion of a registered credential (WebAuthn §7.2), and returns its signature counter and
/// whether the user was verified.
///
/// # Errors
/// Returns the first [`WebAuthnError`] in the order of the standard's steps.
pub(crate) fn verify_assertion(
    assertion: &AuthenticationResponse,
    stored: &StoredCredential<'_>,
    expected: &ExpectedWebAuthnValues<'_>,
) -> Result<VerifiedAssertion, WebAuthnError> {
    if assertion.credential_id()? != stored.credential_id
        || assertion
            .response
            .user_handle()
            .is_some_and(|handle| handle != stored.user_handle)
    {
        return Err(WebAuthnError::WrongCredential);
    }
    ClientData::parse(&assertion.response.client_data_json)?
        .check_client_data(WebAuthnCeremony::Get, expected)?;
    let data = AuthenticatorData::parse(&assertion.response.authenticator_data)?;
    check_authenticator_data(&data, expected)?;
    if data.backup_eligible != stored.backup_eligible {
        return Err(WebAuthnError::InvalidBackupState);
    }
    let signed = [
        assertion.response.authenticator_data.as_slice(),
        &sha256(&assertion.response.client_data_json),
    ]
    .concat();
    if !CoseKey::parse(stored.public_key)?
        .is_valid_signature(&signed, &assertion.response.signature)
    {
        return Err(WebAuthnError::InvalidSignature);
    }
    // Synchronized passkeys have no counter: both values are zero.
    if (data.sign_count != 0 || stored.sign_count != 0) && data.sign_count <= stored.sign_count {
        return Err(WebAuthnError::CounterNotIncreased);
    }
    Ok(VerifiedAssertion {
        sign_count: data.sign_count,
        user_verified: data.user_verified,
    })
}
