//! Second factors: in the API, and on the hosted pages.

use std::time::Duration;

use cognito_proto::time::UnixTime;
use local_pool::LocalPool;
use local_pool::settings::{Clock, DEV_CLIENT_ID, DEV_POOL_ID, Settings};
use serde_json::{Value, json};

use crate::browser::{Browser, field, location, query};
use crate::http::{Answer, call};
use crate::totp;
use crate::users::{PASSWORD, register};

const ANN: &str = "ann@example.com";
/// Thu Nov 19 07:08:09 UTC 2026.
const BEGINNING: u64 = 1_795_072_089;

/// A pool that requires these factors, with a clock that does not run.
fn pool_with(factors: Value) -> LocalPool {
    let pool = LocalPool::start(Settings {
        clock: Clock::manual(UnixTime::from_secs(BEGINNING)),
        ..Settings::for_tests()
    })
    .expect("the pool starts");
    let mut request = factors;
    request["UserPoolId"] = json!(DEV_POOL_ID);
    request["MfaConfiguration"] = json!("ON");
    pool.call("SetUserPoolMfaConfig", &request)
        .expect("second factors");
    register(&pool, ANN);
    pool
}

fn code_for(pool: &LocalPool, address: &str) -> String {
    pool.messages(Some(address)).expect("the outbox")[0]
        .code
        .clone()
}

/// Sends the form of a second-factor page.
fn send(browser: &Browser<'_>, page: &Answer, fields: &[(&str, &str)]) -> Answer {
    assert_eq!(page.status, 200, "{page:?}");
    let hidden = ["_csrf", "session", "challenge"].map(|name| (name, field(&page.body, name)));
    let mut all: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    all.extend_from_slice(fields);
    browser.post(&format!("/mfa?{}", query(&[])), &all)
}

/// The secret of an authenticator app, as the page shows it.
fn secret_on(page: &Answer) -> String {
    let (_, rest) = page
        .body
        .split_once("<code class=\"secret\">")
        .expect("a key");
    rest.split('<').next().expect("its text").to_owned()
}

#[test]
fn challenge_and_error_have_cognitos_wire_format() {
    let pool = pool_with(json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}}));
    let start = call(
        pool.address(),
        "InitiateAuth",
        &json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": DEV_CLIENT_ID,
            "AuthParameters": {"USERNAME": ANN, "PASSWORD": PASSWORD, "DEVICE_KEY": null}
        }),
    );
    let round = start.json();
    let name = round["ChallengeParameters"]["USER_ID_FOR_SRP"].clone();
    assert_eq!(
        (start.status, &round),
        (
            200,
            &json!({
                "ChallengeName": "MFA_SETUP", "Session": round["Session"],
                "ChallengeParameters":
                    {"MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]", "USER_ID_FOR_SRP": name}
            })
        )
    );
    let associated = call(
        pool.address(),
        "AssociateSoftwareToken",
        &json!({"Session": round["Session"], "AccessToken": null}),
    )
    .json();
    let wrong = call(
        pool.address(),
        "VerifySoftwareToken",
        &json!({"Session": associated["Session"], "UserCode": "000000"}),
    );
    assert_eq!(
        (
            wrong.status,
            wrong.header("x-amzn-errortype"),
            wrong.body.as_str()
        ),
        (
            400,
            Some("EnableSoftwareTokenMFAException:"),
            r#"{"__type":"EnableSoftwareTokenMFAException","message":"Code mismatch and fail enable Software Token MFA"}"#
        )
    );
    let secret = associated["SecretCode"].as_str().expect("a secret");
    let verified = call(
        pool.address(),
        "VerifySoftwareToken",
        &json!({"Session": associated["Session"], "UserCode": totp::shown(secret, BEGINNING, 0)}),
    )
    .json();
    let done = call(
        pool.address(),
        "RespondToAuthChallenge",
        &json!({
            "ChallengeName": "MFA_SETUP", "ClientId": DEV_CLIENT_ID, "Session": verified["Session"],
            "ChallengeResponses": {"USERNAME": name}
        }),
    )
    .json();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
    let asked = call(
        pool.address(),
        "InitiateAuth",
        &json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": DEV_CLIENT_ID,
            "AuthParameters": {"USERNAME": ANN, "PASSWORD": PASSWORD}
        }),
    )
    .json();
    let used = call(
        pool.address(),
        "RespondToAuthChallenge",
        &json!({
            "ChallengeName": "SOFTWARE_TOKEN_MFA", "ClientId": DEV_CLIENT_ID, "Session": asked["Session"],
            "ChallengeResponses":
                {"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": totp::shown(secret, BEGINNING, 0)}
        }),
    );
    assert_eq!(
        (used.status, used.body.as_str()),
        (
            400,
            r#"{"__type":"ExpiredCodeException","message":"Your software token has already been used once."}"#
        )
    );
}

