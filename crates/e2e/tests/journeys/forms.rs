//! Forms for password managers, keyboards and assistive technology.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::json;
use thirtyfour::Key;

/// Returns the visible fields of the page's form: label, type and `autocomplete`.
async fn fields(ctx: &TestContext) -> Result<serde_json::Value> {
    const FIELDS: &str = "return [...document.querySelectorAll('form[method=post] input')]
        .filter((field) => !field.readOnly)
        .map((field) => [field.labels[0].innerText, field.type, field.autocomplete])";
    ctx.browser.run_script(FIELDS, vec![]).await
}

/// Each field has the `autocomplete` value by which password managers recognize it.
#[test]
fn each_form_field_has_the_right_autocomplete_value() {
    let env = TestEnv::workshop()
        .with_user(&TestUser::ann())
        .with_config(|config| {
            config["cognito"]["signUpAttributes"] = json!(["name", "phone_number"]);
        });
    run_journey(env, async |ctx| {
        RegisterPage::open(&ctx.browser).await?;
        assert_eq!(
            fields(&ctx).await?,
            json!([
                [texts::labels::EMAIL, "email", "username"],
                [texts::labels::NAME, "text", "name"],
                [texts::account::PHONE_NUMBER_EXAMPLE, "tel", "tel"],
                [texts::labels::NEW_PASSWORD, "password", "new-password"],
            ])
        );
        VerifyPage::open(&ctx.browser).await?;
        assert_eq!(
            fields(&ctx).await?,
            json!([
                [texts::labels::EMAIL_OR_USERNAME, "text", "username"],
                [texts::labels::VERIFICATION_CODE, "text", "one-time-code"]
            ])
        );
        SignInPage::open(&ctx.browser).await?;
        assert_eq!(
            fields(&ctx).await?,
            json!([
                [texts::labels::EMAIL_OR_USERNAME, "text", "username"],
                [texts::labels::PASSWORD, "password", "current-password"]
            ])
        );
        let forgot = ForgotPage::open(&ctx.browser).await?;
        assert_eq!(
            fields(&ctx).await?,
            json!([[texts::labels::EMAIL_OR_USERNAME, "text", "username"]])
        );
        forgot.request_code("ann@example.com").await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        assert_eq!(
            fields(&ctx).await?,
            json!([
                [texts::labels::VERIFICATION_CODE, "text", "one-time-code"],
                [texts::labels::NEW_PASSWORD, "password", "new-password"]
            ])
        );
        // The username for which a password manager stores the new password.
        const WHOSE: &str = "return [...document.querySelectorAll('form [autocomplete=username]')].map((field) => field.value)";
        assert_eq!(
            ctx.browser.run_script(WHOSE, vec![]).await?,
            json!(["ann@example.com"])
        );
        Ok(())
    });
}

#[test]
fn submitting_an_empty_form_marks_every_empty_field() {
    let env = TestEnv::workshop().with_config(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "phone_number"]);
    });
    run_journey(env, async |ctx| {
        for (address, button, labels) in [
            (
                "/register",
                RegisterPage::BUTTON,
                &[
                    RegisterPage::EMAIL,
                    RegisterPage::NAME,
                    texts::account::PHONE_NUMBER_EXAMPLE,
                    RegisterPage::PASSWORD,
                ][..],
            ),
            (
                "/verify",
                VerifyPage::BUTTON,
                &[VerifyPage::USERNAME, VerifyPage::CODE],
            ),
            (
                "/signin",
                SignInPage::BUTTON,
                &[SignInPage::USERNAME, SignInPage::PASSWORD],
            ),
            (
                "/forgot?username=ann&after=signin",
                ForgotPage::SET,
                &[ForgotPage::CODE, ForgotPage::PASSWORD],
            ),
        ] {
            ctx.browser.open(address).await?;
            // The first paint has no buttons yet.
            let is_started = async || Ok(ctx.browser.visible_texts("#start").await?.is_empty());
            ctx.browser.wait_until("the app", is_started).await?;
            ctx.browser.press(button).await?;
            for label in labels {
                ctx.browser.field_error(label).await?;
            }
            assert_eq!(ctx.browser.focused_label().await?, labels[0], "{address}");
            // Fields that are filled in are no longer marked, and the first of the others gets the focus.
            ctx.browser.fill(labels[0], "ann@example.com").await?;
            ctx.browser.press(button).await?;
            ctx.browser.field_error(labels[1]).await?;
            assert_eq!(ctx.browser.focused_label().await?, labels[1], "{address}");
            let marked = "return document.querySelectorAll('form [aria-invalid=true]').length";
            let marked = ctx.browser.run_script(marked, vec![]).await?;
            assert_eq!(marked, json!(labels.len() - 1), "{address}");
        }
        assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);
        Ok(())
    });
}

