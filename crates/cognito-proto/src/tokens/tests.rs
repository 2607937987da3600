use serde_json::Value;

use super::*;
use crate::ids::ClientId;
use crate::jwt::tests::{NOW, access_token, expected, id_token};
use crate::oauth::Nonce;

/// A clock that is right, with a server that confirms it.
const CLOCK: ClockReading = ClockReading {
    device: NOW,
    server: Some(NOW),
};

/// Tokens that are valid from 1795072089 to `expires_at`, with this refresh token.
pub(crate) fn tokens(refresh: Option<&str>, expires_at: u64) -> Tokens {
    let result = AuthenticationResult {
        id_token: id_token(&[("exp", expires_at.into())]),
        access_token: access_token(&[("exp", expires_at.into())]),
        refresh_token: refresh.map(RefreshToken::new),
        new_device: None,
    };
    validate_direct(result, CLOCK).expect("good tokens")
}

/// The tokens as they are read from the browser's storage.
pub(crate) fn from_storage(tokens: Tokens) -> StoredTokens {
    StoredTokens(UnverifiedTokens(tokens))
}

/// Checks the claims of the tokens of a direct sign-in, and treats their signatures as verified.
fn validate_direct(
    result: AuthenticationResult,
    clock: ClockReading,
) -> Result<Tokens, TokenValidationError> {
    UnverifiedTokens::validate_direct(result, &expected(), clock).map(assume_verified)
}

/// Checks the claims of refreshed tokens, and treats their signatures as verified.
fn validate_refreshed(
    old: &Tokens,
    result: AuthenticationResult,
    clock: ClockReading,
) -> Result<Tokens, TokenValidationError> {
    old.validate_refreshed(result, &expected(), clock)
        .map(assume_verified)
}

/// Skips the check of the signatures: the tokens of these tests have none.
fn assume_verified(UnverifiedTokens(tokens): UnverifiedTokens) -> Tokens {
    tokens
}

#[test]
fn id_and_access_token_of_different_users_are_rejected() {
    let result = AuthenticationResult {
        id_token: id_token(&[]),
        access_token: access_token(&[("sub", "another-user".into())]),
        refresh_token: None,
        new_device: None,
    };
    assert_eq!(
        validate_direct(result, CLOCK),
        Err(TokenValidationError::SubjectMismatch)
    );
}

/// The ID token of these tests names the user `6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11`.
#[test]
fn tokens_of_another_user_than_in_the_srp_proof_are_rejected() {
    let validated = || UnverifiedTokens(tokens(None, 1_795_075_689));
    let subject = "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";
    for user_id in [None, Some(subject)] {
        assert_eq!(validated().require_user(user_id), Ok(validated()));
    }
    for user_id in [
        "ann@example.com",
        "6A1F3C52-70A1-70B2-9B0E-5B1D5C1D1C11",
        "",
    ] {
        assert_eq!(
            validated().require_user(Some(user_id)),
            Err(TokenValidationError::SubjectMismatch),
            "{user_id}"
        );
    }
}

#[test]
fn refresh_response_without_refresh_token_keeps_the_stored_one() {
    let old = tokens(Some("old"), 1_795_075_689);
    let response = |refresh: Option<&str>| AuthenticationResult {
        id_token: id_token(&[]),
        access_token: access_token(&[]),
        refresh_token: refresh.map(RefreshToken::new),
        new_device: None,
    };
    let refresh_token_of = |new: Tokens| {
        new.refresh_token()
            .expect("a refresh token")
            .expose_secret()
            .to_owned()
    };
    assert_eq!(
        validate_refreshed(&old, response(None), CLOCK).map(refresh_token_of),
        Ok("old".to_owned())
    );
    assert_eq!(
        validate_refreshed(&old, response(Some("new")), CLOCK).map(refresh_token_of),
        Ok("new".to_owned())
    );
}

fn result(change: &[(&str, Value)], refresh: Option<&str>) -> AuthenticationResult {
    AuthenticationResult {
        id_token: id_token(change),
        access_token: access_token(&[]),
        refresh_token: refresh.map(RefreshToken::new),
        new_device: None,
    }
}

