//! A service that gets the request and does not answer: each wait ends, and the page says what the user can do.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage, TodosPage};
use e2e::{Person, World, journey};
use serde_json::json;

use crate::doors::{Door, NIGHT, away_and_back, with_short_tokens};
use crate::session::{kept, let_time_pass};

pub(crate) const TOO_LONG: &str = "The service takes too long to answer.";

/// The speed of the page's timers, as a factor.
const HURRY: f64 = 10.0;

fn world() -> World {
    World::workshop().with_hosted_pages().with(&Person::ann())
}

/// With timers at normal speed, this is the time that a user waits.
#[test]
fn code_exchange_times_out_after_15_seconds() {
    journey(world(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        j.browser.leave_unanswered("*/oauth2/token*").await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page("Signing you in…").await?;
        // The page offers a next step during the wait.
        let ways = j.browser.texts("main a").await?;
        assert_eq!(ways, ["Start again"]);
        let is_over =
            async || Ok(j.browser.texts("main h1").await? == ["The sign-in could not be finished"]);
        j.browser
            .until_within(Duration::from_secs(18), "the end of the wait", is_over)
            .await?;
        let told = j.browser.status().await?;
        assert!(told.contains(TOO_LONG), "{told}");
        assert_eq!(j.browser.stored().await?, json!({}));

        j.browser.answer_again().await?;
        j.browser.press("Try again").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn a_renewal_that_nobody_answers_keeps_the_session_and_the_page() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let refresh = kept(&j, "refreshToken").await?;
            j.browser.hurry(HURRY).await?;
            let renewals = match door {
                Door::Direct => format!("{}/", j.world.pool().url()),
                Door::Hosted => "*/oauth2/token*".to_owned(),
            };
            let_time_pass(&j, NIGHT).await?;
            j.browser.leave_unanswered(&renewals).await?;
            j.browser.open("/account").await?;
            j.browser.says("Your ID token says").await?;
            j.browser.follow("To-dos").await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains("You are still signed in"), "{alert}");
            assert_eq!(kept(&j, "refreshToken").await?, refresh);
            j.browser.button("Try again").await?;

            // The next refresh starts without a press.
            j.expect_console("currentUser");
            j.browser.answer_again().await?;
            j.browser.says("Nothing to do").await
        });
    }
}

/// Another tab is frozen and holds the lock, and the pool does not answer either. Timers run at normal speed.
#[test]
fn lock_and_refresh_waits_end_within_20_seconds() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        let_time_pass(&j, NIGHT).await?;
        let hold_lock = "navigator.locks.request('poolgate.renewal', () => new Promise(() => {}));";
        j.browser.before_each_document(hold_lock).await?;
        let api = format!("{}/", j.world.pool().url());
        j.browser.leave_unanswered(&api).await?;
        j.browser.open("/todos").await?;
        TodosPage::shown(&j.browser).await?;
        let is_told = async || {
            let alerts = j.browser.texts("[role=alert]").await?;
            Ok(alerts
                .iter()
                .any(|text| text.contains("You are still signed in")))
        };
        let limit = Duration::from_secs(20);
        j.browser
            .until_within(limit, "the end of both waits", is_told)
            .await?;
        j.browser.button("Try again").await?;
        Ok(())
    });
}

#[test]
fn a_user_info_that_does_not_come_leaves_the_account_page_whole() {
    journey(world(), async |j| {
        Door::Hosted.sign_in(&j, &Person::ann()).await?;
        j.browser.hurry(HURRY).await?;
        j.browser.leave_unanswered("*/oauth2/userInfo*").await?;
        j.browser.open("/account").await?;
        j.browser.says("Asking…").await?;
        j.browser.says("Your ID token says").await?;
        j.browser.button("Sign out on every device").await?;
        j.browser.says(TOO_LONG).await?;
        assert!(!j.browser.text().await?.contains("Asking…"));
        Ok(())
    });
}

#[test]
fn a_sign_in_that_nobody_answers_is_given_up_and_nothing_typed_is_lost() {
    journey(world(), async |j| {
        j.browser.hurry(HURRY).await?;
        let page = SignInPage::open(&j.browser).await?;
        let api = format!("{}/", j.world.pool().url());
        j.browser.leave_unanswered(&api).await?;
        page.sign_in_as(&Person::ann()).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains(TOO_LONG), "{alert}");
        assert_eq!(
            j.browser.value(SignInPage::NAME).await?,
            Person::ann().email
        );
        j.browser.answer_again().await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn keys_that_do_not_come_are_waited_for_in_bounded_time_and_let_nobody_in() {
    journey(world(), async |j| {
        j.browser.hurry(HURRY).await?;
        j.browser.leave_unanswered("*/jwks.json").await?;
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in_as(&Person::ann()).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("keys could not be fetched"), "{alert}");
        assert_eq!(j.browser.stored().await?, json!({}));
        j.browser.answer_again().await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The app asks its host for the time, but does not wait long for it.
#[test]
fn a_host_that_does_not_say_the_time_holds_no_renewal_up() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        j.browser.leave_unanswered("*/config.js").await?;
        let_time_pass(&j, NIGHT).await?;
        away_and_back(&j).await?;
        Door::Direct.has_renewed(&j, 1).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await
    });
}

/// A direct sign-in does not wait for the pool's discovery document.
#[test]
fn a_pool_that_does_not_say_where_its_hosted_pages_are_still_signs_people_in() {
    journey(world(), async |j| {
        j.browser
            .leave_unanswered("*/.well-known/openid-configuration")
            .await?;
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.says("You are signed out. See you soon.").await
    });
}