/// Sets the value of the input with this ID, as a password manager that sends no event does.
async fn set_value_without_events(ctx: &TestContext, id: &str, value: &str) -> Result {
    const FILL: &str = "document.getElementById(arguments[0]).value = arguments[1]";
    let arguments = vec![json!(id), json!(value)];
    ctx.browser.run_script(FILL, arguments).await?;
    Ok(())
}

#[test]
fn form_sends_values_filled_in_by_a_password_manager() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            SignInPage::open(&ctx.browser).await?;
            set_value_without_events(&ctx, "username", &ann.email).await?;
            set_value_without_events(&ctx, "password", &ann.password).await?;
            ctx.browser.press(SignInPage::BUTTON).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            assert_eq!(
                ctx.env.pool_calls()[0].body["AuthParameters"]["USERNAME"],
                ann.email.as_str()
            );
            Ok(())
        },
    );
}

/// The value of the element counts, also if the user typed another one before.
#[test]
fn form_sends_the_password_manager_value_instead_of_typed_text() {
    run_journey(TestEnv::workshop(), async |ctx| {
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser.fill(RegisterPage::EMAIL, "bob@").await?;
        set_value_without_events(&ctx, "username", "bob@example.com").await?;
        set_value_without_events(&ctx, "password", "Correct-h0rse").await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::expect(&ctx.browser).await?;
        let sent = ctx.env.pool_calls();
        assert_eq!(sent[0].body["Username"], "bob@example.com");
        assert_eq!(sent[0].body["Password"], "Correct-h0rse");

        VerifyPage::open(&ctx.browser).await?;
        set_value_without_events(&ctx, "username", "bob@example.com").await?;
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        let is_sent = async || Ok(ctx.env.pool_calls().len() == 2);
        ctx.browser.wait_until("another code", is_sent).await?;
        assert_eq!(ctx.env.pool_calls()[1].body["Username"], "bob@example.com");
        Ok(())
    });
}

/// The user can have the password shown.
#[test]
fn user_can_show_and_hide_the_typed_password() {
    run_journey(TestEnv::workshop(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        let password = ctx.browser.field(SignInPage::PASSWORD).await?;
        password.send_keys("Correct-h0rse").await?;
        assert_eq!(password.attr("type").await?.as_deref(), Some("password"));
        ctx.browser.press(texts::labels::SHOW_PASSWORD).await?;
        let is = async |kind: &str| Ok(password.attr("type").await?.as_deref() == Some(kind));
        ctx.browser
            .wait_until("the visible password", async || is("text").await)
            .await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::PASSWORD).await?,
            "Correct-h0rse"
        );
        ctx.browser.press(texts::labels::HIDE_PASSWORD).await?;
        ctx.browser
            .wait_until("the hidden password", async || is("password").await)
            .await?;
        assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);
        Ok(())
    });
}

/// Sign-in and sign-out work by keyboard alone.
#[test]
fn user_can_sign_in_and_out_with_the_keyboard_only() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            HomePage::open(&ctx.browser).await?;
            tab_to(&ctx, texts::labels::SIGN_IN).await?;
            ctx.browser.type_keys(Key::Enter).await?;
            SignInPage::expect(&ctx.browser).await?;
            tab_to(&ctx, SignInPage::USERNAME).await?;
            ctx.browser.type_keys(&ann.email).await?;
            tab_to(&ctx, SignInPage::PASSWORD).await?;
            ctx.browser.type_keys(&ann.password).await?;
            ctx.browser.type_keys(Key::Enter).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            tab_to(&ctx, texts::labels::SIGN_OUT).await?;
            ctx.browser.type_keys(Key::Space).await?;
            HomePage::expect(&ctx.browser).await?;
            Ok(())
        },
    );
}

/// Presses Tab until the element with this name has the focus, and checks that the focus is visible.
async fn tab_to(ctx: &TestContext, name: &str) -> Result {
    const MAX_TABS: usize = 20;
    let mut passed = Vec::new();
    for _ in 0..MAX_TABS {
        ctx.browser.type_keys(Key::Tab).await?;
        let focused = ctx.browser.focused_label().await?;
        if focused == name {
            const OUTLINE: &str = "const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== 'none' || style.boxShadow !== 'none'";
            assert_eq!(
                ctx.browser.run_script(OUTLINE, vec![]).await?,
                json!(true),
                "no visible focus on {name}"
            );
            return Ok(());
        }
        passed.push(focused);
    }
    Err(format!("Tab does not reach {name}, only {passed:?}").into())
}

/// A page that was opened by a link moves the focus to its heading, so that screen readers announce it like a new
/// document.
#[test]
fn navigation_to_another_page_moves_the_focus_to_its_heading() {
    run_journey(TestEnv::workshop(), async |ctx| {
        HomePage::open(&ctx.browser)
            .await?
            .follow_create_account_link()
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        let on_heading = async || {
            let focused = ctx
                .browser
                .run_script("return document.activeElement.tagName", vec![])
                .await?;
            Ok(focused == json!("H1"))
        };
        ctx.browser
            .wait_until("the focus on the heading", on_heading)
            .await
    });
}
