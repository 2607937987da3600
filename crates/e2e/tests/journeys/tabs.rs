//! One session in several tabs: one refresh for all of them, and each tab follows the changes of the others.

use std::time::Duration;

use e2e::pages::{HomePage, RegisterPage, SignInPage, TodoRow, TodosPage, VerifyPage};
use e2e::{Result, Tab, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::{Value, json};

use crate::empty_jwks::key_request;
use crate::network_stub::{
    StubResponse, expect_responses, hold_in_new_documents, release_held,
    stub_response_in_new_documents, wait_until_read,
};
use crate::session::{refresh_count, session_member, short_tokens, sign_in, with_short_tokens};
use crate::tokens::claims;

/// The time within which another tab shows a change.
pub(crate) const SYNC_LIMIT: Duration = Duration::from_secs(1);

/// The message that the app shows after the stored session was removed. The app cannot know which of the reasons
/// applies.
const RECORD_REMOVED: &str = texts::session::SIGNED_OUT_ELSEWHERE;

/// A time after which tokens of five minutes have expired by the clocks of the pool, the host and all tabs.
const AFTER_EXPIRY: Duration = Duration::from_secs(6 * 60);

/// The script that hides `visibilitychange` from the page, as if its window were visible all the time. Only `storage`
/// events then tell it about other tabs.
const HIDE_VISIBILITY_EVENTS: &str =
    "addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)";

/// The script that hides `storage` and `visibilitychange` from the page, so that no event tells it about other tabs.
pub(crate) const HIDE_ALL_EVENTS: &str = "for (const name of ['storage', 'visibilitychange'])
    addEventListener(name, (event) => event.stopImmediatePropagation(), true)";

fn bob() -> TestUser {
    TestUser::with_email("bob@example.com", None)
}

/// Opens another tab at this address, which gets only `storage` events.
async fn open_tab_at(ctx: &TestContext, address: &str) -> Result<Tab> {
    let tab = ctx.browser.open_tab().await?;
    ctx.browser.add_init_script(HIDE_VISIBILITY_EVENTS).await?;
    ctx.browser.open(address).await?;
    Ok(tab)
}

/// Signs Ann in and opens the start page in five tabs. `before` runs before each document of each tab.
async fn five_tabs(ctx: &TestContext, before: &str) -> Result<Vec<Tab>> {
    ctx.browser.add_init_script(before).await?;
    sign_in(ctx).await?;
    let mut tabs = vec![ctx.browser.current_tab().await?];
    while tabs.len() < 5 {
        tabs.push(ctx.browser.open_tab().await?);
        ctx.browser.add_init_script(before).await?;
        ctx.browser.open("/").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
    }
    Ok(tabs)
}

/// Lets the tokens expire in each tab, and then runs this script in all tabs at once.
async fn expire_and_run_in_all_tabs(ctx: &TestContext, tabs: &[Tab], what: &str) -> Result {
    ctx.env.advance_clocks(AFTER_EXPIRY);
    let listen = format!("new BroadcastChannel('dawn').onmessage = () => {{ {what} }}");
    for tab in tabs {
        ctx.browser.switch_to(tab).await?;
        assert_eq!(refresh_count(&ctx.env), 0);
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        ctx.browser.run_script(&listen, vec![]).await?;
    }
    let dawn = "new BroadcastChannel('dawn').postMessage('')";
    ctx.browser.run_script(dawn, vec![]).await?;
    Ok(())
}

/// Checks that each tab works with the new tokens.
async fn expect_all_tabs_working(ctx: &TestContext, tabs: &[Tab]) -> Result {
    ctx.expect_console("currentUser");
    for tab in tabs {
        ctx.browser.switch_to(tab).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        TodosPage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await?;
    }
    Ok(())
}

/// Starts a pool whose refresh tokens are valid once: a second refresh with the first token would end the session.
fn with_rotation() -> TestEnv {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    let mut changes = short_tokens();
    changes["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH"]);
    changes["RefreshTokenRotation"] = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    env.update_workshop_client(changes);
    env
}

/// Returns the `Authorization` values of the requests to the API.
fn sent_authorizations(env: &TestEnv) -> Vec<Option<String>> {
    let mut requests = env.requests();
    requests.retain(|request| request.path.starts_with("/api/"));
    requests
        .into_iter()
        .map(|request| request.authorization)
        .collect()
}

