//! The record of requests that end-to-end tests read, and the `LocalPool` type.

use local_pool::settings::{DEV_POOL_ID, LocalPoolSettings};
use local_pool::{LocalPool, RecordedRequest};
use serde_json::json;

use crate::http::{Request, call_action};
use crate::users::pool;

#[test]
fn pool_records_every_request_unchanged_for_tests() {
    let pool = pool();
    Request::new(pool.address(), "GET", "/api/todos?x=1")
        .header("authorization", "Bearer abc")
        .header("origin", "http://localhost:8000")
        .send();
    call_action(
        pool.address(),
        "GetUser",
        &json!({ "AccessToken": "a.b.c" }),
    );
    Request::new(pool.address(), "GET", "/inbox.json")
        .host("evil.example")
        .send();
    let request = |method: &str, path: &str, status: u16| RecordedRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        operation: None,
        body: String::new(),
        authorization: None,
        origin: None,
        status: Some(status),
    };
    assert_eq!(
        pool.requests(),
        [
            RecordedRequest {
                authorization: Some("Bearer abc".to_owned()),
                origin: Some("http://localhost:8000".to_owned()),
                ..request("GET", "/api/todos?x=1", 401)
            },
            RecordedRequest {
                operation: Some("GetUser".to_owned()),
                body: r#"{"AccessToken":"a.b.c"}"#.to_owned(),
                ..request("POST", "/", 400)
            },
            request("GET", "/inbox.json", 421),
        ]
    );
    let shown = format!("{:?}", pool.requests());
    assert!(
        !shown.contains("abc") && !shown.contains("a.b.c"),
        "{shown}"
    );
}

#[test]
fn pool_records_requests_only_if_the_setting_is_on() {
    let pool = LocalPool::start(LocalPoolSettings {
        record: false,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    call_action(pool.address(), "ListUserPools", &json!({ "MaxResults": 1 }));
    assert_eq!(pool.requests(), []);
}

#[test]
fn action_called_in_rust_returns_the_same_as_over_http() {
    let pool = pool();
    let request = json!({ "UserPoolId": DEV_POOL_ID });
    let here = pool
        .call("DescribeUserPool", &request)
        .expect("the development pool is there");
    assert_eq!(
        call_action(pool.address(), "DescribeUserPool", &request).json(),
        here
    );
    assert_eq!(here["UserPool"]["Id"], DEV_POOL_ID);
}

#[test]
fn stopped_pool_frees_its_port() {
    let pool = pool();
    let address = pool.address();
    pool.stop();
    assert!(Request::new(address, "GET", "/").try_send().is_err());
    std::net::TcpListener::bind(address).expect("the port is free again");
}

#[tokio::test]
async fn local_pool_can_be_used_in_async_code() {
    let pool = pool();
    assert_eq!(
        pool.call("ListUserPools", &json!({ "MaxResults": 1 }))
            .map(|answer| answer.is_object()),
        Ok(true)
    );
    drop(pool);
}
