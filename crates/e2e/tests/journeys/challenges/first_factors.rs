//! The choice of the first factor (`USER_AUTH`).

use e2e::pages::{AccountPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Journey, Outcome, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::{CODE, ENTER_CODE, GO_ON};
use crate::hosted::with_ann;

const CHOOSE: &str = "Choose how to sign in";

/// A pool that offers these first factors, and an app that lets the user choose.
pub(super) fn offering(factors: &[&str]) -> World {
    let world = with_ann();
    world.operate(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
        }),
    );
    world.operate(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "WebAuthnConfiguration": { "RelyingPartyId": "localhost", "UserVerification": "required" },
        }),
    );
    world.update_client(json!({
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }));
    world.configured(|config| config["cognito"]["authFlow"] = json!("USER_AUTH"))
}

pub(super) async fn give_name(j: &Journey) -> Outcome {
    SignInPage::open(&j.browser).await?;
    j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
    j.browser.press(GO_ON).await
}

async fn is_in(j: &Journey) -> Outcome {
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

async fn has_authenticator(j: &Journey) -> Outcome {
    j.browser.devtools("WebAuthn.enable", json!({})).await?;
    j.browser
        .devtools(
            "WebAuthn.addVirtualAuthenticator",
            json!({ "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": true,
                "hasUserVerification": true,
                "isUserVerified": true,
            }}),
        )
        .await?;
    Ok(())
}

/// `PASSWORD` and `PASSWORD_SRP` are one choice. The app uses SRP, so the password is not sent.
#[test]
fn exactly_what_the_pool_offers_is_offered_and_the_password_is_proved() {
    journey(offering(&["PASSWORD", "EMAIL_OTP"]), async |j| {
        give_name(&j).await?;
        j.browser.shows_page(CHOOSE).await?;
        assert_eq!(
            j.browser.texts("main button.secondary").await?,
            ["With your password", "With a code by e-mail"]
        );
        j.browser.press("With your password").await?;
        j.browser.shows_page("Enter your password").await?;
        j.browser.press("Sign in another way").await?;
        j.browser.shows_page(CHOOSE).await?;
        j.browser.press("With your password").await?;
        j.browser
            .fill(SignInPage::PASSWORD, "Correct-h0rse")
            .await?;
        j.browser.press(SignInPage::BUTTON).await?;
        is_in(&j).await?;
        let sent: String = j.world.requests().iter().map(|sent| &*sent.body).collect();
        assert!(!sent.contains("Correct-h0rse"));
        Ok(())
    });
}

#[test]
fn a_wrong_password_begins_again_with_the_name_kept() {
    journey(offering(&["PASSWORD", "EMAIL_OTP"]), async |j| {
        j.expect_refusal();
        give_name(&j).await?;
        j.browser.press("With your password").await?;
        j.browser.fill(SignInPage::PASSWORD, "Wrong-h0rse").await?;
        j.browser.press(SignInPage::BUTTON).await?;
        SignInPage::shown(&j.browser).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("do not go together"), "{alert}");
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        Ok(())
    });
}

/// An email code is enough if the pool says so. The code has eight digits here.
#[test]
fn a_code_by_mail_is_enough_where_the_pool_says_so() {
    journey(offering(&["PASSWORD", "EMAIL_OTP"]), async |j| {
        give_name(&j).await?;
        j.browser.press("With a code by e-mail").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        let code = j.world.code_for("ann@example.com");
        assert_eq!(code.len(), 8);
        j.browser.fill(CODE, &code).await?;
        j.browser.press(GO_ON).await?;
        is_in(&j).await
    });
}

/// `preferredChallenge` in config.js skips the choice.
#[test]
fn what_config_js_prefers_is_asked_for_at_once() {
    let world = offering(&["PASSWORD", "EMAIL_OTP"]).configured(|config| {
        config["cognito"]["authFlow"] = json!("USER_AUTH");
        config["cognito"]["preferredChallenge"] = json!("EMAIL_OTP");
    });
    journey(world, async |j| {
        give_name(&j).await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser
            .fill(CODE, &j.world.code_for("ann@example.com"))
            .await?;
        j.browser.press(GO_ON).await?;
        is_in(&j).await
    });
}

