//! Changing the password.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use super::open_account_of_ann;
use crate::hosted_sign_in::with_ann;
use crate::session::refresh_count;

const NEW: &str = "N3w-and-better!";

async fn open_password_section(ctx: &TestContext) -> Result<AccountPage<'_>> {
    let page = open_account_of_ann(ctx).await?;
    page.expand_section(AccountPage::PASSWORD_SECTION).await?;
    ctx.browser.field(AccountPage::CURRENT_PASSWORD).await?;
    Ok(page)
}

#[test]
fn password_change_does_not_end_the_sessions_of_the_user() {
    run_journey(with_ann(), async |ctx| {
        let page = open_password_section(&ctx).await?;
        page.change_password(&TestUser::ann(), NEW).await?;
        ctx.browser
            .expect_text(texts::account::PASSWORD_CHANGED)
            .await?;
        assert_eq!(
            ctx.browser
                .field_value(AccountPage::CURRENT_PASSWORD)
                .await?,
            ""
        );
        assert_eq!(
            ctx.browser.field_value(AccountPage::NEW_PASSWORD).await?,
            ""
        );
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        let sign_in = SignInPage::open(&ctx.browser).await?;
        ctx.expect_status_400();
        sign_in.sign_in_as(&TestUser::ann()).await?;
        let refusal = ctx.browser.alert_text().await?;
        assert_eq!(refusal, texts::sign_in::WRONG_PASSWORD.full_text());
        sign_in.sign_in(&TestUser::ann().username, NEW).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn password_change_marks_both_empty_fields_together() {
    run_journey(with_ann(), async |ctx| {
        open_password_section(&ctx).await?;
        ctx.browser.press(texts::account::CHANGE_PASSWORD).await?;
        ctx.browser
            .field_error(AccountPage::CURRENT_PASSWORD)
            .await?;
        ctx.browser.field_error(AccountPage::NEW_PASSWORD).await?;
        assert_eq!(
            ctx.browser.focused_label().await?,
            AccountPage::CURRENT_PASSWORD
        );
        Ok(())
    });
}

/// A wrong password and a rejected token have the same exception type. A wrong password must cause one request and no
/// refresh.
#[test]
fn wrong_current_password_shows_an_error_but_refreshes_no_token() {
    run_journey(with_ann(), async |ctx| {
        let page = open_password_section(&ctx).await?;
        let wrong = TestUser {
            password: "Wr0ng-horse!".to_owned(),
            ..TestUser::ann()
        };
        ctx.expect_status_400();
        page.change_password(&wrong, NEW).await?;
        assert_eq!(
            ctx.browser
                .field_error(AccountPage::CURRENT_PASSWORD)
                .await?,
            texts::account::WRONG_PASSWORD.full_text()
        );
        assert_eq!(
            ctx.browser.focused_label().await?,
            AccountPage::CURRENT_PASSWORD
        );
        assert_eq!(
            ctx.browser.field_value(AccountPage::NEW_PASSWORD).await?,
            NEW,
            "nothing that was typed is lost"
        );
        let sent = ctx.env.actions();
        let requested = sent.iter().filter(|sent| *sent == "ChangePassword");
        assert_eq!(requested.count(), 1);
        assert_eq!(refresh_count(&ctx.env), 0);
        Ok(())
    });
}

#[test]
fn account_page_lists_a_password_rule_from_a_pool_error() {
    run_journey(with_ann(), async |ctx| {
        let page = open_password_section(&ctx).await?;
        ctx.expect_status_400();
        page.change_password(&TestUser::ann(), "lower-case-0nly")
            .await?;
        assert_eq!(
            ctx.browser.field_error(AccountPage::NEW_PASSWORD).await?,
            texts::validation::PASSWORD_RULES.full_text()
        );
        assert_eq!(
            ctx.browser.visible_texts("#password-rules li").await?,
            [format!(
                "{}\n{}",
                texts::validation::UPPERCASE,
                texts::validation::RULE_NOT_MET.trim()
            )]
        );
        Ok(())
    });
}

#[test]
fn password_change_without_current_password_sends_no_request() {
    run_journey(with_ann(), async |ctx| {
        open_password_section(&ctx).await?;
        ctx.browser.fill(AccountPage::NEW_PASSWORD, NEW).await?;
        ctx.browser.press(texts::account::CHANGE_PASSWORD).await?;
        assert_eq!(
            ctx.browser
                .field_error(AccountPage::CURRENT_PASSWORD)
                .await?,
            texts::validation::CURRENT_PASSWORD.full_text()
        );
        let sent = ctx.env.actions();
        assert!(!sent.contains(&"ChangePassword".to_owned()), "{sent:?}");
        Ok(())
    });
}

/// Starts a pool in which Ann signed up without a password (Cognito: `SignUp`), and signs in with an email code.
fn without_password() -> TestEnv {
    let env = TestEnv::workshop();
    env.call_as_operator(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } },
        }),
    );
    env.update_workshop_client(json!({
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }));
    let ann = TestUser::ann();
    env.call_as_operator(
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
    env.confirm_sign_up(DEV_CLIENT_ID, &ann);
    env.with_config(|config| {
        config["cognito"]["authFlow"] = json!("USER_AUTH");
        config["cognito"]["preferredChallenge"] = json!("EMAIL_OTP");
    })
}

#[test]
fn passwordless_user_can_set_a_first_password() {
    run_journey(without_password(), async |ctx| {
        let ann = TestUser::ann();
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, &ann.username)
            .await?;
        ctx.browser.press(texts::labels::CONTINUE).await?;
        ctx.browser.field(AccountPage::CODE).await?;
        let code = ctx.env.latest_code(&ann.email);
        ctx.browser.fill(AccountPage::CODE, &code).await?;
        ctx.browser.press(texts::labels::CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;

        let page = AccountPage::open_by_link(&ctx.browser).await?;
        page.expand_section(AccountPage::PASSWORD_SECTION).await?;
        ctx.browser.expect_text(texts::account::NO_PASSWORD).await?;
        ctx.browser
            .fill(AccountPage::NEW_PASSWORD, &ann.password)
            .await?;
        ctx.browser.press(texts::account::CHANGE_PASSWORD).await?;
        ctx.browser
            .expect_text(texts::account::PASSWORD_CHANGED)
            .await?;
        page.change_password(&ann, NEW).await?;
        ctx.browser
            .wait_until("both changes", async || {
                let sent = ctx.env.requests();
                let changes = sent.iter().filter(|sent| {
                    sent.operation.as_deref() == Some("ChangePassword") && sent.status == Some(200)
                });
                Ok(changes.count() == 2)
            })
            .await
    });
}
