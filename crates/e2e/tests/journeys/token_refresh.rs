//! Token refresh: which errors end the session, and the order of concurrent sign-ins.

use std::time::Duration;

use e2e::pages::{HomePage, RegisterPage, SignInPage, TodosPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use crate::network_stub::{
    StubResponse, remove_init_script, remove_stub, stub_response, stub_response_in_new_documents,
    wait_until_read,
};
use crate::session::{advance_all_clocks, end_record, session_member, short_tokens, sign_in};
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, with_short_tokens};
use crate::tokens::{claims, stored_member};
use crate::url_parameters::Parameters;

const REFRESH_ACTION: &str = "GetTokensFromRefreshToken";

/// Signs Ann in, and moves the clocks of the pool and of later documents to after the expiry of her ID and access
/// tokens.
async fn with_expired_tokens(ctx: &TestContext) -> Result {
    sign_in(ctx).await?;
    let length = Duration::from_secs(61 * 60);
    ctx.env.advance_clocks(length);
    ctx.browser.advance_clock(length).await
}

/// Returns the stored refresh token.
async fn refresh_token(ctx: &TestContext) -> Result<String> {
    let stored = ctx.browser.stored_items().await?;
    stored_member(&stored, "refreshToken")
        .ok_or_else(|| "the browser keeps no refresh token".into())
}

/// Captive portals, firewalls and failing triggers can answer in place of the pool. Only a definite refusal of the
/// pool ends the session.
#[test]
fn token_refresh_answered_by_another_server_ends_no_session() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            with_expired_tokens(&ctx).await?;
            let refresh = refresh_token(&ctx).await?;
            let html = StubResponse {
                status: 403,
                content_type: "text/html",
                body: "<html><title>Log in to the hotel's network</title></html>",
            };
            for unusual in [
                html,
                StubResponse {
                    status: 200,
                    ..html
                },
                StubResponse {
                    status: 404,
                    ..html
                },
                StubResponse {
                    status: 403,
                    content_type: "application/x-amz-json-1.1",
                    body: r#"{"__type":"ForbiddenException","message":"Request not allowed due to WAF block."}"#,
                },
                StubResponse::api_error(
                    r#"{"__type":"UnexpectedLambdaException","message":"PreTokenGeneration failed with error."}"#,
                ),
            ] {
                let script = stub_response_in_new_documents(&ctx, REFRESH_ACTION, unusual).await?;
                ctx.browser.open("/").await?;
                wait_until_read(&ctx, REFRESH_ACTION).await?;
                ctx.browser
                    .expect_heading(&HomePage::greeting("Ann Lee"))
                    .await?;
                assert_eq!(refresh_token(&ctx).await?, refresh, "{unusual:?}");
                remove_init_script(&ctx, script).await?;
            }
            let used_tokens = stored_member(&ctx.browser.stored_items().await?, "idToken");
            ctx.browser.reload().await?;
            ctx.browser
                .wait_until("a refresh", async || {
                    Ok(stored_member(&ctx.browser.stored_items().await?, "idToken") != used_tokens)
                })
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

#[test]
fn home_page_explains_why_the_session_ended() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            with_expired_tokens(&ctx).await?;
            ctx.expect_status_400();
            ctx.env.call_as_operator(
                "AdminUserGlobalSignOut",
                &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
            );
            ctx.browser.open("/").await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.status_text().await?, texts::session::EXPIRED);
            assert_eq!(ctx.browser.stored_items().await?, end_record("expired"));
            // The next visit shows the reason too, and the one after that does not.
            ctx.browser.reload().await?;
            ctx.browser.expect_text(texts::session::EXPIRED).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            assert!(
                !ctx.browser
                    .page_text()
                    .await?
                    .contains(texts::session::EXPIRED)
            );
            Ok(())
        },
    );
}

#[test]
fn app_never_sends_expired_tokens_to_the_api() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            with_expired_tokens(&ctx).await?;
            ctx.expect_console("currentUser");
            let away = StubResponse {
                status: 503,
                content_type: "text/plain",
                body: "Service Unavailable",
            };
            stub_response(&ctx, REFRESH_ACTION, away).await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let alert = ctx.browser.alert_text().await?;
            assert_eq!(alert, texts::errors::NOT_REFRESHED.full_text());
            TodosPage::expect(&ctx.browser).await?;
            assert_eq!(ctx.env.todo_api_calls(), [""; 0]);
            ctx.browser.button(texts::labels::TRY_AGAIN).await?;

            remove_stub(&ctx, REFRESH_ACTION).await?;
            ctx.browser.press(texts::labels::TRY_AGAIN).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await
        },
    );
}

/// If another user signs in, all data of the previous user is removed first.
#[test]
fn sign_up_in_a_browser_replaces_the_signed_in_user_completely() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            let of_ann = refresh_token(&ctx).await?;
            let bob = TestUser::with_email("bob@example.com", None);
            RegisterPage::open(&ctx.browser)
                .await?
                .register(&bob)
                .await?;
            let verify = VerifyPage::expect(&ctx.browser).await?;
            verify
                .confirm_account(&ctx.env.latest_code(&bob.email))
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting(&bob.email))
                .await?;

            let stored = ctx.browser.stored_items().await?;
            let id = stored_member(&stored, "idToken").expect("an ID token");
            assert_eq!(claims(&id)["email"], bob.email);
            assert!(!stored.to_string().contains(&of_ann), "{stored}");
            let revoked = async || {
                let calls = ctx.env.pool_calls();
                let call = calls.iter().find(|call| call.operation == "RevokeToken");
                Ok(call.map(|call| call.body.clone()))
            };
            assert_eq!(
                ctx.browser.wait_for("a revocation", revoked).await?,
                json!({ "ClientId": DEV_CLIENT_ID, "Token": of_ann })
            );
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting(&bob.email))
                .await
        },
    );
}

