//! Second factors at the sign-in: a code by text message, by email or from an authenticator app.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use serde_json::json;

use super::{
    CODE, CONTINUE, ENTER_CODE, PHONE, set_attributes_of_ann, set_mfa_preference, with_factors,
    with_phone,
};
use crate::account::authenticator;
use crate::network_stub::{expect_responses, hold_responses, release_held};
use crate::verification_codes::group_digits;

pub(super) async fn sign_in(ctx: &TestContext) -> Result {
    let page = SignInPage::open(&ctx.browser).await?;
    page.sign_in_as(&TestUser::ann()).await
}

pub(super) async fn expect_signed_in(ctx: &TestContext) -> Result {
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await
}

pub(super) async fn enter_code(ctx: &TestContext, code: &str) -> Result {
    ctx.browser.fill(CODE, code).await?;
    ctx.browser.press(CONTINUE).await
}

/// Returns a code that differs from the one that the pool sent.
pub(super) fn wrong_code(code: &str) -> &'static str {
    if code == "123456" { "654321" } else { "123456" }
}

#[test]
fn user_can_correct_a_wrong_sms_code_at_sign_in() {
    run_journey(with_phone(), async |ctx| {
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser
            .expect_text(&texts::sign_in::code_texted(Some("+********0100")))
            .await?;
        let code = ctx.env.latest_code(PHONE);
        enter_code(&ctx, wrong_code(&code)).await?;
        let field_error = ctx.browser.field_error(CODE).await?;
        assert_eq!(field_error, texts::sign_in::WRONG_CODE.full_text());
        assert_eq!(ctx.browser.focused_label().await?, CODE);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await?;
        // The wrong code started no second sign-in.
        let initiate_requests = ctx.env.actions();
        let initiate_requests = initiate_requests
            .iter()
            .filter(|name| *name == "InitiateAuth");
        assert_eq!(initiate_requests.count(), 1);
        Ok(())
    });
}

