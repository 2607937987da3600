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

pub(crate) use hosts::{PoolHosts, UrlScheme};
pub(crate) use middleware::BaseUrl;
pub(crate) use origins::AllowedOrigins;
pub use record::RecordedRequest;
pub(crate) use record::RequestRecorder;
pub(crate) use response::{
    add_retry_after, embedded_file_response, empty_response, json_response, page_response,
};

use crate::actions::UserPoolService;
use crate::settings::{Clock, LogOutput};
use crate::{demo_api, discovery, front_page, hosted_ui, inbox};

/// The maximum size of a request body, in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The state that all requests share: the service, the clock and the settings.
pub(crate) struct ServerState {
    pub(crate) service: Arc<UserPoolService>,
    pub(crate) clock: Clock,
    pub(crate) console: LogOutput,
    pub(crate) hosts: PoolHosts,
    pub(crate) origins: AllowedOrigins,
    /// The time limit for the head of a request, and separately for its body.
    pub(crate) request_timeout: Duration,
    pub(crate) recorder: Option<RequestRecorder>,
    pub(crate) faults: demo_api::OneTimeFaults,
}

/// Builds the router with all paths of the local pool.
pub(crate) fn build_router(app: Arc<ServerState>) -> Router {
    Router::new()
        .route(
            "/",
            get(front_page::show_front_page).post(user_pool_api::handle_user_pool_request),
        )
        .route("/pages.css", get(front_page::style_sheet_response))
        .route("/icon.svg", get(front_page::icon_response))
        .route("/inbox", get(inbox::show_inbox_page))
        .route("/inbox/messages", get(inbox::show_message_list))
        .route("/inbox.json", get(inbox::messages_json_response))
        .route("/inbox.js", get(inbox::inbox_script_response))
        .route(
            "/{pool_id}/.well-known/openid-configuration",
            get(discovery::discovery_document_response),
        )
        .route(
            "/{pool_id}/.well-known/jwks.json",
            get(discovery::jwks_response),
        )
        .route(
            "/issuer/{pool_id}/.well-known/openid-configuration",
            get(discovery::discovery_document_response),
        )
        .route(
            "/issuer/{pool_id}/.well-known/jwks.json",
            get(discovery::jwks_response),
        )
        .route("/api/{*path}", any(demo_api::handle_demo_api_request))
        .merge(hosted_ui::build_routes())
        .fallback(not_found_response)
        .method_not_allowed_fallback(method_not_allowed_response)
        // The middleware reads and limits every body itself.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(
            Arc::clone(&app),
            middleware::check_and_forward_request,
        ))
        .with_state(app)
}

/// Returns the response for an unknown path: 404 with a message.
async fn not_found_response() -> Response {
    response::message_response(
        StatusCode::NOT_FOUND,
        "Not found. The local pool's own pages are / and /inbox.",
    )
}

/// Returns the response for a path that does not accept the request's method: 405 with a message.
async fn method_not_allowed_response() -> Response {
    response::message_response(
        StatusCode::METHOD_NOT_ALLOWED,
        "Method not allowed. The user-pool API accepts POST at /, the pages accept GET.",
    )
}
