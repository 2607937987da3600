//! Resetting a forgotten password.

use std::time::Duration;

use e2e::pages::{ForgotPage, HomePage, SignInPage};
use e2e::{Result, TestEnv, TestUser, run_journey, texts};
use serde_json::json;

const NEW: &str = "Battery-5taple";

/// The new password signs the user in, and the old one does not.
#[test]
fn only_the_new_password_works_after_a_reset() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            SignInPage::open(&ctx.browser).await?;
            ctx.browser.fill(SignInPage::USERNAME, &ann.email).await?;
            ctx.browser
                .follow_link(texts::labels::FORGOT_PASSWORD)
                .await?;
            let forgot = ForgotPage::expect(&ctx.browser).await?;
            assert_eq!(
                ctx.browser.field_value(ForgotPage::USERNAME).await?,
                ann.email
            );
            ctx.browser.press(ForgotPage::BUTTON).await?;
            ctx.browser.field(ForgotPage::CODE).await?;
            forgot
                .set_password(&ctx.env.latest_code(&ann.email), NEW)
                .await?;

            let sign_in = SignInPage::expect(&ctx.browser).await?;
            assert_eq!(
                ctx.browser.field_value(SignInPage::USERNAME).await?,
                ann.email
            );
            ctx.expect_status_400();
            sign_in.sign_in(&ann.email, &ann.password).await?;
            ctx.browser.alert_text().await?;
            sign_in.sign_in(&ann.email, NEW).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

/// Cognito: a code for a new password is valid for one hour.
#[test]
fn wrong_and_expired_reset_codes_show_different_errors() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            ctx.expect_status_400();
            let forgot = ForgotPage::open(&ctx.browser).await?;
            forgot.request_code(&ann.email).await?;
            ctx.browser.field(ForgotPage::CODE).await?;
            let first = ctx.env.latest_code(&ann.email);
            let other = if first == "123456" {
                "654321"
            } else {
                "123456"
            };
            forgot.set_password(other, NEW).await?;
            let wrong = ctx.browser.field_error(ForgotPage::CODE).await?;

            ctx.env.advance_clocks(Duration::from_secs(60 * 60 + 60));
            forgot.set_password(&first, NEW).await?;
            let is_new = async || Ok(ctx.browser.field_error(ForgotPage::CODE).await? != wrong);
            ctx.browser
                .wait_until("another field error", is_new)
                .await?;
            let expired = ctx.browser.field_error(ForgotPage::CODE).await?;
            assert_eq!(expired, texts::errors::EXPIRED_CODE.full_text());

            ctx.browser.advance_clock(Duration::from_secs(30)).await?;
            ctx.browser.press(texts::labels::RESEND_CODE).await?;
            let is_sent = async || Ok(ctx.env.latest_code(&ann.email) != first);
            ctx.browser.wait_until("another code", is_sent).await?;
            forgot
                .set_password(&ctx.env.latest_code(&ann.email), NEW)
                .await?;
            SignInPage::expect(&ctx.browser).await?;
            Ok(())
        },
    );
}

/// Returns the text of the page after a code was requested, without the masked address and the time until the next
/// request.
async fn page_text_after_request(ctx: &e2e::TestContext, name: &str) -> Result<String> {
    let forgot = ForgotPage::open(&ctx.browser).await?;
    forgot.request_code(name).await?;
    ctx.browser.field(ForgotPage::CODE).await?;
    let text = ctx.browser.page_text().await?;
    let words = text.split(' ').map(|word| {
        if word.contains('@') {
            "(address)"
        } else if is_countdown(word) {
            "(seconds)"
        } else {
            word
        }
    });
    Ok(words.collect::<Vec<_>>().join(" "))
}

/// Returns true if the word is the countdown to the next request, such as `(30s)`.
fn is_countdown(word: &str) -> bool {
    let seconds = word
        .strip_prefix('(')
        .and_then(|word| word.strip_suffix("s)"));
    seconds.is_some_and(|seconds| seconds.parse::<u8>().is_ok())
}

/// The page does not reveal which accounts exist, before and after the code, with both settings of the app client.
#[test]
fn password_reset_does_not_reveal_which_accounts_exist() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.expect_status_400();
            for existence in ["ENABLED", "LEGACY"] {
                ctx.env
                    .update_workshop_client(json!({ "PreventUserExistenceErrors": existence }));
                let mut seen = Vec::new();
                for name in ["ann@example.com", "bob@example.com"] {
                    let requested = page_text_after_request(&ctx, name).await?;
                    ctx.browser.fill(ForgotPage::CODE, "000000").await?;
                    ctx.browser.fill(ForgotPage::PASSWORD, NEW).await?;
                    ctx.browser.press(ForgotPage::SET).await?;
                    seen.push((requested, ctx.browser.field_error(ForgotPage::CODE).await?));
                }
                assert_eq!(seen[0], seen[1], "{existence}");
            }
            Ok(())
        },
    );
}

/// The page explains in plain words that only an administrator can reset passwords in this pool.
#[test]
fn reset_page_explains_that_the_pool_has_no_password_reset() {
    let env = TestEnv::workshop();
    let (pool, client) = env.use_new_pool(json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }] },
    }));
    env.sign_up_by_client(&client, &TestUser::ann(), &[]);
    env.confirm_sign_up(&client, &TestUser::ann());
    run_journey(env, async move |ctx| {
        ctx.expect_status_400();
        for existence in ["LEGACY", "ENABLED"] {
            let of_client = json!({ "UserPoolId": pool, "ClientId": client, "PreventUserExistenceErrors": existence });
            ctx.env.call_as_operator("UpdateUserPoolClient", &of_client);
            let forgot = ForgotPage::open(&ctx.browser).await?;
            forgot.request_code("ann@example.com").await?;
            ctx.browser
                .expect_error(&texts::forgot::NOT_OFFERED)
                .await?;
        }
        Ok(())
    });
}
