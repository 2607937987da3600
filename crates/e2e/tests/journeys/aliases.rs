//! Usernames and aliases.

use e2e::pages::{HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey, texts};
use serde_json::json;

/// Returns the settings of a pool with usernames, in which email address and preferred username are aliases.
fn pool_with_aliases() -> serde_json::Value {
    json!({
        "AliasAttributes": ["email", "preferred_username"],
        "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
    })
}

fn ann() -> TestUser {
    TestUser {
        username: "AnnLee".to_owned(),
        ..TestUser::ann()
    }
}

/// Username, email address and preferred username sign the user in, in upper or lower case.
#[test]
fn user_signs_in_by_every_alias_in_upper_or_lower_case() {
    let env = TestEnv::workshop();
    let (pool, client) = env.use_new_pool(pool_with_aliases());
    env.sign_up_by_client(&client, &ann(), &[]);
    env.confirm_sign_up(&client, &ann());
    env.call_as_operator(
        "AdminUpdateUserAttributes",
        &json!({
            "UserPoolId": pool,
            "Username": ann().username,
            "UserAttributes": [{ "Name": "preferred_username", "Value": "Annie" }],
        }),
    );
    run_journey(env, async |ctx| {
        for name in ["annlee", "ANN@Example.com", "ANNIE"] {
            SignInPage::open(&ctx.browser)
                .await?
                .sign_in(name, &ann().password)
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;
        }
        Ok(())
    });
}

/// If the email address is an attribute, the form asks for a username and an email address.
#[test]
fn sign_up_form_asks_for_username_and_email_if_both_are_needed() {
    let env = TestEnv::workshop();
    let (pool, client) = env.use_new_pool(pool_with_aliases());
    let mut config = env.config_for(&pool, &client);
    config["cognito"]["signUpAttributes"] = json!(["email", "name"]);
    env.set_config(&config);
    run_journey(env, async move |ctx| {
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser.fill(texts::labels::USERNAME, "AnnLee").await?;
        ctx.browser
            .fill(texts::labels::EMAIL, "ann@example.com")
            .await?;
        ctx.browser.fill(RegisterPage::NAME, "Ann Lee").await?;
        ctx.browser
            .fill(RegisterPage::PASSWORD, &ann().password)
            .await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, "AnnLee");
        verify
            .confirm_account(&ctx.env.latest_code("ann@example.com"))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(
            ctx.env.pool_calls()[0].body,
            json!({
                "ClientId": client,
                "Username": "AnnLee",
                "Password": ann().password,
                "UserAttributes": [
                    { "Name": "email", "Value": "ann@example.com" },
                    { "Name": "name", "Value": "Ann Lee" },
                ],
            })
        );
        Ok(())
    });
}
