//! Passkeys on the account page. Chromium's virtual authenticator stands in for the device.

use e2e::pages::AccountPage;
use e2e::{Journey, Outcome, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::anns_account;
use crate::hosted::with_ann;

/// The development pool with passkeys for `localhost`.
fn with_passkeys() -> World {
    let world = with_ann();
    world.operate(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "WebAuthnConfiguration": { "RelyingPartyId": "localhost", "UserVerification": "required" },
        }),
    );
    world.operate(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
        }),
    );
    world
}

/// Adds a virtual authenticator that verifies its user, or fails to.
async fn authenticator(j: &Journey, is_its_owner: bool) -> Outcome {
    j.browser.devtools("WebAuthn.enable", json!({})).await?;
    j.browser
        .devtools(
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

async fn passkeys(j: &Journey) -> Outcome<AccountPage<'_>> {
    let page = anns_account(j).await?;
    page.unfold(AccountPage::PASSKEYS).await?;
    Ok(page)
}

/// Waits until the page lists this many of Ann's passkeys, by the name that the pool gives them.
async fn lists(j: &Journey, expected: usize) -> Outcome {
    j.browser
        .until(&format!("{expected} passkeys"), async || {
            let listed = j.browser.texts(".row-name").await?;
            Ok(listed.iter().filter(|name| *name == "Passkey").count() == expected)
        })
        .await
}

#[test]
fn a_passkey_is_made_listed_and_deleted_after_a_second_question() {
    journey(with_passkeys(), async |j| {
        passkeys(&j).await?;
        authenticator(&j, true).await?;
        j.browser.says("You have no passkey here yet.").await?;
        j.browser.press("Add a passkey").await?;
        j.browser.says("Your passkey is ready.").await?;
        lists(&j, 1).await?;
        j.browser.says("Added ").await?;

        j.browser.press("Delete: Passkey").await?;
        j.browser.says("Delete this passkey?").await?;
        j.browser.press("Keep it: Passkey").await?;
        lists(&j, 1).await?;
        let deletions = || {
            let sent = j.world.operations();
            let deletions = sent
                .iter()
                .filter(|sent| *sent == "DeleteWebAuthnCredential");
            deletions.count()
        };
        assert_eq!(deletions(), 0);
        j.browser.press("Delete: Passkey").await?;
        j.browser.press("Delete it: Passkey").await?;
        j.browser.says("You have no passkey here yet.").await?;
        assert_eq!(deletions(), 1);
        assert_eq!(j.browser.focused().await?, AccountPage::PASSKEYS);
        Ok(())
    });
}

#[test]
fn a_device_that_holds_one_already_says_so() {
    journey(with_passkeys(), async |j| {
        passkeys(&j).await?;
        authenticator(&j, true).await?;
        j.browser.press("Add a passkey").await?;
        lists(&j, 1).await?;
        j.browser.press("Add a passkey").await?;
        assert_eq!(
            j.browser.alert().await?,
            "This device or security key holds a passkey for your account already."
        );
        lists(&j, 1).await
    });
}

#[test]
fn a_dialog_that_is_declined_leaves_everything_as_it_was() {
    journey(with_passkeys(), async |j| {
        passkeys(&j).await?;
        authenticator(&j, false).await?;
        j.browser.press("Add a passkey").await?;
        assert_eq!(
            j.browser.alert().await?,
            "No passkey was made. Try again when you are ready."
        );
        lists(&j, 0).await
    });
}

#[test]
fn a_pool_without_passkeys_says_how_they_are_switched_on() {
    journey(with_ann(), async |j| {
        passkeys(&j).await?;
        authenticator(&j, true).await?;
        j.expect_refusal();
        j.browser.press("Add a passkey").await?;
        assert_eq!(
            j.browser.alert().await?,
            "This user pool does not offer passkeys. An administrator can switch them on in the Cognito console, under Sign-in, Passkey, with this site's domain as the relying party."
        );
        Ok(())
    });
}

/// The relying party is another host, as in a pool that was set up only for the hosted pages.
#[test]
fn passkeys_of_another_site_say_so() {
    let world = with_passkeys();
    world.operate(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "WebAuthnConfiguration": { "RelyingPartyId": "auth.example.com" },
        }),
    );
    journey(world, async |j| {
        passkeys(&j).await?;
        authenticator(&j, true).await?;
        j.browser.press("Add a passkey").await?;
        assert_eq!(
            j.browser.alert().await?,
            "The user pool's passkeys belong to another site than this one. An administrator should set the relying party to this site's domain."
        );
        Ok(())
    });
}
