//! Hosted sign-ins that have not come back: the page says so, a new attempt is like the first, and a late response does
//! not take the user away from another page.

use e2e::pages::{HomePage, HostedLoginPage, ProviderPage, RegisterPage, SignInPage, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::callback::{
    CANCELLED, ExpectedMessage, UNFINISHED, expect_message, start_hosted_sign_in,
};
use crate::hosted_sign_in::{AUTHORIZE, TOKEN, TOKEN_REQUEST, pending_authorizations, with_ann};
use crate::network_stub::{
    StubResponse, expect_responses, hold_in_new_documents, hold_responses, release_held,
    remove_init_script, remove_stub, stub_response_in_new_documents, wait_until_read,
};
use crate::session::sign_in;
use crate::tabs::SYNC_LIMIT;
use crate::url_parameters::Parameters;

const DEEP_LINK: &str = "/todos?list=home%20%26%20garden&x=1#y";

/// The address of the sign-in page that returns to a page with a query and a fragment.
const SIGN_IN_WITH_DEEP_LINK: &str =
    "/signin?then=%2Ftodos%3Flist%3Dhome%2520%2526%2520garden%26x%3D1%23y";

const HOSTED_PAGES_MISSING: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::NOT_FINISHED_TITLE,
    message: &texts::hosted::NO_DOMAIN,
};

const DISCOVERY_UNAVAILABLE: StubResponse = StubResponse {
    status: 503,
    content_type: "text/plain",
    body: "Service Unavailable",
};

/// Returns the name of the request for the discovery document, in the notation of `network_stub`.
fn discovery_request() -> String {
    format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration")
}

/// Goes Back from a second hosted sign-in: Gina opens her to-dos, cancels a sign-in at Google, tries again, and goes
/// Back from there.
async fn back_after_second_attempt(ctx: &TestContext) -> Result {
    ctx.browser.open(DEEP_LINK).await?;
    SignInPage::expect(&ctx.browser).await?;
    ctx.browser
        .fill(SignInPage::USERNAME, "gina@example.org")
        .await?;
    ctx.browser
        .press(&texts::hosted::continue_with("Google"))
        .await?;
    ProviderPage::expect(&ctx.browser)
        .await?
        .cancel_sign_in()
        .await?;
    expect_message(ctx, &CANCELLED).await?;
    ctx.browser.press(texts::labels::TRY_AGAIN).await?;
    ProviderPage::expect(&ctx.browser).await?;
    ctx.browser.driver().back().await?;
    expect_message(ctx, &UNFINISHED).await?;
    ctx.browser.expect_address("/login/").await
}

fn with_google() -> TestEnv {
    with_ann().with_config(|config| config["cognito"]["identityProviders"] = json!(["Google"]))
}

async fn expect_destination(ctx: &TestContext) -> Result {
    TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_address(DEEP_LINK).await
}

