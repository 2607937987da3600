//! Validation of tokens for both sign-in methods: tokens that are wrong in exactly one way are rejected.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::texts::{Message, errors};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::callback::{ExpectedMessage, expect_message, start_hosted_sign_in};
use crate::hosted_sign_in::{AUTHORIZE, TOKEN, TOKEN_REQUEST, open_hosted_page, with_ann};
use crate::network_stub::{StubResponse, stub_response_in_new_documents};
use crate::session::sign_in;

/// The words in usernames that make tokens wrong in exactly one way (fault injection), and the message for each.
const INVALID_TOKENS: [(&str, &Message); 9] = [
    ("forged", &errors::TOKEN_SIGNATURE),
    ("unknown-key", &errors::TOKEN_UNKNOWN_KEY),
    ("unsigned", &errors::TOKEN_ALGORITHM),
    ("issuer", &errors::TOKEN_ISSUER),
    ("audience", &errors::TOKEN_AUDIENCE),
    ("use", &errors::TOKEN_USE),
    ("expired", &errors::TOKEN_EXPIRED),
    ("future", &errors::TOKEN_NOT_YET_VALID),
    ("subject", &errors::TOKENS_OF_TWO_SIGN_INS),
];

/// The check that only a direct sign-in can make: the user of the tokens is the user of the challenges.
const INVALID_FOR_DIRECT: (&str, &Message) = ("user", &errors::TOKENS_OF_TWO_SIGN_INS);

/// The checks of claims that only tokens of the hosted pages have.
const INVALID_FOR_HOSTED: [(&str, &Message); 2] = [
    ("nonce", &errors::TOKEN_NONCE),
    ("at-hash", &errors::TOKENS_OF_TWO_SIGN_INS),
];

fn fault_user(fault: &str) -> TestUser {
    TestUser::with_email(
        &format!("sentinel-token-{fault}@example.com"),
        Some("Ann Lee"),
    )
}

fn with_fault_users<'a>(env: TestEnv, faults: impl Iterator<Item = &'a str>) -> TestEnv {
    faults.fold(env, |env, fault| env.with_user(&fault_user(fault)))
}

/// Checks that no session is stored, neither now nor after the app is opened again.
async fn expect_no_session(ctx: &TestContext, case: &str) -> Result {
    assert_eq!(ctx.browser.stored_items().await?, json!({}), "{case}");
    HomePage::open(&ctx.browser).await?;
    assert_eq!(ctx.browser.stored_items().await?, json!({}), "{case}");
    Ok(())
}

/// Checks the message of the callback page for tokens that fail validation.
async fn expect_callback_rejection(ctx: &TestContext, message: &'static Message) -> Result {
    let title = texts::hosted::FAILED_TITLE;
    expect_message(ctx, &ExpectedMessage { title, message }).await
}

/// Checks the message of the sign-in form for tokens that fail validation.
async fn expect_form_rejection(ctx: &TestContext, message: &Message, case: &str) -> Result {
    let shown = ctx.browser.expect_error(message).await;
    shown.map_err(|error| format!("{case}: {error}"))?;
    SignInPage::expect(&ctx.browser).await?;
    Ok(())
}

pub(crate) fn key_set() -> String {
    format!("/{DEV_POOL_ID}/.well-known/jwks.json")
}

/// A direct sign-in rejects tokens that are wrong in exactly one way.
#[test]
fn direct_sign_in_rejects_each_invalid_token() {
    let all = || INVALID_TOKENS.into_iter().chain([INVALID_FOR_DIRECT]);
    let faults = all().map(|(fault, _)| fault);
    run_journey(
        with_fault_users(TestEnv::workshop(), faults),
        async move |ctx| {
            for (fault, expected) in all() {
                let sign_in = SignInPage::open(&ctx.browser).await?;
                sign_in.sign_in_as(&fault_user(fault)).await?;
                expect_form_rejection(&ctx, expected, fault).await?;
                expect_no_session(&ctx, fault).await?;
            }
            // The pool issued tokens to each of the users.
            let responses = ctx.env.requests();
            let given = responses.iter().filter(|request| {
                request.operation.as_deref() == Some("RespondToAuthChallenge")
                    && request.status == Some(200)
            });
            assert_eq!(given.count(), all().count());
            Ok(())
        },
    );
}

