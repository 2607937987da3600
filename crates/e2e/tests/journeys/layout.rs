//! Layout that only a browser computes from the style sheet. Distances are in CSS pixels.

use e2e::pages::{HomePage, SignInPage, TodosPage};
use e2e::site::BuiltFile;
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::between::{
    are_read, have_come, hold_from_the_start, let_through, no_longer, watch_from_the_start,
};
use crate::callback::begin;
use crate::hosted::{go_to_hosted_page, with_ann};

/// Sets these values of media features.
async fn prefer(j: &Journey, features: &[(&str, &str)]) -> Outcome {
    let features: Vec<Value> = features
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let media = json!({ "features": features });
    j.browser
        .devtools("Emulation.setEmulatedMedia", media)
        .await?;
    Ok(())
}

/// Runs a script that returns a number.
async fn number(j: &Journey, script: &str) -> Outcome<f64> {
    let value = j.browser.script(script, vec![]).await?;
    let number = value.as_f64();
    number.ok_or_else(|| format!("{script} gives {value}").into())
}

/// Records each layout shift of later documents with the elements that moved (Layout Instability §2).
const WATCH_SHIFTS: &str = "window.shifts = [];
    window.shiftObserver = new PerformanceObserver((list) => window.noteShifts(list.getEntries()));
    window.noteShifts = (entries) => entries.forEach(({ value, sources }) => window.shifts.push({
        value,
        moved: sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.textContent),
    }));
    window.shiftObserver.observe({ type: 'layout-shift', buffered: true });";

/// The layout shifts so far, after two animation frames.
async fn shifts(j: &Journey) -> Outcome<Value> {
    const SHIFTS: &str = "return new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
            window.noteShifts(window.shiftObserver.takeRecords());
            done(window.shifts);
        }))))";
    j.browser.script(SHIFTS, vec![]).await
}

/// A pool with or without hosted pages, and the identity providers in config.js.
#[derive(Clone, Copy, Debug)]
struct Hosted {
    has_domain: bool,
    providers: &'static [&'static str],
    /// The buttons before the discovery document is read.
    before: &'static [&'static str],
    /// The buttons after it is read.
    after: &'static [&'static str],
}

#[test]
fn nothing_on_the_sign_in_page_moves_while_it_loads() {
    const HOSTED: &str = SignInPage::HOSTED;
    const CASES: [Hosted; 4] = [
        Hosted {
            has_domain: true,
            providers: &["Google", "SignInWithApple"],
            before: &["Continue with Google", "Continue with Apple", HOSTED],
            after: &["Continue with Google", "Continue with Apple", HOSTED],
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
            before: &["Continue with Google", HOSTED],
            after: &[],
        },
        Hosted {
            has_domain: false,
            providers: &[],
            before: &[],
            after: &[],
        },
    ];
    for case in CASES {
        let world = World::workshop().configured(|config| {
            config["cognito"]["identityProviders"] = json!(case.providers);
        });
        if !case.has_domain {
            let domain = json!({ "UserPoolId": DEV_POOL_ID, "Domain": "poolgate" });
            world.operate("DeleteUserPoolDomain", &domain);
        }
        journey(world, async move |j| {
            let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
            j.browser.before_each_document(WATCH_SHIFTS).await?;
            for width in [320, 900] {
                j.browser.resize(width, 600).await?;
                for is_held in [false, true] {
                    let script = if is_held {
                        hold_from_the_start(&j, &discovery).await?
                    } else {
                        watch_from_the_start(&j, &discovery).await?
                    };
                    SignInPage::open(&j.browser).await?;
                    if is_held {
                        have_come(&j, &discovery, 1).await?;
                        let buttons = j.browser.texts(".secondary").await?;
                        assert_eq!(buttons, case.before, "{case:?} at {width}");
                        let_through(&j, &discovery).await?;
                    } else {
                        are_read(&j, &discovery).await?;
                    }
                    let buttons = j.browser.texts(".secondary").await?;
                    assert_eq!(buttons, case.after, "{case:?} at {width}");
                    let shifts = shifts(&j).await?;
                    assert_eq!(shifts, json!([]), "{case:?} at {width}, held: {is_held}");
                    no_longer(&j, script).await?;
                }
            }
            Ok(())
        });
    }
}

#[test]
fn the_offline_banner_is_centred_above_the_card() {
    const EDGES: &str = "const edges = (selector) => {
            const { left, right } = document.querySelector(selector).getBoundingClientRect();
            return [left, right];
        };
        return [edges('.notice-calm:not(:empty)'), edges('main.card')]";
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.set_offline(true).await?;
        j.browser.says("You are offline.").await?;
        for width in [320, 900, 1440] {
            j.browser.resize(width, 700).await?;
            let edges = j.browser.script(EDGES, vec![]).await?;
            assert_eq!(edges[0], edges[1], "at {width}");
        }
        j.browser.set_offline(false).await
    });
}