/// Back from a second attempt leads to a page that says so, and a third attempt is like the first.
#[test]
fn try_again_repeats_a_hosted_sign_in_that_was_not_completed() {
    run_journey(with_google(), async |ctx| {
        ctx.expect_console("currentUser");
        back_after_second_attempt(&ctx).await?;
        // A reload shows the same.
        ctx.browser.reload().await?;
        expect_message(&ctx, &UNFINISHED).await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        let provider = ProviderPage::expect(&ctx.browser).await?;
        let requests = ctx.env.requests_to(AUTHORIZE);
        let requested: Vec<Parameters> = requests.iter().map(Parameters::from_query).collect();
        assert_eq!(requested.len(), 3);
        for requested in &requested {
            assert_eq!(requested.get("identity_provider"), "Google");
            assert_eq!(requested.get("login_hint"), "gina@example.org");
        }
        let gina = TestUser::with_email("gina@example.org", Some("Gina Ray"));
        provider.sign_in_as(&gina).await?;
        expect_destination(&ctx).await?;
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// After a failed callback, the link to the sign-in page keeps the return address.
#[test]
fn retry_after_a_failed_callback_keeps_the_return_path() {
    run_journey(with_google(), async |ctx| {
        ctx.expect_console("currentUser");
        back_after_second_attempt(&ctx).await?;
        ctx.browser
            .follow_link(texts::labels::BACK_TO_SIGN_IN)
            .await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address(SIGN_IN_WITH_DEEP_LINK).await?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        expect_destination(&ctx).await
    });
    // After an error response, the link keeps it too.
    run_journey(with_google(), async |ctx| {
        ctx.expect_console("currentUser");
        ctx.browser.open(DEEP_LINK).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .press(&texts::hosted::continue_with("Google"))
            .await?;
        ProviderPage::expect(&ctx.browser)
            .await?
            .cancel_sign_in()
            .await?;
        expect_message(&ctx, &CANCELLED).await?;
        ctx.browser
            .follow_link(texts::labels::BACK_TO_SIGN_IN)
            .await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address(SIGN_IN_WITH_DEEP_LINK).await?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        expect_destination(&ctx).await
    });
}

/// After a sign-out in another tab, the callback page no longer says that the user is signed in.
#[test]
fn callback_page_reacts_to_a_sign_out_in_another_tab() {
    run_journey(with_ann(), async |ctx| {
        let state = start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        let second = ctx.browser.open_tab().await?;
        sign_in(&ctx).await?;
        ctx.browser.switch_to(&first).await?;
        let refused = format!("/login/?error=access_denied&state={state}");
        ctx.browser.open(&refused).await?;
        ctx.browser
            .expect_text(texts::hosted::STILL_SIGNED_IN)
            .await?;
        let next_steps = ctx
            .browser
            .visible_texts("main a.button, main button")
            .await?;
        assert_eq!(next_steps, [texts::hosted::continue_as("Ann Lee")]);

        ctx.browser.switch_to(&second).await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser.switch_to(&first).await?;
        let follows = async || {
            let expected = ctx.browser.visible_texts("main [role=status]").await?;
            let next_steps = ctx
                .browser
                .visible_texts("main a.button, main button")
                .await?;
            Ok(expected == [CANCELLED.message.full_text()]
                && next_steps == [texts::labels::TRY_AGAIN, texts::labels::BACK_TO_SIGN_IN])
        };
        let what = "the callback page of a signed-out user";
        ctx.browser
            .wait_until_within(SYNC_LIMIT, what, follows)
            .await?;
        // The buttons work.
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// A code can be redeemed once, and the request before the reload may have used it up.
#[test]
fn reload_during_the_oauth_code_exchange_offers_a_retry() {
    const INTERRUPTED: ExpectedMessage = ExpectedMessage {
        title: texts::hosted::INTERRUPTED_TITLE,
        message: &texts::hosted::INTERRUPTED,
    };
    run_journey(with_google(), async |ctx| {
        ctx.expect_console("currentUser");
        ctx.browser.open(DEEP_LINK).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .press(&texts::hosted::continue_with("Google"))
            .await?;
        let provider = ProviderPage::expect(&ctx.browser).await?;
        let hold_script = hold_in_new_documents(&ctx, TOKEN_REQUEST).await?;
        let gina = TestUser::with_email("gina@example.org", Some("Gina Ray"));
        provider.sign_in_as(&gina).await?;
        expect_responses(&ctx, TOKEN_REQUEST, 1).await?;
        for _ in 0..2 {
            ctx.browser.reload().await?;
            expect_message(&ctx, &INTERRUPTED).await?;
            ctx.browser.expect_address("/login/").await?;
        }
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        remove_init_script(&ctx, hold_script).await?;
        // The stored record contains no secrets.
        let saved = ctx.browser.stored_items().await?.to_string();
        for secret in ["verifier", "nonce", "state", "code"] {
            assert!(!saved.contains(secret), "{secret} in {saved}");
        }

        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        expect_destination(&ctx).await?;
        let requests = ctx.env.requests_to(AUTHORIZE);
        let requested: Vec<Parameters> = requests.iter().map(Parameters::from_query).collect();
        assert_eq!(requested.len(), 2);
        for requested in &requested {
            assert_eq!(requested.get("identity_provider"), "Google");
        }
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 2);
        let saved = ctx.browser.stored_items().await?;
        assert!(saved.get("poolgate.redeeming").is_none(), "{saved}");
        Ok(())
    });
}

/// Comes back from the hosted pages while the discovery document cannot be loaded. Returns the script that prevents the
/// loading.
async fn return_without_discovery(ctx: &TestContext) -> Result<Value> {
    start_hosted_sign_in(ctx).await?;
    let script =
        stub_response_in_new_documents(ctx, &discovery_request(), DISCOVERY_UNAVAILABLE).await?;
    let form = HostedLoginPage::expect(&ctx.browser).await?;
    form.sign_in_as(&TestUser::ann()).await?;
    expect_message(ctx, &HOSTED_PAGES_MISSING).await?;
    expect_responses(ctx, &discovery_request(), 1).await?;
    Ok(script)
}

#[test]
fn each_click_on_try_again_requests_hosted_ui_discovery_once() {
    run_journey(with_ann(), async |ctx| {
        return_without_discovery(&ctx).await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        let alert = ctx.browser.alert_text().await?;
        assert_eq!(alert, texts::hosted::NO_DOMAIN.full_text());
        wait_until_read(&ctx, &discovery_request()).await?;
        expect_responses(&ctx, &discovery_request(), 2).await?;
        assert_eq!(pending_authorizations(&ctx).await?, Vec::<Value>::new());
        assert_eq!(ctx.env.requests_to(AUTHORIZE).len(), 1);
        Ok(())
    });
}

/// An answer that comes late must not take the user away from a page opened since.
#[test]
fn late_discovery_response_does_not_redirect_another_page() {
    run_journey(with_ann(), async |ctx| {
        return_without_discovery(&ctx).await?;
        remove_stub(&ctx, &discovery_request()).await?;
        hold_responses(&ctx, &discovery_request()).await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        expect_responses(&ctx, &discovery_request(), 2).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser
            .fill(RegisterPage::EMAIL, "bob@example.com")
            .await?;
        release_held(&ctx, &discovery_request()).await?;
        // The app would store a pending authorization before it leaves the page.
        assert_eq!(pending_authorizations(&ctx).await?, Vec::<Value>::new());
        ctx.browser.expect_address("/register").await?;
        assert_eq!(
            ctx.browser.field_value(RegisterPage::EMAIL).await?,
            "bob@example.com"
        );
        assert_eq!(ctx.env.requests_to(AUTHORIZE).len(), 1);
        Ok(())
    });
}

/// The hosted pages may be slow or never answer. WebDriver blocks on pending navigations, so the test cancels the
/// navigation, which the page cannot tell from a slow one.
#[test]
fn sign_in_form_keeps_its_input_if_the_hosted_page_is_slow() {
    const NEVER: &str = "navigation.addEventListener('navigate', (event) => {
        if (new URL(event.destination.url).pathname !== '/oauth2/authorize') return;
        event.preventDefault();
        window.isLeaving = true;
    })";
    run_journey(with_ann(), async |ctx| {
        // The app waits for ten seconds, which take a third of that here.
        ctx.browser.speed_up_timers(3.0).await?;
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.run_script(NEVER, vec![]).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        let leaves = async || {
            let leaves = ctx
                .browser
                .run_script("return window.isLeaving", vec![])
                .await?;
            Ok(leaves == json!(true))
        };
        ctx.browser.wait_until("the redirect", leaves).await?;
        let is_busy = async || -> Result<bool> {
            let button = ctx.browser.button(SignInPage::HOSTED).await?;
            Ok(button.attr("aria-disabled").await?.as_deref() == Some("true"))
        };
        assert!(is_busy().await?);
        let password = TestUser::ann().password;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        ctx.browser.fill(SignInPage::PASSWORD, &password).await?;
        let is_free = async || Ok(!is_busy().await?);
        ctx.browser
            .wait_until("the end of the wait", is_free)
            .await?;
        let text = ctx.browser.page_text().await?;
        assert!(!text.contains(texts::hosted::NOT_COMPLETED), "{text}");
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        assert_eq!(
            ctx.browser.field_value(SignInPage::PASSWORD).await?,
            password
        );
        assert_eq!(ctx.browser.focused_label().await?, SignInPage::PASSWORD);
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}