/// Five tabs with expired tokens that come online together cause one refresh.
#[test]
fn five_tabs_that_come_online_refresh_expired_tokens_once() {
    run_journey(with_rotation(), async |ctx| {
        let tabs = five_tabs(&ctx, "").await?;
        expire_and_run_in_all_tabs(&ctx, &tabs, "dispatchEvent(new Event('online'))").await?;
        expect_all_tabs_working(&ctx, &tabs).await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        let new = Some(session_member(&ctx, "idToken").await?);
        assert!(
            sent_authorizations(&ctx.env)
                .iter()
                .all(|sent| *sent == new)
        );
        Ok(())
    });
}

/// Five tabs with expired tokens that are loaded together cause one refresh.
#[test]
fn five_tabs_that_load_together_refresh_expired_tokens_once() {
    run_journey(with_rotation(), async |ctx| {
        let tabs = five_tabs(&ctx, "").await?;
        expire_and_run_in_all_tabs(&ctx, &tabs, "location.reload()").await?;
        expect_all_tabs_working(&ctx, &tabs).await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        let new = Some(session_member(&ctx, "idToken").await?);
        assert!(
            sent_authorizations(&ctx.env)
                .iter()
                .all(|sent| *sent == new)
        );
        Ok(())
    });
}

/// A `storage` event can come late, and a frozen page gets none. Each tab reads the stored session when it holds the
/// lock.
#[test]
fn five_tabs_without_storage_events_refresh_tokens_once() {
    run_journey(with_rotation(), async |ctx| {
        const QUEUE: &str = "return navigator.locks.query().then(({ held, pending }) => held.length + pending.length)";
        let tabs = five_tabs(&ctx, HIDE_ALL_EVENTS).await?;
        expire_and_run_in_all_tabs(&ctx, &tabs, "dispatchEvent(new Event('online'))").await?;
        // Each tab gets the lock in turn.
        let all_had_it = async || {
            let queue = ctx.browser.run_script(QUEUE, vec![]).await?;
            Ok(refresh_count(&ctx.env) > 0 && queue == json!(0))
        };
        ctx.browser
            .wait_until("the end of the queue", all_had_it)
            .await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        expect_all_tabs_working(&ctx, &tabs).await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        Ok(())
    });
}

/// The script that holds the refresh lock in every later document, as a frozen tab does.
const HOLD_LOCK: &str = "navigator.locks.request('poolgate.renewal', () => new Promise(() => {}));";

/// A frozen tab can hold the lock. Timers run at normal speed.
#[test]
fn web_lock_of_a_frozen_tab_delays_a_refresh_by_ten_seconds() {
    run_journey(with_short_tokens(), async |ctx| {
        sign_in(&ctx).await?;
        let before = session_member(&ctx, "idToken").await?;
        ctx.env.advance_clocks(AFTER_EXPIRY);
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        ctx.browser.add_init_script(HOLD_LOCK).await?;
        ctx.browser.open("/").await?;
        let is_refreshed = async || Ok(session_member(&ctx, "idToken").await? != before);
        let limit = Duration::from_secs(15);
        ctx.browser
            .wait_until_within(limit, "the refresh", is_refreshed)
            .await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        Ok(())
    });
}

/// Without the lock, a tab whose keys come late looks at the stored session again before it sends its refresh token.
#[test]
fn slow_tab_does_not_send_a_refresh_token_used_by_another_tab() {
    const NO_LOCKS: &str = "delete Navigator.prototype.locks";
    run_journey(with_rotation(), async |ctx| {
        sign_in(&ctx).await?;
        let before = session_member(&ctx, "idToken").await?;
        let slow = ctx.browser.current_tab().await?;
        ctx.env.advance_clocks(AFTER_EXPIRY);
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        ctx.browser.add_init_script(NO_LOCKS).await?;
        ctx.browser.add_init_script(HIDE_ALL_EVENTS).await?;
        hold_in_new_documents(&ctx, &key_request()).await?;
        ctx.browser.open("/").await?;
        // The check of the stored tokens and the refresh both ask for the keys.
        expect_responses(&ctx, &key_request(), 2).await?;

        ctx.browser.open_tab().await?;
        ctx.browser.add_init_script(NO_LOCKS).await?;
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        ctx.browser.open("/").await?;
        let is_refreshed = async || Ok(session_member(&ctx, "idToken").await? != before);
        ctx.browser.wait_until("the refresh", is_refreshed).await?;

        ctx.browser.switch_to(&slow).await?;
        release_held(&ctx, &key_request()).await?;
        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await?;
        assert_eq!(refresh_count(&ctx.env), 1);
        Ok(())
    });
}

