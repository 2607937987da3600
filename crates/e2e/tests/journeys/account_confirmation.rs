//! Confirming a new account with its code.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage, VerifyPage};
use e2e::{Error, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;
use thirtyfour::By;

fn with_ann_signed_up() -> TestEnv {
    let env = TestEnv::workshop();
    env.sign_up(&TestUser::ann());
    env
}

/// In another browser, username and code confirm the account, and the sign-in page is next.
#[test]
fn new_user_can_confirm_the_account_in_another_browser() {
    run_journey(with_ann_signed_up(), async |ctx| {
        let ann = TestUser::ann();
        let verify = VerifyPage::open(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        verify
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;

        let sign_in = SignInPage::expect(&ctx.browser).await?;
        let status = ctx.browser.status_text().await?;
        assert!(status.contains("confirmed"), "{status}");
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            ann.email
        );
        sign_in.sign_in_as(&ann).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(
            ctx.env.pool_calls()[0].body,
            json!({
                "ClientId": DEV_CLIENT_ID,
                "Username": ann.email,
                "ConfirmationCode": ctx.env.latest_code(&ann.email),
            })
        );
        Ok(())
    });
}

/// A wrong and an expired code have different messages. Cognito: a code for a new account is valid for 24 hours.
#[test]
fn wrong_and_expired_confirmation_codes_show_different_errors() {
    run_journey(with_ann_signed_up(), async |ctx| {
        let ann = TestUser::ann();
        ctx.expect_status_400();
        let verify = VerifyPage::open(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        let first = ctx.env.latest_code(&ann.email);
        let other = if first == "123456" {
            "654321"
        } else {
            "123456"
        };
        verify.confirm_account(other).await?;
        let wrong = ctx.browser.field_error(VerifyPage::CODE).await?;

        ctx.env
            .advance_clocks(Duration::from_secs(24 * 60 * 60 + 60));
        verify.confirm_account(&first).await?;
        let is_new = async || Ok(ctx.browser.field_error(VerifyPage::CODE).await? != wrong);
        ctx.browser
            .wait_until("another field error", is_new)
            .await?;
        let expired = ctx.browser.field_error(VerifyPage::CODE).await?;
        assert!(expired.contains("expired"), "{expired}");

        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        let is_sent = async || Ok(ctx.env.pool().messages(Some(&ann.email))?.len() == 2);
        ctx.browser.wait_until("another email", is_sent).await?;
        let status = ctx.browser.status_text().await?;
        assert!(status.contains("code"), "{status}");
        verify
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.env.actions(),
            [
                "ConfirmSignUp",
                "ConfirmSignUp",
                "ResendConfirmationCode",
                "ConfirmSignUp"
            ]
        );
        Ok(())
    });
}

fn with_ann_confirmed_by_the_administrator() -> TestEnv {
    let env = with_ann_signed_up();
    let ann = json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username });
    env.call_as_operator("AdminConfirmSignUp", &ann);
    env
}

