//! Tests of the signing keys: signatures, key set, rotation and storage.

use std::sync::mpsc;

use super::*;

/// Returns claims for a test token.
fn test_claims() -> Map<String, Value> {
    let Value::Object(claims) =
        json!({ "sub": "6a1f3c52", "exp": 1_795_075_689_u64, "email_verified": true })
    else {
        unreachable!()
    };
    claims
}

#[test]
fn id_tokens_and_access_tokens_have_different_signing_keys() {
    let keys = TokenSigningKeys::generate();
    for kind in [TokenKind::Id, TokenKind::Access] {
        assert_eq!(
            keys.verify_signature(&keys.sign_token(kind, &test_claims())),
            Ok((kind, test_claims()))
        );
    }
    let jwks = keys.jwks();
    assert_ne!(jwks["keys"][0]["kid"], jwks["keys"][1]["kid"]);
}

#[test]
fn jwt_header_has_only_key_id_and_algorithm() {
    let keys = TokenSigningKeys::generate();
    let token = keys.sign_token(TokenKind::Access, &test_claims());
    let header = token
        .split('.')
        .next()
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let kid = keys.jwks()["keys"][1]["kid"]
        .as_str()
        .map(str::to_owned)
        .unwrap_or_default();
    assert_eq!(
        header.and_then(|bytes| String::from_utf8(bytes).ok()),
        Some(format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#))
    );
    assert_eq!(kid.len(), 44);
    assert!(kid.ends_with('='));
}

#[test]
fn jwks_has_rsa_2048_keys_with_the_same_members_as_cognitos() {
    let jwks = TokenSigningKeys::generate().jwks();
    for key in jwks["keys"].as_array().expect("a key set") {
        let names: Vec<&str> = key
            .as_object()
            .expect("a key")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!(key["e"], "AQAB");
        assert_eq!(
            URL_SAFE_NO_PAD
                .decode(key["n"].as_str().expect("text"))
                .map(|n| n.len()),
            Ok(256)
        );
    }
}

#[test]
fn stored_signing_keys_verify_tokens_after_a_pool_restart() {
    let (sender, receiver) = mpsc::channel();
    let keys = TokenSigningKeys::generate_and_save(move |pair| {
        sender
            .send((pair.id.to_vec(), pair.access.to_vec()))
            .expect("the test waits");
    });
    let token = keys.sign_token(TokenKind::Id, &test_claims());
    // `save` runs before the first signature, so the message is already there.
    let (id, access) = receiver
        .try_recv()
        .expect("the keys were saved before the first signature");
    let restored =
        TokenSigningKeys::from_pkcs8(&id, &access, Vec::new()).expect("well-formed keys");
    assert_eq!(
        restored.verify_signature(&token),
        Ok((TokenKind::Id, test_claims()))
    );
    assert_eq!(restored.jwks(), keys.jwks());
    let again = restored.to_pkcs8();
    assert_eq!((again.id.to_vec(), again.access.to_vec()), (id, access));
}

#[test]
fn old_signing_keys_verify_tokens_for_a_day_after_a_rotation() {
    let keys = TokenSigningKeys::generate();
    let token = keys.sign_token(TokenKind::Access, &test_claims());
    let before = keys.jwks();
    let now = UnixTime::from_secs(1_795_072_089);
    let mut saved = None;
    let rotated = keys.rotate_keys(now, |pair, former| {
        saved = Some((pair.id.to_vec(), pair.access.to_vec(), former.to_vec()));
        Ok::<_, ()>(())
    });
    assert_eq!(rotated, Ok(()));

    let published = keys.jwks()["keys"].as_array().expect("a key set").clone();
    let kids: std::collections::BTreeSet<&str> = published
        .iter()
        .filter_map(|key| key["kid"].as_str())
        .collect();
    assert_eq!((published.len(), kids.len()), (4, 4));
    assert_eq!(json!(published[2..]), before["keys"]);
    assert_eq!(
        keys.verify_signature(&token),
        Ok((TokenKind::Access, test_claims()))
    );
    let (id, access, former) = saved.expect("the new keys were saved");
    let restored = TokenSigningKeys::from_pkcs8(&id, &access, former).expect("well-formed keys");
    assert_eq!(restored.jwks(), keys.jwks());
    let new = keys.sign_token(TokenKind::Id, &test_claims());
    assert_eq!(
        restored.verify_signature(&new),
        Ok((TokenKind::Id, test_claims()))
    );
    assert_eq!(
        restored.verify_signature(&token),
        Ok((TokenKind::Access, test_claims()))
    );

    let next_day = now.plus(Duration::from_secs(86_400));
    assert_eq!(keys.rotate_keys(next_day, |_, _| Ok::<_, ()>(())), Ok(()));
    assert_eq!(
        keys.verify_signature(&token),
        Err(TokenSignatureError::UnknownKey)
    );
    assert_eq!(
        keys.verify_signature(&new),
        Ok((TokenKind::Id, test_claims()))
    );
}

#[test]
fn key_rotation_that_cannot_be_saved_changes_no_signing_key() {
    let keys = TokenSigningKeys::generate();
    let before = keys.jwks();
    let refused = keys.rotate_keys(UnixTime::from_secs(1), |_, _| Err("the disk is full"));
    assert_eq!((refused, keys.jwks()), (Err("the disk is full"), before));
}

#[test]
fn tokens_with_invalid_signatures_are_rejected() {
    let keys = TokenSigningKeys::generate();
    let kid_of = |token: &str| {
        let header = token.split('.').next().expect("a header");
        decode_json_object(header).expect("a JSON object")["kid"].clone()
    };
    let ours = keys.jwks()["keys"][0]["kid"].clone();

    let forged = keys.sign_with_wrong_key(TokenKind::Id, &test_claims());
    assert_eq!(
        (kid_of(&forged), keys.verify_signature(&forged)),
        (ours.clone(), Err(TokenSignatureError::BadSignature))
    );
    let unknown = keys.sign_with_unpublished_key(&test_claims());
    assert_eq!(
        keys.verify_signature(&unknown),
        Err(TokenSignatureError::UnknownKey)
    );
    let unsigned = keys.encode_unsigned(TokenKind::Id, &test_claims());
    assert_eq!(
        (kid_of(&unsigned), keys.verify_signature(&unsigned)),
        (ours, Err(TokenSignatureError::Malformed))
    );
    assert!(unsigned.ends_with('.'));
}

#[test]
fn token_with_any_changed_character_is_rejected() {
    let keys = TokenSigningKeys::generate();
    let token = keys.sign_token(TokenKind::Id, &test_claims());
    let parts: Vec<&str> = token.split('.').collect();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let kid = keys.jwks()["keys"][0]["kid"].clone();
    let other = part(json!({ "sub": "another" }));
    let cases = [
        (
            format!("{}.{other}.{}", parts[0], parts[2]),
            TokenSignatureError::BadSignature,
        ),
        (
            format!("{}.{}.", parts[0], parts[1]),
            TokenSignatureError::BadSignature,
        ),
        (
            format!("{}.{}.AAAA", parts[0], parts[1]),
            TokenSignatureError::BadSignature,
        ),
        (
            format!("{}.{}", parts[0], parts[1]),
            TokenSignatureError::Malformed,
        ),
        (format!("{token}."), TokenSignatureError::Malformed),
        (format!("{token}="), TokenSignatureError::Malformed),
        (String::new(), TokenSignatureError::Malformed),
        ("..".to_owned(), TokenSignatureError::Malformed),
        ("ä.ö.ü".to_owned(), TokenSignatureError::Malformed),
        (
            format!(
                "{}.{}.",
                part(json!({ "kid": kid, "alg": "none" })),
                parts[1]
            ),
            TokenSignatureError::Malformed,
        ),
        (
            format!(
                "{}.{}.{}",
                part(json!({ "kid": kid, "alg": "HS256" })),
                parts[1],
                parts[2]
            ),
            TokenSignatureError::Malformed,
        ),
        (
            format!(
                "{}.{}.{}",
                part(json!({ "kid": kid, "alg": "RS256", "crit": ["exp"] })),
                parts[1],
                parts[2]
            ),
            TokenSignatureError::Malformed,
        ),
        (
            format!(
                "{}.{}.{}",
                part(json!({ "kid": "other", "alg": "RS256" })),
                parts[1],
                parts[2]
            ),
            TokenSignatureError::UnknownKey,
        ),
    ];
    for (text, fault) in cases {
        assert_eq!(keys.verify_signature(&text), Err(fault), "{text}");
    }
    assert_eq!(
        TokenSigningKeys::generate().verify_signature(&token),
        Err(TokenSignatureError::UnknownKey)
    );
}

#[test]
fn stored_bytes_that_are_no_signing_key_are_rejected() {
    let keys = TokenSigningKeys::generate().to_pkcs8();
    assert_eq!(
        TokenSigningKeys::from_pkcs8(&keys.id, b"no key", Vec::new()).err(),
        Some(InvalidKeyError)
    );
    assert_eq!(
        TokenSigningKeys::from_pkcs8(&[], &keys.access, Vec::new()).err(),
        Some(InvalidKeyError)
    );
}

#[test]
fn debug_output_hides_the_signing_keys() {
    let keys = TokenSigningKeys::generate();
    assert_eq!(
        format!("{keys:?} {:?}", keys.to_pkcs8()),
        "Keys(…) Pkcs8Pair(…)"
    );
}
