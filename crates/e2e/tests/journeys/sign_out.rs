//! Signing out: the session ends in this browser first, then at the service, within bounded time.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::{Value, json};

use crate::between::{have_come, hold, let_through};
use crate::doors::Door;
use crate::parameters::Parameters;
use crate::session::kept;

pub(crate) const GOODBYE: &str = "You are signed out. See you soon.";

pub(crate) const NOT_TOLD: &str = "You are signed out here. The user pool could not be told";

pub(crate) const SIGN_OUT: &str = "Sign out";

pub(crate) fn world() -> World {
    World::workshop().with_hosted_pages().with(&Person::ann())
}

/// Waits until the start page says this.
pub(crate) async fn home_says(j: &Journey, words: &str) -> Outcome {
    HomePage::shown(&j.browser).await?;
    j.browser.says(words).await
}

/// Signs out, whatever the sign-in method.
pub(crate) async fn leave(j: &Journey) -> Outcome {
    j.browser.press(SIGN_OUT).await?;
    home_says(j, GOODBYE).await
}

/// Signs out after a hosted sign-in, and checks that the hosted pages got this `logout_uri`.
pub(crate) async fn leave_hosted(j: &Journey, logout_uri: &str) -> Outcome {
    leave(j).await?;
    let mut visits = j.world.requests_to("/logout");
    let visit = visits.pop().ok_or("a visit of /logout")?;
    assert_eq!(Parameters::of_query(&visit).one("logout_uri"), logout_uri);
    Ok(())
}

/// The bodies of the `RevokeToken` requests.
pub(crate) fn revoked(world: &World) -> Vec<Value> {
    let mut calls = world.calls();
    calls.retain(|call| call.operation == "RevokeToken");
    calls.into_iter().map(|call| call.body).collect()
}

/// Before the app revokes the refresh token, it has cleared the storage and the page.
#[test]
fn signing_out_wipes_the_browser_and_the_page_before_it_tells_the_pool() {
    const NOTE: &str = "{ const fetch = window.fetch;
        window.fetch = (request, ...more) => {
            if (request.headers?.get?.('x-amz-target')?.endsWith('.RevokeToken')) {
                sessionStorage.noted = JSON.stringify([{ ...localStorage }, document.body.innerText]);
            }
            return fetch(request, ...more);
        }; }";
    for door in Door::BOTH {
        journey(world(), async move |j| {
            j.browser.before_each_document(NOTE).await?;
            door.sign_in(&j, &Person::ann()).await?;
            j.browser.open("/account").await?;
            j.browser.says("ann@example.com").await?;
            let refresh = kept(&j, "refreshToken").await?;
            j.browser.press(SIGN_OUT).await?;
            home_says(&j, GOODBYE).await?;
            let noted = async || {
                let noted = j
                    .browser
                    .script("return sessionStorage.noted ?? null", vec![])
                    .await?;
                Ok(noted.as_str().map(str::to_owned))
            };
            let noted = j.browser.some("a revocation", noted).await?;
            let (stored, shown): (Value, String) = serde_json::from_str(&noted)?;
            assert_eq!(stored, json!({}), "{door:?}");
            assert!(!shown.contains("ann@example.com"), "{door:?}: {shown}");
            let is_told = async || Ok(!revoked(&j.world).is_empty());
            j.browser.until("the pool to be told", is_told).await?;
            assert_eq!(
                revoked(&j.world),
                [json!({ "ClientId": DEV_CLIENT_ID, "Token": refresh })]
            );
            Ok(())
        });
    }
}

/// The app revokes the refresh token, then visits the hosted pages' `/logout` with the registered URL, and comes
/// back.
#[test]
fn who_came_by_the_hosted_page_is_signed_out_there_too() {
    for configured in [None, Some("/oauth/cognito/logout"), Some("/")] {
        let world = world();
        let registered = format!("{}{}", world.url(), configured.unwrap_or_default());
        let world = world.configured(|config| {
            if configured.is_some() {
                config["cognito"]["redirectSignOut"] = json!(registered);
            }
        });
        journey(world, async move |j| {
            Door::Hosted.sign_in(&j, &Person::ann()).await?;
            j.browser.press(SIGN_OUT).await?;
            let visits = async || Ok(j.world.requests_to("/logout").pop());
            let visit = j.browser.some("a visit of /logout", visits).await?;
            home_says(&j, GOODBYE).await?;
            j.browser.is_at(configured.unwrap_or("/")).await?;
            let asked = Parameters::of_query(&visit);
            assert_eq!(asked.names(), ["client_id", "logout_uri"]);
            assert_eq!(asked.one("client_id"), DEV_CLIENT_ID);
            assert_eq!(asked.one("logout_uri"), registered);
            let requests = j.world.requests();
            let order: Vec<&str> = requests
                .iter()
                .filter_map(|request| match request.path.split('?').next() {
                    Some("/logout") => Some("/logout"),
                    _ => request.operation.as_deref(),
                })
                .collect();
            assert_eq!(order, ["RevokeToken", "/logout"]);
            assert_eq!(j.browser.stored().await?, json!({}));
            // The message appears once.
            j.browser.reload().await?;
            home_says(&j, "Sign in to work with your to-dos").await?;

            // The hosted pages have no session of Ann any more.
            SignInPage::open(&j.browser).await?;
            j.browser.press(SignInPage::HOSTED).await?;
            HostedLoginPage::shown(&j.browser)
                .await?
                .sign_in_as(&Person::ann())
                .await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
        });
    }
}

