//! Layout that only a browser computes from the style sheet. Distances are in CSS pixels.

use e2e::pages::{HomePage, SignInPage, TodosPage};
use e2e::static_host::FileResponse;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::callback::start_hosted_sign_in;
use crate::hosted_sign_in::{open_hosted_page, with_ann};
use crate::lazy_loading::expect_chunk_loaded;
use crate::network_stub::{
    count_in_new_documents, expect_responses, hold_in_new_documents, release_held,
    remove_init_script, wait_until_read,
};

/// Makes the browser report these values of CSS media features.
async fn emulate_media(ctx: &TestContext, features: &[(&str, &str)]) -> Result {
    let features: Vec<Value> = features
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let media = json!({ "features": features });
    ctx.browser
        .send_devtools_command("Emulation.setEmulatedMedia", media)
        .await?;
    Ok(())
}

/// Runs a script that returns a number.
async fn script_number(ctx: &TestContext, script: &str) -> Result<f64> {
    let value = ctx.browser.run_script(script, vec![]).await?;
    let number = value.as_f64();
    number.ok_or_else(|| format!("{script} gives {value}").into())
}

/// The script that records each layout shift of later documents with the elements that moved (Layout Instability §2).
const WATCH_SHIFTS: &str = "window.shifts = [];
    window.shiftObserver = new PerformanceObserver((list) => window.noteShifts(list.getEntries()));
    window.noteShifts = (entries) => entries.forEach(({ value, sources }) => window.shifts.push({
        value,
        moved: sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.textContent),
    }));
    window.shiftObserver.observe({ type: 'layout-shift', buffered: true });";

/// Returns the layout shifts so far, after two animation frames.
async fn layout_shifts(ctx: &TestContext) -> Result<Value> {
    const SHIFTS: &str = "return new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
            window.noteShifts(window.shiftObserver.takeRecords());
            done(window.shifts);
        }))))";
    ctx.browser.run_script(SHIFTS, vec![]).await
}

/// A case of the hosted sign-in's buttons: a pool with or without hosted pages, and the identity providers in
/// `config.js`.
#[derive(Clone, Copy, Debug)]
struct Hosted {
    has_domain: bool,
    providers: &'static [&'static str],
    /// The buttons that the page shows before the discovery document is read.
    before: &'static [&'static str],
    /// The buttons that the page shows after the discovery document is read.
    after: &'static [&'static str],
}

#[test]
fn sign_in_page_has_no_layout_shift_while_it_loads() {
    /// The value that stands for the button of the hosted pages. The other buttons are named after their provider.
    const HOSTED: &str = "";
    const CASES: [Hosted; 4] = [
        Hosted {
            has_domain: true,
            providers: &["Google", "SignInWithApple"],
            before: &["Google", "Apple", HOSTED],
            after: &["Google", "Apple", HOSTED],
        },
        Hosted {
            has_domain: true,
            providers: &[],
            before: &[],
            after: &[HOSTED],
        },
        Hosted {
            has_domain: false,
            providers: &["Google"],
            before: &["Google", HOSTED],
            after: &[],
        },
        Hosted {
            has_domain: false,
            providers: &[],
            before: &[],
            after: &[],
        },
    ];
    let labels = |buttons: &[&str]| -> Vec<String> {
        let label = |name: &&str| match *name {
            HOSTED => SignInPage::HOSTED.to_owned(),
            provider => texts::hosted::continue_with(provider),
        };
        buttons.iter().map(label).collect()
    };
    for case in CASES {
        let env = TestEnv::workshop().with_config(|config| {
            config["cognito"]["identityProviders"] = json!(case.providers);
        });
        if !case.has_domain {
            let domain = json!({ "UserPoolId": DEV_POOL_ID, "Domain": "poolgate" });
            env.call_as_operator("DeleteUserPoolDomain", &domain);
        }
        run_journey(env, async move |ctx| {
            let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
            ctx.browser.add_init_script(WATCH_SHIFTS).await?;
            for width in [320, 900] {
                ctx.browser.resize(width, 600).await?;
                for is_held in [false, true] {
                    let script = if is_held {
                        hold_in_new_documents(&ctx, &discovery).await?
                    } else {
                        count_in_new_documents(&ctx, &discovery).await?
                    };
                    SignInPage::open(&ctx.browser).await?;
                    if is_held {
                        expect_responses(&ctx, &discovery, 1).await?;
                        let buttons = ctx.browser.visible_texts(".secondary").await?;
                        assert_eq!(buttons, labels(case.before), "{case:?} at {width}");
                        release_held(&ctx, &discovery).await?;
                    } else {
                        wait_until_read(&ctx, &discovery).await?;
                    }
                    let buttons = ctx.browser.visible_texts(".secondary").await?;
                    assert_eq!(buttons, labels(case.after), "{case:?} at {width}");
                    let shifts = layout_shifts(&ctx).await?;
                    assert_eq!(shifts, json!([]), "{case:?} at {width}, held: {is_held}");
                    remove_init_script(&ctx, script).await?;
                }
            }
            Ok(())
        });
    }
}

