//! The `/oauth2/authorize` and `/login` endpoints: what is granted, what is refused, and where an error is sent.

use std::time::Duration;

use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

use crate::browser::{
    Browser, REDIRECT_URI, authorization_query, encode_form, parse_parameters_after, redeem_code,
    redirect_location,
};
use crate::http::Request;
use crate::users::{pool, register};

/// Returns the redirect of the authorization endpoint for a browser that is not signed in.
fn authorize_location(pool: &local_pool::LocalPool, query: &str) -> String {
    redirect_location(&Browser::new(pool).get(&format!("/oauth2/authorize?{query}")))
}

/// Returns the URL of the app with these error parameters.
fn error_redirect(pairs: &[(&str, &str)]) -> String {
    format!("{REDIRECT_URI}?{}", encode_form(pairs))
}

#[test]
fn authorize_endpoint_sends_a_signed_out_browser_to_login() {
    let pool = pool();
    let query = authorization_query(&[]);
    assert_eq!(authorize_location(&pool, &query), format!("/login?{query}"));
}

#[test]
fn invalid_client_or_redirect_uri_shows_the_hosted_error_page() {
    let pool = pool();
    let mismatch = format!("/error?error=redirect_mismatch&client_id={DEV_CLIENT_ID}");
    for redirect_uri in [
        "-",
        "",
        "http://localhost:8000/login/?x=1",
        "http://localhost:8000/LOGIN/",
        "http://localhost:8000/login/.",
        "https://evil.example/",
        "http://localhost:8000",
    ] {
        let query = authorization_query(&[("redirect_uri", redirect_uri)]);
        assert_eq!(
            authorize_location(&pool, &query),
            mismatch,
            "{redirect_uri}"
        );
    }
    assert_eq!(
        authorize_location(&pool, &authorization_query(&[("client_id", "1unknown")])),
        "/error?error=Client+does+not+exist"
    );
    let invalid = "/error?error=invalid_request";
    assert_eq!(
        authorize_location(&pool, &authorization_query(&[("client_id", "-")])),
        invalid
    );
    let twice = format!(
        "{}&redirect_uri=https://evil.example/",
        authorization_query(&[])
    );
    assert_eq!(authorize_location(&pool, &twice), invalid);
}

#[test]
fn hosted_error_page_shows_no_text_of_its_url() {
    let pool = pool();
    let shown = |query: &str| Browser::new(&pool).get(&format!("/error?{query}"));
    let mismatch = shown("error=redirect_mismatch&client_id=%3Cb%3Ehi");
    assert_eq!(mismatch.status, 400);
    assert!(
        mismatch
            .body
            .contains("An error was encountered with the requested page.")
    );
    assert!(mismatch.body.contains("CallbackURLs"));
    assert!(!mismatch.body.contains("&lt;b"));
    assert!(!shown("error=Call+0800-EVIL").body.contains("EVIL"));
}

#[test]
fn authorize_errors_are_sent_to_a_valid_redirect_uri() {
    let pool = pool();
    let state = ("state", "st-1");
    let invalid = |description| {
        error_redirect(&[
            ("error", "invalid_request"),
            ("error_description", description),
            state,
        ])
    };
    for (changed, expected) in [
        (("response_type", "-"), invalid("response_type is missing")),
        (
            ("response_type", "id_token"),
            invalid("Unsupported response_type"),
        ),
        (
            ("response_type", "code token"),
            invalid("Unsupported response_type"),
        ),
        (
            ("response_type", "token"),
            error_redirect(&[
                ("error", "unauthorized_client"),
                (
                    "error_description",
                    "The flow is not enabled for the client",
                ),
                state,
            ])
            .replace('?', "#"),
        ),
        (("scope", "openid todos/read"), invalid("invalid_scope")),
        (
            ("code_challenge", "-"),
            invalid("code_challenge is missing"),
        ),
        (
            ("code_challenge_method", "plain"),
            invalid("code_challenge_method must be S256"),
        ),
        (
            ("code_challenge_method", "-"),
            invalid("code_challenge_method must be S256"),
        ),
        (
            ("code_challenge", "short"),
            invalid("code_challenge is not a S256 challenge"),
        ),
        (
            ("prompt", "none login"),
            invalid("prompt none cannot be used with others"),
        ),
        (("prompt", "cat"), invalid("Unsupported prompt")),
        (
            ("identity_provider", "Facebook"),
            invalid("The identity provider is not enabled for the client"),
        ),
        (
            ("prompt", "none"),
            error_redirect(&[("error", "login_required"), state]),
        ),
    ] {
        assert_eq!(
            authorize_location(&pool, &authorization_query(&[changed])),
            expected,
            "{changed:?}"
        );
    }
    let repeated = format!("{}&scope=openid", authorization_query(&[]));
    assert_eq!(
        authorize_location(&pool, &repeated),
        invalid("A parameter is repeated")
    );
    assert_eq!(
        authorize_location(
            &pool,
            &authorization_query(&[("state", "-"), ("prompt", "none")])
        ),
        error_redirect(&[("error", "login_required")])
    );
}

