//! Passkeys on the hosted pages: added by a signed-in user, and used instead of a password.

use local_pool::LocalPool;
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::authenticator::{Algorithm, PRESENT, Passkey};
use crate::browser::{
    Browser, authorization_query, decode_claims, form_field_value, parse_parameters_after,
    redeem_code, redirect_location,
};
use crate::http::{Answer, call_action};
use crate::users::{pool, register};

const ANN: &str = "ann@example.com";

/// Starts the development pool with passkeys and a registered user.
fn start_pool_with_passkeys() -> LocalPool {
    let pool = pool();
    pool.call(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID, "AutoVerifiedAttributes": ["email"],
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
        }),
    )
    .expect("passkeys");
    register(&pool, ANN);
    pool
}

/// Returns the options that the page's script gives to the browser.
fn passkey_options_on_page(page: &Answer) -> Value {
    assert_eq!(page.status, 200, "{page:?}");
    let (_, rest) = page.body.split_once("data-options=\"").expect("options");
    let escaped = rest.split('"').next().expect("their text");
    let text = escaped.replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&text).expect("JSON")
}

/// Sends the page's form with a credential, as the page's script does.
fn send_credential_form(
    browser: &Browser<'_>,
    page: &Answer,
    path: &str,
    credential: &Value,
) -> Answer {
    let session = page.body.contains("name=\"session\"");
    let hidden = form_field_value(&page.body, "_csrf");
    let sealed = if session {
        form_field_value(&page.body, "session")
    } else {
        String::new()
    };
    let credential = credential.to_string();
    browser.post_form(
        path,
        &[
            ("_csrf", &hidden),
            ("session", &sealed),
            ("credential", &credential),
        ],
    )
}

/// Starts a sign-in with a passkey on the login page.
fn start_passkey_sign_in(browser: &Browser<'_>, username: &str) -> Answer {
    let page = format!("/login?{}", authorization_query(&[]));
    browser.submit_form_of_page(&page, &page, &[("username", username), ("passkey", "1")])
}

#[test]
fn passkey_added_on_the_hosted_page_can_sign_in_later() {
    let pool = start_pool_with_passkeys();
    let add = format!("/passkeys/add?{}", authorization_query(&[]));
    let browser = Browser::new(&pool);
    assert!(
        redirect_location(&browser.get(&add)).starts_with("/login?"),
        "no user is signed in"
    );
    browser.log_in(&authorization_query(&[]), ANN);
    let mut passkey = Passkey::new(Algorithm::Es256);
    passkey.origin = pool.url();
    let page = browser.get(&add);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let asked = passkey_options_on_page(&page);
    assert_eq!(
        (&asked["rp"]["id"], &asked["user"]["name"]),
        (&json!("localhost"), &json!(ANN))
    );
    let added = send_credential_form(&browser, &page, &add, &passkey.create_credential(&asked));
    let back = parse_parameters_after(&redirect_location(&added), '?');
    assert_eq!(back["state"], "st-1");

    let elsewhere = Browser::new(&pool);
    let page = start_passkey_sign_in(&elsewhere, ANN);
    let path = format!("/passkey?{}", authorization_query(&[]));
    let signed_in = send_credential_form(
        &elsewhere,
        &page,
        &path,
        &passkey.sign_assertion(&passkey_options_on_page(&page)),
    );
    let code = parse_parameters_after(&redirect_location(&signed_in), '?')["code"].clone();
    let tokens = redeem_code(&pool, &code, &[]).json();
    assert_eq!(decode_claims(&tokens["id_token"])["email"], ANN);
}

