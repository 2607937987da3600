//! Requests to the API with the user's token.

use e2e::pages::{HomePage, Row, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::{Value, json};

use crate::tokens::{claims, member};

async fn sign_in(j: &Journey, person: &Person) -> Outcome {
    let sign_in = SignInPage::open(&j.browser).await?;
    sign_in.sign_in_as(person).await?;
    let name = person.name.as_deref().unwrap_or(&person.email);
    j.browser.shows_page(&HomePage::greeting(name)).await
}

/// Signs Ann in and opens her to-dos. The API has no profile of her yet, and Chromium logs its 404.
async fn at_her_todos(j: &Journey) -> Outcome<TodosPage<'_>> {
    sign_in(j, &Person::ann()).await?;
    j.expect_console("currentUser");
    j.browser.follow("To-dos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    Ok(todos)
}

/// The app creates a missing profile once, and shows no error.
#[test]
fn who_is_new_to_the_api_is_introduced_once_and_sees_no_error() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        at_her_todos(&j).await?;
        assert_eq!(
            j.world.api_calls(),
            [
                "GET /api/currentUser 404",
                "POST /api/user 201",
                "GET /api/todos 200"
            ]
        );
        assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);

        j.browser.reload().await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await?;
        assert_eq!(
            j.world.api_calls()[3..],
            ["GET /api/currentUser 200", "GET /api/todos 200"]
        );
        Ok(())
    });
}

/// The API gets the ID token, unless `config.js` chooses the access token.
#[test]
fn the_configured_token_goes_to_the_api() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        at_her_todos(&j).await?;
        let id = member(&j.browser.stored().await?, "idToken");
        assert_eq!(
            claims(id.as_deref().expect("an ID token"))["token_use"],
            "id"
        );
        let api = |request: &local_pool::RecordedRequest| request.path.starts_with("/api/");
        for request in j.world.requests().iter().filter(|request| api(request)) {
            assert_eq!(request.authorization, id, "{request:?}");
        }

        let mut config = j.world.config();
        config["api"]["token"] = json!("access");
        config["api"]["scheme"] = json!("Bearer");
        j.world.set_config(&config);
        let before = j.world.requests().len();
        j.browser.reload().await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.says("Nothing to do").await?;
        let access = member(&j.browser.stored().await?, "accessToken").expect("an access token");
        assert_eq!(claims(&access)["token_use"], "access");
        let sent: Vec<_> = j
            .world
            .requests()
            .into_iter()
            .skip(before)
            // The key set, with which the stored session is validated again, needs no token.
            .filter(|request| request.path.starts_with("/api/"))
            .map(|request| request.authorization)
            .collect();
        let bearer = Some(format!("Bearer {access}"));
        assert_eq!(sent, [bearer.clone(), bearer]);
        Ok(())
    });
}

/// If the profile cannot be created, the page shows the error.
#[test]
fn a_failing_introduction_is_shown() {
    let nobody = Person::by_email("sentinel-no-profile@example.com", None);
    journey(World::workshop().with(&nobody), async move |j| {
        sign_in(&j, &nobody).await?;
        j.expect_console("currentUser");
        j.expect_console("status of 500");
        j.browser.follow("To-dos").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("500"), "{alert}");
        let introductions = j.world.api_calls();
        assert_eq!(
            introductions[..2],
            ["GET /api/currentUser 404", "POST /api/user 500"]
        );
        assert_eq!(
            introductions
                .iter()
                .filter(|call| call.starts_with("POST /api/user"))
                .count(),
            1
        );
        Ok(())
    });
}

/// If no API is configured, the page offers the token for copying.
#[test]
fn without_an_api_the_token_is_there_to_copy() {
    let world = World::workshop()
        .with(&Person::ann())
        .configured(|config| config["api"]["invokeUrl"] = json!(""));
    journey(world, async |j| {
        sign_in(&j, &Person::ann()).await?;
        j.browser.follow("To-dos").await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.says("not configured yet").await?;
        let shown = j
            .browser
            .value("Your token, to try the API by hand")
            .await?;
        assert_eq!(claims(&shown)["token_use"], "id");

        j.browser.press("Copy the token").await?;
        j.browser.says("Copied").await?;
        // Reading the clipboard needs a permission that the app itself never uses.
        let permissions = json!({ "permissions": ["clipboardReadWrite"], "origin": j.world.url() });
        j.browser
            .devtools("Browser.grantPermissions", permissions)
            .await?;
        let copied = j
            .browser
            .script("return navigator.clipboard.readText()", vec![])
            .await?;
        assert_eq!(copied, Value::String(shown));
        let api = |request: &local_pool::RecordedRequest| request.operation.is_none();
        assert!(
            !j.world.telling_requests().iter().any(api),
            "a request went to an API that is not there"
        );
        Ok(())
    });
}

