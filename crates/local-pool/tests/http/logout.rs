//! The `/logout` endpoint, in both forms.

use local_pool::settings::DEV_CLIENT_ID;

use crate::browser::{Browser, authorization_query, encode_form, redirect_location};
use crate::users::{pool, register};

const ANN: &str = "ann@example.com";

#[test]
fn logout_endpoint_ends_hosted_session_and_redirects_to_app() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::new(&pool);
    browser.sign_in_for_code(&authorization_query(&[]), ANN);
    let before = browser.cookies.borrow().clone();
    let path = format!(
        "/logout?{}",
        encode_form(&[
            ("client_id", DEV_CLIENT_ID),
            ("logout_uri", "http://localhost:8000")
        ])
    );
    assert_eq!(
        redirect_location(&browser.get(&path)),
        "http://localhost:8000"
    );
    let authorize = format!("/oauth2/authorize?{}", authorization_query(&[]));
    assert!(redirect_location(&browser.get(&authorize)).starts_with("/login?"));
    // A copy of the cookie does not restore the session.
    *browser.cookies.borrow_mut() = before;
    assert!(redirect_location(&browser.get(&authorize)).starts_with("/login?"));
}

#[test]
fn logout_endpoint_with_redirect_uri_leads_to_the_login_page() {
    let pool = pool();
    let with = authorization_query(&[]);
    assert_eq!(
        redirect_location(&Browser::new(&pool).get(&format!("/logout?{with}"))),
        format!("/login?{with}")
    );
    let without = authorization_query(&[("scope", "-")]);
    assert_eq!(
        redirect_location(&Browser::new(&pool).get(&format!("/logout?{without}"))),
        format!(
            "/login?{without}&{}",
            encode_form(&[(
                "scope",
                "openid email phone profile aws.cognito.signin.user.admin"
            )])
        )
    );
}

#[test]
fn logout_endpoint_without_registered_url_keeps_the_session() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::new(&pool);
    browser.sign_in_for_code(&authorization_query(&[]), ANN);
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
        let answer = browser.get(&format!("/logout?{}", encode_form(&parameters)));
        assert_eq!(answer.status, 400, "{parameters:?}");
        assert!(
            answer
                .body
                .contains("Required String parameter 'redirect_uri' is not present"),
            "{parameters:?}"
        );
    }
    let mismatch = authorization_query(&[("redirect_uri", "https://evil.example/")]);
    assert_eq!(
        redirect_location(&browser.get(&format!("/logout?{mismatch}"))),
        format!("/error?error=redirect_mismatch&client_id={DEV_CLIENT_ID}")
    );
    let authorize = format!("/oauth2/authorize?{}", authorization_query(&[]));
    assert!(redirect_location(&browser.get(&authorize)).contains("code="));
}
