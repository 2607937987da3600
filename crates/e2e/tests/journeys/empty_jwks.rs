//! Key sets without a usable key, as captive portals and proxies send them: the app does not accept them in place of
//! the pool's.

use e2e::pages::{HomePage, HostedLoginPage, SignInPage, TodosPage};
use e2e::{TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use crate::callback::{ExpectedMessage, expect_message, start_hosted_sign_in};
use crate::hosted_sign_in::with_ann;
use crate::network_stub::{
    StubResponse, count_in_new_documents, remove_init_script, remove_stub, stub_response,
    stub_response_in_new_documents, wait_until_read,
};
use crate::session::{advance_all_clocks, session_member};
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, with_short_tokens};

/// Responses to a request for the key set that are well-formed, have status 200 and contain no usable key (RFC 7517 §5:
/// a set can be empty, and keys of unknown types are ignored).
const UNUSABLE_KEY_SETS: [StubResponse; 4] = [
    json_response("{}"),
    json_response(r#"{"error":"Log in to the hotel's network"}"#),
    json_response(r#"{"keys":[]}"#),
    json_response(
        r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    ),
];

const fn json_response(body: &'static str) -> StubResponse {
    StubResponse {
        status: 200,
        content_type: "application/json",
        body,
    }
}

/// Returns the name of the request for the key set, in the notation of `network_stub`.
pub(crate) fn key_request() -> String {
    format!("GET /{DEV_POOL_ID}/.well-known/jwks.json")
}

/// A direct sign-in fails without a usable key, and the next attempt works when the key set is back.
#[test]
fn empty_jwks_prevents_sign_in_until_it_has_keys_again() {
    run_journey(with_ann(), async |ctx| {
        for stub in UNUSABLE_KEY_SETS {
            let script = stub_response_in_new_documents(&ctx, &key_request(), stub).await?;
            let page = SignInPage::open(&ctx.browser).await?;
            page.sign_in_as(&TestUser::ann()).await?;
            let shown = ctx.browser.expect_error(&texts::errors::NO_KEYS).await;
            shown.map_err(|error| format!("{stub:?}: {error}"))?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            remove_init_script(&ctx, script).await?;
        }
        remove_stub(&ctx, &key_request()).await?;
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// A hosted sign-in fails without a usable key too.
#[test]
fn empty_jwks_prevents_the_hosted_sign_in() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        stub_response_in_new_documents(&ctx, &key_request(), UNUSABLE_KEY_SETS[0]).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        let expected = ExpectedMessage {
            title: texts::hosted::FAILED_TITLE,
            message: &texts::errors::NO_KEYS,
        };
        expect_message(&ctx, &expected).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}

/// The pool's keys rotate while a captive portal answers.
#[test]
fn app_requests_the_jwks_again_after_an_empty_one() {
    run_journey(with_ann(), async |ctx| {
        count_in_new_documents(&ctx, &key_request()).await?;
        let page = SignInPage::open(&ctx.browser).await?;
        wait_until_read(&ctx, &key_request()).await?;
        ctx.env.pool().rotate_keys()?;
        stub_response(&ctx, &key_request(), UNUSABLE_KEY_SETS[0]).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser.expect_error(&texts::errors::NO_KEYS).await?;
        remove_stub(&ctx, &key_request()).await?;
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// Only a definite refusal ends a session. A refresh whose answer cannot be validated could lose the refresh token,
/// since a rotating client gets a new one with the answer.
#[test]
fn empty_jwks_ends_no_session_and_keeps_the_refresh_token() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let refresh = session_member(&ctx, "refreshToken").await?;
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            for stub in UNUSABLE_KEY_SETS {
                let script = stub_response_in_new_documents(&ctx, &key_request(), stub).await?;
                ctx.browser.open("/todos").await?;
                TodosPage::expect(&ctx.browser).await?;
                let alert = ctx.browser.alert_text().await?;
                assert!(
                    alert.contains(&*texts::errors::NOT_REFRESHED.text),
                    "{alert}"
                );
                assert_eq!(
                    session_member(&ctx, "refreshToken").await?,
                    refresh,
                    "{stub:?}"
                );
                assert_eq!(method.refresh_count(&ctx.env), 0, "{stub:?}");
                remove_init_script(&ctx, script).await?;
            }
            remove_stub(&ctx, &key_request()).await?;
            ctx.expect_console("currentUser");
            ctx.browser.press(texts::labels::TRY_AGAIN).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            assert_eq!(method.refresh_count(&ctx.env), 1);
            Ok(())
        });
    }
}
