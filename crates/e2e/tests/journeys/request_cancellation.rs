//! Pending requests are aborted when their user leaves, and none is sent afterwards.

use e2e::pages::{HomePage, RegisterPage, TodosPage, VerifyPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::network_stub::{expect_responses, hold_in_new_documents, release_held};
use crate::sign_in_methods::SignInMethod;
use crate::sign_out::{NOT_REVOKED, SIGN_OUT, SIGNED_OUT, expect_home_text, test_env};

/// The script that records the result of each request of the page.
const RECORD_REQUESTS: &str = "{ const fetch = window.fetch;
    window.sent = {};
    window.fetch = async (request, ...more) => {
        const name = `${request.method} ${new URL(request.url ?? request, location.href).pathname}`;
        window.sent[name] = 'under way';
        try {
            const answer = await fetch(request, ...more);
            window.sent[name] = answer.status;
            return answer;
        } catch (fault) {
            window.sent[name] = fault.name;
            throw fault;
        }
    }; }";

/// Waits until the request with this name has this result.
async fn expect_result(ctx: &TestContext, name: &str, what: &str) -> Result {
    let script = "return window.sent[arguments[0]] ?? null";
    let is_so = async || {
        let found = ctx.browser.run_script(script, vec![json!(name)]).await?;
        Ok(found == json!(what))
    };
    let what = format!("{name}: {what}");
    ctx.browser.wait_until(&what, is_so).await
}

/// Signs Ann in and adds a to-do, whose request the API leaves unanswered.
async fn start_adding_todo(ctx: &TestContext) -> Result {
    ctx.browser.add_init_script(RECORD_REQUESTS).await?;
    SignInMethod::Direct.sign_in(ctx, &TestUser::ann()).await?;
    ctx.expect_console("currentUser");
    ctx.browser.follow_link(texts::labels::TODOS).await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(texts::todos::EMPTY).await?;
    ctx.browser.hang_requests("*/api/todos").await?;
    todos.add_todo("A secret plan").await?;
    expect_result(ctx, "POST /api/todos", "under way").await
}

/// Checks that the request was aborted and never reached the API.
async fn expect_aborted(ctx: &TestContext) -> Result {
    // `fetch` rejects with this error when its `AbortSignal` is aborted.
    expect_result(ctx, "POST /api/todos", "AbortError").await?;
    ctx.browser.release_requests().await?;
    let calls = ctx.env.todo_api_calls();
    let is_adding = |call: &&String| call.starts_with("POST /api/todos");
    assert_eq!(calls.iter().filter(is_adding).count(), 0, "{calls:?}");
    Ok(())
}

#[test]
fn sign_out_aborts_pending_requests() {
    run_journey(test_env(), async |ctx| {
        start_adding_todo(&ctx).await?;
        ctx.browser.press(SIGN_OUT).await?;
        expect_aborted(&ctx).await?;
        expect_home_text(&ctx, SIGNED_OUT).await
    });
}

/// Another user can sign in in another tab.
#[test]
fn sign_in_of_another_user_aborts_pending_requests() {
    run_journey(test_env(), async |ctx| {
        start_adding_todo(&ctx).await?;
        let of_ann = ctx.browser.current_tab().await?;
        let bob = TestUser::with_email("bob@example.com", None);
        ctx.browser.open_tab().await?;
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&bob)
            .await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        verify
            .confirm_account(&ctx.env.latest_code(&bob.email))
            .await?;
        let greeting = HomePage::greeting(&bob.email);
        ctx.browser.expect_heading(&greeting).await?;
        ctx.browser.switch_to(&of_ann).await?;
        expect_aborted(&ctx).await
    });
}

/// The userInfo request waits for the discovery document. When that arrives, Ann has signed out.
#[test]
fn app_sends_no_request_of_the_user_after_sign_out() {
    const USER_INFO: &str = "/oauth2/userInfo";
    run_journey(test_env(), async |ctx| {
        let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
        SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.add_init_script(RECORD_REQUESTS).await?;
        hold_in_new_documents(&ctx, &discovery).await?;
        // The app gives the server three seconds to end the session. At ten times the speed they are 0.3 seconds.
        ctx.browser.speed_up_timers(10.0).await?;
        ctx.browser.open("/account").await?;
        ctx.browser.expect_text(texts::account::USER_INFO).await?;
        ctx.browser.expect_text(texts::labels::LOADING).await?;
        expect_responses(&ctx, &discovery, 1).await?;
        ctx.browser.press(SIGN_OUT).await?;
        expect_home_text(&ctx, NOT_REVOKED).await?;
        release_held(&ctx, &discovery).await?;
        let script = "return window.sent[arguments[0]] ?? null";
        let name = format!("GET {USER_INFO}");
        let sent = ctx.browser.run_script(script, vec![json!(name)]).await?;
        assert_eq!(sent, Value::Null);
        assert_eq!(ctx.env.requests_to(USER_INFO), []);
        Ok(())
    });
}
