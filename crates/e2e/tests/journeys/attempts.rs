//! A user who goes to another page before the answer comes: the operation finishes, and has no effect on the new
//! page.

use e2e::pages::{HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Person, World, journey};

use crate::between::{have_come, hold, hold_no_more, let_through};
use crate::tokens::{claims, member};

fn newcomer() -> Person {
    Person::by_email("bob@example.com", None)
}

#[test]
fn who_leaves_while_the_code_is_checked_is_signed_in_all_the_same_and_stays_where_they_went() {
    journey(World::workshop(), async |j| {
        let bob = newcomer();
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        hold(&j, "ConfirmSignUp").await?;
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        have_come(&j, "ConfirmSignUp", 1).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        let_through(&j, "ConfirmSignUp").await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        let_through(&j, "RespondToAuthChallenge").await?;

        j.browser.button("Sign out").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.is_at("/register").await?;
        let id = member(&j.browser.stored().await?, "idToken").expect("an ID token");
        assert_eq!(claims(&id)["email"], bob.email);
        assert_eq!(
            j.world.operations(),
            [
                "SignUp",
                "ConfirmSignUp",
                "InitiateAuth",
                "RespondToAuthChallenge"
            ]
        );
        Ok(())
    });
}

/// A user who has left for the sign-in page and signed in there is not replaced by the newcomer.
#[test]
fn a_late_confirmation_replaces_no_later_sign_in() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        let bob = newcomer();
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        hold(&j, "ConfirmSignUp").await?;
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        have_come(&j, "ConfirmSignUp", 1).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let_through(&j, "ConfirmSignUp").await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        j.browser.says("Nothing to do").await?;
        let id = member(&j.browser.stored().await?, "idToken").expect("an ID token");
        assert_eq!(claims(&id)["email"], Person::ann().email);
        let proof = ["InitiateAuth", "RespondToAuthChallenge"];
        assert_eq!(
            j.world.operations(),
            [&["SignUp", "ConfirmSignUp"][..], &proof].concat()
        );
        Ok(())
    });
}

/// If a late error moved the focus to another field, the user would type a password where it can be read.
#[test]
fn a_late_complaint_moves_neither_the_focus_nor_a_letter() {
    journey(World::workshop().with(&newcomer()), async |j| {
        let bob = newcomer();
        j.expect_refusal();
        let register = RegisterPage::open(&j.browser).await?;
        hold(&j, "SignUp").await?;
        register.register(&bob).await?;
        have_come(&j, "SignUp", 1).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, &bob.email).await?;
        j.browser.fill(SignInPage::PASSWORD, "Correct-").await?;
        let_through(&j, "SignUp").await?;

        assert_eq!(j.browser.focused().await?, SignInPage::PASSWORD);
        j.browser.type_keys("h0rse").await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, bob.email);
        assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, bob.password);
        assert_eq!(
            j.browser
                .texts("[role=alert], [role=status], .field-error")
                .await?,
            [""; 0]
        );
        Ok(())
    });
}

#[test]
fn a_late_success_pulls_nobody_away() {
    journey(World::workshop(), async |j| {
        let bob = newcomer();
        let register = RegisterPage::open(&j.browser).await?;
        hold(&j, "SignUp").await?;
        register.register(&bob).await?;
        have_come(&j, "SignUp", 1).await?;
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        j.browser.fill(SignInPage::PASSWORD, "Half of it").await?;
        let_through(&j, "SignUp").await?;

        SignInPage::shown(&j.browser).await?;
        j.browser.is_at("/signin").await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        assert_eq!(j.browser.value(SignInPage::PASSWORD).await?, "Half of it");
        Ok(())
    });
}

#[test]
fn a_sign_in_that_needs_the_code_first_leads_nobody_there_who_has_left() {
    let world = World::workshop();
    world.sign_up(&newcomer());
    journey(world, async |j| {
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        hold(&j, "InitiateAuth").await?;
        sign_in.sign_in_as(&newcomer()).await?;
        have_come(&j, "InitiateAuth", 1).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        let_through(&j, "InitiateAuth").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.is_at("/register").await
    });
}

/// The user's latest sign-in counts. The tokens of the superseded one come late and are revoked.
#[test]
fn of_two_sign_ins_the_one_begun_last_counts() {
    let world = World::workshop().with(&Person::ann()).with(&newcomer());
    journey(world, async |j| {
        let bob = newcomer();
        let sign_in = SignInPage::open(&j.browser).await?;
        hold(&j, "RespondToAuthChallenge").await?;
        sign_in.sign_in_as(&Person::ann()).await?;
        have_come(&j, "RespondToAuthChallenge", 1).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.follow("Sign in").await?;
        hold_no_more(&j, "RespondToAuthChallenge").await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&bob)
            .await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob.email))
            .await?;
        let_through(&j, "RespondToAuthChallenge").await?;
        let is_told = async || Ok(j.world.operations().contains(&"RevokeToken".to_owned()));
        j.browser.until("a revocation", is_told).await?;

        j.browser.reload().await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob.email))
            .await?;
        let id = member(&j.browser.stored().await?, "idToken").expect("an ID token");
        assert_eq!(claims(&id)["email"], bob.email);
        Ok(())
    });
}

/// The app drops the password when the user leaves the page.
#[test]
fn a_newcomer_who_leaves_the_page_for_the_code_types_the_password_again() {
    journey(World::workshop(), async |j| {
        let bob = newcomer();
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        VerifyPage::shown(&j.browser).await?;
        j.browser.follow("Poolgate").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.driver().back().await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, bob.email);
        verify.confirm(&j.world.code_for(&bob.email)).await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.world.operations(), ["SignUp", "ConfirmSignUp"]);
        Ok(())
    });
}

/// The page must not tell another user where a code was sent.
#[test]
fn the_page_for_the_code_speaks_of_no_other_persons_code() {
    journey(World::workshop(), async |j| {
        let bob = newcomer();
        RegisterPage::open(&j.browser).await?.register(&bob).await?;
        VerifyPage::shown(&j.browser).await?;
        let sent = j.browser.status().await?;
        assert!(sent.contains("b***@e***"), "{sent}");
        j.browser.follow_on_page("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "zoe@example.org").await?;
        j.browser.follow("Enter a confirmation code").await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, "zoe@example.org");
        let text = j.browser.text().await?;
        assert!(!text.contains("***"), "{text}");
        assert_eq!(j.browser.texts("[role=status]").await?, [""; 0]);
        Ok(())
    });
}
