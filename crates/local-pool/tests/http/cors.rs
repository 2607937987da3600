//! CORS: which pages may call the pool and read its responses.

use local_pool::LocalPool;
use local_pool::settings::{DEV_POOL_ID, LocalPoolSettings};
use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::users::{pool, register, sign_in};

const ANN: &str = "ann@example.com";

const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

/// Returns the CORS headers of a response: origin, exposed headers, credentials.
fn cors_headers(answer: &Answer) -> [Option<&str>; 3] {
    [
        answer.header("access-control-allow-origin"),
        answer.header("access-control-expose-headers"),
        answer.header("access-control-allow-credentials"),
    ]
}

/// Returns the request of a page with this origin, or of a program if there is no origin.
fn request_from_page<'a>(
    pool: &LocalPool,
    origin: Option<&str>,
    method: &'a str,
    path: &'a str,
) -> Request<'a> {
    let request = Request::new(pool.address(), method, path);
    match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    }
}

/// Returns the response to a call of the user-pool API by a page of this origin.
fn api_call(pool: &LocalPool, origin: Option<&str>, operation: &str, body: &Value) -> Answer {
    request_from_page(pool, origin, "POST", "/")
        .header(
            "x-amz-target",
            format!("AWSCognitoIdentityProviderService.{operation}"),
        )
        .body(body.to_string())
        .send()
}

/// Returns one response of each kind, with its expected status, to a page of this origin.
fn responses_of_each_kind(pool: &LocalPool, origin: Option<&str>) -> Vec<(u16, Answer)> {
    let jwks = "/us-east-1_Poolgate1/.well-known/jwks.json";
    let discovery = "/us-east-1_Poolgate1/.well-known/openid-configuration";
    let send = |method, path| request_from_page(pool, origin, method, path).send();
    vec![
        (400, api_call(pool, origin, "SignUp", &json!({}))),
        (400, send("POST", "/")),
        (404, send("GET", "/nothing")),
        (405, send("DELETE", "/")),
        (
            413,
            request_from_page(pool, origin, "POST", "/")
                .body(vec![b' '; 300_000])
                .send(),
        ),
        (
            421,
            request_from_page(pool, origin, "POST", "/")
                .host("evil.example")
                .send(),
        ),
        (200, send("GET", jwks)),
        (200, send("GET", discovery)),
        (400, send("POST", "/oauth2/token")),
    ]
}

/// Calls `AdminSetUserPassword` from a page of this origin. A hostile page would use this operator's action.
fn set_password_from_page(pool: &LocalPool, origin: Option<&str>) -> Answer {
    let body = json!({
        "UserPoolId": DEV_POOL_ID, "Username": ANN, "Password": "0ther-Passw0rd", "Permanent": true,
    });
    api_call(pool, origin, "AdminSetUserPassword", &body)
}

#[test]
fn pool_api_allows_loopback_pages_and_requests_without_origin() {
    let pool = pool();
    register(&pool, ANN);
    for origin in [
        None,
        Some("http://localhost:8000"),
        Some("https://localhost"),
        Some("http://127.0.0.1:49152"),
        Some("http://[::1]:5173"),
        Some("http://app.localhost:3000"),
    ] {
        for (status, answer) in responses_of_each_kind(&pool, origin) {
            assert_eq!(answer.status, status, "{origin:?}: {answer:?}");
            assert_eq!(
                cors_headers(&answer),
                [Some("*"), Some(EXPOSED), None],
                "{answer:?}"
            );
        }
        let set = set_password_from_page(&pool, origin);
        assert_eq!((set.status, set.body.as_str()), (200, "{}"), "{origin:?}");
    }
}

#[test]
fn pages_of_other_origins_cannot_call_admin_actions() {
    let pool = pool();
    register(&pool, ANN);
    for origin in [
        "http://evil.example",
        "https://localhost.evil.example",
        "http://127.0.0.1.nip.io:8000",
        "null",
        "",
    ] {
        for (status, answer) in responses_of_each_kind(&pool, Some(origin)) {
            assert_eq!(answer.status, status, "{origin}: {answer:?}");
            assert_eq!(cors_headers(&answer), [None; 3], "{origin}: {answer:?}");
        }
        for answer in [
            set_password_from_page(&pool, Some(origin)),
            api_call(
                &pool,
                Some(origin),
                "ListUsers",
                &json!({ "UserPoolId": DEV_POOL_ID }),
            ),
            // An action that the local pool does not emulate, and that is not a self-service action.
            api_call(&pool, Some(origin), "CreateUserImportJob", &json!({})),
        ] {
            assert_eq!(
                (answer.status, answer.header("x-amzn-errortype")),
                (403, Some("AccessDeniedException:")),
                "{origin}"
            );
            assert_eq!(cors_headers(&answer), [None; 3], "{origin}: {answer:?}");
        }
        let preflight = request_from_page(&pool, Some(origin), "OPTIONS", "/")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-amz-target")
            .send();
        assert_eq!(preflight.status, 403, "{origin}");
        let granted = |(name, _): &&(String, String)| name.starts_with("access-control-");
        assert_eq!(preflight.headers.iter().find(granted), None, "{origin}");
    }
    // The password is unchanged.
    sign_in(&pool, ANN);
}

