//! Proof Key for Code Exchange (RFC 7636), with the method `S256` only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::secret::opaque;
use crate::wire::deserialize_by_parse;

opaque! {
    /// A code verifier (RFC 7636 §4.1): proves that the browser that redeems an authorization code also requested it.
    /// It is used for one request only.
    CodeVerifier: Serialize
}

deserialize_by_parse!(CodeVerifier);

impl CodeVerifier {
    /// Makes a verifier from bytes of the browser's secure random generator. 32 bytes make 43 characters, the minimum
    /// of RFC 7636 §4.1.
    pub fn from_random(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Parses a stored verifier: 43 to 128 unreserved characters (RFC 7636 §4.1).
    pub fn parse(text: &str) -> Option<Self> {
        let is_valid = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'));
        (is_valid && (43..=128).contains(&text.len()))
            .then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// Returns the code challenge for the authorization request: `BASE64URL(SHA256(verifier))` (RFC 7636 §4.2).
    pub fn code_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.expose_secret()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The octets, verifier and challenge are those of RFC 7636, appendix B.
    #[test]
    fn pkce_verifier_and_challenge_match_the_rfc_7636_example() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = CodeVerifier::from_random(&octets);
        assert_eq!(
            verifier.expose_secret(),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        assert_eq!(
            verifier.code_challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn pkce_verifier_has_43_to_128_unreserved_characters() {
        for length in [43, 128] {
            let text = "aZ0-._~".repeat(19)[..length].to_owned();
            let read = CodeVerifier::parse(&text).expect("a verifier");
            assert_eq!(read.expose_secret(), text);
        }
        for wrong in [
            String::new(),
            "a".repeat(42),
            "a".repeat(129),
            format!("{}+", "a".repeat(43)),
            format!("{} ", "a".repeat(43)),
            format!("{}é", "a".repeat(43)),
        ] {
            assert_eq!(CodeVerifier::parse(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn debug_output_hides_the_pkce_code_verifier() {
        let verifier = CodeVerifier::from_random(&[7; 32]);
        assert_eq!(format!("{verifier:?}"), "CodeVerifier(…)");
    }
}
