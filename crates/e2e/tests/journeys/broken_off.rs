//! Pending requests are aborted when their user leaves, and none is sent afterwards.

use e2e::pages::{HomePage, RegisterPage, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::between::{have_come, hold_from_the_start, let_through};
use crate::doors::Door;
use crate::sign_out::{GOODBYE, NOT_TOLD, SIGN_OUT, home_says, world};

/// Records the result of each request.
const NOTE: &str = "{ const fetch = window.fetch;
    window.sent = {};
    window.fetch = async (request, ...more) => {
        const name = `${request.method} ${new URL(request.url ?? request, location.href).pathname}`;
        window.sent[name] = 'under way';
        try {
            const answer = await fetch(request, ...more);
            window.sent[name] = answer.status;
            return answer;
        } catch (fault) {
            window.sent[name] = fault.name;
            throw fault;
        }
    }; }";

/// Waits until this request of the page has this result.
async fn has_come_to(j: &Journey, name: &str, what: &str) -> Outcome {
    let script = "return window.sent[arguments[0]] ?? null";
    let is_so = async || {
        let found = j.browser.script(script, vec![json!(name)]).await?;
        Ok(found == json!(what))
    };
    let what = format!("{name}: {what}");
    j.browser.until(&what, is_so).await
}

/// Signs Ann in and adds a to-do, whose request the API leaves unanswered.
async fn while_a_to_do_is_added(j: &Journey) -> Outcome {
    j.browser.before_each_document(NOTE).await?;
    Door::Direct.sign_in(j, &Person::ann()).await?;
    j.expect_console("currentUser");
    j.browser.follow("To-dos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    j.browser.leave_unanswered("*/api/todos").await?;
    todos.add("A secret plan").await?;
    has_come_to(j, "POST /api/todos", "under way").await
}

/// The request is aborted, and never reaches the API.
async fn is_broken_off(j: &Journey) -> Outcome {
    // `fetch` rejects with this error when its `AbortSignal` is aborted.
    has_come_to(j, "POST /api/todos", "AbortError").await?;
    j.browser.answer_again().await?;
    let calls = j.world.api_calls();
    let is_adding = |call: &&String| call.starts_with("POST /api/todos");
    assert_eq!(calls.iter().filter(is_adding).count(), 0, "{calls:?}");
    Ok(())
}

#[test]
fn what_is_under_way_when_one_signs_out_is_broken_off() {
    journey(world(), async |j| {
        while_a_to_do_is_added(&j).await?;
        j.browser.press(SIGN_OUT).await?;
        is_broken_off(&j).await?;
        home_says(&j, GOODBYE).await
    });
}

/// Another user can sign in in another tab.
#[test]
fn what_is_under_way_when_another_person_takes_ones_place_is_broken_off() {
    journey(world(), async |j| {
        while_a_to_do_is_added(&j).await?;
        let of_ann = j.browser.tab().await?;
        let bob = Person::by_email("bob@example.com", None);
        j.browser.open_tab().await?;
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        let greeting = HomePage::greeting(&bob.email);
        j.browser.shows_page(&greeting).await?;
        j.browser.look_at(&of_ann).await?;
        is_broken_off(&j).await
    });
}

/// The userInfo request waits for the discovery document. When that arrives, Ann has signed out.
#[test]
fn who_has_signed_out_is_asked_after_by_nobody() {
    const USER_INFO: &str = "/oauth2/userInfo";
    journey(world(), async |j| {
        let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
        Door::Hosted.sign_in(&j, &Person::ann()).await?;
        j.browser.before_each_document(NOTE).await?;
        hold_from_the_start(&j, &discovery).await?;
        // The app gives the server three seconds to end the session. At ten times the speed they are 0.3 seconds.
        j.browser.hurry(10.0).await?;
        j.browser.open("/account").await?;
        j.browser.says("Asking…").await?;
        have_come(&j, &discovery, 1).await?;
        j.browser.press(SIGN_OUT).await?;
        home_says(&j, NOT_TOLD).await?;
        let_through(&j, &discovery).await?;
        let script = "return window.sent[arguments[0]] ?? null";
        let name = format!("GET {USER_INFO}");
        let sent = j.browser.script(script, vec![json!(name)]).await?;
        assert_eq!(sent, Value::Null);
        assert_eq!(j.world.requests_to(USER_INFO), []);
        Ok(())
    });
}
