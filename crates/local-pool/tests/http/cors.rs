//! Any page may talk to the pool and read whatever it answers, its own pages apart.

use serde_json::json;

use crate::http::{Request, call};
use crate::people::pool;

const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

#[test]
fn every_answer_can_be_read_by_a_page_of_any_origin() {
    let pool = pool();
    let address = pool.address();
    let answers = [
        (
            200,
            call(address, "ListUserPools", &json!({ "MaxResults": 1 })),
        ),
        (400, call(address, "SignUp", &json!({}))),
        (400, call(address, "NoSuchAction", &json!({}))),
        (400, Request::new(address, "POST", "/").send()),
        (404, Request::new(address, "GET", "/nothing").send()),
        (405, Request::new(address, "DELETE", "/").send()),
        (
            413,
            Request::new(address, "POST", "/")
                .body(vec![b' '; 300_000])
                .send(),
        ),
        (
            421,
            Request::new(address, "POST", "/")
                .host("evil.example")
                .send(),
        ),
        (
            200,
            Request::new(address, "GET", "/us-east-1_Poolgate1/.well-known/jwks.json").send(),
        ),
    ];
    for (status, answer) in answers {
        assert_eq!(
            (
                answer.status,
                answer.header("access-control-allow-origin"),
                answer.header("access-control-expose-headers"),
                answer.header("access-control-allow-credentials"),
            ),
            (status, Some("*"), Some(EXPOSED), None),
            "{answer:?}"
        );
    }
}

/// Codes lie in the inbox: another site in the same browser could set passwords with them.
#[test]
fn no_other_site_reads_the_inbox() {
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
fn a_preflight_grants_whatever_headers_are_asked_for() {
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
fn the_demo_api_grants_its_methods_and_shows_why_it_refused() {
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
