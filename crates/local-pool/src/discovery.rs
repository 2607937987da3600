//! `/{poolId}/.well-known/…`: what a client may know of a pool before it signs anybody in.

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::router::{self, App, BaseUrl};

/// `openid-configuration` (OpenID Connect Discovery 1.0 §3), as Cognito answers it for a pool without a domain:
/// the endpoints of the hosted pages are not named.
pub(crate) async fn configuration(
    State(app): State<Arc<App>>,
    Extension(base_url): Extension<BaseUrl>,
    Path(pool_id): Path<String>,
) -> Response {
    let issuer = format!("{}/{pool_id}", base_url.0);
    for_pool(app, pool_id, move |_| {
        json!({
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        })
    })
    .await
}

/// `jwks.json`: the public halves of both signing keys (RFC 7517 §5).
pub(crate) async fn jwks(State(app): State<Arc<App>>, Path(pool_id): Path<String>) -> Response {
    for_pool(app, pool_id, |app| app.service.keys().jwks()).await
}

/// The document of a pool that exists. Waits on threads of its own: for the data, and for keys in the making.
async fn for_pool(
    app: Arc<App>,
    pool_id: String,
    document: impl FnOnce(&App) -> Value + Send + 'static,
) -> Response {
    let missing = format!("User pool {pool_id} does not exist.");
    let found = tokio::task::spawn_blocking(move || {
        Ok::<_, ApiError>(app.service.pool_exists(&pool_id)?.then(|| document(&app)))
    });
    match found.await {
        Ok(Ok(Some(document))) => router::json(StatusCode::OK, &document),
        Ok(Ok(None)) => router::json(StatusCode::NOT_FOUND, &json!({ "message": missing })),
        Ok(Err(_)) | Err(_) => router::json(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({ "message": "Internal Server Error" }),
        ),
    }
}
