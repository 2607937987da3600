//! Trusted devices: a remembered device replaces the second factor.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::{CODE, CONTINUE, ENTER_CODE, PHONE, with_phone};
use crate::network_stub::hold_responses;
use crate::session::advance_all_clocks;
use crate::sign_in_methods::AFTER_EXPIRY;
use crate::timeouts::TIMED_OUT;

const REMEMBER: &str = texts::sign_in::TRUST;

fn with_devices(asks: bool) -> TestEnv {
    let env = with_phone();
    env.call_as_operator(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "MfaConfiguration": "OPTIONAL",
            "DeviceConfiguration": {
                "ChallengeRequiredOnNewDevice": true,
                "DeviceOnlyRememberedOnUserPrompt": asks,
            },
        }),
    );
    env
}

async fn sign_in(ctx: &TestContext) -> Result {
    let page = SignInPage::open(&ctx.browser).await?;
    page.sign_in_as(&TestUser::ann()).await
}

async fn enter_code(ctx: &TestContext) -> Result {
    ctx.browser.expect_heading(ENTER_CODE).await?;
    ctx.browser.fill(CODE, &ctx.env.latest_code(PHONE)).await?;
    ctx.browser.press(CONTINUE).await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await
}

async fn sign_out(ctx: &TestContext) -> Result {
    ctx.browser.press(texts::labels::SIGN_OUT).await?;
    HomePage::expect(&ctx.browser).await.map(drop)
}

fn challenge_names(ctx: &TestContext) -> Vec<String> {
    let responded = ctx.env.pool_calls().into_iter();
    responded
        .filter_map(|call| call.body["ChallengeName"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn both_buttons_of_the_trust_device_prompt_are_aligned() {
    const BOXES: &str =
        "return [...document.querySelectorAll('.prompt .secondary')].map((choice) => {
        const { top, height } = choice.getBoundingClientRect();
        return { top, height };
    })";
    run_journey(with_devices(true), async |ctx| {
        sign_in(&ctx).await?;
        enter_code(&ctx).await?;
        ctx.browser.button(REMEMBER).await?;
        let boxes = ctx.browser.run_script(BOXES, vec![]).await?;
        assert_eq!(boxes.as_array().map(Vec::len), Some(2), "{boxes}");
        assert_eq!(boxes[0], boxes[1]);
        Ok(())
    });
}

#[test]
fn sign_in_on_a_trusted_device_needs_no_second_factor_code() {
    run_journey(with_devices(true), async |ctx| {
        sign_in(&ctx).await?;
        enter_code(&ctx).await?;
        ctx.browser.press(REMEMBER).await?;
        let is_answered = async || Ok(!ctx.browser.page_text().await?.contains(REMEMBER));
        ctx.browser
            .wait_until("the end of the prompt", is_answered)
            .await?;
        sign_out(&ctx).await?;

        let before = challenge_names(&ctx).len();
        sign_in(&ctx).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(
            challenge_names(&ctx)[before..],
            [
                "PASSWORD_VERIFIER",
                "DEVICE_SRP_AUTH",
                "DEVICE_PASSWORD_VERIFIER"
            ]
        );
        Ok(())
    });
}

/// The waits for the refresh lock (10 s), which another tab holds, and for the answer (15 s) are limited together.
#[test]
fn unanswered_trust_device_request_times_out_in_20_seconds() {
    const HOLD_LOCK: &str =
        "navigator.locks.request('poolgate.renewal', () => new Promise(() => {}))";
    run_journey(with_devices(true), async |ctx| {
        sign_in(&ctx).await?;
        enter_code(&ctx).await?;
        ctx.browser.button(REMEMBER).await?;
        ctx.browser.run_script(HOLD_LOCK, vec![]).await?;
        hold_responses(&ctx, "UpdateDeviceStatus").await?;
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        ctx.browser.press(REMEMBER).await?;
        let is_over = async || {
            Ok(ctx
                .browser
                .page_text()
                .await?
                .contains(&TIMED_OUT.full_text()))
        };
        ctx.browser
            .wait_until_within(Duration::from_secs(20), "the end of the wait", is_over)
            .await?;
        ctx.browser.button(REMEMBER).await?;
        Ok(())
    });
}

#[test]
fn sign_in_on_an_untrusted_device_needs_the_code_again() {
    run_journey(with_devices(true), async |ctx| {
        sign_in(&ctx).await?;
        enter_code(&ctx).await?;
        ctx.browser.press(texts::sign_in::NOT_NOW).await?;
        sign_out(&ctx).await?;
        sign_in(&ctx).await?;
        enter_code(&ctx).await
    });
}

#[test]
fn no_trust_device_prompt_if_the_pool_remembers_every_device() {
    run_journey(with_devices(false), async |ctx| {
        sign_in(&ctx).await?;
        enter_code(&ctx).await?;
        let is_confirmed = async || Ok(ctx.env.actions().contains(&"ConfirmDevice".to_owned()));
        ctx.browser
            .wait_until("the device's confirmation", is_confirmed)
            .await?;
        assert!(!ctx.browser.page_text().await?.contains(REMEMBER));
        sign_out(&ctx).await?;
        sign_in(&ctx).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// Cognito: "Device does not exist." Amazon's clients then sign in without the device, and so does the app.
#[test]
fn sign_in_on_a_device_that_the_pool_removed_needs_the_code() {
    run_journey(with_devices(false), async |ctx| {
        sign_in(&ctx).await?;
        enter_code(&ctx).await?;
        let record = async || {
            let stored = ctx.browser.stored_items().await?;
            let items = stored.as_object().cloned().unwrap_or_default();
            Ok(items
                .keys()
                .any(|name| name.starts_with("poolgate.device.")))
        };
        ctx.browser
            .wait_until("a record of the device", record)
            .await?;
        let listed = ctx.env.call_as_operator(
            "AdminListDevices",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
        );
        ctx.env.call_as_operator(
            "AdminForgetDevice",
            &json!({
                "UserPoolId": DEV_POOL_ID,
                "Username": "ann@example.com",
                "DeviceKey": listed["Devices"][0]["DeviceKey"],
            }),
        );
        sign_out(&ctx).await?;
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        enter_code(&ctx).await
    });
}
