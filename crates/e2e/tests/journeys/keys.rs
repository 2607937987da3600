//! Key sets without a usable key, as captive portals and proxies send them: the app does not accept them in place of
//! the pool's.

use e2e::pages::{HomePage, HostedLoginPage, SignInPage, TodosPage};
use e2e::{Person, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use crate::between::{
    Instead, answer_as_ever, answer_instead, answer_instead_from_the_start, are_read, no_longer,
    watch_from_the_start,
};
use crate::callback::{Says, begin, is_told};
use crate::doors::{Door, NIGHT, with_short_tokens};
use crate::hosted::with_ann;
use crate::session::{kept, let_time_pass};

const NO_KEYS: &str = "The user pool shows no keys to check its answer by, so you were not signed in. Tell the administrator.";

/// Well-formed answers with status 200 that contain no usable key (RFC 7517 §5: a set can be empty, and keys of
/// unknown types are ignored).
const WITHOUT_A_KEY: [Instead; 4] = [
    json_answer("{}"),
    json_answer(r#"{"error":"Log in to the hotel's network"}"#),
    json_answer(r#"{"keys":[]}"#),
    json_answer(
        r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    ),
];

const fn json_answer(body: &'static str) -> Instead {
    Instead {
        status: 200,
        kind: "application/json",
        body,
    }
}

/// The request for the key set, in the notation of `between`.
pub(crate) fn keys() -> String {
    format!("GET /{DEV_POOL_ID}/.well-known/jwks.json")
}

/// A direct sign-in fails without a usable key, and the next attempt works when the key set is back.
#[test]
fn a_key_set_without_a_key_lets_nobody_in_and_the_next_press_works_once_the_keys_are_back() {
    journey(with_ann(), async |j| {
        for instead in WITHOUT_A_KEY {
            let script = answer_instead_from_the_start(&j, &keys(), instead).await?;
            let page = SignInPage::open(&j.browser).await?;
            page.sign_in_as(&Person::ann()).await?;
            assert_eq!(j.browser.alert().await?, NO_KEYS, "{instead:?}");
            assert_eq!(j.browser.stored().await?, json!({}));
            no_longer(&j, script).await?;
        }
        answer_as_ever(&j, &keys()).await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// A hosted sign-in fails without a usable key too.
#[test]
fn a_key_set_without_a_key_lets_nobody_in_from_the_hosted_page_either() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        answer_instead_from_the_start(&j, &keys(), WITHOUT_A_KEY[0]).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        let says = Says {
            title: "You were not signed in",
            text: NO_KEYS,
        };
        is_told(&j, &says).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

/// The pool's keys rotate while a captive portal answers.
#[test]
fn a_key_set_without_a_key_does_not_count_as_the_one_that_a_new_key_was_looked_for_in() {
    journey(with_ann(), async |j| {
        watch_from_the_start(&j, &keys()).await?;
        let page = SignInPage::open(&j.browser).await?;
        are_read(&j, &keys()).await?;
        j.world.pool().rotate_keys()?;
        answer_instead(&j, &keys(), WITHOUT_A_KEY[0]).await?;
        page.sign_in_as(&Person::ann()).await?;
        assert_eq!(j.browser.alert().await?, NO_KEYS);
        answer_as_ever(&j, &keys()).await?;
        j.browser.press(SignInPage::BUTTON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// Only a definite refusal ends a session. A refresh whose answer cannot be validated could lose the refresh token,
/// since a rotating client gets a new one with the answer.
#[test]
fn a_key_set_without_a_key_ends_no_session_and_costs_no_refresh_token() {
    for door in Door::BOTH {
        journey(with_short_tokens(&[Person::ann()]), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            let refresh = kept(&j, "refreshToken").await?;
            let_time_pass(&j, NIGHT).await?;
            for instead in WITHOUT_A_KEY {
                let script = answer_instead_from_the_start(&j, &keys(), instead).await?;
                j.browser.open("/todos").await?;
                TodosPage::shown(&j.browser).await?;
                let alert = j.browser.alert().await?;
                assert!(alert.contains("You are still signed in"), "{alert}");
                assert_eq!(kept(&j, "refreshToken").await?, refresh, "{instead:?}");
                assert_eq!(door.renewals(&j.world), 0, "{instead:?}");
                no_longer(&j, script).await?;
            }
            answer_as_ever(&j, &keys()).await?;
            j.expect_console("currentUser");
            j.browser.press("Try again").await?;
            j.browser.says("Nothing to do").await?;
            assert_eq!(door.renewals(&j.world), 1);
            Ok(())
        });
    }
}
