//! Fault injection by username.

use std::time::{Duration, Instant};

use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use crate::browser::{Browser, authorization_query, redeem_code};
use crate::http::{Request, call_action};
use crate::users::{PASSWORD, pool, register, sign_in, sign_up_for_token};

#[test]
fn pool_returns_the_error_that_is_named_in_the_username() {
    let pool = pool();
    for (name, status, error) in [
        (
            "sentinel-throttled@example.com",
            400,
            json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" }),
        ),
        (
            "Sentinel-Internal-Error+2@example.com",
            500,
            json!({ "__type": "InternalErrorException", "message": "Something went wrong" }),
        ),
        (
            "sentinel-limit-exceeded@example.com",
            400,
            json!({ "__type": "LimitExceededException", "message": "Attempt limit exceeded, please try after some time." }),
        ),
    ] {
        let sign_up = call_action(
            pool.address(),
            "SignUp",
            &json!({ "ClientId": DEV_CLIENT_ID, "Username": name, "Password": PASSWORD }),
        );
        assert_eq!((sign_up.status, sign_up.json()), (status, error.clone()));
        let sign_in = call_action(
            pool.address(),
            "InitiateAuth",
            &json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": DEV_CLIENT_ID,
                "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
            }),
        );
        assert_eq!((sign_in.status, sign_in.json()), (status, error));
    }
}

#[test]
fn fault_injected_into_forgot_password_does_not_affect_sign_in() {
    let pool = pool();
    let name = "sentinel-throttled-on-forgotpassword@example.com";
    register(&pool, name);
    sign_in(&pool, name);
    let forgot = call_action(
        pool.address(),
        "ForgotPassword",
        &json!({ "ClientId": DEV_CLIENT_ID, "Username": name }),
    );
    assert_eq!(
        (forgot.status, forgot.json()),
        (
            400,
            json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" })
        )
    );
}

#[test]
fn injected_delay_does_not_change_the_response() {
    let pool = pool();
    let begin = Instant::now();
    let answer = call_action(
        pool.address(),
        "SignUp",
        &json!({ "ClientId": DEV_CLIENT_ID, "Username": "sentinel-slow-on-signup@example.com", "Password": PASSWORD }),
    );
    assert_eq!(
        (answer.status, answer.json()["UserConfirmed"].as_bool()),
        (200, Some(false))
    );
    assert!(begin.elapsed() >= Duration::from_secs(3));
}

/// Changes the user's email address, so that the injected fault stops.
fn remove_fault(pool: &local_pool::LocalPool, email: &str, name: &str) {
    pool.call(
        "AdminUpdateUserAttributes",
        &json!({
            "UserPoolId": DEV_POOL_ID, "Username": email,
            "UserAttributes": [{"Name": "email", "Value": format!("well-{name}@example.com")}]
        }),
    )
    .expect("the address is changed");
}

#[test]
fn injected_fault_at_the_code_exchange_keeps_the_code_valid() {
    let pool = pool();
    for (name, status) in [("throttled", 429), ("internal-error", 500)] {
        let email = format!("sentinel-{name}-on-code@example.com");
        register(&pool, &email);
        let code = Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), &email);
        let answer = redeem_code(&pool, &code, &[]);
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.json()),
            (status, Some("1"), json!({ "error": "server_error" }))
        );
        remove_fault(&pool, &email, name);
        assert_eq!(redeem_code(&pool, &code, &[]).status, 200);
    }
}

#[test]
fn injected_fault_at_a_refresh_keeps_the_refresh_token_valid() {
    let pool = pool();
    for (name, status, error) in [
        (
            "throttled",
            400,
            json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" }),
        ),
        (
            "internal-error",
            500,
            json!({ "__type": "InternalErrorException", "message": "Something went wrong" }),
        ),
    ] {
        let email = format!("sentinel-{name}-on-renewal@example.com");
        register(&pool, &email);
        let token = sign_in(&pool, &email)["RefreshToken"].clone();
        let renewals = || {
            [
                call_action(
                    pool.address(),
                    "InitiateAuth",
                    &json!({
                        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": DEV_CLIENT_ID,
                        "AuthParameters": { "REFRESH_TOKEN": token },
                    }),
                ),
                call_action(
                    pool.address(),
                    "GetTokensFromRefreshToken",
                    &json!({ "ClientId": DEV_CLIENT_ID, "RefreshToken": token }),
                ),
            ]
        };
        for refused in renewals() {
            assert_eq!((refused.status, refused.json()), (status, error.clone()));
        }
        remove_fault(&pool, &email, name);
        assert_eq!(renewals().map(|renewed| renewed.status), [200, 200]);
    }
}

