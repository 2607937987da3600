//! Reload, Back and other tabs at each step of a hosted sign-in.

use e2e::pages::{HomePage, HostedLoginPage, RegisterPage, SignInPage};
use e2e::{Result, TestContext, TestUser, run_journey, texts};
use serde_json::{Value, json};

use crate::bfcache::{back_from_bfcache, run_journey_with_bfcache};
use crate::callback::start_hosted_sign_in;
use crate::hosted_sign_in::{
    AUTHORIZE, TOKEN, TOKEN_REQUEST, authorization_request, history_urls, open_hosted_page,
    pending_authorizations, with_ann,
};
use crate::network_stub::{
    expect_responses, hold_in_new_documents, release_held, remove_init_script,
};
use crate::session::sign_in;
use crate::tokens::{claims, stored_member};
use crate::url_parameters::Parameters;

/// The message for a user who comes back without an authorization response.
const UNFINISHED: &str = texts::hosted::NOT_COMPLETED;

async fn finish_hosted_sign_in(ctx: &TestContext) -> Result {
    let form = HostedLoginPage::expect(&ctx.browser).await?;
    form.sign_in_as(&TestUser::ann()).await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await
}

/// Returns the number of token requests so far.
fn token_request_count(ctx: &TestContext) -> usize {
    ctx.env.requests_to(TOKEN).len()
}

/// A reload at any step is harmless and redeems no code twice.
#[test]
fn reload_during_a_hosted_sign_in_sends_the_code_only_once() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        ctx.browser.reload().await?;
        finish_hosted_sign_in(&ctx).await?;
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.open("/login/").await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.expect_address("/").await?;
        assert_eq!(token_request_count(&ctx), 1);
        Ok(())
    });
}

/// While the code is redeemed, it is no longer in the URL or the history, and a reload does not send it again.
#[test]
fn authorization_code_is_removed_from_url_and_never_sent_twice() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let hold_script = hold_in_new_documents(&ctx, TOKEN_REQUEST).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, TOKEN_REQUEST, 1).await?;
        ctx.browser
            .expect_heading(texts::hosted::COMPLETING_TITLE)
            .await?;
        ctx.browser.expect_address("/login/").await?;
        let code = Parameters::from_form(&ctx.env.requests_to(TOKEN)[0])
            .get("code")
            .to_owned();
        let history = history_urls(&ctx).await?;
        assert!(!history.contains(&code), "{history}");
        // The pending authorization is used up, and no token is stored before each check has passed.
        let is_kept = async || -> Result {
            let stored = ctx.browser.stored_items().await?;
            let saved: Vec<&String> = stored.as_object().ok_or("storage")?.keys().collect();
            assert_eq!(saved, ["poolgate.redeeming"]);
            assert!(!stored.to_string().contains(&code), "{stored}");
            Ok(())
        };
        is_kept().await?;

        remove_init_script(&ctx, hold_script).await?;
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(texts::hosted::INTERRUPTED_TITLE)
            .await?;
        assert_eq!(token_request_count(&ctx), 1);
        is_kept().await?;
        // The next sign-in succeeds.
        ctx.browser
            .follow_link(texts::labels::BACK_TO_SIGN_IN)
            .await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(token_request_count(&ctx), 2);
        Ok(())
    });
}

/// A user who does not wait for a slow response can go on, and is signed in when it comes.
#[test]
fn user_who_leaves_the_callback_page_is_signed_in_later() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        hold_in_new_documents(&ctx, TOKEN_REQUEST).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, TOKEN_REQUEST, 1).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        release_held(&ctx, TOKEN_REQUEST).await?;
        ctx.browser.button(texts::labels::SIGN_OUT).await?;
        RegisterPage::expect(&ctx.browser).await?;
        ctx.browser.expect_address("/register").await?;
        assert_eq!(token_request_count(&ctx), 1);
        Ok(())
    });
}