/// A user whose account the administrator confirmed can sign in.
#[test]
fn user_confirmed_by_the_administrator_can_sign_in() {
    run_journey(with_ann_confirmed_by_the_administrator(), async |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The page for the code says that the account is confirmed already, and leads to the sign-in page.
#[test]
fn confirmation_page_tells_a_confirmed_user_to_sign_in() {
    run_journey(with_ann_confirmed_by_the_administrator(), async |ctx| {
        let ann = TestUser::ann();
        ctx.expect_status_400();
        let verify = VerifyPage::open(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        verify
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;
        ctx.browser
            .expect_text(&texts::register::ALREADY_CONFIRMED.full_text())
            .await?;

        ctx.browser.reload().await?;
        VerifyPage::expect(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        ctx.browser
            .expect_text(&texts::register::ALREADY_CONFIRMED.full_text())
            .await?;
        ctx.browser
            .follow_link_in_main(texts::labels::SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            ann.email
        );
        Ok(())
    });
}

/// A sign-in with an unconfirmed account leads to the page for the code, and afterwards to the return address.
#[test]
fn unconfirmed_user_enters_a_code_and_is_then_signed_in() {
    run_journey(with_ann_signed_up(), async |ctx| {
        let ann = TestUser::ann();
        ctx.expect_status_400();
        ctx.expect_console("currentUser");
        ctx.browser.open("/todos?from=mail").await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, ann.email);
        verify
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;
        ctx.browser.expect_heading(texts::todos::TITLE).await?;
        ctx.browser.expect_address("/todos?from=mail").await
    });
}

/// An unknown username must not be distinguishable from a known one.
#[test]
fn confirmation_page_does_not_reveal_unknown_usernames() {
    run_journey(TestEnv::workshop(), async |ctx| {
        ctx.expect_status_400();
        let verify = VerifyPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(VerifyPage::USERNAME, "unknown@example.com")
            .await?;
        verify.confirm_account("123456").await?;
        let field_error = ctx.browser.field_error(VerifyPage::CODE).await?;
        assert!(field_error.contains("code"), "{field_error}");
        Ok(())
    });
}

/// A program that scans links in emails opens them too, so opening one must not confirm the account.
#[test]
fn confirmation_link_fills_in_username_and_code() {
    run_journey(with_ann_signed_up(), async |ctx| {
        let ann = TestUser::ann();
        let code = ctx.env.latest_code(&ann.email);
        let link = format!("/verify?username=ann%40example.com&code={code}&then=%2Ftodos");
        ctx.browser.open(&link).await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, ann.email);
        assert_eq!(ctx.browser.field_value(VerifyPage::CODE).await?, code);
        ctx.browser
            .expect_text(texts::register::CODE_FILLED)
            .await?;
        ctx.browser
            .expect_address("/verify?username=ann%40example.com&then=%2Ftodos")
            .await?;
        assert_eq!(ctx.env.actions(), [""; 0]);

        ctx.browser.press(VerifyPage::BUTTON).await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.actions(), ["ConfirmSignUp"]);
        ctx.browser
            .expect_address("/signin?username=ann%40example.com&after=verify&then=%2Ftodos")
            .await
    });
}

/// After a request, the button for a new code is disabled and counts down.
#[test]
fn resend_code_button_counts_down_before_it_works_again() {
    run_journey(with_ann_signed_up(), async |ctx| {
        let ann = TestUser::ann();
        VerifyPage::open(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        let button = async || {
            let buttons = ctx.browser.visible_texts("main button.link").await?;
            Ok::<_, Error>(buttons.into_iter().next().unwrap_or_default())
        };
        let resting = format!("{} (", VerifyPage::NEW_CODE);
        let rests = async || Ok(button().await?.starts_with(&resting));
        ctx.browser.wait_until("a disabled button", rests).await?;
        let first = button().await?;
        let counts = async || Ok(rests().await? && button().await? != first);
        ctx.browser.wait_until("a countdown", counts).await?;
        let button = ctx
            .browser
            .driver()
            .find(By::Css("main button.link"))
            .await?;
        button.click().await?;
        assert_eq!(ctx.env.actions(), ["ResendConfirmationCode"]);

        ctx.browser.advance_clock(Duration::from_secs(30)).await?;
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        let is_sent = async || Ok(ctx.env.actions().len() == 2);
        ctx.browser.wait_until("another email", is_sent).await
    });
}

/// Cognito allows five codes for one user in an hour. The message for "Attempt limit exceeded" has the time to wait.
#[test]
fn confirmation_page_explains_too_many_code_requests() {
    run_journey(with_ann_signed_up(), async |ctx| {
        let ann = TestUser::ann();
        for _ in 0..5 {
            ctx.env.call_as_operator(
                "ResendConfirmationCode",
                &json!({ "ClientId": DEV_CLIENT_ID, "Username": ann.email }),
            );
        }
        ctx.expect_status_400();
        VerifyPage::open(&ctx.browser).await?;
        ctx.browser.fill(VerifyPage::USERNAME, &ann.email).await?;
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::errors::HOURLY_LIMIT.full_text());
        Ok(())
    });
}
