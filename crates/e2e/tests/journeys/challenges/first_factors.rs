//! The choice of the first factor (`USER_AUTH`).

use e2e::pages::{AccountPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::{CODE, CONTINUE, ENTER_CODE};
use crate::hosted_sign_in::with_ann;

const CHOOSE: &str = texts::sign_in::CHOOSE_TITLE;

/// Starts a pool that offers these first factors, and an app that lets the user choose.
pub(super) fn with_first_factors(factors: &[&str]) -> TestEnv {
    let env = with_ann();
    env.call_as_operator(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
        }),
    );
    env.call_as_operator(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "WebAuthnConfiguration": { "RelyingPartyId": "localhost", "UserVerification": "required" },
        }),
    );
    env.update_workshop_client(json!({
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }));
    env.with_config(|config| config["cognito"]["authFlow"] = json!("USER_AUTH"))
}

pub(super) async fn enter_username(ctx: &TestContext) -> Result {
    SignInPage::open(&ctx.browser).await?;
    ctx.browser
        .fill(SignInPage::USERNAME, "ann@example.com")
        .await?;
    ctx.browser.press(CONTINUE).await
}

async fn expect_signed_in(ctx: &TestContext) -> Result {
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await
}

async fn add_authenticator(ctx: &TestContext) -> Result {
    ctx.browser
        .send_devtools_command("WebAuthn.enable", json!({}))
        .await?;
    ctx.browser
        .send_devtools_command(
            "WebAuthn.addVirtualAuthenticator",
            json!({ "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": true,
                "hasUserVerification": true,
                "isUserVerified": true,
            }}),
        )
        .await?;
    Ok(())
}

/// `PASSWORD` and `PASSWORD_SRP` are one choice. The app uses SRP, so the password is not sent.
#[test]
fn sign_in_page_offers_the_first_factors_of_the_pool() {
    run_journey(
        with_first_factors(&["PASSWORD", "EMAIL_OTP"]),
        async |ctx| {
            enter_username(&ctx).await?;
            ctx.browser.expect_heading(CHOOSE).await?;
            assert_eq!(
                ctx.browser.visible_texts("main button.secondary").await?,
                [texts::sign_in::BY_PASSWORD, texts::sign_in::BY_EMAIL]
            );
            ctx.browser.press(texts::sign_in::BY_PASSWORD).await?;
            ctx.browser
                .expect_heading(texts::sign_in::PASSWORD_TITLE)
                .await?;
            ctx.browser.press(texts::sign_in::ANOTHER_METHOD).await?;
            ctx.browser.expect_heading(CHOOSE).await?;
            ctx.browser.press(texts::sign_in::BY_PASSWORD).await?;
            ctx.browser
                .fill(SignInPage::PASSWORD, "Correct-h0rse")
                .await?;
            ctx.browser.press(SignInPage::BUTTON).await?;
            expect_signed_in(&ctx).await?;
            let sent: String = ctx.env.requests().iter().map(|sent| &*sent.body).collect();
            assert!(!sent.contains("Correct-h0rse"));
            Ok(())
        },
    );
}

#[test]
fn wrong_password_as_first_factor_shows_username_step_again() {
    run_journey(
        with_first_factors(&["PASSWORD", "EMAIL_OTP"]),
        async |ctx| {
            ctx.expect_status_400();
            enter_username(&ctx).await?;
            ctx.browser.press(texts::sign_in::BY_PASSWORD).await?;
            ctx.browser
                .fill(SignInPage::PASSWORD, "Wrong-h0rse")
                .await?;
            ctx.browser.press(SignInPage::BUTTON).await?;
            SignInPage::expect(&ctx.browser).await?;
            let alert = ctx.browser.alert_text().await?;
            assert_eq!(alert, texts::sign_in::WRONG_PASSWORD.full_text());
            assert_eq!(
                ctx.browser.field_value(SignInPage::USERNAME).await?,
                "ann@example.com"
            );
            Ok(())
        },
    );
}

/// An email code is enough if the pool says so. The code has eight digits here.
#[test]
fn user_can_sign_in_with_only_an_email_code() {
    run_journey(
        with_first_factors(&["PASSWORD", "EMAIL_OTP"]),
        async |ctx| {
            enter_username(&ctx).await?;
            ctx.browser.press(texts::sign_in::BY_EMAIL).await?;
            ctx.browser.expect_heading(ENTER_CODE).await?;
            let code = ctx.env.latest_code("ann@example.com");
            assert_eq!(code.len(), 8);
            ctx.browser.fill(CODE, &code).await?;
            ctx.browser.press(CONTINUE).await?;
            expect_signed_in(&ctx).await
        },
    );
}

/// `preferredChallenge` in config.js skips the choice.
#[test]
fn app_uses_the_preferred_challenge_of_config_js_first() {
    let env = with_first_factors(&["PASSWORD", "EMAIL_OTP"]).with_config(|config| {
        config["cognito"]["authFlow"] = json!("USER_AUTH");
        config["cognito"]["preferredChallenge"] = json!("EMAIL_OTP");
    });
    run_journey(env, async |ctx| {
        enter_username(&ctx).await?;
        ctx.browser.expect_heading(ENTER_CODE).await?;
        ctx.browser
            .fill(CODE, &ctx.env.latest_code("ann@example.com"))
            .await?;
        ctx.browser.press(CONTINUE).await?;
        expect_signed_in(&ctx).await
    });
}