#[test]
fn id_token_nonce_must_match_the_authorization_request() {
    let nonce = Nonce::from_random(&[7; 16]);
    let hosted = |claim: Value| {
        UnverifiedTokens::validate_hosted_ui(
            result(&[("nonce", claim)], None),
            &nonce,
            &expected(),
            CLOCK,
        )
        .map(|tokens| assume_verified(tokens).sign_in_method())
    };
    assert_eq!(
        hosted(nonce.expose_secret().into()),
        Ok(SignInMethod::HostedUi)
    );
    assert_eq!(
        hosted("another".into()),
        Err(TokenValidationError::NonceMismatch)
    );
    assert_eq!(
        hosted(Value::Null),
        Err(TokenValidationError::NonceMismatch)
    );
}

#[test]
fn id_token_with_at_hash_of_another_access_token_is_rejected() {
    let other = result(&[("at_hash", "77QmUPtjPfzWtF2AnpK9RQ".into())], None);
    assert_eq!(
        validate_direct(other, CLOCK),
        Err(TokenValidationError::AccessTokenHashMismatch)
    );
}

/// Both tokens with the same changes of their claims.
fn both(change: &[(&str, Value)]) -> AuthenticationResult {
    AuthenticationResult {
        id_token: id_token(change),
        access_token: access_token(change),
        refresh_token: None,
        new_device: None,
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

/// The reading of a clock that is ahead by this number of hours, or behind if the number is negative.
fn shifted(now: UnixTime, hours: i32) -> UnixTime {
    let length = HOUR * hours.unsigned_abs();
    if hours < 0 {
        now.minus(length)
    } else {
        now.plus(length)
    }
}

#[test]
fn refresh_that_returns_expired_tokens_is_rejected_on_any_clock() {
    let stale = || both(&[("exp", 1_795_072_030.into()), ("iat", 1_795_071_730.into())]);
    for (device, server) in [(0, Some(NOW)), (0, None), (2, None), (-2, None)] {
        let clock = ClockReading {
            device: shifted(NOW, device),
            server,
        };
        // The device's clock was wrong by the same amount when the session began.
        let at_sign_in = ClockReading {
            server: Some(NOW),
            ..clock
        };
        let old = validate_direct(both(&[]), at_sign_in).expect("good tokens");
        let refreshed = validate_refreshed(&old, stale(), clock);
        assert_eq!(
            refreshed,
            Err(TokenValidationError::Expired),
            "{device} {server:?}"
        );
    }
}

/// The difference of the clocks when the old tokens came counts no more.
#[test]
fn refresh_is_accepted_after_the_device_clock_was_corrected() {
    for hours in [2, -2] {
        let at_sign_in = ClockReading {
            device: shifted(NOW, hours),
            server: Some(NOW),
        };
        let old = validate_direct(both(&[]), at_sign_in).expect("good tokens");
        let corrected = ClockReading {
            device: NOW,
            server: None,
        };
        let refreshed = validate_refreshed(&old, both(&[]), corrected);
        let refreshed = refreshed.map(|tokens| tokens.expires_at);
        assert_eq!(
            refreshed,
            Ok(NOW.plus(Duration::from_secs(3_589))),
            "{hours}"
        );
    }
}

/// A cached answer without `Age` has an earlier date than now, never a later one (RFC 9111 §5.1).
#[test]
fn server_time_older_than_the_tokens_is_ignored() {
    let validated = |change: &[(&str, Value)], device, host: Option<i32>| {
        let clock = ClockReading {
            device: shifted(NOW, device),
            server: host.map(|hours| shifted(NOW, hours)),
        };
        validate_direct(both(change), clock).map(|tokens| tokens.expires_at)
    };
    let remaining = Duration::from_secs(3_589);
    // The device's clock is right and the server's answer is stale.
    for host in [-1, -3, -24 * 365] {
        assert_eq!(
            validated(&[], 0, Some(host)),
            Ok(NOW.plus(remaining)),
            "{host}"
        );
    }
    // The device's clock is wrong and the server's answer is right.
    for device in [-2, 2] {
        let by_device = shifted(NOW, device).plus(remaining);
        assert_eq!(validated(&[], device, Some(0)), Ok(by_device), "{device}");
    }
    // If the server is right and the device's clock is slow, the server decides that a token has expired.
    let expired = [("iat", 1_795_061_289.into()), ("exp", 1_795_064_889.into())];
    assert_eq!(
        validated(&expired, -2, Some(0)),
        Err(TokenValidationError::Expired)
    );
    assert_eq!(
        validated(&expired, 0, Some(-24)),
        Err(TokenValidationError::Expired)
    );
    // Both clocks say that the tokens are not valid yet.
    let future = [("iat", 1_795_079_289.into()), ("exp", 1_795_082_889.into())];
    assert_eq!(
        validated(&future, 0, Some(0)),
        Err(TokenValidationError::NotYetValid)
    );
    assert_eq!(
        validated(&future, 0, Some(-3)),
        Err(TokenValidationError::NotYetValid)
    );
    // The server states no time, or a stale one, and the device's clock is wrong.
    assert_eq!(validated(&[], 2, None), Err(TokenValidationError::Expired));
    assert_eq!(
        validated(&[], -2, None),
        Err(TokenValidationError::NotYetValid)
    );
    assert_eq!(
        validated(&[], 2, Some(-3)),
        Err(TokenValidationError::Expired)
    );
}

#[test]
fn token_lifetime_ends_at_the_exp_claim() {
    let expires_at = |issued: u64, expires: u64| {
        let change = [("iat", issued.into()), ("exp", expires.into())];
        validate_direct(both(&change), CLOCK).map(|tokens| tokens.expires_at)
    };
    let at = |seconds| Ok(UnixTime::from_secs(seconds));
    // Issued an hour ago: ten minutes are left.
    assert_eq!(expires_at(1_795_068_500, 1_795_072_700), at(1_795_072_700));
    // Just issued, by a clock that is half a minute ahead.
    assert_eq!(expires_at(1_795_072_130, 1_795_072_430), at(1_795_072_400));
    // Ten seconds are left, then nine.
    assert_eq!(expires_at(1_795_068_510, 1_795_072_110), at(1_795_072_110));
    assert_eq!(
        expires_at(1_795_068_509, 1_795_072_109),
        Err(TokenValidationError::Expired)
    );
    // Just expired, by a clock that is half a minute behind.
    assert_eq!(
        expires_at(1_795_068_470, 1_795_072_070),
        Err(TokenValidationError::Expired)
    );
}

#[test]
fn id_and_access_token_must_have_the_same_issuer() {
    let updated = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let updated_issuer = [("iss", Value::from(updated))];
    let tokens = validate_direct(both(&updated_issuer), CLOCK).expect("good tokens");
    assert_eq!(tokens.issuer().as_str(), updated);
    let mixed = result(&updated_issuer, None);
    let refused = validate_direct(mixed, CLOCK);
    assert_eq!(refused, Err(TokenValidationError::IssuerMismatch));
}

/// As "Scopes, M2M, and resource servers" in Amazon's developer guide describes.
#[test]
fn hosted_sign_in_without_scope_profile_gets_no_name_claim() {
    let excludes_name = |scope: &str, method| {
        let result = AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[("scope", scope.into())]),
            refresh_token: None,
            new_device: None,
        };
        let tokens = UnverifiedTokens::validate(result, method, &expected(), CLOCK);
        assume_verified(tokens.expect("good tokens")).scopes_exclude_name()
    };
    for (scope, is_excluded) in [
        ("openid", false),
        ("openid email", true),
        ("openid phone aws.cognito.signin.user.admin", true),
        ("openid email profile", false),
    ] {
        assert_eq!(
            excludes_name(scope, SignInMethod::HostedUi),
            is_excluded,
            "{scope}"
        );
        assert!(!excludes_name(scope, SignInMethod::Direct), "{scope}");
    }
}