#[test]
fn hosted_pages_set_up_an_authenticator_app() {
    let pool = pool_with(
        json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}, "EmailMfaConfiguration": {}}),
    );
    let browser = Browser::of(&pool);
    let page = browser.log_in(&query(&[]), ANN);
    assert!(
        page.body.contains("Set up two-step verification"),
        "{page:?}"
    );
    let page = send(&browser, &page, &[("answer", "SOFTWARE_TOKEN_MFA")]);
    let secret = secret_on(&page);
    assert!(
        page.body.contains("href=\"otpauth://totp/app:")
            && page
                .body
                .contains(&format!("?secret={secret}&amp;issuer=app\"")),
        "{page:?}"
    );
    let wrong = send(
        &browser,
        &page,
        &[("code", &totp::shown(&secret, BEGINNING, 9))],
    );
    assert!(
        wrong
            .body
            .contains("Code mismatch and fail enable Software Token MFA"),
        "{wrong:?}"
    );
    let back = send(
        &browser,
        &wrong,
        &[("code", &totp::shown(&secret, BEGINNING, 0))],
    );
    assert!(location(&back).contains("?code="));

    let browser = Browser::of(&pool);
    let page = browser.log_in(&query(&[]), ANN);
    assert!(page.body.contains("Open your authenticator app."));
    let used = send(
        &browser,
        &page,
        &[("code", &totp::shown(&secret, BEGINNING, 0))],
    );
    assert!(
        used.body
            .contains("Your software token has already been used once.")
    );
    let back = send(
        &browser,
        &used,
        &[("code", &totp::shown(&secret, BEGINNING, 1))],
    );
    assert!(location(&back).contains("?code="));
}

#[test]
fn hosted_pages_require_the_emailed_code() {
    let pool = pool_with(json!({"EmailMfaConfiguration": {}}));
    let browser = Browser::of(&pool);
    let page = browser.log_in(&query(&[]), ANN);
    let page = send(&browser, &page, &[("email", ANN)]);
    assert!(page.body.contains("a***@e***"), "{page:?}");
    // The password alone does not sign the user in.
    let authorize = format!("/oauth2/authorize?{}", query(&[]));
    assert!(location(&browser.get(&authorize)).starts_with("/login?"));
    let code = code_for(&pool, ANN);
    let other = if code == "000000" { "000001" } else { "000000" };
    let wrong = send(&browser, &page, &[("code", other)]);
    assert!(
        wrong
            .body
            .contains("Invalid code or auth state for the user.")
    );
    let back = send(&browser, &wrong, &[("code", &code)]);
    assert!(location(&back).contains("?code="));
    // The session can be used only once.
    let again = send(&browser, &wrong, &[("code", &code)]);
    assert!(again.body.contains("session can only be used once"));
}

#[test]
fn an_expired_session_restarts_the_hosted_sign_in() {
    let pool = pool_with(json!({"EmailMfaConfiguration": {}}));
    let browser = Browser::of(&pool);
    let page = browser.log_in(&query(&[]), ANN);
    pool.clock().advance(Duration::from_secs(180));
    let late = send(&browser, &page, &[("email", ANN)]);
    assert!(location(&late).starts_with("/login?"));
}

#[test]
fn hosted_pages_let_the_user_choose_a_second_factor() {
    let pool = pool_with(json!({
        "EmailMfaConfiguration": {},
        "SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}}
    }));
    pool.call(
        "AdminUpdateUserAttributes",
        &json!({
            "UserPoolId": DEV_POOL_ID, "Username": ANN,
            "UserAttributes": [{"Name": "phone_number", "Value": "+14325554114"}]
        }),
    )
    .expect("a number");
    pool.call(
        "AdminSetUserMFAPreference",
        &json!({
            "UserPoolId": DEV_POOL_ID, "Username": ANN,
            "SMSMfaSettings": {"Enabled": true}, "EmailMfaSettings": {"Enabled": true}
        }),
    )
    .expect("both");
    let browser = Browser::of(&pool);
    let page = browser.log_in(&query(&[]), ANN);
    assert!(page.body.contains("Choose how to verify it"));
    let page = send(&browser, &page, &[("answer", "SMS_MFA")]);
    assert!(page.body.contains("+********4114"), "{page:?}");
    let back = send(
        &browser,
        &page,
        &[("code", &code_for(&pool, "+14325554114"))],
    );
    assert!(location(&back).contains("?code="));
}
