//! The reference pool `enterprise`: without registration and password recovery. Users are invited, and sign in by
//! username or preferred username. The app knows the pool by its issuer.

use e2e::pages::{ForgotPage, HomePage, HostedLoginPage, RegisterPage, SignInPage};
use e2e::{World, journey};
use local_pool::presets::PoolPreset;
use serde_json::{Value, json};

use crate::hosted::{asked, go_to_hosted_page};
use crate::parameters::Parameters;
use crate::sign_out::leave;
use crate::todos::{finds_todo, first_todos};

/// The username of the user that the preset invites, and the address of the invitation.
const USERNAME: &str = "e1001";
const EMAIL: &str = "ann@example.com";
/// The password that she chooses.
const OWN: &str = "Brand-new-1";

/// All flows of an invited user, with both sign-in methods and both names: first sign-in, to-dos, sign-out.
#[test]
fn whoever_is_invited_gives_the_missing_name_and_comes_by_either_name_in_any_case() {
    journey(World::of(PoolPreset::Enterprise), async |j| {
        let invitation = j.world.code_for(EMAIL);
        SignInPage::open(&j.browser)
            .await?
            .sign_in("ANN.Lee", &invitation)
            .await?;
        j.browser
            .shows_page("Choose a password of your own")
            .await?;
        assert_eq!(
            j.browser.texts("main label").await?,
            ["Your name", "New password"]
        );
        j.browser.fill("Your name", "Ann Lee").await?;
        j.browser.fill("New password", OWN).await?;
        j.browser.press("Continue").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        // The API has no profile of her, so the app creates it once and shows nothing of it.
        first_todos(&j, &["Plan"]).await?;
        assert_eq!(
            j.world.api_calls(),
            [
                "GET /api/currentUser 404",
                "POST /api/user 201",
                "GET /api/todos 200",
                "POST /api/todos 201",
            ]
        );
        assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
        let made = j.world.requests_to("/api/user").pop().ok_or("a request")?;
        assert_eq!(
            serde_json::from_str::<Value>(&made.body)?,
            json!({ "username": USERNAME, "name": "Ann Lee", "email": EMAIL })
        );
        leave(&j).await?;

        for name in ["E1001", "Ann.LEE"] {
            SignInPage::open(&j.browser)
                .await?
                .sign_in(name, OWN)
                .await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            leave(&j).await?;

            SignInPage::open(&j.browser).await?;
            go_to_hosted_page(&j).await?;
            j.browser.fill("Username", name).await?;
            j.browser.fill(HostedLoginPage::PASSWORD, OWN).await?;
            j.browser.press(HostedLoginPage::BUTTON).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            let asked = asked(&j.world);
            let asked = Parameters::of_query(&asked);
            assert_eq!(asked.one("client_id"), PoolPreset::Enterprise.client_id());
            assert_eq!(asked.one("scope"), "openid profile");
            finds_todo(&j, "Plan").await?;
            leave(&j).await?;
        }
        Ok(())
    });
}

/// Registration and password recovery refer the user to the administrator.
#[test]
fn who_registers_or_forgets_a_password_is_sent_to_the_administrator_in_plain_words() {
    let world = World::of(PoolPreset::Enterprise);
    world.operate(
        "AdminSetUserPassword",
        &json!({
            "UserPoolId": PoolPreset::Enterprise.pool_id(), "Username": USERNAME, "Password": OWN, "Permanent": true,
        }),
    );
    journey(world, async |j| {
        j.expect_refusal();
        let page = RegisterPage::open(&j.browser).await?;
        page.register(&e2e::Person::by_email("bob@example.com", None))
            .await?;
        assert_eq!(
            j.browser.alert().await?,
            "Nobody can register here by themselves. Ask the administrator for an invitation."
        );

        ForgotPage::open(&j.browser).await?.ask(USERNAME).await?;
        assert_eq!(
            j.browser.alert().await?,
            "This account's password cannot be set anew here. Ask the administrator to reset it."
        );
        Ok(())
    });
}

/// Cognito has no way to find a client's ID by its name, so a value that cannot be an ID is an error before any
/// request is sent.
#[test]
fn a_name_in_place_of_the_app_clients_id_is_told_and_nothing_is_sent() {
    let world = World::of(PoolPreset::Enterprise)
        .configured(|config| config["oidc"]["OIDC_CLIENT_NAME"] = json!("Our web app"));
    journey(world, async |j| {
        j.browser.open("/signin").await?;
        j.browser.says("oidc.OIDC_CLIENT_NAME").await?;
        j.browser.says("it is the app client's id").await?;
        assert_eq!(j.world.requests(), []);
        Ok(())
    });
}
