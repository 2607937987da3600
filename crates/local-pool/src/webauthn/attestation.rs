//! The attestation object of a passkey registration (WebAuthn §6.5.4), which contains the new public key.

use minicbor::Decoder;

use super::WebAuthnError;
use super::cose_key::CoseKey;

/// The parsed attestation object of a registration.
#[derive(Debug)]
pub(super) struct AttestationObject<'a> {
    format: &'a str,
    /// The CBOR bytes of the attestation statement.
    statement: &'a [u8],
    pub(super) authenticator_data: &'a [u8],
}

const MALFORMED: WebAuthnError = WebAuthnError::Malformed("attestationObject");

/// Converts an error of the CBOR parser to [`WebAuthnError::Malformed`].
fn malformed_cbor(_: minicbor::decode::Error) -> WebAuthnError {
    MALFORMED
}

/// Parses the head of a CBOR map and returns its number of pairs. The canonical form of CTAP2 states the number in the
/// head.
fn parse_map_length(decoder: &mut Decoder<'_>) -> Result<u64, WebAuthnError> {
    decoder.map().map_err(malformed_cbor)?.ok_or(MALFORMED)
}

/// Sets a value, or returns an error if the value was already set.
fn set_once<T>(target: &mut Option<T>, value: T) -> Result<(), WebAuthnError> {
    match target.replace(value) {
        None => Ok(()),
        Some(_) => Err(MALFORMED),
    }
}

impl<'a> AttestationObject<'a> {
    /// Parses an attestation object. Missing or additional bytes are errors.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, WebAuthnError> {
        let mut decoder = Decoder::new(bytes);
        let (mut format, mut statement, mut authenticator_data) = (None, None, None);
        for _ in 0..parse_map_length(&mut decoder)? {
            match decoder.str().map_err(malformed_cbor)? {
                "fmt" => set_once(&mut format, decoder.str().map_err(malformed_cbor)?)?,
                "authData" => set_once(
                    &mut authenticator_data,
                    decoder.bytes().map_err(malformed_cbor)?,
                )?,
                "attStmt" => {
                    let begin = decoder.position();
                    decoder.skip().map_err(malformed_cbor)?;
                    let cbor = bytes.get(begin..decoder.position()).ok_or(MALFORMED)?;
                    set_once(&mut statement, cbor)?;
                }
                _ => decoder.skip().map_err(malformed_cbor)?,
            }
        }
        match (format, statement, authenticator_data) {
            (Some(format), Some(statement), Some(authenticator_data))
                if decoder.position() == bytes.len() =>
            {
                Ok(Self {
                    format,
                    statement,
                    authenticator_data,
                })
            }
            _ => Err(MALFORMED),
        }
    }

    /// Verifies the attestation statement.
    ///
    /// The formats `none` (WebAuthn §8.7) and `packed` with self attestation (WebAuthn §8.2) are accepted. The
    /// new key must have signed a `packed` statement.
    pub(super) fn verify_attestation_statement(
        &self,
        key: &CoseKey<'_>,
        client_data_hash: &[u8; 32],
    ) -> Result<(), WebAuthnError> {
        let mut decoder = Decoder::new(self.statement);
        let count = parse_map_length(&mut decoder)?;
        match (self.format, count) {
            ("none", 0) => Ok(()),
            ("none", _) => Err(MALFORMED),
            ("packed", _) => {
                let (mut algorithm, mut signature) = (None, None);
                for _ in 0..count {
                    match decoder.str().map_err(malformed_cbor)? {
                        "alg" => set_once(&mut algorithm, decoder.i64().map_err(malformed_cbor)?)?,
                        "sig" => {
                            set_once(&mut signature, decoder.bytes().map_err(malformed_cbor)?)?;
                        }
                        // The pool trusts no attestation certificates.
                        _ => return Err(WebAuthnError::NotSupported),
                    }
                }
                let signature = signature.ok_or(MALFORMED)?;
                if algorithm.ok_or(MALFORMED)? != key.algorithm() {
                    return Err(MALFORMED);
                }
                let signed = [self.authenticator_data, client_data_hash].concat();
                if key.is_valid_signature(&signed, signature) {
                    Ok(())
                } else {
                    Err(WebAuthnError::InvalidSignature)
                }
            }
            _ => Err(WebAuthnError::NotSupported),
        }
    }
}
