//! The routes of the pool, and the state that all requests share.

mod hosts;
mod middleware;
mod origins;
mod record;
mod response;
mod user_pool_api;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, get};

pub(crate) use hosts::{Hosts, Scheme};
pub(crate) use middleware::BaseUrl;
pub(crate) use origins::Origins;
pub use record::RecordedRequest;
pub(crate) use record::Recorder;
pub(crate) use response::{document, empty, json, page, retry_after};

use crate::actions::Service;
use crate::settings::{Clock, Console};
use crate::{demo_api, discovery, front_page, hosted_ui, inbox};

/// The maximum size of a request body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The shared state of all requests.
pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Clock,
    pub(crate) console: Console,
    pub(crate) hosts: Hosts,
    pub(crate) origins: Origins,
    /// The time limit for the head of a request, and for its body.
    pub(crate) request_timeout: Duration,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) faults: demo_api::OneTimeFaults,
}

/// Builds the router.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route(
            "/",
            get(front_page::show).post(user_pool_api::handle_request),
        )
        .route("/pages.css", get(front_page::style))
        .route("/icon.svg", get(front_page::icon))
        .route("/inbox", get(inbox::show))
        .route("/inbox/messages", get(inbox::messages))
        .route("/inbox.json", get(inbox::json))
        .route("/inbox.js", get(inbox::script))
        .route(
            "/{pool_id}/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route("/{pool_id}/.well-known/jwks.json", get(discovery::jwks))
        .route(
            "/issuer/{pool_id}/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route(
            "/issuer/{pool_id}/.well-known/jwks.json",
            get(discovery::jwks),
        )
        .route("/api/{*path}", any(demo_api::handle_request))
        .merge(hosted_ui::build_routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        // The middleware reads and limits every body itself.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(
            Arc::clone(&app),
            middleware::handle_request,
        ))
        .with_state(app)
}

async fn not_found() -> Response {
    response::message(
        StatusCode::NOT_FOUND,
        "Not found. The local pool's own pages are / and /inbox.",
    )
}

async fn method_not_allowed() -> Response {
    response::message(
        StatusCode::METHOD_NOT_ALLOWED,
        "Method not allowed. The user-pool API accepts POST at /, the pages accept GET.",
    )
}
