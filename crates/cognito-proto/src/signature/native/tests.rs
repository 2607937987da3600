//! Tests with the example of RFC 7515, appendix A.2.

use super::*;

/// The signing input of RFC 7515 appendix A.2.1.
const INPUT: &str = concat!(
    "eyJhbGciOiJSUzI1NiJ9.",
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt",
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
);

/// The signature of RFC 7515 appendix A.2.1.
const SIGNATURE: &str = concat!(
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7",
    "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4",
    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K",
    "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv",
    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB",
    "p0igcN_IoypGlUPQGe77Rw",
);

/// The modulus of the key in RFC 7515 appendix A.2.1.
const N: &str = concat!(
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp",
    "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW",
    "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs",
    "LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k",
    "G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2",
    "PAcDTW9gb54h4FRWyuXpoQ",
);

/// The modulus of another RSA key, from RFC 7517 appendix A.1.
const OTHER_N: &str = concat!(
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z",
    "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5Js",
    "GY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic",
    "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-",
    "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF",
    "Cur-kEgU8awapJzKnqDKgw",
);

fn key(n: &str, e: &str) -> RsaKey {
    RsaKey {
        kid: Some("2011-04-29".to_owned()),
        n: n.to_owned(),
        e: e.to_owned(),
    }
}

fn signature() -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(SIGNATURE).expect("base64url")
}

fn verify(key: &RsaKey, input: &str, signature: &[u8]) -> bool {
    let Ok(is_valid) =
        pollster::block_on(NativeVerifier.verify_rs256(key, input.as_bytes(), signature));
    is_valid
}

#[test]
fn rust_signature_check_accepts_the_signature_of_rfc_7515() {
    assert!(verify(&key(N, "AQAB"), INPUT, &signature()));
}

#[test]
fn rust_signature_check_rejects_a_changed_signed_text() {
    for input in [
        INPUT.replace("eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ8"),
        format!("{INPUT} "),
        INPUT[..INPUT.len() - 1].to_owned(),
        String::new(),
    ] {
        assert!(!verify(&key(N, "AQAB"), &input, &signature()), "{input}");
    }
}

#[test]
fn rust_signature_check_rejects_a_changed_signature() {
    let right = signature();
    let bits = [0, 1_023, 2_047].map(|bit: usize| {
        let mut changed = right.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        changed
    });
    let lengths = [
        right[1..].to_vec(),
        right[..255].to_vec(),
        [&[0], right.as_slice()].concat(),
        [right.as_slice(), &[0]].concat(),
        vec![0; 256],
        Vec::new(),
    ];
    for changed in bits.into_iter().chain(lengths) {
        let is_valid = verify(&key(N, "AQAB"), INPUT, &changed);
        assert!(!is_valid, "{changed:02x?}");
    }
}

#[test]
fn rust_signature_check_rejects_wrong_and_malformed_keys() {
    for other in [
        key(OTHER_N, "AQAB"),
        key(N, "Aw"),
        key("", "AQAB"),
        key(N, ""),
        key(N, "AAAA"),
        key("not base64url!", "AQAB"),
        key(N, "not base64url!"),
        key(&N[..10], "AQAB"),
    ] {
        assert!(!verify(&other, INPUT, &signature()), "{other:?}");
    }
}

/// RFC 7518 §2 forbids leading zeros, but [`Jwks`](crate::jwks::Jwks) accepts such a key, and so does a browser.
#[test]
fn rust_signature_check_ignores_leading_zeros_of_an_rsa_key() {
    let bytes = URL_SAFE_NO_PAD.decode(N).expect("base64url");
    let with_zero = URL_SAFE_NO_PAD.encode([&[0], bytes.as_slice()].concat());
    assert!(verify(&key(&with_zero, "AAEAAQ"), INPUT, &signature()));
}
