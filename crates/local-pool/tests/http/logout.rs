//! The `/logout` endpoint, in both forms.

use local_pool::settings::DEV_CLIENT_ID;

use crate::browser::{Browser, encoded, location, query};
use crate::users::{pool, register};

const ANN: &str = "ann@example.com";

#[test]
fn logout_ends_the_session_and_redirects_to_the_app() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::of(&pool);
    browser.code(&query(&[]), ANN);
    let before = browser.cookies.borrow().clone();
    let path = format!(
        "/logout?{}",
        encoded(&[
            ("client_id", DEV_CLIENT_ID),
            ("logout_uri", "http://localhost:8000")
        ])
    );
    assert_eq!(location(&browser.get(&path)), "http://localhost:8000");
    let authorize = format!("/oauth2/authorize?{}", query(&[]));
    assert!(location(&browser.get(&authorize)).starts_with("/login?"));
    // A copy of the cookie does not restore the session.
    *browser.cookies.borrow_mut() = before;
    assert!(location(&browser.get(&authorize)).starts_with("/login?"));
}

#[test]
fn logout_with_a_redirect_uri_leads_to_sign_in() {
    let pool = pool();
    let with = query(&[]);
    assert_eq!(
        location(&Browser::of(&pool).get(&format!("/logout?{with}"))),
        format!("/login?{with}")
    );
    let without = query(&[("scope", "-")]);
    assert_eq!(
        location(&Browser::of(&pool).get(&format!("/logout?{without}"))),
        format!(
            "/login?{without}&{}",
            encoded(&[(
                "scope",
                "openid email phone profile aws.cognito.signin.user.admin"
            )])
        )
    );
}

#[test]
fn logout_without_a_registered_url_keeps_the_session() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::of(&pool);
    browser.code(&query(&[]), ANN);
    let client = ("client_id", DEV_CLIENT_ID);
    for parameters in [
        vec![client],
        vec![client, ("logout_uri", "http://localhost:8000/out")],
        vec![client, ("logout_uri", "https://evil.example")],
        vec![
            client,
            ("post_logout_redirect_uri", "http://localhost:8000"),
        ],
        vec![("logout_uri", "http://localhost:8000")],
    ] {
        let answer = browser.get(&format!("/logout?{}", encoded(&parameters)));
        assert_eq!(answer.status, 400, "{parameters:?}");
        assert!(
            answer
                .body
                .contains("Required String parameter 'redirect_uri' is not present"),
            "{parameters:?}"
        );
    }
    let mismatch = query(&[("redirect_uri", "https://evil.example/")]);
    assert_eq!(
        location(&browser.get(&format!("/logout?{mismatch}"))),
        format!("/error?error=redirect_mismatch&client_id={DEV_CLIENT_ID}")
    );
    let authorize = format!("/oauth2/authorize?{}", query(&[]));
    assert!(location(&browser.get(&authorize)).contains("code="));
}