#[test]
fn to_dos_are_added_ticked_and_deleted_and_still_so_after_a_reload() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let todos = at_her_todos(&j).await?;
        todos.add("Buy milk").await?;
        todos.lists(&[Row::open("Buy milk")]).await?;
        todos.add("Call Bob <b>&</b> \"Eve\"").await?;
        let bob = "Call Bob <b>&</b> \"Eve\"";
        todos
            .lists(&[Row::open("Buy milk"), Row::open(bob)])
            .await?;
        assert_eq!(j.browser.value(TodosPage::NEW).await?, "");
        todos.tick("Buy milk").await?;
        todos
            .lists(&[Row::done("Buy milk"), Row::open(bob)])
            .await?;

        j.browser.reload().await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos
            .lists(&[Row::done("Buy milk"), Row::open(bob)])
            .await?;
        todos.tick("Buy milk").await?;
        todos
            .lists(&[Row::open("Buy milk"), Row::open(bob)])
            .await?;
        todos.delete("Buy milk").await?;
        todos.lists(&[Row::open(bob)]).await?;

        j.browser.reload().await?;
        TodosPage::shown(&j.browser)
            .await?
            .lists(&[Row::open(bob)])
            .await
    });
}

#[test]
fn two_people_see_their_own_to_dos() {
    let bob = Person::by_email("bob@example.com", Some("Bob Ray"));
    journey(
        World::workshop().with(&Person::ann()).with(&bob),
        async move |j| {
            let todos = at_her_todos(&j).await?;
            todos.add("Buy milk").await?;
            todos.lists(&[Row::open("Buy milk")]).await?;
            j.browser.press("Sign out").await?;
            HomePage::shown(&j.browser).await?;

            sign_in(&j, &bob).await?;
            j.browser.follow("To-dos").await?;
            let todos = TodosPage::shown(&j.browser).await?;
            j.browser.says("Nothing to do").await?;
            todos.lists(&[]).await
        },
    );
}

#[test]
fn a_to_do_that_the_api_does_not_take_is_not_lost() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let todos = at_her_todos(&j).await?;
        j.expect_console("status of 503");
        todos.add("fail:503-once").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("503"), "{alert}");
        assert_eq!(j.browser.value(TodosPage::NEW).await?, "fail:503-once");
        todos.lists(&[]).await?;
        j.browser.press("Add").await?;
        todos.lists(&[Row::open("fail:503-once")]).await?;
        assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
        Ok(())
    });
}

/// A browser would normalize `/api/todos/..` to `/api/`.
#[test]
fn an_id_that_leaves_its_place_in_the_path_is_refused() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let todos = at_her_todos(&j).await?;
        todos.add("id:..").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("made no sense"), "{alert}");
        todos.lists(&[]).await?;

        j.browser.reload().await?;
        let todos = TodosPage::shown(&j.browser).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("made no sense"), "{alert}");
        todos.lists(&[]).await
    });
}

/// An ID with a slash stays one segment of the path.
#[test]
fn an_id_is_encoded_in_the_path() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let todos = at_her_todos(&j).await?;
        todos.add("id:../user").await?;
        todos.lists(&[Row::open("id:../user")]).await?;
        j.expect_console("status of 404");
        todos.delete("id:../user").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("no such thing"), "{alert}");
        let calls = j.world.api_calls();
        assert_eq!(
            calls.last().map(String::as_str),
            Some("DELETE /api/todos/..%2Fuser 404")
        );
        Ok(())
    });
}

#[test]
fn an_api_that_refuses_the_token_says_what_to_look_at() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let todos = at_her_todos(&j).await?;
        j.expect_console("status of 403");
        todos.add("fail:403").await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("does not allow"), "{alert}");
        j.browser.is_at("/todos").await
    });
}

/// A second press while the request is pending sends nothing.
#[test]
fn two_presses_add_one_to_do() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let todos = at_her_todos(&j).await?;
        j.browser.fill(TodosPage::NEW, "slow:1").await?;
        let add = j.browser.button("Add").await?;
        j.browser
            .driver()
            .action_chain()
            .double_click_element(&add)
            .perform()
            .await?;
        todos.lists(&[Row::open("slow:1")]).await?;
        assert_eq!(j.world.api_calls()[3..], ["POST /api/todos 201"]);
        Ok(())
    });
}
