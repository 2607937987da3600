//! The first paint, and failures that keep the app from starting.

use e2e::pages::SignInPage;
use e2e::static_host::FileResponse;
use e2e::{Result, TestContext, TestEnv, run_journey, texts};
use serde_json::json;

#[test]
fn page_shows_a_progress_bar_while_the_app_is_downloaded() {
    let env = TestEnv::workshop();
    env.set_wasm_response(FileResponse::FirstHalf);
    run_journey(env, async |ctx| {
        ctx.browser.open("/signin").await?;
        const PROGRESS: &str = "const bar = document.querySelector('progress');
            return bar && bar.hasAttribute('value') && bar.checkVisibility() ? bar.value / bar.max : null";
        let half = async || {
            let progress = ctx.browser.run_script(PROGRESS, vec![]).await?.as_f64();
            Ok(progress.is_some_and(|progress| (0.4..0.6).contains(&progress)))
        };
        ctx.browser
            .wait_until("a progress bar at 50 %", half)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("header .brand, header a").await?,
            ["Poolgate"]
        );
        assert_eq!(ctx.browser.visible_texts("form").await?, [""; 0]);

        ctx.env.set_wasm_response(FileResponse::Complete);
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser
                .run_script("return document.querySelector('progress')", vec![])
                .await?,
            json!(null)
        );
        Ok(())
    });
}

async fn expect_reload_hint(ctx: &TestContext) -> Result {
    ctx.browser.open("/signin").await?;
    let is_shown = async || {
        let texts = ctx
            .browser
            .visible_texts("[role=status], [role=alert]")
            .await?;
        Ok(texts.iter().any(|text| text == texts::setup::LOAD_FAILED))
    };
    ctx.browser
        .wait_until("the error message of start.js", is_shown)
        .await?;
    assert_eq!(ctx.browser.visible_texts("progress").await?, [""; 0]);

    ctx.env.set_wasm_response(FileResponse::Complete);
    ctx.browser.reload().await?;
    SignInPage::expect(&ctx.browser).await?;
    Ok(())
}

#[test]
fn missing_wasm_file_shows_an_error_and_a_reload_helps() {
    let env = TestEnv::workshop();
    env.set_wasm_response(FileResponse::NotFound);
    run_journey(env, async |ctx| {
        // The browser reports the file, and the app's start script reports the failure.
        ctx.expect_console("_bg.wasm");
        ctx.expect_console("/start-");
        expect_reload_hint(&ctx).await
    });
}

/// The start page was deployed before its WebAssembly, and the host lets the browser cache the 404.
#[test]
fn wasm_file_with_a_cached_404_is_requested_again_on_reload() {
    let env = TestEnv::workshop();
    env.set_wasm_response(FileResponse::CachedNotFound);
    run_journey(env, async |ctx| {
        ctx.expect_console("_bg.wasm");
        ctx.expect_console("/start-");
        expect_reload_hint(&ctx).await
    });
}

/// The page runs only the files with which it was built.
#[test]
fn browser_does_not_run_a_tampered_wasm_file() {
    let env = TestEnv::workshop();
    env.set_wasm_response(FileResponse::Corrupted);
    run_journey(env, async |ctx| {
        ctx.expect_console("integrity");
        ctx.expect_console("/start-");
        expect_reload_hint(&ctx).await
    });
}

/// The script that loads chunks has the hashes of all files that are fetched later, so a changed one must not run.
#[test]
fn browser_does_not_run_a_tampered_chunk_loader() {
    let env = TestEnv::workshop();
    env.set_file_response("chunk-loader-", FileResponse::Corrupted);
    run_journey(env, async |ctx| {
        ctx.expect_console("integrity");
        ctx.expect_console("/start-");
        expect_reload_hint(&ctx).await
    });
}

/// The script that reports failures is itself missing or refused, so the style sheet shows the message.
#[test]
fn page_shows_a_message_if_the_start_script_did_not_load() {
    const WAITS: [&str; 2] = [texts::setup::LOADING, texts::setup::NOT_STARTED_TITLE];
    for (built, console) in [
        (FileResponse::NotFound, "/start-"),
        (FileResponse::Corrupted, "integrity"),
    ] {
        let env = TestEnv::workshop();
        env.set_file_response("start-", built);
        run_journey(env, async move |ctx| {
            ctx.expect_console(console);
            ctx.browser.open("/signin").await?;
            assert_eq!(ctx.browser.visible_texts("h1").await?, [WAITS[0]]);
            // The style sheet waits for ten seconds. The test runs its animation faster.
            ctx.browser
                .send_devtools_command("Animation.enable", json!({}))
                .await?;
            let faster = json!({ "playbackRate": 10 });
            ctx.browser
                .send_devtools_command("Animation.setPlaybackRate", faster)
                .await?;
            let is_shown = async || Ok(ctx.browser.visible_texts("h1").await? == [WAITS[1]]);
            ctx.browser
                .wait_until("the message of the style sheet", is_shown)
                .await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(alert.contains(texts::setup::NOT_STARTED), "{alert}");
            assert_eq!(ctx.browser.visible_texts("form").await?, [""; 0]);

            // The browser may cache a damaged file as long as a good one.
            if built == FileResponse::NotFound {
                ctx.env.set_file_response("start-", FileResponse::Complete);
                ctx.browser.reload().await?;
                SignInPage::expect(&ctx.browser).await?;
                assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
            }
            Ok(())
        });
    }
}

/// On a slow network the script is not missing.
#[test]
fn start_script_removes_the_start_failure_message() {
    let env = TestEnv::workshop();
    env.set_wasm_response(FileResponse::FirstHalf);
    run_journey(env, async |ctx| {
        ctx.browser.open("/signin").await?;
        const PENDING: &str =
            "return document.querySelector('#start').getAnimations({ subtree: true })
            .map((animation) => animation.animationName)";
        let none = async || Ok(ctx.browser.run_script(PENDING, vec![]).await? == json!([]));
        ctx.browser
            .wait_until("no animation of a failed start", none)
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("h1").await?,
            [texts::setup::LOADING]
        );
        ctx.env.set_wasm_response(FileResponse::Complete);
        SignInPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

#[test]
fn page_says_that_it_needs_javascript_if_it_is_off() {
    run_journey(TestEnv::workshop(), async |ctx| {
        ctx.browser
            .send_devtools_command(
                "Emulation.setScriptExecutionDisabled",
                json!({ "value": true }),
            )
            .await?;
        ctx.browser.open("/signin").await?;
        let is_shown = async || {
            Ok(ctx
                .browser
                .page_text()
                .await?
                .contains(texts::setup::NO_JAVASCRIPT))
        };
        ctx.browser
            .wait_until("the noscript message", is_shown)
            .await?;
        // The page shows no progress and no failure.
        assert_eq!(ctx.browser.visible_texts("h1, progress").await?, [""; 0]);
        Ok(())
    });
}
