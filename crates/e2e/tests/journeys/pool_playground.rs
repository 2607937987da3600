//! The reference pool `playground`: passwords of six characters, the custom flow, the code and implicit grants, and
//! callback URLs on paths of their own.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::presets::PoolPreset;
use serde_json::json;

use crate::hosted_sign_in::{TOKEN, authorization_request, history_urls, open_hosted_page};
use crate::session::session_member;
use crate::sign_out::{sign_out, sign_out_hosted};
use crate::todos::{expect_todo, open_first_todos};
use crate::tokens::claims;
use crate::url_parameters::Parameters;

/// A password of six letters, which the other reference pools refuse.
const PASSWORD: &str = "secret";
const NEW: &str = "654321";

fn ann() -> TestUser {
    TestUser {
        password: PASSWORD.to_owned(),
        ..TestUser::with_email("ann@example.com", None)
    }
}

/// Signs out after a hosted sign-in, through the path that the app has for sign-outs in this pool.
async fn sign_out_at_hosted_pages(ctx: &TestContext) -> Result {
    const PATH: &str = "/oauth/cognito/logout";
    sign_out_hosted(ctx, &format!("{}{PATH}", ctx.env.url())).await?;
    ctx.browser.expect_address(PATH).await
}

/// All flows of a user of this pool, with both sign-in methods: registration, to-dos, sign-out, a new password.
#[test]
fn playground_pool_accepts_a_password_of_six_letters() {
    run_journey(TestEnv::from_preset(PoolPreset::Playground), async |ctx| {
        let page = RegisterPage::open(&ctx.browser).await?;
        assert_eq!(
            page.password_rules().await?,
            [(texts::validation::minimum_length(6), false)]
        );
        let hasty = TestUser {
            password: "short".to_owned(),
            ..ann()
        };
        page.register(&hasty).await?;
        ctx.browser.field_error(RegisterPage::PASSWORD).await?;
        assert_eq!(ctx.env.actions(), [""; 0]);
        page.register(&ann()).await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        verify
            .confirm_account(&ctx.env.latest_code("ann@example.com"))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        // Cognito: one hour, given in minutes.
        for token in ["idToken", "accessToken"] {
            let claims = claims(&session_member(&ctx, token).await?);
            let time_claim = |name: &str| claims[name].as_u64().ok_or("a time claim");
            assert_eq!(time_claim("exp")? - time_claim("iat")?, 3_600, "{token}");
        }

        open_first_todos(&ctx, &["Play"]).await?;
        sign_out(&ctx).await?;

        let forgot = ForgotPage::open(&ctx.browser).await?;
        forgot.request_code("ann@example.com").await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        forgot
            .set_password(&ctx.env.latest_code("ann@example.com"), NEW)
            .await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        sign_in.sign_in("ann@example.com", NEW).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        sign_out(&ctx).await?;

        SignInPage::open(&ctx.browser).await?;
        let form = open_hosted_page(&ctx).await?;
        let requested = authorization_request(&ctx.env);
        let requested = Parameters::from_query(&requested);
        assert_eq!(requested.get("response_type"), "code");
        assert_eq!(
            requested.get("redirect_uri"),
            format!("{}/oauth/cognito", ctx.env.url())
        );
        let mut scopes: Vec<&str> = requested.get("scope").split(' ').collect();
        scopes.sort_unstable();
        assert_eq!(scopes, ["email", "openid"]);
        form.sign_in("ann@example.com", NEW).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        expect_todo(&ctx, "Play").await?;
        sign_out_at_hosted_pages(&ctx).await
    });
}

/// The pool allows the implicit grant, and only config.js turns it on.
#[test]
fn sign_in_by_implicit_grant_works_and_shows_a_warning() {
    let env = TestEnv::from_preset(PoolPreset::Playground).with_user(&ann());
    let env = env.with_config(|config| config["cognito"]["responseType"] = json!("token"));
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .expect_error(&texts::hosted::IMPLICIT_GRANT)
            .await?;
        let form = open_hosted_page(&ctx).await?;
        assert_eq!(
            Parameters::from_query(&authorization_request(&ctx.env)).get("response_type"),
            "token"
        );
        form.sign_in_as(&ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        let history = history_urls(&ctx).await?;
        assert!(!history.contains("_token="), "{history}");
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        sign_out_at_hosted_pages(&ctx).await
    });
}

/// `CUSTOM_AUTH`, which this pool allows: the pool's own challenge replaces the password.
#[test]
fn custom_auth_shows_the_challenge_question_of_the_pool() {
    let env = TestEnv::from_preset(PoolPreset::Playground).with_user(&ann());
    let env = env.with_config(|config| config["cognito"]["authFlow"] = json!("CUSTOM_AUTH"));
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        ctx.browser.press(texts::labels::CONTINUE).await?;
        ctx.browser
            .expect_heading(texts::sign_in::CUSTOM_TITLE)
            .await?;
        ctx.browser.expect_text("sky").await?;
        ctx.browser.fill(texts::sign_in::ANSWER, "blue").await?;
        ctx.browser.press(texts::labels::CONTINUE).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        assert_eq!(ctx.env.pool_calls()[0].body["AuthFlow"], "CUSTOM_AUTH");
        Ok(())
    });
}

/// This app client does not allow the password flow.
#[test]
fn message_for_a_disabled_password_flow_names_the_setting() {
    let env = TestEnv::from_preset(PoolPreset::Playground).with_user(&ann());
    let env = env.with_config(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"));
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann())
            .await?;
        let message = texts::sign_in::flow_not_enabled("ALLOW_USER_PASSWORD_AUTH");
        ctx.browser.expect_error(&message).await?;
        Ok(())
    });
}
