//! The public key of a passkey in COSE form (RFC 9052 §7, RFC 9053 §7.1, RFC 8230 §4).

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use minicbor::Decoder;
use minicbor::data::Type;

use super::WebAuthnError;

/// The COSE number of the algorithm ECDSA with SHA-256 (RFC 9053 §2.1).
pub(super) const ES256: i64 = -7;
/// The COSE number of the algorithm RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8812 §2).
pub(super) const RS256: i64 = -257;

// The labels of key parameters. The negative ones have different meanings for elliptic curves and for RSA.
const KTY: i64 = 1;
const ALG: i64 = 3;
const CRV_OR_N: i64 = -1;
const X_OR_E: i64 = -2;
const Y: i64 = -3;

// The values of `kty`.
const EC2: i64 = 2;
const RSA: i64 = 3;
// The value of `crv`.
const P_256: i64 = 1;

/// The public key of a passkey, with which signatures are verified.
#[derive(Debug)]
pub(super) enum CoseKey<'a> {
    /// A key for ECDSA with SHA-256 on P-256: the uncompressed point (SEC 1 §2.3.3).
    Es256([u8; 65]),
    /// A key for RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256(PublicKeyComponents<&'a [u8]>),
}

const MALFORMED: WebAuthnError = WebAuthnError::Malformed("credentialPublicKey");

/// The value of one parameter of a COSE key.
#[derive(Clone, Copy)]
enum CoseParameter<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

impl<'a> CoseParameter<'a> {
    /// Parses the value of a COSE key parameter: bytes or an integer.
    fn parse(decoder: &mut Decoder<'a>) -> Result<Self, minicbor::decode::Error> {
        if decoder.datatype()? == Type::Bytes {
            decoder.bytes().map(Self::Bytes)
        } else {
            decoder.i64().map(Self::Number)
        }
    }

    /// Returns the integer, or `None` if the value is bytes.
    const fn as_number(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Bytes(_) => None,
        }
    }

    /// Returns the bytes, or `None` if the value is an integer.
    const fn as_bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) => None,
        }
    }
}

impl<'a> CoseKey<'a> {
    /// Parses a public key of one of the two algorithms that the pool offers to authenticators.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, WebAuthnError> {
        let parameters = parse_parameters(bytes)?;
        let find = |label: i64| {
            parameters
                .iter()
                .find(|(known, _)| *known == label)
                .map(|(_, parameter)| *parameter)
        };
        let number = |label| {
            find(label)
                .and_then(CoseParameter::as_number)
                .ok_or(MALFORMED)
        };
        let bytes = |label| {
            find(label)
                .and_then(CoseParameter::as_bytes)
                .ok_or(MALFORMED)
        };
        match (number(KTY)?, number(ALG)?) {
            (EC2, ES256) if number(CRV_OR_N)? == P_256 => {
                let mut point = [4; 65];
                let (_, coordinates) = point.split_at_mut(1);
                let (x, y) = (bytes(X_OR_E)?, bytes(Y)?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(MALFORMED);
                }
                coordinates.copy_from_slice(&[x, y].concat());
                // Parsing checks that the point is on the curve.
                ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).map_err(|_| MALFORMED)?;
                Ok(Self::Es256(point))
            }
            (RSA, RS256) => {
                let (n, e) = (bytes(CRV_OR_N)?, bytes(X_OR_E)?);
                if !(256..=1_024).contains(&n.len()) {
                    return Err(WebAuthnError::NotSupported);
                }
                let components = PublicKeyComponents { n, e };
                components
                    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
                    .map_err(|_| MALFORMED)?;
                Ok(Self::Rs256(components))
            }
            _ => Err(WebAuthnError::NotSupported),
        }
    }

    /// Returns the COSE number of the key's algorithm.
    pub(super) const fn algorithm(&self) -> i64 {
        match self {
            Self::Es256(_) => ES256,
            Self::Rs256(_) => RS256,
        }
    }

    /// Returns true if `signature` is this key's valid signature of the bytes `signed`.
    pub(super) fn is_valid_signature(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
                .verify(signed, signature)
                .is_ok(),
            Self::Rs256(components) => components
                .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
                .is_ok(),
        }
    }
}

/// Parses the parameters of a COSE key. Duplicate labels and trailing bytes are errors.
fn parse_parameters(bytes: &[u8]) -> Result<Vec<(i64, CoseParameter<'_>)>, WebAuthnError> {
    let mut decoder = Decoder::new(bytes);
    let read = |decoder: &mut Decoder<'_>| decoder.map().ok().flatten();
    let count = read(&mut decoder).ok_or(MALFORMED)?;
    let mut parameters: Vec<(i64, CoseParameter<'_>)> = Vec::new();
    for _ in 0..count {
        let label = decoder.i64().map_err(|_| MALFORMED)?;
        let parameter = CoseParameter::parse(&mut decoder).map_err(|_| MALFORMED)?;
        if parameters.iter().any(|(known, _)| *known == label) {
            return Err(MALFORMED);
        }
        parameters.push((label, parameter));
    }
    if decoder.position() != bytes.len() {
        return Err(MALFORMED);
    }
    Ok(parameters)
}
