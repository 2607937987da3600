//! One session in several tabs: one refresh for all of them, and each tab follows the changes of the others.

use std::time::Duration;

use e2e::pages::{HomePage, RegisterPage, Row, SignInPage, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, Tab, World, journey};
use serde_json::{Value, json};

use crate::between::{
    Instead, answer_instead_from_the_start, are_read, have_come, hold_from_the_start, let_through,
};
use crate::keys::keys;
use crate::session::{kept, renewals, short_tokens, sign_in, with_short_tokens};
use crate::tokens::claims;

/// The time within which another tab shows a change.
pub(crate) const SOON: Duration = Duration::from_secs(1);

/// The message after the stored session was removed. The app cannot know which of the reasons applies.
const NOT_KEPT_ANY_MORE: &str = "This browser does not keep your sign-in any more: you signed out or deleted your account in another tab, or the site's data were cleared.";

/// A time after which tokens of five minutes have expired by the clocks of the pool, the host and all tabs.
const NIGHT: Duration = Duration::from_secs(6 * 60);

/// Hides `visibilitychange` from the page, as if its window were visible all the time. Only `storage` events tell it
/// about other tabs.
const BLIND: &str =
    "addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)";

/// Hides `storage` and `visibilitychange` from the page, so that no event tells it about other tabs.
pub(crate) const DEAF: &str = "for (const name of ['storage', 'visibilitychange'])
    addEventListener(name, (event) => event.stopImmediatePropagation(), true)";

fn bob() -> Person {
    Person::by_email("bob@example.com", None)
}

/// Opens another tab at this URL, which gets only `storage` events.
async fn tab_at(j: &Journey, address: &str) -> Outcome<Tab> {
    let tab = j.browser.open_tab().await?;
    j.browser.before_each_document(BLIND).await?;
    j.browser.open(address).await?;
    Ok(tab)
}

/// Signs Ann in and opens the start page in five tabs. `before` runs before each document of each tab.
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

/// Lets the tokens expire in each tab, and then runs this script in all tabs at once.
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

/// Checks that each tab works with the new tokens.
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

/// Refresh tokens that are valid once: a second refresh with the first token would end the session.
fn with_rotation() -> World {
    let world = World::workshop().with(&Person::ann());
    let mut changes = short_tokens();
    changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
    changes["RefreshTokenRotation"] = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    world.update_client(changes);
    world
}

/// The `Authorization` values of the requests to the API.
fn sent_to_the_api(world: &World) -> Vec<Option<String>> {
    let mut requests = world.requests();
    requests.retain(|request| request.path.starts_with("/api/"));
    requests
        .into_iter()
        .map(|request| request.authorization)
        .collect()
}

/// Five tabs with expired tokens that come online together cause one refresh.
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

/// Five tabs with expired tokens that are loaded together cause one refresh.
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

/// A `storage` event can come late, and a frozen page gets none. Each tab reads the stored session when it holds the
/// lock.
#[test]
fn five_tabs_that_hear_nothing_of_each_other_still_renew_once() {
    journey(with_rotation(), async |j| {
        const QUEUE: &str = "return navigator.locks.query().then(({ held, pending }) => held.length + pending.length)";
        let tabs = five_tabs(&j, DEAF).await?;
        expire_then_all_at_once(&j, &tabs, "dispatchEvent(new Event('online'))").await?;
        // Each tab gets the lock in turn.
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

/// Holds the refresh lock in every later document, as a frozen tab does.
const HOLD_LOCK: &str = "navigator.locks.request('poolgate.renewal', () => new Promise(() => {}));";

/// A frozen tab can hold the lock. Timers run at normal speed.
#[test]
fn a_held_lock_delays_a_refresh_by_ten_seconds() {
    journey(with_short_tokens(), async |j| {
        sign_in(&j).await?;
        let before = kept(&j, "idToken").await?;
        j.world.let_time_pass(NIGHT);
        j.browser.move_clock(NIGHT).await?;
        j.browser.before_each_document(HOLD_LOCK).await?;
        j.browser.open("/").await?;
        let is_refreshed = async || Ok(kept(&j, "idToken").await? != before);
        let limit = Duration::from_secs(15);
        j.browser
            .until_within(limit, "the refresh", is_refreshed)
            .await?;
        assert_eq!(renewals(&j.world), 1);
        Ok(())
    });
}

/// Without the lock, a tab whose keys come late looks at the stored session again before it sends its refresh token.
#[test]
fn slow_tab_does_not_use_a_spent_refresh_token() {
    const NO_LOCKS: &str = "delete Navigator.prototype.locks";
    journey(with_rotation(), async |j| {
        sign_in(&j).await?;
        let before = kept(&j, "idToken").await?;
        let slow = j.browser.tab().await?;
        j.world.let_time_pass(NIGHT);
        j.browser.move_clock(NIGHT).await?;
        j.browser.before_each_document(NO_LOCKS).await?;
        j.browser.before_each_document(DEAF).await?;
        hold_from_the_start(&j, &keys()).await?;
        j.browser.open("/").await?;
        // The check of the stored tokens and the refresh both ask for the keys.
        have_come(&j, &keys(), 2).await?;

        j.browser.open_tab().await?;
        j.browser.before_each_document(NO_LOCKS).await?;
        j.browser.move_clock(NIGHT).await?;
        j.browser.open("/").await?;
        let is_refreshed = async || Ok(kept(&j, "idToken").await? != before);
        j.browser.until("the refresh", is_refreshed).await?;

        j.browser.look_at(&slow).await?;
        let_through(&j, &keys()).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        j.browser.says("Nothing to do").await?;
        assert_eq!(renewals(&j.world), 1);
        Ok(())
    });
}

/// Neither tab gets the lock in time. The pool refuses the first tab's refresh, as it does when another tab has used the
/// token, while the response to the second tab is still on its way.
#[test]
fn refused_refresh_without_the_lock_waits_for_the_other_tab() {
    const ACTION: &str = "GetTokensFromRefreshToken";
    const REFUSAL: &str =
        r#"{"__type":"RefreshTokenReuseException","message":"Refresh token has been invalidated"}"#;
    journey(with_short_tokens(), async |j| {
        sign_in(&j).await?;
        let before = kept(&j, "idToken").await?;
        let first = j.browser.tab().await?;
        j.world.let_time_pass(NIGHT);
        j.browser.move_clock(NIGHT).await?;
        j.browser.before_each_document(HOLD_LOCK).await?;
        answer_instead_from_the_start(&j, ACTION, Instead::refusal(REFUSAL)).await?;
        j.browser.open("/").await?;

        j.browser.open_tab().await?;
        j.browser.move_clock(NIGHT).await?;
        j.browser.open("/").await?;
        let is_refreshed = async || Ok(kept(&j, "idToken").await? != before);
        let limit = Duration::from_secs(30);
        j.browser
            .until_within(limit, "the refresh", is_refreshed)
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(renewals(&j.world), 1);

        j.browser.look_at(&first).await?;
        are_read(&j, ACTION).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_ne!(kept(&j, "idToken").await?, before);
        Ok(())
    });
}

/// Without Web Locks each tab may refresh once by itself.
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

/// A sign-out in one tab signs the others out within a second, and none of them signs in again.
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
        // The only request revokes the refresh token.
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

/// After a sign-in in one tab, each other tab goes to its own return address.
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

/// After another user signs in, no tab shows data of the previous user.
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
        // A page with Ann's data is either replaced by the start page or rendered again.
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
        // The following requests are sent as Bob.
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

/// Clearing the site's data signs the user out.
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
