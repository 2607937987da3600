//! The callback page without a response to a sign-in of this tab: no code is redeemed, nothing is stored or changed,
//! and the page offers a next step.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::texts::Message;
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use serde_json::{Value, json};

use crate::hosted_sign_in::{TOKEN, authorization_request, open_hosted_page, with_ann};
use crate::session::sign_in;
use crate::url_parameters::Parameters;

/// An authorization code: the one in Amazon's example of a callback.
pub(crate) const CODE: &str = "5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f";

/// A well-formed `state` value that belongs to no authorization request.
const ANOTHER_STATE: &str = "8PHy8_T19vf4-fr7_P3-_w";

/// The message that the callback page should show for a sign-in that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExpectedMessage {
    /// The heading of the page.
    pub(crate) title: &'static str,
    /// The message of the page.
    pub(crate) message: &'static Message,
}

const NOTHING: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::NOTHING_TITLE,
    message: &texts::hosted::NOTHING,
};

/// The message while an authorization request of this tab is pending at the hosted pages.
pub(crate) const UNFINISHED: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::NOT_COMPLETED_TITLE,
    message: &texts::hosted::LEFT,
};

const UNKNOWN_STATE: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::USED_LINK_TITLE,
    message: &texts::hosted::USED_LINK,
};

const DUPLICATE_PARAMETER: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::INVALID_LINK_TITLE,
    message: &texts::hosted::INVALID_LINK,
};

const EXPIRED: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::TIMED_OUT_TITLE,
    message: &texts::hosted::TIMED_OUT,
};

const CONFIG_CHANGED: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::CONFIG_CHANGED_TITLE,
    message: &texts::hosted::CONFIG_CHANGED,
};

const ISSUER_MISMATCH: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::FAILED_TITLE,
    message: &texts::errors::RESPONSE_ISSUER,
};

/// The message for an authorization response that answers our own request, but contains neither a code nor an error.
pub(crate) const INCOMPLETE_RESPONSE: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::FAILED_TITLE,
    message: &texts::errors::RESPONSE_INCOMPLETE,
};

/// The text that is added for a user who is signed in already.
const STILL_SIGNED_IN: &str = texts::hosted::STILL_SIGNED_IN;

/// Waits until the callback page shows the message of a failed sign-in, and checks that it shows nothing else.
pub(crate) async fn expect_message(ctx: &TestContext, expected: &ExpectedMessage) -> Result {
    ctx.browser.expect_heading(expected.title).await?;
    let status = ctx.browser.visible_texts("main [role=status]").await?;
    assert_eq!(status, [expected.message.full_text()]);
    if let Some(details) = expected.message.details.as_deref() {
        assert_eq!(ctx.browser.administrator_details().await?, [details]);
    }
    Ok(())
}

/// Starts a hosted sign-in, waits for the pool's form, and returns the `state` of the authorization request.
pub(crate) async fn start_hosted_sign_in(ctx: &TestContext) -> Result<String> {
    SignInPage::open(&ctx.browser).await?;
    open_hosted_page(ctx).await?;
    Ok(Parameters::from_query(&authorization_request(&ctx.env))
        .get("state")
        .to_owned())
}

/// Opens the pool's form of the latest authorization request again.
pub(crate) async fn return_to_form(ctx: &TestContext) -> Result<HostedLoginPage<'_>> {
    let address = format!(
        "{}{}",
        ctx.env.pool().url(),
        authorization_request(&ctx.env).path
    );
    ctx.browser.driver().goto(address).await?;
    HostedLoginPage::expect(&ctx.browser).await
}

/// Changes members of the pending authorizations that this tab has stored.
pub(crate) async fn edit_pending_records(ctx: &TestContext, change: Value) -> Result {
    const CHANGE: &str = "for (const [key, text] of Object.entries(sessionStorage)) {
        if (!key.startsWith('poolgate.pending.')) continue;
        sessionStorage[key] = JSON.stringify({ ...JSON.parse(text), ...arguments[0] });
    }";
    ctx.browser.run_script(CHANGE, vec![change]).await?;
    Ok(())
}

/// The script that records in each document when its title last changed, in milliseconds since the navigation.
const RECORD_TITLE_CHANGES: &str = "new MutationObserver(() => {
    if (document.title !== window.noted?.title) window.noted = { title: document.title, at: performance.now() };
}).observe(document, { childList: true, subtree: true, characterData: true })";

/// Returns the milliseconds from the end of the WebAssembly download until the page was shown.
async fn load_time(ctx: &TestContext) -> Result<f64> {
    const TOOK: &str = "const { at } = window.noted;
        const files = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm'));
        const there = files.map(({ responseEnd }) => responseEnd).filter((moment) => moment <= at);
        return at - Math.max(...there)";
    let took = ctx.browser.run_script(TOOK, vec![]).await?;
    took.as_f64()
        .ok_or_else(|| format!("{took} is no time").into())
}