/// Cognito lets the client decide about PKCE. "View login page" in its console opens a URL without it.
#[test]
fn public_client_may_omit_pkce() {
    let pool = pool();
    register(&pool, "ann@example.com");
    let shortest = authorization_query(&[
        ("scope", "-"),
        ("state", "-"),
        ("nonce", "-"),
        ("code_challenge", "-"),
        ("code_challenge_method", "-"),
    ]);
    assert_eq!(
        shortest,
        "response_type=code&client_id=1poolgate23456789012345678&redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2F"
    );
    assert_eq!(
        authorize_location(&pool, &shortest),
        format!("/login?{shortest}")
    );
    let code = || Browser::new(&pool).sign_in_for_code(&shortest, "ann@example.com");

    let redeemed = redeem_code(&pool, &code(), &[("code_verifier", "-")]);
    assert_eq!(redeemed.status, 200, "{redeemed:?}");
    assert!(redeemed.json()["id_token"].is_string());
    // RFC 9700 §2.1.1: a verifier without a challenge indicates that an attacker removed the challenge.
    let refused = redeem_code(&pool, &code(), &[]);
    assert_eq!(
        (refused.status, refused.json()),
        (400, json!({ "error": "invalid_grant" }))
    );
}

#[test]
fn code_requested_with_code_challenge_needs_the_code_verifier() {
    let pool = pool();
    register(&pool, "ann@example.com");
    for verifier in ["-", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXx"] {
        let code =
            Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), "ann@example.com");
        let refused = redeem_code(&pool, &code, &[("code_verifier", verifier)]);
        assert_eq!(
            (refused.status, refused.json()),
            (400, json!({ "error": "invalid_grant" }))
        );
    }
}

#[test]
fn confidential_client_may_omit_pkce() {
    let pool = pool();
    let made = pool
        .call(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": "us-east-1_Poolgate1", "ClientName": "server", "GenerateSecret": true,
                "CallbackURLs": [REDIRECT_URI], "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid"], "AllowedOAuthFlowsUserPoolClient": true
            }),
        )
        .expect("a client");
    let client_id = made["UserPoolClient"]["ClientId"].as_str().expect("its id");
    let query = authorization_query(&[
        ("client_id", client_id),
        ("scope", "openid"),
        ("code_challenge", "-"),
        ("code_challenge_method", "-"),
    ]);
    assert_eq!(authorize_location(&pool, &query), format!("/login?{query}"));
}

#[test]
fn a_pool_without_a_domain_has_no_hosted_pages() {
    let pool = pool();
    pool.call(
        "DeleteUserPoolDomain",
        &json!({"Domain": "poolgate", "UserPoolId": "us-east-1_Poolgate1"}),
    )
    .expect("the domain is taken away");
    assert_eq!(
        authorize_location(&pool, &authorization_query(&[])),
        "/error?error=Client+does+not+exist"
    );
}

#[test]
fn hosted_ui_session_lasts_one_hour_from_the_sign_in() {
    let pool = pool();
    register(&pool, "ann@example.com");
    let browser = Browser::new(&pool);
    browser.sign_in_for_code(&authorization_query(&[]), "ann@example.com");
    let path = format!(
        "/oauth2/authorize?{}",
        authorization_query(&[("state", "st-2")])
    );
    let minutes = |minutes: u64| pool.clock().advance(Duration::from_secs(60 * minutes));
    for _ in 0..2 {
        minutes(29);
        let back = parse_parameters_after(&redirect_location(&browser.get(&path)), '?');
        assert_eq!((back.len(), back["state"].as_str()), (2, "st-2"));
    }
    minutes(2);
    assert!(redirect_location(&browser.get(&path)).starts_with("/login?"));
}

