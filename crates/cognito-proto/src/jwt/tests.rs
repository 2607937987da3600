use serde_json::Value;

use super::*;

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_795_072_100);

pub(crate) fn expected() -> ExpectedClaims {
    let pool = crate::ids::UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool id");
    let endpoint =
        crate::ids::SecureUrl::parse("https://cognito-idp.us-east-1.amazonaws.com").expect("a URL");
    ExpectedClaims {
        issuers: Issuers::for_pool(&pool, &endpoint, None),
        client: ClientId::parse("1example23456789012345678").expect("a client id"),
    }
}

/// The claim `identities` as Amazon's tokens have it, with strings for numbers and Booleans.
fn identities(primary: &str) -> Value {
    let text = r#"[{"userId":"1029384756","providerName":"Google","providerType":"Google","issuer":null,"primary":"PRIMARY","dateCreated":"1700000000000"}]"#;
    serde_json::from_str(&text.replace("PRIMARY", primary)).expect("JSON")
}

#[test]
fn primary_identity_in_the_id_token_marks_a_federated_user() {
    let provider = |change: &[(&str, Value)]| identity_provider(&id_token(change));
    assert_eq!(provider(&[]), None);
    let by_google = provider(&[("identities", identities("true"))]);
    assert_eq!(by_google.as_deref(), Some("Google"));
    assert_eq!(provider(&[("identities", identities("false"))]), None);
    assert_eq!(provider(&[("identities", "Google".into())]), None);
}

/// An ID token like Amazon's, with these members changed (`null` removes one).
pub(crate) fn id_token(change: &[(&str, Value)]) -> IdToken {
    IdToken::new(token(
        r#"{"kid":"Kh8=","alg":"RS256"}"#,
        r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email_verified":true,"iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
          "cognito:username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","origin_jti":"0c1d","aud":"1example23456789012345678","event_id":"64f5","token_use":"id",
          "auth_time":1795072089,"exp":1795075689,"iat":1795072089,"jti":"7c8e","email":"ann@example.com","name":"Ann"}"#,
        change,
    ))
}

/// An access token like Amazon's, with these members changed (`null` removes one).
pub(crate) fn access_token(change: &[(&str, Value)]) -> AccessToken {
    AccessToken::new(token(
        r#"{"kid":"8vN=","alg":"RS256"}"#,
        r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI","client_id":"1example23456789012345678",
          "origin_jti":"0c1d","event_id":"64f5","token_use":"access","scope":"aws.cognito.signin.user.admin","auth_time":1795072089,"exp":1795075689,"iat":1795072089,
          "jti":"a1b2","username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"}"#,
        change,
    ))
}

fn token(header: &str, payload: &str, change: &[(&str, Value)]) -> String {
    let mut payload: Value = serde_json::from_str(payload).expect("JSON");
    let claims = payload.as_object_mut().expect("an object");
    for (name, value) in change {
        claims.remove(*name);
        if *value != Value::Null {
            claims.insert((*name).to_owned(), value.clone());
        }
    }
    let payload = payload.to_string();
    format!(
        "{}.{}.c2ln",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    )
}

fn check_id(change: &[(&str, Value)]) -> Result<IdClaims, TokenValidationError> {
    valid_id(&id_token(change))
}

fn valid_id(token: &IdToken) -> Result<IdClaims, TokenValidationError> {
    let claims = IdClaims::check(token, &expected())?;
    claims.validity.check(NOW).map(|()| claims)
}

fn check_access(change: &[(&str, Value)]) -> Result<AccessClaims, TokenValidationError> {
    let claims = AccessClaims::check(&access_token(change), &expected())?;
    claims.validity.check(NOW).map(|()| claims)
}

fn issuer() -> Issuer {
    let issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    Issuer::parse(issuer).expect("an issuer")
}

const VALIDITY: Validity = Validity {
    issued_at: UnixTime::from_secs(1_795_072_089),
    not_before: UnixTime::from_secs(1_795_072_089),
    expires_at: UnixTime::from_secs(1_795_075_689),
};

