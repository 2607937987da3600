//! Sessions during outages: a lost network or a busy, broken or slow service ends no session. A definite refusal
//! does, and so do tokens that fail validation.

use e2e::pages::{HomePage, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::between::{Instead, answer_instead_from_the_start, are_read, watch_from_the_start};
use crate::doors::{Door, NIGHT, away_and_back, forget_hosted_session, with_short_tokens};
use crate::parts;
use crate::session::{ended, kept, let_time_pass};

const ENDED: &str = "Your session has ended. Sign in to go on.";

const UNTRUSTED: &str = "Your session was ended, because what the user pool sent to renew it did not pass our checks. Sign in again; if it goes on, tell the administrator.";

const OFFLINE: &str =
    "You are offline. You stay signed in, and everything goes on when the network is back.";

/// A user whose email address makes the local pool answer with a fault.
fn sentinel(what: &str) -> Person {
    Person::by_email(&format!("sentinel-{what}@example.com"), Some("Ann Lee"))
}

#[test]
fn without_a_network_the_page_says_so_and_stays_usable_and_renews_by_itself_when_it_is_back() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let (id, refresh) = (kept(&j, "idToken").await?, kept(&j, "refreshToken").await?);
            parts::has(&j, "account_chunk").await?;
            j.expect_console("net::ERR_INTERNET_DISCONNECTED");
            j.browser.set_offline(true).await?;
            j.browser.says(OFFLINE).await?;
            let_time_pass(&j, NIGHT).await?;
            // The refresh that is due is tried, and its failure changes nothing.
            away_and_back(&j).await?;
            j.browser.follow("To-dos").await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains("You are still signed in"), "{alert}");
            j.browser.follow("Account").await?;
            j.browser.says("Your ID token says").await?;
            j.browser.says("ann@example.com").await?;
            j.browser.follow("Poolgate").await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            assert_eq!(kept(&j, "refreshToken").await?, refresh);
            assert_eq!(door.renewals(&j.world), 0);

            j.browser.set_offline(false).await?;
            let renewed = async || Ok(kept(&j, "idToken").await? != id);
            j.browser.until("a renewal by itself", renewed).await?;
            assert!(!j.browser.text().await?.contains("offline"));
            assert_eq!(door.renewals(&j.world), 1);
            j.expect_console("currentUser");
            j.browser.follow("To-dos").await?;
            j.browser.says("Nothing to do").await
        });
    }
}

#[test]
fn what_did_not_come_without_a_network_comes_by_itself_when_it_is_back() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            parts::has(&j, "account_chunk").await?;
            j.expect_console("net::ERR_INTERNET_DISCONNECTED");
            // The API has no profile of Ann yet.
            j.expect_console("currentUser");
            // The account page requests the details after a direct sign-in, and userInfo after a hosted one.
            for (page, told) in [("To-dos", "Nothing to do"), ("Account", "email_verified")] {
                j.browser.set_offline(true).await?;
                j.browser.says(OFFLINE).await?;
                j.browser.follow(page).await?;
                j.browser.says("You are offline. Check").await?;
                j.browser.set_offline(false).await?;
                j.browser.says(told).await?;
                let is_well = async || {
                    let text = j.browser.text().await?;
                    let trouble = ["You are offline.", "Try again"];
                    Ok(trouble.iter().all(|words| !text.contains(words)))
                };
                j.browser.until("the end of all trouble", is_well).await?;
            }
            Ok(())
        });
    }
}

#[test]
fn who_is_not_signed_in_is_told_of_the_missing_network_too() {
    journey(with_short_tokens(&[]), async |j| {
        HomePage::open(&j.browser).await?;
        j.browser.set_offline(true).await?;
        j.browser
            .says("You are offline. Signing in works again when the network is back.")
            .await?;
        j.browser.set_offline(false).await?;
        let is_gone = async || Ok(!j.browser.text().await?.contains("offline"));
        j.browser.until("the end of the banner", is_gone).await
    });
}

