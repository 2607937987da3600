//! A user who goes to another page before the response comes: the operation finishes, and has no effect on the new
//! page.

use e2e::pages::{HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey, texts};

use crate::network_stub::{expect_responses, hold_responses, release_held, stop_holding};
use crate::tokens::{claims, stored_member};

fn new_user() -> TestUser {
    TestUser::with_email("bob@example.com", None)
}

#[test]
fn user_who_leaves_the_code_page_is_signed_in_without_redirect() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let bob = new_user();
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&bob)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        hold_responses(&ctx, "ConfirmSignUp").await?;
        verify
            .confirm_account(&ctx.env.latest_code(&bob.email))
            .await?;
        expect_responses(&ctx, "ConfirmSignUp", 1).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        release_held(&ctx, "ConfirmSignUp").await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;

        ctx.browser.button(texts::labels::SIGN_OUT).await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/register").await?;
        let id = stored_member(&ctx.browser.stored_items().await?, "idToken").expect("an ID token");
        assert_eq!(claims(&id)["email"], bob.email);
        assert_eq!(
            ctx.env.actions(),
            [
                "SignUp",
                "ConfirmSignUp",
                "InitiateAuth",
                "RespondToAuthChallenge"
            ]
        );
        Ok(())
    });
}

/// Bob confirms his account, but Ann signs in before the response arrives. Ann stays signed in.
#[test]
fn late_response_to_sign_up_confirmation_does_not_sign_in() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let bob = new_user();
            RegisterPage::open(&ctx.browser)
                .await?
                .register(&bob)
                .await?;
            let verify = VerifyPage::expect(&ctx.browser).await?;
            hold_responses(&ctx, "ConfirmSignUp").await?;
            verify
                .confirm_account(&ctx.env.latest_code(&bob.email))
                .await?;
            expect_responses(&ctx, "ConfirmSignUp", 1).await?;
            ctx.browser
                .follow_link_in_main(texts::labels::SIGN_IN)
                .await?;
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            release_held(&ctx, "ConfirmSignUp").await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            let id =
                stored_member(&ctx.browser.stored_items().await?, "idToken").expect("an ID token");
            assert_eq!(claims(&id)["email"], TestUser::ann().email);
            let proof = ["InitiateAuth", "RespondToAuthChallenge"];
            assert_eq!(
                ctx.env.actions(),
                [&["SignUp", "ConfirmSignUp"][..], &proof].concat()
            );
            Ok(())
        },
    );
}

/// If a late error moved the focus to another field, the user would type a password where it can be read.
#[test]
fn late_field_error_does_not_change_focus_or_typed_text() {
    run_journey(TestEnv::workshop().with_user(&new_user()), async |ctx| {
        let bob = new_user();
        ctx.expect_status_400();
        let register = RegisterPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "SignUp").await?;
        register.register(&bob).await?;
        expect_responses(&ctx, "SignUp", 1).await?;
        ctx.browser
            .follow_link_in_main(texts::labels::SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.fill(SignInPage::USERNAME, &bob.email).await?;
        ctx.browser.fill(SignInPage::PASSWORD, "Correct-").await?;
        release_held(&ctx, "SignUp").await?;

        assert_eq!(ctx.browser.focused_label().await?, SignInPage::PASSWORD);
        ctx.browser.type_keys("h0rse").await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            bob.email
        );
        assert_eq!(
            ctx.browser.field_value(SignInPage::PASSWORD).await?,
            bob.password
        );
        assert_eq!(
            ctx.browser
                .visible_texts("[role=alert], [role=status], .field-error")
                .await?,
            [""; 0]
        );
        Ok(())
    });
}

#[test]
fn late_sign_up_response_does_not_redirect_another_page() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let bob = new_user();
        let register = RegisterPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "SignUp").await?;
        register.register(&bob).await?;
        expect_responses(&ctx, "SignUp", 1).await?;
        ctx.browser
            .follow_link_in_main(texts::labels::SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        ctx.browser.fill(SignInPage::PASSWORD, "Half of it").await?;
        release_held(&ctx, "SignUp").await?;

        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/signin").await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        assert_eq!(
            ctx.browser.field_value(SignInPage::PASSWORD).await?,
            "Half of it"
        );
        Ok(())
    });
}

#[test]
fn late_user_not_confirmed_error_does_not_redirect_another_page() {
    let env = TestEnv::workshop();
    env.sign_up(&new_user());
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let sign_in = SignInPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "InitiateAuth").await?;
        sign_in.sign_in_as(&new_user()).await?;
        expect_responses(&ctx, "InitiateAuth", 1).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        release_held(&ctx, "InitiateAuth").await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/register").await
    });
}

/// The user's latest sign-in counts. The tokens of the superseded one come late and are revoked.
#[test]
fn sign_in_that_was_started_last_takes_effect() {
    let env = TestEnv::workshop()
        .with_user(&TestUser::ann())
        .with_user(&new_user());
    run_journey(env, async |ctx| {
        let bob = new_user();
        let sign_in = SignInPage::open(&ctx.browser).await?;
        hold_responses(&ctx, "RespondToAuthChallenge").await?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser.follow_link(texts::labels::SIGN_IN).await?;
        stop_holding(&ctx, "RespondToAuthChallenge").await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&bob)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&bob.email))
            .await?;
        release_held(&ctx, "RespondToAuthChallenge").await?;
        let is_revoked = async || Ok(ctx.env.actions().contains(&"RevokeToken".to_owned()));
        ctx.browser.wait_until("a revocation", is_revoked).await?;

        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&bob.email))
            .await?;
        let id = stored_member(&ctx.browser.stored_items().await?, "idToken").expect("an ID token");
        assert_eq!(claims(&id)["email"], bob.email);
        Ok(())
    });
}

/// The app drops the password when the user leaves the page.
#[test]
fn user_who_left_the_code_page_must_enter_the_password_again() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let bob = new_user();
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&bob)
            .await?;
        VerifyPage::expect(&ctx.browser).await?;
        ctx.browser.follow_link("Poolgate").await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser.driver().back().await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, bob.email);
        verify
            .confirm_account(&ctx.env.latest_code(&bob.email))
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.actions(), ["SignUp", "ConfirmSignUp"]);
        Ok(())
    });
}

/// The page must not tell another user where a code was sent.
#[test]
fn code_page_does_not_show_where_another_users_code_was_sent() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let bob = new_user();
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&bob)
            .await?;
        VerifyPage::expect(&ctx.browser).await?;
        let sent = ctx.browser.status_text().await?;
        assert!(sent.contains("b***@e***"), "{sent}");
        ctx.browser
            .follow_link_in_main(texts::labels::SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "zoe@example.org")
            .await?;
        ctx.browser
            .follow_link(texts::labels::CONFIRM_WITH_CODE)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, "zoe@example.org");
        let text = ctx.browser.page_text().await?;
        assert!(!text.contains("***"), "{text}");
        assert_eq!(ctx.browser.visible_texts("[role=status]").await?, [""; 0]);
        Ok(())
    });
}
