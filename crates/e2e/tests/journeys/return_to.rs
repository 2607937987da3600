//! The return address of a hosted sign-in: the page that the user wanted, and only a page of this app.

use e2e::pages::{HomePage, ProviderPage, SignInPage, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use serde_json::json;

use crate::callback::{
    CANCELLED, edit_pending_records, expect_message, return_to_form, start_hosted_sign_in,
};
use crate::hosted_sign_in::{
    AUTHORIZE, TOKEN, authorization_request, clear_stored_session, open_hosted_page, with_ann,
};
use crate::url_parameters::Parameters;

const DEEP_LINK: &str = "/todos?list=home%20%26%20garden&x=1#y";

/// Return addresses that must lead to the start page: disguised other origins (RFC 9700 §4.11.1), and pages of the
/// sign-in itself.
const FOREIGN_ADDRESSES: [&str; 8] = [
    "https://example.com/",
    "//example.com/",
    "/\\example.com",
    "/.//example.com",
    "/..//example.com",
    "javascript:alert(1)",
    "/login/?code=x&state=y",
    "/signin",
];

async fn expect_destination(ctx: &TestContext) -> Result {
    TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_address(DEEP_LINK).await
}

/// A hosted sign-in returns to the URL that the user opened, query and fragment included.
#[test]
fn user_reaches_the_deep_link_after_a_hosted_sign_in() {
    run_journey(with_ann(), async |ctx| {
        ctx.expect_console("currentUser");
        ctx.browser.open(DEEP_LINK).await?;
        SignInPage::expect(&ctx.browser).await?;
        let form = open_hosted_page(&ctx).await?;
        // The return address is stored in this tab and is not sent to the pool.
        let requested = authorization_request(&ctx.env).path;
        assert!(!requested.contains("todos"), "{requested}");
        form.sign_in_as(&TestUser::ann()).await?;
        expect_destination(&ctx).await
    });
}

/// After a hosted sign-in, a return address of another origin leads to the start page.
#[test]
fn hosted_sign_in_ignores_a_return_url_of_another_site() {
    run_journey(with_ann(), async |ctx| {
        for (time, then) in FOREIGN_ADDRESSES.into_iter().enumerate() {
            let encoded: String = form_urlencoded::byte_serialize(then.as_bytes()).collect();
            ctx.browser.open(&format!("/signin?then={encoded}")).await?;
            SignInPage::expect(&ctx.browser).await?;
            if time == 0 {
                let form = open_hosted_page(&ctx).await?;
                form.sign_in_as(&TestUser::ann()).await?;
            } else {
                // The pool has a session of Ann, and redirects at once.
                ctx.browser.press(SignInPage::HOSTED).await?;
            }
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.expect_address("/").await?;
            assert_eq!(ctx.env.requests_to(TOKEN).len(), time + 1);
            clear_stored_session(&ctx).await?;
        }
        Ok(())
    });
}

/// The stored return address is checked as strictly as one in the URL.
#[test]
fn hosted_sign_in_ignores_a_stored_return_url_of_another_site() {
    run_journey(with_ann(), async |ctx| {
        for (time, path) in FOREIGN_ADDRESSES[..4].iter().enumerate() {
            start_hosted_sign_in(&ctx).await?;
            SignInPage::open(&ctx.browser).await?;
            edit_pending_records(&ctx, json!({ "returnPath": path })).await?;
            let form = return_to_form(&ctx).await?;
            form.sign_in_as(&TestUser::ann()).await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.expect_address("/").await?;
            assert_eq!(ctx.env.requests_to(TOKEN).len(), time + 1, "{path}");
            clear_stored_session(&ctx).await?;
            // Without the cookies, the hosted pages ask for the password again.
            ctx.browser.driver().delete_all_cookies().await?;
        }
        Ok(())
    });
}

/// After a cancelled sign-in, another attempt uses the same provider and return address.
#[test]
fn retry_of_hosted_sign_in_uses_same_provider_and_return_path() {
    let env = TestEnv::workshop()
        .with_hosted_pages()
        .with_config(|config| config["cognito"]["identityProviders"] = json!(["Google"]));
    run_journey(env, async |ctx| {
        ctx.expect_console("currentUser");
        let gina = TestUser::with_email("gina@example.org", Some("Gina Ray"));
        ctx.browser.open(DEEP_LINK).await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser
            .press(&texts::hosted::continue_with("Google"))
            .await?;
        ProviderPage::expect(&ctx.browser)
            .await?
            .cancel_sign_in()
            .await?;
        // Amazon reports a cancelled sign-in as `invalid_request`, and only the description gives the reason.
        expect_message(&ctx, &CANCELLED).await?;
        ctx.browser.expect_address("/login/").await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        assert_eq!(ctx.env.requests_to(TOKEN), []);

        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        let provider = ProviderPage::expect(&ctx.browser).await?;
        let requests = ctx.env.requests_to(AUTHORIZE);
        let requested: Vec<Parameters> = requests.iter().map(Parameters::from_query).collect();
        assert_eq!(requested.len(), 2);
        assert_eq!(requested[1].get("identity_provider"), "Google");
        assert_ne!(requested[0].get("state"), requested[1].get("state"));
        assert_ne!(requested[0].get("nonce"), requested[1].get("nonce"));
        provider.sign_in_as(&gina).await?;
        expect_destination(&ctx).await
    });
}
