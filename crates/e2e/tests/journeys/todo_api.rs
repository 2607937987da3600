//! Requests to the API with the user's token.

use e2e::pages::{HomePage, SignInPage, TodoRow, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::{Value, json};

use crate::tokens::{claims, stored_member};

async fn sign_in(ctx: &TestContext, user: &TestUser) -> Result {
    let sign_in = SignInPage::open(&ctx.browser).await?;
    sign_in.sign_in_as(user).await?;
    let name = user.name.as_deref().unwrap_or(&user.email);
    ctx.browser.expect_heading(&HomePage::greeting(name)).await
}

/// Signs Ann in and opens her to-dos. The API has no profile of her yet, and Chromium logs its 404.
async fn open_todos_of_ann(ctx: &TestContext) -> Result<TodosPage<'_>> {
    sign_in(ctx, &TestUser::ann()).await?;
    ctx.expect_console("currentUser");
    ctx.browser.follow_link(texts::labels::TODOS).await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(texts::todos::EMPTY).await?;
    Ok(todos)
}

/// The app creates a missing profile once, and shows no error.
#[test]
fn app_creates_the_todo_api_profile_of_a_new_user_once() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            open_todos_of_ann(&ctx).await?;
            assert_eq!(
                ctx.env.todo_api_calls(),
                [
                    "GET /api/currentUser 404",
                    "POST /api/user 201",
                    "GET /api/todos 200"
                ]
            );
            assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);

            ctx.browser.reload().await?;
            TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            assert_eq!(
                ctx.env.todo_api_calls()[3..],
                ["GET /api/currentUser 200", "GET /api/todos 200"]
            );
            Ok(())
        },
    );
}

/// The API gets the ID token, unless `config.js` chooses the access token.
#[test]
fn app_sends_the_token_type_of_config_js_to_the_todo_api() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            open_todos_of_ann(&ctx).await?;
            let id = stored_member(&ctx.browser.stored_items().await?, "idToken");
            assert_eq!(
                claims(id.as_deref().expect("an ID token"))["token_use"],
                "id"
            );
            let api = |request: &local_pool::RecordedRequest| request.path.starts_with("/api/");
            for request in ctx.env.requests().iter().filter(|request| api(request)) {
                assert_eq!(request.authorization, id, "{request:?}");
            }

            let mut config = ctx.env.config();
            config["api"]["token"] = json!("access");
            config["api"]["scheme"] = json!("Bearer");
            ctx.env.set_config(&config);
            let before = ctx.env.requests().len();
            ctx.browser.reload().await?;
            TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            let access = stored_member(&ctx.browser.stored_items().await?, "accessToken")
                .expect("an access token");
            assert_eq!(claims(&access)["token_use"], "access");
            let sent: Vec<_> = ctx
                .env
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
        },
    );
}

/// If the profile cannot be created, the page shows the error.
#[test]
fn page_shows_that_the_todo_api_could_not_create_the_user() {
    let user_without_profile = TestUser::with_email("sentinel-no-profile@example.com", None);
    run_journey(
        TestEnv::workshop().with_user(&user_without_profile),
        async move |ctx| {
            sign_in(&ctx, &user_without_profile).await?;
            ctx.expect_console("currentUser");
            ctx.expect_console("status of 500");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(alert.contains("500"), "{alert}");
            let user_creations = ctx.env.todo_api_calls();
            assert_eq!(
                user_creations[..2],
                ["GET /api/currentUser 404", "POST /api/user 500"]
            );
            assert_eq!(
                user_creations
                    .iter()
                    .filter(|call| call.starts_with("POST /api/user"))
                    .count(),
                1
            );
            Ok(())
        },
    );
}

/// If no API is configured, the page offers the token for copying.
#[test]
fn user_can_copy_the_token_if_no_api_is_configured() {
    let env = TestEnv::workshop()
        .with_user(&TestUser::ann())
        .with_config(|config| config["api"]["invokeUrl"] = json!(""));
    run_journey(env, async |ctx| {
        sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        TodosPage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(texts::todos::NO_API).await?;
        let shown = ctx.browser.field_value(texts::todos::TOKEN).await?;
        assert_eq!(claims(&shown)["token_use"], "id");

        ctx.browser.press(texts::todos::COPY_TOKEN).await?;
        ctx.browser.expect_text(texts::todos::TOKEN_COPIED).await?;
        // Reading the clipboard needs a permission that the app itself never uses.
        let permissions = json!({ "permissions": ["clipboardReadWrite"], "origin": ctx.env.url() });
        ctx.browser
            .send_devtools_command("Browser.grantPermissions", permissions)
            .await?;
        let copied = ctx
            .browser
            .run_script("return navigator.clipboard.readText()", vec![])
            .await?;
        assert_eq!(copied, Value::String(shown));
        let api = |request: &local_pool::RecordedRequest| request.operation.is_none();
        assert!(
            !ctx.env
                .requests_that_may_contain_user_data()
                .iter()
                .any(api),
            "a request was sent although no API is configured"
        );
        Ok(())
    });
}

