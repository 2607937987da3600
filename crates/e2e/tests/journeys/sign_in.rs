//! Sign-in with username and password.

use std::time::Duration;

use e2e::pages::{ForgotPage, HomePage, SignInPage};
use e2e::{Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use crate::between::{have_come, hold, let_through};
use crate::session::let_time_pass;

/// The app proves the password by SRP, and no request contains it.
#[test]
fn the_password_is_proved_by_srp_and_is_in_no_request() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        let calls = j.world.calls();
        assert_eq!(
            j.world.operations(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        assert_eq!(calls[0].body["AuthFlow"], "USER_SRP_AUTH");
        assert_eq!(calls[0].body["ClientId"], DEV_CLIENT_ID);
        assert_eq!(
            calls[0].body["AuthParameters"]["USERNAME"],
            ann.username.as_str()
        );
        assert_eq!(calls[1].body["ChallengeName"], "PASSWORD_VERIFIER");
        for request in j.world.requests() {
            let sent = [&request.path, &request.body].map(String::as_str);
            assert!(!sent.concat().contains(&ann.password), "{request:?}");
        }
        let stored = j.browser.stored().await?.to_string();
        assert!(
            !stored.contains(&ann.password),
            "the password is kept in the browser"
        );
        Ok(())
    });
}

/// The password is used exactly as typed, whatever its characters.
#[test]
fn a_password_of_any_characters_signs_in() {
    let ann = Person {
        password: "Zürich 1: été, 北京 \"quoted\" \\ é".to_owned(),
        ..Person::ann()
    };
    journey(World::workshop().with(&ann), async move |j| {
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// A wrong password is refused, and nothing is stored.
#[test]
fn a_wrong_password_never_passes() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        sign_in.sign_in(&ann.username, "Correct-h0rsE").await?;
        j.browser.alert().await?;
        j.browser.is_at("/signin").await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        // The username is kept in the form, and the refused password is removed.
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.username);
        assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, "");
        sign_in.sign_in(&ann.username, &ann.password).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The device may have slept between the challenge and the answer. By default an authentication session lasts three
/// minutes.
#[test]
fn an_expired_challenge_is_not_called_a_wrong_password() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        hold(&j, "InitiateAuth").await?;
        sign_in.sign_in_as(&ann).await?;
        have_come(&j, "InitiateAuth", 1).await?;
        let_time_pass(&j, Duration::from_secs(3 * 60)).await?;
        let_through(&j, "InitiateAuth").await?;
        assert_eq!(
            j.browser.alert().await?,
            "That took too long. Please try again."
        );
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.username);
        assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, "");
        sign_in.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The answer to an earlier attempt must not clear what the user has typed since.
#[test]
fn a_password_typed_during_the_wait_is_kept() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        sign_in.sign_in(&ann.username, "Correct-h0rsE").await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        j.browser.fill(SignInPage::PASSWORD, &ann.password).await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        j.browser.alert().await?;
        assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, ann.password);
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// An unknown username must not be distinguishable from a wrong password, with both settings of the app client.
#[test]
fn an_unknown_user_and_a_wrong_password_look_the_same() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.expect_refusal();
        for existence in ["ENABLED", "LEGACY"] {
            j.world
                .update_client(json!({ "PreventUserExistenceErrors": existence }));
            let mut seen = Vec::new();
            for name in ["ann@example.com", "bob@example.com"] {
                let sign_in = SignInPage::open(&j.browser).await?;
                sign_in.sign_in(name, "Wrong-h0rse").await?;
                j.browser.alert().await?;
                seen.push((j.browser.text().await?, j.browser.address().await?));
            }
            assert_eq!(seen[0], seen[1], "{existence}");
        }
        Ok(())
    });
}

fn by_password_flow() -> World {
    World::workshop()
        .with(&Person::ann())
        .configured(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"))
}

/// The app uses the password flow if config.js says so.
#[test]
fn the_password_flow_is_used_when_it_is_configured() {
    journey(by_password_flow(), async |j| {
        let ann = Person::ann();
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let calls = j.world.calls();
        assert_eq!(j.world.operations(), ["InitiateAuth"]);
        assert_eq!(
            calls[0].body,
            json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": DEV_CLIENT_ID,
                "AuthParameters": { "USERNAME": ann.username, "PASSWORD": ann.password },
            })
        );
        Ok(())
    });
}

/// The pool refuses the password flow while the app client does not allow it. After the change it works.
#[test]
fn a_password_flow_that_is_off_is_named_with_where_to_switch_it_on() {
    let world = by_password_flow();
    let srp = json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    world.update_client(json!({ "ExplicitAuthFlows": srp }));
    journey(world, async |j| {
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        sign_in.sign_in_as(&Person::ann()).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("ALLOW_USER_PASSWORD_AUTH"), "{alert}");
        assert!(alert.contains("App clients"), "{alert}");

        j.world.update_client(json!({}));
        sign_in.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// In a pool without names, the greeting has the email address.
#[test]
fn who_has_no_name_is_greeted_by_the_e_mail_address() {
    let ann = Person {
        name: None,
        ..Person::ann()
    };
    journey(World::workshop().with(&ann), async move |j| {
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await
    });
}

/// An unknown app client is the operator's mistake, and the message says so.
#[test]
fn an_unknown_app_client_is_told_as_a_matter_of_config_js() {
    let world = World::workshop().configured(|config| {
        config["cognito"]["userPoolClientId"] = json!("4nobody56789012345678901234");
    });
    journey(world, async |j| {
        j.expect_refusal();
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        let alert = j.browser.alert().await?;
        assert!(
            alert.contains("config.js") && alert.contains("userPoolClientId"),
            "{alert}"
        );
        Ok(())
    });
}

/// Cognito: AdminResetUserPassword sends a code, and the old password gets PasswordResetRequiredException until a new
/// one is set.
#[test]
fn who_must_set_a_new_password_is_led_there_and_has_only_the_code_to_enter() {
    let world = World::workshop().with(&Person::ann());
    world.operate(
        "AdminResetUserPassword",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
    );
    journey(world, async |j| {
        let (ann, new) = (Person::ann(), "Battery-5taple");
        j.expect_refusal();
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        let forgot = ForgotPage::shown(&j.browser).await?;
        forgot.set(&j.world.code_for(&ann.email), new).await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, ann.email);
        sign_in.sign_in(&ann.email, new).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}