#[test]
fn the_signed_in_navigation_fits_on_one_line_at_320() {
    const ENTRIES: &str = "return [...document.querySelectorAll('.brand, .bar nav > *')].map((entry) => {
        const { top, bottom, left, right } = entry.getBoundingClientRect();
        return { name: entry.innerText.trim() || entry.textContent.trim(), middle: (top + bottom) / 2, left, right };
    })";
    journey(World::workshop().with(&Person::ann()), async |j| {
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        for width in [320, 360, 390, 900] {
            j.browser.resize(width, 700).await?;
            let entries = j.browser.script(ENTRIES, vec![]).await?;
            let of = |index: usize, key: &str| entries[index][key].as_f64().unwrap_or(f64::NAN);
            for (index, name) in ["Poolgate", "To-dos", "Account", "Sign out"]
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
    });
}

#[test]
fn a_wrapped_todo_keeps_clear_of_the_lines_between() {
    const CLEAR: &str = "const outer = document.querySelector('.todos li').getBoundingClientRect();
        const inner = document.querySelector('.todos li label span').getBoundingClientRect();
        return Math.min(inner.top - outer.top, outer.bottom - inner.bottom)";
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.expect_console("currentUser");
        j.browser.open("/todos").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        let title = "Read all of this ".repeat(10);
        TodosPage::shown(&j.browser).await?.add(&title).await?;
        j.browser.says("Read all of this Read").await?;
        for width in [320, 900] {
            j.browser.resize(width, 700).await?;
            let clear = number(&j, CLEAR).await?;
            assert!(clear >= 8.0, "{clear} at {width}");
        }
        Ok(())
    });
}

/// WCAG 2.2 §1.4.11: a graphical object needs a contrast of 3:1 to adjacent colors.
#[test]
fn the_progress_track_is_seen_in_light_and_dark() {
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
    let world = World::workshop();
    world.set_wasm(BuiltFile::Half);
    journey(world, async |j| {
        for scheme in ["light", "dark"] {
            prefer(&j, &[("prefers-color-scheme", scheme)]).await?;
            j.browser.open("/signin").await?;
            let contrast = number(&j, CONTRAST).await?;
            assert!(contrast >= 3.0, "{contrast} in {scheme}");
        }
        j.world.set_wasm(BuiltFile::Whole);
        SignInPage::shown(&j.browser).await?;
        Ok(())
    });
}

/// In forced-colors mode the browser replaces colors and draws no shadows (CSS Color Adjustment §3.1).
#[test]
fn an_invalid_field_is_marked_in_forced_colors() {
    const BORDER: &str = "const { borderTopStyle, borderTopWidth } = getComputedStyle(document.getElementById('username'));
        return `${borderTopStyle} ${borderTopWidth}`";
    journey(World::workshop(), async |j| {
        prefer(&j, &[("forced-colors", "active")]).await?;
        SignInPage::open(&j.browser).await?;
        let valid = j.browser.script(BORDER, vec![]).await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.complaint(SignInPage::NAME).await?;
        let invalid = j.browser.script(BORDER, vec![]).await?;
        assert_eq!(valid, "solid 1px");
        assert_eq!(invalid, "dashed 3px");
        Ok(())
    });
}

#[test]
fn inputs_of_the_hosted_pages_are_not_bold() {
    const WEIGHTS: &str = "return [...document.querySelectorAll('label, input:not([type=hidden])')]
        .map((element) => `${element.localName} ${getComputedStyle(element).fontWeight}`)";
    journey(with_ann(), async |j| {
        SignInPage::open(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        let weights = j.browser.script(WEIGHTS, vec![]).await?;
        assert_eq!(
            weights,
            json!(["label 600", "input 400", "label 600", "input 400"])
        );
        j.browser
            .driver()
            .goto(format!("{}/inbox", j.world.pool().url()))
            .await?;
        let weights = j.browser.script(WEIGHTS, vec![]).await?;
        assert_eq!(weights, json!(["label 600", "input 400"]));
        Ok(())
    });
}

#[test]
fn a_long_word_of_an_error_description_wraps() {
    const STICKS_OUT: &str = "const main = document.querySelector('main');
        return Math.max(main.scrollWidth - main.clientWidth,
            document.documentElement.scrollWidth - document.documentElement.clientWidth)";
    journey(with_ann(), async |j| {
        let state = begin(&j).await?;
        let word = "w".repeat(150);
        let answer = format!("error=invalid_request&error_description={word}&state={state}");
        j.browser.open(&format!("/login/?{answer}")).await?;
        j.browser.says(&word[..100]).await?;
        for width in [320, 900] {
            j.browser.resize(width, 700).await?;
            assert_eq!(number(&j, STICKS_OUT).await?, 0.0, "at {width}");
        }
        Ok(())
    });
}
