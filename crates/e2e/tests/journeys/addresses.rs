//! URLs typed into the address bar, and the return to them after a sign-in.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, TodosPage, VerifyPage};
use e2e::{Person, World, journey};

/// Each page opens by its URL.
#[test]
fn each_address_typed_in_shows_its_page() {
    journey(World::workshop(), async |j| {
        for (address, title) in [
            ("/", HomePage::TITLE),
            ("/register", RegisterPage::TITLE),
            ("/verify", VerifyPage::TITLE),
            ("/signin", SignInPage::TITLE),
            ("/forgot", ForgotPage::TITLE),
            ("/login", "No sign-in under way"),
            ("/login/", "No sign-in under way"),
            ("/register/", RegisterPage::TITLE),
            ("/signin/?x=y", SignInPage::TITLE),
        ] {
            j.browser.open(address).await?;
            j.browser.shows_page(title).await?;
            j.browser.is_at(address).await?;
            let tab = j.browser.driver().title().await?;
            assert!(tab.contains(title), "{address}: {tab}");
        }
        assert_eq!(j.world.telling_requests(), []);
        Ok(())
    });
}

#[test]
fn an_address_that_is_none_of_ours_says_so_and_leads_home() {
    journey(World::workshop(), async |j| {
        for address in ["/nowhere", "/register/nowhere", "/todos/17"] {
            j.browser.open(address).await?;
            j.browser.shows_page("There is nothing here").await?;
        }
        j.browser.follow("Go to the start page").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.is_at("/").await
    });
}

/// A page that needs a sign-in leads to the sign-in page and then back to its URL, query and fragment included.
#[test]
fn a_deep_link_leads_through_sign_in_and_back_with_its_query() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.expect_console("currentUser");
        let deep = "/todos?list=home%20%26%20garden&x=y#first";
        j.browser.open(deep).await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        TodosPage::shown(&j.browser).await?;
        j.browser.is_at(deep).await?;
        // The sign-in page is not in the history. Otherwise Back would lead into a loop of redirects.
        let entries = j
            .browser
            .devtools("Page.getNavigationHistory", serde_json::json!({}))
            .await?;
        let ours = entries["entries"].as_array().into_iter().flatten();
        let on_the_way = ours.filter(|entry| {
            entry["url"]
                .as_str()
                .is_some_and(|url| url.contains("/signin"))
        });
        assert_eq!(on_the_way.count(), 0, "{entries}");
        Ok(())
    });
}

/// The return address must be on this origin, and must not be a page of the sign-in itself.
#[test]
fn a_return_address_that_is_not_ours_leads_to_the_start_page() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        for then in [
            "https%3A%2F%2Fexample.com%2F",
            "%2F%2Fexample.com%2F",
            "%2F%5Cexample.com",
            "%2F.%2F%2Fexample.com",
            "javascript%3Aalert(1)",
            "%2Fsignin",
            "%E0%A4%A",
        ] {
            j.browser.open(&format!("/signin?then={then}")).await?;
            SignInPage::shown(&j.browser)
                .await?
                .sign_in_as(&Person::ann())
                .await?;
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.is_at("/").await?;
            j.browser.press("Sign out").await?;
            HomePage::shown(&j.browser).await?;
        }
        Ok(())
    });
}