#[test]
fn fault_injection_can_delay_login_code_exchange_and_refresh() {
    let pool = pool();
    let slowly = |what: &dyn Fn() -> u16, status| {
        let begin = Instant::now();
        assert_eq!(what(), status);
        assert!(begin.elapsed() >= Duration::from_secs(3));
    };
    let at_code = "sentinel-slow-on-code@example.com";
    register(&pool, at_code);
    let code = Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), at_code);
    let at_renewal = "sentinel-slow-on-renewal@example.com";
    register(&pool, at_renewal);
    let token = sign_in(&pool, at_renewal)["RefreshToken"].clone();
    let at_login = "sentinel-slow-on-login@example.com";
    register(&pool, at_login);
    sign_in(&pool, at_login);
    slowly(&|| redeem_code(&pool, &code, &[]).status, 200);
    slowly(
        &|| {
            let request = json!({ "ClientId": DEV_CLIENT_ID, "RefreshToken": token });
            call_action(pool.address(), "GetTokensFromRefreshToken", &request).status
        },
        200,
    );
    slowly(
        &|| {
            Browser::new(&pool)
                .log_in(&authorization_query(&[]), at_login)
                .status
        },
        303,
    );
}

#[test]
fn injected_fault_at_the_login_page_shows_cognitos_text() {
    let pool = pool();
    let email = "sentinel-throttled-on-login@example.com";
    register(&pool, email);
    let page = Browser::new(&pool).log_in(&authorization_query(&[]), email);
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("role=\"alert\">Rate exceeded</p>"),
        "{page:?}"
    );
}

#[test]
fn demo_api_returns_the_error_that_is_named_in_the_todo_title() {
    let pool = pool();
    let token = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    let add = |title: &str| {
        Request::new(pool.address(), "POST", "/api/todos")
            .header("authorization", &*token)
            .json(&json!({ "title": title }))
            .send()
    };
    let failed = add("fail:500");
    assert_eq!(
        (failed.status, failed.json()),
        (500, json!({ "message": "Internal Server Error" }))
    );
    let throttled = add("fail:429");
    assert_eq!(
        (
            throttled.status,
            throttled.json(),
            throttled.header("retry-after")
        ),
        (429, json!({ "message": "Too Many Requests" }), Some("1"))
    );
    let refused = add("fail:401-once");
    assert_eq!(
        (
            refused.status,
            refused.body.as_str(),
            refused.header("www-authenticate")
        ),
        (401, r#"{"message":"Unauthorized"}"#, Some("Bearer"))
    );
    assert_eq!(add("fail:401-once").status, 201);
    let kept = Request::new(pool.address(), "GET", "/api/todos")
        .header("authorization", &*token)
        .send();
    assert_eq!(kept.json().as_array().map(Vec::len), Some(1));
}

#[test]
fn demo_api_uses_the_todo_id_given_in_the_title() {
    let pool = pool();
    let token = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    let added = Request::new(pool.address(), "POST", "/api/todos")
        .header("authorization", &*token)
        .json(&json!({ "title": "id:.." }))
        .send();
    assert_eq!((added.status, &added.json()["id"]), (201, &json!("..")));
    let kept = Request::new(pool.address(), "GET", "/api/todos")
        .header("authorization", &*token)
        .send();
    assert_eq!(kept.json()[0]["id"], "..");
}

#[test]
fn fault_injection_makes_creating_a_demo_api_profile_fail() {
    let pool = pool();
    let token = sign_up_for_token(&pool, "sentinel-no-profile@example.com", "IdToken");
    let answer = Request::new(pool.address(), "POST", "/api/user")
        .header("authorization", &*token)
        .body("{}")
        .send();
    assert_eq!(
        (answer.status, answer.json()),
        (500, json!({ "message": "Internal Server Error" }))
    );
}
