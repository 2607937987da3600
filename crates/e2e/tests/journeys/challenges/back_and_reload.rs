//! Back and reload while a challenge is open.

use e2e::pages::{HomePage, RegisterPage, SignInPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use serde_json::json;

use super::second_factors::{enter_code, expect_signed_in};
use super::{ENTER_CODE, PHONE, with_phone};
use crate::network_stub::{expect_responses, hold_responses, release_held};

/// Goes from the registration page to the challenge for a code.
async fn go_to_code_challenge(ctx: &TestContext) -> Result {
    RegisterPage::open(&ctx.browser).await?;
    ctx.browser
        .follow_link_in_main(texts::labels::SIGN_IN)
        .await?;
    let page = SignInPage::expect(&ctx.browser).await?;
    page.sign_in_as(&TestUser::ann()).await?;
    ctx.browser.expect_heading(ENTER_CODE).await
}

/// Checks that the form for username and password is shown, and that the username is filled in.
async fn expect_sign_in_form(ctx: &TestContext) -> Result {
    SignInPage::expect(&ctx.browser).await?;
    assert_eq!(
        ctx.browser.field_value(SignInPage::USERNAME).await?,
        "ann@example.com"
    );
    assert_eq!(ctx.browser.field_value(SignInPage::PASSWORD).await?, "");
    assert_eq!(ctx.browser.stored_items().await?, json!({}));
    ctx.browser.expect_address("/signin").await
}

async fn go_back(ctx: &TestContext) -> Result {
    Ok(ctx.browser.driver().back().await?)
}

#[test]
fn browser_back_from_a_challenge_shows_the_sign_in_form() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        go_back(&ctx).await?;
        expect_sign_in_form(&ctx).await?;
        go_back(&ctx).await?;
        RegisterPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

#[test]
fn back_after_a_completed_challenge_skips_the_sign_in_pages() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        go_back(&ctx).await?;
        expect_sign_in_form(&ctx).await?;
        // The user signs in again from there.
        let page = SignInPage::expect(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        enter_code(&ctx, &ctx.env.latest_code(PHONE)).await?;
        expect_signed_in(&ctx).await?;
        ctx.browser.expect_address("/").await?;
        go_back(&ctx).await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser.driver().forward().await?;
        expect_signed_in(&ctx).await
    });
}

#[test]
fn start_over_after_a_challenge_leaves_no_history_entry() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        ctx.browser.press(texts::labels::START_OVER).await?;
        expect_sign_in_form(&ctx).await?;
        go_back(&ctx).await?;
        RegisterPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

#[test]
fn double_click_on_start_over_goes_back_only_once() {
    const DOUBLE_CLICK: &str = "const button = [...document.querySelectorAll('main button')]
        .find((button) => button.textContent === arguments[0]);
        button.click();
        button.click();";
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        ctx.browser
            .run_script(DOUBLE_CLICK, vec![json!(texts::labels::START_OVER)])
            .await?;
        expect_sign_in_form(&ctx).await?;
        go_back(&ctx).await?;
        RegisterPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

#[test]
fn username_survives_a_sign_in_link_click_and_a_reload() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        ctx.browser.follow_link(texts::labels::SIGN_IN).await?;
        expect_sign_in_form(&ctx).await?;
        ctx.browser.reload().await?;
        expect_sign_in_form(&ctx).await
    });
}

#[test]
fn reload_during_a_challenge_keeps_only_the_username() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        ctx.browser.reload().await?;
        expect_sign_in_form(&ctx).await?;
        let state = ctx
            .browser
            .run_script("return history.state", vec![])
            .await?;
        assert_eq!(state, json!("step:ann@example.com"));
        // Back leads from the challenge to the form, and from there to the registration page.
        let page = SignInPage::expect(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        go_back(&ctx).await?;
        expect_sign_in_form(&ctx).await?;
        go_back(&ctx).await?;
        RegisterPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

#[test]
fn challenge_response_that_arrives_after_back_does_not_sign_in() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        enter_code(&ctx, &ctx.env.latest_code(PHONE)).await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        go_back(&ctx).await?;
        expect_sign_in_form(&ctx).await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;
        let is_revoked = async || Ok(ctx.env.actions().contains(&"RevokeToken".to_owned()));
        ctx.browser
            .wait_until("a revocation of the tokens", is_revoked)
            .await?;
        expect_sign_in_form(&ctx).await
    });
}

/// A challenge ends when the user leaves it by a link.
#[test]
fn back_to_an_abandoned_challenge_shows_the_sign_in_form() {
    run_journey(with_phone(), async |ctx| {
        go_to_code_challenge(&ctx).await?;
        ctx.browser.follow_link("Poolgate").await?;
        HomePage::expect(&ctx.browser).await?;
        go_back(&ctx).await?;
        expect_sign_in_form(&ctx).await
    });
}
