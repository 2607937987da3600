//! Hosted pages or a token endpoint that refuse, are busy or broken, cannot be reached, or send malformed answers.

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::between::{Instead, answer_as_ever, answer_instead_from_the_start, no_longer};
use crate::callback::{CANCELLED, CODE, NOT_WHOLE, Says, begin, is_told};
use crate::hosted::{AUTHORIZE, REDEEM, TOKEN, go_to_hosted_page, with_ann};

const SCOPE: Says = Says {
    title: "The hosted page said no",
    text: "The app client does not allow all the scopes that config.js asks for. An administrator can allow them in the Cognito console, under App clients, the client, Login pages, OpenID Connect scopes; or shorten “scopes” in config.js.",
};

const FLOW_OFF: Says = Says {
    title: "The hosted page said no",
    text: "The app client does not allow this kind of sign-in. An administrator can switch it on in the Cognito console, under App clients, the client, Login pages, OAuth grant types.",
};

const REDIRECT: Says = Says {
    title: "The hosted page said no",
    text: "The user pool does not know this site's address, so it did not let you in here. Tell the administrator what stands below.",
};

const LOGIN_REQUIRED: Says = Says {
    title: "The hosted page said no",
    text: "Nobody is signed in on the hosted page, and it was told not to ask (prompt: 'none' in config.js). Sign in with your password here.",
};

const BROKEN_PAGE: Says = Says {
    title: "The hosted page said no",
    text: "The hosted page has a problem of its own. Try again in a moment.",
};

const USED_UP: Says = Says {
    title: "The hosted page said no",
    text: "That sign-in was used already, or took too long. Begin again.",
};

const SECRET: Says = Says {
    title: "The hosted page said no",
    text: "The app client is unknown, or has a secret, which no web page can keep. An administrator should make an app client without a secret and put its id into config.js.",
};

const THROTTLED: Says = Says {
    title: "The sign-in could not be finished",
    text: "There have been too many tries. Wait a few minutes, then try again.",
};

const BROKEN_POOL: Says = Says {
    title: "The sign-in could not be finished",
    text: "The user pool has a problem of its own. Try again in a moment.",
};

const UNREACHABLE: Says = Says {
    title: "The sign-in could not be finished",
    text: "The service could not be reached. Try again in a moment; nothing you typed is lost.",
};

/// Checks that no session is stored and that the page offers the next steps.
async fn is_outside(j: &Journey) -> Outcome {
    assert_eq!(j.browser.stored().await?, json!({}));
    let ways = j.browser.texts("main a.button, main button").await?;
    assert_eq!(ways, ["Try again", "Go to sign-in"]);
    j.browser.is_at("/login/").await
}

