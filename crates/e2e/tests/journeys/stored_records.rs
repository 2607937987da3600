//! Validation of the stored session: changed records must neither extend a session nor sign in another user.

use std::time::Duration;

use e2e::pages::{HomePage, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::json;

use crate::empty_jwks::key_request;
use crate::network_stub::{
    StubResponse, remove_stub, stub_response_in_new_documents, wait_until_read,
};
use crate::session::{advance_all_clocks, end_record, session_member, sign_in};
use crate::sign_in_methods::{SignInMethod, switch_tabs_and_back, with_short_tokens};
use crate::sign_out::revoke_requests;

const UNTRUSTED: &str = texts::session::NOT_VERIFIED;

/// Changes the stored session with a script, which gets the session as `record`.
async fn edit_stored_session(ctx: &TestContext, script: &str) -> Result {
    let script = format!(
        "const record = JSON.parse(localStorage['poolgate.session']);
         {script};
         localStorage['poolgate.session'] = JSON.stringify(record);"
    );
    ctx.browser.run_script(&script, vec![]).await?;
    Ok(())
}

/// Unblocks all requests.
async fn unblock_requests(ctx: &TestContext) -> Result {
    let none = json!({ "urls": Vec::<String>::new() });
    ctx.browser
        .send_devtools_command("Network.setBlockedURLs", none)
        .await?;
    Ok(())
}

/// The script that changes the name in both tokens and leaves their signatures as they were.
const FORGE_NAMES: &str = "for (const name of ['idToken', 'accessToken']) {
    const [header, payload, signature] = record[name].split('.');
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    claims.name = 'Mallory';
    const forged = btoa(JSON.stringify(claims)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    record[name] = [header, forged, signature].join('.');
}";

#[test]
fn app_does_not_trust_an_extended_expiry_in_storage() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        sign_in(&ctx).await?;
        edit_stored_session(&ctx, "record.expiresAt = 32503680000").await?;
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(SignInMethod::Direct.refresh_count(&ctx.env), 0);
        // Tokens of five minutes are due for a refresh.
        advance_all_clocks(&ctx, Duration::from_secs(4 * 60)).await?;
        ctx.browser.reload().await?;
        SignInMethod::Direct.wait_for_refreshes(&ctx, 1).await
    });
}

#[test]
fn stored_tokens_with_invalid_signatures_end_the_session() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            let refresh = session_member(&ctx, "refreshToken").await?;
            edit_stored_session(&ctx, FORGE_NAMES).await?;
            ctx.browser.reload().await?;
            ctx.browser.expect_text(UNTRUSTED).await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.stored_items().await?, end_record("untrusted"));
            let is_revoked = async || Ok(!revoke_requests(&ctx.env).is_empty());
            ctx.browser.wait_until("a revocation", is_revoked).await?;
            assert_eq!(revoke_requests(&ctx.env)[0]["Token"], json!(refresh));
            Ok(())
        },
    );
}

/// Without the key set nothing can be checked: the session goes on, and is checked later.
#[test]
fn unreachable_jwks_does_not_end_a_stored_session() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            ctx.browser.block_requests("*jwks.json").await?;
            edit_stored_session(&ctx, FORGE_NAMES).await?;
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Mallory"))
                .await?;
            switch_tabs_and_back(&ctx).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Mallory"))
                .await?;
            unblock_requests(&ctx).await?;
            switch_tabs_and_back(&ctx).await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(UNTRUSTED).await?;
            assert_eq!(ctx.browser.stored_items().await?, end_record("untrusted"));
            Ok(())
        },
    );
}

#[test]
fn page_appears_before_the_stored_session_is_verified() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            let before = ctx.browser.stored_items().await?;
            let key_requests = || {
                ctx.env
                    .requests_to(&crate::token_validation::key_set())
                    .len()
            };
            let so_far = key_requests();
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let is_asked = async || Ok(key_requests() == so_far + 1);
            ctx.browser
                .wait_until("a request for the keys", is_asked)
                .await?;
            switch_tabs_and_back(&ctx).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            assert_eq!(ctx.browser.stored_items().await?, before);
            assert_eq!(key_requests(), so_far + 1);
            Ok(())
        },
    );
}

/// The response of a service that is temporarily unavailable.
const DISCOVERY_UNAVAILABLE: StubResponse = StubResponse {
    status: 503,
    content_type: "text/plain",
    body: "Service Unavailable",
};

