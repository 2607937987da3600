use core::cell::RefCell;
use core::convert::Infallible;

use super::*;
use crate::jwks::{Jwks, RsaKey};
use crate::jwt::tests::{NOW, access_token, expected, id_token};
use crate::signature::IssuerKeys;

/// The modulus of the RSA key in RFC 7515, appendix A.2.1.
const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

/// The key IDs of the ID token and of the access token in these tests.
const KEY_IDS: [&str; 2] = ["Kh8=", "8vN="];

/// Tokens whose claims are checked. Both signatures are the bytes `sig`.
fn unverified() -> UnverifiedTokens {
    let result = AuthenticationResult {
        id_token: id_token(&[]),
        access_token: access_token(&[]),
        refresh_token: None,
        new_device: None,
    };
    let clock = ClockReading {
        device: NOW,
        server: Some(NOW),
    };
    UnverifiedTokens::validate_direct(result, &expected(), clock).expect("good tokens")
}

/// The key set of the tokens' issuer, with these key IDs.
fn issuer_keys(key_ids: &[&str]) -> IssuerKeys {
    let keys: Vec<String> = key_ids
        .iter()
        .map(|kid| format!(r#"{{"kty":"RSA","kid":"{kid}","n":"{N}","e":"AQAB"}}"#))
        .collect();
    IssuerKeys {
        issuer: unverified().issuer().clone(),
        keys: Jwks::parse(&format!(r#"{{"keys":[{}]}}"#, keys.join(","))).expect("a key set"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not available")]
struct Unavailable;

/// A verifier that records its calls: key ID, signed text and signature. It accepts the signatures of one key ID, or
/// of all if there is none.
#[derive(Default)]
struct Recorder {
    accepted: Option<&'static str>,
    is_unavailable: bool,
    calls: RefCell<Vec<(String, String, Vec<u8>)>>,
}

impl Recorder {
    fn called_key_ids(&self) -> Vec<String> {
        let calls = self.calls.borrow();
        calls.iter().map(|(key_id, ..)| key_id.clone()).collect()
    }
}

impl SignatureVerifier for Recorder {
    type Error = Unavailable;

    async fn verify_rs256(
        &self,
        key: &RsaKey,
        input: &[u8],
        signature: &[u8],
    ) -> Result<bool, Unavailable> {
        let key_id = key.kid.clone().expect("a key ID");
        let is_valid = self.accepted.is_none_or(|accepted| accepted == key_id);
        let input = String::from_utf8(input.to_vec()).expect("a text");
        self.calls
            .borrow_mut()
            .push((key_id, input, signature.to_vec()));
        match self.is_unavailable {
            true => Err(Unavailable),
            false => Ok(is_valid),
        }
    }
}

/// Verifies the tokens with the key set of both keys.
fn verify(verifier: &Recorder) -> Result<Tokens, VerificationError<Infallible, Unavailable>> {
    pollster::block_on(unverified().verify(&issuer_keys(&KEY_IDS), verifier))
}

#[test]
fn token_is_verified_with_the_key_of_its_kid_header() {
    let verifier = Recorder::default();
    let UnverifiedTokens(tokens) = unverified();
    let signed = |token: &str| {
        let (input, _) = token.rsplit_once('.').expect("three parts");
        input.to_owned()
    };
    let calls = [
        (KEY_IDS[0], signed(tokens.id_token().expose_secret())),
        (KEY_IDS[1], signed(tokens.access_token().expose_secret())),
    ];
    assert_eq!(verify(&verifier), Ok(tokens));
    assert_eq!(
        *verifier.calls.borrow(),
        calls.map(|(key_id, input)| (key_id.to_owned(), input, b"sig".to_vec()))
    );
}

#[test]
fn one_invalid_signature_makes_both_tokens_invalid() {
    for (accepted, checked) in [(KEY_IDS[1], &KEY_IDS[..1]), (KEY_IDS[0], &KEY_IDS)] {
        let verifier = Recorder {
            accepted: Some(accepted),
            ..Recorder::default()
        };
        assert_eq!(
            verify(&verifier),
            Err(VerificationError::Invalid(
                TokenValidationError::InvalidSignature
            ))
        );
        assert_eq!(verifier.called_key_ids(), checked);
    }
}

#[test]
fn token_with_a_key_id_outside_the_key_set_is_invalid() {
    for (key_ids, checked) in [
        (["8vN=", "x"], &KEY_IDS[..0]),
        (["Kh8=", "x"], &KEY_IDS[..1]),
    ] {
        let verifier = Recorder::default();
        let verified = pollster::block_on(unverified().verify(&issuer_keys(&key_ids), &verifier));
        assert_eq!(
            verified,
            Err(VerificationError::Invalid(TokenValidationError::UnknownKey))
        );
        assert_eq!(verifier.called_key_ids(), checked);
    }
}

#[test]
fn token_check_that_is_unavailable_does_not_reject_tokens() {
    let verifier = Recorder {
        is_unavailable: true,
        ..Recorder::default()
    };
    assert_eq!(
        verify(&verifier),
        Err(VerificationError::Verifier(Unavailable))
    );
}

/// A source of keys that has none, for example because there is no network.
struct NoKeys;

impl SigningKeys for NoKeys {
    type Error = Unavailable;

    async fn find_key(&self, _: &Issuer, _: Option<&str>) -> Result<Option<RsaKey>, Unavailable> {
        Err(Unavailable)
    }
}

#[test]
fn tokens_are_not_rejected_if_the_jwks_is_unavailable() {
    let verifier = Recorder::default();
    let verified = pollster::block_on(unverified().verify(&NoKeys, &verifier));
    assert_eq!(verified, Err(VerificationError::Keys(Unavailable)));
    assert_eq!(verifier.called_key_ids(), [""; 0]);
}
