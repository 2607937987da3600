//! Pages that the user left: Back, reload and the bfcache show nothing private of a session that has ended, and a tab
//! that was in the background refreshes its tokens.

use e2e::pages::{HomePage, Row, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, Tab, World, journey};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

use crate::doors::{Door, NIGHT, with_short_tokens};
use crate::kept_page::{back_into_the_kept_page, journey_with_kept_page};
use crate::session::let_time_pass;
use crate::sign_out::{leave, revoked};
use crate::storage_choice::FULL;
use crate::tabs::DEAF;

const SECRET: &str = "A secret plan";

/// Signs Ann in and opens her to-dos, with a secret one, in a document of their own.
async fn at_her_secrets(j: &Journey, door: Door) -> Outcome {
    door.sign_in(j, &Person::ann()).await?;
    j.expect_console("currentUser");
    j.browser.open("/todos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    todos.add(SECRET).await?;
    todos.lists(&[Row::open(SECRET)]).await
}

/// Goes to a page of another site in the same tab.
async fn to_another_site(j: &Journey) -> Outcome {
    let inbox = format!("{}/inbox", j.world.pool().url());
    j.browser.driver().goto(inbox).await?;
    Ok(())
}

/// Leaves the page and signs Ann out in another tab. Returns the tab of the page that was left.
async fn signed_out_in_another_tab(j: &Journey) -> Outcome<Tab> {
    let kept = j.browser.tab().await?;
    to_another_site(j).await?;
    j.browser.open_tab().await?;
    j.browser.open("/").await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
    leave(j).await?;
    Ok(kept)
}

fn world() -> World {
    World::workshop().with_hosted_pages().with(&Person::ann())
}

/// A page of a user who is still signed in comes back from the bfcache unchanged. The tests below depend on that.
#[test]
fn a_page_that_is_gone_back_to_is_as_it_was_for_who_is_still_signed_in() {
    journey_with_kept_page(world, async |j| {
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

/// A restored page shows nothing of a user who signed out in another tab, whether or not an event reports the sign-out.
#[test]
fn a_kept_page_shows_nothing_of_who_signed_out_in_another_tab_meanwhile() {
    let cases = [(Door::Direct, DEAF), (Door::Direct, ""), (Door::Hosted, "")];
    for (door, before) in cases {
        journey_with_kept_page(world, async move |j| {
            j.browser.before_each_document(before).await?;
            at_her_secrets(&j, door).await?;
            let kept = signed_out_in_another_tab(&j).await?;

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

/// Sign-out at the hosted pages leaves the app's documents, so Back shows older ones.
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

/// Another user signed in in another tab while the page was cached.
#[test]
fn a_kept_page_of_one_person_becomes_the_page_of_the_next() {
    let bob = || Person::by_email("bob@example.com", Some("Bob Ray"));
    journey_with_kept_page(
        || world().with(&bob()),
        async move |j| {
            at_her_secrets(&j, Door::Direct).await?;
            let kept = signed_out_in_another_tab(&j).await?;
            j.browser.follow_on_page("Sign in").await?;
            SignInPage::shown(&j.browser)
                .await?
                .sign_in_as(&bob())
                .await?;
            j.browser.shows_page(&HomePage::greeting("Bob Ray")).await?;

            j.browser.look_at(&kept).await?;
            assert_eq!(back_into_the_kept_page(&j).await?, "");
            j.browser.says("Nothing to do").await?;
            let text = j.browser.text().await?;
            assert!(!text.contains(SECRET) && !text.contains("Ann"), "{text}");
            Ok(())
        },
    );
}

/// The session lasts as long as the page.
fn in_memory() -> World {
    world().configured(|config| config["cognito"]["storage"] = json!("memory"))
}

/// The message for a user who left a page with such a session.
const LEFT: &str =
    "You left this page, and this site keeps your sign-in no longer than that. Sign in to go on.";

/// Notes the refresh token of a sign-in, since it is in no storage.
const NOTE_TOKEN: &str = "{ const fetch = window.fetch;
    window.fetch = async (...all) => {
        const answer = await fetch(...all);
        const found = /\"(?:RefreshToken|refresh_token)\": ?\"([^\"]+)\"/.exec(await answer.clone().text());
        if (found) window.token = found[1];
        return answer;
    }; }";

/// Another user of this browser can press Back. A session in memory ends when its page is left, and its refresh token
/// is revoked.
fn is_over_when_it_is_left(world: impl Fn() -> World, door: Door, before: &'static str) {
    journey_with_kept_page(world, async move |j| {
        for script in [NOTE_TOKEN, before] {
            j.browser.before_each_document(script).await?;
        }
        door.sign_in(&j, &Person::ann()).await?;
        j.browser.follow("Account").await?;
        j.browser.says("ann@example.com").await?;
        // A page with pending requests is not cached.
        let is_at_rest = async || Ok(!j.browser.text().await?.contains("Asking…"));
        j.browser.until("a page at rest", is_at_rest).await?;
        let token = j.browser.script("return window.token", vec![]).await?;
        to_another_site(&j).await?;
        assert_eq!(back_into_the_kept_page(&j).await?, "", "{door:?}");
        SignInPage::shown(&j.browser).await?;
        j.browser.is_at("/signin?then=%2Faccount").await?;
        assert_eq!(j.browser.status().await?, LEFT);
        let text = j.browser.text().await?;
        assert!(!text.contains("ann@") && !text.contains("Ann"), "{text}");
        let is_told = async || Ok(!revoked(&j.world).is_empty());
        j.browser.until("a revocation", is_told).await?;
        assert_eq!(
            revoked(&j.world),
            [json!({ "ClientId": DEV_CLIENT_ID, "Token": token })]
        );
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page("Your account").await
    });
}

#[test]
fn a_session_that_a_page_alone_held_is_over_when_it_is_left_and_back_says_so() {
    for door in Door::BOTH {
        is_over_when_it_is_left(in_memory, door, "");
    }
}

#[test]
fn a_session_that_could_not_be_kept_is_over_when_its_page_is_left_and_back_says_so() {
    is_over_when_it_is_left(world, Door::Direct, FULL);
}

/// The start page shows the message too.
#[test]
fn a_start_page_that_was_left_with_the_session_greets_nobody_on_the_way_back() {
    journey_with_kept_page(in_memory, async |j| {
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        to_another_site(&j).await?;
        assert_eq!(back_into_the_kept_page(&j).await?, "");
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.status().await?, LEFT);
        assert!(!j.browser.text().await?.contains("Ann"));
        Ok(())
    });
}

/// Timers do not run while a device sleeps. Expired tokens are refreshed when the tab becomes visible.
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
