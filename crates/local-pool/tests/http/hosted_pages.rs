//! The hosted pages, used as in a browser.

use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

use crate::browser::{
    Browser, authorization_query, encode_form, form_field_value, redirect_location,
};
use crate::http::{Request, call_action};
use crate::users::{PASSWORD, pool, register};

const ANN: &str = "ann@example.com";

/// Returns the code of the newest message to Ann.
fn newest_code(pool: &local_pool::LocalPool) -> String {
    pool.messages(Some(ANN)).expect("the outbox")[0]
        .code
        .clone()
}

#[test]
fn hosted_login_with_wrong_password_shows_an_error() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::new(&pool);
    let page = format!("/login?{}", authorization_query(&[]));
    for username in [ANN, "unknown@example.com"] {
        let answer = browser.submit_form_of_page(
            &page,
            &page,
            &[("username", username), ("password", "Wrong1!x")],
        );
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("Incorrect username or password."));
    }
    let authorize = format!("/oauth2/authorize?{}", authorization_query(&[]));
    assert!(redirect_location(&browser.get(&authorize)).starts_with("/login?"));
}

#[test]
fn hosted_pages_refuse_a_form_of_another_site() {
    let pool = pool();
    register(&pool, ANN);
    let page = format!("/login?{}", authorization_query(&[]));
    let password = [("username", ANN), ("password", PASSWORD)];
    let browser = Browser::new(&pool);
    assert_eq!(
        browser.post_form(&page, &password).status,
        400,
        "without a token"
    );
    let token = form_field_value(&browser.get(&page).body, "_csrf");
    let mut fields = vec![("_csrf", token.as_str())];
    fields.extend(password);
    assert_eq!(
        Browser::new(&pool).post_form(&page, &fields).status,
        400,
        "in a browser without the cookie"
    );
    let cookies = browser.cookies.borrow().clone();
    let foreign = |name: &str, value: &str| {
        Request::new(pool.address(), "POST", &page)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("XSRF-TOKEN={}", cookies["XSRF-TOKEN"]))
            .header(name, value)
            .body(encode_form(&fields))
            .send()
            .status
    };
    assert_eq!(foreign("origin", "https://evil.example"), 400);
    assert_eq!(foreign("origin", "null"), 400);
    assert_eq!(foreign("sec-fetch-site", "cross-site"), 400);
    assert_eq!(foreign("sec-fetch-site", "same-site"), 400);
    assert_eq!(foreign("sec-fetch-site", "same-origin"), 303);
}

#[test]
fn hosted_pages_escape_form_input_and_query_values() {
    let pool = pool();
    let hostile = "\"><script>alert(1)</script>";
    let query = authorization_query(&[("login_hint", hostile), ("user_name", hostile)]);
    for page in [
        "/login",
        "/signup",
        "/confirmUser",
        "/forgotPassword",
        "/confirmForgotPassword",
    ] {
        let answer = Browser::new(&pool).get(&format!("{page}?{query}"));
        assert_eq!(answer.status, 200, "{page}");
        assert!(!answer.body.contains("<script"), "{page}");
        assert!(answer.body.contains("&lt;script&gt;"), "{page}");
    }
}

#[test]
fn hosted_login_page_fills_in_the_login_hint_as_username() {
    let pool = pool();
    let query = authorization_query(&[("login_hint", ANN), ("lang", "de")]);
    let page = Browser::new(&pool).get(&format!("/login?{query}"));
    assert!(page.body.contains(&format!("value=\"{ANN}\"")));
}

#[test]
fn user_can_sign_up_and_confirm_on_the_hosted_pages() {
    let pool = pool();
    let browser = Browser::new(&pool);
    let query = authorization_query(&[]);
    let page = format!("/signup?{query}");
    let weak =
        browser.submit_form_of_page(&page, &page, &[("username", ANN), ("password", "short")]);
    assert_eq!(weak.status, 200);
    assert!(
        weak.body
            .contains("Password did not conform with policy: Password not long enough")
    );
    let next = redirect_location(&browser.submit_form_of_page(
        &page,
        &page,
        &[("username", ANN), ("password", PASSWORD)],
    ));
    assert_eq!(
        next,
        format!(
            "/confirmUser?{query}&{}",
            encode_form(&[("user_name", ANN)])
        )
    );
    // A sign-in with an unconfirmed account leads to the same page.
    assert_eq!(redirect_location(&browser.log_in(&query, ANN)), next);

    let first = newest_code(&pool);
    let resend = next.replace("/confirmUser", "/resendcode");
    assert!(
        browser
            .submit_form_of_page(&next, &resend, &[])
            .body
            .contains("We sent a new code.")
    );
    let second = newest_code(&pool);
    if first != second {
        let wrong = browser.submit_form_of_page(&next, &next, &[("code", &first)]);
        assert!(
            wrong
                .body
                .contains("Invalid verification code provided, please try again.")
        );
    }
    let confirmed =
        redirect_location(&browser.submit_form_of_page(&next, &next, &[("code", &second)]));
    assert!(confirmed.starts_with("/login?"));
    assert!(
        browser
            .get(&confirmed)
            .body
            .contains("Your account is confirmed.")
    );
    assert!(redirect_location(&browser.log_in(&query, ANN)).contains("?code="));
}

