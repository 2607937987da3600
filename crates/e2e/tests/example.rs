//! An end-to-end test of `examples/minimal`. `cargo xtask test single-file` builds the example and runs it.

use e2e::{TestEnv, TestUser, run_journey};
use serde_json::json;

#[test]
fn user_signs_in_to_the_minimal_example_and_out_again() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let ann = TestUser::ann();
            let browser = &ctx.browser;
            browser.open("/").await?;
            browser.expect_heading("Sign in").await?;

            // The pool's answer to a wrong password (status 400) becomes an error on the page.
            ctx.expect_status_400();
            browser.fill("Email", &ann.username).await?;
            browser.fill("Password", "Wrong-h0rse").await?;
            browser.press("Sign in").await?;
            browser
                .expect_text("the username or password is wrong")
                .await?;

            browser.fill("Password", &ann.password).await?;
            browser.press("Sign in").await?;
            browser.expect_heading("Signed in").await?;
            browser.expect_text("You have 0 to-dos.").await?;
            let stored = browser.stored_items().await?;
            assert_ne!(stored, json!({}), "the session is not stored");

            browser.reload().await?;
            browser.expect_heading("Signed in").await?;
            browser.press("Sign out").await?;
            browser.expect_heading("Sign in").await?;
            Ok(())
        },
    );
}
