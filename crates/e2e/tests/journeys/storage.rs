//! Browser storage: damaged records, tokens of another app client, and storage that is blocked.

use e2e::pages::HomePage;
use e2e::{TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use crate::session::sign_in;

#[test]
fn app_removes_a_stored_session_that_is_cut_in_half() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            const HALVE: &str = "for (const [key, value] of Object.entries(localStorage))
            localStorage.setItem(key, value.slice(0, value.length / 2))";
            ctx.browser.run_script(HALVE, vec![]).await?;
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            sign_in(&ctx).await
        },
    );
}

#[test]
fn app_removes_stored_tokens_of_another_app_client() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            sign_in(&ctx).await?;
            let other = ctx.env.call_as_operator(
                "CreateUserPoolClient",
                &json!({ "UserPoolId": DEV_POOL_ID, "ClientName": "another" }),
            );
            let mut config = ctx.env.config();
            config["cognito"]["userPoolClientId"] = other["UserPoolClient"]["ClientId"].clone();
            ctx.env.set_config(&config);
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            Ok(())
        },
    );
}

/// If storage is blocked, the app works, and explains the consequence.
#[test]
fn session_works_until_reload_if_browser_storage_is_blocked() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            const BLOCKED: &str = "Object.defineProperty(window, 'localStorage', {
            get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); } })";
            ctx.browser.add_init_script(BLOCKED).await?;
            sign_in(&ctx).await?;
            ctx.browser
                .expect_error(&texts::session::STORAGE_BLOCKED)
                .await?;
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            Ok(())
        },
    );
}
