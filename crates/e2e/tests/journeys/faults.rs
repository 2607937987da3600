//! A slow, busy or failing service, and a lost network.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};

/// Submits a form, waits for its error message, and checks that no input is lost.
async fn is_told_and_loses_nothing(
    j: &Journey,
    button: &str,
    typed: &[(&str, &str)],
) -> Outcome<String> {
    for (label, text) in typed {
        j.browser.fill(label, text).await?;
    }
    j.browser.press(button).await?;
    let alert = j.browser.alert().await?;
    for (label, text) in typed {
        assert_eq!(j.browser.value(label).await?, *text, "{label}");
    }
    // The form can be submitted again.
    let ready = j.browser.button(button).await?;
    assert_eq!(ready.attr("aria-disabled").await?.as_deref(), Some("false"));
    Ok(alert)
}

const PASSWORD: &str = "Correct-h0rse";

#[test]
fn a_throttled_a_limited_and_a_broken_service_have_their_sentences() {
    journey(World::workshop(), async |j| {
        j.expect_refusal();
        j.expect_console("status of 500");
        for (sentinel, says) in [
            ("throttled", "Wait"),
            ("limit-exceeded", "Wait"),
            ("internal-error", "problem of its own"),
        ] {
            let name = format!("sentinel-{sentinel}@example.com");
            SignInPage::open(&j.browser).await?;
            let typed = [
                (SignInPage::NAME, name.as_str()),
                (SignInPage::PASSWORD, PASSWORD),
            ];
            let alert = is_told_and_loses_nothing(&j, SignInPage::BUTTON, &typed).await?;
            assert!(alert.contains(says), "{sentinel}: {alert}");

            RegisterPage::open(&j.browser).await?;
            let typed = [
                (RegisterPage::EMAIL, name.as_str()),
                (RegisterPage::PASSWORD, PASSWORD),
            ];
            let alert = is_told_and_loses_nothing(&j, RegisterPage::BUTTON, &typed).await?;
            assert!(alert.contains(says), "{sentinel}: {alert}");

            VerifyPage::open(&j.browser).await?;
            let typed = [
                (VerifyPage::NAME, name.as_str()),
                (VerifyPage::CODE, "123456"),
            ];
            let alert = is_told_and_loses_nothing(&j, VerifyPage::BUTTON, &typed).await?;
            assert!(alert.contains(says), "{sentinel}: {alert}");

            ForgotPage::open(&j.browser).await?;
            let typed = [(ForgotPage::NAME, name.as_str())];
            let alert = is_told_and_loses_nothing(&j, ForgotPage::BUTTON, &typed).await?;
            assert!(alert.contains(says), "{sentinel}: {alert}");
        }
        let once_each = ["InitiateAuth", "SignUp", "ConfirmSignUp", "ForgotPassword"];
        assert_eq!(j.world.operations(), once_each.repeat(3));
        Ok(())
    });
}

/// A second press while a request is pending sends nothing, and the page shows that it waits.
#[test]
fn a_slow_answer_is_seen_to_be_awaited_and_two_presses_are_one_request() {
    let slow = Person::by_email("sentinel-slow-on-initiateauth@example.com", Some("Ann Lee"));
    journey(World::workshop().with(&slow), async move |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, &slow.username).await?;
        j.browser.fill(SignInPage::PASSWORD, &slow.password).await?;
        let button = j.browser.button(SignInPage::BUTTON).await?;
        j.browser
            .driver()
            .action_chain()
            .double_click_element(&button)
            .perform()
            .await?;
        let busy = j.browser.button("Signing in…").await?;
        assert_eq!(busy.attr("aria-disabled").await?.as_deref(), Some("true"));
        busy.click().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.operations(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        Ok(())
    });
}

/// Two presses create one account.
#[test]
fn two_presses_make_one_account() {
    journey(World::workshop(), async |j| {
        let slow = "sentinel-slow-on-signup@example.com";
        RegisterPage::open(&j.browser).await?;
        j.browser.fill(RegisterPage::EMAIL, slow).await?;
        j.browser.fill(RegisterPage::PASSWORD, PASSWORD).await?;
        let button = j.browser.button(RegisterPage::BUTTON).await?;
        j.browser
            .driver()
            .action_chain()
            .double_click_element(&button)
            .perform()
            .await?;
        VerifyPage::shown(&j.browser).await?;
        assert_eq!(j.world.operations(), ["SignUp"]);
        Ok(())
    });
}

#[test]
fn without_a_network_nothing_typed_is_lost_and_the_next_press_works() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let ann = Person::ann();
        SignInPage::open(&j.browser).await?;
        j.expect_console("net::ERR_INTERNET_DISCONNECTED");
        j.browser.set_offline(true).await?;
        let typed = [
            (SignInPage::NAME, ann.email.as_str()),
            (SignInPage::PASSWORD, ann.password.as_str()),
        ];
        let alert = is_told_and_loses_nothing(&j, SignInPage::BUTTON, &typed).await?;
        assert!(alert.contains("offline"), "{alert}");
        assert_eq!(j.world.telling_requests(), []);

        j.browser.set_offline(false).await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn a_service_that_cannot_be_reached_is_told_as_such() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser
            .block(&format!("{}/*", j.world.pool().url()))
            .await?;
        let typed = [
            (SignInPage::NAME, "ann@example.com"),
            (SignInPage::PASSWORD, PASSWORD),
        ];
        let alert = is_told_and_loses_nothing(&j, SignInPage::BUTTON, &typed).await?;
        assert!(alert.contains("could not be reached"), "{alert}");
        assert_eq!(j.world.telling_requests(), []);
        Ok(())
    });
}

/// `endpoint` can name a wrong host by mistake, such as the app's own.
#[test]
fn what_does_not_speak_like_a_user_pool_is_told_as_a_matter_of_config_js() {
    let world = World::workshop();
    let own = world.url().to_owned();
    let world = world.configured(|config| config["cognito"]["endpoint"] = serde_json::json!(own));
    journey(world, async |j| {
        // That host has no key set either.
        j.expect_console("jwks.json");
        SignInPage::open(&j.browser).await?;
        let typed = [
            (SignInPage::NAME, "ann@example.com"),
            (SignInPage::PASSWORD, PASSWORD),
        ];
        let alert = is_told_and_loses_nothing(&j, SignInPage::BUTTON, &typed).await?;
        assert!(
            alert.contains("config.js") && alert.contains("endpoint"),
            "{alert}"
        );
        Ok(())
    });
}
