//! A new code during a sign-in, without entering the password again.

use std::time::Duration;

use e2e::pages::SignInPage;
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::{Value, json};

use super::first_factors::{give_name, offering};
use super::second_factors::{another, enter, is_in, sign_in};
use super::{CODE, ENTER_CODE, GO_ON, PHONE, ann_prefers, with_factors, with_phone};
use crate::between::{have_come, hold, hold_from_the_start, let_through};
use crate::kept_page::{back_into_the_kept_page, journey_with_kept_page};

/// The label of the button for a new code.
const NEW_CODE: &str = "Send a new code";

/// The time for which the button is disabled after a code was sent.
const WAIT: Duration = Duration::from_secs(30);

/// The text under the form if a new code needs the password again.
const NO_CODE: &str = "No code? A new one is sent when you begin again.";

/// The buttons under the form, without their countdown.
async fn buttons(j: &Journey) -> Outcome<Vec<String>> {
    let texts = j.browser.texts("main button.link").await?;
    let bare = |text: String| match text.split_once(" (in ") {
        Some((words, _)) => format!("{words}, later"),
        None => text,
    };
    Ok(texts.into_iter().map(bare).collect())
}

/// Requests a new code after the button's delay, and waits for the message.
async fn ask_for_new_code(j: &Journey, address: &str) -> Outcome<String> {
    let before = j.world.pool().messages(Some(address))?.len();
    assert_eq!(
        buttons(j).await?,
        [format!("{NEW_CODE}, later"), "Start again".to_owned()]
    );
    j.browser.move_clock(WAIT).await?;
    j.browser.press(NEW_CODE).await?;
    let is_sent = async || Ok(j.world.pool().messages(Some(address))?.len() == before + 1);
    j.browser.until("another message", is_sent).await?;
    j.browser.says("We sent a new code").await?;
    Ok(j.world.code_for(address))
}

/// The `InitiateAuth` requests so far, without the values that differ each time.
fn beginnings(world: &World) -> Vec<Value> {
    let calls = world.calls();
    let begun = calls.iter().filter(|call| call.operation == "InitiateAuth");
    begun
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
fn a_new_code_by_text_message_is_sent_in_place() {
    journey(with_phone(), async |j| {
        j.expect_refusal();
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let first = j.world.code_for(PHONE);
        j.browser.fill(CODE, "12").await?;
        let second = ask_for_new_code(&j, PHONE).await?;
        assert_ne!(first, second);
        assert_eq!(
            j.browser.status().await?,
            "We sent a new code by text message to +********0100. Only the newest one counts."
        );
        j.browser.shows_page(ENTER_CODE).await?;
        assert_eq!(j.browser.value(CODE).await?, "");
        enter(&j, &first).await?;
        j.browser.complaint(CODE).await?;
        let third = ask_for_new_code(&j, PHONE).await?;
        enter(&j, &third).await?;
        is_in(&j).await?;
        let begun = beginnings(&j.world);
        assert_eq!(begun.len(), 3);
        assert!(begun.iter().all(|body| *body == begun[0]), "{begun:?}");
        let sent: String = j.world.requests().iter().map(|sent| &*sent.body).collect();
        assert!(!sent.contains(&Person::ann().password));
        Ok(())
    });
}

/// How many times the app has read the host's time.
async fn times_read(j: &Journey) -> Outcome<u64> {
    const COUNT: &str = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.name.endsWith('/config.js')).length";
    let count = j.browser.script(COUNT, vec![]).await?;
    Ok(count.as_u64().expect("a number"))
}

