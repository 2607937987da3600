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
use crate::router::ServerState;
use page_request::{PageRejection, PageRequest};

/// A function that answers a request to a hosted page or OAuth endpoint. It runs on a blocking thread, so it may
/// compute and access the database.
type PageHandler = fn(&PageRequest) -> Result<Response, PageRejection>;

/// Returns a route that handles GET requests with `handler`.
fn route_get(handler: PageHandler) -> MethodRouter<Arc<ServerState>> {
    on(MethodFilter::GET, move |page_request: PageRequest| {
        run_page_handler(page_request, handler)
    })
}

/// Returns a route that handles POST requests with `handler`.
fn route_post(handler: PageHandler) -> MethodRouter<Arc<ServerState>> {
    on(MethodFilter::POST, move |page_request: PageRequest| {
        run_page_handler(page_request, handler)
    })
}

/// Runs a handler on a blocking thread and returns its response. An internal error is logged, and the response
/// is the page for internal errors.
async fn run_page_handler(page_request: PageRequest, handler: PageHandler) -> Response {
    let app = Arc::clone(&page_request.app);
    let result = tokio::task::spawn_blocking(move || handler(&page_request)).await;
    match result.unwrap_or_else(|error| Err(PageRejection::Internal(ApiError::internal(error)))) {
        Ok(response) => response,
        Err(PageRejection::Response(response)) => *response,
        Err(PageRejection::Internal(error)) => {
            let cause = error.cause.as_deref().unwrap_or("unexpected client error");
            app.console.log_line(format_args!(
                "hosted pages: internal error: {error} ({cause})"
            ));
            error_page::internal_error_page()
        }
    }
}

/// The paths of the hosted pages, which users open in the browser. Scripts of other origins cannot read them.
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

/// Returns true if the path is a hosted page. As in Cognito, these pages have no CORS headers.
pub(crate) fn is_hosted_page_path(path: &str) -> bool {
    PAGES.contains(&path)
}

/// Returns the routes of the hosted pages and of the OAuth endpoints.
pub(crate) fn build_routes() -> Router<Arc<ServerState>> {
    Router::new()
        .route(
            "/oauth2/authorize",
            route_get(authorize::handle_authorization_request),
        )
        .route(
            "/login",
            route_get(log_in::show_sign_in_page).merge(route_post(log_in::submit_sign_in_form)),
        )
        .route(
            "/changePassword",
            route_post(new_password::submit_new_password),
        )
        .route("/mfa", route_post(second_factor::submit_second_factor))
        .route("/passkey", route_post(passkey::submit_passkey))
        .route(
            "/passkeys/add",
            route_get(passkey::show_add_passkey_page)
                .merge(route_post(passkey::submit_new_passkey)),
        )
        .route("/passkey.js", route_get(passkey::passkey_script_response))
        .route(
            "/signup",
            route_get(sign_up::show_sign_up_page).merge(route_post(sign_up::submit_sign_up_form)),
        )
        .route(
            "/confirmUser",
            route_get(confirm_user::show_confirmation_page)
                .merge(route_post(confirm_user::submit_confirmation_form)),
        )
        .route(
            "/resendcode",
            route_post(confirm_user::resend_confirmation_code),
        )
        .route(
            "/forgotPassword",
            route_get(forgot_password::show_forgot_password_page)
                .merge(route_post(forgot_password::submit_forgot_password_form)),
        )
        .route(
            "/confirmForgotPassword",
            route_get(forgot_password::show_reset_password_page)
                .merge(route_post(forgot_password::submit_reset_password_form)),
        )
        .route(
            "/provider",
            route_get(provider::show_provider_page)
                .merge(route_post(provider::submit_provider_form)),
        )
        .route("/logout", route_get(logout::handle_logout_request))
        .route("/error", route_get(error_page::show_error_page))
        .route("/oauth2/token", route_post(token::handle_token_request))
        .route(
            "/oauth2/userInfo",
            route_get(user_info::handle_user_info_request)
                .merge(route_post(user_info::handle_user_info_request)),
        )
        .route(
            "/oauth2/revoke",
            route_post(revoke::handle_revocation_request),
        )
}
