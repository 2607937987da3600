//! The reference pool `enterprise`: nobody registers or recovers anything; people are invited, and sign in by user name
//! or preferred user name; the app knows the pool by the issuer's address.

use e2e::pages::{ForgotPage, HomePage, HostedLoginPage, RegisterPage, SignInPage};
use e2e::{World, journey};
use local_pool::presets::PoolPreset;
use serde_json::{Value, json};

use crate::hosted::{asked, go_to_hosted_page};
use crate::parameters::Parameters;
use crate::sign_out::leave;
use crate::todos::{finds_todo, first_todos};

/// Whom the preset invites: her user name, and where the invitation goes.
const USERNAME: &str = "e1001";
const EMAIL: &str = "ann@example.com";
/// The password of her own.
const OWN: &str = "Brand-new-1";

/// M11, M15, M20, M24, M26, M28: the whole life of somebody who was invited, by both doors and both names.
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

        // The API does not know her yet, and is told once; nobody sees anything of it.
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

/// M17
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

/// M3: Cognito tells nobody the id of a client by its name, so a name that can be no id is told before anything is sent.
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
