//! The reference pool `quickstart`, as a new operator creates it: users sign in by email address, the pool sends no
//! codes, an administrator confirms accounts, the password flow is off until the client allows it, and the callback
//! URL is the bare origin.

use e2e::pages::{HomePage, HostedLoginPage, RegisterPage, SignInPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey, texts};
use local_pool::presets::PoolPreset;
use serde_json::json;

use crate::hosted_sign_in::{authorization_request, open_hosted_page};
use crate::session::session_member;
use crate::sign_out::{sign_out, sign_out_hosted};
use crate::todos::{expect_todo, open_first_todos};
use crate::tokens::claims;
use crate::url_parameters::Parameters;

/// Turns the password flow of the app client on, as the page tells the administrator to do.
fn enable_password_flow(env: &TestEnv) {
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    env.update_preset_client(json!({ "ExplicitAuthFlows": flows }));
}

fn confirm(env: &TestEnv, username: &str) {
    let request = json!({ "UserPoolId": PoolPreset::Quickstart.pool_id(), "Username": username });
    env.call_as_operator("AdminConfirmSignUp", &request);
}

/// All flows of the first user of a new pool, with both sign-in methods.
#[test]
fn quickstart_pool_user_signs_in_after_admin_confirmation() {
    run_journey(TestEnv::from_preset(PoolPreset::Quickstart), async |ctx| {
        let ann = TestUser::with_email("john.doe@example.com", None);
        ctx.expect_status_400();
        RegisterPage::open(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.visible_texts("main label").await?,
            [texts::labels::EMAIL, texts::labels::NEW_PASSWORD]
        );
        RegisterPage::expect(&ctx.browser)
            .await?
            .register(&ann)
            .await?;

        // The pool sends no code. The page says so, and repeats it if the user asks for a code.
        VerifyPage::expect(&ctx.browser).await?;
        ctx.browser
            .expect_text(texts::register::NO_CODE_SENT)
            .await?;
        assert_eq!(ctx.env.pool().messages(None)?, []);
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        ctx.browser
            .expect_text(&texts::register::NO_CODES.full_text())
            .await?;
        confirm(&ctx.env, &ann.username);
        VerifyPage::expect(&ctx.browser)
            .await?
            .confirm_account("123456")
            .await?;
        ctx.browser
            .expect_text(&texts::register::ALREADY_CONFIRMED.full_text())
            .await?;

        ctx.browser
            .follow_link_in_main(texts::labels::SIGN_IN)
            .await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            ann.username
        );
        sign_in.sign_in_as(&ann).await?;
        let message = texts::sign_in::flow_not_enabled("ALLOW_USER_PASSWORD_AUTH");
        ctx.browser.expect_error(&message).await?;
        enable_password_flow(&ctx.env);
        sign_in.sign_in_as(&ann).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&ann.email))
            .await?;

        open_first_todos(&ctx, &["Read on"]).await?;
        sign_out(&ctx).await?;

        SignInPage::open(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        let requested = authorization_request(&ctx.env);
        let requested = Parameters::from_query(&requested);
        assert_eq!(requested.get("redirect_uri"), ctx.env.url());
        assert_eq!(requested.get("scope"), "openid phone");
        ctx.browser
            .fill(HostedLoginPage::USERNAME, &ann.username)
            .await?;
        ctx.browser
            .fill(HostedLoginPage::PASSWORD, &ann.password)
            .await?;
        ctx.browser.press(HostedLoginPage::BUTTON).await?;
        // The scopes do not include the email address. The app shows the username, which is the user's `sub` in such
        // a pool.
        let request =
            json!({ "UserPoolId": PoolPreset::Quickstart.pool_id(), "Username": ann.username });
        let user = ctx.env.call_as_operator("AdminGetUser", &request);
        let username = user["Username"].as_str().expect("a username");
        assert_ne!(username, ann.username);
        ctx.browser
            .expect_heading(&HomePage::greeting(username))
            .await?;
        assert_eq!(
            claims(&session_member(&ctx, "idToken").await?)["email"],
            json!(null)
        );
        expect_todo(&ctx, "Read on").await?;
        sign_out_hosted(&ctx, ctx.env.url()).await?;
        Ok(())
    });
}

/// The user signs in before the administrator has confirmed the account.
#[test]
fn quickstart_user_is_told_that_the_pool_sends_no_code() {
    let ann = TestUser::ann();
    let env = TestEnv::from_preset(PoolPreset::Quickstart);
    env.sign_up(&ann);
    enable_password_flow(&env);
    run_journey(env, async move |ctx| {
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, ann.username);
        ctx.browser.press(VerifyPage::NEW_CODE).await?;
        ctx.browser.expect_error(&texts::register::NO_CODES).await
    });
}

/// The console creates a client secret for its other application types.
#[test]
fn app_explains_that_a_client_with_a_secret_cannot_work() {
    let ann = TestUser::ann();
    let env = TestEnv::from_preset(PoolPreset::Quickstart);
    env.sign_up(&ann);
    confirm(&env, &ann.username);
    let make = |secret: bool| {
        let created = env.call_as_operator(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": PoolPreset::Quickstart.pool_id(),
                "ClientName": "web",
                "GenerateSecret": secret,
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            }),
        );
        created["UserPoolClient"]["ClientId"].clone()
    };
    let (with_secret, without) = (make(true), make(false));
    let env = env.with_config(|config| config["cognito"]["userPoolClientId"] = with_secret);
    run_journey(env, async move |ctx| {
        ctx.expect_status_400();
        let register = RegisterPage::open(&ctx.browser).await?;
        let bob = TestUser::with_email("bob@example.com", None);
        register.register(&bob).await?;
        ctx.browser
            .expect_error(&texts::errors::CLIENT_SECRET)
            .await?;
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_error(&texts::errors::CLIENT_SECRET)
            .await?;

        let mut config = ctx.env.config();
        config["cognito"]["userPoolClientId"] = without;
        ctx.env.set_config(&config);
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}
