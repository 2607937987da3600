//! The place of the stored session (`storage` in config.js), storage that cannot be written, and malformed records.

use e2e::pages::{HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::{Value, json};

use crate::doors::Door;
use crate::session::sign_in;

/// Makes all storage full.
pub(crate) const FULL: &str = "Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); }";

fn keeping(storage: &str) -> World {
    World::workshop()
        .with_hosted_pages()
        .with(&Person::ann())
        .configured(|config| config["cognito"]["storage"] = json!(storage))
}

/// The keys in localStorage and sessionStorage.
async fn keys(j: &Journey) -> Outcome<Value> {
    const KEYS: &str =
        "return { local: Object.keys(localStorage), session: Object.keys(sessionStorage) }";
    j.browser.script(KEYS, vec![]).await
}

#[test]
fn kept_in_local_storage_a_session_is_there_for_all_tabs() {
    journey(keeping("local"), async |j| {
        sign_in(&j).await?;
        j.browser
            .says("This browser remembers you until you sign out.")
            .await?;
        assert_eq!(
            keys(&j).await?,
            json!({ "local": ["poolgate.session"], "session": [] })
        );
        j.browser.open_tab().await?;
        j.browser.open("/").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn kept_in_session_storage_a_session_is_this_tabs_alone_and_survives_its_reload() {
    for door in Door::BOTH {
        journey(keeping("session"), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            j.browser
                .says("You are signed in, in this tab, until you close it or sign out.")
                .await?;
            let kept = json!({ "local": [], "session": ["poolgate.session"] });
            assert_eq!(keys(&j).await?, kept);
            j.browser.reload().await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            let here = j.browser.tab().await?;
            j.browser.open_tab().await?;
            HomePage::open(&j.browser).await?;
            assert_eq!(keys(&j).await?, json!({ "local": [], "session": [] }));
            // Another tab's change must not affect this session.
            j.browser.script("localStorage.clear()", vec![]).await?;
            j.browser.look_at(&here).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.press("Sign out").await?;
            HomePage::shown(&j.browser).await?;
            j.browser.says("You are signed out. See you soon.").await?;
            assert_eq!(keys(&j).await?, json!({ "local": [], "session": [] }));
            Ok(())
        });
    }
}

#[test]
fn kept_in_memory_a_session_is_in_no_storage_and_ends_with_the_page() {
    for door in Door::BOTH {
        journey(keeping("memory"), async move |j| {
            door.sign_in(&j, &Person::ann()).await?;
            j.browser
                .says("You are signed in until you reload or leave this page, or sign out.")
                .await?;
            assert_eq!(keys(&j).await?, json!({ "local": [], "session": [] }));
            // This is configured, so the page shows no warning.
            assert_eq!(j.browser.texts("[role=alert]").await?, [""; 0]);
            j.expect_console("currentUser");
            j.browser.follow("To-dos").await?;
            j.browser.says("Nothing to do").await?;
            j.browser.follow("Account").await?;
            j.browser.says("ann@example.com").await?;
            j.browser.reload().await?;
            SignInPage::shown(&j.browser).await?;
            j.browser.is_at("/signin?then=%2Faccount").await
        });
    }
}

#[test]
fn another_choice_takes_away_what_was_kept_by_the_one_before() {
    for (before, after) in [
        ("local", "session"),
        ("local", "memory"),
        ("session", "local"),
        ("session", "memory"),
    ] {
        journey(keeping(before), async move |j| {
            sign_in(&j).await?;
            let mut config = j.world.config();
            config["cognito"]["storage"] = json!(after);
            j.world.set_config(&config);
            j.browser.reload().await?;
            HomePage::shown(&j.browser).await?;
            assert_eq!(keys(&j).await?, json!({ "local": [], "session": [] }));
            Ok(())
        });
    }
}

/// Two versions of the app can leave a record in each place. Only the configured place is read, and the other record
/// is removed.
#[test]
fn what_lies_in_another_place_than_the_chosen_one_is_taken_away_though_this_one_has_a_record_too() {
    const COPY: &str = "const key = 'poolgate.session';
        const record = localStorage[key] ?? sessionStorage[key];
        localStorage[key] = sessionStorage[key] = record";
    for (before, after) in [("local", "session"), ("session", "local")] {
        journey(keeping(before), async move |j| {
            sign_in(&j).await?;
            j.browser.script(COPY, vec![]).await?;
            let mut config = j.world.config();
            config["cognito"]["storage"] = json!(after);
            j.world.set_config(&config);
            j.browser.reload().await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            let mut expected = json!({ "local": [], "session": [] });
            expected[after] = json!(["poolgate.session"]);
            assert_eq!(keys(&j).await?, expected);
            Ok(())
        });
    }
}

#[test]
fn where_the_storage_is_full_one_is_signed_in_until_the_reload_and_told_so() {
    for storage in ["local", "session"] {
        journey(keeping(storage), async move |j| {
            j.browser.before_each_document(FULL).await?;
            sign_in(&j).await?;
            let told = j.browser.alert().await?;
            assert!(told.contains("asked again when you reload"), "{told}");
            j.expect_console("currentUser");
            j.browser.follow("To-dos").await?;
            j.browser.says("Nothing to do").await?;
            j.browser.press("Sign out").await?;
            HomePage::shown(&j.browser).await?;
            j.browser.reload().await?;
            HomePage::shown(&j.browser).await?;
            assert_eq!(keys(&j).await?, json!({ "local": [], "session": [] }));
            Ok(())
        });
    }
}

/// The pending authorization has to be stored. Without it, the app does not go to the hosted pages.
#[test]
fn where_session_storage_is_blocked_the_hosted_page_is_not_visited_and_the_reason_is_said() {
    const BLOCKED: &str = "Object.defineProperty(window, 'sessionStorage', {
        get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); } })";
    const FULL: &str = "const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, value) {
            if (this === window.sessionStorage) throw new DOMException('Full', 'QuotaExceededError');
            set.call(this, key, value);
        }";
    for obstacle in [BLOCKED, FULL] {
        journey(keeping("local"), async move |j| {
            j.browser.before_each_document(obstacle).await?;
            SignInPage::open(&j.browser).await?;
            j.browser.press(SignInPage::HOSTED).await?;
            assert_eq!(
                j.browser.alert().await?,
                "This browser does not let us keep what a sign-in on the hosted page needs. Allow site data for this page, or sign in above."
            );
            j.browser.is_at("/signin").await?;
            assert_eq!(j.world.requests_to("/oauth2/authorize"), []);
            // A direct sign-in works.
            SignInPage::shown(&j.browser)
                .await?
                .sign_in_as(&Person::ann())
                .await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
        });
    }
}

/// A record that is malformed or of another version is removed, and the app works.
#[test]
fn a_record_that_is_not_whole_or_not_ours_is_taken_away() {
    const CHANGE: &str = "const record = JSON.parse(localStorage['poolgate.session']);
        const [name, value] = arguments;
        if (value === null) delete record[name]; else record[name] = value;
        localStorage['poolgate.session'] = JSON.stringify(record)";
    journey(keeping("local"), async |j| {
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
            sign_in(&j).await?;
            let what = format!("{name}: {value}");
            j.browser.script(CHANGE, vec![json!(name), value]).await?;
            j.browser.open("/account").await?;
            SignInPage::shown(&j.browser).await?;
            assert_eq!(j.browser.stored().await?, json!({}), "{what}");
        }
        sign_in(&j).await
    });
}
