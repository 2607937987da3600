//! Sessions during outages: a lost network or a busy, broken or slow service ends no session. A definite refusal
//! does, and so do tokens that fail validation.

use e2e::pages::{HomePage, SignInPage, TodosPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::lazy_loading;
use crate::network_stub::{
    StubResponse, count_in_new_documents, stub_response_in_new_documents, wait_until_read,
};
use crate::session::{advance_all_clocks, end_record, session_member};
use crate::sign_in_methods::{
    AFTER_EXPIRY, SignInMethod, clear_hosted_session, switch_tabs_and_back, with_short_tokens,
};

const ENDED: &str = texts::session::EXPIRED;

const UNTRUSTED: &str = texts::session::NOT_VERIFIED;

const OFFLINE: &str = texts::session::OFFLINE;

/// Returns a user whose email address makes the local pool answer with a fault (fault injection).
fn fault_user(what: &str) -> TestUser {
    TestUser::with_email(&format!("sentinel-{what}@example.com"), Some("Ann Lee"))
}

#[test]
fn offline_page_stays_usable_and_refreshes_tokens_when_online() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let (id, refresh) = (
                session_member(&ctx, "idToken").await?,
                session_member(&ctx, "refreshToken").await?,
            );
            lazy_loading::expect_chunk_loaded(&ctx, "account_chunk").await?;
            ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
            ctx.browser.set_offline(true).await?;
            ctx.browser.expect_text(OFFLINE).await?;
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            // The refresh that is due is tried, and its failure changes nothing.
            switch_tabs_and_back(&ctx).await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(
                alert.contains(&*texts::errors::NOT_REFRESHED.text),
                "{alert}"
            );
            ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
            ctx.browser.expect_text(texts::account::ID_TOKEN).await?;
            ctx.browser.expect_text("ann@example.com").await?;
            ctx.browser.follow_link("Poolgate").await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            assert_eq!(session_member(&ctx, "refreshToken").await?, refresh);
            assert_eq!(method.refresh_count(&ctx.env), 0);

            ctx.browser.set_offline(false).await?;
            let refreshed = async || Ok(session_member(&ctx, "idToken").await? != id);
            ctx.browser
                .wait_until("a refresh without user action", refreshed)
                .await?;
            assert!(!ctx.browser.page_text().await?.contains("offline"));
            assert_eq!(method.refresh_count(&ctx.env), 1);
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await
        });
    }
}

#[test]
fn app_repeats_failed_requests_when_browser_is_online_again() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            lazy_loading::expect_chunk_loaded(&ctx, "account_chunk").await?;
            ctx.expect_console("net::ERR_INTERNET_DISCONNECTED");
            // The API has no profile of Ann yet.
            ctx.expect_console("currentUser");
            // The account page requests the details after a direct sign-in, and userInfo after a hosted one.
            for (page, shown_text) in [
                (texts::labels::TODOS, texts::todos::EMPTY),
                (texts::labels::ACCOUNT, "email_verified"),
            ] {
                ctx.browser.set_offline(true).await?;
                ctx.browser.expect_text(OFFLINE).await?;
                ctx.browser.follow_link(page).await?;
                ctx.browser
                    .expect_text(&texts::errors::OFFLINE.full_text())
                    .await?;
                ctx.browser.set_offline(false).await?;
                ctx.browser.expect_text(shown_text).await?;
                let is_working = async || {
                    let text = ctx.browser.page_text().await?;
                    let error_texts = [&*texts::errors::OFFLINE.text, texts::labels::TRY_AGAIN];
                    Ok(error_texts
                        .iter()
                        .all(|error_text| !text.contains(error_text)))
                };
                ctx.browser
                    .wait_until("the end of all error messages", is_working)
                    .await?;
            }
            Ok(())
        });
    }
}

#[test]
fn signed_out_user_sees_the_offline_banner() {
    run_journey(with_short_tokens(&[]), async |ctx| {
        HomePage::open(&ctx.browser).await?;
        ctx.browser.set_offline(true).await?;
        ctx.browser
            .expect_text(texts::session::OFFLINE_SIGNED_OUT)
            .await?;
        ctx.browser.set_offline(false).await?;
        let is_gone = async || Ok(!ctx.browser.page_text().await?.contains("offline"));
        ctx.browser
            .wait_until("the end of the banner", is_gone)
            .await
    });
}

