//! Deleting the account.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use serde_json::json;

use super::{open_account, open_account_of_ann, with_scopes};
use crate::hosted_sign_in::{sign_in_hosted, with_ann};
use crate::network_stub::{StubResponse, remove_stub, stub_response};

const ACCOUNT_DELETED: &str = texts::session::ACCOUNT_DELETED;

async fn delete(ctx: &TestContext, page: &AccountPage<'_>, word: &str) -> Result {
    page.expand_section(AccountPage::DELETION).await?;
    ctx.browser.fill(AccountPage::WORD, word).await?;
    ctx.browser.press(AccountPage::DELETE).await
}

fn delete_requests(ctx: &TestContext) -> usize {
    let sent = ctx.env.actions();
    sent.iter().filter(|sent| *sent == "DeleteUser").count()
}

#[test]
fn account_deletion_needs_confirmation_and_clears_storage() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        delete(&ctx, &page, "yes").await?;
        assert_eq!(
            ctx.browser.field_error(AccountPage::WORD).await?,
            texts::validation::DELETION_WORD.full_text()
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
        assert_eq!(refusal, texts::sign_in::WRONG_PASSWORD.full_text());
        Ok(())
    });
}

/// The hosted pages have a session of their own, which must end as well.
#[test]
fn account_deletion_also_ends_the_hosted_ui_session() {
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
fn failed_account_deletion_keeps_the_session_for_a_retry() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        let busy = StubResponse::api_error(
            r#"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#,
        );
        stub_response(&ctx, "DeleteUser", busy).await?;
        delete(&ctx, &page, "delete").await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::errors::TOO_MANY_REQUESTS.full_text()
        );
        assert_eq!(ctx.browser.field_value(AccountPage::WORD).await?, "delete");
        ctx.browser.button(texts::labels::SIGN_OUT).await?;
        remove_stub(&ctx, "DeleteUser").await?;
        ctx.browser.press(AccountPage::DELETE).await?;
        ctx.browser.expect_text(ACCOUNT_DELETED).await
    });
}
