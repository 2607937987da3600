use super::*;

/// The modulus of the RSA key in RFC 7515, appendix A.2.1. It has 2,048 bits.
const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

fn keys(members: &str) -> Option<Jwks> {
    let text = format!(r#"{{"keys":[{members}]}}"#);
    Jwks::parse(&text)
}

fn key(kid: &str) -> String {
    format!(r#"{{"alg":"RS256","e":"AQAB","kid":"{kid}","kty":"RSA","n":"{N}","use":"sig"}}"#)
}

fn parsed_key(kid: &str) -> RsaKey {
    RsaKey {
        kid: Some(kid.to_owned()),
        n: N.to_owned(),
        e: "AQAB".to_owned(),
    }
}

#[test]
fn jwks_key_is_found_by_its_exact_key_id() {
    let keys = keys(&format!("{},{}", key("Kh8="), key("8vN=")));
    let keys = keys.expect("two keys");
    assert_eq!(keys.find(Some("Kh8=")), Some(&parsed_key("Kh8=")));
    assert_eq!(keys.find(Some("8vN=")), Some(&parsed_key("8vN=")));
    for other in ["", "kh8=", "Kh8", "x"] {
        assert_eq!(keys.find(Some(other)), None, "{other}");
    }
}

#[test]
fn token_without_key_id_needs_a_jwks_with_a_single_key() {
    let one = keys(&key("Kh8=")).expect("a key");
    assert_eq!(one.find(None), Some(&parsed_key("Kh8=")));
    let two = keys(&format!("{},{}", key("Kh8="), key("8vN="))).expect("two keys");
    assert_eq!(two.find(None), None);
}

#[test]
fn jwks_key_without_use_and_alg_is_accepted() {
    let without_use = key("Kh8=")
        .replace(r#""alg":"RS256","#, "")
        .replace(r#","use":"sig""#, "");
    assert_eq!(keys(&without_use), Some(Jwks(vec![parsed_key("Kh8=")])));
}

/// RFC 7517 §4.5: `kid` is optional in a key too.
#[test]
fn key_id_is_optional_in_a_jwks_with_a_single_key() {
    let without_key_id = key("Kh8=").replace(r#""kid":"Kh8=","#, "");
    let one = keys(&without_key_id).expect("a key");
    assert_eq!(one.find(None).map(|key| key.kid.as_deref()), Some(None));
    assert_eq!(one.find(Some("Kh8=")), None);
    let two = keys(&format!("{without_key_id},{}", key("8vN="))).expect("two keys");
    assert_eq!(two.find(None), None);
    assert_eq!(two.find(Some("8vN=")), Some(&parsed_key("8vN=")));
}

#[test]
fn jwks_parser_ignores_non_rs256_weak_and_malformed_keys() {
    // The modulus begins with 0xa1. With 0x21 it has 2,046 bits.
    let shorter = N.replacen("ofg", "Ifg", 1);
    for (original, other) in [
        ("\"RSA\"", "\"oct\""),
        ("\"kty\"", "\"type\""),
        ("\"sig\"", "\"enc\""),
        ("\"RS256\"", "\"RS512\""),
        ("\"RS256\"", "7"),
        ("\"AQAB\"", "\"AQA=\""),
        ("\"AQAB\"", "\"\""),
        ("\"AQAB\"", "65537"),
        ("\"n\":", "\"m\":"),
        (N, "AQAB"),
        (N, &shorter),
        (N, &N[1..]),
        ("_wWJ", "/wWJ"),
    ] {
        let changed = key("Kh8=").replace(original, other);
        assert_ne!(changed, key("Kh8="), "{original} not found");
        let keys = keys(&format!("{changed},{}", key("8vN=")));
        assert_eq!(keys, Some(Jwks(vec![parsed_key("8vN=")])), "{other}");
        assert_eq!(self::keys(&changed), None, "{other}");
    }
}

#[test]
fn leading_zero_bytes_do_not_count_as_rsa_key_bits() {
    // Six leading zero bytes and 253 significant ones: 2,024 bits.
    let padded = key("Kh8=").replace(N, &format!("AAAAAAAA{}", &N[4..]));
    assert_eq!(keys(&padded), None);
}

#[test]
fn malformed_jwks_is_rejected() {
    for text in [
        "null",
        "[]",
        "{}",
        r#"{"error":"log in"}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":[]}"#,
        r#"{"keys":[7,null]}"#,
    ] {
        assert_eq!(Jwks::parse(text), None, "{text}");
    }
}

#[test]
fn jwks_url_is_issuer_plus_well_known_path() {
    let issuer = Issuer::parse("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI");
    assert_eq!(
        jwks_url(&issuer.expect("an issuer")),
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/jwks.json"
    );
}
