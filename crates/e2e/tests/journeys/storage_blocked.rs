//! A tab whose session could not be stored: it goes on in memory, and does not affect other tabs.

use e2e::pages::HomePage;
use e2e::{Result, Tab, TestContext, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::sign_in_methods::{AFTER_EXPIRY, SignInMethod, switch_tabs_and_back, with_short_tokens};
use crate::sign_out::{SIGNED_OUT, expect_home_text};
use crate::tokens::{claims, stored_member};

/// The script that makes writes to storage fail until the test allows them, as with a full disk or temporarily blocked
/// site data.
const BLOCK_WRITES: &str = "{ const set = Storage.prototype.setItem;
    window.refuses = true;
    Storage.prototype.setItem = function (...all) {
        if (window.refuses) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
        set.apply(this, all);
    }; }";

fn bob() -> TestUser {
    TestUser::with_email("bob@example.com", Some("Bob Ray"))
}

/// Signs Ann in in a tab that could not store her session, and allows writing afterwards. Returns the tab.
async fn sign_in_ann_without_storage(ctx: &TestContext) -> Result<Tab> {
    ctx.browser.add_init_script(BLOCK_WRITES).await?;
    SignInMethod::Direct.sign_in(ctx, &TestUser::ann()).await?;
    ctx.browser
        .expect_error(&texts::session::STORAGE_BLOCKED)
        .await?;
    // The greeting does not promise more.
    ctx.browser
        .expect_text(texts::session::UNTIL_PAGE_LEFT)
        .await?;
    assert_eq!(ctx.browser.stored_items().await?, json!({}));
    ctx.browser
        .run_script("window.refuses = false", vec![])
        .await?;
    ctx.browser.current_tab().await
}

/// Signs Bob in in another tab. Returns the tab and the stored session.
async fn sign_in_bob_in_another_tab(ctx: &TestContext) -> Result<(Tab, Value)> {
    let tab = ctx.browser.open_tab().await?;
    SignInMethod::Direct.sign_in(ctx, &bob()).await?;
    let stored = ctx.browser.stored_items().await?;
    let id = stored_member(&stored, "idToken").ok_or("an ID token")?;
    assert_eq!(claims(&id)["email"], bob().email);
    Ok((tab, stored))
}

/// Checks that the stored session is Bob's, and that his tab shows him.
async fn expect_session_of_bob(ctx: &TestContext, tab: &Tab, record: &Value) -> Result {
    ctx.browser.switch_to(tab).await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Bob Ray"))
        .await?;
    assert_eq!(ctx.browser.stored_items().await?, *record);
    ctx.browser.reload().await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Bob Ray"))
        .await
}

/// Two users' sessions must not mix: Ann's tab refreshes her tokens, and leaves Bob's stored session alone.
#[test]
fn refresh_in_memory_only_tab_keeps_other_users_stored_session() {
    run_journey(with_short_tokens(&[TestUser::ann(), bob()]), async |ctx| {
        let of_ann = sign_in_ann_without_storage(&ctx).await?;
        ctx.env.advance_clocks(AFTER_EXPIRY);
        let (of_bob, record) = sign_in_bob_in_another_tab(&ctx).await?;
        ctx.browser.switch_to(&of_ann).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        switch_tabs_and_back(&ctx).await?;
        SignInMethod::Direct.wait_for_refreshes(&ctx, 1).await?;
        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        ctx.browser.expect_text(texts::todos::EMPTY).await?;
        let sent = ctx.env.requests().pop().and_then(|last| last.authorization);
        let sent = sent.ok_or("a token")?;
        assert_eq!(claims(&sent)["email"], TestUser::ann().email);
        expect_session_of_bob(&ctx, &of_bob, &record).await
    });
}

#[test]
fn sign_out_in_memory_only_tab_keeps_other_users_stored_session() {
    run_journey(with_short_tokens(&[TestUser::ann(), bob()]), async |ctx| {
        let of_ann = sign_in_ann_without_storage(&ctx).await?;
        let (of_bob, record) = sign_in_bob_in_another_tab(&ctx).await?;
        ctx.browser.switch_to(&of_ann).await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        expect_home_text(&ctx, SIGNED_OUT).await?;
        expect_session_of_bob(&ctx, &of_bob, &record).await
    });
}

/// A tab may replace only its own stored session with the reason of the end.
#[test]
fn expiry_in_memory_only_tab_keeps_other_users_stored_session() {
    run_journey(with_short_tokens(&[TestUser::ann(), bob()]), async |ctx| {
        let of_ann = sign_in_ann_without_storage(&ctx).await?;
        ctx.env.advance_clocks(AFTER_EXPIRY);
        let (of_bob, record) = sign_in_bob_in_another_tab(&ctx).await?;
        ctx.env.call_as_operator(
            "AdminUserGlobalSignOut",
            &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
        );
        ctx.browser.switch_to(&of_ann).await?;
        ctx.expect_status_400();
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        switch_tabs_and_back(&ctx).await?;
        expect_home_text(&ctx, texts::session::EXPIRED).await?;
        expect_session_of_bob(&ctx, &of_bob, &record).await
    });
}

/// The session can be stored at the next refresh, since writing works by then.
#[test]
fn session_that_could_not_be_stored_is_stored_at_next_refresh() {
    run_journey(with_short_tokens(&[TestUser::ann()]), async |ctx| {
        let of_ann = sign_in_ann_without_storage(&ctx).await?;
        ctx.browser.open_tab().await?;
        HomePage::open(&ctx.browser).await?;
        let other = ctx.browser.current_tab().await?;
        ctx.browser.switch_to(&of_ann).await?;
        ctx.env.advance_clocks(AFTER_EXPIRY);
        ctx.browser.advance_clock(AFTER_EXPIRY).await?;
        switch_tabs_and_back(&ctx).await?;
        let is_kept = async || Ok(ctx.browser.stored_items().await? != json!({}));
        ctx.browser.wait_until("a record", is_kept).await?;
        assert!(
            !ctx.browser
                .page_text()
                .await?
                .contains(&*texts::session::STORAGE_BLOCKED.text)
        );
        ctx.browser.switch_to(&other).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        // The tabs share one session from then on.
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        expect_home_text(&ctx, SIGNED_OUT).await?;
        ctx.browser.switch_to(&of_ann).await?;
        HomePage::expect(&ctx.browser).await?;
        Ok(())
    });
}
