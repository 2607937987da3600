//! Forms for password managers, keyboards and assistive technology.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::json;
use thirtyfour::Key;

/// The visible fields of the page's form: label, type and `autocomplete`.
async fn fields(j: &Journey) -> Outcome<serde_json::Value> {
    const FIELDS: &str = "return [...document.querySelectorAll('form[method=post] input')]
        .filter((field) => !field.readOnly)
        .map((field) => [field.labels[0].innerText, field.type, field.autocomplete])";
    j.browser.script(FIELDS, vec![]).await
}

/// Each field has the `autocomplete` value by which password managers recognize it.
#[test]
fn every_field_tells_password_managers_what_it_is() {
    let world = World::workshop().with(&Person::ann()).configured(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "phone_number"]);
    });
    journey(world, async |j| {
        RegisterPage::open(&j.browser).await?;
        assert_eq!(
            fields(&j).await?,
            json!([
                ["E-mail", "email", "username"],
                ["Your name", "text", "name"],
                ["Phone number, such as +14325550100", "tel", "tel"],
                ["New password", "password", "new-password"],
            ])
        );
        VerifyPage::open(&j.browser).await?;
        assert_eq!(
            fields(&j).await?,
            json!([
                ["E-mail or user name", "text", "username"],
                ["Code", "text", "one-time-code"]
            ])
        );
        SignInPage::open(&j.browser).await?;
        assert_eq!(
            fields(&j).await?,
            json!([
                ["E-mail or user name", "text", "username"],
                ["Password", "password", "current-password"]
            ])
        );
        let forgot = ForgotPage::open(&j.browser).await?;
        assert_eq!(
            fields(&j).await?,
            json!([["E-mail or user name", "text", "username"]])
        );
        forgot.ask("ann@example.com").await?;
        j.browser.field(ForgotPage::CODE).await?;
        assert_eq!(
            fields(&j).await?,
            json!([
                ["Code", "text", "one-time-code"],
                ["New password", "password", "new-password"]
            ])
        );
        // The username for which a password manager stores the new password.
        const WHOSE: &str = "return [...document.querySelectorAll('form [autocomplete=username]')].map((field) => field.value)";
        assert_eq!(
            j.browser.script(WHOSE, vec![]).await?,
            json!(["ann@example.com"])
        );
        Ok(())
    });
}

#[test]
fn an_empty_submit_marks_every_empty_field() {
    let world = World::workshop().configured(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "phone_number"]);
    });
    journey(world, async |j| {
        for (address, button, labels) in [
            (
                "/register",
                RegisterPage::BUTTON,
                &[
                    RegisterPage::EMAIL,
                    RegisterPage::NAME,
                    "Phone number, such as +14325550100",
                    RegisterPage::PASSWORD,
                ][..],
            ),
            (
                "/verify",
                VerifyPage::BUTTON,
                &[VerifyPage::NAME, VerifyPage::CODE],
            ),
            (
                "/signin",
                SignInPage::BUTTON,
                &[SignInPage::NAME, SignInPage::PASSWORD],
            ),
            (
                "/forgot?username=ann&after=signin",
                ForgotPage::SET,
                &[ForgotPage::CODE, ForgotPage::PASSWORD],
            ),
        ] {
            j.browser.open(address).await?;
            // The first paint has no buttons yet.
            let is_drawn = async || Ok(j.browser.texts("#start").await?.is_empty());
            j.browser.until("the app", is_drawn).await?;
            j.browser.press(button).await?;
            for label in labels {
                j.browser.complaint(label).await?;
            }
            assert_eq!(j.browser.focused().await?, labels[0], "{address}");
            // Fields that are filled in are no longer marked, and the first of the others gets the focus.
            j.browser.fill(labels[0], "ann@example.com").await?;
            j.browser.press(button).await?;
            j.browser.complaint(labels[1]).await?;
            assert_eq!(j.browser.focused().await?, labels[1], "{address}");
            let marked = "return document.querySelectorAll('form [aria-invalid=true]').length";
            let marked = j.browser.script(marked, vec![]).await?;
            assert_eq!(marked, json!(labels.len() - 1), "{address}");
        }
        assert_eq!(j.world.telling_requests(), []);
        Ok(())
    });
}

/// Sets the value of the input with this ID, as a password manager that sends no event does.
async fn fill_in_silently(j: &Journey, id: &str, value: &str) -> Outcome {
    const FILL: &str = "document.getElementById(arguments[0]).value = arguments[1]";
    let arguments = vec![json!(id), json!(value)];
    j.browser.script(FILL, arguments).await?;
    Ok(())
}

