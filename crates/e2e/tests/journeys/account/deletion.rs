//! Deleting the account.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, journey};
use serde_json::json;

use super::{anns_account, open_account, with_scopes};
use crate::between::{Instead, answer_as_ever, answer_instead};
use crate::hosted::{sign_in_hosted, with_ann};

const FAREWELL: &str = "Your account is deleted, and this browser keeps nothing of it. Goodbye, and thank you for having been here.";

async fn delete(j: &Journey, page: &AccountPage<'_>, word: &str) -> Outcome {
    page.unfold(AccountPage::DELETION).await?;
    j.browser.fill(AccountPage::WORD, word).await?;
    j.browser.press(AccountPage::DELETE).await
}

fn deletions(j: &Journey) -> usize {
    let sent = j.world.operations();
    sent.iter().filter(|sent| *sent == "DeleteUser").count()
}

#[test]
fn deleting_asks_twice_and_then_nothing_is_left() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        delete(&j, &page, "yes").await?;
        assert_eq!(
            j.browser.complaint(AccountPage::WORD).await?,
            "Type the word “delete” to show that you mean it, or go elsewhere to keep your account."
        );
        assert_eq!(deletions(&j), 0);
        j.browser.fill(AccountPage::WORD, "Delete").await?;
        j.browser.press(AccountPage::DELETE).await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.status().await?, FAREWELL);
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(deletions(&j), 1);

        // The account is gone, and the message is that of a wrong password, so that it does not reveal which accounts
        // exist.
        let sign_in = SignInPage::open(&j.browser).await?;
        j.expect_refusal();
        sign_in.sign_in_as(&Person::ann()).await?;
        let refusal = j.browser.alert().await?;
        assert!(
            refusal.starts_with("That name and password do not go together."),
            "{refusal}"
        );
        Ok(())
    });
}

/// The hosted pages have a session of their own, which must end as well.
#[test]
fn who_came_by_the_hosted_page_is_bid_farewell_after_leaving_there_too() {
    let world = with_scopes(
        with_ann(),
        &[
            "openid",
            "email",
            "profile",
            "aws.cognito.signin.user.admin",
        ],
    );
    journey(world, async |j| {
        sign_in_hosted(&j).await?;
        let page = open_account(&j).await?;
        delete(&j, &page, "delete").await?;
        j.browser.says(FAREWELL).await?;
        assert_eq!(j.world.requests_to("/logout").len(), 1);
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

#[test]
fn a_deletion_that_fails_leaves_one_signed_in_and_can_be_tried_again() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        let busy =
            Instead::refusal(r#"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#);
        answer_instead(&j, "DeleteUser", busy).await?;
        delete(&j, &page, "delete").await?;
        assert_eq!(
            j.browser.alert().await?,
            "There have been too many tries. Wait a few minutes, then try again."
        );
        assert_eq!(j.browser.value(AccountPage::WORD).await?, "delete");
        j.browser.button("Sign out").await?;
        answer_as_ever(&j, "DeleteUser").await?;
        j.browser.press(AccountPage::DELETE).await?;
        j.browser.says(FAREWELL).await
    });
}
