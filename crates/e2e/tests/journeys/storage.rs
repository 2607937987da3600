//! Browser storage: damaged records, tokens of another app client, and storage that is blocked.

use e2e::pages::HomePage;
use e2e::{Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use crate::session::sign_in;

#[test]
fn a_damaged_record_is_taken_away_and_the_app_works() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        const HALVE: &str = "for (const [key, value] of Object.entries(localStorage))
            localStorage.setItem(key, value.slice(0, value.length / 2))";
        j.browser.script(HALVE, vec![]).await?;
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        sign_in(&j).await
    });
}

#[test]
fn tokens_of_another_client_are_taken_away() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        let other = j.world.operate(
            "CreateUserPoolClient",
            &json!({ "UserPoolId": DEV_POOL_ID, "ClientName": "another" }),
        );
        let mut config = j.world.config();
        config["cognito"]["userPoolClientId"] = other["UserPoolClient"]["ClientId"].clone();
        j.world.set_config(&config);
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

/// If storage is blocked, the app works, and explains the consequence.
#[test]
fn where_the_browser_keeps_nothing_one_is_signed_in_until_the_reload_and_told_so() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        const BLOCKED: &str = "Object.defineProperty(window, 'localStorage', {
            get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); } })";
        j.browser.before_each_document(BLOCKED).await?;
        sign_in(&j).await?;
        let told = j.browser.alert().await?;
        assert!(told.contains("reload"), "{told}");
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        Ok(())
    });
}
