//! Validation of the stored session: changed records must neither extend a session nor sign in another user.

use std::time::Duration;

use e2e::pages::{HomePage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::json;

use crate::between::{Instead, answer_as_ever, answer_instead_from_the_start, are_read};
use crate::doors::{Door, away_and_back, with_short_tokens};
use crate::keys::keys;
use crate::session::{ended, kept, let_time_pass, sign_in};
use crate::sign_out::revoked;

const UNTRUSTED: &str =
    "Your session was ended, because what the user pool sent to renew it did not pass our checks.";

/// Changes the stored session with this script, which gets it as `record`.
async fn edit(j: &Journey, script: &str) -> Outcome {
    let script = format!(
        "const record = JSON.parse(localStorage['poolgate.session']);
         {script};
         localStorage['poolgate.session'] = JSON.stringify(record);"
    );
    j.browser.script(&script, vec![]).await?;
    Ok(())
}

/// Unblocks all requests.
async fn unblock(j: &Journey) -> Outcome {
    let none = json!({ "urls": Vec::<String>::new() });
    j.browser.devtools("Network.setBlockedURLs", none).await?;
    Ok(())
}

/// Changes the name in both tokens and leaves their signatures as they were.
const FORGE: &str = "for (const name of ['idToken', 'accessToken']) {
    const [header, payload, signature] = record[name].split('.');
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    claims.name = 'Mallory';
    const forged = btoa(JSON.stringify(claims)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    record[name] = [header, forged, signature].join('.');
}";

#[test]
fn a_record_that_claims_a_longer_life_is_renewed_in_time() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        sign_in(&j).await?;
        edit(&j, "record.expiresAt = 32503680000").await?;
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(Door::Direct.renewals(&j.world), 0);
        // Tokens of five minutes are due for a refresh.
        let_time_pass(&j, Duration::from_secs(4 * 60)).await?;
        j.browser.reload().await?;
        Door::Direct.has_renewed(&j, 1).await
    });
}

#[test]
fn a_record_with_false_signatures_ends_the_session() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        let refresh = kept(&j, "refreshToken").await?;
        edit(&j, FORGE).await?;
        j.browser.reload().await?;
        j.browser.says(UNTRUSTED).await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, ended("untrusted"));
        let is_told = async || Ok(!revoked(&j.world).is_empty());
        j.browser.until("a revocation", is_told).await?;
        assert_eq!(revoked(&j.world)[0]["Token"], json!(refresh));
        Ok(())
    });
}

/// Without the key set nothing can be checked: the session goes on, and is checked later.
#[test]
fn a_record_is_not_ended_for_keys_that_do_not_come() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        j.browser.block("*jwks.json").await?;
        edit(&j, FORGE).await?;
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Mallory")).await?;
        away_and_back(&j).await?;
        j.browser.shows_page(&HomePage::greeting("Mallory")).await?;
        unblock(&j).await?;
        away_and_back(&j).await?;
        HomePage::shown(&j.browser).await?;
        j.browser.says(UNTRUSTED).await?;
        assert_eq!(j.browser.stored().await?, ended("untrusted"));
        Ok(())
    });
}

#[test]
fn a_good_record_is_checked_behind_the_page() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        let before = j.browser.stored().await?;
        let asked = || j.world.requests_to(&crate::believed::key_set()).len();
        let so_far = asked();
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let is_asked = async || Ok(asked() == so_far + 1);
        j.browser
            .until("the keys to be asked for", is_asked)
            .await?;
        away_and_back(&j).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(j.browser.stored().await?, before);
        assert_eq!(asked(), so_far + 1);
        Ok(())
    });
}

/// The response of a service that is not there at the moment.
const AWAY: Instead = Instead {
    status: 503,
    kind: "text/plain",
    body: "Service Unavailable",
};

