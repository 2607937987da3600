//! Answers that come after the user has left: sign-out has precedence over pending requests, and its late answer does
//! not affect a user who signs in then.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage};
use e2e::{Person, journey};
use serde_json::json;

use crate::between::{have_come, hold, hold_no_more, let_through};
use crate::doors::{Door, NIGHT, with_short_tokens};
use crate::session::let_time_pass;
use crate::sign_out::{GOODBYE, SIGN_OUT, home_says, revoked, world};
use crate::tabs::DEAF;

/// The late end of Ann's sign-out must not affect Bob, who has signed in since, in any tab.
#[test]
fn who_signs_in_while_the_pool_is_being_told_is_not_thrown_out() {
    let bob = Person::by_email("bob@example.com", Some("Bob Ray"));
    journey(world().with(&bob), async move |j| {
        // The app gives the pool three seconds. Slower timers let the whole test fit in.
        j.browser.hurry(0.05).await?;
        Door::Hosted.sign_in(&j, &Person::ann()).await?;
        hold(&j, "RevokeToken").await?;
        j.browser.press(SIGN_OUT).await?;
        have_come(&j, "RevokeToken", 1).await?;
        // A page that is about to be left must not accept input.
        j.browser.shows_page("Signing you out…").await?;
        assert_eq!(j.browser.texts("main input, main button").await?, [""; 0]);
        let leaving = j.browser.tab().await?;
        j.browser.open_tab().await?;
        Door::Direct.sign_in(&j, &bob).await?;
        j.browser.look_at(&leaving).await?;
        let_through(&j, "RevokeToken").await?;
        j.browser.shows_page(&HomePage::greeting("Bob Ray")).await?;
        assert_eq!(j.world.requests_to("/logout"), []);
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Bob Ray")).await
    });
}

/// Sign-out has precedence over a pending refresh.
#[test]
fn a_renewal_that_comes_back_after_signing_out_brings_nobody_back() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        let_time_pass(&j, NIGHT).await?;
        let renewal = Door::Direct.renewal();
        hold(&j, renewal).await?;
        j.browser.follow("To-dos").await?;
        have_come(&j, renewal, 1).await?;
        j.browser.press(SIGN_OUT).await?;
        HomePage::shown(&j.browser).await?;
        let_through(&j, renewal).await?;
        home_says(&j, GOODBYE).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(j.world.api_calls(), [""; 0]);
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        Ok(())
    });
}

/// A refresh that ends after a sign-out in another tab starts no session, whether or not the page noticed the sign-out.
#[test]
fn a_renewal_that_comes_back_after_signing_out_in_another_tab_brings_nobody_back() {
    let cases = [(Door::Direct, ""), (Door::Hosted, ""), (Door::Direct, DEAF)];
    for (door, before) in cases {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            j.browser.before_each_document(before).await?;
            door.sign_in(&j, &Person::ann()).await?;
            let renewing = j.browser.tab().await?;
            let leaving = j.browser.open_tab().await?;
            j.browser.open("/").await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.look_at(&renewing).await?;
            let_time_pass(&j, NIGHT).await?;
            hold(&j, door.renewal()).await?;
            j.browser.follow("To-dos").await?;
            have_come(&j, door.renewal(), 1).await?;
            j.browser.look_at(&leaving).await?;
            j.browser.press(SIGN_OUT).await?;
            HomePage::shown(&j.browser).await?;
            j.browser.look_at(&renewing).await?;
            let_through(&j, door.renewal()).await?;
            HomePage::shown(&j.browser).await?;
            assert_eq!(j.browser.stored().await?, json!({}));
            assert_eq!(j.world.api_calls(), [""; 0]);
            j.browser.look_at(&leaving).await?;
            home_says(&j, GOODBYE).await
        });
    }
}

/// A user who leaves by a link while the password is being proved is not signed in afterwards.
#[test]
fn leaving_the_sign_in_page_ends_its_sign_in() {
    journey(world(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        page.sign_in_as(&Person::ann()).await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        j.browser.follow("Make an account").await?;
        RegisterPage::shown(&j.browser).await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        // The late tokens are revoked.
        let is_revoked = async || Ok(revoked(&j.world).len() == 1);
        j.browser.until("a revocation", is_revoked).await?;
        RegisterPage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        j.browser.reload().await?;
        RegisterPage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

/// If the user leaves earlier, the app does not send the SRP claim.
#[test]
fn a_sign_in_that_was_left_sends_no_proof() {
    journey(world(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        hold(&j, "InitiateAuth").await?;
        page.sign_in_as(&Person::ann()).await?;
        have_come(&j, "InitiateAuth", 1).await?;
        j.browser.follow("Forgot your password?").await?;
        ForgotPage::shown(&j.browser).await?;
        let_through(&j, "InitiateAuth").await?;
        // A request of the abandoned sign-in would reach the pool before this one.
        j.browser.press(ForgotPage::BUTTON).await?;
        j.browser.field(ForgotPage::CODE).await?;
        assert_eq!(j.world.operations(), ["InitiateAuth", "ForgotPassword"]);
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

/// Late answers to a sign-in that started before the sign-out are ignored.
#[test]
fn a_sign_in_that_comes_back_after_signing_out_brings_nobody_in() {
    let bob = Person::by_email("bob@example.com", Some("Bob Ray"));
    journey(world().with(&bob), async move |j| {
        let page = SignInPage::open(&j.browser).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        page.sign_in_as(&bob).await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        hold_no_more(&j, "RespondToAuthChallenge").await?;
        j.browser.follow("Poolgate").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.press(SIGN_OUT).await?;
        home_says(&j, GOODBYE).await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        let both = async || Ok(revoked(&j.world).len() == 2);
        j.browser.until("both to be revoked", both).await
    });
}
