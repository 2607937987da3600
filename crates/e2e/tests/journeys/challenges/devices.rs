//! Trusted devices: a remembered device replaces the second factor.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::{CODE, ENTER_CODE, GO_ON, PHONE, with_phone};
use crate::between::hold;
use crate::doors::NIGHT;
use crate::patience::TOO_LONG;
use crate::session::let_time_pass;

const REMEMBER: &str = "Remember this device";

fn with_devices(asks: bool) -> World {
    let world = with_phone();
    world.operate(
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
    world
}

async fn sign_in(j: &Journey) -> Outcome {
    let page = SignInPage::open(&j.browser).await?;
    page.sign_in_as(&Person::ann()).await
}

async fn enter_code(j: &Journey) -> Outcome {
    j.browser.shows_page(ENTER_CODE).await?;
    j.browser.fill(CODE, &j.world.code_for(PHONE)).await?;
    j.browser.press(GO_ON).await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

async fn sign_out(j: &Journey) -> Outcome {
    j.browser.press("Sign out").await?;
    HomePage::shown(&j.browser).await.map(drop)
}

fn challenges(j: &Journey) -> Vec<String> {
    let answered = j.world.calls().into_iter();
    answered
        .filter_map(|call| call.body["ChallengeName"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn the_two_answers_to_the_question_stand_level() {
    const BOXES: &str =
        "return [...document.querySelectorAll('.prompt .secondary')].map((choice) => {
        const { top, height } = choice.getBoundingClientRect();
        return { top, height };
    })";
    journey(with_devices(true), async |j| {
        sign_in(&j).await?;
        enter_code(&j).await?;
        j.browser.button(REMEMBER).await?;
        let boxes = j.browser.script(BOXES, vec![]).await?;
        assert_eq!(boxes.as_array().map(Vec::len), Some(2), "{boxes}");
        assert_eq!(boxes[0], boxes[1]);
        Ok(())
    });
}

#[test]
fn a_device_that_the_person_lets_be_remembered_spares_the_code_next_time() {
    journey(with_devices(true), async |j| {
        sign_in(&j).await?;
        enter_code(&j).await?;
        j.browser.press(REMEMBER).await?;
        let is_answered = async || Ok(!j.browser.text().await?.contains(REMEMBER));
        j.browser
            .until("the end of the question", is_answered)
            .await?;
        sign_out(&j).await?;

        let before = challenges(&j).len();
        sign_in(&j).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            challenges(&j)[before..],
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
fn trusting_a_device_times_out_within_20_seconds() {
    const HOLD_LOCK: &str =
        "navigator.locks.request('poolgate.renewal', () => new Promise(() => {}))";
    journey(with_devices(true), async |j| {
        sign_in(&j).await?;
        enter_code(&j).await?;
        j.browser.button(REMEMBER).await?;
        j.browser.script(HOLD_LOCK, vec![]).await?;
        hold(&j, "UpdateDeviceStatus").await?;
        let_time_pass(&j, NIGHT).await?;
        j.browser.press(REMEMBER).await?;
        let is_over = async || Ok(j.browser.text().await?.contains(TOO_LONG));
        j.browser
            .until_within(Duration::from_secs(20), "the end of the wait", is_over)
            .await?;
        j.browser.button(REMEMBER).await?;
        Ok(())
    });
}

#[test]
fn who_says_not_now_is_asked_for_the_code_again() {
    journey(with_devices(true), async |j| {
        sign_in(&j).await?;
        enter_code(&j).await?;
        j.browser.press("Not now").await?;
        sign_out(&j).await?;
        sign_in(&j).await?;
        enter_code(&j).await
    });
}

#[test]
fn where_the_pool_remembers_by_itself_nobody_is_asked() {
    journey(with_devices(false), async |j| {
        sign_in(&j).await?;
        enter_code(&j).await?;
        let is_confirmed = async || Ok(j.world.operations().contains(&"ConfirmDevice".to_owned()));
        j.browser
            .until("the device's confirmation", is_confirmed)
            .await?;
        assert!(!j.browser.text().await?.contains(REMEMBER));
        sign_out(&j).await?;
        sign_in(&j).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// Cognito: "Device does not exist." Amazon's clients then sign in without the device, and so does the app.
#[test]
fn a_device_that_the_pool_has_forgotten_is_forgotten_here_and_the_code_asked_for() {
    journey(with_devices(false), async |j| {
        sign_in(&j).await?;
        enter_code(&j).await?;
        let record = async || {
            let stored = j.browser.stored().await?;
            let held = stored.as_object().cloned().unwrap_or_default();
            Ok(held.keys().any(|name| name.starts_with("poolgate.device.")))
        };
        j.browser.until("a record of the device", record).await?;
        let listed = j.world.operate(
            "AdminListDevices",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
        );
        j.world.operate(
            "AdminForgetDevice",
            &json!({
                "UserPoolId": DEV_POOL_ID,
                "Username": "ann@example.com",
                "DeviceKey": listed["Devices"][0]["DeviceKey"],
            }),
        );
        sign_out(&j).await?;
        j.expect_refusal();
        sign_in(&j).await?;
        enter_code(&j).await
    });
}