/// The pool refuses a proof with the host's time. The app then proves the password again by this device's clock.
#[test]
fn a_new_code_is_sent_after_the_host_time_became_stale() {
    journey(with_phone(), async |j| {
        j.expect_refusal();
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.world.set_age_of_answers(Duration::from_secs(2 * 60 * 60));
        let before = times_read(&j).await?;
        ask_for_new_code(&j, PHONE).await?;
        // The app reads the host's time for the next proof.
        let is_read = async || Ok(times_read(&j).await? > before);
        j.browser.until("the host's time", is_read).await?;
        let code = ask_for_new_code(&j, PHONE).await?;
        assert_eq!(beginnings(&j.world).len(), 4);
        enter(&j, &code).await?;
        is_in(&j).await
    });
}

#[test]
fn a_new_code_by_mail_comes_by_the_second_factor_that_was_chosen() {
    let world = with_phone();
    ann_prefers(&world, json!({ "EmailMfaSettings": { "Enabled": true } }));
    journey(world, async |j| {
        sign_in(&j).await?;
        j.browser.shows_page("Confirm that it is you").await?;
        j.browser.press("With a code by e-mail").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = ask_for_new_code(&j, "ann@example.com").await?;
        assert_eq!(
            j.browser.status().await?,
            "We sent a new code to a***@e***. Only the newest one counts. Look in the spam folder too."
        );
        enter(&j, &code).await?;
        is_in(&j).await
    });
}

#[test]
fn a_new_code_is_sent_while_mail_is_set_up_as_second_factor() {
    journey(with_factors("ON"), async |j| {
        sign_in(&j).await?;
        j.browser
            .fill("E-mail for codes", "ann@example.com")
            .await?;
        j.browser.press("Use codes by e-mail").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = ask_for_new_code(&j, "ann@example.com").await?;
        enter(&j, &code).await?;
        is_in(&j).await
    });
}

#[test]
fn a_code_that_is_the_first_factor_is_sent_again_by_name() {
    journey(offering(&["PASSWORD", "EMAIL_OTP"]), async |j| {
        give_name(&j).await?;
        j.browser.press("With a code by e-mail").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = ask_for_new_code(&j, "ann@example.com").await?;
        let begun = beginnings(&j.world);
        assert_eq!(
            begun[1]["AuthParameters"],
            json!({ "USERNAME": "ann@example.com", "PREFERRED_CHALLENGE": "EMAIL_OTP" })
        );
        enter(&j, &code).await?;
        is_in(&j).await
    });
}

/// Ends each timer of the page at once that is about as long as the authentication session of a challenge.
const SESSION_ENDS: &str = "{ const wait = window.setTimeout;
    window.setTimeout = (then, delay, ...more) =>
        wait(then, delay > 100_000 && delay <= 180_000 ? 0 : delay, ...more); }";

#[test]
fn the_password_is_forgotten_when_the_session_ends() {
    journey(with_phone(), async |j| {
        j.browser.before_each_document(SESSION_ENDS).await?;
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser.says(NO_CODE).await?;
        assert_eq!(buttons(&j).await?, ["Start again"]);
        // An app client can have a longer authentication session, so the code is still accepted.
        enter(&j, &j.world.code_for(PHONE)).await?;
        is_in(&j).await
    });
}