/// After the end of a session, the page shows no data of its user.
#[test]
fn refused_token_refresh_leads_to_sign_in_page_with_a_reason() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            TodosPage::expect(&ctx.browser)
                .await?
                .add_todo("A secret plan")
                .await?;
            ctx.browser.expect_text("A secret plan").await?;
            ctx.expect_status_400();
            ctx.env.call_as_operator(
                "AdminUserGlobalSignOut",
                &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
            );
            let length = Duration::from_secs(61 * 60);
            ctx.env.advance_clocks(length);
            ctx.browser.advance_clock(length).await?;
            ctx.browser
                .press(&texts::todos::delete_todo("A secret plan"))
                .await?;
            SignInPage::expect(&ctx.browser).await?;
            ctx.browser.expect_address("/signin?then=%2Ftodos").await?;
            let reason = ctx.browser.status_text().await?;
            assert_eq!(reason, texts::session::EXPIRED);
            assert!(!ctx.browser.page_text().await?.contains("A secret plan"));
            Ok(())
        },
    );
}

/// If the service does not know `GetTokensFromRefreshToken`, the app uses the older flow.
#[test]
fn refresh_uses_refresh_token_auth_if_the_new_action_fails() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        let (id, refresh) = (
            session_member(&ctx, "idToken").await?,
            session_member(&ctx, "refreshToken").await?,
        );
        let unknown = StubResponse::api_error(r#"{"__type":"UnknownOperationException"}"#);
        let script =
            stub_response_in_new_documents(&ctx, SignInMethod::Direct.refresh_request(), unknown)
                .await?;
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        ctx.browser.reload().await?;
        let refreshed = async || Ok(session_member(&ctx, "idToken").await? != id);
        ctx.browser.wait_until("a refresh", refreshed).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(session_member(&ctx, "refreshToken").await?, refresh);
        let last = ctx.env.pool_calls().pop().ok_or("a call")?;
        assert_eq!(last.operation, "InitiateAuth");
        assert_eq!(
            last.body,
            json!({
                "ClientId": DEV_CLIENT_ID,
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": { "REFRESH_TOKEN": refresh },
            })
        );
        remove_init_script(&ctx, script).await
    });
}

/// A hosted session is refreshed at the token endpoint. A new refresh token replaces the old one; without a new one,
/// the old one is kept.
#[test]
fn app_refreshes_a_hosted_session_at_the_token_endpoint() {
    for rotates in [false, true] {
        let env = with_short_tokens(&[TestUser::ann()]);
        if rotates {
            let mut changes = short_tokens();
            changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
            changes["RefreshTokenRotation"] =
                json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
            env.update_workshop_client(changes);
        }
        run_journey(env, async move |ctx| {
            SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
            let mut refresh_tokens = vec![session_member(&ctx, "refreshToken").await?];
            for times in 1..=2 {
                let id = session_member(&ctx, "idToken").await?;
                // The tokens have not expired yet.
                advance_all_clocks(&ctx, Duration::from_secs(4 * 60)).await?;
                ctx.browser.reload().await?;
                let refreshed = async || Ok(session_member(&ctx, "idToken").await? != id);
                ctx.browser.wait_until("new tokens", refreshed).await?;
                refresh_tokens.push(session_member(&ctx, "refreshToken").await?);
                assert_eq!(SignInMethod::Hosted.refresh_count(&ctx.env), times);
            }
            let used_tokens: Vec<String> = ctx
                .env
                .requests_to("/oauth2/token")
                .iter()
                .map(Parameters::from_form)
                .filter(|form| form.get("grant_type") == "refresh_token")
                .map(|form| form.get("refresh_token").to_owned())
                .collect();
            assert_eq!(used_tokens, refresh_tokens[..2]);
            assert_eq!(
                (
                    refresh_tokens[0] != refresh_tokens[1],
                    refresh_tokens[1] != refresh_tokens[2]
                ),
                (rotates, rotates)
            );
            assert_eq!(ctx.env.actions(), [""; 0]);
            Ok(())
        });
    }
}

/// Tokens of one minute are refreshed a quarter of a minute before they expire, and only once.
#[test]
fn app_refreshes_one_minute_tokens_once_before_they_expire() {
    for method in SignInMethod::ALL {
        let user = TestUser::with_email("sentinel-short-tokens@example.com", Some("Ann Lee"));
        let env = TestEnv::workshop().with_hosted_pages().with_user(&user);
        run_journey(env, async move |ctx| {
            method.sign_in(&ctx, &user).await?;
            let id = session_member(&ctx, "idToken").await?;
            // Three seconds early: a timer of the open page starts the refresh.
            advance_all_clocks(&ctx, Duration::from_secs(60 - 15 - 3)).await?;
            ctx.browser.reload().await?;
            let refreshed = async || Ok(session_member(&ctx, "idToken").await? != id);
            ctx.browser.wait_until("new tokens", refreshed).await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            ctx.browser.reload().await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            assert_eq!(method.refresh_count(&ctx.env), 1);
            let refused = |call: &String| call.ends_with(" 401");
            assert!(!ctx.env.todo_api_calls().iter().any(refused));
            Ok(())
        });
    }
}
