//! The stand-in for other identity providers.

use local_pool::error::ApiError;
use serde_json::{Value, json};

use crate::browser::{
    Browser, authorization_query, decode_claims, encode_form, parse_parameters_after, redeem_code,
    redirect_location,
};
use crate::users::{pool, register};

const ANN: &str = "ann@example.com";

/// Signs in as Ann at the provider, and returns the tokens.
fn sign_in_at_provider_as_ann(browser: &Browser<'_>, query: &str) -> Value {
    let page = format!("/provider?{query}");
    let answer = browser.submit_form_of_page(&page, &page, &[("email", ANN), ("name", "Ann Lee")]);
    let code = parse_parameters_after(&redirect_location(&answer), '?')["code"].clone();
    redeem_code(browser.pool, &code, &[]).json()
}

#[test]
fn repeated_provider_sign_ins_with_one_email_create_one_user() {
    let pool = pool();
    // A user of the pool itself with the same email address is another user.
    register(&pool, ANN);
    let query =
        authorization_query(&[("identity_provider", "Google"), ("scope", "openid profile")]);
    let authorize = Browser::new(&pool).get(&format!("/oauth2/authorize?{query}"));
    assert_eq!(redirect_location(&authorize), format!("/provider?{query}"));

    let first =
        decode_claims(&sign_in_at_provider_as_ann(&Browser::new(&pool), &query)["id_token"]);
    let second =
        decode_claims(&sign_in_at_provider_as_ann(&Browser::new(&pool), &query)["id_token"]);
    assert_eq!(first["sub"], second["sub"]);
    let username = first["cognito:username"].as_str().expect("a name");
    let id = username
        .strip_prefix("Google_")
        .expect("the provider's name");
    let identity = &first["identities"][0];
    assert_eq!(
        first["identities"],
        json!([{
            "userId": id, "providerName": "Google", "providerType": "Google", "issuer": null,
            "primary": "true", "dateCreated": identity["dateCreated"],
        }])
    );
    assert_eq!(
        (&first["email"], &first["name"]),
        (&json!(ANN), &json!("Ann Lee"))
    );
    let user = pool
        .call(
            "AdminGetUser",
            &json!({"UserPoolId": "us-east-1_Poolgate1", "Username": username}),
        )
        .expect("the user");
    assert_eq!(user["UserStatus"], "EXTERNAL_PROVIDER");
    let by_address = pool
        .call(
            "AdminGetUser",
            &json!({"UserPoolId": "us-east-1_Poolgate1", "Username": ANN}),
        )
        .expect("the user of the pool");
    assert_eq!(by_address["UserStatus"], "CONFIRMED");
}

/// Their password is the provider's, so the pool cannot set one.
#[test]
fn federated_user_cannot_set_a_password_in_the_pool() {
    let pool = pool();
    let scope = "openid aws.cognito.signin.user.admin";
    let query = authorization_query(&[("identity_provider", "Google"), ("scope", scope)]);
    let tokens = sign_in_at_provider_as_ann(&Browser::new(&pool), &query);
    let first_password =
        json!({"AccessToken": tokens["access_token"], "ProposedPassword": "Another-passw0rd"});
    let refusal = pool
        .call("ChangePassword", &first_password)
        .expect_err("no password for them");
    assert_eq!(refusal, ApiError::incorrect_username_or_password());
}

#[test]
fn cancelled_provider_sign_in_returns_an_error_to_the_app() {
    let pool = pool();
    let page = format!(
        "/provider?{}",
        authorization_query(&[("identity_provider", "Google")])
    );
    let answer = Browser::new(&pool).submit_form_of_page(&page, &page, &[("cancel", "1")]);
    assert_eq!(
        redirect_location(&answer),
        format!(
            "http://localhost:8000/login/?{}",
            encode_form(&[
                ("error", "invalid_request"),
                ("error_description", "Google Error - 403 access_denied"),
                ("state", "st-1"),
            ])
        )
    );
}

#[test]
fn hosted_session_of_another_provider_does_not_skip_sign_in() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::new(&pool);
    browser.sign_in_for_code(&authorization_query(&[]), ANN);
    let by = |provider| {
        let query = authorization_query(&[("identity_provider", provider)]);
        redirect_location(&browser.get(&format!("/oauth2/authorize?{query}")))
    };
    assert!(by("COGNITO").contains("code="));
    assert!(by("Google").starts_with("/provider?"));
    sign_in_at_provider_as_ann(
        &browser,
        &authorization_query(&[("identity_provider", "Google")]),
    );
    assert!(by("Google").contains("code="));
    assert!(by("COGNITO").starts_with("/login?"));
}

#[test]
fn hosted_login_page_offers_the_identity_providers_of_client() {
    let pool = pool();
    let page = Browser::new(&pool).get(&format!("/login?{}", authorization_query(&[])));
    assert!(page.body.contains("Continue with Google"));
    assert!(page.body.contains("identity_provider=Google"));
}