/// Back finds the page in the bfcache, in the state in which the user left it, or loads it again. Both have to work.
#[test]
fn back_from_the_hosted_page_shows_the_sign_in_page_with_help() {
    run_journey_with_bfcache(with_ann, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        back_from_bfcache(&ctx).await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.status_text().await?, UNFINISHED);
        expect_redirect_mismatch_help(&ctx).await?;

        ctx.browser.reload().await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.browser.status_text().await?, UNFINISHED);
        expect_redirect_mismatch_help(&ctx).await
    });
}

/// After Back from the hosted pages, both sign-in methods work.
#[test]
fn direct_and_hosted_sign_in_work_after_back_from_hosted_page() {
    run_journey_with_bfcache(with_ann, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        back_from_bfcache(&ctx).await?;
        SignInPage::expect(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        assert_eq!(ctx.env.requests_to(AUTHORIZE).len(), 2);
        ctx.browser.driver().back().await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(token_request_count(&ctx), 0);
        // The direct sign-in ends the pending authorization.
        assert_eq!(pending_authorizations(&ctx).await?, Vec::<Value>::new());
        Ok(())
    });
}

/// Opens the help for an error on the hosted pages, and checks that it names the setting and the exact URL.
async fn expect_redirect_mismatch_help(ctx: &TestContext) -> Result {
    ctx.browser.expand(texts::hosted::HELP).await?;
    let help = ctx.browser.visible_texts("details.help p").await?;
    let [expected, address] = &help[..] else {
        return Err(format!("the help shows {help:?}").into());
    };
    assert_eq!(expected, texts::hosted::CALLBACK_URL_HELP);
    assert_eq!(*address, format!("{}/login/", ctx.env.url()));
    Ok(())
}

/// Back after a completed sign-in redeems no code and leads to the app.
#[test]
fn back_after_a_hosted_sign_in_does_not_send_the_code_again() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        finish_hosted_sign_in(&ctx).await?;
        // The pool's form is the previous page. The pool has a session of Ann, so it redirects with a new code, for
        // an authorization that is no longer pending.
        ctx.browser.driver().back().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.expect_address("/").await?;
        let history = history_urls(&ctx).await?;
        assert!(!history.contains("code="), "{history}");
        // Back to the first page of the history.
        ctx.browser.driver().back().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(token_request_count(&ctx), 1);
        Ok(())
    });
}

/// Each tab has its own pending authorization.
#[test]
fn two_hosted_sign_ins_in_two_tabs_can_both_succeed() {
    run_journey(with_ann(), async |ctx| {
        let first = ctx.browser.current_tab().await?;
        let states = [start_hosted_sign_in(&ctx).await?, {
            ctx.browser.open_tab().await?;
            start_hosted_sign_in(&ctx).await?
        }];
        let second = ctx.browser.current_tab().await?;
        assert_ne!(states[0], states[1]);
        ctx.browser.switch_to(&first).await?;
        finish_hosted_sign_in(&ctx).await?;
        ctx.browser.switch_to(&second).await?;
        finish_hosted_sign_in(&ctx).await?;
        ctx.browser.switch_to(&first).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;

        let redeemed = ctx.env.requests_to(TOKEN);
        let statuses: Vec<Option<u16>> = redeemed.iter().map(|request| request.status).collect();
        assert_eq!(statuses, [Some(200), Some(200)]);
        Ok(())
    });
}

