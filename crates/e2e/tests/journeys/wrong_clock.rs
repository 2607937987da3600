//! A device clock that is two hours wrong. The app takes the time from its host, and does not guess it if the host
//! gives none.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage, TodosPage};
use e2e::texts::Message;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::json;

use crate::network_stub::{StubResponse, stub_response_in_new_documents};
use crate::session::{advance_all_clocks, session_member};
use crate::sign_in_methods::{SignInMethod, with_short_tokens};

const TWO_HOURS: Duration = Duration::from_secs(2 * 60 * 60);

/// Whether the device clock is two hours fast or slow.
#[derive(Clone, Copy, Debug)]
enum Clock {
    Fast,
    Slow,
}

impl Clock {
    async fn set(self, ctx: &TestContext) -> Result {
        match self {
            Self::Fast => ctx.browser.advance_clock(TWO_HOURS).await,
            Self::Slow => ctx.browser.set_clock_back(TWO_HOURS).await,
        }
    }
}

/// Checks that sign-in, to-dos and several page loads work, with one refresh when it is due and no other.
async fn expect_working_session(ctx: &TestContext, clock: Clock, method: SignInMethod) -> Result {
    clock.set(ctx).await?;
    method.sign_in(ctx, &TestUser::ann()).await?;
    ctx.expect_console("currentUser");
    ctx.browser.open("/todos").await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(texts::todos::EMPTY).await?;
    for _ in 0..2 {
        ctx.browser.reload().await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await?;
    }
    assert_eq!(method.refresh_count(&ctx.env), 0);

    // One minute before the tokens expire by the pool's clock.
    let first = session_member(ctx, "idToken").await?;
    advance_all_clocks(ctx, Duration::from_secs(4 * 60)).await?;
    ctx.browser.reload().await?;
    let refreshed = async || Ok(session_member(ctx, "idToken").await? != first);
    ctx.browser.wait_until("new tokens", refreshed).await?;
    for title in ["One", "Two"] {
        ctx.browser.reload().await?;
        ctx.browser.expect_text(texts::todos::NEW).await?;
        todos.add_todo(title).await?;
        ctx.browser.expect_text(title).await?;
    }
    assert_eq!(method.refresh_count(&ctx.env), 1);
    let refused = |call: &String| call.ends_with(" 401");
    assert!(!ctx.env.todo_api_calls().iter().any(refused));
    Ok(())
}

#[test]
fn direct_sign_in_works_with_a_device_clock_two_hours_fast() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        expect_working_session(&ctx, Clock::Fast, SignInMethod::Direct).await?;
        assert_eq!(
            ctx.env.actions(),
            [
                "InitiateAuth",
                "RespondToAuthChallenge",
                "GetTokensFromRefreshToken"
            ]
        );
        Ok(())
    });
}

#[test]
fn direct_sign_in_works_with_a_device_clock_two_hours_slow() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        expect_working_session(&ctx, Clock::Slow, SignInMethod::Direct).await?;
        assert_eq!(
            ctx.env.actions(),
            [
                "InitiateAuth",
                "RespondToAuthChallenge",
                "GetTokensFromRefreshToken"
            ]
        );
        Ok(())
    });
}

#[test]
fn hosted_sign_in_works_with_a_device_clock_two_hours_fast() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        expect_working_session(&ctx, Clock::Fast, SignInMethod::Hosted).await
    });
}

#[test]
fn hosted_sign_in_works_with_a_device_clock_two_hours_slow() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        expect_working_session(&ctx, Clock::Slow, SignInMethod::Hosted).await
    });
}

/// Makes the app's host send no `Date`.
async fn remove_date_header(ctx: &TestContext) -> Result {
    let undated = StubResponse {
        status: 200,
        content_type: "text/javascript",
        body: "",
    };
    stub_response_in_new_documents(ctx, "HEAD /config.js", undated).await?;
    Ok(())
}

/// The directions of a wrong clock, and the message that names each.
const WRONG_CLOCKS: [(Clock, &Message); 2] = [
    (Clock::Fast, &texts::errors::TOKEN_EXPIRED),
    (Clock::Slow, &texts::errors::TOKEN_NOT_YET_VALID),
];

