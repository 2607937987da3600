//! Changing the password.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use super::anns_account;
use crate::hosted::with_ann;
use crate::session::renewals;

const NEW: &str = "N3w-and-better!";

async fn password_part(j: &Journey) -> Outcome<AccountPage<'_>> {
    let page = anns_account(j).await?;
    page.unfold(AccountPage::PASSWORD_PART).await?;
    j.browser.field(AccountPage::CURRENT_PASSWORD).await?;
    Ok(page)
}

#[test]
fn a_changed_password_is_the_one_that_signs_in_and_nobody_is_signed_out_by_it() {
    journey(with_ann(), async |j| {
        let page = password_part(&j).await?;
        page.change_password(&Person::ann(), NEW).await?;
        j.browser.says("Your password is changed.").await?;
        assert_eq!(j.browser.value(AccountPage::CURRENT_PASSWORD).await?, "");
        assert_eq!(j.browser.value(AccountPage::NEW_PASSWORD).await?, "");
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        let sign_in = SignInPage::open(&j.browser).await?;
        j.expect_refusal();
        sign_in.sign_in_as(&Person::ann()).await?;
        let refusal = j.browser.alert().await?;
        assert!(
            refusal.starts_with("That name and password do not go together."),
            "{refusal}"
        );
        sign_in.sign_in(&Person::ann().username, NEW).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn both_empty_passwords_are_marked_at_once() {
    journey(with_ann(), async |j| {
        password_part(&j).await?;
        j.browser.press("Change the password").await?;
        j.browser.complaint(AccountPage::CURRENT_PASSWORD).await?;
        j.browser.complaint(AccountPage::NEW_PASSWORD).await?;
        assert_eq!(j.browser.focused().await?, AccountPage::CURRENT_PASSWORD);
        Ok(())
    });
}

/// A wrong password and a rejected token have the same exception type. A wrong password must cause one request and no
/// refresh.
#[test]
fn a_wrong_current_password_is_told_beside_its_field_once() {
    journey(with_ann(), async |j| {
        let page = password_part(&j).await?;
        let wrong = Person {
            password: "Wr0ng-horse!".to_owned(),
            ..Person::ann()
        };
        j.expect_refusal();
        page.change_password(&wrong, NEW).await?;
        assert_eq!(
            j.browser.complaint(AccountPage::CURRENT_PASSWORD).await?,
            "That is not your current password. Check it; after several wrong tries you have to wait an hour."
        );
        assert_eq!(j.browser.focused().await?, AccountPage::CURRENT_PASSWORD);
        assert_eq!(
            j.browser.value(AccountPage::NEW_PASSWORD).await?,
            NEW,
            "nothing that was typed is lost"
        );
        let sent = j.world.operations();
        let asked = sent.iter().filter(|sent| *sent == "ChangePassword");
        assert_eq!(asked.count(), 1);
        assert_eq!(renewals(&j.world), 0);
        Ok(())
    });
}

#[test]
fn a_rule_that_the_new_password_breaks_is_learnt_from_the_refusal() {
    journey(with_ann(), async |j| {
        let page = password_part(&j).await?;
        j.expect_refusal();
        page.change_password(&Person::ann(), "lower-case-0nly")
            .await?;
        assert_eq!(
            j.browser.complaint(AccountPage::NEW_PASSWORD).await?,
            "This password does not keep all the rules yet. See the list."
        );
        assert_eq!(
            j.browser.texts("#password-rules li").await?,
            ["A capital letter\n(not yet)"]
        );
        Ok(())
    });
}

#[test]
fn without_the_current_password_nothing_is_sent() {
    journey(with_ann(), async |j| {
        password_part(&j).await?;
        j.browser.fill(AccountPage::NEW_PASSWORD, NEW).await?;
        j.browser.press("Change the password").await?;
        assert_eq!(
            j.browser.complaint(AccountPage::CURRENT_PASSWORD).await?,
            "Enter your current password."
        );
        let sent = j.world.operations();
        assert!(!sent.contains(&"ChangePassword".to_owned()), "{sent:?}");
        Ok(())
    });
}

/// A pool in which Ann signed up without a password (Cognito: `SignUp`), and signs in with an email code.
fn without_password() -> World {
    let world = World::workshop();
    world.operate(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } },
        }),
    );
    world.update_client(json!({
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }));
    let ann = Person::ann();
    world.operate(
        "SignUp",
        &json!({
            "ClientId": DEV_CLIENT_ID,
            "Username": ann.username,
            "UserAttributes": [
                { "Name": "email", "Value": ann.email },
                { "Name": "name", "Value": ann.name },
            ],
        }),
    );
    world.confirm_with(DEV_CLIENT_ID, &ann);
    world.configured(|config| {
        config["cognito"]["authFlow"] = json!("USER_AUTH");
        config["cognito"]["preferredChallenge"] = json!("EMAIL_OTP");
    })
}

#[test]
fn who_has_no_password_yet_can_choose_one_and_has_one_from_then_on() {
    journey(without_password(), async |j| {
        let ann = Person::ann();
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, &ann.username).await?;
        j.browser.press("Continue").await?;
        j.browser.field(AccountPage::CODE).await?;
        let code = j.world.code_for(&ann.email);
        j.browser.fill(AccountPage::CODE, &code).await?;
        j.browser.press("Continue").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        let page = AccountPage::follow(&j.browser).await?;
        page.unfold(AccountPage::PASSWORD_PART).await?;
        j.browser
            .says("You have no password yet: you sign in without one.")
            .await?;
        j.browser
            .fill(AccountPage::NEW_PASSWORD, &ann.password)
            .await?;
        j.browser.press("Change the password").await?;
        j.browser.says("Your password is changed.").await?;
        page.change_password(&ann, NEW).await?;
        j.browser
            .until("both changes", async || {
                let sent = j.world.requests();
                let changes = sent.iter().filter(|sent| {
                    sent.operation.as_deref() == Some("ChangePassword") && sent.status == Some(200)
                });
                Ok(changes.count() == 2)
            })
            .await
    });
}
