//! The first paint, and failures that keep the app from starting.

use e2e::pages::SignInPage;
use e2e::site::BuiltFile;
use e2e::{Journey, Outcome, World, journey};
use serde_json::json;
use ui_texts::setup;

#[test]
fn frame_and_progress_are_there_before_the_app_is() {
    let world = World::workshop();
    world.set_wasm(BuiltFile::Half);
    journey(world, async |j| {
        j.browser.open("/signin").await?;
        const PROGRESS: &str = "const bar = document.querySelector('progress');
            return bar && bar.hasAttribute('value') && bar.checkVisibility() ? bar.value / bar.max : null";
        let half = async || {
            let progress = j.browser.script(PROGRESS, vec![]).await?.as_f64();
            Ok(progress.is_some_and(|progress| (0.4..0.6).contains(&progress)))
        };
        j.browser.until("a bar at one half", half).await?;
        assert_eq!(
            j.browser.texts("header .brand, header a").await?,
            ["Poolgate"]
        );
        assert_eq!(j.browser.texts("form").await?, [""; 0]);

        j.world.set_wasm(BuiltFile::Whole);
        SignInPage::shown(&j.browser).await?;
        assert_eq!(
            j.browser
                .script("return document.querySelector('progress')", vec![])
                .await?,
            json!(null)
        );
        Ok(())
    });
}

async fn says_to_reload(j: &Journey) -> Outcome {
    j.browser.open("/signin").await?;
    let says = async || {
        let texts = j.browser.texts("[role=status], [role=alert]").await?;
        Ok(texts.iter().any(|text| text == setup::LOAD_FAILED))
    };
    j.browser
        .until("a sentence that needs no WebAssembly", says)
        .await?;
    assert_eq!(j.browser.texts("progress").await?, [""; 0]);

    j.world.set_wasm(BuiltFile::Whole);
    j.browser.reload().await?;
    SignInPage::shown(&j.browser).await?;
    Ok(())
}

#[test]
fn a_wasm_file_that_is_missing_is_told_in_a_sentence_and_a_reload_mends_it() {
    let world = World::workshop();
    world.set_wasm(BuiltFile::Missing);
    journey(world, async |j| {
        // The browser reports the file, and the app's start script reports the failure.
        j.expect_console("_bg.wasm");
        j.expect_console("/start-");
        says_to_reload(&j).await
    });
}

/// The start page was deployed before its WebAssembly, and the host lets the browser cache the 404.
#[test]
fn a_wasm_file_whose_absence_the_browser_keeps_is_asked_for_again() {
    let world = World::workshop();
    world.set_wasm(BuiltFile::MissingForAYear);
    journey(world, async |j| {
        j.expect_console("_bg.wasm");
        j.expect_console("/start-");
        says_to_reload(&j).await
    });
}

/// The page runs only the files with which it was built.
#[test]
fn a_wasm_file_that_was_changed_on_the_way_is_not_run() {
    let world = World::workshop();
    world.set_wasm(BuiltFile::Damaged);
    journey(world, async |j| {
        j.expect_console("integrity");
        j.expect_console("/start-");
        says_to_reload(&j).await
    });
}

/// The script that loads chunks has the hashes of all files that are fetched later, so a changed one must not run.
#[test]
fn a_script_for_the_parts_that_was_changed_on_the_way_is_not_run() {
    let world = World::workshop();
    world.set_built("chunk-loader-", BuiltFile::Damaged);
    journey(world, async |j| {
        j.expect_console("integrity");
        j.expect_console("/start-");
        says_to_reload(&j).await
    });
}

/// The script that reports failures is itself missing or refused, so the style sheet shows the message.
#[test]
fn a_start_script_that_does_not_run_is_told() {
    const WAITS: [&str; 2] = [setup::LOADING, setup::NOT_STARTED_TITLE];
    for (built, console) in [
        (BuiltFile::Missing, "/start-"),
        (BuiltFile::Damaged, "integrity"),
    ] {
        let world = World::workshop();
        world.set_built("start-", built);
        journey(world, async move |j| {
            j.expect_console(console);
            j.browser.open("/signin").await?;
            assert_eq!(j.browser.texts("h1").await?, [WAITS[0]]);
            // The style sheet waits for ten seconds. The test runs its animation faster.
            j.browser.devtools("Animation.enable", json!({})).await?;
            let faster = json!({ "playbackRate": 10 });
            j.browser
                .devtools("Animation.setPlaybackRate", faster)
                .await?;
            let says = async || Ok(j.browser.texts("h1").await? == [WAITS[1]]);
            j.browser
                .until("a sentence by the style sheet", says)
                .await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains(setup::NOT_STARTED), "{alert}");
            assert_eq!(j.browser.texts("form").await?, [""; 0]);

            // The browser may cache a damaged file as long as a good one.
            if built == BuiltFile::Missing {
                j.world.set_built("start-", BuiltFile::Whole);
                j.browser.reload().await?;
                SignInPage::shown(&j.browser).await?;
                assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
            }
            Ok(())
        });
    }
}

/// On a slow network the script is not missing.
#[test]
fn a_start_script_that_runs_takes_the_sentence_away() {
    let world = World::workshop();
    world.set_wasm(BuiltFile::Half);
    journey(world, async |j| {
        j.browser.open("/signin").await?;
        const PENDING: &str =
            "return document.querySelector('#start').getAnimations({ subtree: true })
            .map((animation) => animation.animationName)";
        let none = async || Ok(j.browser.script(PENDING, vec![]).await? == json!([]));
        j.browser
            .until("no animation of a failed start", none)
            .await?;
        assert_eq!(j.browser.texts("h1").await?, [setup::LOADING]);
        j.world.set_wasm(BuiltFile::Whole);
        SignInPage::shown(&j.browser).await?;
        Ok(())
    });
}

#[test]
fn without_javascript_the_page_says_that_it_needs_it() {
    journey(World::workshop(), async |j| {
        j.browser
            .devtools(
                "Emulation.setScriptExecutionDisabled",
                json!({ "value": true }),
            )
            .await?;
        j.browser.open("/signin").await?;
        let says = async || Ok(j.browser.text().await?.contains(setup::NO_JAVASCRIPT));
        j.browser
            .until("a sentence that needs no JavaScript", says)
            .await?;
        // The page shows no progress and no failure.
        assert_eq!(j.browser.texts("h1, progress").await?, [""; 0]);
        Ok(())
    });
}
