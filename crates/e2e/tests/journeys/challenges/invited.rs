//! Users who were invited with a temporary password.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage};
use e2e::{World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::GO_ON;

const OWN: &str = "Choose a password of your own";
const TEMPORARY: &str = "Temp-passw0rd";

/// Invites Ann to a pool that requires a name, without giving a name.
fn invited(world: &World) {
    let (pool, _) = world.move_to_pool(json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "Schema": [{ "Name": "name", "Required": true, "Mutable": true }],
    }));
    world.operate(
        "AdminCreateUser",
        &json!({
            "UserPoolId": pool,
            "Username": "ann@example.com",
            "TemporaryPassword": TEMPORARY,
            "UserAttributes": [
                { "Name": "email", "Value": "ann@example.com" },
                { "Name": "email_verified", "Value": "true" },
            ],
            "MessageAction": "SUPPRESS",
        }),
    );
}

#[test]
fn an_invited_person_says_what_is_missing_chooses_a_password_and_is_in() {
    let world = World::workshop();
    invited(&world);
    journey(world, async |j| {
        j.expect_refusal();
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        j.browser.shows_page(OWN).await?;
        // The form does not ask for attributes that the pool has.
        assert_eq!(
            j.browser.texts("main label").await?,
            ["Your name", "New password"]
        );
        j.browser.press(GO_ON).await?;
        j.browser.complaint("Your name").await?;
        assert_eq!(j.browser.focused().await?, "Your name");
        j.browser.fill("Your name", "Ann Lee").await?;

        j.browser.fill("New password", "short").await?;
        j.browser.press(GO_ON).await?;
        let complaint = j.browser.complaint("New password").await?;
        assert!(complaint.contains("rules"), "{complaint}");
        assert_eq!(j.browser.value("Your name").await?, "Ann Lee");
        j.browser.fill("New password", "Brand-new-1").await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        let answers: Vec<_> = j
            .world
            .calls()
            .into_iter()
            .filter(|call| call.body["ChallengeName"] == "NEW_PASSWORD_REQUIRED")
            .map(|call| call.body["ChallengeResponses"].clone())
            .collect();
        assert_eq!(answers.len(), 2);
        assert_eq!(answers[1]["userAttributes.name"], "Ann Lee");
        assert_eq!(answers[1]["userAttributes.email"], json!(null));

        // The temporary password no longer works.
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        j.browser.alert().await?;
        page.sign_in("ann@example.com", "Brand-new-1").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// Cognito: a temporary password is valid for seven days, unless the pool says otherwise.
#[test]
fn an_invitation_that_came_too_late_says_so() {
    let world = World::workshop();
    invited(&world);
    world.let_time_pass(Duration::from_secs(8 * 24 * 60 * 60));
    journey(world, async |j| {
        j.browser
            .move_clock(Duration::from_secs(8 * 24 * 60 * 60))
            .await?;
        j.expect_refusal();
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("invite you again"), "{alert}");
        Ok(())
    });
}

/// The authentication session of a challenge lasts for minutes. After that the sign-in starts over, with the username
/// filled in.
#[test]
fn who_takes_too_long_over_a_question_begins_again_with_the_name_kept() {
    let world = World::workshop();
    world.operate(
        "AdminCreateUser",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "Username": "ann@example.com",
            "TemporaryPassword": TEMPORARY,
            "MessageAction": "SUPPRESS",
        }),
    );
    journey(world, async |j| {
        j.expect_refusal();
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        j.browser.shows_page(OWN).await?;
        j.world.let_time_pass(Duration::from_secs(16 * 60));
        j.browser.fill("New password", "Brand-new-1").await?;
        j.browser.press(GO_ON).await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(
            j.browser.alert().await?,
            "That took too long. Please try again."
        );
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        Ok(())
    });
}