/// Neither tab gets the lock in time. The pool refuses the first tab's refresh, as it does when another tab has used
/// the token, while the response to the second tab is still on its way.
#[test]
fn tab_with_a_refused_refresh_waits_for_another_tabs_refresh() {
    const ACTION: &str = "GetTokensFromRefreshToken";
    const REFUSAL: &str =
        r#"{"__type":"RefreshTokenReuseException","message":"Refresh token has been invalidated"}"#;
    run_journey(with_short_tokens(), async |ctx| {
        sign_in(&ctx).await?;
        let before = session_member(&ctx, "idToken").await?;
        let first = ctx.browser.current_tab().await?;
        ctx.env.advance_clocks(AFTER_EXPIRY);
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        ctx.browser.add_init_script(HOLD_LOCK).await?;
        stub_response_in_new_documents(&ctx, ACTION, StubResponse::api_error(REFUSAL)).await?;
        ctx.browser.open("/").await?;

        ctx.browser.open_tab().await?;
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        ctx.browser.open("/").await?;
        let is_refreshed = async || Ok(session_member(&ctx, "idToken").await? != before);
        let limit = Duration::from_secs(30);
        ctx.browser
            .wait_until_within(limit, "the refresh", is_refreshed)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(refresh_count(&ctx.env), 1);

        ctx.browser.switch_to(&first).await?;
        wait_until_read(&ctx, ACTION).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_ne!(session_member(&ctx, "idToken").await?, before);
        Ok(())
    });
}

/// Without Web Locks each tab may refresh once by itself.
#[test]
fn five_tabs_without_web_locks_keep_their_session() {
    run_journey(with_short_tokens(), async |ctx| {
        let tabs = five_tabs(&ctx, "delete Navigator.prototype.locks").await?;
        assert_eq!(
            ctx.browser
                .run_script("return 'locks' in navigator", vec![])
                .await?,
            json!(false)
        );
        expire_and_run_in_all_tabs(&ctx, &tabs, "dispatchEvent(new Event('online'))").await?;
        expect_all_tabs_working(&ctx, &tabs).await?;
        let refreshes = refresh_count(&ctx.env);
        assert!((1..=5).contains(&refreshes), "{refreshes}");
        Ok(())
    });
}

/// A sign-out in one tab signs the others out within a second, and none of them signs in again.
#[test]
fn sign_out_in_one_tab_reaches_the_others_within_a_second() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.browser.add_init_script(HIDE_VISIBILITY_EVENTS).await?;
            sign_in(&ctx).await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let todos = TodosPage::expect(&ctx.browser).await?;
            todos.add_todo("A secret plan").await?;
            todos
                .expect_rows(&[TodoRow::unchecked("A secret plan")])
                .await?;
            let at_todos = ctx.browser.current_tab().await?;
            let at_account = open_tab_at(&ctx, "/account").await?;
            ctx.browser.expect_text("ann@example.com").await?;
            open_tab_at(&ctx, "/").await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let before = ctx.env.requests().len();
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            for tab in [&at_todos, &at_account] {
                ctx.browser.switch_to(tab).await?;
                let is_gone = async || {
                    let text = ctx.browser.page_text().await?;
                    Ok(text.contains(RECORD_REMOVED)
                        && !["Ann", "ann@", "A secret plan", texts::labels::SIGN_OUT]
                            .iter()
                            .any(|private| text.contains(private)))
                };
                ctx.browser
                    .wait_until_within(SYNC_LIMIT, "the sign-out", is_gone)
                    .await?;
                ctx.browser.expect_address("/").await?;
            }
            for tab in [&at_todos, &at_account] {
                ctx.browser.switch_to(tab).await?;
                ctx.browser.reload().await?;
                HomePage::expect(&ctx.browser).await?;
                ctx.browser.open("/todos").await?;
                SignInPage::expect(&ctx.browser).await?;
            }
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            // The only request revokes the refresh token.
            let requested: Vec<String> = ctx
                .env
                .requests()
                .into_iter()
                .skip(before)
                .filter(|request| request.method == "POST" || request.path.starts_with("/oauth2"))
                .map(|request| request.operation.unwrap_or(request.path))
                .collect();
            assert_eq!(requested, ["RevokeToken"]);
            Ok(())
        },
    );
}

