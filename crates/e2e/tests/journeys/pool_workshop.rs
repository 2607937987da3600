//! The reference pool `workshop`: the email address is the username, codes come by email, four keys are enough.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey};
use local_pool::presets::PoolPreset;

use crate::session::session_member;
use crate::sign_in_methods::SignInMethod;
use crate::sign_out::sign_out;
use crate::todos::{expect_todo, open_first_todos};

const NEW: &str = "Battery-5taple";

/// All flows of a user, with both sign-in methods: registration, to-dos, sign-out, a new password.
#[test]
fn user_of_the_workshop_pool_can_sign_up_sign_in_and_sign_out() {
    let env = TestEnv::from_preset(PoolPreset::Workshop);
    let config = env.config();
    let mut keys: Vec<&String> = config["cognito"]
        .as_object()
        .map(|members| members.keys().collect())
        .unwrap_or_default();
    keys.sort();
    // The keys of the workshops without `invokeUrl`, which is in another section, and the URL of the local pool.
    assert_eq!(
        keys,
        ["endpoint", "region", "userPoolClientId", "userPoolId"]
    );
    run_journey(env, async |ctx| {
        let ann = TestUser::with_email("ann@example.com", None);
        let page = RegisterPage::open(&ctx.browser).await?;
        page.register(&ann).await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        verify
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&ann.email))
            .await?;

        open_first_todos(&ctx, &["Buy milk"]).await?;
        // The unchanged ID token, which a JWT authorizer without scopes accepts.
        let id = session_member(&ctx, "idToken").await?;
        let requests = ctx.env.requests();
        let api = requests
            .iter()
            .filter(|request| request.path.starts_with("/api/"));
        let sent: Vec<_> = api.map(|request| request.authorization.clone()).collect();
        assert_eq!(sent, vec![Some(id); 4]);
        sign_out(&ctx).await?;

        let forgot = ForgotPage::open(&ctx.browser).await?;
        forgot.request_code(&ann.email).await?;
        ctx.browser.field(ForgotPage::CODE).await?;
        forgot
            .set_password(&ctx.env.latest_code(&ann.email), NEW)
            .await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        ctx.expect_status_400();
        sign_in.sign_in_as(&ann).await?;
        ctx.browser.alert_text().await?;

        let ann = TestUser {
            password: NEW.to_owned(),
            ..ann
        };
        for method in SignInMethod::ALL {
            method.sign_in(&ctx, &ann).await?;
            expect_todo(&ctx, "Buy milk").await?;
            sign_out(&ctx).await?;
        }
        Ok(())
    });
}
