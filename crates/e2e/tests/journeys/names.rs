//! Usernames and aliases.

use e2e::pages::{HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Person, World, journey};
use serde_json::json;

/// A pool with usernames, and with email address and preferred username as aliases.
fn aliases() -> serde_json::Value {
    json!({
        "AliasAttributes": ["email", "preferred_username"],
        "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
    })
}

fn ann() -> Person {
    Person {
        username: "AnnLee".to_owned(),
        ..Person::ann()
    }
}

/// Username, email address and preferred username sign the user in, in upper or lower case.
#[test]
fn user_name_e_mail_and_preferred_user_name_sign_in_in_any_case() {
    let world = World::workshop();
    let (pool, client) = world.move_to_pool(aliases());
    world.sign_up_with(&client, &ann(), &[]);
    world.confirm_with(&client, &ann());
    world.operate(
        "AdminUpdateUserAttributes",
        &json!({
            "UserPoolId": pool,
            "Username": ann().username,
            "UserAttributes": [{ "Name": "preferred_username", "Value": "Annie" }],
        }),
    );
    journey(world, async |j| {
        for name in ["annlee", "ANN@Example.com", "ANNIE"] {
            SignInPage::open(&j.browser)
                .await?
                .sign_in(name, &ann().password)
                .await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.press("Sign out").await?;
            HomePage::shown(&j.browser).await?;
        }
        Ok(())
    });
}

/// If the email address is an attribute, the form asks for a username and an email address.
#[test]
fn a_pool_with_user_names_asks_for_both_name_and_address() {
    let world = World::workshop();
    let (pool, client) = world.move_to_pool(aliases());
    let mut config = world.config_of(&pool, &client);
    config["cognito"]["signUpAttributes"] = json!(["email", "name"]);
    world.set_config(&config);
    journey(world, async move |j| {
        RegisterPage::open(&j.browser).await?;
        j.browser.fill("User name", "AnnLee").await?;
        j.browser.fill("E-mail", "ann@example.com").await?;
        j.browser.fill(RegisterPage::NAME, "Ann Lee").await?;
        j.browser
            .fill(RegisterPage::PASSWORD, &ann().password)
            .await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, "AnnLee");
        verify.confirm(&j.world.code_for("ann@example.com")).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.calls()[0].body,
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
