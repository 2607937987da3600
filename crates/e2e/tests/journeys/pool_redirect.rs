//! The reference pool `redirect`: sign-in by username or email address, and hosted pages with exactly one callback
//! URL.

use e2e::pages::{ForgotPage, HomePage, HostedLoginPage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::presets::PoolPreset;
use serde_json::json;

use crate::hosted::{asked, go_to_hosted_page};
use crate::hosted_errors::meets_redirect_mismatch;
use crate::parameters::Parameters;
use crate::sign_out::{leave, leave_hosted};
use crate::todos::{finds_todo, first_todos};

const NEW: &str = "Battery-5taple";
const HOSTED_NAME: &str = "Email or username";

/// Signs in on the pool's own form.
async fn sign_in_there(j: &Journey, name: &str, password: &str) -> Outcome {
    go_to_hosted_page(j).await?;
    j.browser.fill(HOSTED_NAME, name).await?;
    j.browser.fill(HostedLoginPage::PASSWORD, password).await?;
    j.browser.press(HostedLoginPage::BUTTON).await
}

/// All flows of a user, with both sign-in methods and both names, in upper or lower case.
#[test]
fn a_person_registers_with_a_name_and_an_address_and_comes_by_either() {
    journey(World::of(PoolPreset::Redirect), async |j| {
        let ann = Person::ann_by_name();
        RegisterPage::open(&j.browser).await?;
        assert_eq!(
            j.browser.texts("main label").await?,
            ["User name", "E-mail", "Your name", "New password"]
        );
        j.browser.fill("User name", &ann.username).await?;
        RegisterPage::shown(&j.browser)
            .await?
            .register(&ann)
            .await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, ann.username);
        let mails = j.world.pool().messages(Some(&ann.email))?;
        let [mail] = &mails[..] else {
            return Err(format!("{} mails", mails.len()).into());
        };
        assert_eq!(mail.subject, "Verify your email for our awesome app!");
        verify.confirm(&mail.code).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        first_todos(&j, &["Buy milk"]).await?;
        leave(&j).await?;

        // The pool sends a code by email to a user who gives the username.
        let forgot = ForgotPage::open(&j.browser).await?;
        forgot.ask("ANN").await?;
        j.browser.field(ForgotPage::CODE).await?;
        forgot.set(&j.world.code_for(&ann.email), NEW).await?;
        for name in ["Ann", "ANN@Example.com"] {
            let sign_in = SignInPage::open(&j.browser).await?;
            sign_in.sign_in(name, NEW).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            leave(&j).await?;
        }

        for name in ["Ann", "ANN@Example.com"] {
            SignInPage::open(&j.browser).await?;
            sign_in_there(&j, name, NEW).await?;
            // The scopes do not include her name.
            j.browser
                .shows_page(&HomePage::greeting(&ann.email))
                .await?;
            let asked = asked(&j.world);
            let asked = Parameters::of_query(&asked);
            assert_eq!(
                asked.one("redirect_uri"),
                format!("{}/login/", j.world.url())
            );
            assert_eq!(asked.one("scope"), "openid email");
            finds_todo(&j, "Buy milk").await?;
            j.browser.follow("Account").await?;
            j.browser.says("The ID token has no name").await?;
            leave_hosted(&j, j.world.url()).await?;
        }
        Ok(())
    });
}

/// Cognito refuses this change ("user.email: Attribute cannot be updated."), and the page explains it. The name can
/// be changed.
#[test]
fn the_name_may_be_changed_and_the_address_may_not_and_says_so() {
    let ann = Person::ann_by_name();
    journey(World::of(PoolPreset::Redirect).with(&ann), async move |j| {
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.follow("Account").await?;
        j.browser.press("Change: Name").await?;
        j.browser.fill("Your name", "Ann Lee-Smith").await?;
        j.browser.press("Save").await?;
        j.browser.says("Greetings Ann Lee-Smith!").await?;

        j.expect_refusal();
        j.browser.press("Change: E-mail").await?;
        j.browser.fill("E-mail", "ann@example.org").await?;
        j.browser.press("Save").await?;
        let complaint = j.browser.complaint("E-mail").await?;
        assert!(complaint.contains("lets nobody change this"), "{complaint}");
        let held = j.world.operate(
            "AdminGetUser",
            &json!({ "UserPoolId": PoolPreset::Redirect.pool_id(), "Username": "ann" }),
        );
        let attributes = held["UserAttributes"].as_array().ok_or("attributes")?;
        assert!(
            attributes.contains(&json!({ "Name": "email", "Value": ann.email })),
            "{attributes:?}"
        );
        Ok(())
    });
}

/// The usual fault of this preset: the redirect URI lacks a slash. The page explains it, and a change of config.js
/// repairs it.
#[test]
fn an_address_that_lacks_a_slash_is_a_redirect_mismatch_until_it_has_one() {
    let ann = Person::ann_by_name();
    let world = World::of(PoolPreset::Redirect).with(&ann);
    let right = world.config();
    let wrong = format!("{}/login", world.url());
    let named = wrong.clone();
    let world = world.configured(|config| config["cognito"]["redirectSignIn"] = json!(named));
    journey(world, async move |j| {
        meets_redirect_mismatch(&j).await?;

        SignInPage::open(&j.browser).await?;
        j.browser
            .unfold("Did the hosted page show an error?")
            .await?;
        assert_eq!(j.browser.texts("main code").await?, [wrong]);
        j.browser.says("Allowed callback URLs").await?;

        j.world.set_config(&right);
        SignInPage::open(&j.browser).await?;
        sign_in_there(&j, &ann.username, &ann.password).await?;
        j.browser.shows_page(&HomePage::greeting(&ann.email)).await
    });
}