#[test]
fn who_signed_in_directly_leaves_for_no_other_page() {
    journey(world(), async |j| {
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        j.browser.script("window.isTheSame = true", vec![]).await?;
        hold(&j, "RevokeToken").await?;
        j.browser.press(SIGN_OUT).await?;
        have_come(&j, "RevokeToken", 1).await?;
        let_through(&j, "RevokeToken").await?;
        home_says(&j, GOODBYE).await?;
        assert_eq!(
            j.browser.script("return window.isTheSame", vec![]).await?,
            json!(true)
        );
        assert_eq!(j.world.requests_to("/logout"), []);
        Ok(())
    });
}

/// The user is signed out at once, and within three seconds the page says that the pool does not answer.
#[test]
fn a_pool_that_does_not_answer_holds_nobody_up() {
    for door in Door::BOTH {
        journey(world(), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let api = format!("{}/", j.world.pool().url());
            j.browser.leave_unanswered(&api).await?;
            j.browser.press(SIGN_OUT).await?;
            let is_out = async || Ok(j.browser.stored().await? == json!({}));
            j.browser
                .until_within(Duration::from_secs(1), "the signing out", is_out)
                .await?;
            HomePage::shown(&j.browser).await?;
            let is_told = async || Ok(j.browser.text().await?.contains(NOT_TOLD));
            j.browser
                .until_within(Duration::from_secs(5), NOT_TOLD, is_told)
                .await?;
            // The hosted pages answer although the API does not, so their session ends.
            let visits = usize::from(door == Door::Hosted);
            assert_eq!(j.world.requests_to("/logout").len(), visits);
            j.browser.reload().await?;
            HomePage::shown(&j.browser).await?;
            Ok(())
        });
    }
}

#[test]
fn without_a_network_one_is_signed_out_here_and_told_that_the_pool_is_not() {
    for door in Door::BOTH {
        journey(world(), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            j.expect_console("net::ERR_INTERNET_DISCONNECTED");
            j.browser.set_offline(true).await?;
            j.browser.press(SIGN_OUT).await?;
            home_says(&j, NOT_TOLD).await?;
            assert_eq!(j.browser.stored().await?, json!({}));
            j.browser.set_offline(false).await?;
            j.browser.reload().await?;
            HomePage::shown(&j.browser).await?;
            j.browser.open("/todos").await?;
            SignInPage::shown(&j.browser).await?;
            Ok(())
        });
    }
}

/// Each page has the button to sign out, and no URL signs the user out, since other sites could link to it.
#[test]
fn every_page_of_who_is_signed_in_has_the_way_out_and_no_address_is_one() {
    let world = world();
    let registered = format!("{}/oauth/cognito/logout", world.url());
    let world = world.configured(|config| config["cognito"]["redirectSignOut"] = json!(registered));
    journey(world, async |j| {
        j.expect_console("currentUser");
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        let record = j.browser.stored().await?;
        for address in [
            "/",
            "/register",
            "/verify",
            "/signin",
            "/login",
            "/login/",
            "/forgot",
            "/todos",
            "/account",
            "/nowhere",
            "/oauth/cognito/logout",
            "/logout",
            "/signout",
            "/?logout",
            "/?signout=true#signout",
            "/signin?logout=true&after=signout",
            "/login?error=access_denied&state=none",
        ] {
            j.browser.open(address).await?;
            j.browser.button(SIGN_OUT).await?;
            assert_eq!(j.browser.stored().await?, record, "{address}");
        }
        assert_eq!(revoked(&j.world), [] as [Value; 0]);
        Ok(())
    });
}
