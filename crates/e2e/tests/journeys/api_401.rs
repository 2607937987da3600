//! Access tokens that the API rejects before they expire.

use std::time::Duration;

use e2e::pages::{SignInPage, TodoRow, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};

use crate::network_stub::{expect_responses, hold_responses, release_held};
use crate::session::{advance_all_clocks, end_record, refresh_count, session_member, sign_in};

async fn open_todos_of_ann(ctx: &TestContext) -> Result<TodosPage<'_>> {
    sign_in(ctx).await?;
    ctx.expect_console("currentUser");
    ctx.browser.follow_link(texts::labels::TODOS).await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(texts::todos::EMPTY).await?;
    Ok(todos)
}

fn with_ann() -> TestEnv {
    TestEnv::workshop().with_user(&TestUser::ann())
}

/// Returns the requests to the API after the first three, which load the list.
fn requests_after_list(env: &TestEnv) -> Vec<String> {
    env.todo_api_calls().split_off(3)
}

#[test]
fn token_rejected_by_the_api_causes_one_refresh_and_one_retry() {
    run_journey(with_ann(), async |ctx| {
        let todos = open_todos_of_ann(&ctx).await?;
        let old = session_member(&ctx, "idToken").await?;
        ctx.expect_console("status of 401");
        todos.add_todo("fail:401-once").await?;
        todos
            .expect_rows(&[TodoRow::unchecked("fail:401-once")])
            .await?;
        assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
        assert_eq!(
            requests_after_list(&ctx.env),
            ["POST /api/todos 401", "POST /api/todos 201"]
        );
        assert_eq!(refresh_count(&ctx.env), 1);
        let new = session_member(&ctx, "idToken").await?;
        assert_ne!(new, old);
        let sent = ctx.env.requests().into_iter();
        let sent: Vec<_> = sent
            .filter(|request| request.method == "POST" && request.path == "/api/todos")
            .filter_map(|request| request.authorization)
            .collect();
        assert_eq!(sent, [old, new]);
        Ok(())
    });
}

#[test]
fn second_401_of_the_api_is_shown_and_not_retried() {
    run_journey(with_ann(), async |ctx| {
        let todos = open_todos_of_ann(&ctx).await?;
        ctx.expect_console("status of 401");
        todos.add_todo("fail:401").await?;
        ctx.browser
            .expect_error(&texts::errors::API_UNAUTHORIZED)
            .await?;
        assert_eq!(ctx.browser.field_value(TodosPage::NEW).await?, "fail:401");
        assert_eq!(
            requests_after_list(&ctx.env),
            ["POST /api/todos 401", "POST /api/todos 401"]
        );
        assert_eq!(refresh_count(&ctx.env), 1);
        // The user is still signed in, and the next attempt works.
        todos.add_todo("Buy milk").await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        Ok(())
    });
}

/// The API's clock is ahead of the time that the app has counted, as after a sleep that the app did not notice.
#[test]
fn several_api_requests_with_401_share_one_token_refresh() {
    run_journey(with_ann(), async |ctx| {
        let todos = open_todos_of_ann(&ctx).await?;
        let titles = ["One", "Two", "Three"];
        for title in titles {
            todos.add_todo(title).await?;
            ctx.browser.expect_text(title).await?;
        }
        ctx.expect_console("status of 401");
        ctx.env.advance_clocks(Duration::from_secs(70 * 60));
        hold_responses(&ctx, "PUT /api/todos").await?;
        for title in titles {
            todos.toggle_todo(title).await?;
        }
        expect_responses(&ctx, "PUT /api/todos", 3).await?;
        release_held(&ctx, "PUT /api/todos").await?;
        todos.expect_rows(&titles.map(TodoRow::checked)).await?;
        let mut calls = requests_after_list(&ctx.env).split_off(3);
        calls.iter_mut().for_each(|call| {
            if let Some((_, status)) = call.rsplit_once(' ') {
                *call = status.to_owned();
            }
        });
        assert_eq!(calls, ["401", "401", "401", "200", "200", "200"]);
        assert_eq!(refresh_count(&ctx.env), 1);
        ctx.browser.reload().await?;
        todos.expect_rows(&titles.map(TodoRow::checked)).await
    });
}

/// A session without a refresh token is what the implicit grant gives.
#[test]
fn api_401_without_a_refresh_token_keeps_the_session() {
    run_journey(with_ann(), async |ctx| {
        const WITHOUT: &str = "const record = JSON.parse(localStorage['poolgate.session']);
            record.refreshToken = null;
            localStorage['poolgate.session'] = JSON.stringify(record)";
        open_todos_of_ann(&ctx).await?;
        ctx.browser.run_script(WITHOUT, vec![]).await?;
        ctx.browser.reload().await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await?;
        ctx.expect_console("status of 401");
        todos.add_todo("fail:401").await?;
        ctx.browser
            .expect_error(&texts::errors::API_UNAUTHORIZED)
            .await?;
        let attempts = ctx.env.todo_api_calls();
        assert_eq!(attempts[5..], ["POST /api/todos 401"]);
        todos.add_todo("Buy milk").await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;

        advance_all_clocks(&ctx, Duration::from_secs(61 * 60)).await?;
        ctx.browser
            .press(&texts::todos::delete_todo("Buy milk"))
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/signin?then=%2Ftodos").await?;
        assert_eq!(ctx.browser.status_text().await?, texts::session::EXPIRED);
        assert_eq!(ctx.browser.stored_items().await?, end_record("expired"));
        assert_eq!(refresh_count(&ctx.env), 0);
        Ok(())
    });
}