#[test]
fn offline_banner_is_centered_above_the_card() {
    const EDGES: &str = "const edges = (selector) => {
            const { left, right } = document.querySelector(selector).getBoundingClientRect();
            return [left, right];
        };
        return [edges('.notice-info:not(:empty)'), edges('main.card')]";
    run_journey(TestEnv::workshop(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        expect_chunk_loaded(&ctx, "engine").await?;
        ctx.browser.set_offline(true).await?;
        ctx.browser
            .expect_text(texts::session::OFFLINE_SIGNED_OUT)
            .await?;
        for width in [320, 900, 1440] {
            ctx.browser.resize(width, 700).await?;
            let edges = ctx.browser.run_script(EDGES, vec![]).await?;
            assert_eq!(edges[0], edges[1], "at {width}");
        }
        ctx.browser.set_offline(false).await
    });
}

#[test]
fn navigation_fits_on_one_line_at_320_pixels() {
    const ENTRIES: &str = "return [...document.querySelectorAll('.brand, .bar nav > *')].map((entry) => {
        const { top, bottom, left, right } = entry.getBoundingClientRect();
        return { name: entry.innerText.trim() || entry.textContent.trim(), middle: (top + bottom) / 2, left, right };
    })";
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            SignInPage::open(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            for width in [320, 360, 390, 900] {
                ctx.browser.resize(width, 700).await?;
                let entries = ctx.browser.run_script(ENTRIES, vec![]).await?;
                let of = |index: usize, key: &str| entries[index][key].as_f64().unwrap_or(f64::NAN);
                for (index, name) in [
                    "Poolgate",
                    texts::labels::TODOS,
                    texts::labels::ACCOUNT,
                    texts::labels::SIGN_OUT,
                ]
                .into_iter()
                .enumerate()
                {
                    assert_eq!(entries[index]["name"], name, "at {width}: {entries:#}");
                    assert_eq!(
                        of(index, "middle"),
                        of(0, "middle"),
                        "at {width}: {entries:#}"
                    );
                    assert!(of(index, "left") >= 0.0, "at {width}: {entries:#}");
                    assert!(
                        of(index, "right") <= f64::from(width),
                        "at {width}: {entries:#}"
                    );
                    if index > 0 {
                        assert!(
                            of(index, "left") >= of(index - 1, "right"),
                            "at {width}: {entries:#}"
                        );
                    }
                }
            }
            Ok(())
        },
    );
}

#[test]
fn long_todo_text_does_not_touch_the_border_of_its_row() {
    const CLEAR: &str = "const outer = document.querySelector('.todos li').getBoundingClientRect();
        const inner = document.querySelector('.todos li label span').getBoundingClientRect();
        return Math.min(inner.top - outer.top, outer.bottom - inner.bottom)";
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.expect_console("currentUser");
            ctx.browser.open("/todos").await?;
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            let title = "Read all of this ".repeat(10);
            TodosPage::expect(&ctx.browser)
                .await?
                .add_todo(&title)
                .await?;
            ctx.browser.expect_text("Read all of this Read").await?;
            for width in [320, 900] {
                ctx.browser.resize(width, 700).await?;
                let clear = script_number(&ctx, CLEAR).await?;
                assert!(clear >= 8.0, "{clear} at {width}");
            }
            Ok(())
        },
    );
}

