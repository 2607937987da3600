//! Hosted pages or a token endpoint that refuse, are busy or broken, cannot be reached, or send malformed responses.

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::callback::{
    CANCELLED, CODE, ExpectedMessage, INCOMPLETE_RESPONSE, expect_message, start_hosted_sign_in,
};
use crate::hosted_sign_in::{AUTHORIZE, TOKEN, TOKEN_REQUEST, open_hosted_page, with_ann};
use crate::network_stub::{
    StubResponse, remove_init_script, remove_stub, stub_response_in_new_documents,
};

const SCOPE: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::hosted::SCOPE_NOT_ALLOWED,
};

const FLOW_OFF: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::hosted::GRANT_NOT_ALLOWED,
};

const REDIRECT: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::hosted::CALLBACK_URL_UNKNOWN,
};

const LOGIN_REQUIRED: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::hosted::LOGIN_REQUIRED,
};

const BROKEN_PAGE: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::errors::SERVICE_FAILED,
};

const USED_UP: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::hosted::USED_CODE,
};

const SECRET_TODO: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::DECLINED_TITLE,
    message: &texts::hosted::CLIENT_NOT_ACCEPTED,
};

const THROTTLED: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::NOT_FINISHED_TITLE,
    message: &texts::errors::TOO_MANY_REQUESTS,
};

const BROKEN_POOL: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::NOT_FINISHED_TITLE,
    message: &texts::errors::SERVICE_FAILED,
};

const UNREACHABLE: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::NOT_FINISHED_TITLE,
    message: &texts::errors::UNREACHABLE,
};

/// Checks that no session is stored and that the page offers the next steps.
async fn expect_signed_out(ctx: &TestContext) -> Result {
    assert_eq!(ctx.browser.stored_items().await?, json!({}));
    let next_steps = ctx
        .browser
        .visible_texts("main a.button, main button")
        .await?;
    assert_eq!(
        next_steps,
        [texts::labels::TRY_AGAIN, texts::labels::BACK_TO_SIGN_IN]
    );
    ctx.browser.expect_address("/login/").await
}

