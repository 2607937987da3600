//! Several tabs, one session: one renewal for all, and what happens in one is seen in the others.

use std::time::Duration;

use e2e::pages::{HomePage, RegisterPage, Row, SignInPage, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, Tab, World, journey};
use serde_json::{Value, json};

use crate::session::{kept, renewals, short_tokens, sign_in, with_short_tokens};
use crate::tokens::claims;

/// B5
pub(crate) const SOON: Duration = Duration::from_secs(1);

/// What is said where what was kept is gone: nobody can know here which of the two it was.
const NOT_KEPT_ANY_MORE: &str = "This browser does not keep your sign-in any more: you signed out or deleted your account in another tab, or the site's data were cleared.";

/// By the clocks of the pool, of the host and of every tab, tokens of five minutes have expired after it.
const NIGHT: Duration = Duration::from_secs(6 * 60);

/// A page that does not notice when it is looked at, as one that is seen all the time beside another has no reason to: news
/// from other tabs is all that it has.
const BLIND: &str =
    "addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)";

/// A page that notices nothing of what other tabs do, nor when it is looked at.
pub(crate) const DEAF: &str = "for (const name of ['storage', 'visibilitychange'])
    addEventListener(name, (event) => event.stopImmediatePropagation(), true)";

fn bob() -> Person {
    Person::by_email("bob@example.com", None)
}

/// Opens a further tab at an address, with nothing but news of the others to go by.
async fn tab_at(j: &Journey, address: &str) -> Outcome<Tab> {
    let tab = j.browser.open_tab().await?;
    j.browser.before_each_document(BLIND).await?;
    j.browser.open(address).await?;
    Ok(tab)
}

/// Ann in five tabs, each at the start page; `before` runs before each document of each tab.
async fn five_tabs(j: &Journey, before: &str) -> Outcome<Vec<Tab>> {
    j.browser.before_each_document(before).await?;
    sign_in(j).await?;
    let mut tabs = vec![j.browser.tab().await?];
    while tabs.len() < 5 {
        tabs.push(j.browser.open_tab().await?);
        j.browser.before_each_document(before).await?;
        j.browser.open("/").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
    }
    Ok(tabs)
}

/// Lets the tokens expire in every tab, and then has all tabs do the same thing at the same time.
async fn expire_then_all_at_once(j: &Journey, tabs: &[Tab], what: &str) -> Outcome {
    j.world.let_time_pass(NIGHT);
    let listen = format!("new BroadcastChannel('dawn').onmessage = () => {{ {what} }}");
    for tab in tabs {
        j.browser.look_at(tab).await?;
        assert_eq!(renewals(&j.world), 0);
        j.browser.move_clock(NIGHT).await?;
        j.browser.script(&listen, vec![]).await?;
    }
    let dawn = "new BroadcastChannel('dawn').postMessage('')";
    j.browser.script(dawn, vec![]).await?;
    Ok(())
}

/// Every tab works, with tokens of after the renewal.
async fn all_go_on_working(j: &Journey, tabs: &[Tab]) -> Outcome {
    j.expect_console("currentUser");
    for tab in tabs {
        j.browser.look_at(tab).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.follow("To-dos").await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await?;
    }
    Ok(())
}

/// Tokens that are spent once and then never again: a second renewal with the first refresh token would end everything.
fn with_rotation() -> World {
    let world = World::workshop().with(&Person::ann());
    let mut changes = short_tokens();
    changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
    changes["RefreshTokenRotation"] = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    world.update_client(changes);
    world
}

/// What was sent to the API, by its ID token.
fn sent_to_the_api(world: &World) -> Vec<Option<String>> {
    let mut requests = world.requests();
    requests.retain(|request| request.path.starts_with("/api/"));
    requests
        .into_iter()
        .map(|request| request.authorization)
        .collect()
}