#[test]
fn prompt_login_and_max_age_require_a_new_hosted_sign_in() {
    let pool = pool();
    register(&pool, "ann@example.com");
    let browser = Browser::new(&pool);
    browser.sign_in_for_code(&authorization_query(&[]), "ann@example.com");
    let to = |changed| {
        redirect_location(&browser.get(&format!(
            "/oauth2/authorize?{}",
            authorization_query(&[changed])
        )))
    };
    assert!(to(("prompt", "none")).contains("code="));
    assert!(to(("prompt", "login")).starts_with("/login?"));
    assert!(to(("prompt", "select_account")).starts_with("/login?"));
    assert!(to(("max_age", "60")).contains("code="));
    pool.clock().advance(Duration::from_secs(61));
    assert!(to(("max_age", "60")).starts_with("/login?"));

    let page = format!(
        "/login?{}",
        authorization_query(&[("prompt", "select_account")])
    );
    assert!(browser.get(&page).body.contains("Continue as"));
    assert!(
        redirect_location(&browser.submit_form_of_page(&page, &page, &[("continue", "1")]))
            .contains("code=")
    );
    let page = format!("/login?{}", authorization_query(&[("prompt", "login")]));
    let answer = browser.submit_form_of_page(&page, &page, &[("continue", "1")]);
    assert_eq!(answer.status, 200, "a password is needed: {answer:?}");
}

#[test]
fn implicit_grant_gives_no_refresh_token() {
    let pool = pool();
    register(&pool, "ann@example.com");
    let made = pool
        .call(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": "us-east-1_Poolgate1", "ClientName": "old",
                "CallbackURLs": ["http://localhost:4200/oauth/cognito"],
                "AllowedOAuthFlows": ["code", "implicit"], "AllowedOAuthScopes": ["email", "openid"],
                "AllowedOAuthFlowsUserPoolClient": true
            }),
        )
        .expect("a client");
    let client_id = made["UserPoolClient"]["ClientId"].as_str().expect("its id");
    let query = authorization_query(&[
        ("client_id", client_id),
        ("response_type", "token"),
        ("redirect_uri", "http://localhost:4200/oauth/cognito"),
        ("code_challenge", "-"),
        ("code_challenge_method", "-"),
    ]);
    let to = redirect_location(&Browser::new(&pool).log_in(&query, "ann@example.com"));
    assert!(to.starts_with("http://localhost:4200/oauth/cognito#id_token=eyJ"));
    let given = parse_parameters_after(&to, '#');
    let names: Vec<&str> = given.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "access_token",
            "expires_in",
            "id_token",
            "state",
            "token_type"
        ]
    );
    assert_eq!(
        (given["expires_in"].as_str(), given["state"].as_str()),
        ("3600", "st-1")
    );
    assert_eq!(
        crate::browser::decode_claims(&json!(given["id_token"]))["nonce"],
        "n-1"
    );
}

#[test]
fn hosted_pages_have_no_cors_and_cannot_be_framed() {
    let pool = pool();
    let page = format!("/login?{}", authorization_query(&[]));
    for path in ["/oauth2/authorize", &page, "/logout", "/error", "/signup"] {
        let answer = Browser::new(&pool).get(path);
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        let preflight = Request::new(pool.address(), "OPTIONS", path)
            .header("origin", "http://localhost:8000")
            .header("access-control-request-method", "GET")
            .send();
        assert_eq!(
            (
                preflight.status,
                preflight.header("access-control-allow-origin")
            ),
            (405, None),
            "{path}"
        );
    }
    assert_eq!(
        Browser::new(&pool)
            .get(&page)
            .header("content-security-policy"),
        Some(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http://localhost:8000; \
             base-uri 'none'; frame-ancestors 'none'"
        )
    );
    for path in ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"] {
        let preflight = Request::new(pool.address(), "OPTIONS", path)
            .header("origin", "http://localhost:8000")
            .header(
                "access-control-request-headers",
                "authorization,x-amz-user-agent",
            )
            .send();
        assert_eq!(
            (
                preflight.status,
                preflight.header("access-control-allow-origin"),
                preflight.header("access-control-allow-headers")
            ),
            (200, Some("*"), Some("authorization,x-amz-user-agent")),
            "{path}"
        );
    }
}
