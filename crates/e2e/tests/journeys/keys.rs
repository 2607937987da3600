//! A key set without a key: what a portal or a proxy may answer in the pool's place is no set of keys, and takes none's place.

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

/// Well-formed, with the right status, and no key to check anything by (RFC 7517 section 5: sets may be empty, and keys of
/// other kinds are passed over).
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

/// The keys, as `between` names them.
fn keys() -> String {
    format!("GET /{DEV_POOL_ID}/.well-known/jwks.json")
}

/// B6
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

/// B6
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

/// Keys rotate, and just then the portal answers.
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

/// B13: only a definite refusal ends a session. And what is spent before its answer can be checked may be lost: a rotating
/// client takes the old refresh token back with the answer.
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
