//! Validation of tokens for both sign-in methods: tokens that are wrong in exactly one way are rejected.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::between::{Instead, answer_instead_from_the_start};
use crate::callback::{Says, begin, is_told};
use crate::hosted::{AUTHORIZE, REDEEM, TOKEN, go_to_hosted_page, with_ann};
use crate::session::sign_in;

const FORGED: &str = "The answer is not signed by this user pool, so it may be forged and you were not signed in. Try again; if it goes on, tell the administrator.";
const UNKNOWN_KEY: &str = "The answer is signed with a key that this user pool does not publish, so you were not signed in. Try again; if it goes on, tell the administrator.";
const NONCE: &str = "The answer belongs to another sign-in than the one you began, so you were not signed in. Begin again.";
const NOT_TOGETHER: &str = "The parts of the answer do not belong together, so you were not signed in. Try again; if it goes on, tell the administrator.";

/// Users whose tokens are wrong in exactly one way, and the message for each.
const UNBELIEVABLE: [(&str, &str); 9] = [
    ("forged", FORGED),
    ("unknown-key", UNKNOWN_KEY),
    (
        "unsigned",
        "The answer is not signed in the one way that is accepted here, so you were not signed in. Tell the administrator.",
    ),
    (
        "issuer",
        "The answer came from another user pool than config.js names. Tell the administrator.",
    ),
    (
        "audience",
        "The answer was meant for another app client than config.js names. Tell the administrator.",
    ),
    (
        "use",
        "The answer holds a token of the wrong kind, so you were not signed in. Tell the administrator.",
    ),
    (
        "expired",
        "The user pool's answer had expired when it came. Set your device's date and time if they are wrong, then sign in again.",
    ),
    (
        "future",
        "The user pool's answer is dated in the future. Set your device's date and time if they are wrong, then sign in again.",
    ),
    ("subject", NOT_TOGETHER),
];

/// A check that only a direct sign-in can make: the user of the tokens is the user of the challenges.
const UNBELIEVABLE_DIRECT: (&str, &str) = ("user", NOT_TOGETHER);

/// Checks of claims that only tokens of the hosted pages have.
const UNBELIEVABLE_HOSTED: [(&str, &str); 2] = [("nonce", NONCE), ("at-hash", NOT_TOGETHER)];

const NO_KEYS: &str = "The user pool shows no keys to check its answer by, so you were not signed in. Tell the administrator.";
const KEYS_NOT_FETCHED: &str = "The user pool's keys could not be fetched, so its answer could not be checked and you were not signed in. Try again in a moment.";
const NO_WEB_CRYPTO: &str = "This browser cannot check signatures here, so signing in would not be safe. Open this page over https, in a current browser.";

fn sentinel(word: &str) -> Person {
    Person::by_email(
        &format!("sentinel-token-{word}@example.com"),
        Some("Ann Lee"),
    )
}

fn with_all<'a>(world: World, words: impl Iterator<Item = &'a str>) -> World {
    words.fold(world, |world, word| world.with(&sentinel(word)))
}

/// Checks that no session is stored, neither now nor after the app is opened again.
async fn nobody_is_in(j: &Journey, who: &str) -> Outcome {
    assert_eq!(j.browser.stored().await?, json!({}), "{who}");
    HomePage::open(&j.browser).await?;
    assert_eq!(j.browser.stored().await?, json!({}), "{who}");
    Ok(())
}

/// Checks the message of the callback page for tokens that fail validation.
async fn is_refused(j: &Journey, text: &'static str) -> Outcome {
    let title = "You were not signed in";
    is_told(j, &Says { title, text }).await
}

/// Checks the message of the sign-in form for tokens that fail validation.
async fn is_refused_here(j: &Journey, text: &str, who: &str) -> Outcome {
    assert_eq!(j.browser.alert().await?, text, "{who}");
    SignInPage::shown(&j.browser).await?;
    Ok(())
}

pub(crate) fn key_set() -> String {
    format!("/{DEV_POOL_ID}/.well-known/jwks.json")
}