/// Issuers change their keys, so an unknown key does not end the session. The first refresh gets no response, and the
/// record is checked again.
#[test]
fn a_record_with_an_unknown_key_is_renewed() {
    const UNKNOWN_KEY: &str = r#"const [, ...rest] = record.idToken.split('.');
        const header = btoa('{"alg":"RS256","kid":"unknown"}').replaceAll('=', '');
        record.idToken = [header, ...rest].join('.')"#;
    const REFRESH: &str = "GetTokensFromRefreshToken";
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        let first = kept(&j, "idToken").await?;
        edit(&j, UNKNOWN_KEY).await?;
        answer_instead_from_the_start(&j, REFRESH, AWAY).await?;
        j.browser.reload().await?;
        are_read(&j, REFRESH).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        answer_as_ever(&j, REFRESH).await?;
        away_and_back(&j).await?;
        Door::Direct.has_renewed(&j, 1).await?;
        let is_new = async || {
            let held = kept(&j, "idToken").await?;
            Ok(held != first && held.split('.').next() == first.split('.').next())
        };
        j.browser.until("new tokens", is_new).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

const DAMAGE: &str = "record.idToken = 'damaged'; record.accessToken = 'damaged'";

#[test]
fn a_refresh_token_alone_renews_the_session() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let (first, refresh) = (kept(&j, "idToken").await?, kept(&j, "refreshToken").await?);
            edit(&j, DAMAGE).await?;
            j.expect_console("currentUser");
            j.browser.open("/todos").await?;
            TodosPage::shown(&j.browser).await?;
            j.browser.says("Nothing to do").await?;
            j.browser.is_at("/todos").await?;
            assert_eq!(door.renewals(&j.world), 1);
            assert_ne!(kept(&j, "idToken").await?, first);
            assert_eq!(kept(&j, "refreshToken").await?, refresh);
            Ok(())
        });
    }
}

/// The refresh token is intact in each of these cases.
#[test]
fn any_other_part_that_is_damaged_is_renewed() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        for (times, damage) in [
            "record.expiresAt = 'tomorrow'",
            "delete record.expiresAt",
            "record.idToken = 'not.a.token'",
            "delete record.idToken",
            "delete record.accessToken",
        ]
        .into_iter()
        .enumerate()
        {
            edit(&j, damage).await?;
            j.browser.reload().await?;
            Door::Direct.has_renewed(&j, times + 1).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        }
        Ok(())
    });
}

#[test]
fn a_refresh_token_alone_that_is_refused_signs_out() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        edit(&j, &format!("{DAMAGE}; record.refreshToken = 'damaged'")).await?;
        j.expect_refusal();
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        j.browser.says("Your session has ended.").await?;
        assert_eq!(j.browser.stored().await?, ended("expired"));
        Ok(())
    });
}

/// A lost network does not end the session.
#[test]
fn a_refresh_token_alone_waits_for_the_network() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        edit(&j, DAMAGE).await?;
        let api = format!("{}/", j.world.pool().url());
        j.browser.block(&api).await?;
        j.browser.open("/account").await?;
        j.browser.shows_page("One moment…").await?;
        j.browser.is_at("/account").await?;
        kept(&j, "refreshToken").await?;
        unblock(&j).await?;
        // When the tab becomes visible, the request is repeated if the first one has failed.
        let is_back = async || {
            away_and_back(&j).await?;
            Ok(j.browser.text().await?.contains("Greetings Ann Lee!"))
        };
        j.browser.until("the session", is_back).await
    });
}

/// No event tells the page that the service is back, and an event of another tab does not end the wait.
#[test]
fn a_refresh_token_alone_is_tried_again_by_itself() {
    const ANOTHER_TAB: &str =
        "dispatchEvent(new StorageEvent('storage', { key: 'poolgate.session' }))";
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        edit(&j, DAMAGE).await?;
        // The app waits for 15 to 23 seconds, which take a fifth of that here.
        j.browser.hurry(5.0).await?;
        answer_instead_from_the_start(&j, &keys(), AWAY).await?;
        j.browser.open("/account").await?;
        are_read(&j, &keys()).await?;
        j.browser.shows_page("One moment…").await?;
        j.browser.script(ANOTHER_TAB, vec![]).await?;
        answer_as_ever(&j, &keys()).await?;
        j.browser.says("Your ID token says").await?;
        assert_eq!(Door::Direct.renewals(&j.world), 1);
        Ok(())
    });
}