/// An unknown username must not be distinguishable from a known one.
#[test]
fn an_unknown_name_is_not_told_apart() {
    journey(offering(&["PASSWORD", "EMAIL_OTP"]), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser
            .fill(SignInPage::NAME, "nobody@example.com")
            .await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(CHOOSE).await?;
        assert_eq!(
            j.browser.texts("main button.secondary").await?,
            ["With your password", "With a code by e-mail"]
        );
        Ok(())
    });
}

/// A passkey is added on the account page, chosen at the next sign-in, and suggested in the field from then on.
#[test]
fn a_passkey_is_added_used_and_from_then_on_offered_in_the_field() {
    journey(offering(&["PASSWORD", "WEB_AUTHN"]), async |j| {
        give_name(&j).await?;
        j.browser
            .fill(SignInPage::PASSWORD, "Correct-h0rse")
            .await?;
        j.browser.press(SignInPage::BUTTON).await?;
        is_in(&j).await?;
        let page = AccountPage::follow(&j.browser).await?;
        has_authenticator(&j).await?;
        page.unfold(AccountPage::PASSKEYS).await?;
        j.browser.press("Add a passkey").await?;
        j.browser.says("Your passkey is ready.").await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;

        give_name(&j).await?;
        j.browser.press("With a passkey").await?;
        is_in(&j).await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;

        // The virtual authenticator accepts the field's suggestion without a user.
        SignInPage::open(&j.browser).await?;
        is_in(&j).await?;
        let forms = j.world.calls();
        let last = forms
            .iter()
            .rfind(|call| call.operation == "InitiateAuth")
            .ok_or("a sign-in")?;
        assert_eq!(
            last.body["AuthParameters"],
            json!({ "USERNAME": "ann@example.com", "PREFERRED_CHALLENGE": "WEB_AUTHN" })
        );
        Ok(())
    });
}

/// After a cancelled dialog the user can choose another factor.
#[test]
fn a_passkey_that_is_not_there_leaves_another_way() {
    let world = offering(&["PASSWORD", "WEB_AUTHN"]);
    journey(world, async |j| {
        give_name(&j).await?;
        j.browser
            .fill(SignInPage::PASSWORD, "Correct-h0rse")
            .await?;
        j.browser.press(SignInPage::BUTTON).await?;
        is_in(&j).await?;
        let page = AccountPage::follow(&j.browser).await?;
        has_authenticator(&j).await?;
        page.unfold(AccountPage::PASSKEYS).await?;
        j.browser.press("Add a passkey").await?;
        j.browser.says("Your passkey is ready.").await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        // This device does not have the passkey.
        j.browser.devtools("WebAuthn.disable", json!({})).await?;
        j.browser.devtools("WebAuthn.enable", json!({})).await?;
        has_authenticator(&j).await?;

        give_name(&j).await?;
        j.browser.press("With a passkey").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("No passkey was used"), "{alert}");
        j.browser.press("Start again").await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        Ok(())
    });
}

/// The authentication session of the registration signs the user in. The password is neither entered nor sent again.
#[test]
fn a_newcomer_is_signed_in_by_the_code_alone() {
    journey(offering(&["PASSWORD", "EMAIL_OTP"]), async |j| {
        let page = RegisterPage::open(&j.browser).await?;
        let bob = e2e::Person::by_email("bob@example.com", None);
        page.register(&bob).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        j.browser
            .shows_page(&HomePage::greeting("bob@example.com"))
            .await?;
        let begun = j.world.calls();
        let begun = begun
            .iter()
            .find(|call| call.operation == "InitiateAuth")
            .ok_or("a sign-in")?;
        assert_eq!(begun.body["AuthFlow"], "USER_AUTH");
        assert!(begun.body["Session"].is_string());
        Ok(())
    });
}
