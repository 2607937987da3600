//! A slow, busy or failing service, and a lost network.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};

/// Submits a form, waits for its error message, and checks that no input is lost.
async fn submit_and_expect_error(
    ctx: &TestContext,
    button: &str,
    typed: &[(&str, &str)],
) -> Result<String> {
    for (label, text) in typed {
        ctx.browser.fill(label, text).await?;
    }
    ctx.browser.press(button).await?;
    let alert = ctx.browser.alert_text().await?;
    for (label, text) in typed {
        assert_eq!(ctx.browser.field_value(label).await?, *text, "{label}");
    }
    // The form can be submitted again.
    let ready = ctx.browser.button(button).await?;
    assert_eq!(ready.attr("aria-disabled").await?.as_deref(), Some("false"));
    Ok(alert)
}

const PASSWORD: &str = "Correct-h0rse";

#[test]
fn each_error_of_the_cognito_api_has_its_message() {
    run_journey(TestEnv::workshop(), async |ctx| {
        ctx.expect_status_400();
        ctx.expect_console("status of 500");
        for (sentinel, expected) in [
            ("throttled", &texts::errors::TOO_MANY_REQUESTS),
            ("limit-exceeded", &texts::errors::HOURLY_LIMIT),
            ("internal-error", &texts::errors::SERVICE_FAILED),
        ] {
            let name = format!("sentinel-{sentinel}@example.com");
            SignInPage::open(&ctx.browser).await?;
            let typed = [
                (SignInPage::USERNAME, name.as_str()),
                (SignInPage::PASSWORD, PASSWORD),
            ];
            let alert = submit_and_expect_error(&ctx, SignInPage::BUTTON, &typed).await?;
            assert_eq!(alert, expected.full_text(), "{sentinel}");

            RegisterPage::open(&ctx.browser).await?;
            let typed = [
                (RegisterPage::EMAIL, name.as_str()),
                (RegisterPage::PASSWORD, PASSWORD),
            ];
            let alert = submit_and_expect_error(&ctx, RegisterPage::BUTTON, &typed).await?;
            assert_eq!(alert, expected.full_text(), "{sentinel}");

            VerifyPage::open(&ctx.browser).await?;
            let typed = [
                (VerifyPage::USERNAME, name.as_str()),
                (VerifyPage::CODE, "123456"),
            ];
            let alert = submit_and_expect_error(&ctx, VerifyPage::BUTTON, &typed).await?;
            assert_eq!(alert, expected.full_text(), "{sentinel}");

            ForgotPage::open(&ctx.browser).await?;
            let typed = [(ForgotPage::USERNAME, name.as_str())];
            let alert = submit_and_expect_error(&ctx, ForgotPage::BUTTON, &typed).await?;
            assert_eq!(alert, expected.full_text(), "{sentinel}");
        }
        let once_each = ["InitiateAuth", "SignUp", "ConfirmSignUp", "ForgotPassword"];
        assert_eq!(ctx.env.actions(), once_each.repeat(3));
        Ok(())
    });
}

/// A second press while a request is pending sends nothing, and the page shows that it waits.
#[test]
fn slow_sign_in_shows_progress_and_double_click_sends_it_once() {
    let slow = TestUser::with_email("sentinel-slow-on-initiateauth@example.com", Some("Ann Lee"));
    run_journey(TestEnv::workshop().with_user(&slow), async move |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, &slow.username)
            .await?;
        ctx.browser
            .fill(SignInPage::PASSWORD, &slow.password)
            .await?;
        let button = ctx.browser.button(SignInPage::BUTTON).await?;
        ctx.browser
            .driver()
            .action_chain()
            .double_click_element(&button)
            .perform()
            .await?;
        let busy = ctx.browser.button(texts::labels::SIGNING_IN).await?;
        assert_eq!(busy.attr("aria-disabled").await?.as_deref(), Some("true"));
        busy.click().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(
            ctx.env.actions(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        Ok(())
    });
}

/// Two presses create one account.
#[test]
fn double_click_on_sign_up_creates_only_one_account() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let slow = "sentinel-slow-on-signup@example.com";
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser.fill(RegisterPage::EMAIL, slow).await?;
        ctx.browser.fill(RegisterPage::PASSWORD, PASSWORD).await?;
        let button = ctx.browser.button(RegisterPage::BUTTON).await?;
        ctx.browser
            .driver()
            .action_chain()
            .double_click_element(&button)
            .perform()
            .await?;
        VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.actions(), ["SignUp"]);
        Ok(())
    });
}

#[test]
fn loss_of_the_network_keeps_the_form_input_for_a_retry() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            SignInPage::open(&ctx.browser).await?;
            ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
            ctx.browser.set_offline(true).await?;
            let typed = [
                (SignInPage::USERNAME, ann.email.as_str()),
                (SignInPage::PASSWORD, ann.password.as_str()),
            ];
            let alert = submit_and_expect_error(&ctx, SignInPage::BUTTON, &typed).await?;
            assert_eq!(alert, texts::errors::OFFLINE.full_text());
            assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);

            ctx.browser.set_offline(false).await?;
            ctx.browser.press(SignInPage::BUTTON).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

#[test]
fn sign_in_page_explains_that_the_pool_is_unreachable() {
    run_journey(TestEnv::workshop(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .block_requests(&format!("{}/*", ctx.env.pool().url()))
            .await?;
        let typed = [
            (SignInPage::USERNAME, "ann@example.com"),
            (SignInPage::PASSWORD, PASSWORD),
        ];
        let alert = submit_and_expect_error(&ctx, SignInPage::BUTTON, &typed).await?;
        assert_eq!(alert, texts::errors::UNREACHABLE.full_text());
        assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);
        Ok(())
    });
}

/// `endpoint` can name a wrong host by mistake, such as the app's own.
#[test]
fn message_for_a_wrong_endpoint_refers_to_config_js() {
    let env = TestEnv::workshop();
    let own = env.url().to_owned();
    let env = env.with_config(|config| config["cognito"]["endpoint"] = serde_json::json!(own));
    run_journey(env, async |ctx| {
        // That host has no key set either.
        ctx.expect_console("jwks.json");
        SignInPage::open(&ctx.browser).await?;
        let typed = [
            (SignInPage::USERNAME, "ann@example.com"),
            (SignInPage::PASSWORD, PASSWORD),
        ];
        submit_and_expect_error(&ctx, SignInPage::BUTTON, &typed).await?;
        ctx.browser
            .expect_error(&texts::errors::NOT_A_USER_POOL)
            .await
    });
}
