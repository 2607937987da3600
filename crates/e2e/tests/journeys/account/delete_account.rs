//! Deleting the account.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Result, TestContext, TestUser, run_journey};
use serde_json::json;

use super::{open_account, open_account_of_ann, with_scopes};
use crate::hosted_sign_in::{sign_in_hosted, with_ann};
use crate::network_stub::{StubResponse, remove_stub, stub_response};

const ACCOUNT_DELETED: &str = "Your account is deleted, and this browser keeps nothing of it. Goodbye, and thank you for having been here.";

async fn delete(ctx: &TestContext, page: &AccountPage<'_>, word: &str) -> Result {
    page.expand(AccountPage::DELETION).await?;
    ctx.browser.fill(AccountPage::WORD, word).await?;
    ctx.browser.press(AccountPage::DELETE).await
}

fn delete_requests(ctx: &TestContext) -> usize {
    let sent = ctx.env.actions();
    sent.iter().filter(|sent| *sent == "DeleteUser").count()
}

#[test]
fn account_deletion_needs_confirmation_and_clears_the_browser() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        delete(&ctx, &page, "yes").await?;
        assert_eq!(
            ctx.browser.field_error(AccountPage::WORD).await?,
            "Type the word “delete” to show that you mean it, or go elsewhere to keep your account."
        );
        assert_eq!(delete_requests(&ctx), 0);
        ctx.browser.fill(AccountPage::WORD, "Delete").await?;
        ctx.browser.press(AccountPage::DELETE).await?;
        HomePage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.status_text().await?, ACCOUNT_DELETED);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(delete_requests(&ctx), 1);

        // The account is gone, and the message is that of a wrong password, so that it does not reveal which accounts
        // exist.
        let sign_in = SignInPage::open(&ctx.browser).await?;
        ctx.expect_status_400();
        sign_in.sign_in_as(&TestUser::ann()).await?;
        let refusal = ctx.browser.alert_text().await?;
        assert!(
            refusal.starts_with("That name and password do not go together."),
            "{refusal}"
        );
        Ok(())
    });
}

/// The hosted pages have a session of their own, which must end as well.
#[test]
fn hosted_user_is_signed_out_there_after_deletion() {
    let env = with_scopes(
        with_ann(),
        &[
            "openid",
            "email",
            "profile",
            "aws.cognito.signin.user.admin",
        ],
    );
    run_journey(env, async |ctx| {
        sign_in_hosted(&ctx).await?;
        let page = open_account(&ctx).await?;
        delete(&ctx, &page, "delete").await?;
        ctx.browser.expect_text(ACCOUNT_DELETED).await?;
        assert_eq!(ctx.env.requests_to("/logout").len(), 1);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}

#[test]
fn failed_deletion_keeps_the_session_and_can_be_retried() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        let busy = StubResponse::api_error(
            r#"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#,
        );
        stub_response(&ctx, "DeleteUser", busy).await?;
        delete(&ctx, &page, "delete").await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            "There have been too many tries. Wait a few minutes, then try again."
        );
        assert_eq!(ctx.browser.field_value(AccountPage::WORD).await?, "delete");
        ctx.browser.button("Sign out").await?;
        remove_stub(&ctx, "DeleteUser").await?;
        ctx.browser.press(AccountPage::DELETE).await?;
        ctx.browser.expect_text(ACCOUNT_DELETED).await
    });
}