/// Each error of an authorization response has its own message and a next step.
#[test]
fn each_oauth_error_of_a_callback_has_message_and_next_step() {
    run_journey(with_ann(), async |ctx| {
        for (response, expected) in [
            (
                "error=access_denied&error_description=User+cancelled",
                CANCELLED,
            ),
            ("error=invalid_scope", SCOPE),
            // Amazon's pages report it in this form.
            (
                "error=invalid_request&error_description=invalid_scope",
                SCOPE,
            ),
            ("error=unauthorized_client", FLOW_OFF),
            ("error=unsupported_response_type", FLOW_OFF),
            ("error=login_required", LOGIN_REQUIRED),
            ("error=server_error", BROKEN_PAGE),
            ("error=temporarily_unavailable", BROKEN_PAGE),
        ] {
            let state = start_hosted_sign_in(&ctx).await?;
            ctx.browser
                .open(&format!("/login/?{response}&state={state}"))
                .await?;
            expect_message(&ctx, &expected).await?;
            expect_signed_out(&ctx).await?;
        }
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// A redirect mismatch has its own help, with the setting and the exact URL.
#[test]
fn message_for_redirect_mismatch_names_the_setting_and_url() {
    let env = with_ann();
    let uri = format!("{}/oauth/cognito", env.url());
    let named = uri.clone();
    let env = env.with_config(|config| config["cognito"]["redirectSignIn"] = json!(named));
    run_journey(env, async move |ctx| {
        let state = start_hosted_sign_in(&ctx).await?;
        let address = format!("/oauth/cognito?error=redirect_mismatch&state={state}");
        ctx.browser.open(&address).await?;
        expect_message(&ctx, &REDIRECT).await?;
        unfold_details(&ctx).await?;
        expect_help(&ctx, &uri).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        // This path is only the callback page.
        ctx.browser.open("/oauth/cognito").await?;
        ctx.browser
            .expect_heading(texts::hosted::NOTHING_TITLE)
            .await
    });
}

/// Opens the details for the administrator on the page.
async fn unfold_details(ctx: &TestContext) -> Result {
    ctx.browser
        .expand(texts::labels::ADMINISTRATOR_DETAILS)
        .await
}

/// Checks that the help on the page names the setting and the URL.
async fn expect_help(ctx: &TestContext, uri: &str) -> Result {
    let text = ctx.browser.page_text().await?;
    let address = ctx.browser.visible_texts("main code").await?;
    if text.contains(texts::hosted::CALLBACK_URL_HELP) && address == [uri] {
        Ok(())
    } else {
        Err(format!("the help names {address:?} and says {text}").into())
    }
}

/// Presses the button of the hosted pages and waits for the pool's error page.
pub(crate) async fn expect_redirect_mismatch(ctx: &TestContext) -> Result {
    ctx.expect_status_400();
    SignInPage::open(&ctx.browser).await?;
    ctx.browser.press(SignInPage::HOSTED).await?;
    ctx.browser
        .expect_heading("An error was encountered with the requested page.")
        .await?;
    ctx.browser.expect_text("redirect_mismatch").await
}

/// Amazon shows this error on the pool's own page, so the user can only return with Back.
#[test]
fn back_from_the_hosted_error_page_shows_help_on_sign_in_page() {
    let env = with_ann();
    let uri = format!("{}/somewhere/else", env.url());
    let named = uri.clone();
    let env = env.with_config(|config| config["cognito"]["redirectSignIn"] = json!(named));
    run_journey(env, async move |ctx| {
        expect_redirect_mismatch(&ctx).await?;
        ctx.browser.open("/signin").await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .expect_text(texts::hosted::NOT_COMPLETED)
            .await?;
        ctx.browser.expand(texts::hosted::HELP).await?;
        expect_help(&ctx, &uri).await
    });
}

/// A description from outside is shown as text, is shortened, and contains no links.
#[test]
fn unknown_oauth_error_of_a_callback_is_shown_as_plain_text() {
    run_journey(with_ann(), async |ctx| {
        let state = start_hosted_sign_in(&ctx).await?;
        let html = "<img src=x onerror=\"document.title='taken'\"> see <a href=https://example.com>here</a>";
        let response: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("error", "<b>odd</b>")
            .append_pair("error_description", html)
            .append_pair("error_uri", "https://example.com/help")
            .append_pair("state", &state)
            .finish();
        ctx.browser.open(&format!("/login/?{response}")).await?;
        ctx.browser
            .expect_heading(texts::hosted::DECLINED_TITLE)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("main [role=status]").await?,
            [texts::hosted::DECLINED.full_text()]
        );
        let details = ctx.browser.administrator_details().await?;
        assert_eq!(details, [format!("{html}.")]);
        assert_eq!(
            ctx.browser
                .visible_texts("main img, main b, main a:not(.button)")
                .await?,
            [""; 0]
        );
        let elsewhere = "return [...document.links].map(({ origin }) => origin).filter((origin) => origin !== location.origin)";
        assert_eq!(ctx.browser.run_script(elsewhere, vec![]).await?, json!([]));
        expect_signed_out(&ctx).await?;

        // A long description is cut.
        let state = start_hosted_sign_in(&ctx).await?;
        let story = "never+ending+".repeat(100);
        ctx.browser
            .open(&format!(
                "/login/?error=odd&error_description={story}&state={state}"
            ))
            .await?;
        ctx.browser
            .expect_heading(texts::hosted::DECLINED_TITLE)
            .await?;
        let shown_text = ctx.browser.administrator_details().await?.concat();
        assert!(shown_text.chars().count() < 400, "{shown_text}");
        assert!(
            shown_text.contains("never ending never ending"),
            "{shown_text}"
        );
        Ok(())
    });
}

/// The pool refuses, because config.js and the app client do not match.
#[test]
fn message_for_a_disallowed_scope_or_flow_names_the_setting() {
    let env = with_ann().with_config(|config| {
        config["cognito"]["scopes"] = json!(["openid", "todos/read"]);
    });
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        expect_message(&ctx, &SCOPE).await?;

        ctx.env.set_config(&ctx.env.config());
        ctx.env
            .update_workshop_client(json!({ "AllowedOAuthFlows": ["implicit"] }));
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        expect_message(&ctx, &FLOW_OFF).await?;
        expect_signed_out(&ctx).await?;
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        Ok(())
    });
}

