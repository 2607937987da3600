//! Token refresh: which errors end the session, and the order of concurrent sign-ins.

use std::time::Duration;

use e2e::pages::{HomePage, RegisterPage, SignInPage, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::json;

use crate::between::{
    Instead, answer_as_ever, answer_instead, answer_instead_from_the_start, are_read, no_longer,
};
use crate::doors::{Door, NIGHT, with_short_tokens};
use crate::parameters::Parameters;
use crate::session::{ended, kept, let_time_pass, short_tokens, sign_in};
use crate::tokens::{claims, member};

const RENEWAL: &str = "GetTokensFromRefreshToken";

/// Signs Ann in, and moves the clocks of the pool and of later documents to after the expiry of her ID and access
/// tokens.
async fn with_expired_tokens(j: &Journey) -> Outcome {
    sign_in(j).await?;
    let length = Duration::from_secs(61 * 60);
    j.world.let_time_pass(length);
    j.browser.move_clock(length).await
}

/// The stored refresh token.
async fn refresh_token(j: &Journey) -> Outcome<String> {
    let stored = j.browser.stored().await?;
    member(&stored, "refreshToken").ok_or_else(|| "the browser keeps no refresh token".into())
}

/// Captive portals, firewalls and failing triggers can answer in place of the pool. Only a definite refusal of the
/// pool ends the session.
#[test]
fn an_odd_answer_to_a_renewal_ends_no_session() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        with_expired_tokens(&j).await?;
        let refresh = refresh_token(&j).await?;
        let html = Instead {
            status: 403,
            kind: "text/html",
            body: "<html><title>Log in to the hotel's network</title></html>",
        };
        for odd in [
            html,
            Instead {
                status: 200,
                ..html
            },
            Instead {
                status: 404,
                ..html
            },
            Instead {
                status: 403,
                kind: "application/x-amz-json-1.1",
                body: r#"{"__type":"ForbiddenException","message":"Request not allowed due to WAF block."}"#,
            },
            Instead::refusal(
                r#"{"__type":"UnexpectedLambdaException","message":"PreTokenGeneration failed with error."}"#,
            ),
        ] {
            let script = answer_instead_from_the_start(&j, RENEWAL, odd).await?;
            j.browser.open("/").await?;
            are_read(&j, RENEWAL).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            assert_eq!(refresh_token(&j).await?, refresh, "{odd:?}");
            no_longer(&j, script).await?;
        }
        let spent = member(&j.browser.stored().await?, "idToken");
        j.browser.reload().await?;
        j.browser
            .until("a renewal", async || {
                Ok(member(&j.browser.stored().await?, "idToken") != spent)
            })
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn a_session_that_ended_says_so_on_the_start_page() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        with_expired_tokens(&j).await?;
        j.expect_refusal();
        j.world.operate(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
        );
        j.browser.open("/").await?;
        HomePage::shown(&j.browser).await?;
        assert_eq!(
            j.browser.status().await?,
            "Your session has ended. Sign in to go on."
        );
        assert_eq!(j.browser.stored().await?, ended("expired"));
        // The next visit shows the reason too, and the one after that does not.
        j.browser.reload().await?;
        j.browser.says("Your session has ended.").await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        j.browser.reload().await?;
        HomePage::shown(&j.browser).await?;
        assert!(!j.browser.text().await?.contains("has ended"));
        Ok(())
    });
}

#[test]
fn expired_tokens_go_to_nobody_while_they_cannot_be_renewed() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        with_expired_tokens(&j).await?;
        j.expect_console("currentUser");
        let away = Instead {
            status: 503,
            kind: "text/plain",
            body: "Service Unavailable",
        };
        answer_instead(&j, RENEWAL, away).await?;
        j.browser.follow("To-dos").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("still signed in"), "{alert}");
        assert!(!alert.contains("config.js"), "{alert}");
        TodosPage::shown(&j.browser).await?;
        assert_eq!(j.world.api_calls(), [""; 0]);
        j.browser.button("Try again").await?;

        answer_as_ever(&j, RENEWAL).await?;
        j.browser.press("Try again").await?;
        j.browser.says("Nothing to do").await
    });
}

/// If another user signs in, all data of the previous user is removed first.
#[test]
fn who_registers_while_another_is_signed_in_takes_their_place_wholly() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        let of_ann = refresh_token(&j).await?;
        let bob = Person::by_email("bob@example.com", None);
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob.email))
            .await?;

        let stored = j.browser.stored().await?;
        let id = member(&stored, "idToken").expect("an ID token");
        assert_eq!(claims(&id)["email"], bob.email);
        assert!(!stored.to_string().contains(&of_ann), "{stored}");
        let revoked = async || {
            let calls = j.world.calls();
            let call = calls.iter().find(|call| call.operation == "RevokeToken");
            Ok(call.map(|call| call.body.clone()))
        };
        assert_eq!(
            j.browser.some("a revocation", revoked).await?,
            json!({ "ClientId": DEV_CLIENT_ID, "Token": of_ann })
        );
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting(&bob.email)).await
    });
}