/// Issuers change their keys, so an unknown key does not end the session. The first refresh gets no response, and the
/// record is checked again.
#[test]
fn stored_tokens_signed_by_an_unknown_key_are_refreshed() {
    const UNKNOWN_KEY: &str = r#"const [, ...rest] = record.idToken.split('.');
        const header = btoa('{"alg":"RS256","kid":"unknown"}').replaceAll('=', '');
        record.idToken = [header, ...rest].join('.')"#;
    const REFRESH: &str = "GetTokensFromRefreshToken";
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            let first = session_member(&ctx, "idToken").await?;
            edit_stored_session(&ctx, UNKNOWN_KEY).await?;
            stub_response_in_new_documents(&ctx, REFRESH, DISCOVERY_UNAVAILABLE).await?;
            ctx.browser.reload().await?;
            wait_until_read(&ctx, REFRESH).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            remove_stub(&ctx, REFRESH).await?;
            switch_tabs_and_back(&ctx).await?;
            SignInMethod::Direct.wait_for_refreshes(&ctx, 1).await?;
            let is_new = async || {
                let held = session_member(&ctx, "idToken").await?;
                Ok(held != first && held.split('.').next() == first.split('.').next())
            };
            ctx.browser.wait_until("new tokens", is_new).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

const DAMAGE_TOKENS: &str = "record.idToken = 'damaged'; record.accessToken = 'damaged'";

#[test]
fn refresh_token_alone_restores_a_damaged_stored_session() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let (first, refresh) = (
                session_member(&ctx, "idToken").await?,
                session_member(&ctx, "refreshToken").await?,
            );
            edit_stored_session(&ctx, DAMAGE_TOKENS).await?;
            ctx.expect_console("currentUser");
            ctx.browser.open("/todos").await?;
            TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            ctx.browser.expect_address("/todos").await?;
            assert_eq!(method.refresh_count(&ctx.env), 1);
            assert_ne!(session_member(&ctx, "idToken").await?, first);
            assert_eq!(session_member(&ctx, "refreshToken").await?, refresh);
            Ok(())
        });
    }
}

/// The refresh token is intact in each of these cases.
#[test]
fn stored_session_with_a_damaged_token_is_refreshed() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            for (times, damage) in [
                "record.expiresAt = 'tomorrow'",
                "delete record.expiresAt",
                "record.idToken = 'not.a.token'",
                "delete record.idToken",
                "delete record.accessToken",
            ]
            .into_iter()
            .enumerate()
            {
                edit_stored_session(&ctx, damage).await?;
                ctx.browser.reload().await?;
                SignInMethod::Direct
                    .wait_for_refreshes(&ctx, times + 1)
                    .await?;
                ctx.browser
                    .expect_heading(&HomePage::greeting("Ann Lee"))
                    .await?;
            }
            Ok(())
        },
    );
}

#[test]
fn session_ends_if_all_its_stored_tokens_are_damaged() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            edit_stored_session(
                &ctx,
                &format!("{DAMAGE_TOKENS}; record.refreshToken = 'damaged'"),
            )
            .await?;
            ctx.expect_status_400();
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::session::EXPIRED).await?;
            assert_eq!(ctx.browser.stored_items().await?, end_record("expired"));
            Ok(())
        },
    );
}

/// A lost network does not end the session.
#[test]
fn app_restores_a_damaged_session_when_the_network_returns() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            edit_stored_session(&ctx, DAMAGE_TOKENS).await?;
            let api = format!("{}/", ctx.env.pool().url());
            ctx.browser.block_requests(&api).await?;
            ctx.browser.open("/account").await?;
            ctx.browser.expect_heading(texts::labels::LOADING).await?;
            ctx.browser.expect_address("/account").await?;
            session_member(&ctx, "refreshToken").await?;
            unblock_requests(&ctx).await?;
            // When the tab becomes visible, the request is repeated if the first one has failed.
            let is_back = async || {
                switch_tabs_and_back(&ctx).await?;
                Ok(ctx
                    .browser
                    .page_text()
                    .await?
                    .contains(&HomePage::greeting("Ann Lee")))
            };
            ctx.browser.wait_until("the session", is_back).await
        },
    );
}

/// No event tells the page that the service is back, and an event of another tab does not end the wait.
#[test]
fn app_retries_the_restore_of_a_damaged_session_by_itself() {
    const ANOTHER_TAB: &str =
        "dispatchEvent(new StorageEvent('storage', { key: 'poolgate.session' }))";
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            edit_stored_session(&ctx, DAMAGE_TOKENS).await?;
            // The app waits for 15 to 23 seconds, which take a fifth of that here.
            ctx.browser.speed_up_timers(5.0).await?;
            stub_response_in_new_documents(&ctx, &key_request(), DISCOVERY_UNAVAILABLE).await?;
            ctx.browser.open("/account").await?;
            wait_until_read(&ctx, &key_request()).await?;
            ctx.browser.expect_heading(texts::labels::LOADING).await?;
            ctx.browser.run_script(ANOTHER_TAB, vec![]).await?;
            remove_stub(&ctx, &key_request()).await?;
            ctx.browser.expect_text(texts::account::ID_TOKEN).await?;
            assert_eq!(SignInMethod::Direct.refresh_count(&ctx.env), 1);
            Ok(())
        },
    );
}
