//! A service that gets the request and does not answer: each wait ends, and the page says what the user can do.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage, TodosPage};
use e2e::texts::Message;
use e2e::{TestEnv, TestUser, run_journey, texts};
use serde_json::json;

use crate::session::{advance_all_clocks, session_member};
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, switch_tabs_and_back, with_short_tokens};

pub(crate) static TIMED_OUT: &Message = &texts::errors::TIMED_OUT;

/// How many times as fast the page's timers run.
const SPEED_UP: f64 = 10.0;

fn test_env() -> TestEnv {
    TestEnv::workshop()
        .with_hosted_pages()
        .with_user(&TestUser::ann())
}

/// With timers at normal speed, this is the time that a user waits.
#[test]
fn authorization_code_exchange_times_out_after_15_seconds() {
    run_journey(test_env(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        ctx.browser.hang_requests("*/oauth2/token*").await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(texts::hosted::COMPLETING_TITLE)
            .await?;
        // The page offers a next step during the wait.
        let next_steps = ctx.browser.visible_texts("main a").await?;
        assert_eq!(next_steps, [texts::labels::START_OVER]);
        let is_over = async || {
            Ok(ctx.browser.visible_texts("main h1").await? == [texts::hosted::NOT_FINISHED_TITLE])
        };
        ctx.browser
            .wait_until_within(Duration::from_secs(18), "the end of the wait", is_over)
            .await?;
        let shown_text = ctx.browser.status_text().await?;
        assert!(shown_text.contains(&TIMED_OUT.full_text()), "{shown_text}");
        assert_eq!(ctx.browser.stored_items().await?, json!({}));

        ctx.browser.release_requests().await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn session_and_page_stay_if_a_token_refresh_gets_no_response() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let refresh = session_member(&ctx, "refreshToken").await?;
            ctx.browser.speed_up_timers(SPEED_UP).await?;
            let refreshes = match method {
                SignInMethod::Direct => format!("{}/", ctx.env.pool().url()),
                SignInMethod::Hosted => "*/oauth2/token*".to_owned(),
            };
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            ctx.browser.hang_requests(&refreshes).await?;
            ctx.browser.open("/account").await?;
            ctx.browser.expect_text(texts::account::ID_TOKEN).await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(
                alert.contains(&*texts::errors::NOT_REFRESHED.text),
                "{alert}"
            );
            assert_eq!(session_member(&ctx, "refreshToken").await?, refresh);
            ctx.browser.button(texts::labels::TRY_AGAIN).await?;

            // The next refresh starts without a press.
            ctx.expect_console("currentUser");
            ctx.browser.release_requests().await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await
        });
    }
}

/// Another tab is frozen and holds the lock, and the pool does not answer either. Timers run at normal speed.
#[test]
fn app_waits_at_most_20_seconds_for_web_lock_and_refresh() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        let hold_lock = "navigator.locks.request('poolgate.renewal', () => new Promise(() => {}));";
        ctx.browser.add_init_script(hold_lock).await?;
        let api = format!("{}/", ctx.env.pool().url());
        ctx.browser.hang_requests(&api).await?;
        ctx.browser.open("/todos").await?;
        TodosPage::expect(&ctx.browser).await?;
        let is_revoked = async || {
            let alerts = ctx.browser.visible_texts("[role=alert]").await?;
            Ok(alerts
                .iter()
                .any(|text| text.contains(&*texts::errors::NOT_REFRESHED.text)))
        };
        let limit = Duration::from_secs(20);
        ctx.browser
            .wait_until_within(limit, "the end of both waits", is_revoked)
            .await?;
        ctx.browser.button(texts::labels::TRY_AGAIN).await?;
        Ok(())
    });
}

#[test]
fn unanswered_user_info_request_leaves_account_page_usable() {
    run_journey(test_env(), async |ctx| {
        SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.speed_up_timers(SPEED_UP).await?;
        ctx.browser.hang_requests("*/oauth2/userInfo*").await?;
        ctx.browser.open("/account").await?;
        ctx.browser.expect_text(texts::account::USER_INFO).await?;
        ctx.browser.expect_text(texts::labels::LOADING).await?;
        ctx.browser.expect_text(texts::account::ID_TOKEN).await?;
        ctx.browser.button(texts::account::ALL_DEVICES).await?;
        ctx.browser.expect_text(&TIMED_OUT.full_text()).await?;
        assert!(
            !ctx.browser
                .page_text()
                .await?
                .contains(texts::labels::LOADING)
        );
        Ok(())
    });
}

#[test]
fn unanswered_sign_in_request_times_out_and_keeps_the_input() {
    run_journey(test_env(), async |ctx| {
        ctx.browser.speed_up_timers(SPEED_UP).await?;
        let page = SignInPage::open(&ctx.browser).await?;
        let api = format!("{}/", ctx.env.pool().url());
        ctx.browser.hang_requests(&api).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        let alert = ctx.browser.alert_text().await?;
        assert!(alert.contains(&TIMED_OUT.full_text()), "{alert}");
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            TestUser::ann().email
        );
        ctx.browser.release_requests().await?;
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn unanswered_jwks_request_times_out_and_prevents_sign_in() {
    run_journey(test_env(), async |ctx| {
        ctx.browser.speed_up_timers(SPEED_UP).await?;
        ctx.browser.hang_requests("*/jwks.json").await?;
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::errors::KEYS_NOT_FETCHED.full_text());
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        ctx.browser.release_requests().await?;
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The app asks its host for the time, but does not wait long for it.
#[test]
fn missing_server_time_does_not_delay_a_token_refresh() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.hang_requests("*/config.js").await?;
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        switch_tabs_and_back(&ctx).await?;
        SignInMethod::Direct.wait_for_refreshes(&ctx, 1).await?;
        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        TodosPage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await
    });
}

/// A direct sign-in does not wait for the pool's discovery document.
#[test]
fn unanswered_hosted_ui_discovery_does_not_prevent_sign_in() {
    run_journey(test_env(), async |ctx| {
        ctx.browser
            .hang_requests("*/.well-known/openid-configuration")
            .await?;
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(texts::session::SIGNED_OUT).await
    });
}
