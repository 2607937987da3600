//! A new code during a sign-in, without entering the password again.

use std::time::Duration;

use e2e::pages::SignInPage;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::{Value, json};

use super::first_factors::{enter_username, with_first_factors};
use super::second_factors::{enter_code, expect_signed_in, sign_in, wrong_code};
use super::{CODE, CONTINUE, ENTER_CODE, PHONE, set_mfa_preference, with_factors, with_phone};
use crate::bfcache::{back_from_bfcache, run_journey_with_bfcache};
use crate::network_stub::{expect_responses, hold_in_new_documents, hold_responses, release_held};

/// The label of the button that requests a new code.
const NEW_CODE: &str = texts::labels::RESEND_CODE;

/// The time for which the button is disabled after a code was sent.
const RESEND_COOLDOWN: Duration = Duration::from_secs(30);

/// The text under the form if a new code needs the password again.
const NO_CODE: &str = texts::sign_in::NO_CODE;

/// Returns the labels of the buttons under the form, without their countdown.
async fn buttons(ctx: &TestContext) -> Result<Vec<String>> {
    let labels = ctx.browser.visible_texts("main button.link").await?;
    let bare = |text: String| match text.split_once(" (") {
        Some((label, _)) => format!("{label}, later"),
        None => text,
    };
    Ok(labels.into_iter().map(bare).collect())
}

/// Requests a new code after the button's delay, and waits for the message.
async fn request_new_code(ctx: &TestContext, address: &str) -> Result<String> {
    let before = ctx.env.pool().messages(Some(address))?.len();
    assert_eq!(
        buttons(ctx).await?,
        [
            format!("{NEW_CODE}, later"),
            texts::labels::START_OVER.to_owned()
        ]
    );
    ctx.browser.advance_clock(RESEND_COOLDOWN).await?;
    ctx.browser.press(NEW_CODE).await?;
    let is_sent = async || Ok(ctx.env.pool().messages(Some(address))?.len() == before + 1);
    ctx.browser.wait_until("another message", is_sent).await?;
    ctx.browser.expect_text(texts::sign_in::NEWEST_CODE).await?;
    Ok(ctx.env.latest_code(address))
}

/// Returns the `InitiateAuth` requests so far, without the values that differ each time.
fn initiate_auth_requests(env: &TestEnv) -> Vec<Value> {
    let calls = env.pool_calls();
    let initiate_requests = calls.iter().filter(|call| call.operation == "InitiateAuth");
    initiate_requests
        .map(|call| {
            let mut body = call.body.clone();
            if let Some(parameters) = body["AuthParameters"].as_object_mut() {
                parameters.remove("SRP_A");
            }
            body
        })
        .collect()
}

#[test]
fn user_can_request_a_new_sms_code_on_the_same_page() {
    run_journey(with_phone(), async |ctx| {
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let first = ctx.env.latest_code(PHONE);
        ctx.browser.fill(CODE, "12").await?;
        let second = request_new_code(&ctx, PHONE).await?;
        assert_ne!(first, second);
        assert_eq!(
            ctx.browser.status_text().await?,
            texts::sign_in::new_code_texted(Some("+********0100"))
        );
        ctx.browser.expect_heading(ENTER_CODE).await?;
        assert_eq!(ctx.browser.field_value(CODE).await?, "");
        enter_code(&ctx, &first).await?;
        ctx.browser.field_error(CODE).await?;
        let third = request_new_code(&ctx, PHONE).await?;
        enter_code(&ctx, &third).await?;
        expect_signed_in(&ctx).await?;
        let initiate_requests = initiate_auth_requests(&ctx.env);
        assert_eq!(initiate_requests.len(), 3);
        assert!(
            initiate_requests
                .iter()
                .all(|body| *body == initiate_requests[0]),
            "{initiate_requests:?}"
        );
        let sent: String = ctx.env.requests().iter().map(|sent| &*sent.body).collect();
        assert!(!sent.contains(&TestUser::ann().password));
        Ok(())
    });
}

/// Returns how many times the app has read the host's time.
async fn host_time_requests(ctx: &TestContext) -> Result<u64> {
    const COUNT: &str = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.name.endsWith('/config.js')).length";
    let count = ctx.browser.run_script(COUNT, vec![]).await?;
    Ok(count.as_u64().expect("a number"))
}

