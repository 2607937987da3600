//! Account requests that fail: missing scopes, tokens that have expired, and another user who signs in.

use e2e::pages::{AccountPage, HomePage, ProviderPage, RegisterPage, SignInPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey, texts};
use serde_json::json;

use super::{
    USER_INFO_SECTION, open_account, open_account_of_ann, section_rows, verified, with_scopes,
};
use crate::hosted_sign_in::{sign_in_hosted, with_ann};
use crate::network_stub::{
    StubResponse, expect_responses, hold_responses, release_held, remove_stub, stub_response,
};
use crate::session::refresh_count;

const EXPIRED: StubResponse = StubResponse::api_error(
    r#"{"__type":"NotAuthorizedException","message":"Access Token has expired"}"#,
);

/// After a hosted sign-in, changes of the account need the scope `aws.cognito.signin.user.admin`. Without it one
/// notice says so, and the page offers nothing that cannot work.
#[test]
fn account_page_without_user_admin_scope_shows_only_a_notice() {
    run_journey(
        with_scopes(with_ann(), &["openid", "profile"]),
        async |ctx| {
            sign_in_hosted(&ctx).await?;
            open_account(&ctx).await?;
            let notices = ctx.browser.visible_texts("main .notice").await?;
            assert_eq!(notices, [texts::account::NO_SCOPE.full_text()]);
            assert_eq!(
                ctx.browser.visible_texts("main h2").await?,
                [
                    texts::account::ALL_DEVICES,
                    super::TOKEN_SECTION,
                    USER_INFO_SECTION
                ]
            );
            assert_eq!(ctx.env.actions(), [""; 0]);
            Ok(())
        },
    );
}

/// With the scope, the account can be changed after a hosted sign-in as after a direct one.
#[test]
fn hosted_user_with_user_admin_scope_can_change_attributes() {
    let scopes = &["openid", "profile", "aws.cognito.signin.user.admin"];
    run_journey(with_scopes(with_ann(), scopes), async |ctx| {
        sign_in_hosted(&ctx).await?;
        let page = open_account(&ctx).await?;
        let name = async |expected: &str| {
            let is_said = async || {
                let rows = section_rows(&ctx, USER_INFO_SECTION).await?;
                Ok(rows.contains(&("name".to_owned(), expected.to_owned())))
            };
            ctx.browser
                .wait_until("the name of the UserInfo response", is_said)
                .await
        };
        name("Ann Lee").await?;
        page.change_attribute(texts::labels::NAME, texts::labels::NAME, "Annabella Lee")
            .await?;
        ctx.browser
            .expect_text(&HomePage::greeting("Annabella Lee"))
            .await?;
        // The userInfo section shows the new name too.
        name("Annabella Lee").await
    });
}

/// The pool has no password and no second factors of a user of an identity provider. Their sections say so.
#[test]
fn account_page_says_the_provider_manages_password_and_mfa() {
    let env = TestEnv::workshop()
        .with_hosted_pages()
        .with_config(|config| {
            config["cognito"]["scopes"] =
                json!(["openid", "profile", "aws.cognito.signin.user.admin"]);
            config["cognito"]["identityProviders"] = json!(["Google"]);
        });
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .press(&texts::hosted::continue_with("Google"))
            .await?;
        let gina = TestUser::with_email("gina@example.org", Some("Gina Ray"));
        let provider = ProviderPage::expect(&ctx.browser).await?;
        provider.sign_in_as(&gina).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Gina Ray"))
            .await?;
        let page = open_account(&ctx).await?;
        let saved = &texts::account::managed_by_provider("Google");
        for section in [
            AccountPage::PASSWORD_SECTION,
            AccountPage::FACTORS,
            AccountPage::PASSKEYS,
        ] {
            page.expand_section(section).await?;
            ctx.browser.expect_text(saved).await?;
            page.expand_section(section).await?;
        }
        // The pool keeps the attributes, so the user may change them.
        page.change_attribute(texts::labels::NAME, texts::labels::NAME, "Regina Ray")
            .await?;
        ctx.browser
            .expect_text(&HomePage::greeting("Regina Ray"))
            .await
    });
}

/// The pool's clock may differ from the device's: a token that the pool calls expired causes one refresh and one
/// retry.
#[test]
fn account_request_with_expired_token_is_repeated_after_refresh() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.expect_row(texts::labels::NAME, "Ann Lee").await?;
        stub_response(&ctx, "UpdateUserAttributes", EXPIRED).await?;
        hold_responses(&ctx, "GetTokensFromRefreshToken").await?;
        page.change_attribute(texts::labels::NAME, texts::labels::NAME, "Annabella Lee")
            .await?;
        expect_responses(&ctx, "GetTokensFromRefreshToken", 1).await?;
        remove_stub(&ctx, "UpdateUserAttributes").await?;
        release_held(&ctx, "GetTokensFromRefreshToken").await?;
        page.expect_row(texts::labels::NAME, "Annabella Lee").await
    });
}

#[test]
fn account_request_is_retried_only_once_after_a_token_error() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.expect_row(texts::labels::NAME, "Ann Lee").await?;
        stub_response(&ctx, "UpdateUserAttributes", EXPIRED).await?;
        page.change_attribute(texts::labels::NAME, texts::labels::NAME, "Annabella Lee")
            .await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::errors::SESSION_NOT_ACCEPTED.full_text()
        );
        let requested = "return window.networkStub.rules.UpdateUserAttributes.received";
        assert_eq!(ctx.browser.run_script(requested, vec![]).await?, json!(2));
        assert_eq!(refresh_count(&ctx.env), 1);
        assert_eq!(
            ctx.browser.field_value(texts::labels::NAME).await?,
            "Annabella Lee"
        );
        Ok(())
    });
}

/// While Ann's request waits for new tokens, Bob signs in in another tab. Her request must not be sent with his
/// token.
#[test]
fn account_request_is_never_sent_with_another_users_token() {
    let bob = TestUser::with_email("bob@example.com", None);
    run_journey(with_ann(), async move |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.expect_row(texts::labels::NAME, "Ann Lee").await?;
        // This request does not reach the pool, so a request that does was sent after it.
        stub_response(&ctx, "UpdateUserAttributes", EXPIRED).await?;
        hold_responses(&ctx, "GetTokensFromRefreshToken").await?;
        page.change_attribute(texts::labels::NAME, texts::labels::NAME, "Annabella Lee")
            .await?;
        expect_responses(&ctx, "GetTokensFromRefreshToken", 1).await?;
        remove_stub(&ctx, "UpdateUserAttributes").await?;
        let of_ann = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&bob)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        verify
            .confirm_account(&ctx.env.latest_code(&bob.email))
            .await?;
        let greeting = HomePage::greeting(&bob.email);
        ctx.browser.expect_heading(&greeting).await?;
        ctx.browser.switch_to(&of_ann).await?;
        release_held(&ctx, "GetTokensFromRefreshToken").await?;
        let page = AccountPage::expect(&ctx.browser).await?;
        page.expect_row(texts::labels::EMAIL, &verified("bob@example.com"))
            .await?;
        let sent = ctx.env.actions();
        assert!(
            !sent.contains(&"UpdateUserAttributes".to_owned()),
            "{sent:?}"
        );
        Ok(())
    });
}
