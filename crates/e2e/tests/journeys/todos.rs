//! The to-do list while the API is slow, refuses a request or gets it twice.

use e2e::pages::{HomePage, TodoRow, TodosPage};
use e2e::texts::NextStep;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};

use crate::network_stub::{
    StubResponse, expect_responses, hold_responses, release_held, remove_stub, stub_response,
};
use crate::session::sign_in;

const SERVER_ERROR: StubResponse = StubResponse {
    status: 500,
    content_type: "application/json",
    body: r#"{"message":"The table is locked"}"#,
};

/// Signs Ann in and adds these to-dos.
async fn open_todos_of_ann<'ctx>(
    ctx: &'ctx TestContext,
    titles: &[&str],
) -> Result<TodosPage<'ctx>> {
    sign_in(ctx).await?;
    open_first_todos(ctx, titles).await
}

/// Opens the to-dos of a user without a profile at the API, and adds these.
pub(crate) async fn open_first_todos<'ctx>(
    ctx: &'ctx TestContext,
    titles: &[&str],
) -> Result<TodosPage<'ctx>> {
    ctx.expect_console("currentUser");
    ctx.browser.follow_link(texts::labels::TODOS).await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(texts::todos::EMPTY).await?;
    let mut rows = Vec::new();
    for title in titles {
        todos.add_todo(title).await?;
        rows.push(TodoRow::unchecked(title));
        todos.expect_rows(&rows).await?;
    }
    Ok(todos)
}

/// Opens the to-dos of a user who has added this one before.
pub(crate) async fn expect_todo(ctx: &TestContext, title: &str) -> Result {
    ctx.browser.follow_link(texts::labels::TODOS).await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    todos.expect_rows(&[TodoRow::unchecked(title)]).await
}

fn test_env() -> TestEnv {
    TestEnv::workshop().with_user(&TestUser::ann())
}

#[test]
fn text_typed_while_a_todo_is_being_added_is_kept() {
    run_journey(test_env(), async |ctx| {
        let todos = open_todos_of_ann(&ctx, &[]).await?;
        hold_responses(&ctx, "POST /api/todos").await?;
        todos.add_todo("Buy milk").await?;
        expect_responses(&ctx, "POST /api/todos", 1).await?;
        ctx.browser.fill(TodosPage::NEW, "Call Bob").await?;
        release_held(&ctx, "POST /api/todos").await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;
        assert_eq!(ctx.browser.field_value(TodosPage::NEW).await?, "Call Bob");
        ctx.browser.press(texts::labels::ADD).await?;
        todos
            .expect_rows(&[
                TodoRow::unchecked("Buy milk"),
                TodoRow::unchecked("Call Bob"),
            ])
            .await
    });
}

#[test]
fn todo_added_before_the_list_was_loaded_is_not_lost() {
    run_journey(test_env(), async |ctx| {
        open_todos_of_ann(&ctx, &["Buy milk"]).await?;
        ctx.browser.follow_link("Poolgate").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        hold_responses(&ctx, "GET /api/todos").await?;
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        expect_responses(&ctx, "GET /api/todos", 1).await?;
        let before = ctx.env.todo_api_calls();
        todos.add_todo("Call Bob").await?;
        let add = ctx.browser.button(texts::labels::ADD).await?;
        assert_eq!(add.attr("aria-disabled").await?.as_deref(), Some("true"));
        assert_eq!(ctx.env.todo_api_calls(), before);
        release_held(&ctx, "GET /api/todos").await?;
        todos
            .expect_rows(&[
                TodoRow::unchecked("Buy milk"),
                TodoRow::unchecked("Call Bob"),
            ])
            .await
    });
}