#[test]
fn claims_of_valid_id_and_access_tokens_are_parsed() {
    assert_eq!(
        check_id(&[]),
        Ok(IdClaims {
            subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            username: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            name: Some("Ann".to_owned()),
            email: Some("ann@example.com".to_owned()),
            issuer: issuer(),
            validity: VALIDITY,
            nonce: None,
            access_token_hash: None,
        })
    );
    assert_eq!(
        check_access(&[]),
        Ok(AccessClaims {
            subject: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            issuer: issuer(),
            validity: VALIDITY,
            scope: "aws.cognito.signin.user.admin".to_owned(),
            device_key: None,
        })
    );
}

const CLIENT: &str = "1example23456789012345678";

fn audience(clients: &[&str]) -> Value {
    Value::Array(clients.iter().map(|client| Value::from(*client)).collect())
}

/// `aud` may be an array (RFC 7519 §4.1.3).
#[test]
fn id_token_audience_may_be_a_list_with_only_this_client() {
    let listed = check_id(&[("aud", audience(&[CLIENT]))]);
    assert_eq!(listed, check_id(&[]));
    assert!(listed.is_ok());
}

/// The API reference names both forms in `IssuerConfigurationType`.
#[test]
fn tokens_of_both_amazon_issuers_are_accepted() {
    let updated = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let claims = check_id(&[("iss", updated.into())]).expect("good claims");
    assert_eq!(claims.issuer.as_str(), updated);
    let claims = check_access(&[("iss", updated.into())]).expect("good claims");
    assert_eq!(claims.issuer.as_str(), updated);
}

#[test]
fn token_with_any_wrong_claim_is_rejected() {
    let slash = Value::from("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/");
    for (change, error) in [
        (
            [("iss", slash.clone())],
            TokenValidationError::IssuerMismatch,
        ),
        (
            [("iss", Value::Null)],
            TokenValidationError::InvalidClaim("iss"),
        ),
        (
            [("iss", Value::from(7))],
            TokenValidationError::InvalidClaim("iss"),
        ),
        (
            [("aud", Value::from("another"))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("aud", audience(&[CLIENT, "evil"]))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("aud", audience(&[CLIENT, CLIENT]))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("aud", audience(&["evil"]))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("aud", audience(&[]))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("aud", Value::Array(vec![Value::from(7)]))],
            TokenValidationError::AudienceMismatch,
        ),
        // The token was issued longer ago than the longest lifetime of Cognito's tokens.
        (
            [("iat", Value::from(1_795_072_100 - 86_400 - 60))],
            TokenValidationError::InvalidClaim("iat"),
        ),
        (
            [("iat", Value::from(0))],
            TokenValidationError::InvalidClaim("iat"),
        ),
        (
            [("azp", Value::from("another"))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("token_use", Value::from("access"))],
            TokenValidationError::WrongTokenUse,
        ),
        (
            [("exp", Value::from(1_795_072_040))],
            TokenValidationError::Expired,
        ),
        (
            [("exp", Value::from("1795075689"))],
            TokenValidationError::InvalidClaim("exp"),
        ),
        (
            [("exp", Value::Null)],
            TokenValidationError::InvalidClaim("exp"),
        ),
        (
            [("iat", Value::from(1_795_072_161))],
            TokenValidationError::NotYetValid,
        ),
        (
            [("nbf", Value::from(1_795_072_161))],
            TokenValidationError::NotYetValid,
        ),
        (
            [("nbf", Value::from(true))],
            TokenValidationError::InvalidClaim("nbf"),
        ),
        (
            [("sub", Value::Null)],
            TokenValidationError::InvalidClaim("sub"),
        ),
        (
            [("sub", Value::from(""))],
            TokenValidationError::InvalidClaim("sub"),
        ),
        (
            [("cognito:username", Value::from(""))],
            TokenValidationError::InvalidClaim("cognito:username"),
        ),
        (
            [("cognito:username", Value::Null)],
            TokenValidationError::InvalidClaim("cognito:username"),
        ),
        (
            [("email", Value::from(true))],
            TokenValidationError::InvalidClaim("email"),
        ),
        (
            [("nonce", Value::from(7))],
            TokenValidationError::InvalidClaim("nonce"),
        ),
        (
            [("at_hash", Value::from(7))],
            TokenValidationError::InvalidClaim("at_hash"),
        ),
    ] {
        assert_eq!(check_id(&change), Err(error), "{change:?}");
    }
    for (change, error) in [
        ([("iss", slash)], TokenValidationError::IssuerMismatch),
        (
            [("client_id", Value::from("another"))],
            TokenValidationError::AudienceMismatch,
        ),
        (
            [("client_id", Value::Null)],
            TokenValidationError::InvalidClaim("client_id"),
        ),
        (
            [("token_use", Value::from("id"))],
            TokenValidationError::WrongTokenUse,
        ),
        (
            [("exp", Value::from(1_795_072_040))],
            TokenValidationError::Expired,
        ),
        (
            [("iat", Value::from(1_795_072_161))],
            TokenValidationError::NotYetValid,
        ),
        (
            [("sub", Value::Null)],
            TokenValidationError::InvalidClaim("sub"),
        ),
    ] {
        assert_eq!(check_access(&change), Err(error), "{change:?}");
    }
}

