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

/// A request handler. It runs on a blocking thread, so it may compute and access the database.
type Handler = fn(&PageRequest) -> Result<Response, Rejection>;

fn get(handler: Handler) -> MethodRouter<Arc<App>> {
    on(MethodFilter::GET, move |page_request: PageRequest| {
        run(page_request, handler)
    })
}

fn post(handler: Handler) -> MethodRouter<Arc<App>> {
    on(MethodFilter::POST, move |page_request: PageRequest| {
        run(page_request, handler)
    })
}

async fn run(page_request: PageRequest, handler: Handler) -> Response {
    let app = Arc::clone(&page_request.app);
    let result = tokio::task::spawn_blocking(move || handler(&page_request)).await;
    match result.unwrap_or_else(|error| Err(Rejection::Internal(ApiError::internal(error)))) {
        Ok(response) => response,
        Err(Rejection::Response(response)) => *response,
        Err(Rejection::Internal(error)) => {
            let cause = error.cause.as_deref().unwrap_or("unexpected client error");
            app.console.log(format_args!(
                "hosted pages: internal error: {error} ({cause})"
            ));
            error_page::failed()
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

/// Whether a path is a page. As in Cognito, pages have no CORS headers.
pub(crate) fn is_page(path: &str) -> bool {
    PAGES.contains(&path)
}

/// The routes of the hosted pages and OAuth endpoints.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/oauth2/authorize", get(authorize::authorization_endpoint))
        .route("/login", get(log_in::show).merge(post(log_in::submit)))
        .route("/changePassword", post(new_password::submit))
        .route("/mfa", post(second_factor::submit))
        .route("/passkey", post(passkey::submit))
        .route(
            "/passkeys/add",
            get(passkey::show_add).merge(post(passkey::submit_add)),
        )
        .route("/passkey.js", get(passkey::script))
        .route("/signup", get(sign_up::show).merge(post(sign_up::submit)))
        .route(
            "/confirmUser",
            get(confirm_user::show).merge(post(confirm_user::submit)),
        )
        .route("/resendcode", post(confirm_user::resend))
        .route(
            "/forgotPassword",
            get(forgot_password::show).merge(post(forgot_password::submit)),
        )
        .route(
            "/confirmForgotPassword",
            get(forgot_password::show_confirm).merge(post(forgot_password::submit_confirm)),
        )
        .route(
            "/provider",
            get(provider::show).merge(post(provider::submit)),
        )
        .route("/logout", get(logout::logout_endpoint))
        .route("/error", get(error_page::show))
        .route("/oauth2/token", post(token::token_endpoint))
        .route(
            "/oauth2/userInfo",
            get(user_info::user_info_endpoint).merge(post(user_info::user_info_endpoint)),
        )
        .route("/oauth2/revoke", post(revoke::revocation_endpoint))
}
