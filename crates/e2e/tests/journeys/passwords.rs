//! Resetting a forgotten password.

use std::time::Duration;

use e2e::pages::{ForgotPage, HomePage, SignInPage};
use e2e::{Outcome, Person, World, journey};
use serde_json::json;

const NEW: &str = "Battery-5taple";

/// The new password signs the user in, and the old one does not.
#[test]
fn the_new_password_works_and_the_old_one_does_not() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, &ann.email).await?;
        j.browser.follow("Forgot your password?").await?;
        let forgot = ForgotPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(ForgotPage::NAME).await?, ann.email);
        j.browser.press(ForgotPage::BUTTON).await?;
        j.browser.field(ForgotPage::CODE).await?;
        forgot.set(&j.world.code_for(&ann.email), NEW).await?;

        let sign_in = SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.email);
        j.expect_refusal();
        sign_in.sign_in(&ann.email, &ann.password).await?;
        j.browser.alert().await?;
        sign_in.sign_in(&ann.email, NEW).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// Cognito: a code for a new password is valid for one hour.
#[test]
fn a_wrong_and_an_expired_code_for_a_new_password_have_two_sentences_and_a_new_code_works() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        let forgot = ForgotPage::open(&j.browser).await?;
        forgot.ask(&ann.email).await?;
        j.browser.field(ForgotPage::CODE).await?;
        let first = j.world.code_for(&ann.email);
        let other = if first == "123456" {
            "654321"
        } else {
            "123456"
        };
        forgot.set(other, NEW).await?;
        let wrong = j.browser.complaint(ForgotPage::CODE).await?;

        j.world.let_time_pass(Duration::from_secs(60 * 60 + 60));
        forgot.set(&first, NEW).await?;
        let is_new = async || Ok(j.browser.complaint(ForgotPage::CODE).await? != wrong);
        j.browser.until("another complaint", is_new).await?;
        let expired = j.browser.complaint(ForgotPage::CODE).await?;
        assert!(expired.contains("expired"), "{expired}");

        j.browser.move_clock(Duration::from_secs(30)).await?;
        j.browser.press("Send a new code").await?;
        let is_sent = async || Ok(j.world.code_for(&ann.email) != first);
        j.browser.until("another code", is_sent).await?;
        forgot.set(&j.world.code_for(&ann.email), NEW).await?;
        SignInPage::shown(&j.browser).await?;
        Ok(())
    });
}

/// The text of the page after a code was requested, without the masked address and the time until the next request.
async fn seen_after_asking(j: &e2e::Journey, name: &str) -> Outcome<String> {
    let forgot = ForgotPage::open(&j.browser).await?;
    forgot.ask(name).await?;
    j.browser.field(ForgotPage::CODE).await?;
    let text = j.browser.text().await?;
    let words = text.split(' ').map(|word| {
        if word.contains('@') {
            "(address)"
        } else if word.parse::<u8>().is_ok() {
            "(seconds)"
        } else {
            word
        }
    });
    Ok(words.collect::<Vec<_>>().join(" "))
}

/// The page does not reveal which accounts exist, before and after the code, with both settings of the app client.
#[test]
fn a_forgotten_password_does_not_tell_who_has_an_account() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.expect_refusal();
        for existence in ["ENABLED", "LEGACY"] {
            j.world
                .update_client(json!({ "PreventUserExistenceErrors": existence }));
            let mut seen = Vec::new();
            for name in ["ann@example.com", "bob@example.com"] {
                let asked = seen_after_asking(&j, name).await?;
                j.browser.fill(ForgotPage::CODE, "000000").await?;
                j.browser.fill(ForgotPage::PASSWORD, NEW).await?;
                j.browser.press(ForgotPage::SET).await?;
                seen.push((asked, j.browser.complaint(ForgotPage::CODE).await?));
            }
            assert_eq!(seen[0], seen[1], "{existence}");
        }
        Ok(())
    });
}

/// The page explains in plain words that only an administrator can reset passwords in this pool.
#[test]
fn a_pool_where_only_the_administrator_resets_passwords_says_so_in_a_plain_sentence() {
    let world = World::workshop();
    let (pool, client) = world.move_to_pool(json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }] },
    }));
    world.sign_up_with(&client, &Person::ann(), &[]);
    world.confirm_with(&client, &Person::ann());
    journey(world, async move |j| {
        j.expect_refusal();
        for existence in ["LEGACY", "ENABLED"] {
            let of_client = json!({ "UserPoolId": pool, "ClientId": client, "PreventUserExistenceErrors": existence });
            j.world.operate("UpdateUserPoolClient", &of_client);
            let forgot = ForgotPage::open(&j.browser).await?;
            forgot.ask("ann@example.com").await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains("administrator"), "{alert}");
            assert!(!alert.contains("Exception"), "{alert}");
        }
        Ok(())
    });
}