/// B4
#[test]
fn five_tabs_that_wake_up_together_with_expired_tokens_renew_them_once() {
    journey(with_rotation(), async |j| {
        let tabs = five_tabs(&j, "").await?;
        expire_then_all_at_once(&j, &tabs, "dispatchEvent(new Event('online'))").await?;
        all_go_on_working(&j, &tabs).await?;
        assert_eq!(renewals(&j.world), 1);
        let new = Some(kept(&j, "idToken").await?);
        assert!(sent_to_the_api(&j.world).iter().all(|sent| *sent == new));
        Ok(())
    });
}

/// B4
#[test]
fn five_tabs_that_are_loaded_together_with_expired_tokens_renew_them_once() {
    journey(with_rotation(), async |j| {
        let tabs = five_tabs(&j, "").await?;
        expire_then_all_at_once(&j, &tabs, "location.reload()").await?;
        all_go_on_working(&j, &tabs).await?;
        assert_eq!(renewals(&j.world), 1);
        let new = Some(kept(&j, "idToken").await?);
        assert!(sent_to_the_api(&j.world).iter().all(|sent| *sent == new));
        Ok(())
    });
}

/// B4: news may come late, and to a page that was frozen not at all. Inside the lock each tab looks for itself.
#[test]
fn five_tabs_that_hear_nothing_of_each_other_still_renew_once() {
    journey(with_rotation(), async |j| {
        const QUEUE: &str = "return navigator.locks.query().then(({ held, pending }) => held.length + pending.length)";
        let tabs = five_tabs(&j, DEAF).await?;
        expire_then_all_at_once(&j, &tabs, "dispatchEvent(new Event('online'))").await?;
        // Each has its turn.
        let all_had_it = async || {
            let queue = j.browser.script(QUEUE, vec![]).await?;
            Ok(renewals(&j.world) > 0 && queue == json!(0))
        };
        j.browser.until("the end of the queue", all_had_it).await?;
        assert_eq!(renewals(&j.world), 1);
        all_go_on_working(&j, &tabs).await?;
        assert_eq!(renewals(&j.world), 1);
        Ok(())
    });
}

/// Without Web Locks each tab may renew for itself, once.
#[test]
fn in_a_browser_without_web_locks_five_tabs_with_expired_tokens_go_on_working() {
    journey(with_short_tokens(), async |j| {
        let tabs = five_tabs(&j, "delete Navigator.prototype.locks").await?;
        assert_eq!(
            j.browser
                .script("return 'locks' in navigator", vec![])
                .await?,
            json!(false)
        );
        expire_then_all_at_once(&j, &tabs, "dispatchEvent(new Event('online'))").await?;
        all_go_on_working(&j, &tabs).await?;
        let renewals = renewals(&j.world);
        assert!((1..=5).contains(&renewals), "{renewals}");
        Ok(())
    });
}

/// B5
#[test]
fn signing_out_in_one_tab_is_seen_in_the_others_within_a_second_and_none_signs_in_again() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.browser.before_each_document(BLIND).await?;
        sign_in(&j).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos.add("A secret plan").await?;
        todos.lists(&[Row::open("A secret plan")]).await?;
        let at_todos = j.browser.tab().await?;
        let at_account = tab_at(&j, "/account").await?;
        j.browser.says("ann@example.com").await?;
        tab_at(&j, "/").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let before = j.world.requests().len();
        j.browser.press("Sign out").await?;
        for tab in [&at_todos, &at_account] {
            j.browser.look_at(tab).await?;
            let is_gone = async || {
                let text = j.browser.text().await?;
                Ok(text.contains(NOT_KEPT_ANY_MORE)
                    && !["Ann", "ann@", "A secret plan", "Sign out"]
                        .iter()
                        .any(|private| text.contains(private)))
            };
            j.browser
                .until_within(SOON, "the signing out", is_gone)
                .await?;
            j.browser.is_at("/").await?;
        }
        for tab in [&at_todos, &at_account] {
            j.browser.look_at(tab).await?;
            j.browser.reload().await?;
            HomePage::shown(&j.browser).await?;
            j.browser.open("/todos").await?;
            SignInPage::shown(&j.browser).await?;
        }
        assert_eq!(j.browser.stored().await?, json!({}));
        // The one request is to tell the pool; nobody has asked it for anything.
        let asked: Vec<String> = j
            .world
            .requests()
            .into_iter()
            .skip(before)
            .filter(|request| request.method == "POST" || request.path.starts_with("/oauth2"))
            .map(|request| request.operation.unwrap_or(request.path))
            .collect();
        assert_eq!(asked, ["RevokeToken"]);
        Ok(())
    });
}