/// `prompt=none` without a session on the hosted pages is an error, and must not cause a loop of requests.
#[test]
fn prompt_none_without_a_hosted_session_causes_no_redirect_loop() {
    let env = with_ann().with_config(|config| config["cognito"]["prompt"] = json!("none"));
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        expect_message(&ctx, &LOGIN_REQUIRED).await?;
        expect_signed_out(&ctx).await?;
        assert_eq!(ctx.env.requests_to(AUTHORIZE).len(), 1);
        // With a session on the hosted pages, `prompt=none` signs Ann in.
        ctx.env.set_config(&ctx.env.config());
        crate::hosted_sign_in::sign_in_hosted(&ctx).await?;
        let mut config = ctx.env.config();
        config["cognito"]["prompt"] = json!("none");
        ctx.env.set_config(&config);
        crate::hosted_sign_in::clear_stored_session(&ctx).await?;
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

const fn json_response(status: u16, body: &'static str) -> StubResponse {
    StubResponse {
        status,
        content_type: "application/json;charset=UTF-8",
        body,
    }
}

/// Each answer without tokens is explained. The code is sent once, and nothing is stored.
#[test]
fn each_token_endpoint_error_has_its_message() {
    run_journey(with_ann(), async |ctx| {
        let hotel = StubResponse {
            status: 200,
            content_type: "text/html",
            body: "<html><title>Log in to the hotel's network</title></html>",
        };
        let responses = [
            (json_response(400, r#"{"error":"invalid_grant"}"#), USED_UP),
            (
                json_response(
                    400,
                    r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#,
                ),
                REDIRECT,
            ),
            (
                json_response(400, r#"{"error":"unauthorized_client"}"#),
                FLOW_OFF,
            ),
            (
                json_response(
                    400,
                    r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#,
                ),
                SECRET_TODO,
            ),
            (json_response(429, r#"{"error":"server_error"}"#), THROTTLED),
            (
                json_response(400, r#"{"error":"server_error"}"#),
                BROKEN_POOL,
            ),
            (json_response(503, "Service Unavailable"), BROKEN_POOL),
            (hotel, INCOMPLETE_RESPONSE),
            (
                StubResponse {
                    status: 403,
                    ..hotel
                },
                INCOMPLETE_RESPONSE,
            ),
            (json_response(200, "{}"), INCOMPLETE_RESPONSE),
            // Without the scope `openid` there is no ID token.
            (
                json_response(
                    200,
                    r#"{"access_token":"e.e.e","refresh_token":"e","expires_in":3600,"token_type":"Bearer"}"#,
                ),
                INCOMPLETE_RESPONSE,
            ),
            (
                json_response(
                    200,
                    r#"{"id_token":"e.e.e","access_token":"e.e.e","expires_in":3600,"token_type":"MAC"}"#,
                ),
                INCOMPLETE_RESPONSE,
            ),
        ];
        for (response, expected) in responses {
            let state = start_hosted_sign_in(&ctx).await?;
            let script = stub_response_in_new_documents(&ctx, TOKEN_REQUEST, response).await?;
            ctx.browser
                .open(&format!("/login/?code={CODE}&state={state}"))
                .await?;
            expect_message(&ctx, &expected).await?;
            let requested = "return window.networkStub.rules['POST /oauth2/token'].received";
            assert_eq!(
                ctx.browser.run_script(requested, vec![]).await?,
                json!(1),
                "{expected:?}"
            );
            if expected == REDIRECT {
                unfold_details(&ctx).await?;
                expect_help(&ctx, &format!("{}/login/", ctx.env.url())).await?;
            }
            expect_signed_out(&ctx).await?;
            remove_init_script(&ctx, script).await?;
        }
        // These answers did not come from the pool, so the next sign-in works.
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// Returns a user whose name makes the token endpoint fail in this way (fault injection).
fn fault_user(fault: &str) -> TestUser {
    TestUser::with_email(
        &format!("sentinel-{fault}-on-code@example.com"),
        Some("Ann Lee"),
    )
}

/// The pool itself sends these errors.
#[test]
fn app_calls_a_failing_token_endpoint_only_once() {
    let env = TestEnv::workshop().with_hosted_pages();
    let users = [
        ("throttled", "status of 429", THROTTLED),
        ("internal-error", "status of 500", BROKEN_POOL),
    ];
    let env = users
        .iter()
        .fold(env, |env, (fault, _, _)| env.with_user(&fault_user(fault)));
    run_journey(env, async move |ctx| {
        for (time, (fault, console, expected)) in users.into_iter().enumerate() {
            ctx.expect_console(console);
            SignInPage::open(&ctx.browser).await?;
            let form = open_hosted_page(&ctx).await?;
            form.sign_in_as(&fault_user(fault)).await?;
            expect_message(&ctx, &expected).await?;
            expect_signed_out(&ctx).await?;
            assert_eq!(ctx.env.requests_to(TOKEN).len(), time + 1);
            ctx.browser.driver().delete_all_cookies().await?;
        }
        Ok(())
    });
}

/// The page shows that it waits for a slow token endpoint, and offers a next step.
#[test]
fn callback_page_shows_progress_if_the_token_endpoint_is_slow() {
    let slow = fault_user("slow");
    run_journey(
        TestEnv::workshop().with_hosted_pages().with_user(&slow),
        async move |ctx| {
            SignInPage::open(&ctx.browser).await?;
            open_hosted_page(&ctx).await?.sign_in_as(&slow).await?;
            ctx.browser
                .expect_heading(texts::hosted::COMPLETING_TITLE)
                .await?;
            assert_eq!(
                ctx.browser.visible_texts("main [role=status]").await?,
                [texts::hosted::COMPLETING]
            );
            assert_eq!(
                ctx.browser.visible_texts("main a.button").await?,
                [texts::labels::START_OVER]
            );
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
            Ok(())
        },
    );
}

/// The pool may or may not have redeemed the code, so the app does not send it again.
#[test]
fn user_can_retry_if_the_token_endpoint_is_unreachable() {
    run_journey(with_ann(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        let form = open_hosted_page(&ctx).await?;
        ctx.browser.block_requests("*/oauth2/token").await?;
        form.sign_in_as(&TestUser::ann()).await?;
        expect_message(&ctx, &UNREACHABLE).await?;
        expect_signed_out(&ctx).await?;
        ctx.browser
            .send_devtools_command(
                "Network.setBlockedURLs",
                json!({ "urls": Vec::<Value>::new() }),
            )
            .await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// A failed hosted sign-in does not end the session that another tab started.
#[test]
fn failed_hosted_sign_in_keeps_the_session_of_another_tab() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        crate::session::sign_in(&ctx).await?;
        let saved = ctx.browser.stored_items().await?;
        ctx.browser.switch_to(&first).await?;
        let invalid = json_response(400, r#"{"error":"invalid_grant"}"#);
        stub_response_in_new_documents(&ctx, TOKEN_REQUEST, invalid).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_heading(USED_UP.title).await?;
        assert_eq!(
            ctx.browser.visible_texts("main [role=status]").await?,
            [
                USED_UP.message.full_text(),
                texts::hosted::STILL_SIGNED_IN.to_owned()
            ]
        );
        assert_eq!(ctx.browser.stored_items().await?, saved);
        ctx.browser
            .follow_link(&texts::hosted::continue_as("Ann Lee"))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The domain was found when the sign-in started, and can no longer be found.
#[test]
fn callback_page_explains_hosted_pages_that_no_longer_exist() {
    const HOSTED_PAGES_MISSING: ExpectedMessage = ExpectedMessage {
        title: texts::hosted::NOT_FINISHED_TITLE,
        message: &texts::hosted::NO_DOMAIN,
    };
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
        let away = StubResponse {
            status: 503,
            content_type: "text/plain",
            body: "Service Unavailable",
        };
        let script = stub_response_in_new_documents(&ctx, &discovery, away).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        expect_message(&ctx, &HOSTED_PAGES_MISSING).await?;
        expect_signed_out(&ctx).await?;
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser.expect_error(&texts::hosted::NO_DOMAIN).await?;
        remove_init_script(&ctx, script).await?;
        remove_stub(&ctx, &discovery).await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}