/// A direct sign-in rejects tokens that are wrong in exactly one way.
#[test]
fn no_token_that_is_wrong_in_one_way_is_believed_at_the_direct_door() {
    let all = || UNBELIEVABLE.into_iter().chain([UNBELIEVABLE_DIRECT]);
    let words = all().map(|(word, _)| word);
    journey(with_all(World::workshop(), words), async move |j| {
        for (word, says) in all() {
            let sign_in = SignInPage::open(&j.browser).await?;
            sign_in.sign_in_as(&sentinel(word)).await?;
            is_refused_here(&j, says, word).await?;
            nobody_is_in(&j, word).await?;
        }
        // The pool issued tokens to each of the users.
        let answers = j.world.requests();
        let given = answers.iter().filter(|request| {
            request.operation.as_deref() == Some("RespondToAuthChallenge")
                && request.status == Some(200)
        });
        assert_eq!(given.count(), all().count());
        Ok(())
    });
}

/// A hosted sign-in rejects tokens that are wrong in exactly one way.
#[test]
fn no_token_that_is_wrong_in_one_way_is_believed_at_the_hosted_door() {
    let all = || UNBELIEVABLE.into_iter().chain(UNBELIEVABLE_HOSTED);
    let world = World::workshop()
        .with_hosted_pages()
        .configured(|config| config["cognito"]["prompt"] = json!("login"));
    let world = with_all(world, all().map(|(word, _)| word));
    journey(world, async move |j| {
        for (time, (word, says)) in all().enumerate() {
            SignInPage::open(&j.browser).await?;
            let form = go_to_hosted_page(&j).await?;
            form.sign_in_as(&sentinel(word)).await?;
            is_refused(&j, says).await?;
            nobody_is_in(&j, word).await?;
            // The pool issued tokens, once for each user.
            let answers = j.world.requests_to(TOKEN);
            let statuses: Vec<Option<u16>> = answers.iter().map(|request| request.status).collect();
            assert_eq!(statuses, vec![Some(200); time + 1], "{word}");
        }
        Ok(())
    });
}

/// OIDC Core §3.1.3.7: valid tokens of the same user from another sign-in are rejected.
#[test]
fn tokens_that_are_good_elsewhere_are_not_taken_for_those_of_this_sign_in() {
    journey(with_ann(), async |j| {
        let ann = Person::ann();
        let answer = j.world.operate(
            "InitiateAuth",
            &json!({
                "ClientId": DEV_CLIENT_ID,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": ann.username, "PASSWORD": ann.password },
            }),
        );
        let tokens = &answer["AuthenticationResult"];
        let body = json!({
            "id_token": tokens["IdToken"],
            "access_token": tokens["AccessToken"],
            "refresh_token": tokens["RefreshToken"],
            "expires_in": tokens["ExpiresIn"],
            "token_type": "Bearer",
        });
        begin(&j).await?;
        let instead = Instead {
            status: 200,
            kind: "application/json",
            body: body.to_string().leak(),
        };
        answer_instead_from_the_start(&j, REDEEM, instead).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&ann).await?;
        is_refused(&j, NONCE).await?;
        nobody_is_in(&j, "Ann").await
    });
}

/// Waits until the page has fetched the pool's key set this many times.
async fn keys_are_fetched(j: &Journey, times: usize) -> Outcome {
    let fetched = async || {
        let requests = j.world.requests_to(&key_set());
        let answered = requests
            .iter()
            .filter(|request| request.status == Some(200));
        Ok(answered.count() == times)
    };
    j.browser.until(&format!("{times} key sets"), fetched).await
}

/// Signing keys rotate (OIDC Core §10.1.1; Cognito: "rotates signing keys"). An open page fetches the key set once
/// more.
#[test]
fn a_key_that_is_new_since_the_page_was_opened_is_fetched_once_and_believed() {
    journey(with_ann(), async |j| {
        let sign_in = SignInPage::open(&j.browser).await?;
        keys_are_fetched(&j, 1).await?;
        // The rotation is noticed in the page's first minute too.
        j.world.pool().rotate_keys()?;
        sign_in.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        keys_are_fetched(&j, 2).await
    });
}