/// A refresh without a usable answer does not end the session, and the page works again as soon as the service does.
fn session_survives_outage(method: SignInMethod, fault: &'static str, status: &'static str) {
    let place = match method {
        SignInMethod::Direct => "renewal",
        SignInMethod::Hosted => "refresh",
    };
    let user = fault_user(&format!("{fault}-on-{place}"));
    run_journey(
        with_short_tokens(std::slice::from_ref(&user)),
        async move |ctx| {
            method.sign_in(&ctx, &user).await?;
            let refresh = session_member(&ctx, "refreshToken").await?;
            ctx.expect_console(status);
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            count_in_new_documents(&ctx, method.refresh_request()).await?;
            ctx.browser.reload().await?;
            wait_until_read(&ctx, method.refresh_request()).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(
                alert.contains(&*texts::errors::NOT_REFRESHED.text),
                "{alert}"
            );
            assert_eq!(session_member(&ctx, "refreshToken").await?, refresh);
            assert_eq!(ctx.env.todo_api_calls(), [""; 0]);

            // The fault depends on the email address.
            ctx.env.call_as_operator(
                "AdminUpdateUserAttributes",
                &json!({
                    "UserPoolId": DEV_POOL_ID,
                    "Username": user.username,
                    "UserAttributes": [
                        { "Name": "email", "Value": "ann@example.com" },
                        { "Name": "email_verified", "Value": "true" },
                    ],
                }),
            );
            ctx.expect_console("currentUser");
            match method {
                SignInMethod::Direct => ctx.browser.press(texts::labels::TRY_AGAIN).await?,
                // The next refresh starts without a press, and the requests that waited for it follow.
                SignInMethod::Hosted => switch_tabs_and_back(&ctx).await?,
            }
            ctx.browser.expect_text(texts::todos::EMPTY).await
        },
    );
}

#[test]
fn throttled_token_refresh_ends_no_session() {
    session_survives_outage(SignInMethod::Direct, "throttled", "status of 400");
    session_survives_outage(SignInMethod::Hosted, "throttled", "status of 429");
}

#[test]
fn token_refresh_that_gets_a_server_error_ends_no_session() {
    session_survives_outage(SignInMethod::Direct, "internal-error", "status of 500");
    session_survives_outage(SignInMethod::Hosted, "internal-error", "status of 500");
}

#[test]
fn page_stays_usable_during_a_slow_token_refresh() {
    for (method, place) in [
        (SignInMethod::Direct, "renewal"),
        (SignInMethod::Hosted, "refresh"),
    ] {
        let user = fault_user(&format!("slow-on-{place}"));
        run_journey(
            with_short_tokens(std::slice::from_ref(&user)),
            async move |ctx| {
                method.sign_in(&ctx, &user).await?;
                let id = session_member(&ctx, "idToken").await?;
                advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
                ctx.browser.reload().await?;
                method.wait_for_refreshes(&ctx, 1).await?;
                ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
                ctx.browser.expect_text(texts::account::ID_TOKEN).await?;
                assert_eq!(session_member(&ctx, "idToken").await?, id);
                ctx.expect_console("currentUser");
                ctx.browser.follow_link(texts::labels::TODOS).await?;
                ctx.browser.expect_text(texts::todos::EMPTY).await?;
                assert_ne!(session_member(&ctx, "idToken").await?, id);
                assert_eq!(method.refresh_count(&ctx.env), 1);
                Ok(())
            },
        );
    }
}

/// A refusal of the token endpoint ends the session. Another test covers the user-pool API.
#[test]
fn refused_refresh_ends_the_session_and_keeps_the_return_path() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.expect_status_400();
        ctx.env.call_as_operator(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
        );
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        ctx.browser.open("/todos?list=garden#first").await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .expect_address("/signin?then=%2Ftodos%3Flist%3Dgarden%23first")
            .await?;
        assert_eq!(ctx.browser.status_text().await?, ENDED);
        assert_eq!(ctx.browser.stored_items().await?, end_record("expired"));
        assert_eq!(SignInMethod::Hosted.refresh_count(&ctx.env), 1);
        ctx.expect_console("currentUser");
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        TodosPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/todos?list=garden#first").await
    });
}