#[test]
fn hosted_sign_up_with_auto_confirm_leads_to_the_login_page() {
    let pool = pool();
    pool.call(
        "UpdateUserPool",
        &json!({
            "UserPoolId": "us-east-1_Poolgate1",
            "LambdaConfig":
                {"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:local-pool-auto-confirm:email"}
        }),
    )
    .expect("an update");
    let browser = Browser::new(&pool);
    let page = format!("/signup?{}", authorization_query(&[]));
    let login = redirect_location(&browser.submit_form_of_page(
        &page,
        &page,
        &[("username", ANN), ("password", PASSWORD)],
    ));
    assert!(login.starts_with("/login?"), "{login}");
    assert!(
        browser
            .get(&login)
            .body
            .contains("Your account is confirmed.")
    );
    assert!(redirect_location(&browser.log_in(&authorization_query(&[]), ANN)).contains("?code="));
    assert_eq!(pool.messages(Some(ANN)).expect("the outbox"), []);
}

#[test]
fn email_link_confirms_a_user_without_an_oauth_request() {
    let pool = pool();
    let signed_up = call_action(
        pool.address(),
        "SignUp",
        &json!({ "ClientId": DEV_CLIENT_ID, "Username": ANN, "Password": PASSWORD }),
    );
    assert_eq!(signed_up.status, 200);
    let link = |code: &str| {
        let pairs = [
            ("client_id", DEV_CLIENT_ID),
            ("user_name", ANN),
            ("confirmation_code", code),
        ];
        Browser::new(&pool).get(&format!("/confirmUser?{}", encode_form(&pairs)))
    };
    let code = newest_code(&pool);
    let other = if code == "000000" { "000001" } else { "000000" };
    let wrong = link(other);
    assert!(
        wrong
            .body
            .contains("Invalid verification code provided, please try again."),
        "{wrong:?}"
    );
    let right = link(&code);
    assert!(
        right.body.contains("Your registration has been confirmed!"),
        "{right:?}"
    );
    assert!(
        redirect_location(&Browser::new(&pool).log_in(&authorization_query(&[]), ANN))
            .contains("?code=")
    );
}

#[test]
fn user_can_reset_the_password_on_the_hosted_pages() {
    let pool = pool();
    register(&pool, ANN);
    let browser = Browser::new(&pool);
    let query = authorization_query(&[]);
    let page = format!("/forgotPassword?{query}");
    let next = redirect_location(&browser.submit_form_of_page(&page, &page, &[("username", ANN)]));
    assert_eq!(
        next,
        format!(
            "/confirmForgotPassword?{query}&{}",
            encode_form(&[("user_name", ANN)])
        )
    );
    let code = newest_code(&pool);
    let done = browser.submit_form_of_page(
        &next,
        &next,
        &[("code", &code), ("password", "An0ther!Word")],
    );
    let login = redirect_location(&done);
    assert!(browser.get(&login).body.contains("Password changed."));
    let page = format!("/login?{query}");
    let signed_in = browser.submit_form_of_page(
        &page,
        &page,
        &[("username", ANN), ("password", "An0ther!Word")],
    );
    assert!(redirect_location(&signed_in).contains("?code="));
}

#[test]
fn hosted_pages_let_a_user_replace_a_temporary_password() {
    let pool = pool();
    pool.call(
        "AdminCreateUser",
        &json!({
            "UserPoolId": "us-east-1_Poolgate1", "Username": ANN, "TemporaryPassword": "Temp0rary!",
            "UserAttributes": [{"Name": "email", "Value": ANN}, {"Name": "email_verified", "Value": "true"}]
        }),
    )
    .expect("a user");
    let browser = Browser::new(&pool);
    let query = authorization_query(&[]);
    let page = format!("/login?{query}");
    let asked = browser.submit_form_of_page(
        &page,
        &page,
        &[("username", ANN), ("password", "Temp0rary!")],
    );
    assert!(asked.body.contains("Choose a new password"));
    let change = format!("/changePassword?{query}");
    let send = |asked: &str, password: &str| {
        let (token, session) = (
            form_field_value(asked, "_csrf"),
            form_field_value(asked, "session"),
        );
        browser.post_form(
            &change,
            &[
                ("_csrf", &token),
                ("session", &session),
                ("password", password),
            ],
        )
    };
    let weak = send(&asked.body, "weak");
    assert!(weak.body.contains("Password did not conform with policy"));
    assert!(redirect_location(&send(&weak.body, PASSWORD)).contains("?code="));
    // The session can be used only once.
    assert_ne!(send(&weak.body, "An0ther!Word").status, 303);
}

#[test]
fn hosted_pages_of_an_admin_only_pool_offer_no_sign_up() {
    let pool = pool();
    let offered = || {
        let page = Browser::new(&pool).get(&format!("/login?{}", authorization_query(&[])));
        page.body.contains("/signup?")
    };
    assert!(offered());
    pool.call(
        "UpdateUserPool",
        &json!({
            "UserPoolId": "us-east-1_Poolgate1",
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true}
        }),
    )
    .expect("an update");
    assert!(!offered());
}
