//! The attestation object of a registration (WebAuthn §6.5.4).

use minicbor::Decoder;

use super::WebAuthnError;
use super::cose_key::CoseKey;

/// A parsed attestation object.
#[derive(Debug)]
pub(super) struct AttestationObject<'a> {
    format: &'a str,
    /// The CBOR bytes of the attestation statement.
    statement: &'a [u8],
    pub(super) authenticator_data: &'a [u8],
}

const MALFORMED: WebAuthnError = WebAuthnError::Malformed("attestationObject");

fn malformed(_: minicbor::decode::Error) -> WebAuthnError {
    MALFORMED
}

/// Reads the head of a map and returns its number of pairs. The canonical form of CTAP2 states it in the head.
fn pairs(decoder: &mut Decoder<'_>) -> Result<u64, WebAuthnError> {
    decoder.map().map_err(malformed)?.ok_or(MALFORMED)
}

/// Sets a value and returns an error if it was already set.
fn put<T>(place: &mut Option<T>, value: T) -> Result<(), WebAuthnError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(MALFORMED),
    }
}

impl<'a> AttestationObject<'a> {
    /// Parses all bytes of an attestation object.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, WebAuthnError> {
        let mut decoder = Decoder::new(bytes);
        let (mut format, mut statement, mut authenticator_data) = (None, None, None);
        for _ in 0..pairs(&mut decoder)? {
            match decoder.str().map_err(malformed)? {
                "fmt" => put(&mut format, decoder.str().map_err(malformed)?)?,
                "authData" => put(&mut authenticator_data, decoder.bytes().map_err(malformed)?)?,
                "attStmt" => {
                    let begin = decoder.position();
                    decoder.skip().map_err(malformed)?;
                    let cbor = bytes.get(begin..decoder.position()).ok_or(MALFORMED)?;
                    put(&mut statement, cbor)?;
                }
                _ => decoder.skip().map_err(malformed)?,
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
    /// The formats `none` (WebAuthn §8.7) and `packed` with self attestation (WebAuthn §8.2) are accepted. The new key
    /// must have signed a `packed` statement.
    pub(super) fn check_statement(
        &self,
        key: &CoseKey<'_>,
        client_data_hash: &[u8; 32],
    ) -> Result<(), WebAuthnError> {
        let mut decoder = Decoder::new(self.statement);
        let count = pairs(&mut decoder)?;
        match (self.format, count) {
            ("none", 0) => Ok(()),
            ("none", _) => Err(MALFORMED),
            ("packed", _) => {
                let (mut algorithm, mut signature) = (None, None);
                for _ in 0..count {
                    match decoder.str().map_err(malformed)? {
                        "alg" => put(&mut algorithm, decoder.i64().map_err(malformed)?)?,
                        "sig" => put(&mut signature, decoder.bytes().map_err(malformed)?)?,
                        // The pool trusts no attestation certificates.
                        _ => return Err(WebAuthnError::NotSupported),
                    }
                }
                let signature = signature.ok_or(MALFORMED)?;
                if algorithm.ok_or(MALFORMED)? != key.algorithm() {
                    return Err(MALFORMED);
                }
                let signed = [self.authenticator_data, client_data_hash].concat();
                if key.proves(&signed, signature) {
                    Ok(())
                } else {
                    Err(WebAuthnError::InvalidSignature)
                }
            }
            _ => Err(WebAuthnError::NotSupported),
        }
    }
}
