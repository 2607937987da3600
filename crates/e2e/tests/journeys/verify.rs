//! Confirming a new account with its code.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage, VerifyPage};
use e2e::{Fault, Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;
use thirtyfour::By;

fn with_ann_signed_up() -> World {
    let world = World::workshop();
    world.sign_up(&Person::ann());
    world
}

/// In another browser, username and code confirm the account, and the sign-in page is next.
#[test]
fn in_a_fresh_browser_name_and_code_confirm_an_account_and_sign_in_is_next() {
    journey(with_ann_signed_up(), async |j| {
        let ann = Person::ann();
        let verify = VerifyPage::open(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        verify.confirm(&j.world.code_for(&ann.email)).await?;

        let sign_in = SignInPage::shown(&j.browser).await?;
        let news = j.browser.status().await?;
        assert!(news.contains("confirmed"), "{news}");
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.email);
        sign_in.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.calls()[0].body,
            json!({
                "ClientId": DEV_CLIENT_ID,
                "Username": ann.email,
                "ConfirmationCode": j.world.code_for(&ann.email),
            })
        );
        Ok(())
    });
}

/// A wrong and an expired code have different messages. Cognito: a code for a new account is valid for 24 hours.
#[test]
fn a_wrong_and_an_expired_code_have_two_sentences_and_a_new_code_works() {
    journey(with_ann_signed_up(), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        let verify = VerifyPage::open(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        let first = j.world.code_for(&ann.email);
        let other = if first == "123456" {
            "654321"
        } else {
            "123456"
        };
        verify.confirm(other).await?;
        let wrong = j.browser.complaint(VerifyPage::CODE).await?;

        j.world
            .let_time_pass(Duration::from_secs(24 * 60 * 60 + 60));
        verify.confirm(&first).await?;
        let is_new = async || Ok(j.browser.complaint(VerifyPage::CODE).await? != wrong);
        j.browser.until("another complaint", is_new).await?;
        let expired = j.browser.complaint(VerifyPage::CODE).await?;
        assert!(expired.contains("expired"), "{expired}");

        j.browser.press(VerifyPage::NEW_CODE).await?;
        let is_sent = async || Ok(j.world.pool().messages(Some(&ann.email))?.len() == 2);
        j.browser.until("another mail", is_sent).await?;
        let news = j.browser.status().await?;
        assert!(news.contains("code"), "{news}");
        verify.confirm(&j.world.code_for(&ann.email)).await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(
            j.world.operations(),
            [
                "ConfirmSignUp",
                "ConfirmSignUp",
                "ResendConfirmationCode",
                "ConfirmSignUp"
            ]
        );
        Ok(())
    });
}

fn with_ann_confirmed_by_the_administrator() -> World {
    let world = with_ann_signed_up();
    let ann = json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username });
    world.operate("AdminConfirmSignUp", &ann);
    world
}

/// A user whose account the administrator confirmed can sign in.
#[test]
fn who_was_confirmed_by_the_administrator_signs_in() {
    journey(with_ann_confirmed_by_the_administrator(), async |j| {
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The page for the code says that the account is confirmed already, and leads to the sign-in page.
#[test]
fn the_code_page_tells_who_is_confirmed_already_and_leads_on() {
    journey(with_ann_confirmed_by_the_administrator(), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        let verify = VerifyPage::open(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        verify.confirm(&j.world.code_for(&ann.email)).await?;
        j.browser.says("confirmed already").await?;

        j.browser.reload().await?;
        VerifyPage::shown(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        j.browser.press(VerifyPage::NEW_CODE).await?;
        j.browser.says("confirmed already").await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.email);
        Ok(())
    });
}

/// A sign-in with an unconfirmed account leads to the page for the code, and afterwards to the return address.
#[test]
fn an_unconfirmed_sign_in_leads_to_the_code_and_back_to_where_one_was_headed() {
    journey(with_ann_signed_up(), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        j.expect_console("currentUser");
        j.browser.open("/todos?from=mail").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, ann.email);
        verify.confirm(&j.world.code_for(&ann.email)).await?;
        j.browser.shows_page("Your to-dos").await?;
        j.browser.is_at("/todos?from=mail").await
    });
}

/// An unknown username must not be distinguishable from a known one.
#[test]
fn a_code_for_an_unknown_name_is_refused_like_any_other() {
    journey(World::workshop(), async |j| {
        j.expect_refusal();
        let verify = VerifyPage::open(&j.browser).await?;
        j.browser
            .fill(VerifyPage::NAME, "nobody@example.com")
            .await?;
        verify.confirm("123456").await?;
        let complaint = j.browser.complaint(VerifyPage::CODE).await?;
        assert!(complaint.contains("code"), "{complaint}");
        Ok(())
    });
}

/// A program that scans links in emails opens them too, so opening one must not confirm the account.
#[test]
fn a_link_with_name_and_code_fills_both_and_waits_for_a_press() {
    journey(with_ann_signed_up(), async |j| {
        let ann = Person::ann();
        let code = j.world.code_for(&ann.email);
        let link = format!("/verify?username=ann%40example.com&code={code}&then=%2Ftodos");
        j.browser.open(&link).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, ann.email);
        assert_eq!(j.browser.value(VerifyPage::CODE).await?, code);
        j.browser.says("Press Confirm to go on.").await?;
        j.browser
            .is_at("/verify?username=ann%40example.com&then=%2Ftodos")
            .await?;
        assert_eq!(j.world.operations(), [""; 0]);

        j.browser.press(VerifyPage::BUTTON).await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.world.operations(), ["ConfirmSignUp"]);
        j.browser
            .is_at("/signin?username=ann%40example.com&after=verify&then=%2Ftodos")
            .await
    });
}

/// After a request, the button for a new code is disabled and counts down.
#[test]
fn the_button_for_a_new_code_rests_and_counts_down() {
    journey(with_ann_signed_up(), async |j| {
        let ann = Person::ann();
        VerifyPage::open(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        j.browser.press(VerifyPage::NEW_CODE).await?;
        let button = async || {
            let buttons = j.browser.texts("main button.link").await?;
            Ok::<_, Fault>(buttons.into_iter().next().unwrap_or_default())
        };
        let rests = async || Ok(button().await?.starts_with("Send a new code (in "));
        j.browser.until("a rest", rests).await?;
        let first = button().await?;
        let counts = async || Ok(rests().await? && button().await? != first);
        j.browser.until("a countdown", counts).await?;
        let button = j.browser.driver().find(By::Css("main button.link")).await?;
        button.click().await?;
        assert_eq!(j.world.operations(), ["ResendConfirmationCode"]);

        j.browser.move_clock(Duration::from_secs(30)).await?;
        j.browser.press(VerifyPage::NEW_CODE).await?;
        let is_sent = async || Ok(j.world.operations().len() == 2);
        j.browser.until("another mail", is_sent).await
    });
}

/// Cognito allows five codes for one user in an hour. The message for "Attempt limit exceeded" has the time to wait.
#[test]
fn who_has_asked_for_too_many_codes_is_told_when_to_try_again() {
    journey(with_ann_signed_up(), async |j| {
        let ann = Person::ann();
        for _ in 0..5 {
            j.world.operate(
                "ResendConfirmationCode",
                &json!({ "ClientId": DEV_CLIENT_ID, "Username": ann.email }),
            );
        }
        j.expect_refusal();
        VerifyPage::open(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        j.browser.press(VerifyPage::NEW_CODE).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("Wait an hour"), "{alert}");
        Ok(())
    });
}