/// After the end of a session, the page shows no data of its user.
#[test]
fn a_renewal_that_the_pool_refuses_leads_from_the_to_dos_to_sign_in_and_says_why() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        sign_in(&j).await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        TodosPage::shown(&j.browser)
            .await?
            .add("A secret plan")
            .await?;
        j.browser.says("A secret plan").await?;
        j.expect_refusal();
        j.world.operate(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
        );
        let length = Duration::from_secs(61 * 60);
        j.world.let_time_pass(length);
        j.browser.move_clock(length).await?;
        j.browser.press("Delete “A secret plan”").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.is_at("/signin?then=%2Ftodos").await?;
        let why = j.browser.status().await?;
        assert_eq!(why, "Your session has ended. Sign in to go on.");
        assert!(!j.browser.text().await?.contains("A secret plan"));
        Ok(())
    });
}

/// If the service does not know `GetTokensFromRefreshToken`, the app uses the older flow.
#[test]
fn a_service_without_the_newer_action_renews_by_the_older_flow() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        Door::Direct.sign_in(&j, &Person::ann()).await?;
        let (id, refresh) = (kept(&j, "idToken").await?, kept(&j, "refreshToken").await?);
        let unknown = Instead::refusal(r#"{"__type":"UnknownOperationException"}"#);
        let script = answer_instead_from_the_start(&j, Door::Direct.renewal(), unknown).await?;
        let_time_pass(&j, NIGHT).await?;
        j.browser.reload().await?;
        let renewed = async || Ok(kept(&j, "idToken").await? != id);
        j.browser.until("a renewal", renewed).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(kept(&j, "refreshToken").await?, refresh);
        let last = j.world.calls().pop().ok_or("a call")?;
        assert_eq!(last.operation, "InitiateAuth");
        assert_eq!(
            last.body,
            json!({
                "ClientId": DEV_CLIENT_ID,
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "AuthParameters": { "REFRESH_TOKEN": refresh },
            })
        );
        no_longer(&j, script).await
    });
}

/// A hosted session is refreshed at the token endpoint. A new refresh token replaces the old one; without a new one,
/// the old one is kept.
#[test]
fn a_session_of_the_hosted_page_is_renewed_at_the_token_endpoint() {
    for rotates in [false, true] {
        let world = with_short_tokens(&[Person::ann()]);
        if rotates {
            let mut changes = short_tokens();
            changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
            changes["RefreshTokenRotation"] =
                json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
            world.update_client(changes);
        }
        journey(world, async move |j| {
            Door::Hosted.sign_in(&j, &Person::ann()).await?;
            let mut held = vec![kept(&j, "refreshToken").await?];
            for times in 1..=2 {
                let id = kept(&j, "idToken").await?;
                // The tokens have not expired yet.
                let_time_pass(&j, Duration::from_secs(4 * 60)).await?;
                j.browser.reload().await?;
                let renewed = async || Ok(kept(&j, "idToken").await? != id);
                j.browser.until("new tokens", renewed).await?;
                held.push(kept(&j, "refreshToken").await?);
                assert_eq!(Door::Hosted.renewals(&j.world), times);
            }
            let spent: Vec<String> = j
                .world
                .requests_to("/oauth2/token")
                .iter()
                .map(Parameters::of_form)
                .filter(|form| form.one("grant_type") == "refresh_token")
                .map(|form| form.one("refresh_token").to_owned())
                .collect();
            assert_eq!(spent, held[..2]);
            assert_eq!((held[0] != held[1], held[1] != held[2]), (rotates, rotates));
            assert_eq!(j.world.operations(), [""; 0]);
            Ok(())
        });
    }
}

/// Tokens of one minute are refreshed a quarter of a minute before they expire, and only once.
#[test]
fn tokens_of_a_minute_are_renewed_in_time_and_once() {
    for door in Door::BOTH {
        let person = Person::by_email("sentinel-short-tokens@example.com", Some("Ann Lee"));
        let world = World::workshop().with_hosted_pages().with(&person);
        journey(world, async move |j| {
            door.sign_in(&j, &person).await?;
            let id = kept(&j, "idToken").await?;
            // Three seconds early: a timer of the open page starts the refresh.
            let_time_pass(&j, Duration::from_secs(60 - 15 - 3)).await?;
            j.browser.reload().await?;
            let renewed = async || Ok(kept(&j, "idToken").await? != id);
            j.browser.until("new tokens", renewed).await?;
            j.expect_console("currentUser");
            j.browser.follow("To-dos").await?;
            j.browser.says("Nothing to do").await?;
            j.browser.reload().await?;
            j.browser.says("Nothing to do").await?;
            assert_eq!(door.renewals(&j.world), 1);
            let refused = |call: &String| call.ends_with(" 401");
            assert!(!j.world.api_calls().iter().any(refused));
            Ok(())
        });
    }
}
