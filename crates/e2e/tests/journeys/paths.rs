//! URLs typed into the address bar, and the return to them after a sign-in.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, TodosPage, VerifyPage};
use e2e::{TestEnv, TestUser, run_journey, texts};

/// Each page opens by its URL.
#[test]
fn each_url_path_of_the_app_shows_its_page() {
    run_journey(TestEnv::workshop(), async |ctx| {
        for (address, title) in [
            ("/", HomePage::TITLE),
            ("/register", RegisterPage::TITLE),
            ("/verify", VerifyPage::TITLE),
            ("/signin", SignInPage::TITLE),
            ("/forgot", ForgotPage::TITLE),
            ("/login", texts::hosted::NOTHING_TITLE),
            ("/login/", texts::hosted::NOTHING_TITLE),
            ("/register/", RegisterPage::TITLE),
            ("/signin/?x=y", SignInPage::TITLE),
        ] {
            ctx.browser.open(address).await?;
            ctx.browser.expect_heading(title).await?;
            ctx.browser.expect_address(address).await?;
            let tab = ctx.browser.driver().title().await?;
            assert!(tab.contains(title), "{address}: {tab}");
        }
        assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);
        Ok(())
    });
}

#[test]
fn unknown_url_path_shows_not_found_with_a_link_home() {
    run_journey(TestEnv::workshop(), async |ctx| {
        for address in ["/nowhere", "/register/nowhere", "/todos/17"] {
            ctx.browser.open(address).await?;
            ctx.browser
                .expect_heading(texts::session::NOT_FOUND_TITLE)
                .await?;
        }
        ctx.browser.follow_link(texts::session::HOME).await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/").await
    });
}

/// A page that needs a sign-in leads to the sign-in page and then back to its URL, query and fragment included.
#[test]
fn user_reaches_the_deep_link_with_its_query_after_sign_in() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.expect_console("currentUser");
            let deep = "/todos?list=home%20%26%20garden&x=y#first";
            ctx.browser.open(deep).await?;
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            TodosPage::expect(&ctx.browser).await?;
            ctx.browser.expect_address(deep).await?;
            // The sign-in page is not in the history. Otherwise Back would lead into a loop of redirects.
            let entries = ctx
                .browser
                .send_devtools_command("Page.getNavigationHistory", serde_json::json!({}))
                .await?;
            let ours = entries["entries"].as_array().into_iter().flatten();
            let on_the_way = ours.filter(|entry| {
                entry["url"]
                    .as_str()
                    .is_some_and(|url| url.contains("/signin"))
            });
            assert_eq!(on_the_way.count(), 0, "{entries}");
            Ok(())
        },
    );
}

/// The return address must be on this origin, and must not be a page of the sign-in itself.
#[test]
fn return_url_of_another_site_leads_to_the_home_page() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            for then in [
                "https%3A%2F%2Fexample.com%2F",
                "%2F%2Fexample.com%2F",
                "%2F%5Cexample.com",
                "%2F.%2F%2Fexample.com",
                "javascript%3Aalert(1)",
                "%2Fsignin",
                "%E0%A4%A",
            ] {
                ctx.browser.open(&format!("/signin?then={then}")).await?;
                SignInPage::expect(&ctx.browser)
                    .await?
                    .sign_in_as(&TestUser::ann())
                    .await?;
                ctx.browser
                    .expect_heading(&HomePage::greeting("Ann Lee"))
                    .await?;
                ctx.browser.expect_address("/").await?;
                ctx.browser.press(texts::labels::SIGN_OUT).await?;
                HomePage::expect(&ctx.browser).await?;
            }
            Ok(())
        },
    );
}

/// A user can go back by two pages at once, and then follow a link to the page that they left.
#[test]
fn link_after_going_back_two_pages_adds_a_history_entry() {
    run_journey(TestEnv::workshop(), async |ctx| {
        HomePage::open(&ctx.browser).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/register").await?;
        ctx.browser.follow_link(texts::labels::SIGN_IN).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/signin").await?;
        ctx.browser.run_script("history.go(-2)", vec![]).await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser.follow_link(texts::labels::SIGN_IN).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/signin").await?;
        ctx.browser.driver().back().await?;
        HomePage::expect(&ctx.browser).await?;
        Ok(())
    });
}
