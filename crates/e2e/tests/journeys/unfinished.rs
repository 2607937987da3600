//! Hosted sign-ins that have not come back: the page says so, a new attempt is like the first, and a late answer does
//! not take the user away from another page.

use e2e::pages::{HomePage, HostedLoginPage, ProviderPage, RegisterPage, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::between::{
    Instead, answer_as_ever, answer_instead_from_the_start, are_read, have_come, hold,
    hold_from_the_start, let_through, no_longer,
};
use crate::callback::{CANCELLED, Says, UNFINISHED, begin, is_told};
use crate::hosted::{AUTHORIZE, REDEEM, TOKEN, under_way, with_ann};
use crate::parameters::Parameters;
use crate::session::sign_in;
use crate::tabs::SOON;

const DEEP: &str = "/todos?list=home%20%26%20garden&x=1#y";

/// The sign-in page with that URL as the return address.
const THEN_DEEP: &str = "/signin?then=%2Ftodos%3Flist%3Dhome%2520%2526%2520garden%26x%3D1%23y";

const GONE: Says = Says {
    title: "The sign-in could not be finished",
    text: "The user pool's hosted pages could not be found any more. Try again in a moment.",
};

const AWAY: Instead = Instead {
    status: 503,
    kind: "text/plain",
    body: "Service Unavailable",
};

/// The request for the discovery document, in the notation of `between`.
fn discovery() -> String {
    format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration")
}

/// Gina wants her to-dos, cancels a sign-in at Google, tries again, and goes Back from there.
async fn back_from_trying_again(j: &Journey) -> Outcome {
    j.browser.open(DEEP).await?;
    SignInPage::shown(&j.browser).await?;
    j.browser.fill(SignInPage::NAME, "gina@example.org").await?;
    j.browser.press("Continue with Google").await?;
    ProviderPage::shown(&j.browser).await?.cancel().await?;
    is_told(j, &CANCELLED).await?;
    j.browser.press("Try again").await?;
    ProviderPage::shown(&j.browser).await?;
    j.browser.driver().back().await?;
    is_told(j, &UNFINISHED).await?;
    j.browser.is_at("/login/").await
}

fn with_google() -> World {
    with_ann().configured(|config| config["cognito"]["identityProviders"] = json!(["Google"]))
}

async fn is_there(j: &Journey) -> Outcome {
    TodosPage::shown(&j.browser).await?;
    j.browser.is_at(DEEP).await
}

/// Back from a second attempt leads to a page that says so, and a third attempt is like the first.
#[test]
fn back_from_a_second_try_says_that_it_is_not_finished_and_a_third_is_like_the_first() {
    journey(with_google(), async |j| {
        j.expect_console("currentUser");
        back_from_trying_again(&j).await?;
        // A reload shows the same.
        j.browser.reload().await?;
        is_told(&j, &UNFINISHED).await?;
        j.browser.press("Try again").await?;
        let provider = ProviderPage::shown(&j.browser).await?;
        let requests = j.world.requests_to(AUTHORIZE);
        let asked: Vec<Parameters> = requests.iter().map(Parameters::of_query).collect();
        assert_eq!(asked.len(), 3);
        for asked in &asked {
            assert_eq!(asked.one("identity_provider"), "Google");
            assert_eq!(asked.one("login_hint"), "gina@example.org");
        }
        let gina = Person::by_email("gina@example.org", Some("Gina Ray"));
        provider.sign_in_as(&gina).await?;
        is_there(&j).await?;
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// After a failed callback, the link to the sign-in page keeps the return address.
#[test]
fn from_a_callback_that_brought_nobody_in_the_way_to_sign_in_leads_on_to_where_one_was_headed() {
    journey(with_google(), async |j| {
        j.expect_console("currentUser");
        back_from_trying_again(&j).await?;
        j.browser.follow("Go to sign-in").await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        j.browser.is_at(THEN_DEEP).await?;
        sign_in.sign_in_as(&Person::ann()).await?;
        is_there(&j).await
    });
    // After an error response, the link keeps it too.
    journey(with_google(), async |j| {
        j.expect_console("currentUser");
        j.browser.open(DEEP).await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.press("Continue with Google").await?;
        ProviderPage::shown(&j.browser).await?.cancel().await?;
        is_told(&j, &CANCELLED).await?;
        j.browser.follow("Go to sign-in").await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        j.browser.is_at(THEN_DEEP).await?;
        sign_in.sign_in_as(&Person::ann()).await?;
        is_there(&j).await
    });
}

/// After a sign-out in another tab, the callback page no longer says that the user is signed in.
#[test]
fn a_callback_page_of_who_is_signed_out_in_another_tab_no_longer_says_that_they_are_in() {
    journey(with_ann(), async |j| {
        let state = begin(&j).await?;
        let first = j.browser.tab().await?;
        let second = j.browser.open_tab().await?;
        sign_in(&j).await?;
        j.browser.look_at(&first).await?;
        let refused = format!("/login/?error=access_denied&state={state}");
        j.browser.open(&refused).await?;
        j.browser
            .says("You are still signed in, as before.")
            .await?;
        let ways = j.browser.texts("main a.button, main button").await?;
        assert_eq!(ways, ["Go on as you are"]);

        j.browser.look_at(&second).await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.look_at(&first).await?;
        let follows = async || {
            let says = j.browser.texts("main [role=status]").await?;
            let ways = j.browser.texts("main a.button, main button").await?;
            Ok(says == [CANCELLED.text] && ways == ["Try again", "Go to sign-in"])
        };
        let what = "the callback page of who is not signed in";
        j.browser.until_within(SOON, what, follows).await?;
        // The buttons work.
        j.browser.press("Try again").await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// A code can be redeemed once, and the request before the reload may have used it up.
#[test]
fn a_reload_while_the_code_is_redeemed_offers_the_same_again() {
    const INTERRUPTED: Says = Says {
        title: "Your sign-in was interrupted",
        text: "This page was reloaded while your sign-in was being checked. Try again, or go to sign-in.",
    };
    journey(with_google(), async |j| {
        j.expect_console("currentUser");
        j.browser.open(DEEP).await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.press("Continue with Google").await?;
        let provider = ProviderPage::shown(&j.browser).await?;
        let held = hold_from_the_start(&j, REDEEM).await?;
        let gina = Person::by_email("gina@example.org", Some("Gina Ray"));
        provider.sign_in_as(&gina).await?;
        have_come(&j, REDEEM, 1).await?;
        for _ in 0..2 {
            j.browser.reload().await?;
            is_told(&j, &INTERRUPTED).await?;
            j.browser.is_at("/login/").await?;
        }
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        no_longer(&j, held).await?;
        // The stored record contains no secrets.
        let kept = j.browser.stored().await?.to_string();
        for secret in ["verifier", "nonce", "state", "code"] {
            assert!(!kept.contains(secret), "{secret} in {kept}");
        }

        j.browser.press("Try again").await?;
        is_there(&j).await?;
        let requests = j.world.requests_to(AUTHORIZE);
        let asked: Vec<Parameters> = requests.iter().map(Parameters::of_query).collect();
        assert_eq!(asked.len(), 2);
        for asked in &asked {
            assert_eq!(asked.one("identity_provider"), "Google");
        }
        assert_eq!(j.world.requests_to(TOKEN).len(), 2);
        let kept = j.browser.stored().await?;
        assert!(kept.get("poolgate.redeeming").is_none(), "{kept}");
        Ok(())
    });
}

/// Comes back from the hosted pages while the discovery document cannot be loaded.
async fn cannot_finish(j: &Journey) -> Outcome<Value> {
    begin(j).await?;
    let script = answer_instead_from_the_start(j, &discovery(), AWAY).await?;
    let form = HostedLoginPage::shown(&j.browser).await?;
    form.sign_in_as(&Person::ann()).await?;
    is_told(j, &GONE).await?;
    have_come(j, &discovery(), 1).await?;
    Ok(script)
}

#[test]
fn a_press_looks_for_the_hosted_pages_once_and_says_when_they_are_not_to_be_found() {
    journey(with_ann(), async |j| {
        cannot_finish(&j).await?;
        j.browser.press("Try again").await?;
        let alert = j.browser.alert().await?;
        assert_eq!(
            alert,
            "The hosted page could not be found just now. Try again in a moment, or sign in above."
        );
        are_read(&j, &discovery()).await?;
        have_come(&j, &discovery(), 2).await?;
        assert_eq!(under_way(&j).await?, Vec::<Value>::new());
        assert_eq!(j.world.requests_to(AUTHORIZE).len(), 1);
        Ok(())
    });
}

/// An answer that comes late must not take the user away from a page opened since.
#[test]
fn who_has_gone_on_to_another_page_is_not_pulled_away_to_the_hosted_page() {
    journey(with_ann(), async |j| {
        cannot_finish(&j).await?;
        answer_as_ever(&j, &discovery()).await?;
        hold(&j, &discovery()).await?;
        j.browser.press("Try again").await?;
        have_come(&j, &discovery(), 2).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser
            .fill(RegisterPage::EMAIL, "bob@example.com")
            .await?;
        let_through(&j, &discovery()).await?;
        // The app would store a pending authorization before it leaves the page.
        assert_eq!(under_way(&j).await?, Vec::<Value>::new());
        j.browser.is_at("/register").await?;
        assert_eq!(
            j.browser.value(RegisterPage::EMAIL).await?,
            "bob@example.com"
        );
        assert_eq!(j.world.requests_to(AUTHORIZE).len(), 1);
        Ok(())
    });
}

/// The hosted pages may be slow or never answer. WebDriver blocks on pending navigations, so the test cancels the
/// navigation, which the page cannot tell from a slow one.
#[test]
fn a_hosted_page_that_takes_its_time_costs_nothing_that_was_typed_and_is_not_called_unfinished() {
    const NEVER: &str = "navigation.addEventListener('navigate', (event) => {
        if (new URL(event.destination.url).pathname !== '/oauth2/authorize') return;
        event.preventDefault();
        window.isLeaving = true;
    })";
    journey(with_ann(), async |j| {
        // The app waits for ten seconds, which take a third of that here.
        j.browser.hurry(3.0).await?;
        SignInPage::open(&j.browser).await?;
        j.browser.script(NEVER, vec![]).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        let leaves = async || {
            let leaves = j.browser.script("return window.isLeaving", vec![]).await?;
            Ok(leaves == json!(true))
        };
        j.browser.until("the leaving", leaves).await?;
        let is_busy = async || -> Outcome<bool> {
            let button = j.browser.button(SignInPage::HOSTED).await?;
            Ok(button.attr("aria-disabled").await?.as_deref() == Some("true"))
        };
        assert!(is_busy().await?);
        let password = Person::ann().password;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        j.browser.fill(SignInPage::PASSWORD, &password).await?;
        let is_free = async || Ok(!is_busy().await?);
        j.browser.until("the end of the wait", is_free).await?;
        let text = j.browser.text().await?;
        assert!(!text.contains("not finished"), "{text}");
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, password);
        assert_eq!(j.browser.focused().await?, SignInPage::PASSWORD);
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}
