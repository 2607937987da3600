//! The place of the stored session (`storage` in config.js), storage that cannot be written, and malformed records.

use e2e::pages::{HomePage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::{Value, json};

use crate::session::sign_in;
use crate::sign_in_methods::SignInMethod;

/// The script that makes all storage appear full.
pub(crate) const FULL: &str = "Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); }";

fn with_storage(storage: &str) -> TestEnv {
    TestEnv::workshop()
        .with_hosted_pages()
        .with_user(&TestUser::ann())
        .with_config(|config| config["cognito"]["storage"] = json!(storage))
}

/// Returns the keys in localStorage and sessionStorage.
async fn storage_keys(ctx: &TestContext) -> Result<Value> {
    const KEYS: &str =
        "return { local: Object.keys(localStorage), session: Object.keys(sessionStorage) }";
    ctx.browser.run_script(KEYS, vec![]).await
}

#[test]
fn session_in_local_storage_is_shared_by_all_tabs() {
    run_journey(with_storage("local"), async |ctx| {
        sign_in(&ctx).await?;
        ctx.browser
            .expect_text(texts::session::UNTIL_SIGN_OUT)
            .await?;
        assert_eq!(
            storage_keys(&ctx).await?,
            json!({ "local": ["poolgate.session"], "session": [] })
        );
        ctx.browser.open_tab().await?;
        ctx.browser.open("/").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn session_in_session_storage_belongs_to_one_tab() {
    for method in SignInMethod::ALL {
        run_journey(with_storage("session"), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            ctx.browser
                .expect_text(texts::session::UNTIL_TAB_CLOSED)
                .await?;
            let saved = json!({ "local": [], "session": ["poolgate.session"] });
            assert_eq!(storage_keys(&ctx).await?, saved);
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let here = ctx.browser.current_tab().await?;
            ctx.browser.open_tab().await?;
            HomePage::open(&ctx.browser).await?;
            assert_eq!(
                storage_keys(&ctx).await?,
                json!({ "local": [], "session": [] })
            );
            // Another tab's change must not affect this session.
            ctx.browser
                .run_script("localStorage.clear()", vec![])
                .await?;
            ctx.browser.switch_to(&here).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.expect_text(texts::session::SIGNED_OUT).await?;
            assert_eq!(
                storage_keys(&ctx).await?,
                json!({ "local": [], "session": [] })
            );
            Ok(())
        });
    }
}

#[test]
fn session_kept_in_memory_ends_when_the_page_is_reloaded() {
    for method in SignInMethod::ALL {
        run_journey(with_storage("memory"), async move |ctx| {
            method.sign_in(&ctx, &TestUser::ann()).await?;
            ctx.browser
                .expect_text(texts::session::UNTIL_PAGE_LEFT)
                .await?;
            assert_eq!(
                storage_keys(&ctx).await?,
                json!({ "local": [], "session": [] })
            );
            // This is configured, so the page shows no warning.
            assert_eq!(ctx.browser.visible_texts("[role=alert]").await?, [""; 0]);
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            ctx.browser.follow_link(texts::labels::ACCOUNT).await?;
            ctx.browser.expect_text("ann@example.com").await?;
            ctx.browser.reload().await?;
            SignInPage::expect(&ctx.browser).await?;
            ctx.browser.expect_address("/signin?then=%2Faccount").await
        });
    }
}

#[test]
fn session_is_removed_from_the_previously_configured_storage() {
    for (before, after) in [
        ("local", "session"),
        ("local", "memory"),
        ("session", "local"),
        ("session", "memory"),
    ] {
        run_journey(with_storage(before), async move |ctx| {
            sign_in(&ctx).await?;
            let mut config = ctx.env.config();
            config["cognito"]["storage"] = json!(after);
            ctx.env.set_config(&config);
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(
                storage_keys(&ctx).await?,
                json!({ "local": [], "session": [] })
            );
            Ok(())
        });
    }
}

/// Two versions of the app can leave a record in each place. Only the configured place is read, and the other record
/// is removed.
#[test]
fn app_removes_a_session_from_storage_that_is_not_configured() {
    const COPY: &str = "const key = 'poolgate.session';
        const record = localStorage[key] ?? sessionStorage[key];
        localStorage[key] = sessionStorage[key] = record";
    for (before, after) in [("local", "session"), ("session", "local")] {
        run_journey(with_storage(before), async move |ctx| {
            sign_in(&ctx).await?;
            ctx.browser.run_script(COPY, vec![]).await?;
            let mut config = ctx.env.config();
            config["cognito"]["storage"] = json!(after);
            ctx.env.set_config(&config);
            ctx.browser.reload().await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let mut expected = json!({ "local": [], "session": [] });
            expected[after] = json!(["poolgate.session"]);
            assert_eq!(storage_keys(&ctx).await?, expected);
            Ok(())
        });
    }
}

#[test]
fn session_works_until_reload_if_browser_storage_is_full() {
    for storage in ["local", "session"] {
        run_journey(with_storage(storage), async move |ctx| {
            ctx.browser.add_init_script(FULL).await?;
            sign_in(&ctx).await?;
            ctx.browser
                .expect_error(&texts::session::STORAGE_BLOCKED)
                .await?;
            ctx.expect_console("currentUser");
            ctx.browser.follow_link(texts::labels::TODOS).await?;
            ctx.browser.expect_text(texts::todos::EMPTY).await?;
            ctx.browser.press(texts::labels::SIGN_OUT).await?;
            HomePage::expect(&ctx.browser).await?;
            ctx.browser.reload().await?;
            HomePage::expect(&ctx.browser).await?;
            assert_eq!(
                storage_keys(&ctx).await?,
                json!({ "local": [], "session": [] })
            );
            Ok(())
        });
    }
}

/// The pending authorization has to be stored. Without it, the app does not go to the hosted pages.
#[test]
fn app_explains_that_hosted_sign_in_needs_session_storage() {
    const BLOCKED: &str = "Object.defineProperty(window, 'sessionStorage', {
        get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); } })";
    const FULL: &str = "const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, value) {
            if (this === window.sessionStorage) throw new DOMException('Full', 'QuotaExceededError');
            set.call(this, key, value);
        }";
    for obstacle in [BLOCKED, FULL] {
        run_journey(with_storage("local"), async move |ctx| {
            ctx.browser.add_init_script(obstacle).await?;
            SignInPage::open(&ctx.browser).await?;
            ctx.browser.press(SignInPage::HOSTED).await?;
            ctx.browser
                .expect_error(&texts::hosted::STORAGE_BLOCKED)
                .await?;
            ctx.browser.expect_address("/signin").await?;
            assert_eq!(ctx.env.requests_to("/oauth2/authorize"), []);
            // A direct sign-in works.
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await
        });
    }
}

/// A record that is malformed or of another version is removed, and the app works.
#[test]
fn app_removes_a_stored_session_with_an_unknown_version() {
    const CHANGE: &str = "const record = JSON.parse(localStorage['poolgate.session']);
        const [name, value] = arguments;
        if (value === null) delete record[name]; else record[name] = value;
        localStorage['poolgate.session'] = JSON.stringify(record)";
    run_journey(with_storage("local"), async |ctx| {
        for (name, value) in [
            ("version", json!(1)),
            ("version", json!(3)),
            ("version", json!("2")),
            ("version", json!(null)),
            (
                "issuer",
                json!("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another01"),
            ),
            ("clientId", json!("1anotherclient234567890123")),
            ("clientId", json!(null)),
            ("door", json!("back")),
        ] {
            sign_in(&ctx).await?;
            let what = format!("{name}: {value}");
            ctx.browser
                .run_script(CHANGE, vec![json!(name), value])
                .await?;
            ctx.browser.open("/account").await?;
            SignInPage::expect(&ctx.browser).await?;
            assert_eq!(ctx.browser.stored_items().await?, json!({}), "{what}");
        }
        sign_in(&ctx).await
    });
}
