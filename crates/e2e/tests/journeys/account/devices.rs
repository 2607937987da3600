//! Trusted devices on the account page.

use e2e::pages::{AccountPage, HomePage};
use e2e::{Result, TestContext, TestEnv, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use super::open_account_of_ann;
use crate::hosted_sign_in::with_ann;
use crate::session::refresh_count;

fn with_devices() -> TestEnv {
    let env = with_ann();
    env.call_as_operator(
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
    env
}

/// Returns the number of device records in this browser's storage.
async fn device_record_count(ctx: &TestContext) -> Result<usize> {
    let stored = ctx.browser.stored_items().await?;
    let names = stored.as_object().into_iter().flat_map(|held| held.keys());
    Ok(names
        .filter(|name| name.starts_with("poolgate.device."))
        .count())
}

#[test]
fn removing_this_device_deletes_its_key_from_the_browser() {
    run_journey(with_devices(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        ctx.browser
            .wait_until("a record of the device", async || {
                Ok(device_record_count(&ctx).await? == 1)
            })
            .await?;
        page.expand_section(AccountPage::DEVICES).await?;
        let shown_text = ctx.browser.wait_for("this device", async || {
            let shown_text = page.row_text("Chrome on Linux").await?;
            Ok(shown_text.filter(|shown_text| shown_text.starts_with(texts::account::THIS_DEVICE)))
        });
        let shown_text = shown_text.await?;
        assert!(
            shown_text.contains(&texts::account::device_last_used("")),
            "{shown_text}"
        );
        ctx.browser
            .press(&texts::labels::label_in_row(
                texts::labels::REMOVE,
                "Chrome on Linux",
            ))
            .await?;
        ctx.browser
            .expect_text(texts::account::DEVICE_REMOVED)
            .await?;
        ctx.browser.expect_text(texts::account::NO_DEVICES).await?;
        assert_eq!(device_record_count(&ctx).await?, 0);
        let call = ctx.env.pool_calls();
        let forgotten = call.iter().filter(|call| call.operation == "ForgetDevice");
        assert_eq!(forgotten.count(), 1);
        Ok(())
    });
}

/// Removing this device does not end the session: the tokens name the device, and refresh still works.
#[test]
fn removing_this_device_does_not_sign_the_user_out() {
    run_journey(with_devices(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.expand_section(AccountPage::DEVICES).await?;
        ctx.browser
            .press(&texts::labels::label_in_row(
                texts::labels::REMOVE,
                "Chrome on Linux",
            ))
            .await?;
        ctx.browser
            .expect_text(texts::account::DEVICE_REMOVED)
            .await?;
        page.change_attribute(texts::labels::NAME, texts::labels::NAME, "Annabella Lee")
            .await?;
        ctx.browser
            .expect_text(&HomePage::greeting("Annabella Lee"))
            .await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        Ok(())
    });
}

#[test]
fn account_page_explains_that_the_pool_remembers_no_devices() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        ctx.expect_status_400();
        page.expand_section(AccountPage::DEVICES).await?;
        ctx.browser
            .expect_text(&texts::account::NO_DEVICE_TRACKING.full_text())
            .await?;
        assert_eq!(
            ctx.browser.stored_items().await?["poolgate.device"],
            Value::Null
        );
        Ok(())
    });
}
