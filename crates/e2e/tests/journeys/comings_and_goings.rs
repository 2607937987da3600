//! Reload, Back and other tabs at each step of a hosted sign-in.

use e2e::pages::{HomePage, HostedLoginPage, RegisterPage, SignInPage};
use e2e::{Journey, Outcome, Person, journey};
use serde_json::{Value, json};

use crate::between::{have_come, hold_from_the_start, let_through, no_longer};
use crate::callback::begin;
use crate::hosted::{
    AUTHORIZE, REDEEM, TOKEN, asked, go_to_hosted_page, history, under_way, with_ann,
};
use crate::kept_page::{back_into_the_kept_page, journey_with_kept_page};
use crate::parameters::Parameters;
use crate::session::sign_in;
use crate::tokens::{claims, member};

/// The message for a user who comes back without an authorization response.
const UNFINISHED: &str =
    "Your sign-in on the hosted page was not finished. Begin again, or sign in here.";

async fn finish(j: &Journey) -> Outcome {
    let form = HostedLoginPage::shown(&j.browser).await?;
    form.sign_in_as(&Person::ann()).await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

/// The number of token requests so far.
fn redeemed(j: &Journey) -> usize {
    j.world.requests_to(TOKEN).len()
}

/// A reload at any step is harmless and redeems no code twice.
#[test]
fn a_reload_at_any_step_is_harmless_and_redeems_nothing_twice() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        j.browser.reload().await?;
        finish(&j).await?;
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.open("/login/").await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.is_at("/").await?;
        assert_eq!(redeemed(&j), 1);
        Ok(())
    });
}

/// While the code is redeemed, it is no longer in the URL or the history, and a reload does not send it again.
#[test]
fn while_the_code_is_redeemed_no_address_holds_it_and_a_reload_sends_it_no_second_time() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        let held = hold_from_the_start(&j, REDEEM).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        have_come(&j, REDEEM, 1).await?;
        j.browser.shows_page("Signing you in…").await?;
        j.browser.is_at("/login/").await?;
        let code = Parameters::of_form(&j.world.requests_to(TOKEN)[0])
            .one("code")
            .to_owned();
        let history = history(&j).await?;
        assert!(!history.contains(&code), "{history}");
        // The pending authorization is used up, and no token is stored before each check has passed.
        let is_kept = async || -> Outcome {
            let stored = j.browser.stored().await?;
            let kept: Vec<&String> = stored.as_object().ok_or("storage")?.keys().collect();
            assert_eq!(kept, ["poolgate.redeeming"]);
            assert!(!stored.to_string().contains(&code), "{stored}");
            Ok(())
        };
        is_kept().await?;

        no_longer(&j, held).await?;
        j.browser.reload().await?;
        j.browser.shows_page("Your sign-in was interrupted").await?;
        assert_eq!(redeemed(&j), 1);
        is_kept().await?;
        // The next sign-in succeeds.
        j.browser.follow("Go to sign-in").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(redeemed(&j), 2);
        Ok(())
    });
}

/// A user who does not wait for a slow answer can go on, and is signed in when it comes.
#[test]
fn who_does_not_wait_for_a_slow_answer_goes_on_and_is_signed_in_when_it_comes() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        hold_from_the_start(&j, REDEEM).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        have_come(&j, REDEEM, 1).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        let_through(&j, REDEEM).await?;
        j.browser.button("Sign out").await?;
        RegisterPage::shown(&j.browser).await?;
        j.browser.is_at("/register").await?;
        assert_eq!(redeemed(&j), 1);
        Ok(())
    });
}

/// Back finds the page in the bfcache, in the state in which the user left it, or loads it again. Both have to work.
#[test]
fn back_from_the_hosted_page_finds_a_page_that_works_says_so_and_helps() {
    journey_with_kept_page(with_ann, async |j| {
        SignInPage::open(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        back_into_the_kept_page(&j).await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.status().await?, UNFINISHED);
        helps_with_redirect_mismatch(&j).await?;

        j.browser.reload().await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.status().await?, UNFINISHED);
        helps_with_redirect_mismatch(&j).await
    });
}

/// After Back from the hosted pages, both sign-in methods work.
#[test]
fn after_back_from_the_hosted_page_both_doors_are_open() {
    journey_with_kept_page(with_ann, async |j| {
        SignInPage::open(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        back_into_the_kept_page(&j).await?;
        SignInPage::shown(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        assert_eq!(j.world.requests_to(AUTHORIZE).len(), 2);
        j.browser.driver().back().await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        sign_in.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(redeemed(&j), 0);
        // The direct sign-in ends the pending authorization.
        assert_eq!(under_way(&j).await?, Vec::<Value>::new());
        Ok(())
    });
}

/// Opens the help for an error on the hosted pages, and checks that it names the setting and the exact URL.
async fn helps_with_redirect_mismatch(j: &Journey) -> Outcome {
    j.browser
        .unfold("Did the hosted page show an error?")
        .await?;
    let help = j.browser.texts("details.help p").await?;
    let [says, address] = &help[..] else {
        return Err(format!("the help says {help:?}").into());
    };
    assert!(says.contains("redirect_mismatch"), "{says}");
    assert!(says.contains("Allowed callback URLs"), "{says}");
    assert_eq!(*address, format!("{}/login/", j.world.url()));
    Ok(())
}

/// Back after a completed sign-in redeems no code and leads to the app.
#[test]
fn back_after_arriving_redeems_nothing_and_leads_to_the_app() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        finish(&j).await?;
        // The pool's form is the previous page. The pool has a session of Ann, so it redirects with a new code, for
        // an authorization that is no longer pending.
        j.browser.driver().back().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.is_at("/").await?;
        let history = history(&j).await?;
        assert!(!history.contains("code="), "{history}");
        // Back to the first page of the history.
        j.browser.driver().back().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(redeemed(&j), 1);
        Ok(())
    });
}