#[test]
fn tokens_valid_for_less_than_ten_seconds_are_rejected() {
    let for_seconds = |lifetime: u64| {
        let issued = NOW.as_secs();
        let change = [("iat", issued.into()), ("exp", (issued + lifetime).into())];
        validate_direct(both(&change), CLOCK).map(drop)
    };
    assert_eq!(
        for_seconds(0),
        Err(TokenValidationError::InvalidClaim("exp"))
    );
    assert_eq!(
        for_seconds(9),
        Err(TokenValidationError::InvalidClaim("exp"))
    );
    assert_eq!(for_seconds(10), Ok(()));
}

#[test]
fn token_scopes_are_compared_as_whole_words() {
    let tokens = self::tokens(None, 1_795_075_689);
    assert!(tokens.has_scope("aws.cognito.signin.user.admin"));
    assert!(!tokens.has_scope("admin"));
}

#[test]
fn device_key_of_a_session_survives_a_page_reload() {
    let key = "us-east-1_0f1e2d3c-4b5a-4678-9abc-def012345678";
    let validated = |claim: Value| {
        let result = AuthenticationResult {
            id_token: id_token(&[]),
            access_token: access_token(&[("device_key", claim)]),
            refresh_token: Some(RefreshToken::new("r")),
            new_device: None,
        };
        validate_direct(result, CLOCK).expect("good tokens")
    };
    let on_device = validated(key.into());
    assert_eq!(on_device.device_key(), DeviceKey::parse(key).as_ref());
    let record = on_device.to_json(&expected());
    let reloaded = StoredTokens::from_json(&record, &expected(), NOW).expect("a record");
    let reloaded = reloaded.trust_storage();
    assert_eq!(reloaded.device_key(), DeviceKey::parse(key).as_ref());
    assert_eq!(validated(Value::Null).device_key(), None);
}

