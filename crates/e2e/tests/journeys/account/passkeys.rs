//! Passkeys on the account page. Chromium's virtual authenticator stands in for the device.

use e2e::pages::AccountPage;
use e2e::{Result, TestContext, TestEnv, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::open_account_of_ann;
use crate::hosted_sign_in::with_ann;

/// Starts the development pool with passkeys for `localhost`.
fn with_passkeys() -> TestEnv {
    let env = with_ann();
    env.call_as_operator(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "WebAuthnConfiguration": { "RelyingPartyId": "localhost", "UserVerification": "required" },
        }),
    );
    env.call_as_operator(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
        }),
    );
    env
}

/// Adds a virtual authenticator that verifies its user, or fails to.
async fn add_authenticator(ctx: &TestContext, is_its_owner: bool) -> Result {
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
                "isUserVerified": is_its_owner,
            }}),
        )
        .await?;
    Ok(())
}

async fn open_passkeys(ctx: &TestContext) -> Result<AccountPage<'_>> {
    let page = open_account_of_ann(ctx).await?;
    page.expand_section(AccountPage::PASSKEYS).await?;
    Ok(page)
}

/// Waits until the page lists this many of Ann's passkeys, by the name that the pool gives them.
async fn expect_passkeys(ctx: &TestContext, expected: usize) -> Result {
    ctx.browser
        .wait_until(&format!("{expected} passkeys"), async || {
            let listed = ctx.browser.visible_texts(".row-name").await?;
            Ok(listed
                .iter()
                .filter(|name| *name == texts::account::UNNAMED_PASSKEY)
                .count()
                == expected)
        })
        .await
}

/// Returns the accessible name of a button in the row of a passkey without a name.
fn of_passkey(label: &str) -> String {
    texts::labels::label_in_row(label, texts::account::UNNAMED_PASSKEY)
}

#[test]
fn user_adds_a_passkey_and_deletes_it_after_confirmation() {
    run_journey(with_passkeys(), async |ctx| {
        open_passkeys(&ctx).await?;
        add_authenticator(&ctx, true).await?;
        ctx.browser.expect_text(texts::account::NO_PASSKEYS).await?;
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        ctx.browser
            .expect_text(texts::account::PASSKEY_ADDED)
            .await?;
        expect_passkeys(&ctx, 1).await?;
        ctx.browser
            .expect_text(&texts::account::passkey_added_on(""))
            .await?;

        ctx.browser
            .press(&of_passkey(texts::labels::DELETE))
            .await?;
        ctx.browser
            .expect_text(texts::account::DELETE_PASSKEY)
            .await?;
        ctx.browser
            .press(&of_passkey(texts::labels::CANCEL))
            .await?;
        expect_passkeys(&ctx, 1).await?;
        let deletions = || {
            let sent = ctx.env.actions();
            let deletions = sent
                .iter()
                .filter(|sent| *sent == "DeleteWebAuthnCredential");
            deletions.count()
        };
        assert_eq!(deletions(), 0);
        ctx.browser
            .press(&of_passkey(texts::labels::DELETE))
            .await?;
        ctx.browser
            .expect_text(texts::account::DELETE_PASSKEY)
            .await?;
        ctx.browser
            .press(&of_passkey(texts::labels::DELETE))
            .await?;
        ctx.browser.expect_text(texts::account::NO_PASSKEYS).await?;
        assert_eq!(deletions(), 1);
        assert_eq!(ctx.browser.focused_label().await?, AccountPage::PASSKEYS);
        Ok(())
    });
}

#[test]
fn account_page_says_that_the_device_already_has_a_passkey() {
    run_journey(with_passkeys(), async |ctx| {
        open_passkeys(&ctx).await?;
        add_authenticator(&ctx, true).await?;
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        expect_passkeys(&ctx, 1).await?;
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::account::PASSKEY_EXISTS.full_text()
        );
        expect_passkeys(&ctx, 1).await
    });
}

#[test]
fn cancelled_passkey_dialog_adds_no_passkey() {
    run_journey(with_passkeys(), async |ctx| {
        open_passkeys(&ctx).await?;
        add_authenticator(&ctx, false).await?;
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::account::NO_PASSKEY_ADDED.full_text()
        );
        expect_passkeys(&ctx, 0).await
    });
}

#[test]
fn account_page_explains_how_to_enable_passkeys_in_the_pool() {
    run_journey(with_ann(), async |ctx| {
        open_passkeys(&ctx).await?;
        add_authenticator(&ctx, true).await?;
        ctx.expect_status_400();
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        ctx.browser
            .expect_error(&texts::errors::PASSKEYS_NOT_OFFERED)
            .await
    });
}

/// The relying party is another host, as in a pool that was set up only for the hosted pages.
#[test]
fn account_page_explains_passkeys_configured_for_another_site() {
    let env = with_passkeys();
    env.call_as_operator(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "WebAuthnConfiguration": { "RelyingPartyId": "auth.example.com" },
        }),
    );
    run_journey(env, async |ctx| {
        open_passkeys(&ctx).await?;
        add_authenticator(&ctx, true).await?;
        ctx.browser.press(texts::account::ADD_PASSKEY).await?;
        ctx.browser
            .expect_error(&texts::errors::OTHER_RELYING_PARTY)
            .await
    });
}
