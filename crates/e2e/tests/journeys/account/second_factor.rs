//! Two-step verification on the account page.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::texts::labels::label_in_row;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use super::authenticator::{code, displayed_secret};
use super::open_account_of_ann;
use crate::hosted_sign_in::with_ann;

const APP: &str = texts::account::AUTHENTICATOR;
const EMAIL: &str = texts::account::EMAIL;

/// Starts the development pool with all second factors.
fn with_factors() -> TestEnv {
    let env = with_ann();
    env.call_as_operator(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" } },
            "EmailMfaConfiguration": {},
        }),
    );
    env
}

async fn open_factors(ctx: &TestContext) -> Result<AccountPage<'_>> {
    let page = open_account_of_ann(ctx).await?;
    page.expand_section(AccountPage::FACTORS).await?;
    Ok(page)
}

/// Returns Ann's second factors and the preferred one, as the pool has stored them (Cognito: AdminGetUser).
fn factors_of_ann(env: &TestEnv) -> (Value, Value) {
    let user = env.call_as_operator(
        "AdminGetUser",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
    );
    (
        user["UserMFASettingList"].clone(),
        user["PreferredMfaSetting"].clone(),
    )
}

/// An authenticator app is turned on by its code, and the next sign-in asks for one.
#[test]
fn new_authenticator_app_is_required_at_the_next_sign_in() {
    run_journey(with_factors(), async |ctx| {
        let page = open_factors(&ctx).await?;
        page.expect_row(APP, texts::account::OFF).await?;
        ctx.browser
            .press(&label_in_row(texts::account::SET_UP, APP))
            .await?;
        let secret = displayed_secret(&ctx).await?;
        let pictures = ctx.browser.run_script(
            "return document.querySelectorAll('svg.qr-code[role=img][aria-label]').length",
            vec![],
        );
        assert_eq!(pictures.await?, json!(1));
        assert_eq!(factors_of_ann(&ctx.env), (Value::Null, Value::Null));

        ctx.expect_status_400();
        let wrong = match code(&ctx, &secret, 0).await?.as_str() {
            "000000" => "111111",
            _ => "000000",
        };
        // A code of the wrong length is reported as a wrong code, although the service gives another error.
        for wrong in ["12", wrong] {
            ctx.browser.fill(AccountPage::CODE, wrong).await?;
            ctx.browser.press(texts::account::TURN_ON).await?;
            let field_error = ctx.browser.field_error(AccountPage::CODE).await?;
            let expected = texts::errors::WRONG_AUTHENTICATOR_CODE.full_text();
            assert_eq!(field_error, expected);
        }
        assert_eq!(displayed_secret(&ctx).await?, secret);

        let right = code(&ctx, &secret, 0).await?;
        let (first, second) = right.split_at(3);
        ctx.browser
            .fill(AccountPage::CODE, &format!("{first} {second}"))
            .await?;
        ctx.browser.press(texts::account::TURN_ON).await?;
        page.expect_row(APP, texts::account::ON_DEFAULT).await?;
        assert_eq!(
            factors_of_ann(&ctx.env),
            (json!(["SOFTWARE_TOKEN_MFA"]), json!("SOFTWARE_TOKEN_MFA"))
        );

        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        let next = {
            ctx.browser.field(AccountPage::CODE).await?;
            code(&ctx, &secret, 1).await?
        };
        ctx.browser.fill(AccountPage::CODE, &next).await?;
        ctx.browser.press(texts::labels::CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// One of several second factors is the default, and each can be turned off.
#[test]
fn user_can_set_a_default_second_factor_and_turn_each_off() {
    run_journey(with_factors(), async |ctx| {
        let page = open_factors(&ctx).await?;
        ctx.browser
            .press(&label_in_row(texts::account::SET_UP, APP))
            .await?;
        let secret = displayed_secret(&ctx).await?;
        let shown = code(&ctx, &secret, 0).await?;
        ctx.browser.fill(AccountPage::CODE, &shown).await?;
        ctx.browser.press(texts::account::TURN_ON).await?;
        page.expect_row(APP, texts::account::ON_DEFAULT).await?;

        ctx.browser
            .press(&label_in_row(texts::account::TURN_ON, EMAIL))
            .await?;
        ctx.browser
            .expect_text(&texts::account::factor_turned_on(EMAIL))
            .await?;
        assert_eq!(ctx.browser.focused_label().await?, texts::account::TURN_OFF);
        let both = json!(["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]);
        let (on, first) = factors_of_ann(&ctx.env);
        assert_eq!(
            (sorted(&on), first),
            (sorted(&both), json!("SOFTWARE_TOKEN_MFA"))
        );
        ctx.browser
            .press(&label_in_row(texts::account::MAKE_DEFAULT, EMAIL))
            .await?;
        page.expect_row(APP, texts::account::ON).await?;
        let (on, first) = factors_of_ann(&ctx.env);
        assert_eq!((sorted(&on), first), (sorted(&both), json!("EMAIL_OTP")));
        ctx.browser
            .press(&label_in_row(texts::account::TURN_OFF, EMAIL))
            .await?;
        ctx.browser
            .expect_text(&texts::account::factor_turned_off(EMAIL))
            .await?;
        ctx.browser
            .press(&label_in_row(texts::account::TURN_OFF, APP))
            .await?;
        page.expect_row(APP, texts::account::OFF).await?;
        ctx.browser
            .expect_text(&texts::account::last_factor_turned_off(APP))
            .await?;
        assert_eq!(factors_of_ann(&ctx.env), (Value::Null, Value::Null));
        Ok(())
    });
}

fn sorted(list: &Value) -> Vec<String> {
    let names = list.as_array().into_iter().flatten();
    let mut names: Vec<String> = names.map(Value::to_string).collect();
    names.sort();
    names
}

/// A setup that the user cancels changes nothing.
#[test]
fn authenticator_app_without_confirmed_code_is_not_turned_on() {
    run_journey(with_factors(), async |ctx| {
        let page = open_factors(&ctx).await?;
        ctx.browser
            .press(&label_in_row(texts::account::SET_UP, APP))
            .await?;
        displayed_secret(&ctx).await?;
        ctx.browser.press(texts::account::TURN_ON).await?;
        assert_eq!(
            ctx.browser.field_error(AccountPage::CODE).await?,
            texts::validation::AUTHENTICATOR_CODE.full_text()
        );
        ctx.browser.press(texts::labels::CANCEL).await?;
        page.expect_row(APP, texts::account::OFF).await?;
        assert_eq!(
            ctx.browser.visible_texts(".qr-code, .key-groups").await?,
            [""; 0]
        );
        assert_eq!(factors_of_ann(&ctx.env), (Value::Null, Value::Null));
        Ok(())
    });
}

/// The secret is copied without the gaps between its groups.
#[test]
fn user_can_copy_the_secret_for_the_authenticator_app() {
    run_journey(with_factors(), async |ctx| {
        open_factors(&ctx).await?;
        ctx.browser
            .send_devtools_command(
                "Browser.grantPermissions",
                json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }),
            )
            .await?;
        ctx.browser
            .press(&label_in_row(texts::account::SET_UP, APP))
            .await?;
        let secret = displayed_secret(&ctx).await?;
        ctx.browser.press(texts::sign_in::COPY_KEY).await?;
        ctx.browser.expect_text(texts::sign_in::KEY_COPIED).await?;
        let copied = ctx
            .browser
            .run_script("return navigator.clipboard.readText()", vec![])
            .await?;
        assert_eq!(copied, json!(secret));
        Ok(())
    });
}

/// The development pool offers no second factors by default.
#[test]
fn account_page_explains_a_second_factor_disabled_in_the_pool() {
    run_journey(with_ann(), async |ctx| {
        let page = open_factors(&ctx).await?;
        ctx.expect_status_400();
        ctx.browser
            .press(&label_in_row(texts::account::SET_UP, APP))
            .await?;
        ctx.browser
            .expect_error(&texts::errors::METHOD_NOT_OFFERED)
            .await?;
        page.expect_row(texts::account::TEXT_MESSAGE, texts::account::NEEDS_PHONE)
            .await?;
        ctx.browser
            .press(&label_in_row(texts::account::TURN_ON, EMAIL))
            .await?;
        let reason = "User does not have delivery config set to turn on EMAIL_OTP.".to_owned();
        let message = texts::account::NOT_READY.and_details(reason);
        let is_shown = async || Ok(ctx.browser.alert_text().await? == message.full_text());
        ctx.browser.wait_until("the second error", is_shown).await?;
        ctx.browser.expect_error(&message).await
    });
}
