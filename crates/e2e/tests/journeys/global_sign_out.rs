//! Signing out of all devices.

use e2e::pages::{HomePage, SignInPage};
use e2e::{Browser, TestUser, run_journey, texts};
use serde_json::json;

use crate::session::{end_record, session_member};
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, with_short_tokens};
use crate::sign_out::{SIGN_OUT, SIGNED_OUT, expect_home_text, test_env};

const SIGN_OUT_ALL_DEVICES: &str = texts::account::ALL_DEVICES;

#[test]
fn global_sign_out_ends_sessions_in_other_browsers() {
    for method in SignInMethod::ALL {
        let env = with_short_tokens(&[TestUser::ann()]).with_config(|config| {
            config["cognito"]["scopes"] = json!(["openid", "aws.cognito.signin.user.admin"]);
        });
        run_journey(env, async move |ctx| {
            let other = Browser::start(ctx.env.url()).await?;
            let page = SignInPage::open(&other).await?;
            page.sign_in_as(&TestUser::ann()).await?;
            other.expect_heading(&HomePage::greeting("Ann Lee")).await?;

            method.sign_in(&ctx, &TestUser::ann()).await?;
            ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
            ctx.browser
                .expect_text(texts::account::ALL_DEVICES_INTRO)
                .await?;
            ctx.browser.press(SIGN_OUT_ALL_DEVICES).await?;
            expect_home_text(&ctx, SIGNED_OUT).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            assert!(ctx.env.actions().contains(&"GlobalSignOut".to_owned()));
            if method == SignInMethod::Hosted {
                assert_eq!(ctx.env.requests_to("/logout").len(), 1);
            }

            ctx.env.advance_clocks(AFTER_EXPIRY);
            other.advance_clock(AFTER_EXPIRY).await?;
            other.reload().await?;
            HomePage::expect(&other).await?;
            assert_eq!(other.status_text().await?, texts::session::EXPIRED);
            assert_eq!(other.stored_items().await?, end_record("expired"));
            other.quit().await
        });
    }
}

/// After a hosted sign-in, this needs the scope `aws.cognito.signin.user.admin`.
#[test]
fn global_sign_out_without_the_user_admin_scope_is_explained() {
    let env = test_env().with_config(|config| config["cognito"]["scopes"] = json!(["openid"]));
    run_journey(env, async |ctx| {
        SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.open("/account").await?;
        ctx.browser.press(SIGN_OUT_ALL_DEVICES).await?;
        ctx.browser.expect_error(&texts::account::NO_SCOPE).await?;
        assert!(!ctx.env.actions().contains(&"GlobalSignOut".to_owned()));
        session_member(&ctx, "refreshToken").await?;
        ctx.browser.button(SIGN_OUT).await?;
        Ok(())
    });
}