#[test]
fn changes_to_todos_survive_a_reload() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            todos.add_todo("Buy milk").await?;
            todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;
            todos.add_todo("Call Bob <b>&</b> \"Eve\"").await?;
            let bob = "Call Bob <b>&</b> \"Eve\"";
            todos
                .expect_rows(&[TodoRow::unchecked("Buy milk"), TodoRow::unchecked(bob)])
                .await?;
            assert_eq!(ctx.browser.field_value(TodosPage::NEW).await?, "");
            todos.toggle_todo("Buy milk").await?;
            todos
                .expect_rows(&[TodoRow::checked("Buy milk"), TodoRow::unchecked(bob)])
                .await?;

            ctx.browser.reload().await?;
            let todos = TodosPage::expect(&ctx.browser).await?;
            todos
                .expect_rows(&[TodoRow::checked("Buy milk"), TodoRow::unchecked(bob)])
                .await?;
            todos.toggle_todo("Buy milk").await?;
            todos
                .expect_rows(&[TodoRow::unchecked("Buy milk"), TodoRow::unchecked(bob)])
                .await?;
            todos.delete_todo("Buy milk").await?;
            todos.expect_rows(&[TodoRow::unchecked(bob)]).await?;

            ctx.browser.reload().await?;
            TodosPage::expect(&ctx.browser)
                .await?
                .expect_rows(&[TodoRow::unchecked(bob)])
                .await
        },
    );
}

#[test]
fn two_users_see_their_own_todos() {
    let bob = TestUser::with_email("bob@example.com", Some("Bob Ray"));
    run_journey(
        TestEnv::workshop()
            .with_user(&TestUser::ann())
            .with_user(&bob),
        async move |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            todos.add_todo("Buy milk").await?;
            todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;

            sign_in(&ctx, &bob).await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let todos = TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            todos.expect_rows(&[]).await
        },
    );
}

#[test]
fn todo_that_the_api_rejects_stays_in_the_input_field() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            ctx.expect_console("status of 503");
            todos.add_todo("fail:503-once").await?;
            let alert = ctx.browser.alert_text().await?;
            assert!(alert.contains("503"), "{alert}");
            assert_eq!(
                ctx.browser.field_value(TodosPage::NEW).await?,
                "fail:503-once"
            );
            todos.expect_rows(&[]).await?;
            ctx.browser.press(texts::labels::ADD).await?;
            todos
                .expect_rows(&[TodoRow::unchecked("fail:503-once")])
                .await?;
            assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
            Ok(())
        },
    );
}

/// A browser would normalize `/api/todos/..` to `/api/`.
#[test]
fn app_rejects_a_todo_id_that_would_change_the_url_path() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            todos.add_todo("id:..").await?;
            ctx.browser
                .expect_error(&texts::errors::API_MALFORMED)
                .await?;
            todos.expect_rows(&[]).await?;

            ctx.browser.reload().await?;
            let todos = TodosPage::expect(&ctx.browser).await?;
            ctx.browser
                .expect_error(&texts::errors::API_MALFORMED)
                .await?;
            todos.expect_rows(&[]).await
        },
    );
}

/// An ID with a slash stays one segment of the path.
#[test]
fn todo_id_is_percent_encoded_in_the_url_path() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            todos.add_todo("id:../user").await?;
            todos
                .expect_rows(&[TodoRow::unchecked("id:../user")])
                .await?;
            ctx.expect_console("status of 404");
            todos.delete_todo("id:../user").await?;
            ctx.browser
                .expect_error(&texts::errors::API_NOT_FOUND)
                .await?;
            let calls = ctx.env.todo_api_calls();
            assert_eq!(
                calls.last().map(String::as_str),
                Some("DELETE /api/todos/..%2Fuser 404")
            );
            Ok(())
        },
    );
}

#[test]
fn message_for_status_403_of_the_api_says_what_to_check() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            ctx.expect_console("status of 403");
            todos.add_todo("fail:403").await?;
            ctx.browser
                .expect_error(&texts::errors::API_FORBIDDEN)
                .await?;
            ctx.browser.expect_address("/todos").await
        },
    );
}

/// A second press while the request is pending sends nothing.
#[test]
fn double_click_adds_only_one_todo() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let todos = open_todos_of_ann(&ctx).await?;
            ctx.browser.fill(TodosPage::NEW, "slow:1").await?;
            let add = ctx.browser.button(texts::labels::ADD).await?;
            ctx.browser
                .driver()
                .action_chain()
                .double_click_element(&add)
                .perform()
                .await?;
            todos.expect_rows(&[TodoRow::unchecked("slow:1")]).await?;
            assert_eq!(ctx.env.todo_api_calls()[3..], ["POST /api/todos 201"]);
            Ok(())
        },
    );
}
