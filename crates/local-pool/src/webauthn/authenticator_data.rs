//! Authenticator data, which the authenticator writes and signs (WebAuthn §6.1).

use minicbor::Decoder;
use minicbor::data::Type;

use super::WebAuthnError;

// The bits of `flags` (WebAuthn §6.1).
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// The parsed authenticator data of a registration or an assertion.
#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    pub(super) rp_id_hash: [u8; 32],
    pub(super) user_present: bool,
    pub(super) user_verified: bool,
    pub(super) backup_eligible: bool,
    pub(super) backed_up: bool,
    pub(super) sign_count: u32,
    /// The new passkey. Only registrations have it.
    pub(super) attested: Option<AttestedCredentialData<'a>>,
}

/// The new passkey in the authenticator data of a registration (WebAuthn §6.5.1).
#[derive(Debug)]
pub(super) struct AttestedCredentialData<'a> {
    pub(super) aaguid: [u8; 16],
    pub(super) credential_id: &'a [u8],
    /// The passkey's public key in COSE form (RFC 9052 §7).
    pub(super) public_key: &'a [u8],
}

const MALFORMED: WebAuthnError = WebAuthnError::Malformed("authenticatorData");

/// Removes the next `N` bytes from `rest` and returns them, or returns an error if `rest` is shorter.
fn take_byte_array<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8; N], WebAuthnError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(MALFORMED)?;
    *rest = tail;
    Ok(head)
}

/// Removes the next CBOR map from `rest` and returns its bytes.
fn take_cbor_map<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], WebAuthnError> {
    let mut decoder = Decoder::new(rest);
    if !matches!(decoder.datatype(), Ok(Type::Map)) {
        return Err(MALFORMED);
    }
    decoder.skip().map_err(|_| MALFORMED)?;
    let (map, tail) = rest.split_at_checked(decoder.position()).ok_or(MALFORMED)?;
    *rest = tail;
    Ok(map)
}

impl<'a> AuthenticatorData<'a> {
    /// Parses authenticator data. Missing and additional bytes are errors.
    pub(super) fn parse(mut rest: &'a [u8]) -> Result<Self, WebAuthnError> {
        let rest = &mut rest;
        let rp_id_hash = *take_byte_array::<32>(rest)?;
        let [flags] = *take_byte_array::<1>(rest)?;
        let has_flag = |flag: u8| flags & flag != 0;
        let sign_count = u32::from_be_bytes(*take_byte_array(rest)?);
        let attested = if has_flag(ATTESTED) {
            let aaguid = *take_byte_array::<16>(rest)?;
            let length = usize::from(u16::from_be_bytes(*take_byte_array(rest)?));
            let (credential_id, tail) = rest.split_at_checked(length).ok_or(MALFORMED)?;
            *rest = tail;
            Some(AttestedCredentialData {
                aaguid,
                credential_id,
                public_key: take_cbor_map(rest)?,
            })
        } else {
            None
        };
        if has_flag(EXTENSIONS) {
            take_cbor_map(rest)?;
        }
        if !rest.is_empty() {
            return Err(MALFORMED);
        }
        Ok(Self {
            rp_id_hash,
            user_present: has_flag(USER_PRESENT),
            user_verified: has_flag(USER_VERIFIED),
            backup_eligible: has_flag(BACKUP_ELIGIBLE),
            backed_up: has_flag(BACKED_UP),
            sign_count,
            attested,
        })
    }
}
