//! The to-do list while the API is slow, refuses a request or gets it twice.

use e2e::pages::{Row, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};

use crate::between::{Instead, answer_as_ever, answer_instead, have_come, hold, let_through};
use crate::session::sign_in;

const LOST: Instead = Instead {
    status: 500,
    kind: "application/json",
    body: r#"{"message":"The table is locked"}"#,
};

/// Signs Ann in and adds these to-dos.
async fn at_her_todos<'j>(j: &'j Journey, titles: &[&str]) -> Outcome<TodosPage<'j>> {
    sign_in(j).await?;
    first_todos(j, titles).await
}

/// Opens the to-dos of a user without a profile at the API, and adds these.
pub(crate) async fn first_todos<'j>(j: &'j Journey, titles: &[&str]) -> Outcome<TodosPage<'j>> {
    j.expect_console("currentUser");
    j.browser.follow("To-dos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    j.browser.says("Nothing to do").await?;
    let mut rows = Vec::new();
    for title in titles {
        todos.add(title).await?;
        rows.push(Row::open(title));
        todos.lists(&rows).await?;
    }
    Ok(todos)
}

/// Opens the to-dos of a user who has added this one before.
pub(crate) async fn finds_todo(j: &Journey, title: &str) -> Outcome {
    j.browser.follow("To-dos").await?;
    let todos = TodosPage::shown(&j.browser).await?;
    todos.lists(&[Row::open(title)]).await
}

fn world() -> World {
    World::workshop().with(&Person::ann())
}

#[test]
fn what_is_typed_while_another_to_do_is_being_added_stays() {
    journey(world(), async |j| {
        let todos = at_her_todos(&j, &[]).await?;
        hold(&j, "POST /api/todos").await?;
        todos.add("Buy milk").await?;
        have_come(&j, "POST /api/todos", 1).await?;
        j.browser.fill(TodosPage::NEW, "Call Bob").await?;
        let_through(&j, "POST /api/todos").await?;
        todos.lists(&[Row::open("Buy milk")]).await?;
        assert_eq!(j.browser.value(TodosPage::NEW).await?, "Call Bob");
        j.browser.press("Add").await?;
        todos
            .lists(&[Row::open("Buy milk"), Row::open("Call Bob")])
            .await
    });
}

#[test]
fn what_is_added_before_the_list_is_there_waits_for_it_and_is_not_lost() {
    journey(world(), async |j| {
        at_her_todos(&j, &["Buy milk"]).await?;
        j.browser.follow("Poolgate").await?;
        j.browser.shows_page("Greetings Ann Lee!").await?;
        hold(&j, "GET /api/todos").await?;
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        have_come(&j, "GET /api/todos", 1).await?;
        let before = j.world.api_calls();
        todos.add("Call Bob").await?;
        let add = j.browser.button("Add").await?;
        assert_eq!(add.attr("aria-disabled").await?.as_deref(), Some("true"));
        assert_eq!(j.world.api_calls(), before);
        let_through(&j, "GET /api/todos").await?;
        todos
            .lists(&[Row::open("Buy milk"), Row::open("Call Bob")])
            .await
    });
}

#[test]
fn a_box_pressed_during_a_deletion_that_fails_still_shows_the_truth() {
    journey(world(), async |j| {
        let todos = at_her_todos(&j, &["Buy milk"]).await?;
        answer_instead(&j, "DELETE /api/todos", LOST).await?;
        hold(&j, "DELETE /api/todos").await?;
        todos.delete("Buy milk").await?;
        have_come(&j, "DELETE /api/todos", 1).await?;
        todos.tick("Buy milk").await?;
        let_through(&j, "DELETE /api/todos").await?;
        let alert = j.browser.alert().await?;
        assert_eq!(
            alert,
            "The API answered with an error (500). It says: The table is locked. Try again in a moment."
        );
        todos.lists(&[Row::open("Buy milk")]).await?;

        answer_as_ever(&j, "DELETE /api/todos").await?;
        todos.tick("Buy milk").await?;
        todos.lists(&[Row::done("Buy milk")]).await?;
        j.browser.reload().await?;
        TodosPage::shown(&j.browser)
            .await?
            .lists(&[Row::done("Buy milk")])
            .await
    });
}

#[test]
fn two_presses_on_a_box_are_one_request_even_when_a_row_comes_in_between() {
    journey(world(), async |j| {
        let todos = at_her_todos(&j, &["Buy milk"]).await?;
        hold(&j, "PUT /api/todos").await?;
        todos.tick("Buy milk").await?;
        have_come(&j, "PUT /api/todos", 1).await?;
        todos.add("Call Bob").await?;
        todos
            .lists(&[Row::open("Buy milk"), Row::open("Call Bob")])
            .await?;
        todos.tick("Buy milk").await?;
        let_through(&j, "PUT /api/todos").await?;
        todos
            .lists(&[Row::done("Buy milk"), Row::open("Call Bob")])
            .await?;
        let changes = j.world.api_calls();
        let changes = changes.iter().filter(|call| call.starts_with("PUT"));
        assert_eq!(changes.count(), 1);
        Ok(())
    });
}

/// A second press of Enter must not delete another to-do.
#[test]
fn after_a_deletion_the_focus_is_on_the_new_one_and_the_deletion_is_announced() {
    journey(world(), async |j| {
        let todos = at_her_todos(&j, &["Buy milk", "Call Bob"]).await?;
        for (title, left) in [
            ("Buy milk", &[Row::open("Call Bob")][..]),
            ("Call Bob", &[][..]),
        ] {
            todos.delete(title).await?;
            todos.lists(left).await?;
            assert_eq!(j.browser.focused().await?, TodosPage::NEW);
            assert_eq!(j.browser.status().await?, "Deleted.");
        }
        Ok(())
    });
}

#[test]
fn a_list_that_could_not_be_loaded_is_asked_for_again_by_a_button() {
    journey(world(), async |j| {
        at_her_todos(&j, &["Buy milk"]).await?;
        j.browser.follow("Poolgate").await?;
        j.browser.shows_page("Greetings Ann Lee!").await?;
        answer_instead(&j, "GET /api/todos", LOST).await?;
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("500"), "{alert}");
        answer_as_ever(&j, "GET /api/todos").await?;
        j.browser.press("Try again").await?;
        todos.lists(&[Row::open("Buy milk")]).await?;
        assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
        assert_eq!(
            j.browser.texts("main button[type=button]").await?,
            ["Delete"]
        );
        Ok(())
    });
}

#[test]
fn what_the_api_complains_of_is_to_be_changed_and_what_breaks_is_to_be_tried_again() {
    journey(world(), async |j| {
        let todos = at_her_todos(&j, &[]).await?;
        for (status, next) in [
            ("400", "Change it and try again."),
            ("429", "Try again in a moment."),
            ("503", "Try again in a moment."),
        ] {
            j.expect_console(&format!("status of {status}"));
            todos.add(&format!("fail:{status}")).await?;
            j.browser
                .until("the alert", async || {
                    Ok(j.browser.alert().await?.contains(&format!("({status})")))
                })
                .await?;
            let alert = j.browser.alert().await?;
            assert!(alert.ends_with(next), "{alert}");
            assert_eq!(alert.matches("ry again").count(), 1, "{alert}");
        }
        Ok(())
    });
}
