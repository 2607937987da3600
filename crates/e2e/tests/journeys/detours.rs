//! A user who has to do something else before the sign-in still comes to the page that they wanted.

use e2e::pages::{ForgotPage, RegisterPage, SignInPage, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};

const DEEP: &str = "/todos?list=home%20%26%20garden&x=y#first";

/// Opens the URL of a page that needs a sign-in, and is redirected to the sign-in page.
async fn asked_to_sign_in(j: &Journey) -> Outcome<SignInPage<'_>> {
    j.expect_console("currentUser");
    j.browser.open(DEEP).await?;
    SignInPage::shown(&j.browser).await
}

async fn is_there(j: &Journey) -> Outcome {
    TodosPage::shown(&j.browser).await?;
    j.browser.is_at(DEEP).await?;
    // The API has answered, so the announced error is on the console.
    j.browser.says("Nothing to do").await
}

#[test]
fn a_forgotten_password_is_no_reason_to_forget_where_one_was_headed() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let (ann, new) = (Person::ann(), "Battery-5taple");
        asked_to_sign_in(&j).await?;
        j.browser.fill(SignInPage::NAME, &ann.email).await?;
        j.browser.follow("Forgot your password?").await?;
        let forgot = ForgotPage::shown(&j.browser).await?;
        j.browser.press(ForgotPage::BUTTON).await?;
        j.browser.field(ForgotPage::CODE).await?;
        forgot.set(&j.world.code_for(&ann.email), new).await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        sign_in.sign_in(&ann.email, new).await?;
        is_there(&j).await
    });
}

#[test]
fn who_remembers_the_password_after_all_goes_back_and_on() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        asked_to_sign_in(&j).await?;
        j.browser.follow("Forgot your password?").await?;
        ForgotPage::shown(&j.browser).await?;
        j.browser.follow("Back to sign-in").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        is_there(&j).await
    });
}

#[test]
fn registering_leads_by_way_of_the_code_to_where_one_was_headed() {
    journey(World::workshop(), async |j| {
        let bob = Person::by_email("bob@example.com", None);
        asked_to_sign_in(&j).await?;
        j.browser.follow("Make an account").await?;
        RegisterPage::shown(&j.browser)
            .await?
            .register(&bob)
            .await?;
        VerifyPage::shown(&j.browser)
            .await?
            .confirm(&j.world.code_for(&bob.email))
            .await?;
        is_there(&j).await
    });
}

#[test]
fn a_code_that_is_entered_in_a_fresh_browser_leads_by_way_of_sign_in_to_where_one_was_headed() {
    let world = World::workshop();
    world.sign_up(&Person::ann());
    journey(world, async |j| {
        let ann = Person::ann();
        asked_to_sign_in(&j).await?;
        j.browser.fill(SignInPage::NAME, &ann.email).await?;
        j.browser.follow("Enter a confirmation code").await?;
        VerifyPage::shown(&j.browser)
            .await?
            .confirm(&j.world.code_for(&ann.email))
            .await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        is_there(&j).await
    });
}

#[test]
fn every_link_between_the_pages_on_the_way_hands_the_way_on() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        asked_to_sign_in(&j).await?;
        j.browser.follow("Make an account").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.follow("Enter it").await?;
        VerifyPage::shown(&j.browser).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.follow("Make an account").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        is_there(&j).await
    });
}
