//! Verification codes and new passwords as users type them, and the ways to the page for a new password.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use crate::network_stub::{StubResponse, stub_response};

const NEW: &str = "Battery-5taple";

/// Returns the code as a user may type it: with spaces and `separator` (` 123-456 `), in the script whose digit zero is
/// `zero`.
pub(crate) fn group_digits(code: &str, zero: char, separator: &str) -> String {
    let digit = |digit: char| char::from_u32(u32::from(zero) + u32::from(digit) - u32::from('0'));
    let (first, second) = code.split_at(3);
    let [first, second] =
        [first, second].map(|group| group.chars().filter_map(digit).collect::<String>());
    format!(" {first}{separator}{second} ")
}

#[test]
fn user_can_type_codes_with_full_width_digits_and_separators() {
    let env = TestEnv::workshop();
    env.sign_up(&TestUser::ann());
    run_journey(env, async |ctx| {
        let ann = TestUser::ann();
        let verify = VerifyPage::open(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        let code = ctx.env.latest_code(&ann.email);
        verify
            .confirm_account(&group_digits(&code, '\u{FF10}', "-"))
            .await?;
        SignInPage::expect(&ctx.browser).await?;

        let forgot = ForgotPage::open(&ctx.browser).await?;
        forgot.request_code(&ann.email).await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        let reset = ctx.env.latest_code(&ann.email);
        forgot
            .set_password(&group_digits(&reset, '\u{0660}', " "), NEW)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        let sent = ctx.env.pool_calls();
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
fn password_that_cognito_never_accepts_is_not_sent() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let long = format!("Aa1!{}", "x".repeat(253));
            let cases = [
                (" Correct-h0rse", &texts::validation::PASSWORD_SPACES),
                ("Correct-h0rse ", &texts::validation::PASSWORD_SPACES),
                (long.as_str(), &texts::validation::PASSWORD_TOO_LONG),
            ];
            for (password, expected) in cases {
                RegisterPage::open(&ctx.browser).await?;
                ctx.browser
                    .fill(RegisterPage::EMAIL, "bob@example.com")
                    .await?;
                ctx.browser.fill(RegisterPage::PASSWORD, password).await?;
                ctx.browser.press(RegisterPage::BUTTON).await?;
                let field_error = ctx.browser.field_error(RegisterPage::PASSWORD).await?;
                assert_eq!(field_error, expected.full_text(), "{password:?}");
                assert_eq!(ctx.browser.focused_label().await?, RegisterPage::PASSWORD);
                assert_eq!(
                    ctx.browser.field_value(RegisterPage::PASSWORD).await?,
                    password
                );
            }
            assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);

            for (password, expected) in cases {
                let forgot = ForgotPage::open(&ctx.browser).await?;
                forgot.request_code("ann@example.com").await?;
                ctx.browser.field(ForgotPage::CODE).await?;
                forgot.set_password("123456", password).await?;
                let field_error = ctx.browser.field_error(ForgotPage::PASSWORD).await?;
                assert_eq!(field_error, expected.full_text(), "{password:?}");
            }
            assert_eq!(ctx.env.actions(), ["ForgotPassword"; 3]);
            Ok(())
        },
    );
}

/// `config.js` can name a weaker rule than the pool has. After the pool's refusal the list of rules must not show all
/// as met.
#[test]
fn sign_up_form_adds_a_stricter_password_rule_from_a_pool_error() {
    let env = TestEnv::workshop().with_config(|config| {
        config["cognito"]["passwordPolicy"] = json!({ "minimumLength": 6, "requireNumbers": true });
    });
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let register = RegisterPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(RegisterPage::EMAIL, "bob@example.com")
            .await?;
        ctx.browser.fill(RegisterPage::PASSWORD, "Aa1!aa").await?;
        let met = async || {
            let rules = register.password_rules().await?;
            Ok(rules.into_iter().filter(|(_, met)| !met).count())
        };
        let broken: e2e::Result<usize> = met().await;
        assert_eq!(broken?, 0);
        ctx.browser.press(RegisterPage::BUTTON).await?;
        ctx.browser.field_error(RegisterPage::PASSWORD).await?;
        let broken: e2e::Result<usize> = met().await;
        assert_eq!(broken?, 1, "{:?}", register.password_rules().await?);

        ctx.browser.fill(RegisterPage::PASSWORD, "Aa1!aaaa").await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

#[test]
fn sign_in_of_an_unconfirmed_user_leads_to_the_code_page() {
    let env = TestEnv::workshop();
    env.sign_up(&TestUser::ann());
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        VerifyPage::expect(&ctx.browser).await?;
        let shown_text = ctx.browser.status_text().await?;
        assert_eq!(shown_text, texts::sign_in::NOT_CONFIRMED.full_text());
        // No new code was sent without a request, and the page mentions none.
        assert_eq!(ctx.env.pool().messages(None)?.len(), 1);
        Ok(())
    });
}

