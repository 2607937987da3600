//! The callback page without a response to a sign-in of this tab: no code is redeemed, nothing is stored or changed,
//! and the page offers a next step.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Journey, Outcome, Person, journey};
use serde_json::{Value, json};

use crate::hosted::{TOKEN, asked, go_to_hosted_page, with_ann};
use crate::parameters::Parameters;
use crate::session::sign_in;

/// The authorization code in Amazon's example of a callback.
pub(crate) const CODE: &str = "5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f";

/// A well-formed `state` value of no authorization request.
const ANOTHER_STATE: &str = "8PHy8_T19vf4-fr7_P3-_w";

/// The message of the callback page for a sign-in that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Says {
    /// The heading of the page.
    pub(crate) title: &'static str,
    /// The text of the page.
    pub(crate) text: &'static str,
}

const NOTHING: Says = Says {
    title: "No sign-in under way",
    text: "There is nothing to finish at this address: no sign-in is under way in this tab.",
};

/// The message while an authorization request of this tab is pending at the hosted pages.
pub(crate) const UNFINISHED: Says = Says {
    title: "Your sign-in is not finished",
    text: "It was begun on the hosted page, and has not come back from there. Begin again, or go to sign-in.",
};

const STRAY: Says = Says {
    title: "This sign-in is not under way",
    text: "The address you came by belongs to no sign-in of this tab: it was used already, or began in another tab or browser. Nothing was changed.",
};

const REPEATED: Says = Says {
    title: "This address makes no sense",
    text: "It says the same thing twice, so nothing of it was believed and nothing was changed. Begin again from the sign-in page.",
};

const EXPIRED: Says = Says {
    title: "That took too long",
    text: "A sign-in on the hosted page must be finished within ten minutes. Begin again.",
};

const OTHER_POOL: Says = Says {
    title: "The set-up has changed",
    text: "This sign-in was begun with another user pool or app client than config.js names now. Begin again.",
};

const FOREIGN: Says = Says {
    title: "That answer came from elsewhere",
    text: "It came from another user pool than this site's, so nothing of it was believed. Begin again; if it goes on, tell the administrator.",
};

/// The message for a response to our own request that has nothing to sign in with.
pub(crate) const NOT_WHOLE: Says = Says {
    title: "That answer was not whole",
    text: "The hosted page sent you back without what a sign-in needs. Try again; if it goes on, tell the administrator.",
};

/// The text that is added for a user who is signed in already.
const STILL_SIGNED_IN: &str = "You are still signed in, as before.";

/// Waits for the page of a failed sign-in, and checks that it says this and no more.
pub(crate) async fn is_told(j: &Journey, says: &Says) -> Outcome {
    j.browser.shows_page(says.title).await?;
    assert_eq!(j.browser.texts("main [role=status]").await?, [says.text]);
    Ok(())
}

/// Starts a hosted sign-in, stops on the pool's form, and returns the `state` of the request.
pub(crate) async fn begin(j: &Journey) -> Outcome<String> {
    SignInPage::open(&j.browser).await?;
    go_to_hosted_page(j).await?;
    Ok(Parameters::of_query(&asked(&j.world))
        .one("state")
        .to_owned())
}

/// Returns to the pool's form of the latest authorization request.
pub(crate) async fn return_to_form(j: &Journey) -> Outcome<HostedLoginPage<'_>> {
    let address = format!("{}{}", j.world.pool().url(), asked(&j.world).path);
    j.browser.driver().goto(address).await?;
    HostedLoginPage::shown(&j.browser).await
}

/// Changes members of this tab's pending authorizations.
pub(crate) async fn change_records(j: &Journey, change: Value) -> Outcome {
    const CHANGE: &str = "for (const [key, text] of Object.entries(sessionStorage)) {
        if (!key.startsWith('poolgate.pending.')) continue;
        sessionStorage[key] = JSON.stringify({ ...JSON.parse(text), ...arguments[0] });
    }";
    j.browser.script(CHANGE, vec![change]).await?;
    Ok(())
}

