//! Keeping the session, and signing out.

use std::time::Duration;

use e2e::pages::{HomePage, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::parts;
use crate::tokens::{claims, member};

/// Signs Ann in with her password.
pub(crate) async fn sign_in(j: &Journey) -> Outcome {
    SignInPage::open(&j.browser)
        .await?
        .sign_in_as(&Person::ann())
        .await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

/// A member of the stored session.
pub(crate) async fn kept(j: &Journey, name: &str) -> Outcome<String> {
    let stored = j.browser.stored().await?;
    member(&stored, name).ok_or_else(|| format!("the browser keeps no {name}").into())
}

/// The number of refresh requests.
pub(crate) fn renewals(world: &World) -> usize {
    let renewal = |operation: &String| *operation == "GetTokensFromRefreshToken";
    world
        .operations()
        .iter()
        .filter(|operation| renewal(operation))
        .count()
}

/// Moves the clocks of the pool and of the browser. A page gets the new time when it is loaded again.
pub(crate) async fn let_time_pass(j: &Journey, length: Duration) -> Outcome {
    j.world.let_time_pass(length);
    j.browser.move_clock(length).await
}

/// The development pool with Ann and the tokens of [`short_tokens`].
pub(crate) fn with_short_tokens() -> World {
    crate::doors::with_short_tokens(&[Person::ann()])
}

/// The stored record after the end of a session: only the reason, for other tabs and the next visit, and no data of
/// the user.
pub(crate) fn ended(why: &str) -> Value {
    json!({ "poolgate.session": format!(r#"{{"endVersion":1,"ended":"{why}"}}"#) })
}

/// ID and access tokens of five minutes, the shortest lifetime that Cognito allows.
pub(crate) fn short_tokens() -> Value {
    json!({
        "AccessTokenValidity": 5,
        "IdTokenValidity": 5,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes" },
    })
}

/// A session survives a reload and a new visit.
#[test]
fn a_session_survives_a_reload_and_a_new_visit() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.open("/signin").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.operations(),
            ["InitiateAuth", "RespondToAuthChallenge"]
        );
        Ok(())
    });
}

/// Tokens are refreshed before they expire, without user action. If no new refresh token comes, the old one is kept.
#[test]
fn a_session_is_renewed_before_it_expires_and_keeps_its_refresh_token() {
    journey(with_short_tokens(), async |j| {
        sign_in(&j).await?;
        let (id, refresh) = (kept(&j, "idToken").await?, kept(&j, "refreshToken").await?);
        for time in 1..=2 {
            // One minute before the tokens expire.
            let_time_pass(&j, Duration::from_secs(4 * 60)).await?;
            j.browser.reload().await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser
                .until("a renewal", async || Ok(renewals(&j.world) == time))
                .await?;
            j.browser
                .until("new tokens", async || Ok(kept(&j, "idToken").await? != id))
                .await?;
            assert_eq!(kept(&j, "refreshToken").await?, refresh);
        }
        let renewed = claims(&kept(&j, "idToken").await?);
        assert_eq!(renewed["sub"], claims(&id)["sub"]);
        Ok(())
    });
}

/// A timer of the open page starts the refresh: 75 seconds before the expiry, for tokens of five minutes.
#[test]
fn an_open_page_renews_when_the_time_has_come() {
    journey(with_short_tokens(), async |j| {
        sign_in(&j).await?;
        let_time_pass(&j, Duration::from_secs(5 * 60 - 75 - 3)).await?;
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser
            .until("a renewal", async || Ok(renewals(&j.world) == 1))
            .await
    });
}

/// With refresh token rotation, the new refresh token replaces the old one.
#[test]
fn where_the_client_rotates_them_the_new_refresh_token_replaces_the_old() {
    let world = World::workshop().with(&Person::ann());
    let mut changes = short_tokens();
    changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
    changes["RefreshTokenRotation"] = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    world.update_client(changes);
    journey(world, async |j| {
        sign_in(&j).await?;
        let mut held = vec![kept(&j, "refreshToken").await?];
        for _ in 0..2 {
            let_time_pass(&j, Duration::from_secs(4 * 60)).await?;
            j.browser.reload().await?;
            let last = held.last().cloned().unwrap_or_default();
            let is_new = async || Ok(kept(&j, "refreshToken").await? != last);
            j.browser.until("a new refresh token", is_new).await?;
            held.push(kept(&j, "refreshToken").await?);
        }
        let spent: Vec<Value> = j
            .world
            .calls()
            .into_iter()
            .filter(|call| call.operation == "GetTokensFromRefreshToken")
            .map(|call| call.body["RefreshToken"].clone())
            .collect();
        assert_eq!(spent, held[..2]);
        Ok(())
    });
}

#[test]
fn a_session_that_the_pool_ended_asks_to_sign_in_and_says_why() {
    journey(with_short_tokens(), async |j| {
        sign_in(&j).await?;
        j.expect_refusal();
        j.world.operate(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
        );
        let_time_pass(&j, Duration::from_secs(6 * 60)).await?;
        j.browser.open("/todos").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.is_at("/signin?then=%2Ftodos").await?;
        let why = j.browser.status().await?;
        assert!(why.contains("session"), "{why}");
        assert_eq!(j.browser.stored().await?, ended("expired"));
        Ok(())
    });
}

/// A lost network does not end the session. Tokens that have expired are refreshed when the network is back.
#[test]
fn without_a_network_one_stays_signed_in() {
    journey(with_short_tokens(), async |j| {
        sign_in(&j).await?;
        let_time_pass(&j, Duration::from_secs(6 * 60)).await?;
        parts::has(&j, "account_chunk").await?;
        j.expect_console("net::ERR_INTERNET_DISCONNECTED");
        j.expect_console("currentUser");
        j.browser.set_offline(true).await?;
        j.browser.follow("To-dos").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("still signed in"), "{alert}");
        TodosPage::shown(&j.browser).await?;
        kept(&j, "refreshToken").await?;

        j.browser.set_offline(false).await?;
        j.browser.reload().await?;
        TodosPage::shown(&j.browser).await?.lists(&[]).await?;
        j.browser.says("Nothing to do").await
    });
}