/// Opens a callback, and checks that it only shows an explanation with a next step, within two seconds. `saved` is the
/// stored session of a user who is signed in already, or null.
async fn expect_no_effect(
    ctx: &TestContext,
    saved: &Value,
    address: &str,
    expected: &ExpectedMessage,
) -> Result {
    let redeemed = ctx.env.requests_to(TOKEN).len();
    // A URL that differs from the current one only in its fragment would load no new document.
    ctx.browser.driver().goto("about:blank").await?;
    ctx.browser.open(address).await?;
    ctx.browser.expect_heading(expected.title).await?;
    let took = load_time(ctx).await?;
    // The page has to explain itself within two seconds.
    assert!(took < 2_000.0, "{address} took {took} ms");
    let shown = ctx.browser.visible_texts("main [role=status]").await?;
    let next_steps = ctx
        .browser
        .visible_texts("main a.button, main button")
        .await?;
    if saved.is_null() {
        assert_eq!(shown, [expected.message.full_text()], "{address}");
        let way = texts::labels::BACK_TO_SIGN_IN.to_owned();
        assert!(next_steps.contains(&way), "{address}: {next_steps:?}");
    } else {
        let expected = [expected.message.full_text(), STILL_SIGNED_IN.to_owned()];
        assert_eq!(shown, expected, "{address}");
        assert_eq!(
            next_steps,
            [texts::hosted::continue_as("Ann Lee")],
            "{address}"
        );
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    ctx.browser.expect_address(path).await?;
    assert_eq!(stored_session(ctx).await?, *saved, "{address}");
    assert_eq!(ctx.env.requests_to(TOKEN).len(), redeemed, "{address}");
    Ok(())
}

/// Opens an old callback as a signed-in user, and checks that it leads to the app and changes nothing.
async fn expect_redirect_to_app(ctx: &TestContext, saved: &Value, address: &str) -> Result {
    let redeemed = ctx.env.requests_to(TOKEN).len();
    ctx.browser.driver().goto("about:blank").await?;
    ctx.browser.open(address).await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await?;
    ctx.browser.expect_address("/").await?;
    assert_eq!(stored_session(ctx).await?, *saved, "{address}");
    assert_eq!(ctx.env.requests_to(TOKEN).len(), redeemed, "{address}");
    Ok(())
}

/// Returns the stored session.
async fn stored_session(ctx: &TestContext) -> Result<Value> {
    const SESSION: &str = "return localStorage.getItem('poolgate.session')";
    ctx.browser.run_script(SESSION, vec![]).await
}

/// Callbacks that belong to no request or contradict themselves, while the request with this `state` is pending. They
/// leave it pending.
fn unrelated_callbacks(state: &str) -> Vec<(String, ExpectedMessage)> {
    let unknown_states = [
        format!("/login/?code={CODE}"),
        format!("/login/?code={CODE}&state="),
        format!("/login/?code={CODE}&state=xyz"),
        format!("/login/?code={CODE}&state={ANOTHER_STATE}"),
        format!("/login?code={CODE}&state={ANOTHER_STATE}"),
        format!("/login/?error=access_denied&error_description=No&state={ANOTHER_STATE}"),
        "/login/?error=access_denied".to_owned(),
        "/login/?code=%E0%A4%A&state=%ZZ%00".to_owned(),
        format!(
            "/login/#id_token=e.e.e&access_token=e.e.e&token_type=Bearer&expires_in=3600&state={ANOTHER_STATE}"
        ),
    ];
    let repeated = [
        format!("/login/?code={CODE}&code=another&state={state}"),
        format!("/login/?code={CODE}&state={state}&state={state}"),
        format!("/login/?code={CODE}&state={state}#state={ANOTHER_STATE}"),
        format!("/login/?code={CODE}&error=access_denied&error=server_error&state={state}"),
    ];
    let nothing = ["/login/", "/login", "/login/?utm_source=mail#top"].map(str::to_owned);
    let all = [
        (unknown_states.to_vec(), UNKNOWN_STATE),
        (repeated.to_vec(), DUPLICATE_PARAMETER),
        (nothing.to_vec(), UNFINISHED),
    ];
    all.into_iter()
        .flat_map(|(addresses, expected)| {
            addresses
                .into_iter()
                .map(move |address| (address, expected))
        })
        .collect()
}

/// Authorization responses that do not sign the user in, although they belong to a request of this browser. Each of
/// them uses its request up.
const UNSUCCESSFUL: [(&str, ExpectedMessage); 7] = [
    (
        "/login/?code=CODE&error=access_denied&state=STATE",
        CANCELLED,
    ),
    (
        "/login/?code=CODE&state=STATE&iss=https%3A%2F%2Fcognito-idp.us-east-1.amazonaws.com%2Fus-east-1_AbCdEfGhI",
        ISSUER_MISMATCH,
    ),
    ("/login/#code=CODE&state=STATE", INCOMPLETE_RESPONSE),
    ("/login/?state=STATE", INCOMPLETE_RESPONSE),
    (
        "/login/?id_token=e.e.e&access_token=e.e.e&token_type=Bearer&expires_in=3600&state=STATE",
        INCOMPLETE_RESPONSE,
    ),
    (
        "/login/#id_token=e.e.e&access_token=e.e.e&token_type=Bearer&expires_in=3600&state=STATE",
        INCOMPLETE_RESPONSE,
    ),
    ("/login/?code=#state=STATE", INCOMPLETE_RESPONSE),
];

/// A callback of no request of this tab changes nothing. A request of this tab that is pending stays so.
#[test]
fn callback_with_unknown_state_keeps_a_pending_hosted_sign_in() {
    run_journey(with_ann(), async |ctx| {
        ctx.browser.add_init_script(RECORD_TITLE_CHANGES).await?;
        let state = start_hosted_sign_in(&ctx).await?;
        for (address, expected) in unrelated_callbacks(&state) {
            expect_no_effect(&ctx, &Value::Null, &address, &expected).await?;
        }
        ctx.browser
            .follow_link(texts::labels::BACK_TO_SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        return_to_form(&ctx)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// A response to our own request without a usable code is explained. Its `state` works once.
#[test]
fn oauth_error_callback_shows_an_error_and_uses_up_its_state() {
    run_journey(with_ann(), async |ctx| {
        ctx.browser.add_init_script(RECORD_TITLE_CHANGES).await?;
        for (address, expected) in UNSUCCESSFUL {
            let state = start_hosted_sign_in(&ctx).await?;
            let address = address.replace("STATE", &state).replace("CODE", CODE);
            expect_no_effect(&ctx, &Value::Null, &address, &expected).await?;
            ctx.browser.reload().await?;
            expect_message(&ctx, &NOTHING).await?;
            expect_no_effect(&ctx, &Value::Null, &address, &UNKNOWN_STATE).await?;
        }
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        Ok(())
    });
}

/// Other sites can link to the callback page at any time. The session of a signed-in user must not change.
#[test]
fn invalid_oauth_callback_keeps_the_user_signed_in() {
    run_journey(with_ann(), async |ctx| {
        ctx.browser.add_init_script(RECORD_TITLE_CHANGES).await?;
        let mut states = Vec::new();
        for _ in 0..=UNSUCCESSFUL.len() {
            states.push(start_hosted_sign_in(&ctx).await?);
        }
        // Ann signs in in another tab, while the requests of this tab are pending.
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        sign_in(&ctx).await?;
        let saved = stored_session(&ctx).await?;
        ctx.browser.switch_to(&first).await?;

        let unused_state = states.pop().ok_or("a state")?;
        for (address, expected) in unrelated_callbacks(&unused_state) {
            if expected == DUPLICATE_PARAMETER {
                expect_no_effect(&ctx, &saved, &address, &expected).await?;
            } else {
                expect_redirect_to_app(&ctx, &saved, &address).await?;
            }
        }
        for ((address, expected), state) in UNSUCCESSFUL.into_iter().zip(&states) {
            let address = address.replace("STATE", state).replace("CODE", CODE);
            expect_no_effect(&ctx, &saved, &address, &expected).await?;
        }
        let refused = format!("/login/?error=access_denied&state={unused_state}");
        expect_no_effect(&ctx, &saved, &refused, &CANCELLED).await?;
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        ctx.browser
            .follow_link(&texts::hosted::continue_as("Ann Lee"))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// Another tab has signed the user in, so the callback page leads to the page that she wanted.
#[test]
fn callback_page_redirects_a_signed_in_user_to_the_return_path() {
    run_journey(with_ann(), async |ctx| {
        ctx.expect_console("currentUser");
        ctx.browser.open("/todos?list=garden").await?;
        SignInPage::expect(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        sign_in(&ctx).await?;
        ctx.browser.switch_to(&first).await?;
        ctx.browser.open("/login/").await?;
        ctx.browser.expect_heading(texts::todos::TITLE).await?;
        ctx.browser.expect_address("/todos?list=garden").await
    });
}

/// Another tab has signed the user in, so that a sign-in that took too long does not matter any more.
#[test]
fn expired_oauth_callback_redirects_signed_in_user_to_home_page() {
    run_journey(with_ann(), async |ctx| {
        let state = start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        sign_in(&ctx).await?;
        let saved = stored_session(&ctx).await?;
        ctx.browser.switch_to(&first).await?;
        ctx.browser
            .advance_clock(Duration::from_secs(10 * 60))
            .await?;
        let address = format!("/login/?code={CODE}&state={state}");
        expect_redirect_to_app(&ctx, &saved, &address).await
    });
}

/// The message for a user who cancels the sign-in on the hosted pages.
pub(crate) const CANCELLED: ExpectedMessage = ExpectedMessage {
    title: texts::hosted::CANCELED_TITLE,
    message: &texts::hosted::CANCELED,
};

/// RFC 9700 §4.3.1: the code is no longer in the URL when the app sends its first request to the pool, and nothing is
/// loaded from other origins than the app's and the pool's.
#[test]
fn app_removes_the_callback_from_the_url_before_any_request() {
    run_journey(with_ann(), async |ctx| {
        const RECORD_REQUESTS: &str = "(() => {
            window.asked = [];
            const fetch = window.fetch;
            window.fetch = (request, ...more) => {
                const { origin } = new URL(request.url ?? request, location.href);
                if (origin !== location.origin) window.asked.push(location.href);
                return fetch(request, ...more);
            };
        })()";
        start_hosted_sign_in(&ctx).await?;
        ctx.browser.add_init_script(RECORD_REQUESTS).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        let requested = ctx
            .browser
            .run_script("return window.asked", vec![])
            .await?;
        let requested: Vec<String> = serde_json::from_value(requested)?;
        let clean = format!("{}/login/", ctx.env.url());
        assert!(!requested.is_empty());
        assert!(
            requested.iter().all(|address| *address == clean),
            "{requested:?}"
        );
        let from = "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin)";
        let from: Vec<String> =
            serde_json::from_value(ctx.browser.run_script(from, vec![]).await?)?;
        let (app, pool) = (ctx.env.url(), ctx.env.pool().url());
        assert!(
            from.iter().all(|origin| *origin == app || *origin == pool),
            "{from:?}"
        );
        Ok(())
    });
}

#[test]
fn oauth_callback_after_ten_minutes_has_expired() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        ctx.browser
            .advance_clock(Duration::from_secs(10 * 60))
            .await?;
        HostedLoginPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        expect_message(&ctx, &EXPIRED).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        // texts::labels::TRY_AGAIN needs no password, since the hosted pages have a session of Ann now.
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

#[test]
fn oauth_callback_for_another_app_client_offers_new_sign_in() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let other = ctx.env.create_client();
        let mut config = ctx.env.config();
        config["cognito"]["userPoolClientId"] = json!(other);
        ctx.env.set_config(&config);
        HostedLoginPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        expect_message(&ctx, &CONFIG_CHANGED).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        let redeemed = ctx.env.requests_to(TOKEN);
        assert_eq!(redeemed.len(), 1);
        assert_eq!(Parameters::from_form(&redeemed[0]).get("client_id"), other);
        Ok(())
    });
}

/// An attacker's response would sign the user in to the attacker's account (RFC 9700 §4.7).
#[test]
fn oauth_callback_works_only_in_the_tab_that_started_the_flow() {
    run_journey(with_ann(), async |ctx| {
        let state = start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        ctx.browser
            .open(&format!("/login/?code={CODE}&state={state}"))
            .await?;
        expect_message(&ctx, &UNKNOWN_STATE).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        ctx.browser.switch_to(&first).await?;
        HostedLoginPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// If the redirect URI is the start page, that page handles a callback only if there is a response in the URL.
#[test]
fn home_page_as_redirect_uri_still_works_as_home_page() {
    let env = with_ann();
    let uri = env.url().to_owned();
    let env = env.with_config(|config| config["cognito"]["redirectSignIn"] = json!(uri));
    run_journey(env, async |ctx| {
        HomePage::open(&ctx.browser).await?;
        ctx.browser.open("/?utm_source=mail").await?;
        HomePage::expect(&ctx.browser).await?;
        let state = start_hosted_sign_in(&ctx).await?;
        ctx.browser
            .open(&format!("/?code={CODE}&state={ANOTHER_STATE}"))
            .await?;
        expect_message(&ctx, &UNKNOWN_STATE).await?;
        ctx.browser.expect_address("/").await?;
        ctx.browser
            .open(&format!("/?error=access_denied&state={state}"))
            .await?;
        expect_message(&ctx, &CANCELLED).await?;
        ctx.browser.expect_address("/").await?;
        ctx.browser.reload().await?;
        HomePage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.requests_to(TOKEN), []);
        Ok(())
    });
}
