//! The reference pool `quickstart`, as a new operator creates it: users sign in by email address, the pool sends no
//! codes, an administrator confirms accounts, the password flow is off until the client allows it, and the callback
//! URL is the bare origin.

use e2e::pages::{HomePage, HostedLoginPage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Person, World, journey};
use local_pool::presets::PoolPreset;
use serde_json::json;

use crate::hosted::{asked, go_to_hosted_page};
use crate::parameters::Parameters;
use crate::session::kept;
use crate::sign_out::{leave, leave_hosted};
use crate::todos::{finds_todo, first_todos};
use crate::tokens::claims;

/// Turns the password flow on, as the page tells the administrator to do.
fn switch_on(world: &World) {
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    world.change_client(json!({ "ExplicitAuthFlows": flows }));
}

fn confirm(world: &World, username: &str) {
    let request = json!({ "UserPoolId": PoolPreset::Quickstart.pool_id(), "Username": username });
    world.operate("AdminConfirmSignUp", &request);
}

/// All flows of the first user of a new pool, with both sign-in methods.
#[test]
fn a_newcomers_user_waits_for_the_administrator_and_for_the_flow_to_be_switched_on() {
    journey(World::of(PoolPreset::Quickstart), async |j| {
        let ann = Person::by_email("john.doe@example.com", None);
        j.expect_refusal();
        RegisterPage::open(&j.browser).await?;
        assert_eq!(
            j.browser.texts("main label").await?,
            ["E-mail", "New password"]
        );
        RegisterPage::shown(&j.browser)
            .await?
            .register(&ann)
            .await?;

        // The pool sends no code. The page says so, and repeats it if the user asks for a code.
        VerifyPage::shown(&j.browser).await?;
        j.browser
            .says("This user pool sends no codes: an administrator confirms new accounts")
            .await?;
        assert_eq!(j.world.pool().messages(None)?, []);
        j.browser.press(VerifyPage::NEW_CODE).await?;
        j.browser
            .says("This user pool sends no codes. Ask the administrator to confirm your account.")
            .await?;
        confirm(&j.world, &ann.username);
        VerifyPage::shown(&j.browser)
            .await?
            .confirm("123456")
            .await?;
        j.browser
            .says("This account is confirmed already. You can sign in.")
            .await?;

        j.browser.follow_on_page("Sign in").await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.username);
        sign_in.sign_in_as(&ann).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("ALLOW_USER_PASSWORD_AUTH is off"), "{alert}");
        assert!(
            alert.contains("aws cognito-idp update-user-pool-client"),
            "{alert}"
        );
        switch_on(&j.world);
        sign_in.sign_in_as(&ann).await?;
        j.browser
            .shows_page(&HomePage::greeting(&ann.email))
            .await?;

        first_todos(&j, &["Read on"]).await?;
        leave(&j).await?;

        SignInPage::open(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        let asked = asked(&j.world);
        let asked = Parameters::of_query(&asked);
        assert_eq!(asked.one("redirect_uri"), j.world.url());
        assert_eq!(asked.one("scope"), "openid phone");
        j.browser.fill(HostedLoginPage::NAME, &ann.username).await?;
        j.browser
            .fill(HostedLoginPage::PASSWORD, &ann.password)
            .await?;
        j.browser.press(HostedLoginPage::BUTTON).await?;
        // The scopes do not include the email address. The app shows the username, which is the user's `sub` in such
        // a pool.
        let request =
            json!({ "UserPoolId": PoolPreset::Quickstart.pool_id(), "Username": ann.username });
        let user = j.world.operate("AdminGetUser", &request);
        let username = user["Username"].as_str().expect("a user name");
        assert_ne!(username, ann.username);
        j.browser.shows_page(&HomePage::greeting(username)).await?;
        assert_eq!(claims(&kept(&j, "idToken").await?)["email"], json!(null));
        finds_todo(&j, "Read on").await?;
        leave_hosted(&j, j.world.url()).await?;
        Ok(())
    });
}

/// The user signs in before the administrator has confirmed the account.
#[test]
fn who_signs_in_before_the_administrator_was_there_is_led_to_the_code_and_told_that_none_comes() {
    let ann = Person::ann();
    let world = World::of(PoolPreset::Quickstart);
    world.sign_up(&ann);
    switch_on(&world);
    journey(world, async move |j| {
        j.expect_refusal();
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, ann.username);
        j.browser.press(VerifyPage::NEW_CODE).await?;
        j.browser.says("This user pool sends no codes.").await
    });
}

/// The console creates a client secret for its other application types.
#[test]
fn a_client_with_a_secret_is_told_how_to_be_made_without() {
    let ann = Person::ann();
    let world = World::of(PoolPreset::Quickstart);
    world.sign_up(&ann);
    confirm(&world, &ann.username);
    let make = |secret: bool| {
        let made = world.operate(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": PoolPreset::Quickstart.pool_id(),
                "ClientName": "web",
                "GenerateSecret": secret,
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            }),
        );
        made["UserPoolClient"]["ClientId"].clone()
    };
    let (with_secret, without) = (make(true), make(false));
    let world = world.configured(|config| config["cognito"]["userPoolClientId"] = with_secret);
    journey(world, async move |j| {
        j.expect_refusal();
        let register = RegisterPage::open(&j.browser).await?;
        let bob = Person::by_email("bob@example.com", None);
        register.register(&bob).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("This app client has a secret"), "{alert}");
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("This app client has a secret"), "{alert}");
        assert!(
            alert.contains("create-user-pool-client … --no-generate-secret"),
            "{alert}"
        );

        let mut config = j.world.config();
        config["cognito"]["userPoolClientId"] = without;
        j.world.set_config(&config);
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}