/// The pool refuses a proof with the host's time. The app then proves the password again by this device's clock.
#[test]
fn user_can_request_a_code_if_date_header_becomes_outdated() {
    run_journey(with_phone(), async |ctx| {
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.env.set_response_age(Duration::from_secs(2 * 60 * 60));
        let before = host_time_requests(&ctx).await?;
        request_new_code(&ctx, PHONE).await?;
        // The app reads the host's time for the next proof.
        let is_read = async || Ok(host_time_requests(&ctx).await? > before);
        ctx.browser.wait_until("the host's time", is_read).await?;
        let code = request_new_code(&ctx, PHONE).await?;
        assert_eq!(initiate_auth_requests(&ctx.env).len(), 4);
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn new_code_is_sent_for_the_second_factor_that_user_chose() {
    let env = with_phone();
    set_mfa_preference(&env, json!({ "EmailMfaSettings": { "Enabled": true } }));
    run_journey(env, async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser
            .expect_heading(texts::sign_in::VERIFY_TITLE)
            .await?;
        ctx.browser.press(texts::sign_in::BY_EMAIL).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = request_new_code(&ctx, "ann@example.com").await?;
        assert_eq!(
            ctx.browser.status_text().await?,
            texts::sign_in::new_code_emailed(Some("a***@e***"))
        );
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn new_code_can_be_requested_during_setup_of_email_codes() {
    run_journey(with_factors("ON"), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser
            .fill(texts::sign_in::EMAIL_FOR_CODES, "ann@example.com")
            .await?;
        ctx.browser.press(texts::sign_in::USE_EMAIL_CODES).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = request_new_code(&ctx, "ann@example.com").await?;
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn new_first_factor_code_is_requested_without_a_password() {
    run_journey(
        with_first_factors(&["PASSWORD", "EMAIL_OTP"]),
        async |ctx| {
            enter_username(&ctx).await?;
            ctx.browser.press(texts::sign_in::BY_EMAIL).await?;
            ctx.browser.expect_heading(ENTER_CODE).await?;
            let code = request_new_code(&ctx, "ann@example.com").await?;
            let initiate_requests = initiate_auth_requests(&ctx.env);
            assert_eq!(
                initiate_requests[1]["AuthParameters"],
                json!({ "USERNAME": "ann@example.com", "PREFERRED_CHALLENGE": "EMAIL_OTP" })
            );
            enter_code(&ctx, &code).await?;
            expect_signed_in(&ctx).await
        },
    );
}

/// The script that ends each timer of the page at once if it is about as long as the authentication session of a
/// challenge.
const EXPIRE_CHALLENGE: &str = "{ const wait = window.setTimeout;
    window.setTimeout = (then, delay, ...more) =>
        wait(then, delay > 100_000 && delay <= 180_000 ? 0 : delay, ...more); }";

#[test]
fn app_forgets_the_password_when_the_challenge_session_ends() {
    run_journey(with_phone(), async |ctx| {
        ctx.browser.add_init_script(EXPIRE_CHALLENGE).await?;
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser.expect_text(NO_CODE).await?;
        assert_eq!(buttons(&ctx).await?, [texts::labels::START_OVER]);
        // An app client can have a longer authentication session, so the code is still accepted.
        enter_code(&ctx, &ctx.env.latest_code(PHONE)).await?;
        expect_signed_in(&ctx).await
    });
}

/// The app learns the host's time only after the challenge, by which the session seems to last for two hours more.
#[test]
fn app_wipes_the_password_in_time_if_server_time_arrives_late() {
    const TIME: &str = "HEAD /config.js";
    let env = with_phone()
        .with_config(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"));
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        hold_in_new_documents(&ctx, TIME).await?;
        ctx.browser
            .advance_clock(Duration::from_secs(2 * 60 * 60))
            .await?;
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let come = format!("window.networkStub.release('{TIME}'); {EXPIRE_CHALLENGE}");
        ctx.browser.run_script(&come, vec![]).await?;
        // After a wrong code the password is held for the rest of the session.
        let wrong = wrong_code(&ctx.env.latest_code(PHONE));
        enter_code(&ctx, wrong).await?;
        ctx.browser.field_error(CODE).await?;
        ctx.browser.expect_text(NO_CODE).await?;
        assert_eq!(buttons(&ctx).await?, [texts::labels::START_OVER]);
        Ok(())
    });
}

/// The pool refuses the first proof, which has the host's time. The later ones have the device's.
#[test]
fn user_can_request_a_new_code_if_the_date_header_is_wrong() {
    let env = with_phone();
    env.set_response_age(Duration::from_secs(2 * 60 * 60));
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = request_new_code(&ctx, PHONE).await?;
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await?;
        let proof = ["InitiateAuth", "RespondToAuthChallenge"];
        assert_eq!(
            ctx.env.actions(),
            [&proof[..], &proof, &proof, &["RespondToAuthChallenge"]].concat()
        );
        Ok(())
    });
}

/// No timers run while a device sleeps.
#[test]
fn new_code_after_session_expiry_needs_the_password_again() {
    run_journey(with_phone(), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser.advance_clock(Duration::from_secs(180)).await?;
        ctx.browser.press(NEW_CODE).await?;
        let alert = ctx.browser.alert_text().await?;
        let expected = texts::sign_in::PASSWORD_NEEDED_AGAIN.full_text();
        assert_eq!(alert, expected);
        ctx.browser.expect_text(NO_CODE).await?;
        assert_eq!(buttons(&ctx).await?, [texts::labels::START_OVER]);
        assert_eq!(initiate_auth_requests(&ctx.env).len(), 1);
        assert_eq!(ctx.env.pool().messages(Some(PHONE))?.len(), 1);
        Ok(())
    });
}

/// The browser can keep the page and its memory for Back (bfcache).
#[test]
fn app_forgets_the_password_when_the_user_leaves_the_page() {
    run_journey_with_bfcache(with_phone, async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let inbox = format!("{}/inbox", ctx.env.pool().url());
        ctx.browser.driver().goto(inbox).await?;
        back_from_bfcache(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser.expect_text(NO_CODE).await?;
        assert_eq!(buttons(&ctx).await?, [texts::labels::START_OVER]);
        enter_code(&ctx, &ctx.env.latest_code(PHONE)).await?;
        expect_signed_in(&ctx).await
    });
}

/// The challenge comes while the browser keeps the page for Back.
#[test]
fn code_cannot_be_resent_if_the_user_left_during_sign_in() {
    const LEAVE: &str = "dispatchEvent(new Event('pagehide'))";
    run_journey(with_phone(), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        page.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        ctx.browser.run_script(LEAVE, vec![]).await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser.expect_text(NO_CODE).await?;
        assert_eq!(buttons(&ctx).await?, [texts::labels::START_OVER]);
        Ok(())
    });
}

#[test]
fn failed_code_request_keeps_the_earlier_code_valid() {
    run_journey(with_phone(), async |ctx| {
        ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = ctx.env.latest_code(PHONE);
        ctx.browser.advance_clock(RESEND_COOLDOWN).await?;
        ctx.browser.button(NEW_CODE).await?;
        ctx.browser.set_offline(true).await?;
        ctx.browser.press(NEW_CODE).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::errors::OFFLINE.full_text());
        ctx.browser.set_offline(false).await?;
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn user_cannot_submit_a_code_while_a_new_one_is_requested() {
    run_journey(with_phone(), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let is_free = async |free: bool| {
            let state = ctx
                .browser
                .button(CONTINUE)
                .await?
                .attr("aria-disabled")
                .await?;
            Ok::<bool, e2e::Error>(state.as_deref() == Some(if free { "false" } else { "true" }))
        };
        assert!(is_free(true).await?);
        ctx.browser.advance_clock(RESEND_COOLDOWN).await?;
        ctx.browser.button(NEW_CODE).await?;
        hold_responses(&ctx, "InitiateAuth").await?;
        ctx.browser.press(NEW_CODE).await?;
        expect_responses(&ctx, "InitiateAuth", 1).await?;
        assert!(is_free(false).await?);
        release_held(&ctx, "InitiateAuth").await?;
        ctx.browser.expect_text(texts::sign_in::NEWEST_CODE).await?;
        ctx.browser
            .wait_until("an enabled button", async || is_free(true).await)
            .await?;
        SignInPage::open(&ctx.browser).await?;
        Ok(())
    });
}