/// A hosted sign-in rejects tokens that are wrong in exactly one way.
#[test]
fn hosted_sign_in_rejects_each_invalid_token() {
    let all = || INVALID_TOKENS.into_iter().chain(INVALID_FOR_HOSTED);
    let env = TestEnv::workshop()
        .with_hosted_pages()
        .with_config(|config| config["cognito"]["prompt"] = json!("login"));
    let env = with_fault_users(env, all().map(|(fault, _)| fault));
    run_journey(env, async move |ctx| {
        for (time, (fault, expected)) in all().enumerate() {
            SignInPage::open(&ctx.browser).await?;
            let form = open_hosted_page(&ctx).await?;
            form.sign_in_as(&fault_user(fault)).await?;
            expect_callback_rejection(&ctx, expected).await?;
            expect_no_session(&ctx, fault).await?;
            // The pool issued tokens, once for each user.
            let responses = ctx.env.requests_to(TOKEN);
            let statuses: Vec<Option<u16>> =
                responses.iter().map(|request| request.status).collect();
            assert_eq!(statuses, vec![Some(200); time + 1], "{fault}");
        }
        Ok(())
    });
}

/// OIDC Core §3.1.3.7: valid tokens of the same user from another sign-in are rejected.
#[test]
fn app_rejects_valid_tokens_that_were_issued_to_another_sign_in() {
    run_journey(with_ann(), async |ctx| {
        let ann = TestUser::ann();
        let response = ctx.env.call_as_operator(
            "InitiateAuth",
            &json!({
                "ClientId": DEV_CLIENT_ID,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": ann.username, "PASSWORD": ann.password },
            }),
        );
        let tokens = &response["AuthenticationResult"];
        let body = json!({
            "id_token": tokens["IdToken"],
            "access_token": tokens["AccessToken"],
            "refresh_token": tokens["RefreshToken"],
            "expires_in": tokens["ExpiresIn"],
            "token_type": "Bearer",
        });
        start_hosted_sign_in(&ctx).await?;
        let stub = StubResponse {
            status: 200,
            content_type: "application/json",
            body: body.to_string().leak(),
        };
        stub_response_in_new_documents(&ctx, TOKEN_REQUEST, stub).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&ann).await?;
        expect_callback_rejection(&ctx, &errors::TOKEN_NONCE).await?;
        expect_no_session(&ctx, "Ann").await
    });
}

/// Waits until the page has fetched the pool's key set this many times.
async fn expect_key_requests(ctx: &TestContext, times: usize) -> Result {
    let fetched = async || {
        let requests = ctx.env.requests_to(&key_set());
        let responded = requests
            .iter()
            .filter(|request| request.status == Some(200));
        Ok(responded.count() == times)
    };
    ctx.browser
        .wait_until(&format!("{times} key sets"), fetched)
        .await
}

/// Signing keys rotate (OIDC Core §10.1.1; Cognito: "rotates signing keys"). An open page fetches the key set once
/// more.
#[test]
fn app_fetches_the_jwks_once_more_after_a_key_rotation() {
    run_journey(with_ann(), async |ctx| {
        let sign_in = SignInPage::open(&ctx.browser).await?;
        expect_key_requests(&ctx, 1).await?;
        // The rotation is noticed in the page's first minute too.
        ctx.env.pool().rotate_keys()?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        expect_key_requests(&ctx, 2).await
    });
}