/// A sign-out clears the storage first and then revokes the refresh token.
#[test]
fn signing_out_clears_the_browser_and_revokes_the_refresh_token() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        let refresh = kept(&j, "refreshToken").await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        let is_told = async || {
            Ok(j.world
                .operations()
                .iter()
                .any(|operation| operation == "RevokeToken"))
        };
        j.browser.until("a revocation", is_told).await?;
        assert_eq!(
            j.world.calls().last().map(|call| call.body.clone()),
            Some(json!({ "ClientId": DEV_CLIENT_ID, "Token": refresh }))
        );
        let renew = json!({ "ClientId": DEV_CLIENT_ID, "RefreshToken": refresh });
        let is_refused = async || {
            Ok(j.world
                .pool()
                .call("GetTokensFromRefreshToken", &renew)
                .is_err())
        };
        j.browser
            .until("a refusal of the revoked token", is_refused)
            .await
    });
}

#[test]
fn after_signing_out_neither_back_nor_a_reload_shows_what_was_protected() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        TodosPage::shown(&j.browser)
            .await?
            .add("A secret plan")
            .await?;
        j.browser.says("A secret plan").await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;

        j.browser.driver().back().await?;
        let leaves = async || Ok(!j.browser.text().await?.contains("Your to-dos"));
        j.browser
            .until("another page than the to-dos", leaves)
            .await?;
        assert!(!j.browser.text().await?.contains("A secret plan"));
        j.browser.open("/todos").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.is_at("/signin?then=%2Ftodos").await?;
        assert!(!j.browser.text().await?.contains("A secret plan"));
        Ok(())
    });
}