#[test]
fn refreshed_tokens_of_another_user_are_rejected() {
    let other = [("sub", Value::from("another-user"))];
    let response = AuthenticationResult {
        id_token: id_token(&other),
        access_token: access_token(&other),
        refresh_token: None,
        new_device: None,
    };
    let old = tokens(Some("old"), 1_795_075_689);
    assert_eq!(
        validate_refreshed(&old, response, CLOCK),
        Err(TokenValidationError::SubjectMismatch)
    );
}

#[test]
fn token_refresh_is_due_before_expiry_for_any_token_lifetime() {
    assert_eq!(
        tokens(Some("r"), 1_795_075_689).refresh_at(),
        UnixTime::from_secs(1_795_075_569)
    );
    assert_eq!(
        tokens(Some("r"), 1_795_072_149).refresh_at(),
        UnixTime::from_secs(1_795_072_134)
    );
    assert_eq!(
        tokens(None, 1_795_072_149).refresh_at(),
        UnixTime::from_secs(1_795_072_149)
    );
}

#[test]
fn token_expiry_is_converted_to_the_device_clock() {
    let two_hours_ahead = ClockReading {
        device: shifted(NOW, 2),
        server: Some(NOW),
    };
    let at_sign_in = result(&[], Some("r"));
    let old = validate_direct(at_sign_in, two_hours_ahead).expect("good tokens");
    // The server does not state the time any more.
    let unknown = ClockReading {
        server: None,
        ..two_hours_ahead
    };
    let new = validate_refreshed(&old, both(&[]), unknown).expect("good tokens");
    // Eleven seconds of the hour have passed.
    let expires_at = unknown.device.plus(Duration::from_secs(3_589));
    assert_eq!(new.refresh_at(), expires_at.minus(Duration::from_secs(120)));
    assert!(new.is_valid_at(unknown.device));
    // The user may have corrected the clock since the session began.
    assert!(validate_refreshed(&old, both(&[]), CLOCK).is_ok());
}

#[test]
fn stored_session_is_read_back_unchanged() {
    let updated = "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    let updated_issuer = both(&[("iss", updated.into())]);
    let updated_issuer = validate_direct(updated_issuer, CLOCK).expect("good tokens");
    for saved in [
        tokens(None, 1_795_075_689),
        tokens(Some("eyJjdHki"), 1_795_075_689),
        updated_issuer,
    ] {
        assert_eq!(
            StoredTokens::from_json(&saved.to_json(&expected()), &expected(), NOW),
            Ok(from_storage(saved))
        );
    }
}

/// A user whose browser has a record of an earlier version of the app stays signed in.
#[test]
fn stored_session_has_a_fixed_json_format() {
    let saved = tokens(Some("eyJjdHki"), 1_795_075_689);
    let record = format!(
        r#"{{"version":2,"door":"direct","expiresAt":{},"issuer":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI","clientId":"1example23456789012345678","idToken":"{}","accessToken":"{}","refreshToken":"eyJjdHki"}}"#,
        saved.expires_at.as_secs(),
        saved.id_token().expose_secret(),
        saved.access_token().expose_secret(),
    );
    assert_eq!(saved.to_json(&expected()), record);
    assert_eq!(
        StoredTokens::from_json(&record, &expected(), NOW)
            .map(|tokens| tokens.trust_storage().method),
        Ok(SignInMethod::Direct)
    );
    let hosted = record.replace("direct", "hosted");
    assert_eq!(
        StoredTokens::from_json(&hosted, &expected(), NOW)
            .map(|tokens| tokens.trust_storage().method),
        Ok(SignInMethod::HostedUi)
    );
}

