//! The page `/login`: the password form, and the buttons of other identity providers.

use axum::response::Response;
use maud::{Markup, html};

use super::page::{self, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::{AuthorizationRequest, HostedSignInStep};
use super::session::HostedSession;
use super::{passkey, response, session};
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection;
use crate::pool::relying_party::WEB_AUTHN;
use crate::pool::session::SignInProgress;
use crate::secret::Secret;

/// Query parameters of the sign-in page that are not passed on to the next page of the sign-in.
const OWN_PARAMETERS: [&str; 3] = ["notice", "user_name", "confirmation_code"];

/// Handles `GET /login`: shows the sign-in page, or redirects to the app if the user is signed in, as
/// `/oauth2/authorize` does.
pub(super) fn show_sign_in_page(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let signed_in = session::load_hosted_session(page_request, &request.pool)?;
    match request.next_sign_in_step(signed_in.as_ref(), page_request.now) {
        HostedSignInStep::Grant => request.redirect_with_grant(page_request, signed_in.as_ref()),
        HostedSignInStep::LoginRequired => {
            Ok(request.error_redirect_response("login_required", None))
        }
        HostedSignInStep::Provider => Ok(response::see_other_response(&page::page_url(
            "/provider",
            &page_request.query,
        ))),
        HostedSignInStep::LogIn => {
            let notice = match page_request.query_parameters().first_value("notice") {
                "confirmed" => PageNotice::Done("Your account is confirmed. Sign in to continue."),
                "password_changed" => {
                    PageNotice::Done("Password changed. Sign in with your new password.")
                }
                _ => PageNotice::None,
            };
            let hint = request.login_hint.clone().unwrap_or_default();
            Ok(render_sign_in_page(
                page_request,
                &request,
                &hint,
                &notice,
                signed_in.as_ref(),
            ))
        }
    }
}

/// Handles `POST /login` with `username` and `password`, or with `continue` from a user who is signed in.
///
/// Returns the next page of the sign-in, the redirect to the app, or the sign-in page with an error.
pub(super) fn submit_sign_in_form(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let signed_in = session::load_hosted_session(page_request, &request.pool)?;
    if !form.first_value("continue").is_empty()
        && request.may_continue_without_password()
        && signed_in.is_some()
    {
        return request.redirect_with_grant(page_request, signed_in.as_ref());
    }
    let username = form.first_value("username").trim();
    let password = Secret::new(form.first_value("password"));
    let with_notice = |notice| {
        render_sign_in_page(
            page_request,
            &request,
            username,
            &notice,
            signed_in.as_ref(),
        )
    };
    if !request.client.settings.oauth.allows_user_pool_sign_in() {
        let text = "This app doesn't support passwords. Choose another way to sign in.";
        return Ok(with_notice(PageNotice::Problem(text.to_owned())));
    }
    if !form.first_value("passkey").is_empty() {
        return passkey::start_passkey_sign_in(page_request, &request, username);
    }
    if username.is_empty() || password.expose_secret().is_empty() {
        let text = "Enter your username and password.";
        return Ok(with_notice(PageNotice::Problem(text.to_owned())));
    }
    if let Err(error) = fault_injection::inject_fault_by_name("login", username) {
        return Ok(with_notice(PageNotice::from_client_error(error)?));
    }
    let caller = page_request.caller();
    let sign_in = request.build_sign_in_request(page_request, &caller);
    let step = sign_in.verify_password(username, &password, |tx, user| {
        sign_in.continue_sign_in_after_password(tx, user, SignInProgress::default())
    });
    match step {
        Ok(step) => request.show_sign_in_step(page_request, step),
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
        Err(error) => Ok(with_notice(PageNotice::from_client_error(error)?)),
    }
}

/// Returns the sign-in page with a message, which another step of the sign-in has caused.
pub(super) fn show_sign_in_page_with_notice(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    notice: &PageNotice,
) -> Response {
    render_sign_in_page(page_request, request, username, notice, None)
}

/// Returns a redirect to another page of this sign-in. `added` are query parameters for that page.
pub(super) fn redirect_to_page(
    page_request: &PageRequest,
    path: &str,
    added: &[(&str, &str)],
) -> Response {
    let mut without = OWN_PARAMETERS.to_vec();
    without.extend(added.iter().map(|(name, _)| *name));
    let query = page_request
        .query_parameters()
        .to_query_with(&without, added);
    response::see_other_response(&page::page_url(path, &query))
}

/// Returns an HTML link to another page of this sign-in.
pub(super) fn render_link(page_request: &PageRequest, path: &str, text: &str) -> Markup {
    let query = page_request
        .query_parameters()
        .to_query_with(&OWN_PARAMETERS, &[]);
    html! { a href=(page::page_url(path, &query)) { (text) } }
}

/// Returns the HTML of the sign-in page, with the password form and the buttons of other identity providers.
fn render_sign_in_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    notice: &PageNotice,
    signed_in: Option<&HostedSession>,
) -> Response {
    let oauth = &request.client.settings.oauth;
    let may_sign_up = !request
        .pool
        .settings
        .admin_create_user_config
        .allow_admin_create_user_only;
    page::sign_in_page_response(page_request, request, "Sign in", notice, |token| {
        let fields = html! {
            (page::render_username_field(&request.pool, username))
            (page::render_password_field("Password", "current-password"))
            button type="submit" { "Sign in" }
            @if request.pool.allows_first_factor(WEB_AUTHN) {
                button type="submit" name="passkey" value="1" formnovalidate { "Use a passkey" }
            }
        };
        html! {
            @if let Some(signed_in) = signed_in.filter(|_| request.may_continue_without_password()) {
                (page::render_form(page_request, "/login", token, &html! {
                    button type="submit" name="continue" value="1" { "Continue as " (signed_in.user.username) }
                }))
                p.divider { "or use another account" }
            }
            @for provider in oauth.other_provider_names() {
                (render_provider_button(page_request, provider))
            }
            @if oauth.allows_user_pool_sign_in() {
                @if oauth.other_provider_names().next().is_some() { p.divider { "or" } }
                (page::render_form(page_request, "/login", token, &fields))
                p { (render_link(page_request, "/forgotPassword", "Forgot password?")) }
                @if may_sign_up {
                    p { "No account yet? " (render_link(page_request, "/signup", "Sign up")) }
                }
            }
        }
    })
}

/// Returns the HTML of the button that starts a sign-in with an external identity provider.
fn render_provider_button(page_request: &PageRequest, provider: &str) -> Markup {
    let mut without = OWN_PARAMETERS.to_vec();
    without.extend(["identity_provider", "prompt"]);
    let query = page_request
        .query_parameters()
        .to_query_with(&without, &[("identity_provider", provider)]);
    html! {
        p { a.button href=(page::page_url("/provider", &query)) { "Continue with " (provider) } }
    }
}
