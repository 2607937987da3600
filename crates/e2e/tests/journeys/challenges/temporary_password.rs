//! Users who were invited with a temporary password.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage};
use e2e::{TestEnv, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::CONTINUE;

const CHOOSE_PASSWORD: &str = texts::sign_in::NEW_PASSWORD_TITLE;
const TEMPORARY: &str = "Temp-passw0rd";

/// Invites Ann to a pool that requires a name, without giving a name.
fn invite_ann(env: &TestEnv) {
    let (pool, _) = env.use_new_pool(json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "Schema": [{ "Name": "name", "Required": true, "Mutable": true }],
    }));
    env.call_as_operator(
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
fn invited_user_fills_in_attributes_and_sets_a_password() {
    let env = TestEnv::workshop();
    invite_ann(&env);
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        ctx.browser.expect_heading(CHOOSE_PASSWORD).await?;
        // The form does not ask for attributes that the pool has.
        assert_eq!(
            ctx.browser.visible_texts("main label").await?,
            [texts::labels::NAME, texts::labels::NEW_PASSWORD]
        );
        ctx.browser.press(CONTINUE).await?;
        ctx.browser.field_error(texts::labels::NAME).await?;
        assert_eq!(ctx.browser.focused_label().await?, texts::labels::NAME);
        ctx.browser.fill(texts::labels::NAME, "Ann Lee").await?;

        ctx.browser
            .fill(texts::labels::NEW_PASSWORD, "short")
            .await?;
        ctx.browser.press(CONTINUE).await?;
        let field_error = ctx.browser.field_error(texts::labels::NEW_PASSWORD).await?;
        assert_eq!(field_error, texts::validation::PASSWORD_RULES.full_text());
        assert_eq!(
            ctx.browser.field_value(texts::labels::NAME).await?,
            "Ann Lee"
        );
        ctx.browser
            .fill(texts::labels::NEW_PASSWORD, "Brand-new-1")
            .await?;
        ctx.browser.press(CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;

        let responses: Vec<_> = ctx
            .env
            .pool_calls()
            .into_iter()
            .filter(|call| call.body["ChallengeName"] == "NEW_PASSWORD_REQUIRED")
            .map(|call| call.body["ChallengeResponses"].clone())
            .collect();
        assert_eq!(responses.len(), 2);
        assert_eq!(responses[1]["userAttributes.name"], "Ann Lee");
        assert_eq!(responses[1]["userAttributes.email"], json!(null));

        // The temporary password no longer works.
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        ctx.browser.alert_text().await?;
        page.sign_in("ann@example.com", "Brand-new-1").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// Cognito: a temporary password is valid for seven days, unless the pool says otherwise.
#[test]
fn sign_in_page_explains_an_expired_temporary_password() {
    let env = TestEnv::workshop();
    invite_ann(&env);
    env.advance_clocks(Duration::from_secs(8 * 24 * 60 * 60));
    run_journey(env, async |ctx| {
        ctx.browser
            .advance_clock(Duration::from_secs(8 * 24 * 60 * 60))
            .await?;
        ctx.expect_status_400();
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::sign_in::INVITATION_EXPIRED.full_text());
        Ok(())
    });
}

/// The authentication session of a challenge lasts for minutes. After that the sign-in starts over, with the username
/// filled in.
#[test]
fn sign_in_restarts_if_the_new_password_challenge_has_expired() {
    let env = TestEnv::workshop();
    env.call_as_operator(
        "AdminCreateUser",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "Username": "ann@example.com",
            "TemporaryPassword": TEMPORARY,
            "MessageAction": "SUPPRESS",
        }),
    );
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in("ann@example.com", TEMPORARY).await?;
        ctx.browser.expect_heading(CHOOSE_PASSWORD).await?;
        ctx.env.advance_clocks(Duration::from_secs(16 * 60));
        ctx.browser
            .fill(texts::labels::NEW_PASSWORD, "Brand-new-1")
            .await?;
        ctx.browser.press(CONTINUE).await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::sign_in::TIMED_OUT.full_text()
        );
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        Ok(())
    });
}