/// WCAG 2.2 §1.4.11: a graphical object needs a contrast of 3:1 to adjacent colors.
#[test]
fn loading_progress_bar_is_visible_in_light_and_dark_mode() {
    const CONTRAST: &str = "const style = (selector) => getComputedStyle(document.querySelector(selector));
        const luminance = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
                .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const bar = style('#start-bar');
        const track = parseFloat(bar.borderTopWidth) > 0 ? bar.borderTopColor : bar.backgroundColor;
        const [darker, lighter] = [luminance(track), luminance(style('.start-card').backgroundColor)].sort((a, b) => a - b);
        return (lighter + 0.05) / (darker + 0.05)";
    let env = TestEnv::workshop();
    env.set_wasm_response(FileResponse::FirstHalf);
    run_journey(env, async |ctx| {
        for scheme in ["light", "dark"] {
            emulate_media(&ctx, &[("prefers-color-scheme", scheme)]).await?;
            ctx.browser.open("/signin").await?;
            let contrast = script_number(&ctx, CONTRAST).await?;
            assert!(contrast >= 3.0, "{contrast} in {scheme}");
        }
        ctx.env.set_wasm_response(FileResponse::Complete);
        SignInPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

/// In forced-colors mode the browser replaces colors and draws no shadows (CSS Color Adjustment §3.1).
#[test]
fn invalid_form_field_is_marked_in_forced_colors_mode() {
    const BORDER: &str = "const { borderTopStyle, borderTopWidth } = getComputedStyle(document.getElementById('username'));
        return `${borderTopStyle} ${borderTopWidth}`";
    run_journey(TestEnv::workshop(), async |ctx| {
        emulate_media(&ctx, &[("forced-colors", "active")]).await?;
        SignInPage::open(&ctx.browser).await?;
        let valid = ctx.browser.run_script(BORDER, vec![]).await?;
        ctx.browser.press(SignInPage::BUTTON).await?;
        ctx.browser.field_error(SignInPage::USERNAME).await?;
        let invalid = ctx.browser.run_script(BORDER, vec![]).await?;
        assert_eq!(valid, "solid 1px");
        assert_eq!(invalid, "dashed 3px");
        Ok(())
    });
}

#[test]
fn input_fields_of_the_hosted_pages_are_not_bold() {
    const WEIGHTS: &str = "return [...document.querySelectorAll('label, input:not([type=hidden])')]
        .map((element) => `${element.localName} ${getComputedStyle(element).fontWeight}`)";
    run_journey(with_ann(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        let weights = ctx.browser.run_script(WEIGHTS, vec![]).await?;
        assert_eq!(
            weights,
            json!(["label 600", "input 400", "label 600", "input 400"])
        );
        ctx.browser
            .driver()
            .goto(format!("{}/inbox", ctx.env.pool().url()))
            .await?;
        let weights = ctx.browser.run_script(WEIGHTS, vec![]).await?;
        assert_eq!(weights, json!(["label 600", "input 400"]));
        Ok(())
    });
}

#[test]
fn long_word_in_an_oauth_error_description_wraps() {
    const STICKS_OUT: &str = "const main = document.querySelector('main');
        return Math.max(main.scrollWidth - main.clientWidth,
            document.documentElement.scrollWidth - document.documentElement.clientWidth)";
    run_journey(with_ann(), async |ctx| {
        let state = start_hosted_sign_in(&ctx).await?;
        let word = "w".repeat(150);
        let response = format!("error=invalid_request&error_description={word}&state={state}");
        ctx.browser.open(&format!("/login/?{response}")).await?;
        ctx.browser
            .expand(texts::labels::ADMINISTRATOR_DETAILS)
            .await?;
        ctx.browser.expect_text(&word[..100]).await?;
        for width in [320, 900] {
            ctx.browser.resize(width, 700).await?;
            assert_eq!(script_number(&ctx, STICKS_OUT).await?, 0.0, "at {width}");
        }
        Ok(())
    });
}
