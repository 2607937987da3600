//! Keeping the session, and signing out.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::lazy_loading;
use crate::tokens::{claims, stored_member};

/// Signs Ann in with her password.
pub(crate) async fn sign_in(ctx: &TestContext) -> Result {
    SignInPage::open(&ctx.browser)
        .await?
        .sign_in_as(&TestUser::ann())
        .await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await
}

/// Returns the member of the stored session with this name.
pub(crate) async fn session_member(ctx: &TestContext, name: &str) -> Result<String> {
    let stored = ctx.browser.stored_items().await?;
    stored_member(&stored, name).ok_or_else(|| format!("the browser keeps no {name}").into())
}

/// Returns the number of refresh requests so far.
pub(crate) fn refresh_count(env: &TestEnv) -> usize {
    let refresh = |operation: &String| *operation == "GetTokensFromRefreshToken";
    env.actions()
        .iter()
        .filter(|operation| refresh(operation))
        .count()
}

/// Moves the clocks of the pool and of the browser. A page gets the new time when it is loaded again.
pub(crate) async fn advance_all_clocks(ctx: &TestContext, length: Duration) -> Result {
    ctx.env.advance_clocks(length);
    ctx.browser.advance_clock(length).await
}

/// Starts the development pool with Ann and the tokens of [`short_tokens`].
pub(crate) fn with_short_tokens() -> TestEnv {
    crate::sign_in_methods::with_short_tokens(&[TestUser::ann()])
}

/// Returns the stored record after the end of a session: only the reason, for other tabs and the next visit, and no
/// data of the user.
pub(crate) fn end_record(reason: &str) -> Value {
    json!({ "poolgate.session": format!(r#"{{"endVersion":1,"ended":"{reason}"}}"#) })
}

/// Returns the settings for ID and access tokens of five minutes, the shortest lifetime that Cognito allows.
pub(crate) fn short_tokens() -> Value {
    json!({
        "AccessTokenValidity": 5,
        "IdTokenValidity": 5,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes" },
    })
}

/// A session survives a reload and a new visit.
#[test]
fn session_survives_a_reload_and_a_new_tab() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.open("/signin").await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            assert_eq!(
                ctx.env.actions(),
                ["InitiateAuth", "RespondToAuthChallenge"]
            );
            Ok(())
        },
    );
}

/// Tokens are refreshed before they expire, without user action. If no new refresh token comes, the old one is kept.
#[test]
fn app_refreshes_the_session_before_it_expires() {
    run_journey(with_short_tokens(), async |ctx| {
        sign_in(&ctx).await?;
        let (id, refresh) = (
            session_member(&ctx, "idToken").await?,
            session_member(&ctx, "refreshToken").await?,
        );
        for time in 1..=2 {
            // One minute before the tokens expire.
            advance_all_clocks(&ctx, Duration::from_secs(4 * 60)).await?;
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser
                .wait_until("a refresh", async || Ok(refresh_count(&ctx.env) == time))
                .await?;
            ctx.browser
                .wait_until("new tokens", async || {
                    Ok(session_member(&ctx, "idToken").await? != id)
                })
                .await?;
            assert_eq!(session_member(&ctx, "refreshToken").await?, refresh);
        }
        let refreshed = claims(&session_member(&ctx, "idToken").await?);
        assert_eq!(refreshed["sub"], claims(&id)["sub"]);
        Ok(())
    });
}

/// A timer of the open page starts the refresh: 75 seconds before the expiry, for tokens of five minutes.
#[test]
fn open_page_refreshes_its_tokens_when_due() {
    run_journey(with_short_tokens(), async |ctx| {
        sign_in(&ctx).await?;
        advance_all_clocks(&ctx, Duration::from_secs(5 * 60 - 75 - 3)).await?;
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser
            .wait_until("a refresh", async || Ok(refresh_count(&ctx.env) == 1))
            .await
    });
}

