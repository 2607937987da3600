//! `CUSTOM_AUTH`: challenges of the pool's own Lambda triggers.

use e2e::pages::{HomePage, SignInPage};
use e2e::{World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::GO_ON;
use crate::hosted::with_ann;

const QUESTION: &str = "One more question";
const ANSWER: &str = "Your answer";

fn asking_a_riddle(srp_first: bool) -> World {
    let world = with_ann();
    let function =
        |name: &str| format!("arn:aws:lambda:us-east-1:000000000000:function:local-pool-{name}");
    world.operate(
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
    world.update_client(json!({
        "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }));
    world.configured(|config| {
        config["cognito"]["authFlow"] = json!("CUSTOM_AUTH");
        config["cognito"]["srpFirst"] = json!(srp_first);
    })
}

#[test]
fn the_pools_own_question_is_shown_as_text_and_its_answer_lets_in() {
    journey(asking_a_riddle(false), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(QUESTION).await?;
        j.browser.says("the_color_of_the_sky").await?;
        j.browser.fill(ANSWER, "blue").await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn a_wrong_answer_is_asked_again_and_too_many_begin_anew() {
    journey(asking_a_riddle(false), async |j| {
        j.expect_refusal();
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(QUESTION).await?;
        j.browser.fill(ANSWER, "red").await?;
        j.browser.press(GO_ON).await?;
        // The challenge is repeated, with an empty field.
        let is_empty = async || Ok(j.browser.value(ANSWER).await?.is_empty());
        j.browser.until("the question again", is_empty).await?;
        j.browser.fill(ANSWER, "green").await?;
        j.browser.press(GO_ON).await?;
        SignInPage::shown(&j.browser).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("Begin again"), "{alert}");
        Ok(())
    });
}

#[test]
fn where_config_js_says_so_the_password_is_proved_before() {
    journey(asking_a_riddle(true), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in("ann@example.com", "Correct-h0rse").await?;
        j.browser.shows_page(QUESTION).await?;
        j.browser.fill(ANSWER, "blue").await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let sent: String = j.world.requests().iter().map(|sent| &*sent.body).collect();
        assert!(!sent.contains("Correct-h0rse"));
        Ok(())
    });
}