#[test]
fn sign_in_page_accepts_a_code_in_full_width_digits() {
    run_journey(with_phone(), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = ctx.env.latest_code(PHONE);
        enter_code(&ctx, &group_digits(&code, '\u{FF10}', "-")).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn sign_in_requires_the_email_code_as_second_factor() {
    let env = with_factors("OPTIONAL");
    set_mfa_preference(&env, json!({ "EmailMfaSettings": { "Enabled": true } }));
    run_journey(env, async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser
            .expect_text(&texts::sign_in::code_emailed(Some("a***@e***")))
            .await?;
        enter_code(&ctx, &ctx.env.latest_code("ann@example.com")).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn empty_code_is_not_sent_and_start_over_requests_a_new_code() {
    run_journey(with_phone(), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let first = ctx.env.latest_code(PHONE);
        ctx.browser.press(CONTINUE).await?;
        ctx.browser.field_error(CODE).await?;
        assert_eq!(
            ctx.env.actions(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        ctx.browser.press(texts::labels::START_OVER).await?;
        let page = SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let second = ctx.env.latest_code(PHONE);
        assert_ne!(first, second);
        enter_code(&ctx, &second).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn user_with_several_second_factors_chooses_one_at_sign_in() {
    let env = with_phone();
    set_mfa_preference(&env, json!({ "EmailMfaSettings": { "Enabled": true } }));
    run_journey(env, async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser
            .expect_heading(texts::sign_in::VERIFY_TITLE)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("main button.secondary").await?,
            [texts::sign_in::BY_SMS, texts::sign_in::BY_EMAIL]
        );
        ctx.browser.press(texts::sign_in::BY_EMAIL).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        enter_code(&ctx, &ctx.env.latest_code("ann@example.com")).await?;
        expect_signed_in(&ctx).await
    });
}

/// A pool that requires a second factor has the user set up an authenticator app during the sign-in. The next sign-in
/// asks for its code.
#[test]
fn user_sets_up_a_required_authenticator_app_during_sign_in() {
    run_journey(with_factors("ON"), async |ctx| {
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        ctx.browser
            .expect_heading(texts::sign_in::MFA_SETUP_TITLE)
            .await?;
        const GAP: &str =
            "const box = (selector) => document.querySelector(selector).getBoundingClientRect();
            return box('main form').top - box('main .button-list').bottom";
        let gap = ctx.browser.run_script(GAP, vec![]).await?;
        assert!(gap.as_f64().is_some_and(|gap| gap >= 16.0), "{gap}");
        ctx.browser
            .press(texts::sign_in::SET_UP_AUTHENTICATOR)
            .await?;
        ctx.browser
            .expect_heading(texts::sign_in::AUTHENTICATOR_TITLE)
            .await?;
        let picture = "return document.querySelector('svg.qr-code path').getAttribute('d').length";
        let size = ctx.browser.run_script(picture, vec![]).await?;
        assert!(size.as_u64() > Some(1_000), "{size}");
        let secret = authenticator::displayed_secret(&ctx).await?;
        enter_code(&ctx, "000000").await?;
        ctx.browser.field_error(CODE).await?;
        let code = authenticator::code(&ctx, &secret, 0).await?;
        enter_code(&ctx, &code).await?;
        expect_signed_in(&ctx).await?;

        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        sign_in(&ctx).await?;
        ctx.browser
            .expect_text(&texts::sign_in::authenticator_prompt(None))
            .await?;
        // No message was sent, so the page does not offer a new code.
        let next_steps = ctx.browser.visible_texts("main .form-links").await?;
        assert_eq!(next_steps, [texts::labels::START_OVER]);
        // RFC 6238 §5.2: a code is accepted once.
        enter_code(&ctx, &code).await?;
        let field_error = ctx.browser.field_error(CODE).await?;
        assert_eq!(field_error, texts::errors::USED_CODE.full_text());
        enter_code(&ctx, &authenticator::code(&ctx, &secret, 1).await?).await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn user_can_set_up_email_as_a_required_second_factor() {
    let env = with_factors("ON");
    run_journey(env, async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser
            .expect_heading(texts::sign_in::MFA_SETUP_TITLE)
            .await?;
        ctx.browser
            .fill(texts::sign_in::EMAIL_FOR_CODES, "ann@example.com")
            .await?;
        ctx.browser.press(texts::sign_in::USE_EMAIL_CODES).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        enter_code(&ctx, &ctx.env.latest_code("ann@example.com")).await?;
        expect_signed_in(&ctx).await
    });
}

/// The return address survives each challenge.
#[test]
fn user_reaches_the_deep_link_after_a_second_factor() {
    run_journey(with_phone(), async |ctx| {
        ctx.expect_console("currentUser");
        ctx.browser.open("/todos?list=garden").await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        enter_code(&ctx, &ctx.env.latest_code(PHONE)).await?;
        ctx.browser.expect_heading(texts::todos::TITLE).await?;
        ctx.browser.expect_address("/todos?list=garden").await
    });
}

#[test]
fn code_entered_after_session_expiry_restarts_the_sign_in() {
    run_journey(with_phone(), async |ctx| {
        ctx.expect_status_400();
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = ctx.env.latest_code(PHONE);
        ctx.env.advance_clocks(Duration::from_secs(16 * 60));
        enter_code(&ctx, &code).await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::sign_in::TIMED_OUT.full_text()
        );
        Ok(())
    });
}

/// A challenge stays open while the network is lost, and keeps the code that the user has entered.
#[test]
fn loss_of_the_network_keeps_the_code_challenge_open() {
    let env = with_phone();
    set_attributes_of_ann(&env, &[("name", "Ann Lee")]);
    run_journey(env, async |ctx| {
        ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        let code = ctx.env.latest_code(PHONE);
        ctx.browser.set_offline(true).await?;
        enter_code(&ctx, &code).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::errors::OFFLINE.full_text());
        assert_eq!(ctx.browser.field_value(CODE).await?, code);
        ctx.browser.set_offline(false).await?;
        ctx.browser.press(CONTINUE).await?;
        expect_signed_in(&ctx).await
    });
}

/// A late response of a superseded sign-in is ignored: it neither changes the page nor signs the user in.
#[test]
fn response_that_arrives_after_start_over_does_not_sign_in() {
    run_journey(with_phone(), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        enter_code(&ctx, &ctx.env.latest_code(PHONE)).await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        ctx.browser.press(texts::labels::START_OVER).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "bob@example.com")
            .await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;
        let is_revoked = async || Ok(ctx.env.actions().contains(&"RevokeToken".to_owned()));
        ctx.browser
            .wait_until("a revocation of the tokens", is_revoked)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "bob@example.com"
        );
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}
