//! Two-step verification on the account page.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use super::anns_account;
use super::authenticator::{code, shown_secret};
use crate::hosted::with_ann;

const APP: &str = "Authenticator app";

/// The development pool with all second factors.
fn with_factors() -> World {
    let world = with_ann();
    world.operate(
        "SetUserPoolMfaConfig",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" } },
            "EmailMfaConfiguration": {},
        }),
    );
    world
}

async fn factors(j: &Journey) -> Outcome<AccountPage<'_>> {
    let page = anns_account(j).await?;
    page.unfold(AccountPage::FACTORS).await?;
    Ok(page)
}

/// Ann's second factors and the preferred one in the pool (Cognito: AdminGetUser).
fn asked_of_ann(world: &World) -> (Value, Value) {
    let user = world.operate(
        "AdminGetUser",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
    );
    (
        user["UserMFASettingList"].clone(),
        user["PreferredMfaSetting"].clone(),
    )
}

/// An authenticator app is turned on by its code, and the next sign-in asks for one.
#[test]
fn an_authenticator_app_is_set_up_by_its_code_and_asked_for_at_the_next_sign_in() {
    journey(with_factors(), async |j| {
        let page = factors(&j).await?;
        page.says_of(APP, "Off").await?;
        j.browser.press("Set up: Authenticator app").await?;
        let secret = shown_secret(&j).await?;
        let pictures = j.browser.script(
            "return document.querySelectorAll('svg.qr-code[role=img][aria-label]').length",
            vec![],
        );
        assert_eq!(pictures.await?, json!(1));
        assert_eq!(asked_of_ann(&j.world), (Value::Null, Value::Null));

        j.expect_refusal();
        let wrong = match code(&j, &secret, 0).await?.as_str() {
            "000000" => "111111",
            _ => "000000",
        };
        // A code of the wrong length is reported as a wrong code, although the service gives another error.
        for wrong in ["12", wrong] {
            j.browser.fill(AccountPage::CODE, wrong).await?;
            j.browser.press("Turn it on").await?;
            let complaint = j.browser.complaint(AccountPage::CODE).await?;
            assert!(
                complaint.starts_with("That is not the code your app shows now."),
                "{complaint}"
            );
        }
        assert_eq!(shown_secret(&j).await?, secret);

        let right = code(&j, &secret, 0).await?;
        let (first, second) = right.split_at(3);
        j.browser
            .fill(AccountPage::CODE, &format!("{first} {second}"))
            .await?;
        j.browser.press("Turn it on").await?;
        page.says_of(APP, "On, asked for first").await?;
        assert_eq!(
            asked_of_ann(&j.world),
            (json!(["SOFTWARE_TOKEN_MFA"]), json!("SOFTWARE_TOKEN_MFA"))
        );

        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        let next = {
            j.browser.field(AccountPage::CODE).await?;
            code(&j, &secret, 1).await?
        };
        j.browser.fill(AccountPage::CODE, &next).await?;
        j.browser.press("Continue").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// One of several second factors is the default, and each can be turned off.
#[test]
fn of_several_factors_one_is_asked_for_first_and_each_can_be_switched_off() {
    journey(with_factors(), async |j| {
        let page = factors(&j).await?;
        j.browser.press("Set up: Authenticator app").await?;
        let secret = shown_secret(&j).await?;
        let shown = code(&j, &secret, 0).await?;
        j.browser.fill(AccountPage::CODE, &shown).await?;
        j.browser.press("Turn it on").await?;
        page.says_of(APP, "On, asked for first").await?;

        j.browser.press("Turn on: E-mail").await?;
        j.browser
            .says("E-mail: on, from your next sign-in.")
            .await?;
        assert_eq!(j.browser.focused().await?, "Turn off");
        let both = json!(["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]);
        let (on, first) = asked_of_ann(&j.world);
        assert_eq!(
            (sorted(&on), first),
            (sorted(&both), json!("SOFTWARE_TOKEN_MFA"))
        );
        j.browser.press("Ask first: E-mail").await?;
        page.says_of(APP, "On").await?;
        let (on, first) = asked_of_ann(&j.world);
        assert_eq!((sorted(&on), first), (sorted(&both), json!("EMAIL_OTP")));
        j.browser.press("Turn off: E-mail").await?;
        j.browser.says("E-mail: off.").await?;
        j.browser.press("Turn off: Authenticator app").await?;
        page.says_of(APP, "Off").await?;
        assert_eq!(asked_of_ann(&j.world), (Value::Null, Value::Null));
        Ok(())
    });
}

fn sorted(list: &Value) -> Vec<String> {
    let names = list.as_array().into_iter().flatten();
    let mut names: Vec<String> = names.map(Value::to_string).collect();
    names.sort();
    names
}

/// A setup that the user cancels changes nothing.
#[test]
fn an_app_whose_code_is_not_shown_is_not_asked_for() {
    journey(with_factors(), async |j| {
        let page = factors(&j).await?;
        j.browser.press("Set up: Authenticator app").await?;
        shown_secret(&j).await?;
        j.browser.press("Turn it on").await?;
        assert_eq!(
            j.browser.complaint(AccountPage::CODE).await?,
            "Enter the code that your authenticator app shows."
        );
        j.browser.press("Leave it off").await?;
        page.says_of(APP, "Off").await?;
        assert_eq!(j.browser.texts(".qr-code, .key-groups").await?, [""; 0]);
        assert_eq!(asked_of_ann(&j.world), (Value::Null, Value::Null));
        Ok(())
    });
}

/// The secret is copied without the gaps between its groups.
#[test]
fn the_secret_can_be_copied() {
    journey(with_factors(), async |j| {
        factors(&j).await?;
        j.browser
            .devtools(
                "Browser.grantPermissions",
                json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }),
            )
            .await?;
        j.browser.press("Set up: Authenticator app").await?;
        let secret = shown_secret(&j).await?;
        j.browser.press("Copy the secret").await?;
        j.browser.says("Copied.").await?;
        let copied = j
            .browser
            .script("return navigator.clipboard.readText()", vec![])
            .await?;
        assert_eq!(copied, json!(secret));
        Ok(())
    });
}

/// The development pool offers no second factors by default.
#[test]
fn a_factor_that_the_pool_does_not_offer_says_so() {
    journey(with_ann(), async |j| {
        let page = factors(&j).await?;
        j.expect_refusal();
        j.browser.press("Set up: Authenticator app").await?;
        assert_eq!(
            j.browser.alert().await?,
            "This user pool does not offer it. Ask the administrator to switch it on, under Sign-in, Multi-factor authentication."
        );
        page.says_of(
            "Text message",
            "Add your phone number among your details first, and confirm it by its code.",
        )
        .await?;
        j.browser.press("Turn on: E-mail").await?;
        j.browser
            .says("The user pool does not take it yet: User does not have delivery config set to turn on EMAIL_OTP.")
            .await
    });
}
