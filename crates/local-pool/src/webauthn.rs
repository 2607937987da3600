//! Passkeys: what a browser sends is verified here, for real (W3C Web Authentication Level 3, §7.1 and §7.2).
//!
//! | module | knows |
//! |---|---|
//! | [`credential`] | the JSON that a page sends (`RegistrationResponseJSON`, `AuthenticationResponseJSON`) |
//! | `client_data` | what the browser says: for what, for which challenge, on which page |
//! | `authenticator_data` | what the authenticator says: for whom, who was there, which credential |
//! | `attestation` | the attestation object, and the two kinds of statement that are taken |
//! | `cose_key` | the credential's public key (ES256, RS256) |
//!
//! Attestation is asked for by nobody, so `none` is the rule; `packed` without a certificate is taken too, since
//! browsers let it pass, and its signature is verified.

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
use client_data::{Ceremony, ClientData};
use cose_key::CoseKey;
use credential::{Assertion, Registration};

/// The longest credential id that the standard allows, in bytes (§7.1 step 25).
const LONGEST_CREDENTIAL_ID: usize = 1_023;

/// Why a credential or an assertion is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not read as what it should be; the text says which part.
    Malformed(&'static str),
    /// `clientDataJSON` is of the other ceremony.
    WrongCeremony,
    /// It answers another challenge.
    WrongChallenge,
    /// The page is not of the relying party, or is inside a page of somebody else's.
    OriginNotAllowed,
    /// The authenticator answered another relying party.
    RelyingPartyMismatch,
    /// Nobody touched the authenticator.
    UserNotPresent,
    /// It was not verified who did, although that is required.
    UserNotVerified,
    /// Neither ES256 nor RS256, a key of the wrong size, or an attestation that is not taken.
    NotSupported,
    /// The signature is not that of the credential's key.
    BadSignature,
    /// It is the answer of another credential than the one it is held against.
    OtherCredential,
    /// The authenticator has counted as far before: there are two of it (§6.1.1).
    CounterDidNotRise,
    /// What it says of its backup contradicts itself, or what it said at registration (§6.1.3).
    BackupContradiction,
}

/// What an answer is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    /// The challenge that was posed.
    pub(crate) challenge: &'a [u8],
    /// The relying party's id: a domain.
    pub(crate) relying_party_id: &'a str,
    /// Whether the authenticator must have verified who is there.
    pub(crate) user_verification_required: bool,
}

/// A new credential, proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) credential_id: Vec<u8>,
    /// The public key in COSE (RFC 9052 §7), as it came.
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
    /// Whether it may be copied to other devices.
    pub(crate) backup_eligible: bool,
    /// Which make of authenticator; zeros when it does not say.
    pub(crate) aaguid: [u8; 16],
}

/// What is known of a credential when it is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) credential_id: &'a [u8],
    pub(crate) public_key: &'a [u8],
    pub(crate) sign_count: u32,
    pub(crate) backup_eligible: bool,
    /// The user's handle, which an authenticator gives back that keeps it.
    pub(crate) user_handle: &'a [u8],
}

/// A proved use of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asserted {
    pub(crate) sign_count: u32,
    /// Whether the authenticator verified who is there.
    pub(crate) user_verified: bool,
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What both ceremonies ask of the authenticator's data.
fn check_presence(data: &AuthenticatorData<'_>, expected: &Expected<'_>) -> Result<(), Fault> {
    if data.rp_id_hash != sha256(expected.relying_party_id.as_bytes()) {
        return Err(Fault::RelyingPartyMismatch);
    }
    if !data.user_present {
        return Err(Fault::UserNotPresent);
    }
    if expected.user_verification_required && !data.user_verified {
        return Err(Fault::UserNotVerified);
    }
    if data.backed_up && !data.backup_eligible {
        return Err(Fault::BackupContradiction);
    }
    Ok(())
}

/// Verifies a new credential (§7.1).
///
/// # Errors
/// [`Fault`]: the first thing that is wrong, in the standard's order.
pub(crate) fn verify_registration(
    given: &Registration,
    expected: &Expected<'_>,
) -> Result<Registered, Fault> {
    ClientData::read(&given.response.client_data_json)?.check(Ceremony::Create, expected)?;
    let object = AttestationObject::read(&given.response.attestation_object)?;
    let data = AuthenticatorData::read(object.authenticator_data)?;
    check_presence(&data, expected)?;
    let attested = data
        .attested
        .ok_or(Fault::Malformed("attestedCredentialData"))?;
    let key = CoseKey::read(attested.public_key)?;
    object.check_statement(&key, &sha256(&given.response.client_data_json))?;
    if attested.credential_id.is_empty() || attested.credential_id.len() > LONGEST_CREDENTIAL_ID {
        return Err(Fault::Malformed("credentialId"));
    }
    if given.id()? != attested.credential_id {
        return Err(Fault::OtherCredential);
    }
    Ok(Registered {
        credential_id: attested.credential_id.to_vec(),
        public_key: attested.public_key.to_vec(),
        sign_count: data.sign_count,
        backup_eligible: data.backup_eligible,
        aaguid: attested.aaguid,
    })
}

/// Verifies the use of a known credential (§7.2).
///
/// # Errors
/// [`Fault`]: the first thing that is wrong, in the standard's order.
pub(crate) fn verify_assertion(
    given: &Assertion,
    known: &Known<'_>,
    expected: &Expected<'_>,
) -> Result<Asserted, Fault> {
    if given.id()? != known.credential_id
        || given
            .response
            .user_handle()
            .is_some_and(|handle| handle != known.user_handle)
    {
        return Err(Fault::OtherCredential);
    }
    ClientData::read(&given.response.client_data_json)?.check(Ceremony::Get, expected)?;
    let data = AuthenticatorData::read(&given.response.authenticator_data)?;
    check_presence(&data, expected)?;
    if data.backup_eligible != known.backup_eligible {
        return Err(Fault::BackupContradiction);
    }
    let signed = [
        given.response.authenticator_data.as_slice(),
        &sha256(&given.response.client_data_json),
    ]
    .concat();
    if !CoseKey::read(known.public_key)?.proves(&signed, &given.response.signature) {
        return Err(Fault::BadSignature);
    }
    // Synced passkeys do not count: both are zero then.
    if (data.sign_count != 0 || known.sign_count != 0) && data.sign_count <= known.sign_count {
        return Err(Fault::CounterDidNotRise);
    }
    Ok(Asserted {
        sign_count: data.sign_count,
        user_verified: data.user_verified,
    })
}