/// Of two sign-ins in one tab, the second is completed.
#[test]
fn user_can_start_a_second_hosted_sign_in_after_back() {
    run_journey(with_ann(), async |ctx| {
        let first = start_hosted_sign_in(&ctx).await?;
        ctx.browser.driver().back().await?;
        SignInPage::expect(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        let second = Parameters::from_query(&authorization_request(&ctx.env))
            .get("state")
            .to_owned();
        assert_ne!(first, second);
        finish_hosted_sign_in(&ctx).await?;
        assert_eq!(token_request_count(&ctx), 1);
        // The first request is no longer pending, so its response changes nothing.
        ctx.browser
            .open(&format!(
                "/login/?code=5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f&state={first}"
            ))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        ctx.browser.expect_address("/").await?;
        assert_eq!(token_request_count(&ctx), 1);
        Ok(())
    });
}

/// A user who started two sign-ins can complete the first.
#[test]
fn user_can_complete_the_older_of_two_hosted_sign_ins_in_a_tab() {
    run_journey(with_ann(), async |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.address().await?;
        start_hosted_sign_in(&ctx).await?;
        ctx.browser.driver().goto(first).await?;
        finish_hosted_sign_in(&ctx).await?;
        assert_eq!(token_request_count(&ctx), 1);
        Ok(())
    });
}

/// Bob signs in directly after Ann. The late tokens of the superseded hosted sign-in are revoked.
#[test]
fn direct_sign_in_replaces_a_pending_hosted_sign_in() {
    let bob = TestUser::with_email("bob@example.com", None);
    run_journey(with_ann().with_user(&bob), async move |ctx| {
        start_hosted_sign_in(&ctx).await?;
        hold_in_new_documents(&ctx, TOKEN_REQUEST).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        expect_responses(&ctx, TOKEN_REQUEST, 1).await?;
        ctx.browser.follow_link(texts::labels::START_OVER).await?;
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        sign_in.sign_in_as(&bob).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&bob.email))
            .await?;
        release_held(&ctx, TOKEN_REQUEST).await?;
        let is_revoked = async || Ok(ctx.env.actions().contains(&"RevokeToken".to_owned()));
        ctx.browser.wait_until("a revocation", is_revoked).await?;
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&bob.email))
            .await?;
        let id =
            stored_member(&ctx.browser.stored_items().await?, "idToken").ok_or("an ID token")?;
        assert_eq!(claims(&id)["email"], bob.email);
        Ok(())
    });
}

/// If another user signs in, all data of the previous user is removed.
#[test]
fn hosted_sign_in_replaces_the_previous_user_completely() {
    let bob = TestUser::with_email("bob@example.com", None);
    run_journey(with_ann().with_user(&bob), async move |ctx| {
        start_hosted_sign_in(&ctx).await?;
        let first = ctx.browser.current_tab().await?;
        ctx.browser.open_tab().await?;
        sign_in(&ctx).await?;
        let of_ann = stored_member(&ctx.browser.stored_items().await?, "refreshToken")
            .ok_or("a refresh token")?;
        ctx.browser.switch_to(&first).await?;
        let form = HostedLoginPage::expect(&ctx.browser).await?;
        form.sign_in_as(&bob).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&bob.email))
            .await?;
        let stored = ctx.browser.stored_items().await?;
        assert!(!stored.to_string().contains(&of_ann), "{stored}");
        let id = stored_member(&stored, "idToken").ok_or("an ID token")?;
        assert_eq!(claims(&id)["email"], bob.email);
        let revoked = async || {
            let calls = ctx.env.pool_calls();
            let call = calls.iter().find(|call| call.operation == "RevokeToken");
            Ok(call.map(|call| call.body["Token"].clone()))
        };
        assert_eq!(
            ctx.browser.wait_for("a revocation", revoked).await?,
            json!(of_ann)
        );
        Ok(())
    });
}

/// The user does not have to enter the username again.
#[test]
fn back_from_the_hosted_page_keeps_the_typed_username() {
    run_journey(with_ann(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        open_hosted_page(&ctx).await?;
        ctx.browser.driver().back().await?;
        SignInPage::expect(&ctx.browser).await?;
        ctx.browser.expect_text(UNFINISHED).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        ctx.browser.reload().await?;
        SignInPage::expect(&ctx.browser).await?;
        assert_eq!(
            ctx.browser.field_value(SignInPage::USERNAME).await?,
            "ann@example.com"
        );
        Ok(())
    });
}
