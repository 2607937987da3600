//! A user who has to do something else before the sign-in still comes to the page that they wanted.

use e2e::pages::{ForgotPage, RegisterPage, SignInPage, TodosPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};

const DEEP_LINK: &str = "/todos?list=home%20%26%20garden&x=y#first";

/// Opens the URL of a page that needs a sign-in, and is redirected to the sign-in page.
async fn open_protected_page(ctx: &TestContext) -> Result<SignInPage<'_>> {
    ctx.expect_console("currentUser");
    ctx.browser.open(DEEP_LINK).await?;
    SignInPage::expect(&ctx.browser).await
}

async fn expect_destination(ctx: &TestContext) -> Result {
    TodosPage::expect(&ctx.browser).await?;
    ctx.browser.expect_address(DEEP_LINK).await?;
    // The API has answered, so the announced error is on the console.
    ctx.browser.expect_text(texts::todos::EMPTY).await
}

#[test]
fn user_reaches_the_deep_link_after_a_password_reset() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            let (ann, new) = (TestUser::ann(), "Battery-5taple");
            open_protected_page(&ctx).await?;
            ctx.browser.fill(SignInPage::USERNAME, &ann.email).await?;
            ctx.browser
                .follow_link(texts::labels::FORGOT_PASSWORD)
                .await?;
            let forgot = ForgotPage::expect(&ctx.browser).await?;
            ctx.browser.press(ForgotPage::BUTTON).await?;
            ctx.browser.field(ForgotPage::CODE).await?;
            forgot
                .set_password(&ctx.env.latest_code(&ann.email), new)
                .await?;
            let sign_in = SignInPage::expect(&ctx.browser).await?;
            sign_in.sign_in(&ann.email, new).await?;
            expect_destination(&ctx).await
        },
    );
}

#[test]
fn user_reaches_the_deep_link_after_a_cancelled_password_reset() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            open_protected_page(&ctx).await?;
            ctx.browser
                .follow_link(texts::labels::FORGOT_PASSWORD)
                .await?;
            ForgotPage::expect(&ctx.browser).await?;
            ctx.browser
                .follow_link(texts::labels::BACK_TO_SIGN_IN)
                .await?;
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            expect_destination(&ctx).await
        },
    );
}

#[test]
fn user_reaches_the_deep_link_after_sign_up() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let bob = TestUser::with_email("bob@example.com", None);
        open_protected_page(&ctx).await?;
        ctx.browser
            .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser)
            .await?
            .register(&bob)
            .await?;
        VerifyPage::expect(&ctx.browser)
            .await?
            .confirm_account(&ctx.env.latest_code(&bob.email))
            .await?;
        expect_destination(&ctx).await
    });
}

#[test]
fn confirmation_link_in_a_new_browser_keeps_the_return_path() {
    let env = TestEnv::workshop();
    env.sign_up(&TestUser::ann());
    run_journey(env, async |ctx| {
        let ann = TestUser::ann();
        open_protected_page(&ctx).await?;
        ctx.browser.fill(SignInPage::USERNAME, &ann.email).await?;
        ctx.browser
            .follow_link(texts::labels::CONFIRM_WITH_CODE)
            .await?;
        VerifyPage::expect(&ctx.browser)
            .await?
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        expect_destination(&ctx).await
    });
}

#[test]
fn every_link_between_sign_in_pages_keeps_the_return_path() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            open_protected_page(&ctx).await?;
            ctx.browser
                .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
                .await?;
            RegisterPage::expect(&ctx.browser).await?;
            ctx.browser
                .follow_link(texts::labels::CONFIRM_WITH_CODE)
                .await?;
            VerifyPage::expect(&ctx.browser).await?;
            ctx.browser
                .follow_link_in_main(texts::labels::SIGN_IN)
                .await?;
            SignInPage::expect(&ctx.browser).await?;
            ctx.browser
                .follow_link_in_main(texts::labels::CREATE_ACCOUNT)
                .await?;
            RegisterPage::expect(&ctx.browser).await?;
            ctx.browser
                .follow_link_in_main(texts::labels::SIGN_IN)
                .await?;
            SignInPage::expect(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            expect_destination(&ctx).await
        },
    );
}
