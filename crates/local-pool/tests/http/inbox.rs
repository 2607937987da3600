//! The demo inbox.

use cognito_proto::time::UnixTime;
use local_pool::LocalPool;
use local_pool::settings::{Clock, DEV_CLIENT_ID, DEV_POOL_ID, LocalPoolSettings};
use serde_json::{Value, json};

use crate::http::{Request, call_action};
use crate::users::{PASSWORD, pool};

/// Signs a user up, so that a message with a code is sent.
fn sign_up(pool: &LocalPool, email: &str) {
    let answer = call_action(
        pool.address(),
        "SignUp",
        &json!({ "ClientId": DEV_CLIENT_ID, "Username": email, "Password": PASSWORD }),
    );
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Returns the messages that the inbox lists for this query.
fn get_inbox(pool: &LocalPool, query: &str) -> Value {
    let answer = Request::new(pool.address(), "GET", &format!("/inbox.json{query}")).send();
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    answer.json()
}

#[test]
fn inbox_json_contains_the_whole_message() {
    let clock = Clock::manual(UnixTime::from_secs(1_795_072_089));
    let pool = LocalPool::start(LocalPoolSettings {
        clock,
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    assert_eq!(get_inbox(&pool, ""), json!([]));
    sign_up(&pool, "ann@example.com");
    let messages = get_inbox(&pool, "?to=ann@example.com");
    let code = messages[0]["code"].as_str().expect("a code").to_owned();
    assert!(
        code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()),
        "{code}"
    );
    assert_eq!(
        messages,
        json!([{
            "to": "ann@example.com",
            "channel": "EMAIL",
            "subject": "Your verification code",
            "text": format!("Your confirmation code is {code}"),
            "code": code,
            "sentAt": "2026-11-19T07:08:09Z",
        }])
    );
}

#[test]
fn inbox_lists_newest_messages_first_and_filters_by_recipient() {
    let pool = pool();
    for email in ["ann@example.com", "bob+1@example.com", "cat@example.com"] {
        sign_up(&pool, email);
    }
    let receivers = |query: &str| -> Vec<String> {
        let messages = get_inbox(&pool, query);
        let messages = messages.as_array().expect("an array");
        messages
            .iter()
            .filter_map(|message| message["to"].as_str())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        receivers(""),
        ["cat@example.com", "bob+1@example.com", "ann@example.com"]
    );
    assert_eq!(receivers("?to=ANN%40Example.com"), ["ann@example.com"]);
    assert_eq!(receivers("?to=Bob+1@example.com"), ["bob+1@example.com"]);
    assert_eq!(receivers("?to=dan@example.com"), [""; 0]);
}

#[test]
fn inbox_page_shows_the_code_and_allows_only_its_own_script() {
    let pool = pool();
    sign_up(&pool, "ann@example.com");
    let code = get_inbox(&pool, "")[0]["code"]
        .as_str()
        .expect("a code")
        .to_owned();
    let page = Request::new(
        pool.address(),
        "GET",
        "/inbox?to=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    )
    .send();
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert_eq!(
        page.header("content-security-policy"),
        Some(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    );
    assert!(
        page.body.contains("&lt;script&gt;") && !page.body.contains("<script>"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("No messages yet."),
        "no address like that received a message: {}",
        page.body
    );

    let page = Request::new(pool.address(), "GET", "/inbox").send();
    assert!(
        page.body
            .contains(&format!("<span class=\"code\">{code}</span>")),
        "{}",
        page.body
    );
    for path in ["/inbox.js", "/pages.css", "/icon.svg"] {
        assert!(page.body.contains(path), "{path}");
        assert_eq!(
            Request::new(pool.address(), "GET", path).send().status,
            200,
            "{path}"
        );
    }
}

#[test]
fn inbox_page_escapes_user_input() {
    let pool = pool();
    let updated = pool.call(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "VerificationMessageTemplate": {
                "EmailSubject": "<img src=x onerror=alert(1)>",
                "EmailMessage": "<b>Code</b> {####}",
            },
        }),
    );
    assert_eq!(updated, Ok(json!({})));
    sign_up(&pool, "ann@example.com");
    let page = Request::new(pool.address(), "GET", "/inbox").send();
    assert!(
        page.body.contains("&lt;img src=x onerror=alert(1)&gt;"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("&lt;b&gt;Code&lt;/b&gt;"),
        "{}",
        page.body
    );
}

#[test]
fn home_page_of_the_local_pool_describes_it() {
    let pool = pool();
    let page = Request::new(pool.address(), "GET", "/").send();
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("for development and tests only"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains(&format!("POST {}/", pool.url())),
        "{}",
        page.body
    );
}