/// Loads a page with expired tokens, and checks that the response to the refresh ends the session.
async fn expect_rejected_refresh(ctx: &TestContext, what: &str) -> Result {
    advance_all_clocks(ctx, AFTER_EXPIRY).await?;
    ctx.browser.open("/todos").await?;
    SignInPage::expect(&ctx.browser).await?;
    ctx.browser.expect_address("/signin?then=%2Ftodos").await?;
    assert_eq!(ctx.browser.status_text().await?, UNTRUSTED, "{what}");
    assert_eq!(
        ctx.browser.stored_items().await?,
        end_record("untrusted"),
        "{what}"
    );
    Ok(())
}

/// Tokens from a refresh are validated in the same way as those from a sign-in.
fn refresh_rejects_invalid_tokens(method: SignInMethod, defects: &'static [&'static str]) {
    let user = |unusual: &&str| fault_user(&format!("token-{unusual}-on-renewal"));
    let users: Vec<TestUser> = defects.iter().map(user).collect();
    run_journey(with_short_tokens(&users), async move |ctx| {
        for user in users {
            method.sign_in(&ctx, &user).await?;
            expect_rejected_refresh(&ctx, &user.email).await?;
            clear_hosted_session(&ctx).await?;
        }
        assert_eq!(method.refresh_count(&ctx.env), defects.len());
        assert_eq!(ctx.env.todo_api_calls(), [""; 0]);
        Ok(())
    });
}

#[test]
fn invalid_tokens_from_a_refresh_end_a_direct_session() {
    refresh_rejects_invalid_tokens(
        SignInMethod::Direct,
        &[
            "forged",
            "unknown-key",
            "unsigned",
            "issuer",
            "audience",
            "use",
            "expired",
            "future",
            "subject",
        ],
    );
}

#[test]
fn invalid_tokens_from_a_refresh_end_a_hosted_session() {
    refresh_rejects_invalid_tokens(
        SignInMethod::Hosted,
        &[
            "forged",
            "unknown-key",
            "unsigned",
            "issuer",
            "audience",
            "use",
            "expired",
            "future",
            "subject",
            "at-hash",
        ],
    );
}

/// OIDC Core §12.2: valid tokens of the same pool and client, but of another user.
#[test]
fn refresh_that_returns_another_users_tokens_ends_the_session() {
    for method in SignInMethod::ALL {
        let bob = TestUser::with_email("bob@example.com", Some("Bob Ray"));
        let users = [TestUser::ann(), bob.clone()];
        run_journey(with_short_tokens(&users), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            // The pool issues the tokens at this time.
            ctx.env.advance_clocks(AFTER_EXPIRY);
            let of_bob = ctx.env.call_as_operator(
                "InitiateAuth",
                &json!({
                    "ClientId": DEV_CLIENT_ID,
                    "AuthFlow": "USER_PASSWORD_AUTH",
                    "AuthParameters": { "USERNAME": bob.username, "PASSWORD": bob.password },
                }),
            );
            let tokens = &of_bob["AuthenticationResult"];
            let (body, kind) = match method {
                SignInMethod::Direct => (of_bob.to_string(), "application/x-amz-json-1.1"),
                SignInMethod::Hosted => (token_response(tokens), "application/json"),
            };
            let stub = StubResponse {
                status: 200,
                content_type: kind,
                body: body.leak(),
            };
            stub_response_in_new_documents(&ctx, method.refresh_request(), stub).await?;
            ctx.browser.advance_clock(AFTER_EXPIRY).await?;
            ctx.browser.open("/account").await?;
            SignInPage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.status_text().await?, UNTRUSTED);
            assert_eq!(ctx.browser.stored_items().await?, end_record("untrusted"));
            assert!(!ctx.browser.page_text().await?.contains("Bob"));
            Ok(())
        });
    }
}

/// Returns a response of the token endpoint with these tokens (RFC 6749 §5.1).
fn token_response(tokens: &Value) -> String {
    json!({
        "id_token": tokens["IdToken"],
        "access_token": tokens["AccessToken"],
        "expires_in": tokens["ExpiresIn"],
        "token_type": "Bearer",
    })
    .to_string()
}
