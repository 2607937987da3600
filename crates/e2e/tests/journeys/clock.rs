//! A device clock that is two hours wrong. The app takes the time from its host, and does not guess it if the host
//! gives none.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::json;

use crate::between::{Instead, answer_instead_from_the_start};
use crate::doors::{Door, with_short_tokens};
use crate::session::{kept, let_time_pass};

const TWO_HOURS: Duration = Duration::from_secs(2 * 60 * 60);

/// The direction in which the device clock is wrong.
#[derive(Clone, Copy, Debug)]
enum Clock {
    Fast,
    Slow,
}

impl Clock {
    async fn set(self, j: &Journey) -> Outcome {
        match self {
            Self::Fast => j.browser.move_clock(TWO_HOURS).await,
            Self::Slow => j.browser.move_clock_back(TWO_HOURS).await,
        }
    }
}

/// Checks that sign-in, to-dos and several loads work, with one refresh when it is due and no other.
async fn works(j: &Journey, clock: Clock, door: Door) -> Outcome {
    clock.set(j).await?;
    door.sign_in(j, &Person::ann()).await?;
    j.expect_console("currentUser");
    j.browser.open("/todos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    for _ in 0..2 {
        j.browser.reload().await?;
        j.browser.says("Nothing to do").await?;
    }
    assert_eq!(door.renewals(&j.world), 0);

    // One minute before the tokens expire by the pool's clock.
    let first = kept(j, "idToken").await?;
    let_time_pass(j, Duration::from_secs(4 * 60)).await?;
    j.browser.reload().await?;
    let renewed = async || Ok(kept(j, "idToken").await? != first);
    j.browser.until("new tokens", renewed).await?;
    for title in ["One", "Two"] {
        j.browser.reload().await?;
        j.browser.says("What is to be done?").await?;
        todos.add(title).await?;
        j.browser.says(title).await?;
    }
    assert_eq!(door.renewals(&j.world), 1);
    let refused = |call: &String| call.ends_with(" 401");
    assert!(!j.world.api_calls().iter().any(refused));
    Ok(())
}

#[test]
fn a_clock_two_hours_fast_disturbs_nobody_who_signs_in_directly() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        works(&j, Clock::Fast, Door::Direct).await?;
        assert_eq!(
            j.world.operations(),
            [
                "InitiateAuth",
                "RespondToAuthChallenge",
                "GetTokensFromRefreshToken"
            ]
        );
        Ok(())
    });
}

#[test]
fn a_clock_two_hours_slow_disturbs_nobody_who_signs_in_directly() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        works(&j, Clock::Slow, Door::Direct).await?;
        assert_eq!(
            j.world.operations(),
            [
                "InitiateAuth",
                "RespondToAuthChallenge",
                "GetTokensFromRefreshToken"
            ]
        );
        Ok(())
    });
}

#[test]
fn a_clock_two_hours_fast_disturbs_nobody_who_comes_by_the_hosted_page() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        works(&j, Clock::Fast, Door::Hosted).await
    });
}

#[test]
fn a_clock_two_hours_slow_disturbs_nobody_who_comes_by_the_hosted_page() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        works(&j, Clock::Slow, Door::Hosted).await
    });
}

/// The app's host gives no `Date`.
async fn without_a_date(j: &Journey) -> Outcome {
    let undated = Instead {
        status: 200,
        kind: "text/javascript",
        body: "",
    };
    answer_instead_from_the_start(j, "HEAD /config.js", undated).await?;
    Ok(())
}

/// If the host gives no time, the app names the wrong clock. The test uses the password flow: with SRP, the pool
/// refuses a wrong time stamp in the same way as a wrong password.
#[test]
fn where_nobody_says_the_time_a_wrong_clock_is_named_and_nothing_turns_in_circles() {
    for (clock, says) in [(Clock::Fast, "had expired"), (Clock::Slow, "in the future")] {
        let world = World::workshop()
            .with(&Person::ann())
            .configured(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"));
        journey(world, async move |j| {
            without_a_date(&j).await?;
            clock.set(&j).await?;
            let sign_in = SignInPage::open(&j.browser).await?;
            sign_in.sign_in_as(&Person::ann()).await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains(says), "{alert}");
            assert!(alert.contains("Set your device's date and time"), "{alert}");
            assert_eq!(j.world.operations(), ["InitiateAuth"]);
            assert_eq!(j.browser.stored().await?, json!({}));
            Ok(())
        });
    }
}

#[test]
fn where_nobody_says_the_time_a_wrong_clock_is_named_after_the_hosted_page() {
    for (clock, says) in [(Clock::Fast, "had expired"), (Clock::Slow, "in the future")] {
        let world = World::workshop().with_hosted_pages().with(&Person::ann());
        journey(world, async move |j| {
            without_a_date(&j).await?;
            clock.set(&j).await?;
            SignInPage::open(&j.browser).await?;
            j.browser.press(SignInPage::HOSTED).await?;
            let form = HostedLoginPage::shown(&j.browser).await?;
            form.sign_in_as(&Person::ann()).await?;
            j.browser.shows_page("You were not signed in").await?;
            let told = j.browser.status().await?;
            assert!(told.contains(says), "{told}");
            assert!(told.contains("Set your device's date and time"), "{told}");
            assert_eq!(j.world.requests_to("/oauth2/token").len(), 1);
            assert_eq!(j.browser.stored().await?, json!({}));
            Ok(())
        });
    }
}

/// If the host gives no time, an existing session goes on, since the app counts durations.
#[test]
fn a_wrong_clock_and_a_host_without_a_date_end_no_session() {
    for clock in [Clock::Fast, Clock::Slow] {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            clock.set(&j).await?;
            Door::Direct.sign_in(&j, &Person::ann()).await?;
            without_a_date(&j).await?;
            for times in 1..=2 {
                let_time_pass(&j, Duration::from_secs(4 * 60)).await?;
                j.browser.reload().await?;
                Door::Direct.has_renewed(&j, times).await?;
                j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            }
            j.browser.reload().await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            assert_eq!(Door::Direct.renewals(&j.world), 2);
            Ok(())
        });
    }
}

/// RFC 9111 §5.1: a cache adds `Age`. A cache that does not do so makes the host's clock look late.
#[test]
fn a_host_that_says_an_earlier_time_lets_everybody_in() {
    for flow in ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"] {
        for door in Door::BOTH {
            let world = with_short_tokens(&[Person::ann()])
                .configured(|config| config["cognito"]["authFlow"] = json!(flow));
            world.set_age_of_answers(TWO_HOURS);
            journey(world, async move |j| {
                if door == Door::Direct && flow == "USER_SRP_AUTH" {
                    // The pool refuses the first SRP password claim, which has the host's time.
                    j.expect_refusal();
                }
                door.sign_in(&j, &Person::ann()).await?;
                let_time_pass(&j, Duration::from_secs(4 * 60)).await?;
                j.browser.reload().await?;
                door.has_renewed(&j, 1).await?;
                j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
            });
        }
    }
}

/// A wrong password is refused, without repeated attempts.
#[test]
fn a_wrong_password_is_refused_whatever_the_host_says_the_time_is() {
    let world = World::workshop().with(&Person::ann());
    world.set_age_of_answers(TWO_HOURS);
    journey(world, async |j| {
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        let ann = Person::ann();
        sign_in.sign_in(&ann.username, "Wrong-h0rse").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("password"), "{alert}");
        let proof = ["InitiateAuth", "RespondToAuthChallenge"];
        assert_eq!(j.world.operations(), [proof, proof].concat());
        Ok(())
    });
}