/// Each error of an authorization response has its own message and a next step.
#[test]
fn each_refusal_of_the_hosted_page_has_its_sentence_and_is_no_dead_end() {
    journey(with_ann(), async |j| {
        for (answer, says) in [
            (
                "error=access_denied&error_description=User+cancelled",
                CANCELLED,
            ),
            ("error=invalid_scope", SCOPE),
            // Amazon's pages report it in this form.
            (
                "error=invalid_request&error_description=invalid_scope",
                SCOPE,
            ),
            ("error=unauthorized_client", FLOW_OFF),
            ("error=unsupported_response_type", FLOW_OFF),
            ("error=login_required", LOGIN_REQUIRED),
            ("error=server_error", BROKEN_PAGE),
            ("error=temporarily_unavailable", BROKEN_PAGE),
        ] {
            let state = begin(&j).await?;
            j.browser
                .open(&format!("/login/?{answer}&state={state}"))
                .await?;
            is_told(&j, &says).await?;
            is_outside(&j).await?;
        }
        assert_eq!(j.world.requests_to(TOKEN), []);
        j.browser.press("Try again").await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// A redirect mismatch has its own help, with the setting and the exact URL.
#[test]
fn a_redirect_mismatch_comes_with_help_that_names_the_setting_and_the_address() {
    let world = with_ann();
    let uri = format!("{}/oauth/cognito", world.url());
    let named = uri.clone();
    let world = world.configured(|config| config["cognito"]["redirectSignIn"] = json!(named));
    journey(world, async move |j| {
        let state = begin(&j).await?;
        let address = format!("/oauth/cognito?error=redirect_mismatch&state={state}");
        j.browser.open(&address).await?;
        is_told(&j, &REDIRECT).await?;
        helps(&j, &uri).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        // This path is only the callback page.
        j.browser.open("/oauth/cognito").await?;
        j.browser.shows_page("No sign-in under way").await
    });
}

/// Checks that the help names the setting and the URL.
async fn helps(j: &Journey, uri: &str) -> Outcome {
    let text = j.browser.text().await?;
    let setting = "under App clients, the client, Login pages, Allowed callback URLs";
    let address = j.browser.texts("main code").await?;
    if text.contains(setting) && address == [uri] {
        Ok(())
    } else {
        Err(format!("the help names {address:?} and says {text}").into())
    }
}

/// Presses the button of the hosted pages and waits for the pool's error page.
pub(crate) async fn meets_redirect_mismatch(j: &Journey) -> Outcome {
    j.expect_refusal();
    SignInPage::open(&j.browser).await?;
    j.browser.press(SignInPage::HOSTED).await?;
    j.browser
        .shows_page("An error was encountered with the requested page.")
        .await?;
    j.browser.says("redirect_mismatch").await
}

/// Amazon shows this error on the pool's own page, so the user can only return with Back.
#[test]
fn who_comes_back_from_the_pools_own_error_page_finds_the_help_on_the_sign_in_page() {
    let world = with_ann();
    let uri = format!("{}/somewhere/else", world.url());
    let named = uri.clone();
    let world = world.configured(|config| config["cognito"]["redirectSignIn"] = json!(named));
    journey(world, async move |j| {
        meets_redirect_mismatch(&j).await?;
        j.browser.open("/signin").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.says("was not finished").await?;
        j.browser
            .unfold("Did the hosted page show an error?")
            .await?;
        helps(&j, &uri).await
    });
}

/// A description from outside is shown as text, is shortened, and contains no links.
#[test]
fn an_unknown_refusal_is_told_in_its_own_words_as_text_and_nothing_more() {
    journey(with_ann(), async |j| {
        let state = begin(&j).await?;
        let html = "<img src=x onerror=\"document.title='taken'\"> see <a href=https://example.com>here</a>";
        let answer: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("error", "<b>odd</b>")
            .append_pair("error_description", html)
            .append_pair("error_uri", "https://example.com/help")
            .append_pair("state", &state)
            .finish();
        j.browser.open(&format!("/login/?{answer}")).await?;
        j.browser.shows_page("The hosted page said no").await?;
        assert_eq!(
            j.browser.texts("main [role=status]").await?,
            [format!(
                "You were not signed in. It says: {html}. Try again; if it goes on, tell the administrator."
            )]
        );
        assert_eq!(
            j.browser
                .texts("main img, main b, main a:not(.button)")
                .await?,
            [""; 0]
        );
        let elsewhere = "return [...document.links].map(({ origin }) => origin).filter((origin) => origin !== location.origin)";
        assert_eq!(j.browser.script(elsewhere, vec![]).await?, json!([]));
        is_outside(&j).await?;

        // A long description is cut.
        let state = begin(&j).await?;
        let story = "never+ending+".repeat(100);
        j.browser
            .open(&format!(
                "/login/?error=odd&error_description={story}&state={state}"
            ))
            .await?;
        j.browser.shows_page("The hosted page said no").await?;
        let told = j.browser.texts("main [role=status]").await?.concat();
        assert!(told.chars().count() < 400, "{told}");
        assert!(told.contains("never ending never ending"), "{told}");
        Ok(())
    });
}

/// The pool refuses, because config.js and the app client do not match.
#[test]
fn what_the_app_client_does_not_allow_is_named_with_the_setting() {
    let world = with_ann().configured(|config| {
        config["cognito"]["scopes"] = json!(["openid", "todos/read"]);
    });
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        is_told(&j, &SCOPE).await?;

        j.world.set_config(&j.world.config());
        j.world
            .update_client(json!({ "AllowedOAuthFlows": ["implicit"] }));
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        is_told(&j, &FLOW_OFF).await?;
        is_outside(&j).await?;
        assert_eq!(j.world.requests_to(TOKEN), []);
        Ok(())
    });
}

/// `prompt=none` without a session on the hosted pages is an error, and must not cause a loop of requests.
#[test]
fn prompt_none_without_a_session_on_the_hosted_page_says_so_and_turns_in_no_circle() {
    let world = with_ann().configured(|config| config["cognito"]["prompt"] = json!("none"));
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        is_told(&j, &LOGIN_REQUIRED).await?;
        is_outside(&j).await?;
        assert_eq!(j.world.requests_to(AUTHORIZE).len(), 1);
        // With a session on the hosted pages, `prompt=none` signs Ann in.
        j.world.set_config(&j.world.config());
        crate::hosted::sign_in_hosted(&j).await?;
        let mut config = j.world.config();
        config["cognito"]["prompt"] = json!("none");
        j.world.set_config(&config);
        crate::hosted::forget_session(&j).await?;
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

const fn json_answer(status: u16, body: &'static str) -> Instead {
    Instead {
        status,
        kind: "application/json;charset=UTF-8",
        body,
    }
}

/// Each answer without tokens is explained. The code is sent once, and nothing is stored.
#[test]
fn each_answer_of_the_token_endpoint_that_brings_no_tokens_has_its_sentence() {
    journey(with_ann(), async |j| {
        let hotel = Instead {
            status: 200,
            kind: "text/html",
            body: "<html><title>Log in to the hotel's network</title></html>",
        };
        let answers = [
            (json_answer(400, r#"{"error":"invalid_grant"}"#), USED_UP),
            (
                json_answer(
                    400,
                    r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#,
                ),
                REDIRECT,
            ),
            (
                json_answer(400, r#"{"error":"unauthorized_client"}"#),
                FLOW_OFF,
            ),
            (
                json_answer(
                    400,
                    r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#,
                ),
                SECRET,
            ),
            (json_answer(429, r#"{"error":"server_error"}"#), THROTTLED),
            (json_answer(400, r#"{"error":"server_error"}"#), BROKEN_POOL),
            (json_answer(503, "Service Unavailable"), BROKEN_POOL),
            (hotel, NOT_WHOLE),
            (
                Instead {
                    status: 403,
                    ..hotel
                },
                NOT_WHOLE,
            ),
            (json_answer(200, "{}"), NOT_WHOLE),
            // Without the scope `openid` there is no ID token.
            (
                json_answer(
                    200,
                    r#"{"access_token":"e.e.e","refresh_token":"e","expires_in":3600,"token_type":"Bearer"}"#,
                ),
                NOT_WHOLE,
            ),
            (
                json_answer(
                    200,
                    r#"{"id_token":"e.e.e","access_token":"e.e.e","expires_in":3600,"token_type":"MAC"}"#,
                ),
                NOT_WHOLE,
            ),
        ];
        for (answer, says) in answers {
            let state = begin(&j).await?;
            let script = answer_instead_from_the_start(&j, REDEEM, answer).await?;
            j.browser
                .open(&format!("/login/?code={CODE}&state={state}"))
                .await?;
            is_told(&j, &says).await?;
            let asked = "return window.between.rules['POST /oauth2/token'].come";
            assert_eq!(j.browser.script(asked, vec![]).await?, json!(1), "{says:?}");
            if says == REDIRECT {
                helps(&j, &format!("{}/login/", j.world.url())).await?;
            }
            is_outside(&j).await?;
            no_longer(&j, script).await?;
        }
        // These answers did not come from the pool, so the next sign-in works.
        j.browser.press("Try again").await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// A user with this fault when the code is redeemed.
fn sentinel(fault: &str) -> Person {
    Person::by_email(
        &format!("sentinel-{fault}-on-code@example.com"),
        Some("Ann Lee"),
    )
}

/// The pool itself sends these errors.
#[test]
fn a_throttled_and_a_failing_token_endpoint_are_asked_once_and_the_next_press_begins_anew() {
    let world = World::workshop().with_hosted_pages();
    let people = [
        ("throttled", "status of 429", THROTTLED),
        ("internal-error", "status of 500", BROKEN_POOL),
    ];
    let world = people
        .iter()
        .fold(world, |world, (fault, _, _)| world.with(&sentinel(fault)));
    journey(world, async move |j| {
        for (time, (fault, console, says)) in people.into_iter().enumerate() {
            j.expect_console(console);
            SignInPage::open(&j.browser).await?;
            let form = go_to_hosted_page(&j).await?;
            form.sign_in_as(&sentinel(fault)).await?;
            is_told(&j, &says).await?;
            is_outside(&j).await?;
            assert_eq!(j.world.requests_to(TOKEN).len(), time + 1);
            j.browser.driver().delete_all_cookies().await?;
        }
        Ok(())
    });
}

/// The page shows that it waits for a slow token endpoint, and offers a next step.
#[test]
fn a_slow_token_endpoint_is_seen_to_be_awaited_and_there_is_a_way_on() {
    let slow = sentinel("slow");
    journey(
        World::workshop().with_hosted_pages().with(&slow),
        async move |j| {
            SignInPage::open(&j.browser).await?;
            go_to_hosted_page(&j).await?.sign_in_as(&slow).await?;
            j.browser.shows_page("Signing you in…").await?;
            assert_eq!(
                j.browser.texts("main [role=status]").await?,
                ["One moment: your sign-in is being checked."]
            );
            assert_eq!(j.browser.texts("main a.button").await?, ["Start again"]);
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            assert_eq!(j.world.requests_to(TOKEN).len(), 1);
            Ok(())
        },
    );
}

/// The pool may or may not have redeemed the code, so the app does not send it again.
#[test]
fn a_token_endpoint_that_cannot_be_reached_says_so_and_the_next_press_works() {
    journey(with_ann(), async |j| {
        SignInPage::open(&j.browser).await?;
        let form = go_to_hosted_page(&j).await?;
        j.browser.block("*/oauth2/token").await?;
        form.sign_in_as(&Person::ann()).await?;
        is_told(&j, &UNREACHABLE).await?;
        is_outside(&j).await?;
        j.browser
            .devtools(
                "Network.setBlockedURLs",
                json!({ "urls": Vec::<Value>::new() }),
            )
            .await?;
        j.browser.press("Try again").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// A failed hosted sign-in does not end the session that another tab started.
#[test]
fn a_refusal_leaves_who_signed_in_meanwhile_in_another_tab_as_they_are() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        crate::session::sign_in(&j).await?;
        let kept = j.browser.stored().await?;
        j.browser.look_at(&first).await?;
        let invalid = json_answer(400, r#"{"error":"invalid_grant"}"#);
        answer_instead_from_the_start(&j, REDEEM, invalid).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(USED_UP.title).await?;
        assert_eq!(
            j.browser.texts("main [role=status]").await?,
            [USED_UP.text, "You are still signed in, as before."]
        );
        assert_eq!(j.browser.stored().await?, kept);
        j.browser.follow("Go on as you are").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The domain was found when the sign-in started, and can no longer be found.
#[test]
fn hosted_pages_that_cannot_be_found_any_more_are_named_and_looked_for_again() {
    const GONE: Says = Says {
        title: "The sign-in could not be finished",
        text: "The user pool's hosted pages could not be found any more. Try again in a moment.",
    };
    journey(with_ann(), async |j| {
        begin(&j).await?;
        let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
        let away = Instead {
            status: 503,
            kind: "text/plain",
            body: "Service Unavailable",
        };
        let script = answer_instead_from_the_start(&j, &discovery, away).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        is_told(&j, &GONE).await?;
        is_outside(&j).await?;
        assert_eq!(j.world.requests_to(TOKEN), []);
        j.browser.press("Try again").await?;
        let alert = j.browser.alert().await?;
        assert!(
            alert.starts_with("The hosted page could not be found just now."),
            "{alert}"
        );
        no_longer(&j, script).await?;
        answer_as_ever(&j, &discovery).await?;
        j.browser.press("Try again").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}
