//! The reference pool `enterprise`: without registration and password recovery. Users are invited, and sign in by
//! username or preferred username. The app knows the pool by its issuer.

use e2e::pages::{ForgotPage, HomePage, HostedLoginPage, RegisterPage, SignInPage};
use e2e::{TestEnv, run_journey, texts};
use local_pool::presets::PoolPreset;
use serde_json::{Value, json};

use crate::hosted_sign_in::{authorization_request, open_hosted_page};
use crate::sign_out::sign_out;
use crate::todos::{expect_todo, open_first_todos};
use crate::url_parameters::Parameters;

/// The username of the user that the preset invites, and the address of the invitation.
const USERNAME: &str = "e1001";
const EMAIL: &str = "ann@example.com";
/// The password that the invited user chooses.
const CHOOSE_PASSWORD: &str = "Brand-new-1";

/// All flows of an invited user, with both sign-in methods and both names: first sign-in, to-dos, sign-out.
#[test]
fn invited_user_signs_in_with_username_or_email() {
    run_journey(TestEnv::from_preset(PoolPreset::Enterprise), async |ctx| {
        let invitation = ctx.env.latest_code(EMAIL);
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in("ANN.Lee", &invitation)
            .await?;
        ctx.browser
            .expect_heading(texts::sign_in::NEW_PASSWORD_TITLE)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("main label").await?,
            [texts::labels::NAME, texts::labels::NEW_PASSWORD]
        );
        ctx.browser.fill(texts::labels::NAME, "Ann Lee").await?;
        ctx.browser
            .fill(texts::labels::NEW_PASSWORD, CHOOSE_PASSWORD)
            .await?;
        ctx.browser.press(texts::labels::CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;

        // The API has no profile of her, so the app creates it once and shows nothing of it.
        open_first_todos(&ctx, &["Plan"]).await?;
        assert_eq!(
            ctx.env.todo_api_calls(),
            [
                "GET /api/currentUser 404",
                "POST /api/user 201",
                "GET /api/todos 200",
                "POST /api/todos 201",
            ]
        );
        assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
        let created = ctx.env.requests_to("/api/user").pop().ok_or("a request")?;
        assert_eq!(
            serde_json::from_str::<Value>(&created.body)?,
            json!({ "username": USERNAME, "name": "Ann Lee", "email": EMAIL })
        );
        sign_out(&ctx).await?;

        for name in ["E1001", "Ann.LEE"] {
            SignInPage::open(&ctx.browser)
                .await?
                .sign_in(name, CHOOSE_PASSWORD)
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            sign_out(&ctx).await?;

            SignInPage::open(&ctx.browser).await?;
            open_hosted_page(&ctx).await?;
            ctx.browser.fill("Username", name).await?;
            ctx.browser
                .fill(HostedLoginPage::PASSWORD, CHOOSE_PASSWORD)
                .await?;
            ctx.browser.press(HostedLoginPage::BUTTON).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let requested = authorization_request(&ctx.env);
            let requested = Parameters::from_query(&requested);
            assert_eq!(
                requested.get("client_id"),
                PoolPreset::Enterprise.client_id()
            );
            assert_eq!(requested.get("scope"), "openid profile");
            expect_todo(&ctx, "Plan").await?;
            sign_out(&ctx).await?;
        }
        Ok(())
    });
}

/// Registration and password recovery refer the user to the administrator.
#[test]
fn sign_up_page_of_invite_only_pool_names_the_administrator() {
    let env = TestEnv::from_preset(PoolPreset::Enterprise);
    env.call_as_operator(
        "AdminSetUserPassword",
        &json!({
            "UserPoolId": PoolPreset::Enterprise.pool_id(), "Username": USERNAME, "Password": CHOOSE_PASSWORD, "Permanent": true,
        }),
    );
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let page = RegisterPage::open(&ctx.browser).await?;
        page.register(&e2e::TestUser::with_email("bob@example.com", None))
            .await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::register::BY_INVITATION.full_text()
        );

        ForgotPage::open(&ctx.browser)
            .await?
            .request_code(USERNAME)
            .await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::forgot::NOT_OFFERED.full_text()
        );
        Ok(())
    });
}

/// Cognito has no way to find a client's ID by its name, so a value that cannot be an ID is an error before any
/// request is sent.
#[test]
fn app_explains_a_client_name_in_place_of_the_client_id() {
    let env = TestEnv::from_preset(PoolPreset::Enterprise)
        .with_config(|config| config["oidc"]["OIDC_CLIENT_NAME"] = json!("Our web app"));
    run_journey(env, async |ctx| {
        ctx.browser.open("/signin").await?;
        ctx.browser.expect_text("oidc.OIDC_CLIENT_NAME").await?;
        ctx.browser
            .expect_text("it should be the app client ID")
            .await?;
        assert_eq!(ctx.env.requests(), []);
        Ok(())
    });
}
