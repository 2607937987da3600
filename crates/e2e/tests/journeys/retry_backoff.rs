//! Refresh attempts after failures: each wait is longer than the one before, and not shorter than the service's
//! `Retry-After`.

use std::time::Duration;

use e2e::pages::{HomePage, TodosPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};

use crate::network_stub::{
    StubResponse, remove_init_script, remove_stub, stub_response_in_new_documents,
};
use crate::session::{advance_all_clocks, session_member};
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, switch_tabs_and_back, with_short_tokens};

/// How many times as fast the page's timers run.
const SPEED_UP: f64 = 20.0;

/// The script that records the time of each refresh request in milliseconds since the navigation. A 429 response to one
/// gets the `Retry-After` of `window.retryAfter`.
const RECORD_REQUESTS: &str = "{ const fetch = window.fetch;
    window.moments = [];
    window.fetch = async (request, ...more) => {
        const isRenewal = request.headers?.get('x-amz-target')?.endsWith('.GetTokensFromRefreshToken')
            || (request.method === 'POST' && new URL(request.url).pathname === '/oauth2/token');
        if (isRenewal) window.moments.push(performance.now());
        const answer = await fetch(request, ...more);
        if (isRenewal && answer.status === 429) answer.headers.set('retry-after', window.retryAfter);
        return answer;
    }; }";

const TOO_MANY_REQUESTS: StubResponse = StubResponse {
    status: 503,
    content_type: "text/plain",
    body: "Service Unavailable",
};

/// Returns the times of this page's refresh requests.
async fn refresh_times(ctx: &TestContext) -> Result<Vec<f64>> {
    let timestamps = ctx
        .browser
        .run_script("return window.moments", vec![])
        .await?;
    Ok(serde_json::from_value(timestamps)?)
}

/// Waits for this many refresh requests, and returns their times.
async fn expect_refreshes(ctx: &TestContext, times: usize) -> Result<Vec<f64>> {
    let enough =
        async || Ok(Some(refresh_times(ctx).await?).filter(|timestamps| timestamps.len() >= times));
    ctx.browser
        .wait_for(&format!("{times} refreshes"), enough)
        .await
}

#[test]
fn failed_token_refresh_is_retried_with_increasing_delays() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let id = session_member(&ctx, "idToken").await?;
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            ctx.browser.speed_up_timers(SPEED_UP).await?;
            stub_response_in_new_documents(&ctx, method.refresh_request(), TOO_MANY_REQUESTS)
                .await?;
            ctx.browser.add_init_script(RECORD_REQUESTS).await?;
            ctx.browser.open("/").await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let timestamps = expect_refreshes(&ctx, 4).await?;
            // A quarter of a minute, then twice as long each time, plus at most half of the wait.
            let waits: Vec<f64> = timestamps
                .windows(2)
                .map(|pair| (pair[1] - pair[0]) * SPEED_UP / 1_000.0)
                .collect();
            for (wait, at_least) in waits.iter().zip([15.0, 30.0, 60.0]) {
                assert!(*wait >= at_least, "{waits:?}");
            }
            // When the service works again, the refresh needs no user action.
            remove_stub(&ctx, method.refresh_request()).await?;
            let is_new = async || Ok(session_member(&ctx, "idToken").await? != id);
            let soon = Duration::from_secs(15);
            ctx.browser
                .wait_until_within(soon, "new tokens", is_new)
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        });
    }
}

/// RFC 9110 §10.2.3: neither a press nor a tab that becomes visible shortens the wait. After the wait, a visible tab
/// is enough.
#[test]
fn retry_after_header_delays_the_next_token_refresh() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        let method = SignInMethod::Hosted;
        method.sign_in(&ctx, &TestUser::ann()).await?;
        advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
        let busy = StubResponse {
            status: 429,
            ..TOO_MANY_REQUESTS
        };
        let script = stub_response_in_new_documents(&ctx, method.refresh_request(), busy).await?;
        let five_minutes = format!("{RECORD_REQUESTS} window.retryAfter = '300';");
        ctx.browser.add_init_script(&five_minutes).await?;
        ctx.browser.open("/todos").await?;
        TodosPage::expect(&ctx.browser).await?;
        let alert = ctx.browser.alert_text().await?;
        assert!(
            alert.contains(&*texts::errors::NOT_REFRESHED.text),
            "{alert}"
        );
        remove_stub(&ctx, method.refresh_request()).await?;
        remove_init_script(&ctx, script).await?;
        for _ in 0..3 {
            switch_tabs_and_back(&ctx).await?;
            ctx.browser.press(texts::labels::TRY_AGAIN).await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(
                alert.contains(&*texts::errors::NOT_REFRESHED.text),
                "{alert}"
            );
        }
        assert_eq!(refresh_times(&ctx).await?.len(), 1);

        // Up to half of the wait may be added, so that clients do not retry at the same moment.
        let over = Duration::from_secs(300 + 150);
        ctx.env.advance_clocks(over);
        ctx.browser.advance_clock(over).await?;
        ctx.expect_console("currentUser");
        switch_tabs_and_back(&ctx).await?;
        expect_refreshes(&ctx, 2).await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await?;
        assert_eq!(refresh_times(&ctx).await?.len(), 2);
        assert_eq!(method.refresh_count(&ctx.env), 1);
        Ok(())
    });
}