/// An unknown username must not be distinguishable from a known one.
#[test]
fn unknown_username_gets_the_same_factor_choice_as_a_known_one() {
    run_journey(
        with_first_factors(&["PASSWORD", "EMAIL_OTP"]),
        async |ctx| {
            SignInPage::open(&ctx.browser).await?;
            ctx.browser
                .fill(SignInPage::USERNAME, "unknown@example.com")
                .await?;
            ctx.browser.press(CONTINUE).await?;
            ctx.browser.expect_heading(CHOOSE).await?;
            assert_eq!(
                ctx.browser.visible_texts("main button.secondary").await?,
                [texts::sign_in::BY_PASSWORD, texts::sign_in::BY_EMAIL]
            );
            Ok(())
        },
    );
}

/// A passkey is added on the account page, chosen at the next sign-in, and suggested in the field from then on.
#[test]
fn username_field_suggests_a_passkey_used_before() {
    run_journey(
        with_first_factors(&["PASSWORD", "WEB_AUTHN"]),
        async |ctx| {
            enter_username(&ctx).await?;
            ctx.browser
                .fill(SignInPage::PASSWORD, "Correct-h0rse")
                .await?;
            ctx.browser.press(SignInPage::BUTTON).await?;
            expect_signed_in(&ctx).await?;
            let page = AccountPage::open_by_link(&ctx.browser).await?;
            add_authenticator(&ctx).await?;
            page.expand_section(AccountPage::PASSKEYS).await?;
            ctx.browser.press(texts::account::ADD_PASSKEY).await?;
            ctx.browser
                .expect_text(texts::account::PASSKEY_ADDED)
                .await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;

            enter_username(&ctx).await?;
            ctx.browser.press(texts::sign_in::BY_PASSKEY).await?;
            expect_signed_in(&ctx).await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;

            // The virtual authenticator accepts the field's suggestion without a user.
            SignInPage::open(&ctx.browser).await?;
            expect_signed_in(&ctx).await?;
            let forms = ctx.env.pool_calls();
            let last = forms
                .iter()
                .rfind(|call| call.operation == "InitiateAuth")
                .ok_or("a sign-in")?;
            assert_eq!(
                last.body["AuthParameters"],
                json!({ "USERNAME": "ann@example.com", "PREFERRED_CHALLENGE": "WEB_AUTHN" })
            );
            Ok(())
        },
    );
}

/// After a cancelled dialog the user can choose another factor.
#[test]
fn user_without_a_passkey_can_choose_another_first_factor() {
    let env = with_first_factors(&["PASSWORD", "WEB_AUTHN"]);
    run_journey(env, async |ctx| {
        enter_username(&ctx).await?;
        ctx.browser
            .fill(SignInPage::PASSWORD, "Correct-h0rse")
            .await?;
        ctx.browser.press(SignInPage::BUTTON).await?;
        expect_signed_in(&ctx).await?;
        let page = AccountPage::open_by_link(&ctx.browser).await?;
        add_authenticator(&ctx).await?;
        page.expand_section(AccountPage::PASSKEYS).await?;
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        ctx.browser
            .expect_text(texts::account::PASSKEY_ADDED)
            .await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        // This device does not have the passkey.
        ctx.browser
            .send_devtools_command("WebAuthn.disable", json!({}))
            .await?;
        ctx.browser
            .send_devtools_command("WebAuthn.enable", json!({}))
            .await?;
        add_authenticator(&ctx).await?;

        enter_username(&ctx).await?;
        ctx.browser.press(texts::sign_in::BY_PASSKEY).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::sign_in::NO_PASSKEY.full_text());
        ctx.browser.press(texts::labels::START_OVER).await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        Ok(())
    });
}

/// The authentication session of the registration signs the user in. The password is neither entered nor sent again.
#[test]
fn new_passwordless_user_is_signed_in_by_the_sign_up_code() {
    run_journey(
        with_first_factors(&["PASSWORD", "EMAIL_OTP"]),
        async |ctx| {
            let page = RegisterPage::open(&ctx.browser).await?;
            let bob = e2e::TestUser::with_email("bob@example.com", None);
            page.register(&bob).await?;
            let verify = VerifyPage::expect(&ctx.browser).await?;
            verify
                .confirm_account(&ctx.env.latest_code(&bob.email))
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("bob@example.com"))
                .await?;
            let initiate_requests = ctx.env.pool_calls();
            let initiate_requests = initiate_requests
                .iter()
                .find(|call| call.operation == "InitiateAuth")
                .ok_or("a sign-in")?;
            assert_eq!(initiate_requests.body["AuthFlow"], "USER_AUTH");
            assert!(initiate_requests.body["Session"].is_string());
            Ok(())
        },
    );
}
