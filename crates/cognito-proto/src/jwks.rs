//! The RSA keys with which an issuer signs its tokens, from its key set (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::Issuer;
use crate::json::Json;

/// Returns the URL of an issuer's key set. The URL is derived and never read from a token or a document, because it
/// could be that of another issuer.
pub fn jwks_url(base: &Issuer) -> String {
    format!("{base}/.well-known/jwks.json")
}

/// An issuer's signing keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwks(Vec<RsaKey>);

/// A public RSA key for RS256 (RFC 7518 §6.3.1), in the encoding of the key set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// The key's ID, which tokens name in their header.
    pub kid: Option<String>,
    /// The modulus in base64url, of at least 2,048 bits (RFC 7518 §3.3).
    pub n: String,
    /// The exponent in base64url.
    pub e: String,
}

impl Jwks {
    /// Parses a key set. Keys of other kinds and keys that are too weak or damaged are ignored. Returns `None` if no
    /// key is left, because an issuer of tokens must have one.
    pub fn parse(keys: &Json) -> Option<Self> {
        let keys = keys.get("keys").as_array()?;
        let keys: Vec<RsaKey> = keys.iter().filter_map(RsaKey::parse).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Returns the key that a token names. If the set has a single key, the token need not name it: `kid` is optional
    /// in RFC 7515 §4.1.4, and OpenID Connect Core §10.1 requires it only if there are several keys.
    pub fn find(&self, kid: Option<&str>) -> Option<&RsaKey> {
        match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

impl RsaKey {
    fn parse(key: &Json) -> Option<Self> {
        let is = |name, wanted| key.get(name).as_str() == Some(wanted);
        let unless_absent = |name, wanted| *key.get(name) == Json::Null || is(name, wanted);
        if !is("kty", "RSA") || !unless_absent("use", "sig") || !unless_absent("alg", "RS256") {
            return None;
        }
        let number = |name| {
            let text = key.get(name).as_str()?;
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let top = bytes.get(zeros)?;
            let bits = (bytes.len() - zeros) * 8 - top.leading_zeros() as usize;
            Some((text.to_owned(), bits))
        };
        let (n, bits) = number("n")?;
        let (e, _) = number("e")?;
        let kid = key.get("kid").as_str().map(str::to_owned);
        (bits >= 2_048).then_some(Self { kid, n, e })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modulus of the RSA key in RFC 7515, appendix A.2.1. It has 2,048 bits.
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    fn keys(members: &str) -> Option<Jwks> {
        let text = format!(r#"{{"keys":[{members}]}}"#);
        Jwks::parse(&Json::parse(&text).expect("the test's own JSON"))
    }

    fn key(kid: &str) -> String {
        format!(r#"{{"alg":"RS256","e":"AQAB","kid":"{kid}","kty":"RSA","n":"{N}","use":"sig"}}"#)
    }

    fn read(kid: &str) -> RsaKey {
        RsaKey {
            kid: Some(kid.to_owned()),
            n: N.to_owned(),
            e: "AQAB".to_owned(),
        }
    }

    #[test]
    fn each_of_the_two_keys_is_found_by_its_name_to_the_letter() {
        let keys = keys(&format!("{},{}", key("Kh8="), key("8vN=")));
        let keys = keys.expect("two keys");
        assert_eq!(keys.find(Some("Kh8=")), Some(&read("Kh8=")));
        assert_eq!(keys.find(Some("8vN=")), Some(&read("8vN=")));
        for other in ["", "kh8=", "Kh8", "x"] {
            assert_eq!(keys.find(Some(other)), None, "{other}");
        }
    }

    #[test]
    fn a_token_without_a_key_id_is_of_the_only_key() {
        let one = keys(&key("Kh8=")).expect("a key");
        assert_eq!(one.find(None), Some(&read("Kh8=")));
        let two = keys(&format!("{},{}", key("Kh8="), key("8vN="))).expect("two keys");
        assert_eq!(two.find(None), None);
    }

    #[test]
    fn a_key_need_not_say_what_it_is_for() {
        let silent = key("Kh8=")
            .replace(r#""alg":"RS256","#, "")
            .replace(r#","use":"sig""#, "");
        assert_eq!(keys(&silent), Some(Jwks(vec![read("Kh8=")])));
    }

    /// RFC 7517 §4.5: `kid` is optional in a key too.
    #[test]
    fn sole_key_may_have_no_key_id() {
        let nameless = key("Kh8=").replace(r#""kid":"Kh8=","#, "");
        let one = keys(&nameless).expect("a key");
        assert_eq!(one.find(None).map(|key| key.kid.as_deref()), Some(None));
        assert_eq!(one.find(Some("Kh8=")), None);
        let two = keys(&format!("{nameless},{}", key("8vN="))).expect("two keys");
        assert_eq!(two.find(None), None);
        assert_eq!(two.find(Some("8vN=")), Some(&read("8vN=")));
    }

    #[test]
    fn keys_of_other_kinds_weak_ones_and_damaged_ones_are_passed_over() {
        // The modulus begins with 0xa1. With 0x21 it has 2,046 bits.
        let shorter = N.replacen("ofg", "Ifg", 1);
        for (whole, other) in [
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
            let changed = key("Kh8=").replace(whole, other);
            assert_ne!(changed, key("Kh8="), "{whole} is not there");
            let keys = keys(&format!("{changed},{}", key("8vN=")));
            assert_eq!(keys, Some(Jwks(vec![read("8vN=")])), "{other}");
            assert_eq!(self::keys(&changed), None, "{other}");
        }
    }

    #[test]
    fn leading_zeros_make_a_key_no_stronger() {
        // Six leading zero bytes and 253 significant ones: 2,024 bits.
        let padded = key("Kh8=").replace(N, &format!("AAAAAAAA{}", &N[4..]));
        assert_eq!(keys(&padded), None);
    }

    #[test]
    fn what_is_no_key_set_holds_no_key() {
        for text in [
            "null",
            "[]",
            "{}",
            r#"{"error":"log in"}"#,
            r#"{"keys":{}}"#,
            r#"{"keys":[]}"#,
            r#"{"keys":[7,null]}"#,
        ] {
            let json = Json::parse(text).expect("the test's own JSON");
            assert_eq!(Jwks::parse(&json), None, "{text}");
        }
    }

    #[test]
    fn the_keys_stand_below_the_issuer() {
        let issuer =
            Issuer::parse("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI");
        assert_eq!(
            jwks_url(&issuer.expect("an issuer")),
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/jwks.json"
        );
    }
}