#[test]
fn values_that_came_without_an_event_are_sent() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        SignInPage::open(&j.browser).await?;
        fill_in_silently(&j, "username", &ann.email).await?;
        fill_in_silently(&j, "password", &ann.password).await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.calls()[0].body["AuthParameters"]["USERNAME"],
            ann.email.as_str()
        );
        Ok(())
    });
}

/// The value of the element counts, also if the user typed another one before.
#[test]
fn a_value_filled_in_over_a_typed_one_is_sent() {
    journey(World::workshop(), async |j| {
        RegisterPage::open(&j.browser).await?;
        j.browser.fill(RegisterPage::EMAIL, "bob@").await?;
        fill_in_silently(&j, "username", "bob@example.com").await?;
        fill_in_silently(&j, "password", "Correct-h0rse").await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::shown(&j.browser).await?;
        let sent = j.world.calls();
        assert_eq!(sent[0].body["Username"], "bob@example.com");
        assert_eq!(sent[0].body["Password"], "Correct-h0rse");

        VerifyPage::open(&j.browser).await?;
        fill_in_silently(&j, "username", "bob@example.com").await?;
        j.browser.press(VerifyPage::NEW_CODE).await?;
        let is_sent = async || Ok(j.world.calls().len() == 2);
        j.browser.until("another code", is_sent).await?;
        assert_eq!(j.world.calls()[1].body["Username"], "bob@example.com");
        Ok(())
    });
}

/// The user can have the password shown.
#[test]
fn a_password_is_shown_on_demand() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        let password = j.browser.field(SignInPage::PASSWORD).await?;
        password.send_keys("Correct-h0rse").await?;
        assert_eq!(password.attr("type").await?.as_deref(), Some("password"));
        j.browser.press("Show password").await?;
        let is = async |kind: &str| Ok(password.attr("type").await?.as_deref() == Some(kind));
        j.browser
            .until("the password in plain sight", async || is("text").await)
            .await?;
        assert_eq!(
            j.browser.value(SignInPage::PASSWORD).await?,
            "Correct-h0rse"
        );
        j.browser.press("Hide password").await?;
        j.browser
            .until("the password out of sight", async || is("password").await)
            .await?;
        assert_eq!(j.world.telling_requests(), []);
        Ok(())
    });
}

/// Sign-in and sign-out work by keyboard alone.
#[test]
fn a_keyboard_is_enough_to_sign_in_and_out() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        HomePage::open(&j.browser).await?;
        tab_to(&j, "Sign in").await?;
        j.browser.type_keys(Key::Enter).await?;
        SignInPage::shown(&j.browser).await?;
        tab_to(&j, SignInPage::NAME).await?;
        j.browser.type_keys(&ann.email).await?;
        tab_to(&j, SignInPage::PASSWORD).await?;
        j.browser.type_keys(&ann.password).await?;
        j.browser.type_keys(Key::Enter).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        tab_to(&j, "Sign out").await?;
        j.browser.type_keys(Key::Space).await?;
        HomePage::shown(&j.browser).await?;
        Ok(())
    });
}

/// Presses Tab until the element with this name has the focus, and checks that the focus is visible.
async fn tab_to(j: &Journey, name: &str) -> Outcome {
    const ENOUGH: usize = 20;
    let mut passed = Vec::new();
    for _ in 0..ENOUGH {
        j.browser.type_keys(Key::Tab).await?;
        let focused = j.browser.focused().await?;
        if focused == name {
            const OUTLINE: &str = "const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== 'none' || style.boxShadow !== 'none'";
            assert_eq!(
                j.browser.script(OUTLINE, vec![]).await?,
                json!(true),
                "no sign of focus on {name}"
            );
            return Ok(());
        }
        passed.push(focused);
    }
    Err(format!("Tab does not lead to {name}, but to {passed:?}").into())
}

/// A page that was opened by a link moves the focus to its heading, so that screen readers announce it like a new
/// document.
#[test]
fn another_page_takes_the_focus_to_its_heading() {
    journey(World::workshop(), async |j| {
        HomePage::open(&j.browser).await?.make_an_account().await?;
        RegisterPage::shown(&j.browser).await?;
        let on_heading = async || {
            let focused = j
                .browser
                .script("return document.activeElement.tagName", vec![])
                .await?;
            Ok(focused == json!("H1"))
        };
        j.browser
            .until("the focus on the heading", on_heading)
            .await
    });
}
