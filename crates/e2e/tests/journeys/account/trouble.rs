//! Account requests that fail: missing scopes, tokens that have expired, and another user who signs in.

use e2e::pages::{AccountPage, HomePage, ProviderPage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Person, World, journey};
use serde_json::json;

use super::{POOL_SAYS, anns_account, open_account, part, with_scopes};
use crate::between::{Instead, answer_as_ever, answer_instead, have_come, hold, let_through};
use crate::hosted::{sign_in_hosted, with_ann};
use crate::session::renewals;

const EXPIRED: Instead =
    Instead::refusal(r#"{"__type":"NotAuthorizedException","message":"Access Token has expired"}"#);

/// After a hosted sign-in, changes of the account need the scope `aws.cognito.signin.user.admin`. Without it one
/// notice says so, and the page offers nothing that cannot work.
#[test]
fn without_the_scope_one_notice_says_so_and_nothing_is_offered_that_could_not_work() {
    journey(with_scopes(with_ann(), &["openid", "profile"]), async |j| {
        sign_in_hosted(&j).await?;
        open_account(&j).await?;
        let notices = j.browser.texts("main .notice").await?;
        assert_eq!(
            notices,
            [
                "You cannot change your account by this sign-in: it came by the hosted page without the scope aws.cognito.signin.user.admin, which an administrator can add in config.js and for the app client. Signing in with your password on our own page gives it as well."
            ]
        );
        assert_eq!(
            j.browser.texts("main h2").await?,
            ["Sign out everywhere", super::TOKEN_SAYS, POOL_SAYS]
        );
        assert_eq!(j.world.operations(), [""; 0]);
        Ok(())
    });
}

/// With the scope, the account can be changed after a hosted sign-in as after a direct one.
#[test]
fn with_the_scope_who_came_by_the_hosted_page_can_change_their_account() {
    let scopes = &["openid", "profile", "aws.cognito.signin.user.admin"];
    journey(with_scopes(with_ann(), scopes), async |j| {
        sign_in_hosted(&j).await?;
        let page = open_account(&j).await?;
        let name = async |expected: &str| {
            let is_said = async || {
                let said = part(&j, POOL_SAYS).await?;
                Ok(said.contains(&("name".to_owned(), expected.to_owned())))
            };
            j.browser.until("the name by userInfo", is_said).await
        };
        name("Ann Lee").await?;
        page.change("Name", "Your name", "Annabella Lee").await?;
        j.browser.says("Greetings Annabella Lee!").await?;
        // The userInfo section shows the new name too.
        name("Annabella Lee").await
    });
}

/// The pool has no password and no second factors of a user of an identity provider. Their sections say so.
#[test]
fn who_comes_by_an_identity_provider_is_told_that_it_keeps_their_password_and_factors() {
    let world = World::workshop().with_hosted_pages().configured(|config| {
        config["cognito"]["scopes"] = json!(["openid", "profile", "aws.cognito.signin.user.admin"]);
        config["cognito"]["identityProviders"] = json!(["Google"]);
    });
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.press("Continue with Google").await?;
        let gina = Person::by_email("gina@example.org", Some("Gina Ray"));
        let provider = ProviderPage::shown(&j.browser).await?;
        provider.sign_in_as(&gina).await?;
        j.browser
            .shows_page(&HomePage::greeting("Gina Ray"))
            .await?;
        let page = open_account(&j).await?;
        let kept = "You sign in with Google, which keeps your password, second factor and passkeys: change them there. They are not this user pool's.";
        for part in ["Password", "Second factor", "Passkeys"] {
            page.unfold(part).await?;
            j.browser.says(kept).await?;
            page.unfold(part).await?;
        }
        // The pool keeps the attributes, so the user may change them.
        page.change("Name", "Your name", "Regina Ray").await?;
        j.browser.says("Greetings Regina Ray!").await
    });
}

/// The pool's clock may differ from the device's: a token that the pool calls expired causes one refresh and one
/// retry.
#[test]
fn a_token_that_the_pool_calls_expired_is_renewed_and_the_request_sent_once_more() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        page.says_of("Name", "Ann Lee").await?;
        answer_instead(&j, "UpdateUserAttributes", EXPIRED).await?;
        hold(&j, "GetTokensFromRefreshToken").await?;
        page.change("Name", "Your name", "Annabella Lee").await?;
        have_come(&j, "GetTokensFromRefreshToken", 1).await?;
        answer_as_ever(&j, "UpdateUserAttributes").await?;
        let_through(&j, "GetTokensFromRefreshToken").await?;
        page.says_of("Name", "Annabella Lee").await
    });
}

#[test]
fn a_pool_that_goes_on_refusing_is_asked_twice_and_no_more() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        page.says_of("Name", "Ann Lee").await?;
        answer_instead(&j, "UpdateUserAttributes", EXPIRED).await?;
        page.change("Name", "Your name", "Annabella Lee").await?;
        assert_eq!(
            j.browser.alert().await?,
            "The user pool does not accept this sign-in any more. Sign out and in again."
        );
        let asked = "return window.between.rules.UpdateUserAttributes.come";
        assert_eq!(j.browser.script(asked, vec![]).await?, json!(2));
        assert_eq!(renewals(&j.world), 1);
        assert_eq!(j.browser.value("Your name").await?, "Annabella Lee");
        Ok(())
    });
}

/// While Ann's request waits for new tokens, Bob signs in in another tab. Her request must not be sent with his
/// token.
#[test]
fn what_one_asked_for_is_never_sent_under_another_persons_token() {
    let bob = Person::by_email("bob@example.com", None);
    journey(with_ann(), async move |j| {
        let page = anns_account(&j).await?;
        page.says_of("Name", "Ann Lee").await?;
        // This request does not reach the pool, so a request that does was sent after it.
        answer_instead(&j, "UpdateUserAttributes", EXPIRED).await?;
        hold(&j, "GetTokensFromRefreshToken").await?;
        page.change("Name", "Your name", "Annabella Lee").await?;
        have_come(&j, "GetTokensFromRefreshToken", 1).await?;
        answer_as_ever(&j, "UpdateUserAttributes").await?;
        let of_ann = j.browser.tab().await?;
        j.browser.open_tab().await?;
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        let greeting = HomePage::greeting(&bob.email);
        j.browser.shows_page(&greeting).await?;
        j.browser.look_at(&of_ann).await?;
        let_through(&j, "GetTokensFromRefreshToken").await?;
        let page = AccountPage::shown(&j.browser).await?;
        page.says_of("E-mail", "bob@example.com · confirmed")
            .await?;
        let sent = j.world.operations();
        assert!(
            !sent.contains(&"UpdateUserAttributes".to_owned()),
            "{sent:?}"
        );
        Ok(())
    });
}
