use super::*;

/// When the requests of the tests were made.
pub(crate) const STARTED_AT: UnixTime = UnixTime::from_secs(1_795_072_089);

/// A request for a code, with the code verifier of RFC 7636, appendix B.
pub(crate) fn pending() -> PendingAuthorization {
    let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    PendingAuthorization {
        state: CsrfState::from_random(&[0; 16]),
        nonce: Nonce::from_random(&[1; 16]),
        response_type: ResponseType::Code(verifier.expect("a verifier")),
        issuer: Issuer::parse("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI")
            .expect("an issuer"),
        client: ClientId::parse("1example23456789012345678").expect("a client id"),
        redirect_uri: RedirectUri::parse("http://localhost:8000/login/").expect("a URL"),
        return_to: "/todos?show=done".to_owned(),
        identity_provider: None,
        hints: AuthorizationHints::default(),
        started_at: STARTED_AT,
    }
}

/// A request for tokens by the implicit grant.
pub(crate) fn implicit() -> PendingAuthorization {
    PendingAuthorization {
        response_type: ResponseType::Token,
        ..pending()
    }
}

#[test]
fn stored_pending_authorization_is_read_back_unchanged() {
    let full = || PendingAuthorization {
        identity_provider: IdentityProvider::parse("Google"),
        hints: AuthorizationHints {
            login_hint: Some("ann@example.com".to_owned()),
            lang: Some("de".to_owned()),
            prompt: Some("login".to_owned()),
        },
        ..pending()
    };
    for stored in [pending(), implicit(), full()] {
        assert_eq!(
            PendingAuthorization::from_json(&stored.to_json()),
            Some(stored)
        );
    }
}

#[test]
fn stored_pending_authorization_has_a_fixed_json_format() {
    assert_eq!(
        pending().to_json(),
        r#"{"version":1,"state":"AAAAAAAAAAAAAAAAAAAAAA","nonce":"AQEBAQEBAQEBAQEBAQEBAQ","verifier":"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk","issuer":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI","clientId":"1example23456789012345678","redirectUri":"http://localhost:8000/login/","returnPath":"/todos?show=done","startedAt":1795072089}"#
    );
}

#[test]
fn stored_code_exchange_contains_no_secrets() {
    let pending_authorization = PendingAuthorization {
        identity_provider: IdentityProvider::parse("Google"),
        hints: AuthorizationHints {
            login_hint: Some("ann@example.com".to_owned()),
            lang: Some("de".to_owned()),
            prompt: Some("login".to_owned()),
        },
        ..pending()
    };
    let stored = Redemption::from(&pending_authorization);
    let record = stored.to_json();
    let ResponseType::Code(verifier) = &pending_authorization.response_type else {
        panic!("the request is for a code")
    };
    for secret in [
        pending_authorization.state.expose_secret(),
        pending_authorization.nonce.expose_secret(),
        verifier.expose_secret(),
    ] {
        assert!(!record.contains(secret), "{record}");
    }
    assert_eq!(
        record,
        r#"{"version":1,"returnPath":"/todos?show=done","identityProvider":"Google","loginHint":"ann@example.com","lang":"de","prompt":"login","startedAt":1795072089}"#
    );
    assert_eq!(Redemption::from_json(&record), Some(stored));
    // A response cannot be checked against this record.
    assert_eq!(PendingAuthorization::from_json(&record), None);
    for damaged in [
        record.replace(":1,", ":2,"),
        record.replace("returnPath", "path"),
        record.replace("startedAt\":", "startedAt\":-"),
        String::new(),
    ] {
        assert_eq!(Redemption::from_json(&damaged), None, "{damaged}");
    }
}

#[test]
fn stored_code_exchange_is_valid_for_ten_minutes() {
    let stored = Redemption::from(&pending());
    let at = |seconds| stored.is_valid_at(STARTED_AT.plus(Duration::from_secs(seconds)));
    assert_eq!([at(0), at(599), at(600)], [true, true, false]);
}

#[test]
fn damaged_pending_authorization_is_rejected() {
    let record = pending().to_json();
    for (original, damaged) in [
        ("\"version\":1", "\"version\":2"),
        ("\"state\":\"A", "\"state\":\"A+"),
        ("\"nonce\":\"A", "\"nonce\":\"AA"),
        ("\"verifier\":\"d", "\"verifier\":\""),
        ("\"verifier\":\"", "\"verifier\":7,\"x\":\""),
        ("\"issuer\":\"https", "\"issuer\":\"ftp"),
        ("\"clientId\":\"1", "\"clientId\":\"1 "),
        ("\"redirectUri\":\"http", "\"redirectUri\":\"javascript"),
        ("returnPath", "return"),
        ("\"startedAt\":", "\"startedAt\":-"),
        ("}", ""),
    ] {
        let changed = record.replacen(original, damaged, 1);
        assert_ne!(changed, record, "{original} not found");
        assert_eq!(PendingAuthorization::from_json(&changed), None, "{damaged}");
    }
    assert_eq!(PendingAuthorization::from_json(""), None);
}

#[test]
fn pending_authorization_is_valid_for_ten_minutes() {
    let at = |seconds: u64| UnixTime::from_secs(1_795_072_089 + seconds - 60);
    let is_valid = |seconds| pending().is_valid_at(at(seconds));
    assert_eq!(
        [
            is_valid(0),
            is_valid(60),
            is_valid(60 + 599),
            is_valid(60 + 600)
        ],
        [true, true, true, false]
    );
    assert!(!pending().is_valid_at(STARTED_AT.minus(Duration::from_secs(61))));
}
