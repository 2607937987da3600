//! Second factors: in the API, and on the hosted pages.

use std::time::Duration;

use cognito_proto::time::UnixTime;
use local_pool::LocalPool;
use local_pool::settings::{Clock, DEV_CLIENT_ID, DEV_POOL_ID, LocalPoolSettings};
use serde_json::{Value, json};

use crate::browser::{Browser, authorization_query, form_field_value, redirect_location};
use crate::http::{Answer, call_action};
use crate::totp;
use crate::users::{PASSWORD, register};

const ANN: &str = "ann@example.com";
/// Thu Nov 19 07:08:09 UTC 2026.
const BEGINNING: u64 = 1_795_072_089;

/// Starts a pool that requires one of these factors. Its clock does not run.
fn start_pool_with_factors(factors: Value) -> LocalPool {
    let pool = LocalPool::start(LocalPoolSettings {
        clock: Clock::manual(UnixTime::from_secs(BEGINNING)),
        ..LocalPoolSettings::for_tests()
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

/// Returns the newest code that was sent to this address.
fn newest_code_to(pool: &LocalPool, address: &str) -> String {
    pool.messages(Some(address)).expect("the outbox")[0]
        .code
        .clone()
}

/// Sends the form of a second-factor page.
fn send_form(browser: &Browser<'_>, page: &Answer, fields: &[(&str, &str)]) -> Answer {
    assert_eq!(page.status, 200, "{page:?}");
    let hidden =
        ["_csrf", "session", "challenge"].map(|name| (name, form_field_value(&page.body, name)));
    let mut all: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    all.extend_from_slice(fields);
    browser.post_form(&format!("/mfa?{}", authorization_query(&[])), &all)
}

/// Returns the secret of an authenticator app that the page shows.
fn secret_on_page(page: &Answer) -> String {
    let (_, rest) = page
        .body
        .split_once("<code class=\"secret\">")
        .expect("a key");
    rest.split('<').next().expect("its text").to_owned()
}

#[test]
fn mfa_challenge_and_its_error_have_cognitos_wire_format() {
    let pool = start_pool_with_factors(json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}}));
    let start = call_action(
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
    let associated = call_action(
        pool.address(),
        "AssociateSoftwareToken",
        &json!({"Session": round["Session"], "AccessToken": null}),
    )
    .json();
    let wrong = call_action(
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
    let verified = call_action(
        pool.address(),
        "VerifySoftwareToken",
        &json!({"Session": associated["Session"], "UserCode": totp::app_code_at(secret, BEGINNING, 0)}),
    )
    .json();
    let done = call_action(
        pool.address(),
        "RespondToAuthChallenge",
        &json!({
            "ChallengeName": "MFA_SETUP", "ClientId": DEV_CLIENT_ID, "Session": verified["Session"],
            "ChallengeResponses": {"USERNAME": name}
        }),
    )
    .json();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
    let asked = call_action(
        pool.address(),
        "InitiateAuth",
        &json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": DEV_CLIENT_ID,
            "AuthParameters": {"USERNAME": ANN, "PASSWORD": PASSWORD}
        }),
    )
    .json();
    let used = call_action(
        pool.address(),
        "RespondToAuthChallenge",
        &json!({
            "ChallengeName": "SOFTWARE_TOKEN_MFA", "ClientId": DEV_CLIENT_ID, "Session": asked["Session"],
            "ChallengeResponses":
                {"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": totp::app_code_at(secret, BEGINNING, 0)}
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
fn hosted_pages_let_a_user_set_up_an_authenticator_app() {
    let pool = start_pool_with_factors(
        json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}, "EmailMfaConfiguration": {}}),
    );
    let browser = Browser::new(&pool);
    let page = browser.log_in(&authorization_query(&[]), ANN);
    assert!(
        page.body.contains("Set up two-step verification"),
        "{page:?}"
    );
    let page = send_form(&browser, &page, &[("answer", "SOFTWARE_TOKEN_MFA")]);
    let secret = secret_on_page(&page);
    assert!(
        page.body.contains("href=\"otpauth://totp/app:")
            && page
                .body
                .contains(&format!("?secret={secret}&amp;issuer=app\"")),
        "{page:?}"
    );
    let wrong = send_form(
        &browser,
        &page,
        &[("code", &totp::app_code_at(&secret, BEGINNING, 9))],
    );
    assert!(
        wrong
            .body
            .contains("Code mismatch and fail enable Software Token MFA"),
        "{wrong:?}"
    );
    let back = send_form(
        &browser,
        &wrong,
        &[("code", &totp::app_code_at(&secret, BEGINNING, 0))],
    );
    assert!(redirect_location(&back).contains("?code="));

    let browser = Browser::new(&pool);
    let page = browser.log_in(&authorization_query(&[]), ANN);
    assert!(
        page.body
            .contains("Enter the code from your authenticator app.")
    );
    let used = send_form(
        &browser,
        &page,
        &[("code", &totp::app_code_at(&secret, BEGINNING, 0))],
    );
    assert!(
        used.body
            .contains("Your software token has already been used once.")
    );
    let back = send_form(
        &browser,
        &used,
        &[("code", &totp::app_code_at(&secret, BEGINNING, 1))],
    );
    assert!(redirect_location(&back).contains("?code="));
}

#[test]
fn hosted_pages_require_the_emailed_second_factor_code() {
    let pool = start_pool_with_factors(json!({"EmailMfaConfiguration": {}}));
    let browser = Browser::new(&pool);
    let page = browser.log_in(&authorization_query(&[]), ANN);
    let page = send_form(&browser, &page, &[("email", ANN)]);
    assert!(page.body.contains("a***@e***"), "{page:?}");
    // The password alone does not sign the user in.
    let authorize = format!("/oauth2/authorize?{}", authorization_query(&[]));
    assert!(redirect_location(&browser.get(&authorize)).starts_with("/login?"));
    let code = newest_code_to(&pool, ANN);
    let other = if code == "000000" { "000001" } else { "000000" };
    let wrong = send_form(&browser, &page, &[("code", other)]);
    assert!(
        wrong
            .body
            .contains("Invalid code or auth state for the user.")
    );
    let back = send_form(&browser, &wrong, &[("code", &code)]);
    assert!(redirect_location(&back).contains("?code="));
    // The session can be used only once.
    let again = send_form(&browser, &wrong, &[("code", &code)]);
    assert!(again.body.contains("session can only be used once"));
}

#[test]
fn expired_challenge_session_restarts_the_hosted_sign_in() {
    let pool = start_pool_with_factors(json!({"EmailMfaConfiguration": {}}));
    let browser = Browser::new(&pool);
    let page = browser.log_in(&authorization_query(&[]), ANN);
    pool.clock().advance(Duration::from_secs(180));
    let late = send_form(&browser, &page, &[("email", ANN)]);
    assert!(redirect_location(&late).starts_with("/login?"));
}

#[test]
fn hosted_pages_let_the_user_choose_a_second_factor() {
    let pool = start_pool_with_factors(json!({
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
    let browser = Browser::new(&pool);
    let page = browser.log_in(&authorization_query(&[]), ANN);
    assert!(page.body.contains("Choose how to verify it"));
    let page = send_form(&browser, &page, &[("answer", "SMS_MFA")]);
    assert!(page.body.contains("+********4114"), "{page:?}");
    let back = send_form(
        &browser,
        &page,
        &[("code", &newest_code_to(&pool, "+14325554114"))],
    );
    assert!(redirect_location(&back).contains("?code="));
}
