//! `/login`: the password form, and the buttons of other identity providers.

use axum::response::Response;
use maud::{Markup, html};

use super::page::{self, Notice};
use super::page_request::{PageRequest, Rejection};
use super::request::{AuthorizationRequest, NextPage};
use super::session::HostedSession;
use super::{passkey, response, session};
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::pool::relying_party::WEB_AUTHN;
use crate::pool::session::Progress;
use crate::secret::Secret;

/// Parameters that belong to one page, and are not passed on to the next.
const OWN_PARAMETERS: [&str; 3] = ["notice", "user_name", "confirmation_code"];

/// `GET /login`. A signed-in user is handled as by `/oauth2/authorize`.
pub(super) fn show(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let signed_in = session::current(page_request, &request.pool)?;
    match request.next_page(signed_in.as_ref(), page_request.now) {
        NextPage::Grant => request.grant(page_request, signed_in.as_ref()),
        NextPage::LoginRequired => Ok(request.error_redirect("login_required", None)),
        NextPage::Provider => Ok(response::see_other(&page::address(
            "/provider",
            &page_request.query,
        ))),
        NextPage::LogIn => {
            let notice = match page_request.parameters().field("notice") {
                "confirmed" => Notice::Done("Your account is confirmed. Sign in to continue."),
                "password_changed" => {
                    Notice::Done("Password changed. Sign in with your new password.")
                }
                _ => Notice::None,
            };
            let hint = request.login_hint.clone().unwrap_or_default();
            Ok(render(
                page_request,
                &request,
                &hint,
                &notice,
                signed_in.as_ref(),
            ))
        }
    }
}

/// `POST /login` with `username` and `password`, or with `continue` from a user who is signed in.
pub(super) fn submit(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::fields(page_request)?;
    let signed_in = session::current(page_request, &request.pool)?;
    if !form.field("continue").is_empty() && request.may_continue() && signed_in.is_some() {
        return request.grant(page_request, signed_in.as_ref());
    }
    let username = form.field("username").trim();
    let password = Secret::new(form.field("password"));
    let with_notice = |notice| {
        render(
            page_request,
            &request,
            username,
            &notice,
            signed_in.as_ref(),
        )
    };
    if !request.client.settings.oauth.has_user_pool() {
        let text = "This app doesn't support passwords. Choose another way to sign in.";
        return Ok(with_notice(Notice::Problem(text.to_owned())));
    }
    if !form.field("passkey").is_empty() {
        return passkey::start(page_request, &request, username);
    }
    if username.is_empty() || password.expose_secret().is_empty() {
        let text = "Enter your username and password.";
        return Ok(with_notice(Notice::Problem(text.to_owned())));
    }
    if let Err(error) = fault_injection::inject_by_name("login", username) {
        return Ok(with_notice(Notice::refusal(error)?));
    }
    let caller = page_request.caller();
    let sign_in = request.sign_in_request(page_request, &caller);
    let step = sign_in.verify_password(username, &password, |tx, user| {
        sign_in.after_password(tx, user, Progress::default())
    });
    match step {
        Ok(step) => request.show_next_step(page_request, step),
        Err(ApiError {
            kind: ErrorKind::UserNotConfirmed,
            ..
        }) => Ok(redirect_to_page(
            page_request,
            "/confirmUser",
            &[("user_name", username)],
        )),
        Err(ApiError {
            kind: ErrorKind::PasswordResetRequired,
            ..
        }) => Ok(redirect_to_page(
            page_request,
            "/confirmForgotPassword",
            &[("user_name", username)],
        )),
        Err(error) => Ok(with_notice(Notice::refusal(error)?)),
    }
}

/// Shows the page again with a message about another step.
pub(super) fn show_with_notice(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    notice: &Notice,
) -> Response {
    render(page_request, request, username, notice, None)
}

/// Redirects to another page of the same sign-in.
pub(super) fn redirect_to_page(
    page_request: &PageRequest,
    path: &str,
    added: &[(&str, &str)],
) -> Response {
    let mut without = OWN_PARAMETERS.to_vec();
    without.extend(added.iter().map(|(name, _)| *name));
    let query = page_request.parameters().query_with(&without, added);
    response::see_other(&page::address(path, &query))
}

/// A link to another page of the same sign-in.
pub(super) fn link(page_request: &PageRequest, path: &str, text: &str) -> Markup {
    let query = page_request.parameters().query_with(&OWN_PARAMETERS, &[]);
    html! { a href=(page::address(path, &query)) { (text) } }
}

fn render(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    notice: &Notice,
    signed_in: Option<&HostedSession>,
) -> Response {
    let oauth = &request.client.settings.oauth;
    let may_sign_up = !request
        .pool
        .settings
        .admin_create_user_config
        .allow_admin_create_user_only;
    page::show(page_request, request, "Sign in", notice, |token| {
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
                (page::form(page_request, "/login", token, &html! {
                    button type="submit" name="continue" value="1" { "Continue as " (signed_in.user.username) }
                }))
                p.divider { "or use another account" }
            }
            @for provider in oauth.providers() {
                (provider_button(page_request, provider))
            }
            @if oauth.has_user_pool() {
                @if oauth.providers().next().is_some() { p.divider { "or" } }
                (page::form(page_request, "/login", token, &fields))
                p { (link(page_request, "/forgotPassword", "Forgot password?")) }
                @if may_sign_up {
                    p { "No account yet? " (link(page_request, "/signup", "Sign up")) }
                }
            }
        }
    })
}

fn provider_button(page_request: &PageRequest, provider: &str) -> Markup {
    let mut without = OWN_PARAMETERS.to_vec();
    without.extend(["identity_provider", "prompt"]);
    let query = page_request
        .parameters()
        .query_with(&without, &[("identity_provider", provider)]);
    html! {
        p { a.button href=(page::address("/provider", &query)) { "Continue with " (provider) } }
    }
}
