//! The demo API: its data and its authorization.

use std::time::Duration;

use cognito_proto::time::UnixTime;
use local_pool::LocalPool;
use local_pool::settings::{Clock, DEV_CLIENT_ID, LocalPoolSettings};
use serde_json::json;

use crate::http::{Answer, Request};
use crate::users::{pool, register, sign_in, sign_up_for_token};

/// Sends a request with a token and a JSON body to the demo API.
fn send_to_demo_api(
    pool: &LocalPool,
    method: &str,
    path: &str,
    token: &str,
    body: &serde_json::Value,
) -> Answer {
    Request::new(pool.address(), method, &format!("/api{path}"))
        .header("authorization", token)
        .json(body)
        .send()
}

/// Requests a path of the demo API with a token.
fn get_from_demo_api(pool: &LocalPool, path: &str, token: &str) -> Answer {
    send_to_demo_api(pool, "GET", path, token, &json!(null))
}

/// Checks that the response is API Gateway's to an unauthorized request, and returns its `WWW-Authenticate`
/// header.
fn www_authenticate_of_unauthorized(answer: &Answer) -> Option<&str> {
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (401, r#"{"message":"Unauthorized"}"#)
    );
    answer.header("www-authenticate")
}

#[test]
fn demo_api_creates_changes_and_deletes_a_todo() {
    let clock = Clock::manual(UnixTime::from_secs(1_795_072_089));
    let pool = LocalPool::start(LocalPoolSettings {
        clock,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let token = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    assert_eq!(get_from_demo_api(&pool, "/todos", &token).json(), json!([]));

    let made = send_to_demo_api(
        &pool,
        "POST",
        "/todos",
        &token,
        &json!({ "title": "Buy milk" }),
    );
    let milk = json!({ "id": "1", "title": "Buy milk", "done": false, "createdAt": "2026-11-19T07:08:09Z" });
    assert_eq!((made.status, made.json()), (201, milk.clone()));
    let bread =
        json!({ "id": "2", "title": "Bread", "done": true, "createdAt": "2026-11-19T07:08:09Z" });
    assert_eq!(
        send_to_demo_api(
            &pool,
            "POST",
            "/todos",
            &token,
            &json!({ "title": "Bread", "done": true })
        )
        .json(),
        bread
    );
    assert_eq!(
        get_from_demo_api(&pool, "/todos", &token).json(),
        json!([milk, bread])
    );

    let mut done = milk;
    done["done"] = json!(true);
    let changed = send_to_demo_api(&pool, "PATCH", "/todos/1", &token, &json!({ "done": true }));
    assert_eq!((changed.status, changed.json()), (200, done.clone()));
    let mut renamed = done;
    renamed["title"] = json!("Oat milk");
    assert_eq!(
        send_to_demo_api(
            &pool,
            "PUT",
            "/todos/1",
            &token,
            &json!({ "title": "Oat milk", "done": true })
        )
        .json(),
        renamed
    );

    let removed = send_to_demo_api(&pool, "DELETE", "/todos/2", &token, &json!(null));
    assert_eq!((removed.status, removed.body.as_str()), (204, ""));
    assert_eq!(
        get_from_demo_api(&pool, "/todos", &token).json(),
        json!([renamed])
    );
    assert_eq!(
        send_to_demo_api(&pool, "DELETE", "/todos/2", &token, &json!(null)).status,
        404
    );
}

#[test]
fn demo_api_hides_todos_from_other_users() {
    let pool = pool();
    let ann = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    let bob = sign_up_for_token(&pool, "bob@example.com", "IdToken");
    let made =
        send_to_demo_api(&pool, "POST", "/todos", &ann, &json!({ "title": "Secret" })).json();
    assert_eq!(get_from_demo_api(&pool, "/todos", &bob).json(), json!([]));
    for method in ["PATCH", "DELETE"] {
        let answer = send_to_demo_api(&pool, method, "/todos/1", &bob, &json!({ "title": "Mine" }));
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({ "message": "The to-do does not exist." }))
        );
    }
    assert_eq!(
        get_from_demo_api(&pool, "/todos", &ann).json(),
        json!([made])
    );
}