#[test]
fn hosted_pages_refuse_a_missing_or_other_sites_passkey() {
    let pool = start_pool_with_passkeys();
    let add = format!("/passkeys/add?{}", authorization_query(&[]));
    let browser = Browser::new(&pool);
    browser.log_in(&authorization_query(&[]), ANN);
    let mut passkey = Passkey::new(Algorithm::Rs256);
    let page = browser.get(&add);
    passkey.origin = "https://evil.example".to_owned();
    let refused = send_credential_form(
        &browser,
        &page,
        &add,
        &passkey.create_credential(&passkey_options_on_page(&page)),
    );
    assert_eq!(refused.status, 200);
    assert!(
        refused
            .body
            .contains("The page's origin is not the relying party ID or below it.")
            || refused
                .body
                .contains("The page&#39;s origin is not the relying party ID or below it."),
        "{}",
        refused.body
    );
    passkey.origin = pool.url();
    // User verification is preferred here, not required.
    passkey.flags = PRESENT;
    let added = send_credential_form(
        &browser,
        &refused,
        &add,
        &passkey.create_credential(&passkey_options_on_page(&refused)),
    );
    assert_eq!(added.status, 303);

    let elsewhere = Browser::new(&pool);
    let path = format!("/passkey?{}", authorization_query(&[]));
    passkey.origin = "https://evil.example".to_owned();
    let page = start_passkey_sign_in(&elsewhere, ANN);
    let forged = passkey.sign_assertion(&passkey_options_on_page(&page));
    for (credential, text) in [
        (forged, "Incorrect username or password."),
        (json!({}), "CREDENTIAL is not an authentication response."),
    ] {
        let refused = send_credential_form(&elsewhere, &page, &path, &credential);
        assert_eq!(refused.status, 200);
        assert!(refused.body.contains(text), "{}", refused.body);
    }
    let authorize = format!("/oauth2/authorize?{}", authorization_query(&[]));
    assert!(redirect_location(&elsewhere.get(&authorize)).starts_with("/login?"));
}

#[test]
fn hosted_pages_do_not_reveal_which_users_have_no_passkey() {
    let pool = start_pool_with_passkeys();
    let browser = Browser::new(&pool);
    for name in [ANN, "unknown@example.com"] {
        let page = start_passkey_sign_in(&browser, name);
        assert_eq!(page.status, 200);
        assert!(
            page.body
                .contains("No passkey found for this account. Use your password."),
            "{name}"
        );
    }
    let page = browser.get(&format!("/login?{}", authorization_query(&[])));
    assert!(page.body.contains("Use a passkey"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(!policy.contains("script-src"), "{policy}");
    let script = browser.get("/passkey.js");
    assert_eq!(
        (script.status, script.header("content-type")),
        (200, Some("text/javascript; charset=utf-8"))
    );
}

#[test]
fn hosted_pages_of_a_pool_without_passkeys_do_not_offer_them() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::new(&pool);
    let page = browser.get(&format!("/login?{}", authorization_query(&[])));
    assert!(!page.body.contains("passkey"));
    browser.log_in(&authorization_query(&[]), ANN);
    let add = browser.get(&format!("/passkeys/add?{}", authorization_query(&[])));
    assert!(
        add.body
            .contains("Passkeys are not enabled for the user pool.")
    );
    assert!(!add.body.contains("data-options"));
}

#[test]
fn federated_user_gets_no_sign_in_code_from_the_pool() {
    let pool = pool();
    let client = pool
        .call(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": DEV_POOL_ID, "ClientName": "choice", "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]
            }),
        )
        .expect("a client");
    pool.call(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID, "AutoVerifiedAttributes": ["email"],
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
        }),
    )
    .expect("codes");
    let query = authorization_query(&[("identity_provider", "Google")]);
    let page = format!("/provider?{query}");
    let browser = Browser::new(&pool);
    let answer = browser.submit_form_of_page(&page, &page, &[("email", ANN), ("name", "Ann Lee")]);
    let code = parse_parameters_after(&redirect_location(&answer), '?')["code"].clone();
    let tokens = redeem_code(&pool, &code, &[]).json();
    let begun = call_action(
        pool.address(),
        "InitiateAuth",
        &json!({
            "ClientId": client["UserPoolClient"]["ClientId"], "AuthFlow": "USER_AUTH",
            "AuthParameters": {
                "USERNAME": decode_claims(&tokens["id_token"])["cognito:username"], "PREFERRED_CHALLENGE": "EMAIL_OTP"
            }
        }),
    );
    assert_eq!(
        (begun.status, begun.body.as_str()),
        (
            400,
            r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#
        )
    );
    assert!(pool.messages(Some(ANN)).expect("the outbox").is_empty());
}