/// A refresh without a usable answer does not end the session, and the page works again as soon as the service does.
fn is_kept_and_recovers(door: Door, fault: &'static str, status: &'static str) {
    let place = match door {
        Door::Direct => "renewal",
        Door::Hosted => "refresh",
    };
    let person = sentinel(&format!("{fault}-on-{place}"));
    journey(
        with_short_tokens(std::slice::from_ref(&person)),
        async move |j| {
            door.sign_in(&j, &person).await?;
            let refresh = kept(&j, "refreshToken").await?;
            j.expect_console(status);
            let_time_pass(&j, NIGHT).await?;
            watch_from_the_start(&j, door.renewal()).await?;
            j.browser.reload().await?;
            are_read(&j, door.renewal()).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.follow("To-dos").await?;
            let alert = j.browser.alert().await?;
            assert!(alert.contains("You are still signed in"), "{alert}");
            assert_eq!(kept(&j, "refreshToken").await?, refresh);
            assert_eq!(j.world.api_calls(), [""; 0]);

            // The fault depends on the email address.
            j.world.operate(
                "AdminUpdateUserAttributes",
                &json!({
                    "UserPoolId": DEV_POOL_ID,
                    "Username": person.username,
                    "UserAttributes": [
                        { "Name": "email", "Value": "ann@example.com" },
                        { "Name": "email_verified", "Value": "true" },
                    ],
                }),
            );
            j.expect_console("currentUser");
            match door {
                Door::Direct => j.browser.press("Try again").await?,
                // The next refresh starts without a press, and the requests that waited for it follow.
                Door::Hosted => away_and_back(&j).await?,
            }
            j.browser.says("Nothing to do").await
        },
    );
}

#[test]
fn a_throttled_renewal_ends_no_session() {
    is_kept_and_recovers(Door::Direct, "throttled", "status of 400");
    is_kept_and_recovers(Door::Hosted, "throttled", "status of 429");
}

#[test]
fn a_renewal_at_a_broken_service_ends_no_session() {
    is_kept_and_recovers(Door::Direct, "internal-error", "status of 500");
    is_kept_and_recovers(Door::Hosted, "internal-error", "status of 500");
}

#[test]
fn a_slow_renewal_is_waited_for_and_the_page_is_usable_meanwhile() {
    for (door, place) in [(Door::Direct, "renewal"), (Door::Hosted, "refresh")] {
        let person = sentinel(&format!("slow-on-{place}"));
        journey(
            with_short_tokens(std::slice::from_ref(&person)),
            async move |j| {
                door.sign_in(&j, &person).await?;
                let id = kept(&j, "idToken").await?;
                let_time_pass(&j, NIGHT).await?;
                j.browser.reload().await?;
                door.has_renewed(&j, 1).await?;
                j.browser.follow("Account").await?;
                j.browser.says("Your ID token says").await?;
                assert_eq!(kept(&j, "idToken").await?, id);
                j.expect_console("currentUser");
                j.browser.follow("To-dos").await?;
                j.browser.says("Nothing to do").await?;
                assert_ne!(kept(&j, "idToken").await?, id);
                assert_eq!(door.renewals(&j.world), 1);
                Ok(())
            },
        );
    }
}

/// A refusal of the token endpoint ends the session. Another journey tests the user-pool API.
#[test]
fn a_definite_no_of_the_token_endpoint_ends_the_session_says_so_and_keeps_the_way() {
    journey(with_short_tokens(&[Person::ann()]), async |j| {
        Door::Hosted.sign_in(&j, &Person::ann()).await?;
        j.expect_refusal();
        j.world.operate(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
        );
        let_time_pass(&j, NIGHT).await?;
        j.browser.open("/todos?list=garden#first").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser
            .is_at("/signin?then=%2Ftodos%3Flist%3Dgarden%23first")
            .await?;
        assert_eq!(j.browser.status().await?, ENDED);
        assert_eq!(j.browser.stored().await?, ended("expired"));
        assert_eq!(Door::Hosted.renewals(&j.world), 1);
        j.expect_console("currentUser");
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.is_at("/todos?list=garden#first").await
    });
}

