//! Trusted devices on the account page.

use e2e::pages::AccountPage;
use e2e::{Journey, Outcome, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use super::anns_account;
use crate::hosted::with_ann;
use crate::session::renewals;

fn with_devices() -> World {
    let world = with_ann();
    world.operate(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "DeviceConfiguration": {
                "ChallengeRequiredOnNewDevice": true,
                "DeviceOnlyRememberedOnUserPrompt": false,
            },
        }),
    );
    world
}

/// The number of device records in this browser's storage.
async fn device_records(j: &Journey) -> Outcome<usize> {
    let stored = j.browser.stored().await?;
    let names = stored.as_object().into_iter().flat_map(|held| held.keys());
    Ok(names
        .filter(|name| name.starts_with("poolgate.device."))
        .count())
}

#[test]
fn this_device_is_listed_and_when_it_is_forgotten_the_browser_forgets_it_too() {
    journey(with_devices(), async |j| {
        let page = anns_account(&j).await?;
        j.browser
            .until("a record of the device", async || {
                Ok(device_records(&j).await? == 1)
            })
            .await?;
        page.unfold(AccountPage::DEVICES).await?;
        let told = j.browser.some("this device", async || {
            let told = page.row("Chrome on Linux").await?;
            Ok(told.filter(|told| told.starts_with("This one · ")))
        });
        let told = told.await?;
        assert!(told.contains("last used "), "{told}");
        j.browser.press("Forget: Chrome on Linux").await?;
        j.browser
            .says("Forgotten. When you sign in here next, this device is a new one.")
            .await?;
        j.browser
            .says("The user pool knows no device of yours.")
            .await?;
        assert_eq!(device_records(&j).await?, 0);
        let call = j.world.calls();
        let forgotten = call.iter().filter(|call| call.operation == "ForgetDevice");
        assert_eq!(forgotten.count(), 1);
        Ok(())
    });
}

/// Removing this device does not end the session: the tokens name the device, and refresh still works.
#[test]
fn who_forgets_this_device_stays_signed_in() {
    journey(with_devices(), async |j| {
        let page = anns_account(&j).await?;
        page.unfold(AccountPage::DEVICES).await?;
        j.browser.press("Forget: Chrome on Linux").await?;
        j.browser.says("Forgotten.").await?;
        page.change("Name", "Your name", "Annabella Lee").await?;
        j.browser.says("Greetings Annabella Lee!").await?;
        assert_eq!(renewals(&j.world), 1);
        Ok(())
    });
}

#[test]
fn a_pool_that_keeps_no_devices_says_so() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        j.expect_refusal();
        page.unfold(AccountPage::DEVICES).await?;
        j.browser
            .says("This user pool does not remember devices.")
            .await?;
        assert_eq!(j.browser.stored().await?["poolgate.device"], Value::Null);
        Ok(())
    });
}
