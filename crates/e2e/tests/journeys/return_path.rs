//! The return address of a hosted sign-in: the page that the user wanted, and only a page of this app.

use e2e::pages::{HomePage, ProviderPage, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use serde_json::json;

use crate::callback::{CANCELLED, begin, change_records, is_told, return_to_form};
use crate::hosted::{AUTHORIZE, TOKEN, asked, forget_session, go_to_hosted_page, with_ann};
use crate::parameters::Parameters;

const DEEP: &str = "/todos?list=home%20%26%20garden&x=1#y";

/// Return addresses that must lead to the start page: disguised other origins (RFC 9700 §4.11.1), and pages of the
/// sign-in itself.
const HOSTILE: [&str; 8] = [
    "https://example.com/",
    "//example.com/",
    "/\\example.com",
    "/.//example.com",
    "/..//example.com",
    "javascript:alert(1)",
    "/login/?code=x&state=y",
    "/signin",
];

async fn is_there(j: &Journey) -> Outcome {
    TodosPage::shown(&j.browser).await?;
    j.browser.is_at(DEEP).await
}

/// A hosted sign-in returns to the URL that the user opened, query and fragment included.
#[test]
fn a_deep_link_leads_through_the_hosted_page_and_back_on_it_whole() {
    journey(with_ann(), async |j| {
        j.expect_console("currentUser");
        j.browser.open(DEEP).await?;
        SignInPage::shown(&j.browser).await?;
        let form = go_to_hosted_page(&j).await?;
        // The return address is stored in this tab and is not sent to the pool.
        let asked = asked(&j.world).path;
        assert!(!asked.contains("todos"), "{asked}");
        form.sign_in_as(&Person::ann()).await?;
        is_there(&j).await
    });
}

/// After a hosted sign-in, a return address of another origin leads to the start page.
#[test]
fn a_return_address_that_is_not_ours_leads_from_the_hosted_page_to_the_start_page() {
    journey(with_ann(), async |j| {
        for (time, then) in HOSTILE.into_iter().enumerate() {
            let encoded: String = form_urlencoded::byte_serialize(then.as_bytes()).collect();
            j.browser.open(&format!("/signin?then={encoded}")).await?;
            SignInPage::shown(&j.browser).await?;
            if time == 0 {
                let form = go_to_hosted_page(&j).await?;
                form.sign_in_as(&Person::ann()).await?;
            } else {
                // The pool has a session of Ann, and redirects at once.
                j.browser.press(SignInPage::HOSTED).await?;
            }
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.is_at("/").await?;
            assert_eq!(j.world.requests_to(TOKEN).len(), time + 1);
            forget_session(&j).await?;
        }
        Ok(())
    });
}

/// The stored return address is checked as strictly as one in the URL.
#[test]
fn a_return_address_that_was_changed_on_the_way_leads_to_the_start_page() {
    journey(with_ann(), async |j| {
        for (time, path) in HOSTILE[..4].iter().enumerate() {
            begin(&j).await?;
            SignInPage::open(&j.browser).await?;
            change_records(&j, json!({ "returnPath": path })).await?;
            let form = return_to_form(&j).await?;
            form.sign_in_as(&Person::ann()).await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.is_at("/").await?;
            assert_eq!(j.world.requests_to(TOKEN).len(), time + 1, "{path}");
            forget_session(&j).await?;
            // Without the cookies, the hosted pages ask for the password again.
            j.browser.driver().delete_all_cookies().await?;
        }
        Ok(())
    });
}

/// After a cancelled sign-in, another attempt uses the same provider and return address.
#[test]
fn who_cancels_and_tries_again_comes_by_the_same_provider_to_where_they_were_headed() {
    let world = World::workshop()
        .with_hosted_pages()
        .configured(|config| config["cognito"]["identityProviders"] = json!(["Google"]));
    journey(world, async |j| {
        j.expect_console("currentUser");
        let gina = Person::by_email("gina@example.org", Some("Gina Ray"));
        j.browser.open(DEEP).await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.press("Continue with Google").await?;
        ProviderPage::shown(&j.browser).await?.cancel().await?;
        // Amazon reports a cancelled sign-in as `invalid_request`, and only the description gives the reason.
        is_told(&j, &CANCELLED).await?;
        j.browser.is_at("/login/").await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        assert_eq!(j.world.requests_to(TOKEN), []);

        j.browser.press("Try again").await?;
        let provider = ProviderPage::shown(&j.browser).await?;
        let requests = j.world.requests_to(AUTHORIZE);
        let asked: Vec<Parameters> = requests.iter().map(Parameters::of_query).collect();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[1].one("identity_provider"), "Google");
        assert_ne!(asked[0].one("state"), asked[1].one("state"));
        assert_ne!(asked[0].one("nonce"), asked[1].one("nonce"));
        provider.sign_in_as(&gina).await?;
        is_there(&j).await
    });
}