/// Loads a page with expired tokens, and checks that the answer to the refresh ends the session.
async fn is_not_believed(j: &Journey, what: &str) -> Outcome {
    let_time_pass(j, NIGHT).await?;
    j.browser.open("/todos").await?;
    SignInPage::shown(&j.browser).await?;
    j.browser.is_at("/signin?then=%2Ftodos").await?;
    assert_eq!(j.browser.status().await?, UNTRUSTED, "{what}");
    assert_eq!(j.browser.stored().await?, ended("untrusted"), "{what}");
    Ok(())
}

/// Tokens from a refresh are validated in the same way as those from a sign-in.
fn tokens_that_are_not_believed(door: Door, oddities: &'static [&'static str]) {
    let person = |odd: &&str| sentinel(&format!("token-{odd}-on-renewal"));
    let people: Vec<Person> = oddities.iter().map(person).collect();
    journey(with_short_tokens(&people), async move |j| {
        for person in people {
            door.sign_in(&j, &person).await?;
            is_not_believed(&j, &person.email).await?;
            forget_hosted_session(&j).await?;
        }
        assert_eq!(door.renewals(&j.world), oddities.len());
        assert_eq!(j.world.api_calls(), [""; 0]);
        Ok(())
    });
}

#[test]
fn a_direct_renewal_with_tokens_that_nobody_may_believe_ends_the_session_and_says_so() {
    tokens_that_are_not_believed(
        Door::Direct,
        &[
            "forged",
            "unknown-key",
            "unsigned",
            "issuer",
            "audience",
            "use",
            "expired",
            "future",
            "subject",
        ],
    );
}

#[test]
fn a_hosted_renewal_with_tokens_that_nobody_may_believe_ends_the_session_and_says_so() {
    tokens_that_are_not_believed(
        Door::Hosted,
        &[
            "forged",
            "unknown-key",
            "unsigned",
            "issuer",
            "audience",
            "use",
            "expired",
            "future",
            "subject",
            "at-hash",
        ],
    );
}

/// OIDC Core §12.2: valid tokens of the same pool and client, but of another user.
#[test]
fn a_renewal_with_another_persons_tokens_ends_the_session() {
    for door in Door::BOTH {
        let bob = Person::by_email("bob@example.com", Some("Bob Ray"));
        let people = [Person::ann(), bob.clone()];
        journey(with_short_tokens(&people), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            // The pool issues the tokens at this time.
            j.world.let_time_pass(NIGHT);
            let of_bob = j.world.operate(
                "InitiateAuth",
                &json!({
                    "ClientId": DEV_CLIENT_ID,
                    "AuthFlow": "USER_PASSWORD_AUTH",
                    "AuthParameters": { "USERNAME": bob.username, "PASSWORD": bob.password },
                }),
            );
            let tokens = &of_bob["AuthenticationResult"];
            let (body, kind) = match door {
                Door::Direct => (of_bob.to_string(), "application/x-amz-json-1.1"),
                Door::Hosted => (as_token_answer(tokens), "application/json"),
            };
            let instead = Instead {
                status: 200,
                kind,
                body: body.leak(),
            };
            answer_instead_from_the_start(&j, door.renewal(), instead).await?;
            j.browser.move_clock(NIGHT).await?;
            j.browser.open("/account").await?;
            SignInPage::shown(&j.browser).await?;
            assert_eq!(j.browser.status().await?, UNTRUSTED);
            assert_eq!(j.browser.stored().await?, ended("untrusted"));
            assert!(!j.browser.text().await?.contains("Bob"));
            Ok(())
        });
    }
}

/// A token response of the OAuth endpoint (RFC 6749 §5.1).
fn as_token_answer(tokens: &Value) -> String {
    json!({
        "id_token": tokens["IdToken"],
        "access_token": tokens["AccessToken"],
        "expires_in": tokens["ExpiresIn"],
        "token_type": "Bearer",
    })
    .to_string()
}