#[test]
fn second_request_to_create_a_profile_returns_the_first_one() {
    let clock = Clock::manual(UnixTime::from_secs(1_795_072_089));
    let pool = LocalPool::start(LocalPoolSettings {
        clock,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let token = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    let missing = get_from_demo_api(&pool, "/currentUser", &token);
    assert_eq!(
        (missing.status, missing.json()),
        (
            404,
            json!({ "message": "The user has no profile yet. Create it with POST /user." })
        )
    );
    let made = send_to_demo_api(&pool, "POST", "/user", &token, &json!({}));
    let user = made.json();
    assert_eq!(
        (made.status, &user),
        (
            201,
            &json!({
                "id": user["username"],
                "username": user["username"],
                "name": "Ann Lee",
                "email": "ann@example.com",
                "createdAt": "2026-11-19T07:08:09Z",
            })
        )
    );
    assert_eq!(user["id"].as_str().map(str::len), Some(36));
    let again = send_to_demo_api(&pool, "POST", "/user", &token, &json!({}));
    assert_eq!((again.status, again.json()), (200, user.clone()));
    let found = get_from_demo_api(&pool, "/currentUser", &token);
    assert_eq!((found.status, found.json()), (200, user));
}

#[test]
fn demo_api_accepts_id_and_access_token_with_or_without_bearer() {
    let pool = pool();
    register(&pool, "ann@example.com");
    let tokens = sign_in(&pool, "ann@example.com");
    for kind in ["IdToken", "AccessToken"] {
        let token = tokens[kind].as_str().expect("a token");
        for header in [
            token.to_owned(),
            format!("Bearer {token}"),
            format!("bearer  {token}"),
        ] {
            assert_eq!(
                get_from_demo_api(&pool, "/todos", &header).status,
                200,
                "{kind}"
            );
        }
    }
    let refresh_token = tokens["RefreshToken"].as_str().expect("a token");
    assert_eq!(
        www_authenticate_of_unauthorized(&get_from_demo_api(&pool, "/todos", refresh_token)),
        Some(
            r#"Bearer scope="" error="invalid_token" error_description="the token is malformed or was not signed by this pool""#
        )
    );
}

#[test]
fn demo_api_answers_401_to_a_request_without_a_token() {
    let pool = pool();
    for path in ["/todos", "/currentUser"] {
        let answer = Request::new(pool.address(), "GET", &format!("/api{path}")).send();
        assert_eq!(www_authenticate_of_unauthorized(&answer), Some("Bearer"));
    }
    assert_eq!(
        www_authenticate_of_unauthorized(&get_from_demo_api(&pool, "/todos", "Bearer")),
        Some("Bearer")
    );
}

#[test]
fn demo_api_accepts_a_token_from_its_issue_to_its_expiry() {
    let start = UnixTime::from_secs(1_795_072_089);
    let clock = Clock::manual(start);
    let pool = LocalPool::start(LocalPoolSettings {
        clock,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let token = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    let status = |at: UnixTime| {
        pool.clock().set_time(at);
        let answer = get_from_demo_api(&pool, "/todos", &token);
        (
            answer.status,
            answer.header("www-authenticate").map(str::to_owned),
        )
    };
    let refused = |why: &str| {
        (
            401,
            Some(format!(
                r#"Bearer scope="" error="invalid_token" error_description="{why}""#
            )),
        )
    };
    assert_eq!(status(start.plus(Duration::from_secs(3_599))), (200, None));
    assert_eq!(
        status(start.plus(Duration::from_secs(3_600))),
        refused("the token has expired")
    );
    assert_eq!(
        status(start.minus(Duration::from_secs(1))),
        refused("the token is not valid yet")
    );
}

#[test]
fn demo_api_refuses_tokens_of_another_pool_key_or_client() {
    let (ours, theirs) = (pool(), pool());
    let foreign = sign_up_for_token(&theirs, "ann@example.com", "IdToken");
    assert_eq!(
        www_authenticate_of_unauthorized(&get_from_demo_api(&ours, "/todos", &foreign)),
        Some(
            r#"Bearer scope="" error="invalid_token" error_description="the token is malformed or was not signed by this pool""#
        )
    );
    let own = sign_up_for_token(&ours, "ann@example.com", "IdToken");
    assert_eq!(get_from_demo_api(&ours, "/todos", &own).status, 200);
    let deleted = ours.call(
        "DeleteUserPoolClient",
        &json!({ "UserPoolId": "us-east-1_Poolgate1", "ClientId": DEV_CLIENT_ID }),
    );
    assert!(deleted.is_ok(), "{deleted:?}");
    assert_eq!(
        www_authenticate_of_unauthorized(&get_from_demo_api(&ours, "/todos", &own)),
        Some(
            r#"Bearer scope="" error="invalid_token" error_description="the token has an invalid audience""#
        )
    );
}

#[test]
fn demo_api_answers_400_with_a_reason_to_an_invalid_todo() {
    let pool = pool();
    let token = sign_up_for_token(&pool, "ann@example.com", "IdToken");
    let long = "x".repeat(501);
    for (method, path, body, message) in [
        (
            "POST",
            "/todos",
            "no JSON".to_owned(),
            "The body is not a JSON object.",
        ),
        (
            "POST",
            "/todos",
            "[1]".to_owned(),
            "The body is not a JSON object.",
        ),
        (
            "POST",
            "/todos",
            "{}".to_owned(),
            "title is missing; it is the text of the to-do.",
        ),
        (
            "POST",
            "/todos",
            r#"{"title":"  "}"#.to_owned(),
            "title is empty.",
        ),
        (
            "POST",
            "/todos",
            r#"{"title":7}"#.to_owned(),
            "title is not text.",
        ),
        (
            "POST",
            "/todos",
            format!(r#"{{"title":"{long}"}}"#),
            "title is longer than 500 characters.",
        ),
        (
            "PATCH",
            "/todos/1",
            r#"{"done":"yes"}"#.to_owned(),
            "done is not true or false.",
        ),
        (
            "PUT",
            "/todos/1",
            r#"{"done":true}"#.to_owned(),
            "PUT takes both title and done; PATCH takes either.",
        ),
    ] {
        let answer = Request::new(pool.address(), method, &format!("/api{path}"))
            .header("authorization", &*token)
            .body(body)
            .send();
        assert_eq!(
            (answer.status, answer.json()),
            (400, json!({ "message": message }))
        );
    }
    let nowhere = get_from_demo_api(&pool, "/cats", &token);
    assert_eq!(
        (nowhere.status, nowhere.json()),
        (404, json!({ "message": "Not Found" }))
    );
}