/// The app learns the host's time only after the challenge, by which the session seems to last for two hours more.
#[test]
fn the_password_is_held_no_longer_by_a_late_host_clock() {
    const TIME: &str = "HEAD /config.js";
    let world = with_phone()
        .configured(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"));
    journey(world, async |j| {
        j.expect_refusal();
        hold_from_the_start(&j, TIME).await?;
        j.browser
            .move_clock(Duration::from_secs(2 * 60 * 60))
            .await?;
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let come = format!("window.between.let_through('{TIME}'); {SESSION_ENDS}");
        j.browser.script(&come, vec![]).await?;
        // After a wrong code the password is held for the rest of the session.
        let wrong = another(&j.world.code_for(PHONE));
        enter(&j, wrong).await?;
        j.browser.complaint(CODE).await?;
        j.browser.says(NO_CODE).await?;
        assert_eq!(buttons(&j).await?, ["Start again"]);
        Ok(())
    });
}

/// The pool refuses the first proof, which has the host's time. The later ones have the device's.
#[test]
fn a_new_code_is_sent_where_the_host_time_is_wrong() {
    let world = with_phone();
    world.set_age_of_answers(Duration::from_secs(2 * 60 * 60));
    journey(world, async |j| {
        j.expect_refusal();
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = ask_for_new_code(&j, PHONE).await?;
        enter(&j, &code).await?;
        is_in(&j).await?;
        let proof = ["InitiateAuth", "RespondToAuthChallenge"];
        assert_eq!(
            j.world.operations(),
            [&proof[..], &proof, &proof, &["RespondToAuthChallenge"]].concat()
        );
        Ok(())
    });
}

/// No timers run while a device sleeps.
#[test]
fn a_late_press_for_a_new_code_does_not_use_the_password() {
    journey(with_phone(), async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser.move_clock(Duration::from_secs(180)).await?;
        j.browser.press(NEW_CODE).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("takes your password again"), "{alert}");
        j.browser.says(NO_CODE).await?;
        assert_eq!(buttons(&j).await?, ["Start again"]);
        assert_eq!(beginnings(&j.world).len(), 1);
        assert_eq!(j.world.pool().messages(Some(PHONE))?.len(), 1);
        Ok(())
    });
}

/// The browser can keep the page and its memory for Back (bfcache).
#[test]
fn the_password_is_forgotten_when_the_page_is_left() {
    journey_with_kept_page(with_phone, async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let inbox = format!("{}/inbox", j.world.pool().url());
        j.browser.driver().goto(inbox).await?;
        back_into_the_kept_page(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser.says(NO_CODE).await?;
        assert_eq!(buttons(&j).await?, ["Start again"]);
        enter(&j, &j.world.code_for(PHONE)).await?;
        is_in(&j).await
    });
}

/// The challenge comes while the browser keeps the page for Back.
#[test]
fn challenge_after_the_page_was_left_holds_no_password() {
    const LEAVE: &str = "dispatchEvent(new Event('pagehide'))";
    journey(with_phone(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        page.sign_in_as(&Person::ann()).await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        j.browser.script(LEAVE, vec![]).await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser.says(NO_CODE).await?;
        assert_eq!(buttons(&j).await?, ["Start again"]);
        Ok(())
    });
}

#[test]
fn a_new_code_that_cannot_be_sent_leaves_the_old_one() {
    journey(with_phone(), async |j| {
        j.expect_console("net::ERR_INTERNET_DISCONNECTED");
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = j.world.code_for(PHONE);
        j.browser.move_clock(WAIT).await?;
        j.browser.button(NEW_CODE).await?;
        j.browser.set_offline(true).await?;
        j.browser.press(NEW_CODE).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("offline"), "{alert}");
        j.browser.set_offline(false).await?;
        enter(&j, &code).await?;
        is_in(&j).await
    });
}

#[test]
fn the_code_cannot_be_sent_in_while_a_new_one_is_asked_for() {
    journey(with_phone(), async |j| {
        sign_in(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let is_free = async |free: bool| {
            let state = j.browser.button(GO_ON).await?.attr("aria-disabled").await?;
            Ok::<bool, e2e::Fault>(state.as_deref() == Some(if free { "false" } else { "true" }))
        };
        assert!(is_free(true).await?);
        j.browser.move_clock(WAIT).await?;
        j.browser.button(NEW_CODE).await?;
        hold(&j, "InitiateAuth").await?;
        j.browser.press(NEW_CODE).await?;
        have_come(&j, "InitiateAuth", 1).await?;
        assert!(is_free(false).await?);
        let_through(&j, "InitiateAuth").await?;
        j.browser.says("We sent a new code").await?;
        j.browser
            .until("a free button", async || is_free(true).await)
            .await?;
        SignInPage::open(&j.browser).await?;
        Ok(())
    });
}
