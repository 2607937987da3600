//! `/login`: the password, or another identity provider.

use axum::response::Response;
use maud::{Markup, html};

use super::page::{self, Notice};
use super::page_request::{Stop, Visit};
use super::request::{AuthorizationRequest, Next};
use super::session::SignedIn;
use super::{passkey, response, session};
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::pool::relying_party::WEB_AUTHN;
use crate::pool::session::Progress;
use crate::secret::Secret;

/// Parameters of a request that a page of its own must not hand on.
const OURS: [&str; 3] = ["notice", "user_name", "confirmation_code"];

/// `GET /login`: works as `/oauth2/authorize` does for somebody who is signed in.
pub(super) fn show(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let signed_in = session::current(visit, &request.pool)?;
    match request.next(signed_in.as_ref(), visit.now) {
        Next::Grant => request.grant(visit, signed_in.as_ref()),
        Next::LoginRequired => Ok(request.refuse("login_required", None)),
        Next::Provider => Ok(response::see_other(&page::address(
            "/provider",
            &visit.query,
        ))),
        Next::LogIn => {
            let notice = match visit.parameters().field("notice") {
                "confirmed" => Notice::Done("Your account is confirmed. Sign in to go on."),
                "password_changed" => {
                    Notice::Done("Your password is changed. Sign in with the new one.")
                }
                _ => Notice::None,
            };
            let hint = request.login_hint.clone().unwrap_or_default();
            Ok(draw(visit, &request, &hint, &notice, signed_in.as_ref()))
        }
    }
}

/// `POST /login`: `username` and `password`, or `continue` by somebody who is signed in.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let signed_in = session::current(visit, &request.pool)?;
    if !form.field("continue").is_empty() && request.may_continue() && signed_in.is_some() {
        return request.grant(visit, signed_in.as_ref());
    }
    let username = form.field("username").trim();
    let password = Secret::new(form.field("password"));
    let again = |notice| draw(visit, &request, username, &notice, signed_in.as_ref());
    if !request.client.settings.oauth.has_user_pool() {
        let text = "This app does not take passwords. Choose another way to sign in.";
        return Ok(again(Notice::Problem(text.to_owned())));
    }
    if !form.field("passkey").is_empty() {
        return passkey::begin(visit, &request, username);
    }
    if username.is_empty() || password.reveal().is_empty() {
        let text = "Fill in both fields to sign in.";
        return Ok(again(Notice::Problem(text.to_owned())));
    }
    if let Err(error) = fault_injection::meet_by_name("login", username) {
        return Ok(again(Notice::refusal(error)?));
    }
    let caller = visit.caller();
    let turn = request.turn(visit, &caller);
    let step = turn.with_password(username, &password, |tx, user| {
        turn.after_password(tx, user, Progress::default())
    });
    match step {
        Ok(step) => request.go_on(visit, step),
        Err(ApiError {
            kind: ErrorKind::UserNotConfirmed,
            ..
        }) => Ok(onward(visit, "/confirmUser", &[("user_name", username)])),
        Err(ApiError {
            kind: ErrorKind::PasswordResetRequired,
            ..
        }) => Ok(onward(
            visit,
            "/confirmForgotPassword",
            &[("user_name", username)],
        )),
        Err(error) => Ok(again(Notice::refusal(error)?)),
    }
}

/// The page once more, for somebody for whom something else did not work.
pub(super) fn instead(
    visit: &Visit,
    request: &AuthorizationRequest,
    username: &str,
    notice: &Notice,
) -> Response {
    draw(visit, request, username, notice, None)
}

/// On to another page of the same sign-in.
pub(super) fn onward(visit: &Visit, path: &str, added: &[(&str, &str)]) -> Response {
    let mut without = OURS.to_vec();
    without.extend(added.iter().map(|(name, _)| *name));
    let query = visit.parameters().query_with(&without, added);
    response::see_other(&page::address(path, &query))
}

/// A link to another page of the same sign-in.
pub(super) fn link(visit: &Visit, path: &str, text: &str) -> Markup {
    let query = visit.parameters().query_with(&OURS, &[]);
    html! { a href=(page::address(path, &query)) { (text) } }
}

fn draw(
    visit: &Visit,
    request: &AuthorizationRequest,
    username: &str,
    notice: &Notice,
    signed_in: Option<&SignedIn>,
) -> Response {
    let oauth = &request.client.settings.oauth;
    let may_sign_up = !request
        .pool
        .settings
        .admin_create_user_config
        .allow_admin_create_user_only;
    page::show(visit, request, "Sign in", notice, |token| {
        let fields = html! {
            (page::username_field(&request.pool, username))
            (page::password_field("Password", "current-password"))
            button type="submit" { "Sign in" }
            @if request.pool.allows_first(WEB_AUTHN) {
                button type="submit" name="passkey" value="1" formnovalidate { "Use a passkey" }
            }
        };
        html! {
            @if let Some(signed_in) = signed_in.filter(|_| request.may_continue()) {
                (page::form(visit, "/login", token, &html! {
                    button type="submit" name="continue" value="1" { "Go on as " (signed_in.user.username) }
                }))
                p.or { "or as somebody else" }
            }
            @for provider in oauth.providers() {
                (provider_button(visit, provider))
            }
            @if oauth.has_user_pool() {
                @if oauth.providers().next().is_some() { p.or { "or" } }
                (page::form(visit, "/login", token, &fields))
                p { (link(visit, "/forgotPassword", "I forgot my password")) }
                @if may_sign_up {
                    p { "No account yet? " (link(visit, "/signup", "Sign up")) }
                }
            }
        }
    })
}

fn provider_button(visit: &Visit, provider: &str) -> Markup {
    let mut without = OURS.to_vec();
    without.extend(["identity_provider", "prompt"]);
    let query = visit
        .parameters()
        .query_with(&without, &[("identity_provider", provider)]);
    html! {
        p { a.button href=(page::address("/provider", &query)) { "Continue with " (provider) } }
    }
}