#[test]
fn changed_expiry_in_storage_does_not_extend_the_session() {
    let saved = tokens(Some("r"), 1_795_075_689);
    let record = saved.to_json(&expected());
    let written = format!("\"expiresAt\":{}", saved.expires_at.as_secs());
    let read = |expires_at: u64, now| {
        let record = record.replace(&written, &format!("\"expiresAt\":{expires_at}"));
        let tokens = StoredTokens::from_json(&record, &expected(), now).expect("a record");
        tokens.trust_storage().expires_at.as_secs()
    };
    let in_time = saved.expires_at.as_secs();
    assert_eq!(read(in_time, NOW), in_time);
    assert_eq!(read(in_time - 60, NOW), in_time - 60);
    // This is in the year 3000.
    assert_eq!(read(32_503_680_000, NOW), NOW.plus(HOUR).as_secs());
    assert_eq!(read(u64::MAX, shifted(NOW, 5)), shifted(NOW, 6).as_secs());
}

/// Parses a record in which these parts are replaced.
fn damaged(changes: &[(&str, &str)]) -> Result<StoredTokens, RecordError> {
    let mut record = tokens(Some("eyJjdHki"), 1_795_075_689).to_json(&expected());
    for (original, other) in changes {
        assert!(record.contains(original), "{original} not found");
        record = record.replace(original, other);
    }
    StoredTokens::from_json(&record, &expected(), NOW)
}

#[test]
fn refresh_token_is_read_from_a_damaged_stored_session() {
    let grant = RefreshGrant {
        refresh_token: RefreshToken::new("eyJjdHki"),
        method: SignInMethod::Direct,
        issuer: tokens(None, 1_795_075_689).issuer().clone(),
    };
    for changes in [
        &[("accessToken", "accesToken")][..],
        &[("idToken", "id")],
        &[("idToken", "id"), ("accessToken", "access")],
        &[("\"idToken\":\"eyJ", "\"idToken\":\"xyz")],
        &[("\"idToken\":\"eyJ", "\"idToken\":7,\"x\":\"eyJ")],
        &[("expiresAt", "expires")],
    ] {
        let read = damaged(changes);
        assert_eq!(
            read,
            Err(RecordError::Refreshable(grant.clone())),
            "{changes:?}"
        );
    }
    let recovered = |refresh: Option<&str>| {
        let result = result(&[], refresh);
        let tokens = UnverifiedTokens::validate_recovered(&grant, result, &expected(), CLOCK);
        tokens.map(|tokens| {
            assume_verified(tokens)
                .refresh_token()
                .map(|token| token.expose_secret().to_owned())
        })
    };
    assert_eq!(recovered(None), Ok(Some("eyJjdHki".to_owned())));
    assert_eq!(recovered(Some("new")), Ok(Some("new".to_owned())));
}

/// Both of Amazon's issuers are accepted, and a record names the one of its tokens.
#[test]
fn stored_session_of_another_issuer_keeps_only_refresh_token() {
    let read = damaged(&[(
        "\"issuer\":\"https://cognito-idp.",
        "\"issuer\":\"https://issuer-cognito-idp.",
    )]);
    let is_refreshable = matches!(read, Err(RecordError::Refreshable(_)));
    assert!(is_refreshable, "{read:?}");
}

#[test]
fn stored_session_of_another_pool_or_client_is_rejected() {
    let record = tokens(Some("eyJjdHki"), 1_795_075_689).to_json(&expected());
    let other_client = ExpectedClaims {
        client: ClientId::parse("another").expect("a client id"),
        ..expected()
    };
    assert_eq!(
        StoredTokens::from_json(&record, &other_client, NOW),
        Err(RecordError::Unusable)
    );
    for changes in [
        &[("\"version\":2", "\"version\":1")][..],
        &[("\"door\":\"direct\"", "\"door\":\"window\"")],
        &[("us-east-1_AbCdEfGhI", "us-east-1_Another")],
        &[("\"issuer\"", "\"isuer\"")],
        &[("accessToken", "access"), ("refreshToken", "refresh")],
        &[("accessToken", "access"), ("\"eyJjdHki\"", "7")],
        &[("accessToken", "access"), ("\"eyJjdHki\"", "\"\"")],
    ] {
        assert_eq!(damaged(changes), Err(RecordError::Unusable), "{changes:?}");
    }
    for cut in [&record[..record.len() - 1], ""] {
        let read = StoredTokens::from_json(cut, &expected(), NOW);
        assert_eq!(read, Err(RecordError::Unusable), "{cut}");
    }
}
