//! The reference pool `redirect`: sign-in by username or email address, and hosted pages with exactly one callback
//! URL.

use e2e::pages::{ForgotPage, HomePage, HostedLoginPage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::presets::PoolPreset;
use serde_json::json;

use crate::hosted_errors::expect_redirect_mismatch;
use crate::hosted_sign_in::{authorization_request, open_hosted_page};
use crate::sign_out::{sign_out, sign_out_hosted};
use crate::todos::{expect_todo, open_first_todos};
use crate::url_parameters::Parameters;

const NEW: &str = "Battery-5taple";
const HOSTED_NAME: &str = "Email or username";

/// Signs in on the form of the pool's hosted pages.
async fn sign_in_on_hosted_page(ctx: &TestContext, name: &str, password: &str) -> Result {
    open_hosted_page(ctx).await?;
    ctx.browser.fill(HOSTED_NAME, name).await?;
    ctx.browser
        .fill(HostedLoginPage::PASSWORD, password)
        .await?;
    ctx.browser.press(HostedLoginPage::BUTTON).await
}

/// All flows of a user, with both sign-in methods and both names, in upper or lower case.
#[test]
fn new_user_signs_in_by_username_or_email_in_any_letter_case() {
    run_journey(TestEnv::from_preset(PoolPreset::Redirect), async |ctx| {
        let ann = TestUser::ann_with_username();
        RegisterPage::open(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.visible_texts("main label").await?,
            [
                texts::labels::USERNAME,
                texts::labels::EMAIL,
                texts::labels::NAME,
                texts::labels::NEW_PASSWORD
            ]
        );
        ctx.browser
            .fill(texts::labels::USERNAME, &ann.username)
            .await?;
        RegisterPage::expect(&ctx.browser)
            .await?
            .register(&ann)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, ann.username);
        let emails = ctx.env.pool().messages(Some(&ann.email))?;
        let [mail] = &emails[..] else {
            return Err(format!("{} emails", emails.len()).into());
        };
        assert_eq!(mail.subject, "Verify your email for our awesome app!");
        verify.confirm_account(&mail.code).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;

        open_first_todos(&ctx, &["Buy milk"]).await?;
        sign_out(&ctx).await?;

        // The pool sends a code by email to a user who gives the username.
        let forgot = ForgotPage::open(&ctx.browser).await?;
        forgot.request_code("ANN").await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        forgot
            .set_password(&ctx.env.latest_code(&ann.email), NEW)
            .await?;
        for name in ["Ann", "ANN@Example.com"] {
            let sign_in = SignInPage::open(&ctx.browser).await?;
            sign_in.sign_in(name, NEW).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            sign_out(&ctx).await?;
        }

        for name in ["Ann", "ANN@Example.com"] {
            SignInPage::open(&ctx.browser).await?;
            sign_in_on_hosted_page(&ctx, name, NEW).await?;
            // The scopes do not include her name.
            ctx.browser
                .expect_heading(&HomePage::greeting(&ann.email))
                .await?;
            let requested = authorization_request(&ctx.env);
            let requested = Parameters::from_query(&requested);
            assert_eq!(
                requested.get("redirect_uri"),
                format!("{}/login/", ctx.env.url())
            );
            assert_eq!(requested.get("scope"), "openid email");
            expect_todo(&ctx, "Buy milk").await?;
            ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
            let has_details = async || {
                let details = ctx.browser.administrator_details().await?;
                Ok(details
                    .iter()
                    .any(|text| text == texts::account::NAME_NOT_REQUESTED))
            };
            ctx.browser.wait_until("the reason", has_details).await?;
            sign_out_hosted(&ctx, ctx.env.url()).await?;
        }
        Ok(())
    });
}

/// Cognito refuses this change ("user.email: Attribute cannot be updated."), and the page explains it. The name can
/// be changed.
#[test]
fn user_can_change_the_name_but_not_an_immutable_email() {
    let ann = TestUser::ann_with_username();
    run_journey(
        TestEnv::from_preset(PoolPreset::Redirect).with_user(&ann),
        async move |ctx| {
            SignInPage::open(&ctx.browser)
                .await?
                .sign_in_as(&ann)
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
            let edit = |name: &str| texts::labels::label_in_row(texts::labels::EDIT, name);
            ctx.browser.press(&edit(texts::labels::NAME)).await?;
            ctx.browser
                .fill(texts::labels::NAME, "Ann Lee-Smith")
                .await?;
            ctx.browser.press(texts::labels::SAVE).await?;
            ctx.browser
                .expect_text(&HomePage::greeting("Ann Lee-Smith"))
                .await?;

            ctx.expect_status_400();
            ctx.browser.press(&edit(texts::labels::EMAIL)).await?;
            ctx.browser
                .fill(texts::labels::EMAIL, "ann@example.org")
                .await?;
            ctx.browser.press(texts::labels::SAVE).await?;
            ctx.browser.expect_error(&texts::account::IMMUTABLE).await?;
            let found = ctx.env.call_as_operator(
                "AdminGetUser",
                &json!({ "UserPoolId": PoolPreset::Redirect.pool_id(), "Username": "ann" }),
            );
            let attributes = found["UserAttributes"].as_array().ok_or("attributes")?;
            assert!(
                attributes.contains(&json!({ "Name": "email", "Value": ann.email })),
                "{attributes:?}"
            );
            Ok(())
        },
    );
}

/// The usual fault of this preset: the redirect URI lacks a slash. The page explains it, and a change of config.js
/// repairs it.
#[test]
fn redirect_uri_without_trailing_slash_is_redirect_mismatch() {
    let ann = TestUser::ann_with_username();
    let env = TestEnv::from_preset(PoolPreset::Redirect).with_user(&ann);
    let right = env.config();
    let wrong = format!("{}/login", env.url());
    let named = wrong.clone();
    let env = env.with_config(|config| config["cognito"]["redirectSignIn"] = json!(named));
    run_journey(env, async move |ctx| {
        expect_redirect_mismatch(&ctx).await?;

        SignInPage::open(&ctx.browser).await?;
        ctx.browser.expand(texts::hosted::HELP).await?;
        assert_eq!(ctx.browser.visible_texts("main code").await?, [wrong]);
        ctx.browser
            .expect_text(texts::hosted::CALLBACK_URL_HELP)
            .await?;

        ctx.env.set_config(&right);
        SignInPage::open(&ctx.browser).await?;
        sign_in_on_hosted_page(&ctx, &ann.username, &ann.password).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&ann.email))
            .await
    });
}
