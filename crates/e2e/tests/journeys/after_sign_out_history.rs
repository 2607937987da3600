//! Pages that the user left: Back, reload and the bfcache show nothing private of a session that has ended, and a tab
//! that was in the background refreshes its tokens.

use e2e::pages::{HomePage, SignInPage, TodoRow, TodosPage};
use e2e::{Result, Tab, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

use crate::bfcache::{back_from_bfcache, run_journey_with_bfcache};
use crate::session::advance_all_clocks;
use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, with_short_tokens};
use crate::sign_out::{revoke_requests, sign_out};
use crate::storage_choice::FULL;
use crate::tabs::HIDE_ALL_EVENTS;

const SECRET_TODO: &str = "A secret plan";

/// Signs Ann in and opens her to-dos, one of which is secret, in a new document.
async fn open_secret_todos(ctx: &TestContext, method: SignInMethod) -> Result {
    method.sign_in(ctx, &TestUser::ann()).await?;
    ctx.expect_console("currentUser");
    ctx.browser.open("/todos").await?;
    let todos = TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_text(texts::todos::EMPTY).await?;
    todos.add_todo(SECRET_TODO).await?;
    todos.expect_rows(&[TodoRow::unchecked(SECRET_TODO)]).await
}

/// Goes to a page of another site in the same tab.
async fn open_another_site(ctx: &TestContext) -> Result {
    let inbox = format!("{}/inbox", ctx.env.pool().url());
    ctx.browser.driver().goto(inbox).await?;
    Ok(())
}

/// Leaves the page and signs Ann out in another tab. Returns the tab of the page that was left.
async fn sign_out_in_another_tab(ctx: &TestContext) -> Result<Tab> {
    let cached_tab = ctx.browser.current_tab().await?;
    open_another_site(ctx).await?;
    ctx.browser.open_tab().await?;
    ctx.browser.open("/").await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await?;
    sign_out(ctx).await?;
    Ok(cached_tab)
}

fn test_env() -> TestEnv {
    TestEnv::workshop()
        .with_hosted_pages()
        .with_user(&TestUser::ann())
}

/// A page of a user who is still signed in comes back from the bfcache unchanged. The tests below depend on that.
#[test]
fn back_shows_a_bfcache_page_unchanged_if_still_signed_in() {
    run_journey_with_bfcache(test_env, async |ctx| {
        open_secret_todos(&ctx, SignInMethod::Direct).await?;
        open_another_site(&ctx).await?;
        let seen = back_from_bfcache(&ctx).await?;
        assert_eq!(
            seen, "",
            "content was visible before the session was checked"
        );
        ctx.browser.expect_text(SECRET_TODO).await?;
        TodosPage::expect(&ctx.browser)
            .await?
            .add_todo("Another")
            .await?;
        ctx.browser.expect_text("Another").await
    });
}

/// A restored page shows nothing of a user who signed out in another tab, whether or not an event reports the sign-out.
#[test]
fn bfcache_page_shows_no_data_after_sign_out_in_another_tab() {
    let cases = [
        (SignInMethod::Direct, HIDE_ALL_EVENTS),
        (SignInMethod::Direct, ""),
        (SignInMethod::Hosted, ""),
    ];
    for (method, before) in cases {
        run_journey_with_bfcache(test_env, async move |ctx| {
            ctx.browser.add_init_script(before).await?;
            open_secret_todos(&ctx, method).await?;
            let cached_tab = sign_out_in_another_tab(&ctx).await?;

            ctx.browser.switch_to(&cached_tab).await?;
            let seen = back_from_bfcache(&ctx).await?;
            assert_eq!(
                seen, "",
                "content was visible before the session was checked"
            );
            HomePage::expect(&ctx.browser).await?;
            let text = ctx.browser.page_text().await?;
            assert!(
                !text.contains(SECRET_TODO) && !text.contains("Ann"),
                "{text}"
            );
            Ok(())
        });
    }
}