/// Notes in each document when its title last changed, in milliseconds since the navigation.
const NOTE_TITLES: &str = "new MutationObserver(() => {
    if (document.title !== window.noted?.title) window.noted = { title: document.title, at: performance.now() };
}).observe(document, { childList: true, subtree: true, characterData: true })";

/// The milliseconds from the end of the WebAssembly download until the page was shown.
async fn took(j: &Journey) -> Outcome<f64> {
    const TOOK: &str = "const { at } = window.noted;
        const files = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm'));
        const there = files.map(({ responseEnd }) => responseEnd).filter((moment) => moment <= at);
        return at - Math.max(...there)";
    let took = j.browser.script(TOOK, vec![]).await?;
    took.as_f64()
        .ok_or_else(|| format!("{took} is no time").into())
}

/// Opens a callback, and checks that it only shows an explanation with a next step, within two seconds. `kept` is the
/// stored session of a user who is signed in already, or null.
async fn changes_nothing(j: &Journey, kept: &Value, address: &str, says: &Says) -> Outcome {
    let redeemed = j.world.requests_to(TOKEN).len();
    // A URL that differs from the current one only in its fragment would load no new document.
    j.browser.driver().goto("about:blank").await?;
    j.browser.open(address).await?;
    j.browser.shows_page(says.title).await?;
    let took = took(j).await?;
    // The page has to explain itself within two seconds.
    assert!(took < 2_000.0, "{address} took {took} ms");
    let texts = j.browser.texts("main [role=status]").await?;
    let ways = j.browser.texts("main a.button, main button").await?;
    if kept.is_null() {
        assert_eq!(texts, [says.text], "{address}");
        let way = "Go to sign-in".to_owned();
        assert!(ways.contains(&way), "{address}: {ways:?}");
    } else {
        assert_eq!(texts, [says.text, STILL_SIGNED_IN], "{address}");
        assert_eq!(ways, ["Go on as you are"], "{address}");
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    j.browser.is_at(path).await?;
    assert_eq!(session(j).await?, *kept, "{address}");
    assert_eq!(j.world.requests_to(TOKEN).len(), redeemed, "{address}");
    Ok(())
}

/// Opens an old callback as a signed-in user, and checks that it leads to the app and changes nothing.
async fn leads_to_the_app(j: &Journey, kept: &Value, address: &str) -> Outcome {
    let redeemed = j.world.requests_to(TOKEN).len();
    j.browser.driver().goto("about:blank").await?;
    j.browser.open(address).await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
    j.browser.is_at("/").await?;
    assert_eq!(session(j).await?, *kept, "{address}");
    assert_eq!(j.world.requests_to(TOKEN).len(), redeemed, "{address}");
    Ok(())
}

/// The stored session.
async fn session(j: &Journey) -> Outcome<Value> {
    const SESSION: &str = "return localStorage.getItem('poolgate.session')";
    j.browser.script(SESSION, vec![]).await
}

/// Callbacks that belong to no request or contradict themselves, while the request with this `state` is pending. They
/// leave it pending.
fn unbelievable(state: &str) -> Vec<(String, Says)> {
    let strays = [
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
        (strays.to_vec(), STRAY),
        (repeated.to_vec(), REPEATED),
        (nothing.to_vec(), UNFINISHED),
    ];
    all.into_iter()
        .flat_map(|(addresses, says)| addresses.into_iter().map(move |address| (address, says)))
        .collect()
}

/// Responses to the request with this `state` that do not sign the user in. Each of them uses its request up.
const DISAPPOINTING: [(&str, Says); 7] = [
    (
        "/login/?code=CODE&error=access_denied&state=STATE",
        CANCELLED,
    ),
    (
        "/login/?code=CODE&state=STATE&iss=https%3A%2F%2Fcognito-idp.us-east-1.amazonaws.com%2Fus-east-1_AbCdEfGhI",
        FOREIGN,
    ),
    ("/login/#code=CODE&state=STATE", NOT_WHOLE),
    ("/login/?state=STATE", NOT_WHOLE),
    (
        "/login/?id_token=e.e.e&access_token=e.e.e&token_type=Bearer&expires_in=3600&state=STATE",
        NOT_WHOLE,
    ),
    (
        "/login/#id_token=e.e.e&access_token=e.e.e&token_type=Bearer&expires_in=3600&state=STATE",
        NOT_WHOLE,
    ),
    ("/login/?code=#state=STATE", NOT_WHOLE),
];

/// A callback of no request of this tab changes nothing. A request of this tab that is pending stays so.
#[test]
fn what_belongs_to_no_sign_in_of_this_tab_changes_nothing_and_disturbs_none_that_is_under_way() {
    journey(with_ann(), async |j| {
        j.browser.before_each_document(NOTE_TITLES).await?;
        let state = begin(&j).await?;
        for (address, says) in unbelievable(&state) {
            changes_nothing(&j, &Value::Null, &address, &says).await?;
        }
        j.browser.follow("Go to sign-in").await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.world.requests_to(TOKEN), []);
        return_to_form(&j).await?.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// A response to our own request without a usable code is explained. Its `state` works once.
#[test]
fn an_answer_of_our_own_that_brings_nothing_is_explained_and_serves_once() {
    journey(with_ann(), async |j| {
        j.browser.before_each_document(NOTE_TITLES).await?;
        for (address, says) in DISAPPOINTING {
            let state = begin(&j).await?;
            let address = address.replace("STATE", &state).replace("CODE", CODE);
            changes_nothing(&j, &Value::Null, &address, &says).await?;
            j.browser.reload().await?;
            is_told(&j, &NOTHING).await?;
            changes_nothing(&j, &Value::Null, &address, &STRAY).await?;
        }
        assert_eq!(j.world.requests_to(TOKEN), []);
        Ok(())
    });
}

/// Other sites can link to the callback page at any time. The session of a signed-in user must not change.
#[test]
fn whatever_comes_to_the_callback_leaves_who_is_signed_in_as_they_are() {
    journey(with_ann(), async |j| {
        j.browser.before_each_document(NOTE_TITLES).await?;
        let mut states = Vec::new();
        for _ in 0..=DISAPPOINTING.len() {
            states.push(begin(&j).await?);
        }
        // Ann signs in in another tab, while the requests of this tab are pending.
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        sign_in(&j).await?;
        let kept = session(&j).await?;
        j.browser.look_at(&first).await?;

        let spare = states.pop().ok_or("a state")?;
        for (address, says) in unbelievable(&spare) {
            if says == REPEATED {
                changes_nothing(&j, &kept, &address, &says).await?;
            } else {
                leads_to_the_app(&j, &kept, &address).await?;
            }
        }
        for ((address, says), state) in DISAPPOINTING.into_iter().zip(&states) {
            let address = address.replace("STATE", state).replace("CODE", CODE);
            changes_nothing(&j, &kept, &address, &says).await?;
        }
        let refused = format!("/login/?error=access_denied&state={spare}");
        changes_nothing(&j, &kept, &refused, &CANCELLED).await?;
        assert_eq!(j.world.requests_to(TOKEN), []);
        j.browser.follow("Go on as you are").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// Another tab has signed the user in, so the callback page leads to the page that she wanted.
#[test]
fn back_to_an_unfinished_sign_in_leads_on_for_a_signed_in_user() {
    journey(with_ann(), async |j| {
        j.expect_console("currentUser");
        j.browser.open("/todos?list=garden").await?;
        SignInPage::shown(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        sign_in(&j).await?;
        j.browser.look_at(&first).await?;
        j.browser.open("/login/").await?;
        j.browser.shows_page("Your to-dos").await?;
        j.browser.is_at("/todos?list=garden").await
    });
}

/// Another tab has signed the user in, so that a sign-in that took too long does not matter any more.
#[test]
fn expired_sign_in_leads_a_signed_in_user_to_the_app() {
    journey(with_ann(), async |j| {
        let state = begin(&j).await?;
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        sign_in(&j).await?;
        let kept = session(&j).await?;
        j.browser.look_at(&first).await?;
        j.browser.move_clock(Duration::from_secs(10 * 60)).await?;
        let address = format!("/login/?code={CODE}&state={state}");
        leads_to_the_app(&j, &kept, &address).await
    });
}

/// The message for a user who cancels.
pub(crate) const CANCELLED: Says = Says {
    title: "Sign-in cancelled",
    text: "You left the hosted page without signing in, or were not allowed in. Nothing was changed.",
};

/// RFC 9700 §4.3.1: the code is no longer in the URL when the app sends its first request to the pool, and nothing is
/// loaded from other origins than the app's and the pool's.
#[test]
fn the_address_is_clean_before_the_pool_is_asked_anything() {
    journey(with_ann(), async |j| {
        const NOTE: &str = "(() => {
            window.asked = [];
            const fetch = window.fetch;
            window.fetch = (request, ...more) => {
                const { origin } = new URL(request.url ?? request, location.href);
                if (origin !== location.origin) window.asked.push(location.href);
                return fetch(request, ...more);
            };
        })()";
        begin(&j).await?;
        j.browser.before_each_document(NOTE).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let asked = j.browser.script("return window.asked", vec![]).await?;
        let asked: Vec<String> = serde_json::from_value(asked)?;
        let clean = format!("{}/login/", j.world.url());
        assert!(!asked.is_empty());
        assert!(asked.iter().all(|address| *address == clean), "{asked:?}");
        let from = "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin)";
        let from: Vec<String> = serde_json::from_value(j.browser.script(from, vec![]).await?)?;
        let (app, pool) = (j.world.url(), j.world.pool().url());
        assert!(
            from.iter().all(|origin| *origin == app || *origin == pool),
            "{from:?}"
        );
        Ok(())
    });
}

#[test]
fn a_sign_in_that_took_more_than_ten_minutes_is_begun_again() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        j.browser.move_clock(Duration::from_secs(10 * 60)).await?;
        HostedLoginPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        is_told(&j, &EXPIRED).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(j.world.requests_to(TOKEN), []);
        // "Try again" needs no password, since the hosted pages have a session of Ann now.
        j.browser.press("Try again").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

#[test]
fn a_sign_in_that_was_begun_with_another_client_is_begun_again_with_the_right_one() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        let other = j.world.another_client();
        let mut config = j.world.config();
        config["cognito"]["userPoolClientId"] = json!(other);
        j.world.set_config(&config);
        HostedLoginPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        is_told(&j, &OTHER_POOL).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(j.world.requests_to(TOKEN), []);
        j.browser.press("Try again").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let redeemed = j.world.requests_to(TOKEN);
        assert_eq!(redeemed.len(), 1);
        assert_eq!(Parameters::of_form(&redeemed[0]).one("client_id"), other);
        Ok(())
    });
}

/// An attacker's response would sign the user in to the attacker's account (RFC 9700 §4.7).
#[test]
fn an_answer_to_another_tab_is_stray_here_and_good_there() {
    journey(with_ann(), async |j| {
        let state = begin(&j).await?;
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        j.browser
            .open(&format!("/login/?code={CODE}&state={state}"))
            .await?;
        is_told(&j, &STRAY).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(j.world.requests_to(TOKEN), []);
        j.browser.look_at(&first).await?;
        HostedLoginPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// If the redirect URI is the start page, that page handles a callback only if there is a response in the URL.
#[test]
fn a_start_page_that_is_the_callback_too_is_itself_without_an_answer() {
    let world = with_ann();
    let uri = world.url().to_owned();
    let world = world.configured(|config| config["cognito"]["redirectSignIn"] = json!(uri));
    journey(world, async |j| {
        HomePage::open(&j.browser).await?;
        j.browser.open("/?utm_source=mail").await?;
        HomePage::shown(&j.browser).await?;
        let state = begin(&j).await?;
        j.browser
            .open(&format!("/?code={CODE}&state={ANOTHER_STATE}"))
            .await?;
        is_told(&j, &STRAY).await?;
        j.browser.is_at("/").await?;
        j.browser
            .open(&format!("/?error=access_denied&state={state}"))
            .await?;
        is_told(&j, &CANCELLED).await?;
        j.browser.is_at("/").await?;
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.world.requests_to(TOKEN), []);
        Ok(())
    });
}
