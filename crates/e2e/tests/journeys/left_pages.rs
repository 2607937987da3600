//! Pages that were left: Back, reload and the back/forward cache show nothing private of a session that is over, and a
//! page that was asleep catches up.

use e2e::pages::{HomePage, Row, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::json;

use crate::doors::{Door, NIGHT, with_short_tokens};
use crate::session::let_time_pass;

const SECRET: &str = "A secret plan";

/// Notes, before the app does anything, whether the page came out of the back/forward cache, and what could be seen of
/// it then.
const NOTE: &str = "addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.seen = document.body.checkVisibility() ? document.body.innerText : '';
}, true)";

/// Ann at her to-dos, with a secret among them, in a document that was loaded there.
async fn at_her_secrets(j: &Journey, door: Door) -> Outcome {
    j.browser.before_each_document(NOTE).await?;
    door.sign_in(j, &Person::ann()).await?;
    j.expect_console("currentUser");
    j.browser.open("/todos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    todos.add(SECRET).await?;
    todos.lists(&[Row::open(SECRET)]).await
}

/// Goes to a page of another site, in the same tab.
async fn to_another_site(j: &Journey) -> Outcome {
    let inbox = format!("{}/inbox", j.world.pool().url());
    j.browser.driver().goto(inbox).await?;
    Ok(())
}

/// Goes back to a page that the browser has kept as it was; gives what was seen of it at first.
async fn back_into_the_kept_page(j: &Journey) -> Outcome<String> {
    j.browser.driver().back().await?;
    let seen = async || {
        let seen = j
            .browser
            .script("return window.seen ?? null", vec![])
            .await?;
        Ok(seen.as_str().map(str::to_owned))
    };
    j.browser.some("the page as it was kept", seen).await
}

fn world() -> World {
    World::workshop().with_hosted_pages().with(&Person::ann())
}

/// Without this the two below would prove little: the page comes out of the cache, whole.
#[test]
fn a_page_that_is_gone_back_to_is_as_it_was_for_who_is_still_signed_in() {
    journey(world(), async |j| {
        at_her_secrets(&j, Door::Direct).await?;
        to_another_site(&j).await?;
        let seen = back_into_the_kept_page(&j).await?;
        assert_eq!(
            seen, "",
            "something was seen before the session was looked at"
        );
        j.browser.says(SECRET).await?;
        TodosPage::shown(&j.browser).await?.add("Another").await?;
        j.browser.says("Another").await
    });
}

#[test]
fn a_kept_page_shows_nothing_of_who_signed_out_in_another_tab_meanwhile() {
    for door in Door::BOTH {
        journey(world(), async move |j| {
            at_her_secrets(&j, door).await?;
            let kept = j.browser.tab().await?;
            to_another_site(&j).await?;
            j.browser.open_tab().await?;
            j.browser.open("/").await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.press("Sign out").await?;
            HomePage::shown(&j.browser).await?;
            j.browser.says("You are signed out").await?;

            j.browser.look_at(&kept).await?;
            let seen = back_into_the_kept_page(&j).await?;
            assert_eq!(
                seen, "",
                "something was seen before the session was looked at"
            );
            HomePage::shown(&j.browser).await?;
            let text = j.browser.text().await?;
            assert!(!text.contains(SECRET) && !text.contains("Ann"), "{text}");
            Ok(())
        });
    }
}

/// By the hosted page one leaves this app's documents for good; the kept ones are what was left.
#[test]
fn back_after_signing_out_at_the_hosted_page_shows_nothing_private() {
    journey(world(), async |j| {
        at_her_secrets(&j, Door::Hosted).await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.says("You are signed out. See you soon.").await?;
        for _ in 0..2 {
            j.browser.driver().back().await?;
            let is_drawn = async || Ok(!j.browser.text().await?.is_empty());
            j.browser.until("a page", is_drawn).await?;
            let text = j.browser.text().await?;
            assert!(!text.contains(SECRET) && !text.contains("Ann"), "{text}");
            assert!(!text.contains("Your to-dos"), "{text}");
            assert_eq!(j.browser.stored().await?, json!({}));
        }
        j.browser.open("/todos").await?;
        SignInPage::shown(&j.browser).await?;
        Ok(())
    });
}

/// Another person signed in elsewhere while the page was kept.
#[test]
fn a_kept_page_of_one_person_becomes_the_page_of_the_next() {
    let bob = Person::by_email("bob@example.com", Some("Bob Ray"));
    journey(world().with(&bob), async move |j| {
        at_her_secrets(&j, Door::Direct).await?;
        let kept = j.browser.tab().await?;
        to_another_site(&j).await?;
        j.browser.open_tab().await?;
        j.browser.open("/").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&bob)
            .await?;
        j.browser.shows_page(&HomePage::greeting("Bob Ray")).await?;

        j.browser.look_at(&kept).await?;
        assert_eq!(back_into_the_kept_page(&j).await?, "");
        j.browser.says("Nothing to do").await?;
        let text = j.browser.text().await?;
        assert!(!text.contains(SECRET) && !text.contains("Ann"), "{text}");
        Ok(())
    });
}

/// Section 6: timers sleep with the device. What expired meanwhile is renewed when the person looks again.
#[test]
fn a_tab_that_is_looked_at_again_renews_what_expired_while_it_was_not() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let here = j.browser.tab().await?;
            let_time_pass(&j, NIGHT).await?;
            j.browser.open_tab().await?;
            assert_eq!(door.renewals(&j.world), 0);
            j.browser.look_at(&here).await?;
            door.has_renewed(&j, 1).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.expect_console("currentUser");
            j.browser.follow("To-dos").await?;
            j.browser.says("Nothing to do").await?;
            assert_eq!(door.renewals(&j.world), 1);
            Ok(())
        });
    }
}
