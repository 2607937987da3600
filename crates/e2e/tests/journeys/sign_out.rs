//! Signing out: the session ends in this browser first, then at the service, within bounded time.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::{Value, json};

use crate::network_stub::{expect_responses, hold_responses, release_held};
use crate::session::session_member;
use crate::sign_in_methods::SignInMethod;
use crate::url_parameters::Parameters;

pub(crate) const SIGNED_OUT: &str = texts::session::SIGNED_OUT;

pub(crate) const NOT_REVOKED: &str = texts::session::NOT_REVOKED;

pub(crate) const SIGN_OUT: &str = texts::labels::SIGN_OUT;

pub(crate) fn test_env() -> TestEnv {
    TestEnv::workshop()
        .with_hosted_pages()
        .with_user(&TestUser::ann())
}

/// Waits until the start page shows this text.
pub(crate) async fn expect_home_text(ctx: &TestContext, text: &str) -> Result {
    HomePage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(text).await
}

/// Signs out, whatever the sign-in method.
pub(crate) async fn sign_out(ctx: &TestContext) -> Result {
    ctx.browser.press(SIGN_OUT).await?;
    expect_home_text(ctx, SIGNED_OUT).await
}

/// Signs out after a hosted sign-in, and checks that the hosted pages got this `logout_uri`.
pub(crate) async fn sign_out_hosted(ctx: &TestContext, logout_uri: &str) -> Result {
    sign_out(ctx).await?;
    let mut logout_requests = ctx.env.requests_to("/logout");
    let logout_request = logout_requests.pop().ok_or("a request to /logout")?;
    assert_eq!(
        Parameters::from_query(&logout_request).get("logout_uri"),
        logout_uri
    );
    Ok(())
}

/// Returns the bodies of the `RevokeToken` requests.
pub(crate) fn revoke_requests(env: &TestEnv) -> Vec<Value> {
    let mut calls = env.pool_calls();
    calls.retain(|call| call.operation == "RevokeToken");
    calls.into_iter().map(|call| call.body).collect()
}

/// Before the app revokes the refresh token, it has cleared the storage and the page.
#[test]
fn sign_out_clears_browser_storage_before_the_revoke_request() {
    const RECORD_REQUESTS: &str = "{ const fetch = window.fetch;
        window.fetch = (request, ...more) => {
            if (request.headers?.get?.('x-amz-target')?.endsWith('.RevokeToken')) {
                sessionStorage.noted = JSON.stringify([{ ...localStorage }, document.body.innerText]);
            }
            return fetch(request, ...more);
        }; }";
    for method in SignInMethod::ALL {
        run_journey(test_env(), async move |ctx| {
            ctx.browser.add_init_script(RECORD_REQUESTS).await?;
            method.sign_in(&ctx, &TestUser::ann()).await?;
            ctx.browser.open("/account").await?;
            ctx.browser.expect_text("ann@example.com").await?;
            let refresh = session_member(&ctx, "refreshToken").await?;
            ctx.browser.press(SIGN_OUT).await?;
            expect_home_text(&ctx, SIGNED_OUT).await?;
            let recorded = async || {
                let recorded = ctx
                    .browser
                    .run_script("return sessionStorage.noted ?? null", vec![])
                    .await?;
                Ok(recorded.as_str().map(str::to_owned))
            };
            let recorded = ctx.browser.wait_for("a revocation", recorded).await?;
            let (stored, shown): (Value, String) = serde_json::from_str(&recorded)?;
            assert_eq!(stored, json!({}), "{method:?}");
            assert!(!shown.contains("ann@example.com"), "{method:?}: {shown}");
            let is_revoked = async || Ok(!revoke_requests(&ctx.env).is_empty());
            ctx.browser.wait_until("a revocation", is_revoked).await?;
            assert_eq!(
                revoke_requests(&ctx.env),
                [json!({ "ClientId": DEV_CLIENT_ID, "Token": refresh })]
            );
            Ok(())
        });
    }
}

