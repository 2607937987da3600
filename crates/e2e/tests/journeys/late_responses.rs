//! Responses that come after the user has left: sign-out has precedence over pending requests, and its late response
//! does not affect a user who signs in then.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage};
use e2e::{TestUser, run_journey, texts};
use serde_json::json;

use crate::network_stub::{expect_responses, hold_responses, release_held, stop_holding};
use crate::session::advance_all_clocks;
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, with_short_tokens};
use crate::sign_out::{SIGN_OUT, SIGNED_OUT, expect_home_text, revoke_requests, test_env};
use crate::tabs::HIDE_ALL_EVENTS;

/// The late end of Ann's sign-out must not affect Bob, who has signed in since, in any tab.
#[test]
fn sign_in_during_the_sign_out_of_another_user_is_kept() {
    let bob = TestUser::with_email("bob@example.com", Some("Bob Ray"));
    run_journey(test_env().with_user(&bob), async move |ctx| {
        // The app gives the pool three seconds. Slower timers let the whole test fit in.
        ctx.browser.speed_up_timers(0.05).await?;
        SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
        hold_responses(&ctx, "RevokeToken").await?;
        ctx.browser.press(SIGN_OUT).await?;
        expect_responses(&ctx, "RevokeToken", 1).await?;
        // A page that is about to be left must not accept input.
        ctx.browser
            .expect_heading(texts::session::SIGNING_OUT_TITLE)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("main input, main button").await?,
            [""; 0]
        );
        let redirecting = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        SignInMethod::Direct.sign_in(&ctx, &bob).await?;
        ctx.browser.switch_to(&redirecting).await?;
        release_held(&ctx, "RevokeToken").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Bob Ray"))
            .await?;
        assert_eq!(ctx.env.requests_to("/logout"), []);
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Bob Ray"))
            .await
    });
}

/// Sign-out has precedence over a pending refresh.
#[test]
fn token_refresh_that_ends_after_sign_out_restores_no_session() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        let refresh = SignInMethod::Direct.refresh_request();
        hold_responses(&ctx, refresh).await?;
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        expect_responses(&ctx, refresh, 1).await?;
        ctx.browser.press(SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        release_held(&ctx, refresh).await?;
        expect_home_text(&ctx, SIGNED_OUT).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(ctx.env.todo_api_calls(), [""; 0]);
        ctx.browser.reload().await?;
        HomePage::expect(&ctx.browser).await?;
        Ok(())
    });
}

/// A refresh that ends after a sign-out in another tab starts no session, whether or not the page noticed the sign-out.
#[test]
fn token_refresh_is_ignored_after_sign_out_in_another_tab() {
    let cases = [
        (SignInMethod::Direct, ""),
        (SignInMethod::Hosted, ""),
        (SignInMethod::Direct, HIDE_ALL_EVENTS),
    ];
    for (method, before) in cases {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            ctx.browser.add_init_script(before).await?;
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let refreshing = ctx.browser.current_tab().await?;
            let redirecting = ctx.browser.open_tab().await?;
            ctx.browser.open("/").await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.switch_to(&refreshing).await?;
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            hold_responses(&ctx, method.refresh_request()).await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            expect_responses(&ctx, method.refresh_request(), 1).await?;
            ctx.browser.switch_to(&redirecting).await?;
            ctx.browser.press(SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.switch_to(&refreshing).await?;
            release_held(&ctx, method.refresh_request()).await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            assert_eq!(ctx.env.todo_api_calls(), [""; 0]);
            ctx.browser.switch_to(&redirecting).await?;
            expect_home_text(&ctx, SIGNED_OUT).await
        });
    }
}

/// A user who leaves by a link while the password is being proved is not signed in afterwards.
#[test]
fn user_who_leaves_the_sign_in_page_is_not_signed_in_later() {
    run_journey(test_env(), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        page.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        ctx.browser
            .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;
        // The late tokens are revoked.
        let is_revoked = async || Ok(revoke_requests(&ctx.env).len() == 1);
        ctx.browser.wait_until("a revocation", is_revoked).await?;
        RegisterPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        ctx.browser.reload().await?;
        RegisterPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}

/// If the user leaves earlier, the app does not send the SRP claim.
#[test]
fn cancelled_sign_in_sends_no_srp_proof() {
    run_journey(test_env(), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "InitiateAuth").await?;
        page.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, "InitiateAuth", 1).await?;
        ctx.browser
            .follow_link(texts::labels::FORGOT_PASSWORD)
            .await?;
        ForgotPage::expect(&ctx.browser).await?;
        release_held(&ctx, "InitiateAuth").await?;
        // A request of the abandoned sign-in would reach the pool before this one.
        ctx.browser.press(ForgotPage::BUTTON).await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        assert_eq!(ctx.env.actions(), ["InitiateAuth", "ForgotPassword"]);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}

/// Late responses to a sign-in that started before the sign-out are ignored.
#[test]
fn sign_in_response_that_arrives_after_sign_out_is_ignored() {
    let bob = TestUser::with_email("bob@example.com", Some("Bob Ray"));
    run_journey(test_env().with_user(&bob), async move |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        page.sign_in_as(&bob).await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        stop_holding(&ctx, "RespondToAuthChallenge").await?;
        ctx.browser.follow_link("Poolgate").await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser
            .follow_link_in_main(texts::labels::SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.press(SIGN_OUT).await?;
        expect_home_text(&ctx, SIGNED_OUT).await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;
        HomePage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        let both = async || Ok(revoke_requests(&ctx.env).len() == 2);
        ctx.browser.wait_until("two revocations", both).await
    });
}