#[test]
fn pool_refuses_a_request_with_two_origin_headers() {
    let pool = pool();
    register(&pool, ANN);
    let answer = request_from_page(&pool, Some("http://localhost:8000"), "POST", "/")
        .header("origin", "http://evil.example")
        .header(
            "x-amz-target",
            "AWSCognitoIdentityProviderService.ListUsers",
        )
        .body(json!({ "UserPoolId": DEV_POOL_ID }).to_string())
        .send();
    assert_eq!((answer.status, cors_headers(&answer)), (403, [None; 3]));
}

#[test]
fn pool_api_allows_pages_of_configured_origins() {
    let url = |text: &str| Some(text.parse().expect("a URL"));
    let pool = LocalPool::start(LocalPoolSettings {
        app_url: url("https://app.example.com"),
        public_url: url("https://pool.example.com"),
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    register(&pool, ANN);
    let status = |origin: &str| {
        let answer = set_password_from_page(&pool, Some(origin));
        let is_readable = answer.header("access-control-allow-origin") == Some("*");
        assert_eq!(is_readable, answer.status == 200, "{answer:?}");
        answer.status
    };
    assert_eq!(status("https://app.example.com"), 200);
    assert_eq!(status("https://pool.example.com"), 200);
    let by_callback = "https://other.example.com:8443";
    assert_eq!(status(by_callback), 403);
    pool.call(
        "CreateUserPoolClient",
        &json!({
            "UserPoolId": DEV_POOL_ID, "ClientName": "other", "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"], "AllowedOAuthFlowsUserPoolClient": true,
            "CallbackURLs": ["https://Other.example.com:8443/login/"],
        }),
    )
    .expect("a client");
    assert_eq!(status(by_callback), 200);
    assert_eq!(status("http://other.example.com:8443"), 403);
}

/// The inbox contains codes. Another site in the same browser could set passwords with them.
#[test]
fn other_sites_cannot_read_the_inbox_of_the_local_pool() {
    let pool = pool();
    for path in [
        "/",
        "/inbox",
        "/inbox.json",
        "/inbox.json?to=ann@example.com",
    ] {
        let answer = Request::new(pool.address(), "GET", path)
            .header("origin", "http://evil.example")
            .send();
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (200, None),
            "{path}"
        );
    }
}

#[test]
fn cors_preflight_allows_all_requested_headers() {
    let pool = pool();
    let wanted = "amz-sdk-invocation-id,amz-sdk-request,cache-control,content-type,x-amz-target,x-amz-user-agent,x-own";
    for path in ["/", "/nothing"] {
        let answer = Request::new(pool.address(), "OPTIONS", path)
            .header("origin", "http://localhost:5173")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", wanted)
            .send();
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| name.starts_with("access-control-"));
        headers.sort();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            (answer.status, answer.body.as_str(), headers),
            (
                200,
                "",
                vec![
                    header("access-control-allow-headers", wanted),
                    header("access-control-allow-methods", "GET, POST, OPTIONS"),
                    header("access-control-allow-origin", "*"),
                    header("access-control-expose-headers", EXPOSED),
                    header("access-control-max-age", "172800"),
                ]
            )
        );
    }
}

#[test]
fn pages_of_other_origins_can_read_errors_of_the_demo_api() {
    let pool = pool();
    let preflight = Request::new(pool.address(), "OPTIONS", "/api/todos/1")
        .header("origin", "http://localhost:8000")
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        )
        .send();
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-methods"),
            preflight.header("access-control-allow-headers")
        ),
        (
            200,
            Some("GET, POST, PUT, PATCH, DELETE, OPTIONS"),
            Some("authorization,content-type")
        )
    );
    let refused = Request::new(pool.address(), "GET", "/api/todos").send();
    assert_eq!(
        (
            refused.status,
            refused.header("access-control-allow-origin"),
            refused.header("access-control-expose-headers")
        ),
        (401, Some("*"), Some("Date,Retry-After,WWW-Authenticate"))
    );
}