#[test]
fn todo_checkbox_shows_the_stored_value_after_a_failed_deletion() {
    run_journey(test_env(), async |ctx| {
        let todos = open_todos_of_ann(&ctx, &["Buy milk"]).await?;
        stub_response(&ctx, "DELETE /api/todos", SERVER_ERROR).await?;
        hold_responses(&ctx, "DELETE /api/todos").await?;
        todos.delete_todo("Buy milk").await?;
        expect_responses(&ctx, "DELETE /api/todos", 1).await?;
        todos.toggle_todo("Buy milk").await?;
        release_held(&ctx, "DELETE /api/todos").await?;
        let message = texts::errors::api_refused(500, "The table is locked.");
        ctx.browser.expect_error(&message).await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;

        remove_stub(&ctx, "DELETE /api/todos").await?;
        todos.toggle_todo("Buy milk").await?;
        todos.expect_rows(&[TodoRow::checked("Buy milk")]).await?;
        ctx.browser.reload().await?;
        TodosPage::expect(&ctx.browser)
            .await?
            .expect_rows(&[TodoRow::checked("Buy milk")])
            .await
    });
}

#[test]
fn double_click_on_a_todo_checkbox_sends_one_request() {
    run_journey(test_env(), async |ctx| {
        let todos = open_todos_of_ann(&ctx, &["Buy milk"]).await?;
        hold_responses(&ctx, "PUT /api/todos").await?;
        todos.toggle_todo("Buy milk").await?;
        expect_responses(&ctx, "PUT /api/todos", 1).await?;
        todos.add_todo("Call Bob").await?;
        todos
            .expect_rows(&[
                TodoRow::unchecked("Buy milk"),
                TodoRow::unchecked("Call Bob"),
            ])
            .await?;
        todos.toggle_todo("Buy milk").await?;
        release_held(&ctx, "PUT /api/todos").await?;
        todos
            .expect_rows(&[TodoRow::checked("Buy milk"), TodoRow::unchecked("Call Bob")])
            .await?;
        let changes = ctx.env.todo_api_calls();
        let changes = changes.iter().filter(|call| call.starts_with("PUT"));
        assert_eq!(changes.count(), 1);
        Ok(())
    });
}

/// A second press of Enter must not delete another to-do.
#[test]
fn todo_deletion_is_announced_and_moves_the_focus() {
    run_journey(test_env(), async |ctx| {
        let todos = open_todos_of_ann(&ctx, &["Buy milk", "Call Bob"]).await?;
        for (title, left) in [
            ("Buy milk", &[TodoRow::unchecked("Call Bob")][..]),
            ("Call Bob", &[][..]),
        ] {
            todos.delete_todo(title).await?;
            todos.expect_rows(left).await?;
            assert_eq!(ctx.browser.focused_label().await?, TodosPage::NEW);
            assert_eq!(ctx.browser.status_text().await?, texts::todos::DELETED);
        }
        Ok(())
    });
}

#[test]
fn user_can_reload_a_todo_list_that_failed_to_load() {
    run_journey(test_env(), async |ctx| {
        open_todos_of_ann(&ctx, &["Buy milk"]).await?;
        ctx.browser.follow_link("Poolgate").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        stub_response(&ctx, "GET /api/todos", SERVER_ERROR).await?;
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        let alert = ctx.browser.alert_text().await?;
        assert!(alert.contains("500"), "{alert}");
        remove_stub(&ctx, "GET /api/todos").await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;
        assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
        assert_eq!(
            ctx.browser
                .visible_texts("main button[type=button]")
                .await?,
            [texts::labels::DELETE]
        );
        Ok(())
    });
}

#[test]
fn todo_api_error_says_whether_to_change_the_text_or_retry() {
    run_journey(test_env(), async |ctx| {
        let todos = open_todos_of_ann(&ctx, &[]).await?;
        for (status, next) in [
            ("400", NextStep::ChangeInput),
            ("429", NextStep::TryAgainLater),
            ("503", NextStep::TryAgainLater),
        ] {
            ctx.expect_console(&format!("status of {status}"));
            todos.add_todo(&format!("fail:{status}")).await?;
            ctx.browser
                .wait_until("the alert", async || {
                    Ok(ctx
                        .browser
                        .alert_text()
                        .await?
                        .contains(&format!("({status})")))
                })
                .await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(alert.ends_with(next.sentence()), "{alert}");
            assert_eq!(alert.matches("ry again").count(), 1, "{alert}");
        }
        Ok(())
    });
}
