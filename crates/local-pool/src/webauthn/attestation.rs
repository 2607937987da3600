//! The attestation object of a registration (§6.5.4).

use minicbor::Decoder;

use super::Fault;
use super::cose_key::CoseKey;

#[derive(Debug)]
pub(super) struct AttestationObject<'a> {
    format: &'a str,
    /// The statement's CBOR.
    statement: &'a [u8],
    pub(super) authenticator_data: &'a [u8],
}

const MALFORMED: Fault = Fault::Malformed("attestationObject");

fn malformed(_: minicbor::decode::Error) -> Fault {
    MALFORMED
}

/// How many pairs a map has that says so beforehand, as CTAP2's canonical form does.
fn pairs(decoder: &mut Decoder<'_>) -> Result<u64, Fault> {
    decoder.map().map_err(malformed)?.ok_or(MALFORMED)
}

/// Puts a value where none was yet.
fn put<T>(place: &mut Option<T>, value: T) -> Result<(), Fault> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(MALFORMED),
    }
}

impl<'a> AttestationObject<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
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

    /// Takes `none` (§8.7) and self attestation in `packed` (§8.2), whose signature must be the new key's.
    pub(super) fn check_statement(
        &self,
        key: &CoseKey<'_>,
        client_data_hash: &[u8; 32],
    ) -> Result<(), Fault> {
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
                        // A certificate asks for trust in its maker, and nobody is trusted here.
                        _ => return Err(Fault::NotSupported),
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
                    Err(Fault::BadSignature)
                }
            }
            _ => Err(Fault::NotSupported),
        }
    }
}
