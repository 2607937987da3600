//! Back and reload while a challenge is open.

use e2e::pages::{HomePage, RegisterPage, SignInPage};
use e2e::{Journey, Outcome, Person, journey};
use serde_json::json;

use super::second_factors::{enter, is_in};
use super::{ENTER_CODE, PHONE, with_phone};
use crate::between::{have_come, hold, let_through};

/// Goes from the registration page to the challenge for a code.
async fn asked_for_a_code(j: &Journey) -> Outcome {
    RegisterPage::open(&j.browser).await?;
    j.browser.follow_on_page("Sign in").await?;
    let page = SignInPage::shown(&j.browser).await?;
    page.sign_in_as(&Person::ann()).await?;
    j.browser.shows_page(ENTER_CODE).await
}

/// The form for username and password is shown, and the username is filled in.
async fn is_back_at_the_name(j: &Journey) -> Outcome {
    SignInPage::shown(&j.browser).await?;
    assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
    assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, "");
    assert_eq!(j.browser.stored().await?, json!({}));
    j.browser.is_at("/signin").await
}

async fn back(j: &Journey) -> Outcome {
    Ok(j.browser.driver().back().await?)
}

#[test]
fn back_from_a_question_leads_to_name_and_password() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        back(&j).await?;
        is_back_at_the_name(&j).await?;
        back(&j).await?;
        RegisterPage::shown(&j.browser).await?;
        Ok(())
    });
}

#[test]
fn back_after_a_sign_in_in_two_steps_leads_to_the_page_before_it() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        back(&j).await?;
        is_back_at_the_name(&j).await?;
        // The user signs in again from there.
        let page = SignInPage::shown(&j.browser).await?;
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        enter(&j, &j.world.code_for(PHONE)).await?;
        is_in(&j).await?;
        j.browser.is_at("/").await?;
        back(&j).await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.driver().forward().await?;
        is_in(&j).await
    });
}

#[test]
fn starting_again_leaves_no_entry_in_the_history() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        j.browser.press("Start again").await?;
        is_back_at_the_name(&j).await?;
        back(&j).await?;
        RegisterPage::shown(&j.browser).await?;
        Ok(())
    });
}

#[test]
fn a_double_click_on_start_again_goes_back_once() {
    const DOUBLE_CLICK: &str = "const button = [...document.querySelectorAll('main button')]
        .find((button) => button.textContent === arguments[0]);
        button.click();
        button.click();";
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        j.browser
            .script(DOUBLE_CLICK, vec![json!("Start again")])
            .await?;
        is_back_at_the_name(&j).await?;
        back(&j).await?;
        RegisterPage::shown(&j.browser).await?;
        Ok(())
    });
}

#[test]
fn a_link_to_the_same_page_keeps_the_name_on_reload() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        j.browser.follow("Sign in").await?;
        is_back_at_the_name(&j).await?;
        j.browser.reload().await?;
        is_back_at_the_name(&j).await
    });
}

#[test]
fn a_reload_during_a_question_keeps_the_name_and_no_secret() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        j.browser.reload().await?;
        is_back_at_the_name(&j).await?;
        let state = j.browser.script("return history.state", vec![]).await?;
        assert_eq!(state, json!("step:ann@example.com"));
        // Back leads from the challenge to the form, and from there to the registration page.
        let page = SignInPage::shown(&j.browser).await?;
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        back(&j).await?;
        is_back_at_the_name(&j).await?;
        back(&j).await?;
        RegisterPage::shown(&j.browser).await?;
        Ok(())
    });
}

#[test]
fn an_answer_that_comes_after_back_signs_nobody_in() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        enter(&j, &j.world.code_for(PHONE)).await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        back(&j).await?;
        is_back_at_the_name(&j).await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        let is_given_back = async || Ok(j.world.operations().contains(&"RevokeToken".to_owned()));
        j.browser
            .until("the tokens given back", is_given_back)
            .await?;
        is_back_at_the_name(&j).await
    });
}

/// A challenge ends when the user leaves it by a link.
#[test]
fn back_from_another_page_finds_name_and_password() {
    journey(with_phone(), async |j| {
        asked_for_a_code(&j).await?;
        j.browser.follow("Poolgate").await?;
        HomePage::shown(&j.browser).await?;
        back(&j).await?;
        is_back_at_the_name(&j).await
    });
}