/// B5, P13: each tab goes on to where it was headed itself.
#[test]
fn signing_in_in_one_tab_takes_the_others_along_within_a_second() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.browser.before_each_document(BLIND).await?;
        j.expect_console("currentUser");
        j.browser.open("/todos?list=garden").await?;
        SignInPage::shown(&j.browser).await?;
        let to_todos = j.browser.tab().await?;
        let at_home = tab_at(&j, "/").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.open_tab().await?;
        sign_in(&j).await?;

        j.browser.look_at(&at_home).await?;
        let greets =
            async || Ok(j.browser.texts("main h1").await? == [HomePage::greeting("Ann Lee")]);
        j.browser.until_within(SOON, "the greeting", greets).await?;
        j.browser.look_at(&to_todos).await?;
        let is_there = async || Ok(j.browser.address().await? == "/todos?list=garden");
        j.browser.until_within(SOON, "the to-dos", is_there).await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await?;
        assert_eq!(
            j.world.operations(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        Ok(())
    });
}

/// B5: nothing of the former person stays on any screen.
#[test]
fn another_person_in_one_tab_is_another_person_in_all_of_them_within_a_second() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.browser.before_each_document(BLIND).await?;
        sign_in(&j).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos.add("A secret plan").await?;
        todos.lists(&[Row::open("A secret plan")]).await?;
        let at_todos = j.browser.tab().await?;
        let at_account = tab_at(&j, "/account").await?;
        j.browser.says("ann@example.com").await?;
        let at_home = tab_at(&j, "/").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        tab_at(&j, "/register").await?;
        let register = RegisterPage::shown(&j.browser).await?;
        register.register(&bob()).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for(&bob().email)).await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob().email))
            .await?;
        // A page that was Ann's may be left for the start page, or drawn anew.
        let is_bobs = async || {
            let text = j.browser.text().await?;
            let left = ["Ann", "ann@", "A secret plan"];
            Ok(["Nothing to do", "bob@example.com"]
                .iter()
                .any(|his| text.contains(his))
                && !left.iter().any(|private| text.contains(private)))
        };
        for tab in [&at_todos, &at_account, &at_home] {
            j.browser.look_at(tab).await?;
            j.browser.until_within(SOON, "Bob", is_bobs).await?;
        }
        // What is done there is done as Bob.
        j.browser.look_at(&at_todos).await?;
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await?;
        todos.add("Bob's own").await?;
        todos.lists(&[Row::open("Bob's own")]).await?;
        let sent = sent_to_the_api(&j.world).pop().flatten();
        assert_eq!(
            claims(&sent.ok_or("a token")?)["email"],
            Value::from(bob().email)
        );
        Ok(())
    });
}

/// B5: whoever clears the site's data has signed out.
#[test]
fn clearing_the_storage_in_one_tab_is_a_sign_out_in_the_others() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.browser.before_each_document(BLIND).await?;
        sign_in(&j).await?;
        j.browser.open("/account").await?;
        j.browser.says("ann@example.com").await?;
        let at_account = j.browser.tab().await?;
        tab_at(&j, "/").await?;
        j.browser.script("localStorage.clear()", vec![]).await?;
        j.browser.look_at(&at_account).await?;
        let is_gone = async || {
            let text = j.browser.text().await?;
            Ok(text.contains(NOT_KEPT_ANY_MORE) && !text.contains("ann@example.com"))
        };
        j.browser
            .until_within(SOON, "the signing out", is_gone)
            .await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}