/// The app revokes the refresh token, then visits the hosted pages' `/logout` with the registered URL, and comes
/// back.
#[test]
fn sign_out_after_hosted_sign_in_visits_the_logout_endpoint() {
    for configured in [None, Some("/oauth/cognito/logout"), Some("/")] {
        let env = test_env();
        let registered = format!("{}{}", env.url(), configured.unwrap_or_default());
        let env = env.with_config(|config| {
            if configured.is_some() {
                config["cognito"]["redirectSignOut"] = json!(registered);
            }
        });
        run_journey(env, async move |ctx| {
            SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
            ctx.browser.press(SIGN_OUT).await?;
            let logout_requests = async || Ok(ctx.env.requests_to("/logout").pop());
            let logout_request = ctx
                .browser
                .wait_for("a request to /logout", logout_requests)
                .await?;
            expect_home_text(&ctx, SIGNED_OUT).await?;
            ctx.browser
                .expect_address(configured.unwrap_or("/"))
                .await?;
            let requested = Parameters::from_query(&logout_request);
            assert_eq!(requested.names(), ["client_id", "logout_uri"]);
            assert_eq!(requested.get("client_id"), DEV_CLIENT_ID);
            assert_eq!(requested.get("logout_uri"), registered);
            let requests = ctx.env.requests();
            let order: Vec<&str> = requests
                .iter()
                .filter_map(|request| match request.path.split('?').next() {
                    Some("/logout") => Some("/logout"),
                    _ => request.operation.as_deref(),
                })
                .collect();
            assert_eq!(order, ["RevokeToken", "/logout"]);
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            // The message appears once.
            ctx.browser.reload().await?;
            expect_home_text(&ctx, texts::session::WELCOME).await?;

            // The hosted pages have no session of Ann any more.
            SignInPage::open(&ctx.browser).await?;
            ctx.browser.press(SignInPage::HOSTED).await?;
            HostedLoginPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        });
    }
}

#[test]
fn user_of_a_direct_sign_in_signs_out_without_a_redirect() {
    run_journey(test_env(), async |ctx| {
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser
            .run_script("window.isTheSame = true", vec![])
            .await?;
        hold_responses(&ctx, "RevokeToken").await?;
        ctx.browser.press(SIGN_OUT).await?;
        expect_responses(&ctx, "RevokeToken", 1).await?;
        release_held(&ctx, "RevokeToken").await?;
        expect_home_text(&ctx, SIGNED_OUT).await?;
        assert_eq!(
            ctx.browser
                .run_script("return window.isTheSame", vec![])
                .await?,
            json!(true)
        );
        assert_eq!(ctx.env.requests_to("/logout"), []);
        Ok(())
    });
}

/// The user is signed out at once, and within three seconds the page says that the pool does not answer.
#[test]
fn unanswered_revoke_request_does_not_delay_sign_out() {
    for method in SignInMethod::ALL {
        run_journey(test_env(), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let api = format!("{}/", ctx.env.pool().url());
            ctx.browser.hang_requests(&api).await?;
            ctx.browser.press(SIGN_OUT).await?;
            let is_out = async || Ok(ctx.browser.stored_items().await? == json!({}));
            ctx.browser
                .wait_until_within(Duration::from_secs(1), "the sign-out", is_out)
                .await?;
            HomePage::expect(&ctx.browser).await?;
            let is_revoked = async || Ok(ctx.browser.page_text().await?.contains(NOT_REVOKED));
            ctx.browser
                .wait_until_within(Duration::from_secs(5), NOT_REVOKED, is_revoked)
                .await?;
            // The hosted pages answer although the API does not, so their session ends.
            let logout_requests = usize::from(method == SignInMethod::Hosted);
            assert_eq!(ctx.env.requests_to("/logout").len(), logout_requests);
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            Ok(())
        });
    }
}

#[test]
fn offline_sign_out_warns_that_refresh_token_is_not_revoked() {
    for method in SignInMethod::ALL {
        run_journey(test_env(), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
            ctx.browser.set_offline(true).await?;
            ctx.browser.press(SIGN_OUT).await?;
            expect_home_text(&ctx, NOT_REVOKED).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            ctx.browser.set_offline(false).await?;
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.open("/todos").await?;
            SignInPage::expect(&ctx.browser).await?;
            Ok(())
        });
    }
}

/// Each page has the button to sign out, and no URL signs the user out, since other sites could link to it.
#[test]
fn every_page_has_a_sign_out_button_but_no_url_signs_out() {
    let env = test_env();
    let registered = format!("{}/oauth/cognito/logout", env.url());
    let env = env.with_config(|config| config["cognito"]["redirectSignOut"] = json!(registered));
    run_journey(env, async |ctx| {
        ctx.expect_console("currentUser");
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        let record = ctx.browser.stored_items().await?;
        for address in [
            "/",
            "/register",
            "/verify",
            "/signin",
            "/login",
            "/login/",
            "/forgot",
            "/todos",
            "/account",
            "/nowhere",
            "/oauth/cognito/logout",
            "/logout",
            "/signout",
            "/?logout",
            "/?signout=true#signout",
            "/signin?logout=true&after=signout",
            "/login?error=access_denied&state=none",
        ] {
            ctx.browser.open(address).await?;
            ctx.browser.button(SIGN_OUT).await?;
            assert_eq!(ctx.browser.stored_items().await?, record, "{address}");
        }
        assert_eq!(revoke_requests(&ctx.env), [] as [Value; 0]);
        Ok(())
    });
}
