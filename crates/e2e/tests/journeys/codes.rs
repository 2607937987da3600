//! Verification codes and new passwords as users type them, and the ways to the page for a new password.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use crate::between::{Instead, answer_instead};

const NEW: &str = "Battery-5taple";

/// `123456` as ` 123-456 `, in the script of digits that starts at `zero`.
pub(crate) fn grouped(code: &str, zero: char, separator: &str) -> String {
    let digit = |digit: char| char::from_u32(u32::from(zero) + u32::from(digit) - u32::from('0'));
    let (first, second) = code.split_at(3);
    let [first, second] =
        [first, second].map(|part| part.chars().filter_map(digit).collect::<String>());
    format!(" {first}{separator}{second} ")
}

#[test]
fn a_code_is_read_in_other_digits_and_in_groups() {
    let world = World::workshop();
    world.sign_up(&Person::ann());
    journey(world, async |j| {
        let ann = Person::ann();
        let verify = VerifyPage::open(&j.browser).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        let code = j.world.code_for(&ann.email);
        verify.confirm(&grouped(&code, '\u{FF10}', "-")).await?;
        SignInPage::shown(&j.browser).await?;

        let forgot = ForgotPage::open(&j.browser).await?;
        forgot.ask(&ann.email).await?;
        j.browser.field(ForgotPage::CODE).await?;
        let reset = j.world.code_for(&ann.email);
        forgot.set(&grouped(&reset, '\u{0660}', " "), NEW).await?;
        SignInPage::shown(&j.browser).await?;
        let sent = j.world.calls();
        let sent: Vec<_> = sent
            .iter()
            .filter_map(|call| call.body["ConfirmationCode"].as_str())
            .collect();
        assert_eq!(sent, [code, reset]);
        Ok(())
    });
}

/// Cognito: a password matches `^[\S]+.*[\S]+$` and has at most 256 characters (API reference, PasswordType).
#[test]
fn a_password_that_no_pool_takes_is_complained_of_beside_its_field_and_sent_to_nobody() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let long = format!("Aa1!{}", "x".repeat(253));
        let cases = [
            (" Correct-h0rse", "space"),
            ("Correct-h0rse ", "space"),
            (long.as_str(), "256"),
        ];
        for (password, says) in cases {
            RegisterPage::open(&j.browser).await?;
            j.browser
                .fill(RegisterPage::EMAIL, "bob@example.com")
                .await?;
            j.browser.fill(RegisterPage::PASSWORD, password).await?;
            j.browser.press(RegisterPage::BUTTON).await?;
            let complaint = j.browser.complaint(RegisterPage::PASSWORD).await?;
            assert!(complaint.contains(says), "{password:?}: {complaint}");
            assert_eq!(j.browser.focused().await?, RegisterPage::PASSWORD);
            assert_eq!(j.browser.value(RegisterPage::PASSWORD).await?, password);
        }
        assert_eq!(j.world.telling_requests(), []);

        for (password, says) in cases {
            let forgot = ForgotPage::open(&j.browser).await?;
            forgot.ask("ann@example.com").await?;
            j.browser.field(ForgotPage::CODE).await?;
            forgot.set("123456", password).await?;
            let complaint = j.browser.complaint(ForgotPage::PASSWORD).await?;
            assert!(complaint.contains(says), "{password:?}: {complaint}");
        }
        assert_eq!(j.world.operations(), ["ForgotPassword"; 3]);
        Ok(())
    });
}

/// `config.js` can name a weaker rule than the pool has. After the pool's refusal the list of rules must not show all
/// as met.
#[test]
fn a_rule_that_config_js_states_too_mildly_is_learned_from_the_refusal() {
    let world = World::workshop().configured(|config| {
        config["cognito"]["passwordPolicy"] = json!({ "minimumLength": 6, "requireNumbers": true });
    });
    journey(world, async |j| {
        j.expect_refusal();
        let register = RegisterPage::open(&j.browser).await?;
        j.browser
            .fill(RegisterPage::EMAIL, "bob@example.com")
            .await?;
        j.browser.fill(RegisterPage::PASSWORD, "Aa1!aa").await?;
        let kept = async || {
            let rules = register.rules().await?;
            Ok(rules.into_iter().filter(|(_, kept)| !kept).count())
        };
        let broken: e2e::Outcome<usize> = kept().await;
        assert_eq!(broken?, 0);
        j.browser.press(RegisterPage::BUTTON).await?;
        j.browser.complaint(RegisterPage::PASSWORD).await?;
        let broken: e2e::Outcome<usize> = kept().await;
        assert_eq!(broken?, 1, "{:?}", register.rules().await?);

        j.browser.fill(RegisterPage::PASSWORD, "Aa1!aaaa").await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::shown(&j.browser).await?;
        Ok(())
    });
}