/// The old password no longer works, so the page must not say that it does.
#[test]
fn required_password_reset_needs_only_one_code() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    env.call_as_operator(
        "AdminResetUserPassword",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
    );
    run_journey(env, async |ctx| {
        let ann = TestUser::ann();
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        let forgot = ForgotPage::expect(&ctx.browser).await?;
        let shown_text = ctx.browser.status_text().await?;
        assert_eq!(shown_text, texts::sign_in::RESET_REQUIRED.full_text());
        let text = ctx.browser.page_text().await?;
        assert!(!text.contains(texts::forgot::LEAD), "{text}");
        forgot
            .set_password(&ctx.env.latest_code(&ann.email), NEW)
            .await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in(&ann.email, NEW)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert!(!ctx.env.actions().contains(&"ForgotPassword".to_owned()));
        Ok(())
    });
}

/// AdminResetUserPassword sends a code. Another request would invalidate it.
#[test]
fn user_can_enter_a_reset_code_that_the_administrator_sent() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    env.call_as_operator(
        "AdminResetUserPassword",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
    );
    run_journey(env, async |ctx| {
        let ann = TestUser::ann();
        let forgot = ForgotPage::open(&ctx.browser).await?;
        ctx.browser.press(texts::forgot::HAVE_CODE).await?;
        ctx.browser.field_error(ForgotPage::USERNAME).await?;
        ctx.browser.fill(ForgotPage::USERNAME, &ann.email).await?;
        ctx.browser.press(texts::forgot::HAVE_CODE).await?;
        let on_code = async || Ok(ctx.browser.focused_label().await? == ForgotPage::CODE);
        ctx.browser
            .wait_until("the focus on the code field", on_code)
            .await?;
        forgot
            .set_password(&ctx.env.latest_code(&ann.email), NEW)
            .await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in(&ann.email, NEW)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(
            ctx.env.actions(),
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
fn error_messages_for_users_contain_no_regular_expression() {
    const BY_FORM: StubResponse = StubResponse::api_error(
        r#"{"__type":"InvalidParameterException","message":"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"}"#,
    );
    run_journey(TestEnv::workshop(), async |ctx| {
        let ann = TestUser {
            name: None,
            ..TestUser::ann()
        };
        let register = RegisterPage::open(&ctx.browser).await?;
        stub_response(&ctx, "SignUp", BY_FORM).await?;
        register.register(&ann).await?;
        let on_register = ctx.browser.alert_text().await?;

        let verify = VerifyPage::open(&ctx.browser).await?;
        stub_response(&ctx, "ConfirmSignUp", BY_FORM).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        verify.confirm_account("123456").await?;
        let on_verify = ctx.browser.alert_text().await?;

        let forgot = ForgotPage::open(&ctx.browser).await?;
        forgot.request_code(&ann.email).await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        stub_response(&ctx, "ConfirmForgotPassword", BY_FORM).await?;
        forgot.set_password("123456", NEW).await?;
        let on_forgot = ctx.browser.alert_text().await?;

        let expected = texts::errors::INVALID_INPUT.full_text();
        assert_eq!([on_register, on_verify, on_forgot], [&*expected; 3]);
        Ok(())
    });
}