/// If the host gives no time, the app names the wrong clock. The test uses the password flow: with SRP, the pool
/// refuses a wrong time stamp in the same way as a wrong password.
#[test]
fn sign_in_error_explains_a_wrong_device_clock() {
    for (clock, expected) in WRONG_CLOCKS {
        let env = TestEnv::workshop()
            .with_user(&TestUser::ann())
            .with_config(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"));
        run_journey(env, async move |ctx| {
            remove_date_header(&ctx).await?;
            clock.set(&ctx).await?;
            let sign_in = SignInPage::open(&ctx.browser).await?;
            sign_in.sign_in_as(&TestUser::ann()).await?;
            ctx.browser.expect_error(expected).await?;
            assert_eq!(ctx.env.actions(), ["InitiateAuth"]);
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            Ok(())
        });
    }
}

#[test]
fn callback_page_explains_a_wrong_device_clock() {
    for (clock, expected) in WRONG_CLOCKS {
        let env = TestEnv::workshop()
            .with_hosted_pages()
            .with_user(&TestUser::ann());
        run_journey(env, async move |ctx| {
            remove_date_header(&ctx).await?;
            clock.set(&ctx).await?;
            SignInPage::open(&ctx.browser).await?;
            ctx.browser.press(SignInPage::HOSTED).await?;
            let form = HostedLoginPage::expect(&ctx.browser).await?;
            form.sign_in_as(&TestUser::ann()).await?;
            ctx.browser
                .expect_heading(texts::hosted::FAILED_TITLE)
                .await?;
            let shown_text = ctx.browser.status_text().await?;
            assert_eq!(shown_text, expected.full_text());
            assert_eq!(ctx.env.requests_to("/oauth2/token").len(), 1);
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            Ok(())
        });
    }
}

/// If the host gives no time, an existing session goes on, since the app counts durations.
#[test]
fn session_survives_a_wrong_device_clock_without_server_time() {
    for clock in [Clock::Fast, Clock::Slow] {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            clock.set(&ctx).await?;
            SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
            remove_date_header(&ctx).await?;
            for times in 1..=2 {
                advance_all_clocks(&ctx, Duration::from_secs(4 * 60)).await?;
                ctx.browser.reload().await?;
                SignInMethod::Direct.wait_for_refreshes(&ctx, times).await?;
                ctx.browser
                    .expect_heading(&HomePage::greeting("Ann Lee"))
                    .await?;
            }
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            assert_eq!(SignInMethod::Direct.refresh_count(&ctx.env), 2);
            Ok(())
        });
    }
}

/// RFC 9111 §5.1: a cache adds `Age`. A cache that does not do so makes the host's clock look late.
#[test]
fn user_can_sign_in_if_the_date_header_of_the_host_is_outdated() {
    for flow in ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"] {
        for method in SignInMethod::ALL {
            let env = with_short_tokens(&[TestUser::ann()])
                .with_config(|config| config["cognito"]["authFlow"] = json!(flow));
            env.set_response_age(TWO_HOURS);
            run_journey(env, async move |ctx| {
                if method == SignInMethod::Direct && flow == "USER_SRP_AUTH" {
                    // The pool refuses the first SRP password claim, which has the host's time.
                    ctx.expect_status_400();
                }
                method.sign_in(&ctx, &TestUser::ann()).await?;
                advance_all_clocks(&ctx, Duration::from_secs(4 * 60)).await?;
                ctx.browser.reload().await?;
                method.wait_for_refreshes(&ctx, 1).await?;
                ctx.browser
                    .expect_heading(&HomePage::greeting("Ann Lee"))
                    .await
            });
        }
    }
}

/// A wrong password is refused, without repeated attempts.
#[test]
fn wrong_password_is_rejected_even_if_server_time_is_wrong() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    env.set_response_age(TWO_HOURS);
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let sign_in = SignInPage::open(&ctx.browser).await?;
        let ann = TestUser::ann();
        sign_in.sign_in(&ann.username, "Wrong-h0rse").await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::sign_in::WRONG_PASSWORD.full_text());
        let proof = ["InitiateAuth", "RespondToAuthChallenge"];
        assert_eq!(ctx.env.actions(), [proof, proof].concat());
        Ok(())
    });
}
