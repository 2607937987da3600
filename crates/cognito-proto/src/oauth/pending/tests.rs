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
        redirect_uri: RedirectUri::parse("http://localhost:8000/login/").expect("an address"),
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
fn a_record_read_back_is_what_was_kept() {
    let full = || PendingAuthorization {
        identity_provider: IdentityProvider::parse("Google"),
        hints: AuthorizationHints {
            login_hint: Some("ann@example.com".to_owned()),
            lang: Some("de".to_owned()),
            prompt: Some("login".to_owned()),
        },
        ..pending()
    };
    for kept in [pending(), implicit(), full()] {
        assert_eq!(PendingAuthorization::from_json(&kept.to_json()), Some(kept));
    }
}

#[test]
fn what_is_kept_while_redeeming_holds_no_secret() {
    let attempt = PendingAuthorization {
        identity_provider: IdentityProvider::parse("Google"),
        hints: AuthorizationHints {
            login_hint: Some("ann@example.com".to_owned()),
            lang: Some("de".to_owned()),
            prompt: Some("login".to_owned()),
        },
        ..pending()
    };
    let kept = Redemption::from(&attempt);
    let record = kept.to_json();
    let ResponseType::Code(verifier) = &attempt.response_type else {
        panic!("the attempt asks for a code")
    };
    for secret in [
        attempt.state.expose_secret(),
        attempt.nonce.expose_secret(),
        verifier.expose_secret(),
    ] {
        assert!(!record.contains(secret), "{record}");
    }
    assert_eq!(
        record,
        r#"{"version":1,"returnPath":"/todos?show=done","identityProvider":"Google","loginHint":"ann@example.com","lang":"de","prompt":"login","startedAt":1795072089}"#
    );
    assert_eq!(Redemption::from_json(&record), Some(kept));
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
fn beginning_again_is_offered_for_as_long_as_an_attempt_lives() {
    let kept = Redemption::from(&pending());
    let at = |seconds| kept.is_valid_at(STARTED_AT.plus(Duration::from_secs(seconds)));
    assert_eq!([at(0), at(599), at(600)], [true, true, false]);
}

#[test]
fn a_damaged_record_is_not_read() {
    let record = pending().to_json();
    for (whole, damaged) in [
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
        let changed = record.replacen(whole, damaged, 1);
        assert_ne!(changed, record, "{whole} is not there");
        assert_eq!(PendingAuthorization::from_json(&changed), None, "{damaged}");
    }
    assert_eq!(PendingAuthorization::from_json(""), None);
}

#[test]
fn an_attempt_lives_for_ten_minutes() {
    let at = |seconds: u64| UnixTime::from_secs(1_795_072_089 + seconds - 60);
    let live = |seconds| pending().is_valid_at(at(seconds));
    assert_eq!(
        [live(0), live(60), live(60 + 599), live(60 + 600)],
        [true, true, true, false]
    );
    assert!(!pending().is_valid_at(STARTED_AT.minus(Duration::from_secs(61))));
}