/// A token can name any key ID. An unknown one must not cause a request for the key set each time.
#[test]
fn unknown_signing_key_causes_no_repeated_jwks_requests() {
    run_journey(
        with_fault_users(TestEnv::workshop(), ["unknown-key"].into_iter()),
        async |ctx| {
            let sign_in = SignInPage::open(&ctx.browser).await?;
            expect_key_requests(&ctx, 1).await?;
            for _ in 0..2 {
                sign_in.sign_in_as(&fault_user("unknown-key")).await?;
                expect_form_rejection(&ctx, &errors::TOKEN_UNKNOWN_KEY, "unknown-key").await?;
            }
            assert_eq!(ctx.env.requests_to(&key_set()).len(), 2);
            ctx.browser.advance_clock(Duration::from_secs(61)).await?;
            for _ in 0..2 {
                ctx.browser.press(SignInPage::BUTTON).await?;
                ctx.browser.button(SignInPage::BUTTON).await?;
            }
            expect_form_rejection(&ctx, &errors::TOKEN_UNKNOWN_KEY, "unknown-key").await?;
            assert_eq!(ctx.env.requests_to(&key_set()).len(), 3);
            Ok(())
        },
    );
}

/// Without the pool's keys no token is accepted. The next attempt fetches the keys again.
#[test]
fn unreachable_jwks_prevents_sign_in_and_is_fetched_again() {
    run_journey(with_ann(), async |ctx| {
        let ann = TestUser::ann();
        ctx.browser.block_requests("*jwks.json").await?;
        let sign_in = SignInPage::open(&ctx.browser).await?;
        sign_in.sign_in_as(&ann).await?;
        expect_form_rejection(&ctx, &errors::KEYS_NOT_FETCHED, "direct").await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        open_hosted_page(&ctx).await?.sign_in_as(&ann).await?;
        expect_callback_rejection(&ctx, &errors::KEYS_NOT_FETCHED).await?;
        expect_no_session(&ctx, "hosted").await?;

        let none = json!({ "urls": Vec::<Value>::new() });
        ctx.browser
            .send_devtools_command("Network.setBlockedURLs", none)
            .await?;
        SignInPage::open(&ctx.browser).await?;
        sign_in.sign_in_as(&ann).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn invalid_jwks_prevents_sign_in_and_the_page_explains_it() {
    run_journey(with_ann(), async |ctx| {
        for (status, body) in [
            (404, "Not found"),
            (
                200,
                "<html><title>Log in to the hotel's network</title></html>",
            ),
        ] {
            let stub = StubResponse {
                status,
                content_type: "text/html",
                body,
            };
            let name = format!("GET {}", key_set());
            stub_response_in_new_documents(&ctx, &name, stub).await?;
            let sign_in = SignInPage::open(&ctx.browser).await?;
            sign_in.sign_in_as(&TestUser::ann()).await?;
            expect_form_rejection(&ctx, &errors::NO_KEYS, body).await?;
            expect_no_session(&ctx, body).await?;
        }
        Ok(())
    });
}

/// Browsers have no `SubtleCrypto` outside secure contexts. Neither sign-in method sends anything then.
#[test]
fn sign_in_without_web_crypto_shows_an_error_before_any_request() {
    run_journey(with_ann(), async |ctx| {
        ctx.browser
            .add_init_script("delete Crypto.prototype.subtle")
            .await?;
        let page = SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        ctx.browser.expect_error(&errors::NO_WEB_CRYPTO).await?;
        assert_eq!(ctx.env.requests_to(AUTHORIZE), []);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));

        ctx.browser.reload().await?;
        page.sign_in_as(&TestUser::ann()).await?;
        expect_form_rejection(&ctx, &errors::NO_WEB_CRYPTO, "direct").await?;
        assert_eq!(ctx.env.actions(), [""; 0]);
        expect_no_session(&ctx, "Ann").await
    });
}

/// Rejected tokens do not change an existing session.
#[test]
fn rejected_hosted_tokens_keep_the_session_of_another_tab() {
    let env = with_fault_users(with_ann(), ["forged"].into_iter());
    run_journey(env, async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        sign_in(&ctx).await?;
        let saved = ctx.browser.stored_items().await?;
        ctx.browser.switch_to(&first).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&fault_user("forged")).await?;
        ctx.browser
            .expect_heading(texts::hosted::FAILED_TITLE)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("main [role=status]").await?,
            [
                errors::TOKEN_SIGNATURE.full_text(),
                texts::hosted::STILL_SIGNED_IN.to_owned()
            ]
        );
        assert_eq!(ctx.browser.stored_items().await?, saved);
        Ok(())
    });
}