/// Sign-out at the hosted pages leaves the app's documents, so Back shows older ones.
#[test]
fn back_after_hosted_sign_out_shows_no_private_data() {
    run_journey(test_env(), async |ctx| {
        open_secret_todos(&ctx, SignInMethod::Hosted).await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(texts::session::SIGNED_OUT).await?;
        for _ in 0..2 {
            ctx.browser.driver().back().await?;
            let is_started = async || Ok(!ctx.browser.page_text().await?.is_empty());
            ctx.browser.wait_until("a page", is_started).await?;
            let text = ctx.browser.page_text().await?;
            assert!(
                !text.contains(SECRET_TODO) && !text.contains("Ann"),
                "{text}"
            );
            assert!(!text.contains(texts::todos::TITLE), "{text}");
            assert_eq!(ctx.browser.stored_items().await?, json!({}));
        }
        ctx.browser.open("/todos").await?;
        SignInPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

/// Another user signed in in another tab while the page was cached.
#[test]
fn bfcache_page_never_shows_data_of_the_previous_user() {
    let bob = || TestUser::with_email("bob@example.com", Some("Bob Ray"));
    run_journey_with_bfcache(
        || test_env().with_user(&bob()),
        async move |ctx| {
            open_secret_todos(&ctx, SignInMethod::Direct).await?;
            let cached_tab = sign_out_in_another_tab(&ctx).await?;
            ctx.browser
                .follow_link_in_main(texts::labels::SIGN_IN)
                .await?;
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&bob())
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Bob Ray"))
                .await?;

            ctx.browser.switch_to(&cached_tab).await?;
            assert_eq!(back_from_bfcache(&ctx).await?, "");
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            let text = ctx.browser.page_text().await?;
            assert!(
                !text.contains(SECRET_TODO) && !text.contains("Ann"),
                "{text}"
            );
            Ok(())
        },
    );
}

/// Starts a pool with a `config.js` that keeps the session in memory, so that it lasts as long as the page.
fn with_memory_storage() -> TestEnv {
    test_env().with_config(|config| config["cognito"]["storage"] = json!("memory"))
}

/// The message for a user who left a page with such a session.
const PAGE_LEFT: &str = texts::session::PAGE_LEFT;

/// The script that records the refresh token of a sign-in, because with `storage: 'memory'` it is in no storage.
const RECORD_REFRESH_TOKEN: &str = "{ const fetch = window.fetch;
    window.fetch = async (...all) => {
        const answer = await fetch(...all);
        const found = /\"(?:RefreshToken|refresh_token)\": ?\"([^\"]+)\"/.exec(await answer.clone().text());
        if (found) window.token = found[1];
        return answer;
    }; }";

/// Another user of this browser can press Back. A session in memory ends when its page is left, and its refresh token
/// is revoked.
fn session_ends_with_the_page(
    make_env: impl Fn() -> TestEnv,
    method: SignInMethod,
    before: &'static str,
) {
    run_journey_with_bfcache(make_env, async move |ctx| {
        for script in [RECORD_REFRESH_TOKEN, before] {
            ctx.browser.add_init_script(script).await?;
        }
        method.sign_in(&ctx, &TestUser::ann()).await?;
        ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
        ctx.browser.expect_text("ann@example.com").await?;
        // A page with pending requests is not cached.
        let is_loaded = async || {
            Ok(!ctx
                .browser
                .page_text()
                .await?
                .contains(texts::labels::LOADING))
        };
        ctx.browser
            .wait_until("a page that has finished loading", is_loaded)
            .await?;
        let token = ctx
            .browser
            .run_script("return window.token", vec![])
            .await?;
        open_another_site(&ctx).await?;
        assert_eq!(back_from_bfcache(&ctx).await?, "", "{method:?}");
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .expect_address("/signin?then=%2Faccount")
            .await?;
        assert_eq!(ctx.browser.status_text().await?, PAGE_LEFT);
        let text = ctx.browser.page_text().await?;
        assert!(!text.contains("ann@") && !text.contains("Ann"), "{text}");
        let is_revoked = async || Ok(!revoke_requests(&ctx.env).is_empty());
        ctx.browser.wait_until("a revocation", is_revoked).await?;
        assert_eq!(
            revoke_requests(&ctx.env),
            [json!({ "ClientId": DEV_CLIENT_ID, "Token": token })]
        );
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser.expect_heading(texts::account::TITLE).await
    });
}

#[test]
fn session_kept_in_memory_ends_when_the_user_leaves_the_page() {
    for method in SignInMethod::ALL {
        session_ends_with_the_page(with_memory_storage, method, "");
    }
}

#[test]
fn session_that_could_not_be_stored_ends_when_the_user_leaves() {
    session_ends_with_the_page(test_env, SignInMethod::Direct, FULL);
}

/// The start page shows the message too.
#[test]
fn home_page_in_bfcache_does_not_show_the_name_after_back() {
    run_journey_with_bfcache(with_memory_storage, async |ctx| {
        SignInMethod::Direct.sign_in(&ctx, &TestUser::ann()).await?;
        open_another_site(&ctx).await?;
        assert_eq!(back_from_bfcache(&ctx).await?, "");
        HomePage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.status_text().await?, PAGE_LEFT);
        assert!(!ctx.browser.page_text().await?.contains("Ann"));
        Ok(())
    });
}

/// Timers do not run while a device sleeps. Expired tokens are refreshed when the tab becomes visible.
#[test]
fn hidden_tab_refreshes_expired_tokens_when_it_becomes_visible() {
    for method in SignInMethod::ALL {
        run_journey(with_short_tokens(&[TestUser::ann()]), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            let here = ctx.browser.current_tab().await?;
            advance_all_clocks(&ctx, AFTER_EXPIRY).await?;
            ctx.browser.open_tab().await?;
            assert_eq!(method.refresh_count(&ctx.env), 0);
            ctx.browser.switch_to(&here).await?;
            method.wait_for_refreshes(&ctx, 1).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            assert_eq!(method.refresh_count(&ctx.env), 1);
            Ok(())
        });
    }
}