/// After a sign-in in one tab, each other tab goes to its own return address.
#[test]
fn sign_in_in_one_tab_reaches_the_others_within_a_second() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.browser.add_init_script(HIDE_VISIBILITY_EVENTS).await?;
            ctx.expect_console("currentUser");
            ctx.browser.open("/todos?list=garden").await?;
            SignInPage::expect(&ctx.browser).await?;
            let to_todos = ctx.browser.current_tab().await?;
            let at_home = open_tab_at(&ctx, "/").await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.open_tab().await?;
            sign_in(&ctx).await?;

            ctx.browser.switch_to(&at_home).await?;
            let shows_greeting = async || {
                Ok(ctx.browser.visible_texts("main h1").await? == [HomePage::greeting("Ann Lee")])
            };
            ctx.browser
                .wait_until_within(SYNC_LIMIT, "the greeting", shows_greeting)
                .await?;
            ctx.browser.switch_to(&to_todos).await?;
            let is_there = async || Ok(ctx.browser.address().await? == "/todos?list=garden");
            ctx.browser
                .wait_until_within(SYNC_LIMIT, "the to-dos", is_there)
                .await?;
            TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            assert_eq!(
                ctx.env.actions(),
                ["InitiateAuth", "RespondToAuthChallenge"]
            );
            Ok(())
        },
    );
}

/// After another user signs in, no tab shows data of the previous user.
#[test]
fn change_of_user_in_one_tab_reaches_the_others_in_a_second() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.browser.add_init_script(HIDE_VISIBILITY_EVENTS).await?;
            sign_in(&ctx).await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let todos = TodosPage::expect(&ctx.browser).await?;
            todos.add_todo("A secret plan").await?;
            todos
                .expect_rows(&[TodoRow::unchecked("A secret plan")])
                .await?;
            let at_todos = ctx.browser.current_tab().await?;
            let at_account = open_tab_at(&ctx, "/account").await?;
            ctx.browser.expect_text("ann@example.com").await?;
            let at_home = open_tab_at(&ctx, "/").await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;

            open_tab_at(&ctx, "/register").await?;
            let register = RegisterPage::expect(&ctx.browser).await?;
            register.register(&bob()).await?;
            let verify = VerifyPage::expect(&ctx.browser).await?;
            verify
                .confirm_account(&ctx.env.latest_code(&bob().email))
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting(&bob().email))
                .await?;
            // A page with Ann's data is either replaced by the start page or rendered again.
            let is_bobs = async || {
                let text = ctx.browser.page_text().await?;
                let left = ["Ann", "ann@", "A secret plan"];
                Ok([texts::todos::EMPTY, "bob@example.com"]
                    .iter()
                    .any(|his| text.contains(his))
                    && !left.iter().any(|private| text.contains(private)))
            };
            for tab in [&at_todos, &at_account, &at_home] {
                ctx.browser.switch_to(tab).await?;
                ctx.browser
                    .wait_until_within(SYNC_LIMIT, "Bob", is_bobs)
                    .await?;
            }
            // The following requests are sent as Bob.
            ctx.browser.switch_to(&at_todos).await?;
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            let todos = TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            todos.add_todo("Bob's own").await?;
            todos
                .expect_rows(&[TodoRow::unchecked("Bob's own")])
                .await?;
            let sent = sent_authorizations(&ctx.env).pop().flatten();
            assert_eq!(
                claims(&sent.ok_or("a token")?)["email"],
                Value::from(bob().email)
            );
            Ok(())
        },
    );
}

/// Clearing the site's data signs the user out.
#[test]
fn clearing_the_browser_storage_signs_out_all_tabs() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.browser.add_init_script(HIDE_VISIBILITY_EVENTS).await?;
            sign_in(&ctx).await?;
            ctx.browser.open("/account").await?;
            ctx.browser.expect_text("ann@example.com").await?;
            let at_account = ctx.browser.current_tab().await?;
            open_tab_at(&ctx, "/").await?;
            ctx.browser
                .run_script("localStorage.clear()", vec![])
                .await?;
            ctx.browser.switch_to(&at_account).await?;
            let is_gone = async || {
                let text = ctx.browser.page_text().await?;
                Ok(text.contains(RECORD_REMOVED) && !text.contains("ann@example.com"))
            };
            ctx.browser
                .wait_until_within(SYNC_LIMIT, "the sign-out", is_gone)
                .await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
            Ok(())
        },
    );
}