#[test]
fn token_check_tolerates_a_clock_difference_of_one_minute() {
    assert!(check_id(&[("exp", Value::from(1_795_072_041))]).is_ok());
    assert!(check_id(&[("iat", Value::from(1_795_072_160))]).is_ok());
    let oldest = Value::from(1_795_072_100 - 86_400 - 59);
    assert!(check_id(&[("iat", oldest)]).is_ok());
}

#[test]
fn id_token_claim_check_does_not_check_the_expiry() {
    let late = id_token(&[("exp", Value::from(1))]);
    assert!(IdClaims::check(&late, &expected()).is_ok());
}

/// An ID token with this header. `claims` is text that is inserted in front of its claims.
fn id_token_with(header: &str, claims: &str) -> IdToken {
    let token = id_token(&[]);
    let payload = token
        .expose_secret()
        .split('.')
        .nth(1)
        .expect("three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    let payload = String::from_utf8(payload).expect("JSON");
    let payload = payload.replacen('{', &format!("{{{claims}"), 1);
    IdToken::new(format!(
        "{}.{}.c2ln",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    ))
}

/// `at+jwt` is the type of access tokens (RFC 9068 §2.1), and `JWT` the type of any token (RFC 7519 §5.1).
#[test]
fn jwt_with_typ_at_jwt_is_rejected_as_an_id_token() {
    let check_type = |typ: &str| {
        let header = format!(r#"{{"kid":"Kh8=","alg":"RS256","typ":"{typ}"}}"#);
        valid_id(&id_token_with(&header, "")).map(drop)
    };
    for access in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/AT+jwt",
    ] {
        assert_eq!(
            check_type(access),
            Err(TokenValidationError::WrongTokenUse),
            "{access}"
        );
    }
    for other in ["JWT", "jwt", ""] {
        assert_eq!(check_type(other), Ok(()), "{other}");
    }
}

/// Two parsers could read different users from duplicate claims (RFC 7519 §4).
#[test]
fn token_with_a_duplicate_claim_is_rejected() {
    const HEADER: &str = r#"{"kid":"Kh8=","alg":"RS256"}"#;
    assert!(valid_id(&id_token_with(HEADER, r#""x":1,"#)).is_ok());
    for twice in [
        r#""sub":"another","#,
        r#""s\u0075b":"another","#,
        r#""exp":1795075689,"#,
        r#""x":1,"x":1,"#,
    ] {
        let refused = valid_id(&id_token_with(HEADER, twice));
        assert_eq!(refused, Err(TokenValidationError::MalformedJwt), "{twice}");
    }
    let header = r#"{"alg":"none","kid":"Kh8=","alg":"RS256"}"#;
    let refused = valid_id(&id_token_with(header, ""));
    assert_eq!(refused, Err(TokenValidationError::MalformedJwt));
}

#[test]
fn only_rs256_tokens_without_crit_header_are_accepted() {
    let payload = r#"{"sub":"a"}"#;
    for header in [
        r#"{"kid":"Kh8=","alg":"none"}"#,
        r#"{"kid":"Kh8=","alg":"HS256"}"#,
        r#"{"kid":"Kh8=","alg":"rs256"}"#,
        r#"{"kid":"Kh8="}"#,
        r#"{"alg":"RS256","crit":["exp"]}"#,
        r#"{"alg":"RS256","b64":false}"#,
        r#"{"alg":"RS256","b64":"false"}"#,
        r#"{"alg":"RS256","b64":false,"crit":["b64"]}"#,
    ] {
        let token = IdToken::new(token(header, payload, &[]));
        assert_eq!(
            IdClaims::check(&token, &expected()),
            Err(TokenValidationError::UnsupportedAlgorithm),
            "{header}"
        );
    }
}

/// The ID token and access token of the code flow in OpenID Connect Core, appendix A.3.
#[test]
fn at_hash_claim_must_match_the_access_token() {
    let access = AccessToken::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    let claims = |hash: &str| check_id(&[("at_hash", hash.into())]).expect("good claims");
    assert!(claims("77QmUPtjPfzWtF2AnpK9RQ").matches_access_token(&access));
    assert!(!claims("77QmUPtjPfzWtF2AnpK9RA").matches_access_token(&access));
    assert!(!claims("").matches_access_token(&access));
    assert!(
        check_id(&[])
            .expect("good claims")
            .matches_access_token(&access)
    );
}

#[test]
fn jwt_is_split_into_key_id_signed_text_and_signature() {
    let token = id_token(&[]);
    let (input, _) = token.expose_secret().rsplit_once('.').expect("three parts");
    assert_eq!(
        JwsParts::parse(token.expose_secret()),
        Ok(JwsParts {
            key_id: Some("Kh8=".to_owned()),
            input,
            signature: b"sig".to_vec(),
        })
    );
    let without_key_id = id_token_with(r#"{"alg":"RS256"}"#, "");
    let signed = JwsParts::parse(without_key_id.expose_secret()).expect("a token");
    assert_eq!(signed.key_id, None);
    let header = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for (token, error) in [
        ("nothing".to_owned(), TokenValidationError::MalformedJwt),
        (
            format!("{}.e30.c2l", header(r#"{"alg":"none","kid":"k"}"#)),
            TokenValidationError::UnsupportedAlgorithm,
        ),
        (
            format!("{}.e30.c2ln", header(r#"{"alg":"RS256","kid":7}"#)),
            TokenValidationError::UnknownKey,
        ),
        (
            format!("{}.e30.*", header(r#"{"alg":"RS256","kid":"k"}"#)),
            TokenValidationError::MalformedJwt,
        ),
    ] {
        assert_eq!(JwsParts::parse(&token), Err(error), "{token}");
    }
}

#[test]
fn all_id_token_claims_are_converted_to_display_text() {
    let members = id_token_claims(&id_token(&[(
        "cognito:groups",
        Value::Array(vec!["admins".into()]),
    )]));
    let value = |name: &str| {
        members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(
        [
            value("email"),
            value("email_verified"),
            value("exp"),
            value("cognito:groups")
        ],
        [
            Some("ann@example.com"),
            Some("true"),
            Some("1795075689"),
            Some(r#"["admins"]"#)
        ]
    );
}

#[test]
fn malformed_jwt_is_rejected() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
    for text in [
        String::new(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        format!("{header}.e30"),
        format!("{header}.e30.x.y"),
        format!("{header}.W10.x"),
        format!("{header}.e30=.x"),
        format!("{header}.gICA.x"),
    ] {
        assert_eq!(
            IdClaims::check(&IdToken::new(text.clone()), &expected()),
            Err(TokenValidationError::MalformedJwt),
            "{text}"
        );
    }
}
