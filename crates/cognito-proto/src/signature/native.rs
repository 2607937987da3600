//! Verifies RS256 signatures in native programs, with `aws-lc-rs`.

use core::convert::Infallible;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::SignatureVerifier;
use crate::jwks::RsaKey;

/// Verifies signatures in a native program. The future is ready when it is first polled.
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeVerifier;

impl SignatureVerifier for NativeVerifier {
    type Error = Infallible;

    async fn verify_rs256(
        &self,
        key: &RsaKey,
        input: &[u8],
        signature: &[u8],
    ) -> Result<bool, Self::Error> {
        let components = decode_number(&key.n).zip(decode_number(&key.e));
        Ok(components.is_some_and(|(n, e)| {
            RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, input, signature)
                .is_ok()
        }))
    }
}

/// Decodes a number of a public key, which is base64url text (RFC 7518 §2, `Base64urlUInt`). `aws-lc-rs` rejects
/// numbers with leading zeros, which some issuers write although the RFC forbids them.
fn decode_number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests;
