//! Second factors at the sign-in: a code by text message, by email or from an authenticator app.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, journey};
use serde_json::json;

use super::{CODE, ENTER_CODE, GO_ON, PHONE, ann_prefers, give_ann, with_factors, with_phone};
use crate::account::authenticator;
use crate::between::{have_come, hold, let_through};
use crate::codes::grouped;

pub(super) async fn sign_in(j: &Journey) -> Outcome {
    let page = SignInPage::open(&j.browser).await?;
    page.sign_in_as(&Person::ann()).await
}

pub(super) async fn is_in(j: &Journey) -> Outcome {
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

pub(super) async fn enter(j: &Journey, code: &str) -> Outcome {
    j.browser.fill(CODE, code).await?;
    j.browser.press(GO_ON).await
}

/// A code that the pool did not send.
pub(super) fn another(code: &str) -> &'static str {
    if code == "123456" { "654321" } else { "123456" }
}

#[test]
fn a_code_by_text_message_is_asked_for_and_a_wrong_one_may_be_followed_by_the_right_one() {
    journey(with_phone(), async |j| {
        j.expect_refusal();
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser
            .says("We sent a code by text message to +********0100.")
            .await?;
        let code = j.world.code_for(PHONE);
        enter(&j, another(&code)).await?;
        let complaint = j.browser.complaint(CODE).await?;
        assert_eq!(
            complaint,
            "That is not the right code. Check it, and enter it again."
        );
        assert_eq!(j.browser.focused().await?, CODE);
        assert_eq!(j.browser.stored().await?, json!({}));
        enter(&j, &code).await?;
        is_in(&j).await?;
        // The wrong code started no second sign-in.
        let begun = j.world.operations();
        let begun = begun.iter().filter(|name| *name == "InitiateAuth");
        assert_eq!(begun.count(), 1);
        Ok(())
    });
}

#[test]
fn code_in_other_digits_is_read_at_the_sign_in() {
    journey(with_phone(), async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = j.world.code_for(PHONE);
        enter(&j, &grouped(&code, '\u{FF10}', "-")).await?;
        is_in(&j).await
    });
}

#[test]
fn a_code_by_mail_is_asked_for() {
    let world = with_factors("OPTIONAL");
    ann_prefers(&world, json!({ "EmailMfaSettings": { "Enabled": true } }));
    journey(world, async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser.says("We sent a code to a***@e***.").await?;
        enter(&j, &j.world.code_for("ann@example.com")).await?;
        is_in(&j).await
    });
}