/// Each tab has its own pending authorization.
#[test]
fn two_sign_ins_in_two_tabs_both_come_to_their_end() {
    journey(with_ann(), async |j| {
        let first = j.browser.tab().await?;
        let states = [begin(&j).await?, {
            j.browser.open_tab().await?;
            begin(&j).await?
        }];
        let second = j.browser.tab().await?;
        assert_ne!(states[0], states[1]);
        j.browser.look_at(&first).await?;
        finish(&j).await?;
        j.browser.look_at(&second).await?;
        finish(&j).await?;
        j.browser.look_at(&first).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;

        let redeemed = j.world.requests_to(TOKEN);
        let statuses: Vec<Option<u16>> = redeemed.iter().map(|request| request.status).collect();
        assert_eq!(statuses, [Some(200), Some(200)]);
        Ok(())
    });
}

/// Of two sign-ins in one tab, the second is completed.
#[test]
fn who_goes_back_and_begins_again_in_the_same_tab_comes_in_by_the_second() {
    journey(with_ann(), async |j| {
        let first = begin(&j).await?;
        j.browser.driver().back().await?;
        SignInPage::shown(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        let second = Parameters::of_query(&asked(&j.world))
            .one("state")
            .to_owned();
        assert_ne!(first, second);
        finish(&j).await?;
        assert_eq!(redeemed(&j), 1);
        // The first request is no longer pending, so its response changes nothing.
        j.browser
            .open(&format!(
                "/login/?code=5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f&state={first}"
            ))
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        j.browser.is_at("/").await?;
        assert_eq!(redeemed(&j), 1);
        Ok(())
    });
}

/// A user who started two sign-ins can complete the first.
#[test]
fn of_two_sign_ins_in_one_tab_the_one_that_was_begun_first_may_be_the_one_that_is_finished() {
    journey(with_ann(), async |j| {
        begin(&j).await?;
        let first = j.browser.address().await?;
        begin(&j).await?;
        j.browser.driver().goto(first).await?;
        finish(&j).await?;
        assert_eq!(redeemed(&j), 1);
        Ok(())
    });
}

/// Bob signs in directly after Ann. The late tokens of the superseded hosted sign-in are revoked.
#[test]
fn who_signs_in_directly_while_a_code_is_redeemed_is_who_they_signed_in_as() {
    let bob = Person::by_email("bob@example.com", None);
    journey(with_ann().with(&bob), async move |j| {
        begin(&j).await?;
        hold_from_the_start(&j, REDEEM).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&Person::ann()).await?;
        have_come(&j, REDEEM, 1).await?;
        j.browser.follow("Start again").await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        sign_in.sign_in_as(&bob).await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob.email))
            .await?;
        let_through(&j, REDEEM).await?;
        let is_told = async || Ok(j.world.operations().contains(&"RevokeToken".to_owned()));
        j.browser.until("a revocation", is_told).await?;
        j.browser.reload().await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob.email))
            .await?;
        let id = member(&j.browser.stored().await?, "idToken").ok_or("an ID token")?;
        assert_eq!(claims(&id)["email"], bob.email);
        Ok(())
    });
}

/// If another user signs in, all data of the previous user is removed.
#[test]
fn who_comes_by_the_hosted_page_takes_the_place_of_who_was_here_wholly() {
    let bob = Person::by_email("bob@example.com", None);
    journey(with_ann().with(&bob), async move |j| {
        begin(&j).await?;
        let first = j.browser.tab().await?;
        j.browser.open_tab().await?;
        sign_in(&j).await?;
        let of_ann = member(&j.browser.stored().await?, "refreshToken").ok_or("a refresh token")?;
        j.browser.look_at(&first).await?;
        let form = HostedLoginPage::shown(&j.browser).await?;
        form.sign_in_as(&bob).await?;
        j.browser
            .shows_page(&HomePage::greeting(&bob.email))
            .await?;
        let stored = j.browser.stored().await?;
        assert!(!stored.to_string().contains(&of_ann), "{stored}");
        let id = member(&stored, "idToken").ok_or("an ID token")?;
        assert_eq!(claims(&id)["email"], bob.email);
        let revoked = async || {
            let calls = j.world.calls();
            let call = calls.iter().find(|call| call.operation == "RevokeToken");
            Ok(call.map(|call| call.body["Token"].clone()))
        };
        assert_eq!(
            j.browser.some("a revocation", revoked).await?,
            json!(of_ann)
        );
        Ok(())
    });
}

/// The user does not have to enter the username again.
#[test]
fn who_comes_back_without_an_answer_finds_their_name_filled_in() {
    journey(with_ann(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        go_to_hosted_page(&j).await?;
        j.browser.driver().back().await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.says(UNFINISHED).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        j.browser.reload().await?;
        SignInPage::shown(&j.browser).await?;
        assert_eq!(j.browser.value(SignInPage::NAME).await?, "ann@example.com");
        Ok(())
    });
}
