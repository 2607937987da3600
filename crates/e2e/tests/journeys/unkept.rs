//! A tab whose session could not be stored: it goes on in memory, and does not affect other tabs.

use e2e::pages::HomePage;
use e2e::{Journey, Outcome, Person, Tab, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::doors::{Door, NIGHT, away_and_back, with_short_tokens};
use crate::sign_out::{GOODBYE, home_says};
use crate::tokens::{claims, member};

/// Storage cannot be written until the test allows it, as with a full disk or temporarily blocked site data.
const REFUSES: &str = "{ const set = Storage.prototype.setItem;
    window.refuses = true;
    Storage.prototype.setItem = function (...all) {
        if (window.refuses) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
        set.apply(this, all);
    }; }";

const NOT_KEPT: &str = "This browser does not let us keep your sign-in. You will be asked again when you reload; allow site data to stay signed in.";

fn bob() -> Person {
    Person::by_email("bob@example.com", Some("Bob Ray"))
}

/// Signs Ann in in a tab that could not store her session, and allows writing afterwards. Returns the tab.
async fn unkept_ann(j: &Journey) -> Outcome<Tab> {
    j.browser.before_each_document(REFUSES).await?;
    Door::Direct.sign_in(j, &Person::ann()).await?;
    assert_eq!(j.browser.alert().await?, NOT_KEPT);
    // The greeting does not promise more.
    j.browser
        .says("You are signed in until you reload or leave this page, or sign out.")
        .await?;
    assert_eq!(j.browser.stored().await?, json!({}));
    j.browser.script("window.refuses = false", vec![]).await?;
    j.browser.tab().await
}

/// Signs Bob in in another tab. Returns the tab and the stored session.
async fn kept_bob(j: &Journey) -> Outcome<(Tab, Value)> {
    let tab = j.browser.open_tab().await?;
    Door::Direct.sign_in(j, &bob()).await?;
    let stored = j.browser.stored().await?;
    let id = member(&stored, "idToken").ok_or("an ID token")?;
    assert_eq!(claims(&id)["email"], bob().email);
    Ok((tab, stored))
}

/// Checks that the stored session is Bob's, and that his tab shows him.
async fn is_bobs(j: &Journey, tab: &Tab, record: &Value) -> Outcome {
    j.browser.look_at(tab).await?;
    j.browser.shows_page(&HomePage::greeting("Bob Ray")).await?;
    assert_eq!(j.browser.stored().await?, *record);
    j.browser.reload().await?;
    j.browser.shows_page(&HomePage::greeting("Bob Ray")).await
}

/// Two users' sessions must not mix: Ann's tab refreshes her tokens, and leaves Bob's stored session alone.
#[test]
fn a_renewal_of_who_is_not_kept_does_not_replace_who_is() {
    journey(with_short_tokens(&[Person::ann(), bob()]), async |j| {
        let of_ann = unkept_ann(&j).await?;
        j.world.let_time_pass(NIGHT);
        let (of_bob, record) = kept_bob(&j).await?;
        j.browser.look_at(&of_ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.move_clock(NIGHT).await?;
        away_and_back(&j).await?;
        Door::Direct.has_renewed(&j, 1).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        j.browser.says("Nothing to do").await?;
        let sent = j.world.requests().pop().and_then(|last| last.authorization);
        let sent = sent.ok_or("a token")?;
        assert_eq!(claims(&sent)["email"], Person::ann().email);
        is_bobs(&j, &of_bob, &record).await
    });
}

#[test]
fn signing_out_where_one_is_not_kept_signs_nobody_else_out() {
    journey(with_short_tokens(&[Person::ann(), bob()]), async |j| {
        let of_ann = unkept_ann(&j).await?;
        let (of_bob, record) = kept_bob(&j).await?;
        j.browser.look_at(&of_ann).await?;
        j.browser.press("Sign out").await?;
        home_says(&j, GOODBYE).await?;
        is_bobs(&j, &of_bob, &record).await
    });
}

/// A tab may replace only its own stored session with the reason of the end.
#[test]
fn a_session_that_is_not_kept_ends_for_itself_alone() {
    journey(with_short_tokens(&[Person::ann(), bob()]), async |j| {
        let of_ann = unkept_ann(&j).await?;
        j.world.let_time_pass(NIGHT);
        let (of_bob, record) = kept_bob(&j).await?;
        j.world.operate(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
        );
        j.browser.look_at(&of_ann).await?;
        j.expect_refusal();
        j.browser.move_clock(NIGHT).await?;
        away_and_back(&j).await?;
        home_says(&j, "Your session has ended. Sign in to go on.").await?;
        is_bobs(&j, &of_bob, &record).await
    });
}

/// The session can be stored at the next refresh, since writing works by then.
#[test]
fn a_tab_that_was_not_kept_is_kept_by_its_next_renewal_and_followed_by_the_others() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        let of_ann = unkept_ann(&j).await?;
        j.browser.open_tab().await?;
        HomePage::open(&j.browser).await?;
        let other = j.browser.tab().await?;
        j.browser.look_at(&of_ann).await?;
        j.world.let_time_pass(NIGHT);
        j.browser.move_clock(NIGHT).await?;
        away_and_back(&j).await?;
        let is_kept = async || Ok(j.browser.stored().await? != json!({}));
        j.browser.until("a record", is_kept).await?;
        assert!(!j.browser.text().await?.contains(NOT_KEPT));
        j.browser.look_at(&other).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        // The tabs share one session from then on.
        j.browser.press("Sign out").await?;
        home_says(&j, GOODBYE).await?;
        j.browser.look_at(&of_ann).await?;
        HomePage::shown(&j.browser).await?;
        Ok(())
    });
}
