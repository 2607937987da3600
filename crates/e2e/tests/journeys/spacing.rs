//! Refresh attempts after failures: each wait is longer than the one before, and not shorter than the service's
//! `Retry-After`.

use std::time::Duration;

use e2e::pages::{HomePage, TodosPage};
use e2e::{Journey, Outcome, Person, journey};

use crate::between::{Instead, answer_as_ever, answer_instead_from_the_start, no_longer};
use crate::doors::{Door, NIGHT, away_and_back, with_short_tokens};
use crate::session::{kept, let_time_pass};

/// The speed of the page's timers, as a factor.
const HURRY: f64 = 20.0;

/// Notes the time of each refresh request in milliseconds since the navigation. A 429 response to one gets the
/// `Retry-After` of `window.retryAfter`.
const NOTE: &str = "{ const fetch = window.fetch;
    window.moments = [];
    window.fetch = async (request, ...more) => {
        const isRenewal = request.headers?.get('x-amz-target')?.endsWith('.GetTokensFromRefreshToken')
            || (request.method === 'POST' && new URL(request.url).pathname === '/oauth2/token');
        if (isRenewal) window.moments.push(performance.now());
        const answer = await fetch(request, ...more);
        if (isRenewal && answer.status === 429) answer.headers.set('retry-after', window.retryAfter);
        return answer;
    }; }";

const BUSY: Instead = Instead {
    status: 503,
    kind: "text/plain",
    body: "Service Unavailable",
};

/// The times of this page's refresh requests.
async fn moments(j: &Journey) -> Outcome<Vec<f64>> {
    let moments = j.browser.script("return window.moments", vec![]).await?;
    Ok(serde_json::from_value(moments)?)
}

/// Waits for this many refresh requests, and returns their times.
async fn has_asked(j: &Journey, times: usize) -> Outcome<Vec<f64>> {
    let enough = async || Ok(Some(moments(j).await?).filter(|moments| moments.len() >= times));
    j.browser.some(&format!("{times} renewals"), enough).await
}

#[test]
fn a_service_that_gives_no_answer_of_use_is_asked_again_after_longer_and_longer_waits() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let id = kept(&j, "idToken").await?;
            let_time_pass(&j, NIGHT).await?;
            j.browser.hurry(HURRY).await?;
            answer_instead_from_the_start(&j, door.renewal(), BUSY).await?;
            j.browser.before_each_document(NOTE).await?;
            j.browser.open("/").await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            let moments = has_asked(&j, 4).await?;
            // A quarter of a minute, then twice as long each time, plus at most half of the wait.
            let waits: Vec<f64> = moments
                .windows(2)
                .map(|pair| (pair[1] - pair[0]) * HURRY / 1_000.0)
                .collect();
            for (wait, at_least) in waits.iter().zip([15.0, 30.0, 60.0]) {
                assert!(*wait >= at_least, "{waits:?}");
            }
            // When the service works again, the refresh needs no user action.
            answer_as_ever(&j, door.renewal()).await?;
            let is_new = async || Ok(kept(&j, "idToken").await? != id);
            let soon = Duration::from_secs(15);
            j.browser.until_within(soon, "new tokens", is_new).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
        });
    }
}

/// RFC 9110 §10.2.3: neither a press nor a tab that becomes visible shortens the wait. After the wait, a visible tab
/// is enough.
#[test]
fn a_service_that_says_when_to_come_again_is_not_asked_before() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        let door = Door::Hosted;
        door.sign_in(&j, &Person::ann()).await?;
        let_time_pass(&j, NIGHT).await?;
        let busy = Instead {
            status: 429,
            ..BUSY
        };
        let script = answer_instead_from_the_start(&j, door.renewal(), busy).await?;
        let five_minutes = format!("{NOTE} window.retryAfter = '300';");
        j.browser.before_each_document(&five_minutes).await?;
        j.browser.open("/todos").await?;
        TodosPage::shown(&j.browser).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("You are still signed in"), "{alert}");
        answer_as_ever(&j, door.renewal()).await?;
        no_longer(&j, script).await?;
        for _ in 0..3 {
            away_and_back(&j).await?;
            j.browser.press("Try again").await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains("You are still signed in"), "{alert}");
        }
        assert_eq!(moments(&j).await?.len(), 1);

        // Up to half of the wait may be added, so that clients do not retry at the same moment.
        let over = Duration::from_secs(300 + 150);
        j.world.let_time_pass(over);
        j.browser.move_clock(over).await?;
        j.expect_console("currentUser");
        away_and_back(&j).await?;
        has_asked(&j, 2).await?;
        j.browser.says("Nothing to do").await?;
        assert_eq!(moments(&j).await?.len(), 2);
        assert_eq!(door.renewals(&j.world), 1);
        Ok(())
    });
}