#[test]
fn who_must_enter_the_code_first_is_told_so_on_the_page_for_it() {
    let world = World::workshop();
    world.sign_up(&Person::ann());
    journey(world, async |j| {
        j.expect_refusal();
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        VerifyPage::shown(&j.browser).await?;
        let told = j.browser.status().await?;
        assert!(told.contains("Before you can sign in"), "{told}");
        assert!(told.contains("code"), "{told}");
        // No new code was sent without a request, and the page mentions none.
        assert_eq!(j.world.pool().messages(None)?.len(), 1);
        Ok(())
    });
}

/// The old password no longer works, so the page must not say that it does.
#[test]
fn who_must_set_a_new_password_is_told_why_and_needs_no_other_code() {
    let world = World::workshop().with(&Person::ann());
    world.operate(
        "AdminResetUserPassword",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
    );
    journey(world, async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        let forgot = ForgotPage::shown(&j.browser).await?;
        let told = j.browser.status().await?;
        assert!(told.contains("before you can sign in"), "{told}");
        let text = j.browser.text().await?;
        assert!(!text.contains("old password works"), "{text}");
        forgot.set(&j.world.code_for(&ann.email), NEW).await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in(&ann.email, NEW)
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert!(!j.world.operations().contains(&"ForgotPassword".to_owned()));
        Ok(())
    });
}

/// AdminResetUserPassword sends a code. Another request would invalidate it.
#[test]
fn a_code_at_hand_is_entered_without_asking_for_another() {
    let world = World::workshop().with(&Person::ann());
    world.operate(
        "AdminResetUserPassword",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
    );
    journey(world, async |j| {
        let ann = Person::ann();
        let forgot = ForgotPage::open(&j.browser).await?;
        j.browser.press("I have a code").await?;
        j.browser.complaint(ForgotPage::NAME).await?;
        j.browser.fill(ForgotPage::NAME, &ann.email).await?;
        j.browser.press("I have a code").await?;
        let on_code = async || Ok(j.browser.focused().await? == ForgotPage::CODE);
        j.browser.until("the focus on the code", on_code).await?;
        forgot.set(&j.world.code_for(&ann.email), NEW).await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in(&ann.email, NEW)
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.operations(),
            [
                "ConfirmForgotPassword",
                "InitiateAuth",
                "RespondToAuthChallenge"
            ]
        );
        Ok(())
    });
}

/// The service's validation messages are written for programs.
#[test]
fn no_regular_expression_is_shown_to_people() {
    const BY_FORM: Instead = Instead::refusal(
        r#"{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"}"#,
    );
    journey(World::workshop(), async |j| {
        let ann = Person {
            name: None,
            ..Person::ann()
        };
        let register = RegisterPage::open(&j.browser).await?;
        answer_instead(&j, "SignUp", BY_FORM).await?;
        register.register(&ann).await?;
        let on_register = j.browser.alert().await?;

        let verify = VerifyPage::open(&j.browser).await?;
        answer_instead(&j, "ConfirmSignUp", BY_FORM).await?;
        j.browser.fill(VerifyPage::NAME, &ann.email).await?;
        verify.confirm("123456").await?;
        let on_verify = j.browser.alert().await?;

        let forgot = ForgotPage::open(&j.browser).await?;
        forgot.ask(&ann.email).await?;
        j.browser.field(ForgotPage::CODE).await?;
        answer_instead(&j, "ConfirmForgotPassword", BY_FORM).await?;
        forgot.set("123456", NEW).await?;
        let on_forgot = j.browser.alert().await?;

        let says = "Something you entered is not in a form the user pool takes. Check every field and try again.";
        assert_eq!([on_register, on_verify, on_forgot], [says; 3]);
        Ok(())
    });
}