#[test]
fn no_code_is_sent_for_an_empty_field_and_starting_again_sends_a_new_one() {
    journey(with_phone(), async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let first = j.world.code_for(PHONE);
        j.browser.press(GO_ON).await?;
        j.browser.complaint(CODE).await?;
        assert_eq!(
            j.world.operations(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        j.browser.press("Start again").await?;
        let page = SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let second = j.world.code_for(PHONE);
        assert_ne!(first, second);
        enter(&j, &second).await?;
        is_in(&j).await
    });
}

#[test]
fn who_has_several_second_factors_chooses_among_exactly_those() {
    let world = with_phone();
    ann_prefers(&world, json!({ "EmailMfaSettings": { "Enabled": true } }));
    journey(world, async |j| {
        sign_in(&j).await?;
        j.browser.shows_page("Confirm that it is you").await?;
        assert_eq!(
            j.browser.texts("main button.secondary").await?,
            ["With a code by text message", "With a code by e-mail"]
        );
        j.browser.press("With a code by e-mail").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        enter(&j, &j.world.code_for("ann@example.com")).await?;
        is_in(&j).await
    });
}

/// A pool that requires a second factor has the user set up an authenticator app during the sign-in. The next sign-in
/// asks for its code.
#[test]
fn where_the_pool_wants_a_second_factor_an_app_is_set_up_on_the_way_in() {
    journey(with_factors("ON"), async |j| {
        j.expect_refusal();
        sign_in(&j).await?;
        j.browser.shows_page("Set up a second step").await?;
        const GAP: &str =
            "const box = (selector) => document.querySelector(selector).getBoundingClientRect();
            return box('main form').top - box('main .choices').bottom";
        let gap = j.browser.script(GAP, vec![]).await?;
        assert!(gap.as_f64().is_some_and(|gap| gap >= 16.0), "{gap}");
        j.browser.press("Set up an authenticator app").await?;
        j.browser
            .shows_page("Set up your authenticator app")
            .await?;
        let picture = "return document.querySelector('svg.qr-code path').getAttribute('d').length";
        let size = j.browser.script(picture, vec![]).await?;
        assert!(size.as_u64() > Some(1_000), "{size}");
        let secret = authenticator::shown_secret(&j).await?;
        enter(&j, "000000").await?;
        j.browser.complaint(CODE).await?;
        let code = authenticator::code(&j, &secret, 0).await?;
        enter(&j, &code).await?;
        is_in(&j).await?;

        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        sign_in(&j).await?;
        j.browser.says("Open your authenticator app").await?;
        // No message was sent, so the page does not offer a new code.
        let ways = j.browser.texts("main .form-links").await?;
        assert_eq!(ways, ["Start again"]);
        // RFC 6238 §5.2: a code is accepted once.
        enter(&j, &code).await?;
        let complaint = j.browser.complaint(CODE).await?;
        assert!(complaint.contains("used already"), "{complaint}");
        enter(&j, &authenticator::code(&j, &secret, 1).await?).await?;
        is_in(&j).await
    });
}

#[test]
fn where_the_pool_wants_a_second_factor_mail_can_be_one() {
    let world = with_factors("ON");
    journey(world, async |j| {
        sign_in(&j).await?;
        j.browser.shows_page("Set up a second step").await?;
        j.browser
            .fill("E-mail for codes", "ann@example.com")
            .await?;
        j.browser.press("Use codes by e-mail").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        enter(&j, &j.world.code_for("ann@example.com")).await?;
        is_in(&j).await
    });
}

/// The return address survives each challenge.
#[test]
fn a_deep_link_leads_through_the_code_to_where_one_was_headed() {
    journey(with_phone(), async |j| {
        j.expect_console("currentUser");
        j.browser.open("/todos?list=garden").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(ENTER_CODE).await?;
        enter(&j, &j.world.code_for(PHONE)).await?;
        j.browser.shows_page("Your to-dos").await?;
        j.browser.is_at("/todos?list=garden").await
    });
}

#[test]
fn a_code_that_comes_too_late_begins_again() {
    journey(with_phone(), async |j| {
        j.expect_refusal();
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = j.world.code_for(PHONE);
        j.world.let_time_pass(Duration::from_secs(16 * 60));
        enter(&j, &code).await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(
            j.browser.alert().await?,
            "That took too long. Please try again."
        );
        Ok(())
    });
}

/// A challenge stays open while the network is lost, and keeps the code that the user has entered.
#[test]
fn without_a_network_the_question_stays_open() {
    let world = with_phone();
    give_ann(&world, &[("name", "Ann Lee")]);
    journey(world, async |j| {
        j.expect_console("net::ERR_INTERNET_DISCONNECTED");
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = j.world.code_for(PHONE);
        j.browser.set_offline(true).await?;
        enter(&j, &code).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("offline"), "{alert}");
        assert_eq!(j.browser.value(CODE).await?, code);
        j.browser.set_offline(false).await?;
        j.browser.press(GO_ON).await?;
        is_in(&j).await
    });
}

/// A late answer of a superseded sign-in is ignored: it neither changes the page nor signs the user in.
#[test]
fn an_answer_that_comes_after_starting_again_brings_nobody_in() {
    journey(with_phone(), async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        enter(&j, &j.world.code_for(PHONE)).await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        j.browser.press("Start again").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "bob@example.com").await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        let is_given_back = async || Ok(j.world.operations().contains(&"RevokeToken".to_owned()));
        j.browser
            .until("the tokens given back", is_given_back)
            .await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "bob@example.com");
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}