/// With refresh token rotation, the new refresh token replaces the old one.
#[test]
fn refresh_token_rotation_replaces_the_stored_refresh_token() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    let mut changes = short_tokens();
    changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
    changes["RefreshTokenRotation"] = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    env.update_workshop_client(changes);
    run_journey(env, async |ctx| {
        sign_in(&ctx).await?;
        let mut refresh_tokens = vec![session_member(&ctx, "refreshToken").await?];
        for _ in 0..2 {
            advance_all_clocks(&ctx, Duration::from_secs(4 * 60)).await?;
            ctx.browser.reload().await?;
            let last = refresh_tokens.last().cloned().unwrap_or_default();
            let is_new = async || Ok(session_member(&ctx, "refreshToken").await? != last);
            ctx.browser
                .wait_until("a new refresh token", is_new)
                .await?;
            refresh_tokens.push(session_member(&ctx, "refreshToken").await?);
        }
        let used_tokens: Vec<Value> = ctx
            .env
            .pool_calls()
            .into_iter()
            .filter(|call| call.operation == "GetTokensFromRefreshToken")
            .map(|call| call.body["RefreshToken"].clone())
            .collect();
        assert_eq!(used_tokens, refresh_tokens[..2]);
        Ok(())
    });
}

#[test]
fn session_ended_by_the_pool_leads_to_the_sign_in_page() {
    run_journey(with_short_tokens(), async |ctx| {
        sign_in(&ctx).await?;
        ctx.expect_status_400();
        ctx.env.call_as_operator(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
        );
        advance_all_clocks(&ctx, Duration::from_secs(6 * 60)).await?;
        ctx.browser.open("/todos").await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/signin?then=%2Ftodos").await?;
        let reason = ctx.browser.status_text().await?;
        assert!(reason.contains("session"), "{reason}");
        assert_eq!(ctx.browser.stored_items().await?, end_record("expired"));
        Ok(())
    });
}

/// A lost network does not end the session. Tokens that have expired are refreshed when the network is back.
#[test]
fn loss_of_the_network_does_not_end_the_session() {
    run_journey(with_short_tokens(), async |ctx| {
        sign_in(&ctx).await?;
        advance_all_clocks(&ctx, Duration::from_secs(6 * 60)).await?;
        lazy_loading::expect_chunk_loaded(&ctx, "account_chunk").await?;
        ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
        ctx.expect_console("currentUser");
        ctx.browser.set_offline(true).await?;
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::errors::NOT_REFRESHED.full_text());
        TodosPage::expect(&ctx.browser).await?;
        session_member(&ctx, "refreshToken").await?;

        ctx.browser.set_offline(false).await?;
        ctx.browser.reload().await?;
        TodosPage::expect(&ctx.browser)
            .await?
            .expect_rows(&[])
            .await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await
    });
}

/// A sign-out clears the storage first and then revokes the refresh token.
#[test]
fn sign_out_clears_browser_storage_and_revokes_refresh_token() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            let refresh = session_member(&ctx, "refreshToken").await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            let is_revoked = async || {
                Ok(ctx
                    .env
                    .actions()
                    .iter()
                    .any(|operation| operation == "RevokeToken"))
            };
            ctx.browser.wait_until("a revocation", is_revoked).await?;
            assert_eq!(
                ctx.env.pool_calls().last().map(|call| call.body.clone()),
                Some(json!({ "ClientId": DEV_CLIENT_ID, "Token": refresh }))
            );
            let renew = json!({ "ClientId": DEV_CLIENT_ID, "RefreshToken": refresh });
            let is_refused = async || {
                Ok(ctx
                    .env
                    .pool()
                    .call("GetTokensFromRefreshToken", &renew)
                    .is_err())
            };
            ctx.browser
                .wait_until("a refusal of the revoked token", is_refused)
                .await
        },
    );
}

#[test]
fn back_after_sign_out_does_not_show_a_protected_page() {
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
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;

            ctx.browser.driver().back().await?;
            let leaves = async || Ok(!ctx.browser.page_text().await?.contains(texts::todos::TITLE));
            ctx.browser
                .wait_until("a page other than the to-dos", leaves)
                .await?;
            assert!(!ctx.browser.page_text().await?.contains("A secret plan"));
            ctx.browser.open("/todos").await?;
            SignInPage::expect(&ctx.browser).await?;
            ctx.browser.expect_address("/signin?then=%2Ftodos").await?;
            assert!(!ctx.browser.page_text().await?.contains("A secret plan"));
            Ok(())
        },
    );
}
