//! `CUSTOM_AUTH`: challenges of the pool's own Lambda triggers.

use e2e::pages::{HomePage, SignInPage};
use e2e::{TestEnv, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::CONTINUE;
use crate::hosted_sign_in::with_ann;

const QUESTION: &str = texts::sign_in::CUSTOM_TITLE;
const ANSWER: &str = texts::sign_in::ANSWER;

fn with_custom_challenge(srp_first: bool) -> TestEnv {
    let env = with_ann();
    let function =
        |name: &str| format!("arn:aws:lambda:us-east-1:000000000000:function:local-pool-{name}");
    env.call_as_operator(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "LambdaConfig": {
                "DefineAuthChallenge": function("define-challenge:2"),
                "CreateAuthChallenge": function("create-challenge:hint=the_color_of_the_sky"),
                "VerifyAuthChallengeResponse": function("verify-challenge:blue"),
            },
        }),
    );
    env.update_workshop_client(json!({
        "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }));
    env.with_config(|config| {
        config["cognito"]["authFlow"] = json!("CUSTOM_AUTH");
        config["cognito"]["srpFirst"] = json!(srp_first);
    })
}

#[test]
fn user_signs_in_by_answering_a_custom_challenge() {
    run_journey(with_custom_challenge(false), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        ctx.browser.press(CONTINUE).await?;
        ctx.browser.expect_heading(QUESTION).await?;
        ctx.browser.expect_text("the_color_of_the_sky").await?;
        ctx.browser.fill(ANSWER, "blue").await?;
        ctx.browser.press(CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn user_can_retry_custom_challenge_until_the_pool_ends_it() {
    run_journey(with_custom_challenge(false), async |ctx| {
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        ctx.browser.press(CONTINUE).await?;
        ctx.browser.expect_heading(QUESTION).await?;
        ctx.browser.fill(ANSWER, "red").await?;
        ctx.browser.press(CONTINUE).await?;
        // The challenge is repeated with a new, empty field. The old field can disappear while it is read.
        let is_empty = async || {
            let value = ctx.browser.field_value(ANSWER).await;
            Ok(value.is_ok_and(|value| value.is_empty()))
        };
        ctx.browser
            .wait_until("the challenge again", is_empty)
            .await?;
        ctx.browser.fill(ANSWER, "green").await?;
        ctx.browser.press(CONTINUE).await?;
        SignInPage::expect(&ctx.browser).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::sign_in::SESSION_EXPIRED.full_text());
        Ok(())
    });
}

#[test]
fn app_sends_no_plaintext_password_in_custom_auth_with_srp() {
    run_journey(with_custom_challenge(true), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in("ann@example.com", "Correct-h0rse").await?;
        ctx.browser.expect_heading(QUESTION).await?;
        ctx.browser.fill(ANSWER, "blue").await?;
        ctx.browser.press(CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        let sent: String = ctx.env.requests().iter().map(|sent| &*sent.body).collect();
        assert!(!sent.contains("Correct-h0rse"));
        Ok(())
    });
}