/// A token can name any key ID. An unknown one must not cause a request for the key set each time.
#[test]
fn a_key_that_nobody_publishes_does_not_make_the_app_ask_again_and_again() {
    journey(
        with_all(World::workshop(), ["unknown-key"].into_iter()),
        async |j| {
            let sign_in = SignInPage::open(&j.browser).await?;
            keys_are_fetched(&j, 1).await?;
            for _ in 0..2 {
                sign_in.sign_in_as(&sentinel("unknown-key")).await?;
                is_refused_here(&j, UNKNOWN_KEY, "unknown-key").await?;
            }
            assert_eq!(j.world.requests_to(&key_set()).len(), 2);
            j.browser.move_clock(Duration::from_secs(61)).await?;
            for _ in 0..2 {
                j.browser.press(SignInPage::BUTTON).await?;
                j.browser.button(SignInPage::BUTTON).await?;
            }
            is_refused_here(&j, UNKNOWN_KEY, "unknown-key").await?;
            assert_eq!(j.world.requests_to(&key_set()).len(), 3);
            Ok(())
        },
    );
}

/// Without the pool's keys no token is accepted. The next attempt fetches the keys again.
#[test]
fn without_the_pools_keys_nobody_is_believed_and_the_next_press_asks_for_them_again() {
    journey(with_ann(), async |j| {
        let ann = Person::ann();
        j.browser.block("*jwks.json").await?;
        let sign_in = SignInPage::open(&j.browser).await?;
        sign_in.sign_in_as(&ann).await?;
        is_refused_here(&j, KEYS_NOT_FETCHED, "direct").await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        go_to_hosted_page(&j).await?.sign_in_as(&ann).await?;
        is_refused(&j, KEYS_NOT_FETCHED).await?;
        nobody_is_in(&j, "hosted").await?;

        let none = json!({ "urls": Vec::<Value>::new() });
        j.browser.devtools("Network.setBlockedURLs", none).await?;
        SignInPage::open(&j.browser).await?;
        sign_in.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn a_key_set_that_is_none_is_named_and_nobody_is_believed() {
    journey(with_ann(), async |j| {
        for (status, body) in [
            (404, "Not found"),
            (
                200,
                "<html><title>Log in to the hotel's network</title></html>",
            ),
        ] {
            let instead = Instead {
                status,
                kind: "text/html",
                body,
            };
            let name = format!("GET {}", key_set());
            answer_instead_from_the_start(&j, &name, instead).await?;
            let sign_in = SignInPage::open(&j.browser).await?;
            sign_in.sign_in_as(&Person::ann()).await?;
            is_refused_here(&j, NO_KEYS, body).await?;
            nobody_is_in(&j, body).await?;
        }
        Ok(())
    });
}

/// Browsers have no `SubtleCrypto` outside secure contexts. Neither sign-in method sends anything then.
#[test]
fn without_web_crypto_both_doors_are_closed_with_the_reason_and_nothing_is_sent() {
    journey(with_ann(), async |j| {
        j.browser
            .before_each_document("delete Crypto.prototype.subtle")
            .await?;
        let page = SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        assert_eq!(j.browser.alert().await?, NO_WEB_CRYPTO);
        assert_eq!(j.world.requests_to(AUTHORIZE), []);
        assert_eq!(j.browser.stored().await?, json!({}));

        j.browser.reload().await?;
        page.sign_in_as(&Person::ann()).await?;
        is_refused_here(&j, NO_WEB_CRYPTO, "direct").await?;
        assert_eq!(j.world.operations(), [""; 0]);
        nobody_is_in(&j, "Ann").await
    });
}

/// Rejected tokens do not change an existing session.
#[test]
fn who_is_signed_in_stays_so_whatever_a_further_sign_in_brings() {
    let world = with_all(with_ann(), ["forged"].into_iter());
    journey(world, async |j| {
        begin(&j).await?;
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        sign_in(&j).await?;
        let kept = j.browser.stored().await?;
        j.browser.look_at(&first).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&sentinel("forged")).await?;
        j.browser.shows_page("You were not signed in").await?;
        assert_eq!(
            j.browser.texts("main [role=status]").await?,
            [FORGED, "You are still signed in, as before."]
        );
        assert_eq!(j.browser.stored().await?, kept);
        Ok(())
    });
}
