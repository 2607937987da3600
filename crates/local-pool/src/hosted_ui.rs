//! The hosted pages and the OAuth 2.0 endpoints of a pool that has a domain.
//!
//! All pools share one address in this program. `client_id` identifies the pool, and after the sign-in the
//! access token does.
//!
//! | module | path |
//! |---|---|
//! | `authorize` | `/oauth2/authorize` |
//! | `log_in`, `new_password` | `/login`, `/changePassword` |
//! | `challenge`, `second_factor` | the challenges after a correct password: `/mfa` |
//! | `passkey` | sign-in with a passkey: `/passkey`; adding a passkey: `/passkeys/add` |
//! | `sign_up`, `confirm_user` | `/signup`, `/confirmUser`, `/resendcode` |
//! | `forgot_password` | `/forgotPassword`, `/confirmForgotPassword` |
//! | `provider` | `/provider`, a stand-in for external identity providers |
//! | `logout`, `error_page` | `/logout`, `/error` |
//! | `token`, `user_info`, `revoke` | `/oauth2/token`, `/oauth2/userInfo`, `/oauth2/revoke` |
//!
//! They use `page_request` (an HTTP request), `request` (an authorization request and its rules), `session`
//! (the cookie), `form_token`, `grant` (the redirect to the app), `client_auth` (client authentication),
//! `response` and `page`.

mod authorize;
mod challenge;
mod client_auth;
mod confirm_user;
mod error_page;
mod forgot_password;
mod form_token;
mod grant;
mod log_in;
mod logout;
mod new_password;
mod page;
mod page_request;
mod parameters;
mod passkey;
mod provider;
mod request;
mod response;
mod revoke;
mod second_factor;
mod session;
mod sign_up;
mod token;
mod user_info;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::error::ApiError;
use crate::router::App;
use page_request::{PageRequest, Rejection};

/// A function that answers a request. It runs on a blocking thread, so it may compute and access the database.
type Handler = fn(&PageRequest) -> Result<Response, Rejection>;

/// Returns a route that handles GET requests with `handler`.
fn handle_get(handler: Handler) -> MethodRouter<Arc<App>> {
    on(MethodFilter::GET, move |page_request: PageRequest| {
        run_handler(page_request, handler)
    })
}

/// Returns a route that handles POST requests with `handler`.
fn handle_post(handler: Handler) -> MethodRouter<Arc<App>> {
    on(MethodFilter::POST, move |page_request: PageRequest| {
        run_handler(page_request, handler)
    })
}

/// Runs a handler on a blocking thread and returns its response. An internal error is logged, and the response
/// is the page for internal errors.
async fn run_handler(page_request: PageRequest, handler: Handler) -> Response {
    let app = Arc::clone(&page_request.app);
    let result = tokio::task::spawn_blocking(move || handler(&page_request)).await;
    match result.unwrap_or_else(|error| Err(Rejection::Internal(ApiError::internal(error)))) {
        Ok(response) => response,
        Err(Rejection::Response(response)) => *response,
        Err(Rejection::Internal(error)) => {
            let cause = error.cause.as_deref().unwrap_or("unexpected client error");
            app.console.log_line(format_args!(
                "hosted pages: internal error: {error} ({cause})"
            ));
            error_page::internal_error_page()
        }
    }
}

/// The paths that users open in the browser. Pages of other origins cannot read them.
const PAGES: [&str; 15] = [
    "/oauth2/authorize",
    "/login",
    "/changePassword",
    "/mfa",
    "/passkey",
    "/passkeys/add",
    "/signup",
    "/confirmUser",
    "/resendcode",
    "/forgotPassword",
    "/confirmForgotPassword",
    "/provider",
    "/logout",
    "/error",
    "/oauth2/idpresponse",
];

/// Returns whether a path is a hosted page. As in Cognito, pages have no CORS headers.
pub(crate) fn is_hosted_page(path: &str) -> bool {
    PAGES.contains(&path)
}

/// Returns the routes of the hosted pages and of the OAuth endpoints.
pub(crate) fn build_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/oauth2/authorize",
            handle_get(authorize::handle_authorization_request),
        )
        .route(
            "/login",
            handle_get(log_in::show_sign_in_page).merge(handle_post(log_in::submit_sign_in_form)),
        )
        .route(
            "/changePassword",
            handle_post(new_password::submit_new_password),
        )
        .route("/mfa", handle_post(second_factor::submit_second_factor))
        .route("/passkey", handle_post(passkey::submit_passkey))
        .route(
            "/passkeys/add",
            handle_get(passkey::show_add_passkey_page)
                .merge(handle_post(passkey::submit_new_passkey)),
        )
        .route("/passkey.js", handle_get(passkey::passkey_script_response))
        .route(
            "/signup",
            handle_get(sign_up::show_sign_up_page).merge(handle_post(sign_up::submit_sign_up_form)),
        )
        .route(
            "/confirmUser",
            handle_get(confirm_user::show_confirmation_page)
                .merge(handle_post(confirm_user::submit_confirmation_form)),
        )
        .route(
            "/resendcode",
            handle_post(confirm_user::resend_confirmation_code),
        )
        .route(
            "/forgotPassword",
            handle_get(forgot_password::show_forgot_password_page)
                .merge(handle_post(forgot_password::submit_forgot_password_form)),
        )
        .route(
            "/confirmForgotPassword",
            handle_get(forgot_password::show_reset_password_page)
                .merge(handle_post(forgot_password::submit_reset_password_form)),
        )
        .route(
            "/provider",
            handle_get(provider::show_provider_page)
                .merge(handle_post(provider::submit_provider_form)),
        )
        .route("/logout", handle_get(logout::handle_logout_request))
        .route("/error", handle_get(error_page::show_error_page))
        .route("/oauth2/token", handle_post(token::handle_token_request))
        .route(
            "/oauth2/userInfo",
            handle_get(user_info::handle_user_info_request)
                .merge(handle_post(user_info::handle_user_info_request)),
        )
        .route(
            "/oauth2/revoke",
            handle_post(revoke::handle_revocation_request),
        )
}
