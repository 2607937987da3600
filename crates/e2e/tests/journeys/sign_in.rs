//! Sign-in with username and password.

use std::time::Duration;

use e2e::pages::{ForgotPage, HomePage, SignInPage};
use e2e::{TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use crate::network_stub::{expect_responses, hold_responses, release_held};
use crate::session::advance_all_clocks;

/// The app proves the password by SRP, and no request contains it.
#[test]
fn srp_sign_in_never_sends_the_password() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            SignInPage::open(&ctx.browser)
                .await?
                .sign_in_as(&ann)
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;

            let calls = ctx.env.pool_calls();
            assert_eq!(
                ctx.env.actions(),
                ["InitiateAuth", "RespondToAuthChallenge"]
            );
            assert_eq!(calls[0].body["AuthFlow"], "USER_SRP_AUTH");
            assert_eq!(calls[0].body["ClientId"], DEV_CLIENT_ID);
            assert_eq!(
                calls[0].body["AuthParameters"]["USERNAME"],
                ann.username.as_str()
            );
            assert_eq!(calls[1].body["ChallengeName"], "PASSWORD_VERIFIER");
            for request in ctx.env.requests() {
                let sent = [&request.path, &request.body].map(String::as_str);
                assert!(!sent.concat().contains(&ann.password), "{request:?}");
            }
            let stored = ctx.browser.stored_items().await?.to_string();
            assert!(
                !stored.contains(&ann.password),
                "the password is stored in the browser"
            );
            Ok(())
        },
    );
}

/// The password is used exactly as typed, whatever its characters.
#[test]
fn user_can_sign_in_with_any_characters_in_the_password() {
    let ann = TestUser {
        password: "Zürich 1: été, 北京 \"quoted\" \\ é".to_owned(),
        ..TestUser::ann()
    };
    run_journey(TestEnv::workshop().with_user(&ann), async move |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// A wrong password is refused, and nothing is stored.
#[test]
fn wrong_password_shows_an_error_and_stores_nothing() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            ctx.expect_status_400();
            let sign_in = SignInPage::open(&ctx.browser).await?;
            sign_in.sign_in(&ann.username, "Correct-h0rsE").await?;
            ctx.browser.alert_text().await?;
            ctx.browser.expect_address("/signin").await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            // The username is kept in the form, and the refused password is removed.
            assert_eq!(
                ctx.browser.field_value(SignInPage::USERNAME).await?,
                ann.username
            );
            assert_eq!(ctx.browser.field_value(SignInPage::PASSWORD).await?, "");
            sign_in.sign_in(&ann.username, &ann.password).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

/// The device may have slept between the challenge and the answer. By default an authentication session lasts three
/// minutes.
#[test]
fn expired_srp_challenge_is_not_reported_as_wrong_password() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            ctx.expect_status_400();
            let sign_in = SignInPage::open(&ctx.browser).await?;
            hold_responses(&ctx, "InitiateAuth").await?;
            sign_in.sign_in_as(&ann).await?;
            expect_responses(&ctx, "InitiateAuth", 1).await?;
            advance_all_clocks(&ctx, Duration::from_secs(3 * 60)).await?;
            release_held(&ctx, "InitiateAuth").await?;
            assert_eq!(
                ctx.browser.alert_text().await?,
                texts::sign_in::TIMED_OUT.full_text()
            );
            assert_eq!(
                ctx.browser.field_value(SignInPage::USERNAME).await?,
                ann.username
            );
            assert_eq!(ctx.browser.field_value(SignInPage::PASSWORD).await?, "");
            sign_in.sign_in_as(&ann).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

/// The answer to an earlier attempt must not clear what the user has typed since.
#[test]
fn text_typed_in_the_password_field_during_a_request_is_kept() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            ctx.expect_status_400();
            let sign_in = SignInPage::open(&ctx.browser).await?;
            hold_responses(&ctx, "RespondToAuthChallenge").await?;
            sign_in.sign_in(&ann.username, "Correct-h0rsE").await?;
            expect_responses(&ctx, "RespondToAuthChallenge", 1).await?;
            ctx.browser
                .fill(SignInPage::PASSWORD, &ann.password)
                .await?;
            release_held(&ctx, "RespondToAuthChallenge").await?;
            ctx.browser.alert_text().await?;
            assert_eq!(
                ctx.browser.field_value(SignInPage::PASSWORD).await?,
                ann.password
            );
            ctx.browser.press(SignInPage::BUTTON).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        },
    );
}

/// An unknown username must not be distinguishable from a wrong password, with both settings of the app client.
#[test]
fn sign_in_error_of_an_unknown_user_equals_a_wrong_password() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.expect_status_400();
            for existence in ["ENABLED", "LEGACY"] {
                ctx.env
                    .update_workshop_client(json!({ "PreventUserExistenceErrors": existence }));
                let mut seen = Vec::new();
                for name in ["ann@example.com", "bob@example.com"] {
                    let sign_in = SignInPage::open(&ctx.browser).await?;
                    sign_in.sign_in(name, "Wrong-h0rse").await?;
                    ctx.browser.alert_text().await?;
                    seen.push((ctx.browser.page_text().await?, ctx.browser.address().await?));
                }
                assert_eq!(seen[0], seen[1], "{existence}");
            }
            Ok(())
        },
    );
}

fn with_password_flow() -> TestEnv {
    TestEnv::workshop()
        .with_user(&TestUser::ann())
        .with_config(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"))
}

/// The app uses the password flow if config.js says so.
#[test]
fn app_uses_user_password_auth_if_config_js_says_so() {
    run_journey(with_password_flow(), async |ctx| {
        let ann = TestUser::ann();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        let calls = ctx.env.pool_calls();
        assert_eq!(ctx.env.actions(), ["InitiateAuth"]);
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
fn message_for_a_disabled_auth_flow_says_how_to_enable_it() {
    let env = with_password_flow();
    let srp = json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    env.update_workshop_client(json!({ "ExplicitAuthFlows": srp }));
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let sign_in = SignInPage::open(&ctx.browser).await?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        let message = texts::sign_in::flow_not_enabled("ALLOW_USER_PASSWORD_AUTH");
        ctx.browser.expect_error(&message).await?;

        ctx.env.update_workshop_client(json!({}));
        sign_in.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// In a pool without names, the greeting has the email address.
#[test]
fn home_page_greets_a_user_without_a_name_by_email() {
    let ann = TestUser {
        name: None,
        ..TestUser::ann()
    };
    run_journey(TestEnv::workshop().with_user(&ann), async move |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await
    });
}

/// An unknown app client is the operator's mistake, and the message says so.
#[test]
fn message_for_an_unknown_app_client_refers_to_config_js() {
    let env = TestEnv::workshop().with_config(|config| {
        config["cognito"]["userPoolClientId"] = json!("4unknown6789012345678901234");
    });
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_error(&texts::errors::CLIENT_UNKNOWN)
            .await
    });
}

/// Cognito: AdminResetUserPassword sends a code, and the old password gets PasswordResetRequiredException until a new
/// one is set.
#[test]
fn required_password_reset_leads_to_the_reset_code_form() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    env.call_as_operator(
        "AdminResetUserPassword",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": "ann@example.com" }),
    );
    run_journey(env, async |ctx| {
        let (ann, new) = (TestUser::ann(), "Battery-5taple");
        ctx.expect_status_400();
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        let forgot = ForgotPage::expect(&ctx.browser).await?;
        forgot
            .set_password(&ctx.env.latest_code(&ann.email), new)
            .await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            ann.email
        );
        sign_in.sign_in(&ann.email, new).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}
