use super::*;
use crate::jwt::tests::expected;

/// The modulus of the key in RFC 7515 appendix A.2.1.
const N: &str = concat!(
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp",
    "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW",
    "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs",
    "LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k",
    "G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2",
    "PAcDTW9gb54h4FRWyuXpoQ",
);

#[test]
fn signing_key_is_not_used_for_tokens_of_another_issuer() {
    let json = format!(r#"{{"keys":[{{"kty":"RSA","kid":"Kh8=","n":"{N}","e":"AQAB"}}]}}"#);
    let issuers = expected().issuers;
    let find = |issuer: &str| issuers.find(issuer).expect("an issuer").clone();
    let keys = IssuerKeys {
        issuer: find("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"),
        keys: Jwks::parse(&json).expect("a key set"),
    };
    let other = find("https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI");
    for (issuer, key_id, is_found) in [
        (&keys.issuer, "Kh8=", true),
        (&keys.issuer, "8vN=", false),
        (&other, "Kh8=", false),
    ] {
        let Ok(found) = pollster::block_on(keys.find_key(issuer, Some(key_id)));
        assert_eq!(found.is_some(), is_found, "{issuer} {key_id}");
    }
}
