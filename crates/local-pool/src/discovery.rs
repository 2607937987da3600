//! The documents under `/{poolId}/.well-known/…`: the discovery document and the key set of a pool.
//!
//! The documents are at the pool's issuer, as OpenID Connect Discovery 1.0 §4 requires, and also at the address
//! of the API. In both places they name the pool's only issuer.

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::pool::UserPool;
use crate::router::{self, BaseUrl, ServerState};

/// Returns the discovery document `openid-configuration` of a pool (OpenID Connect Discovery 1.0 §3), or an
/// error response if the pool does not exist.
///
/// The document names the endpoints of the hosted pages if the pool has a domain. In this program the endpoints
/// are at the address of the request, whatever the domain's name is.
pub(crate) async fn discovery_document_response(
    State(app): State<Arc<ServerState>>,
    Extension(base_url): Extension<BaseUrl>,
    Path(pool_id): Path<String>,
) -> Response {
    pool_document_response(app, pool_id, move |app, pool, has_domain| {
        let issuer = pool.issuer(app.hosts.issuer_base(&base_url.0));
        let endpoints = app.hosts.endpoint_base(&base_url.0);
        let mut document = json!({
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        });
        if has_domain {
            for (name, path) in [
                ("authorization_endpoint", "/oauth2/authorize"),
                ("end_session_endpoint", "/logout"),
                ("revocation_endpoint", "/oauth2/revoke"),
                ("token_endpoint", "/oauth2/token"),
                ("userinfo_endpoint", "/oauth2/userInfo"),
            ] {
                document[name] = json!(format!("{endpoints}{path}"));
            }
        }
        document
    })
    .await
}

/// Returns the key set `jwks.json` of a pool: the public halves of the signing keys (RFC 7517 §5).
pub(crate) async fn jwks_response(
    State(app): State<Arc<ServerState>>,
    Path(pool_id): Path<String>,
) -> Response {
    pool_document_response(app, pool_id, |app, _, _| app.service.keys().jwks()).await
}

/// Returns a JSON document about a pool, or an error response if the pool does not exist. `document` builds the
/// document.
///
/// The document is built on a blocking thread, because that reads the database and may wait for keys that are
/// being generated.
async fn pool_document_response(
    app: Arc<ServerState>,
    pool_id: String,
    build_document: impl FnOnce(&ServerState, &UserPool, bool) -> Value + Send + 'static,
) -> Response {
    let missing = format!("User pool {pool_id} does not exist.");
    let found = tokio::task::spawn_blocking(move || {
        let found = app.service.find_pool_and_domain(&pool_id)?;
        Ok::<_, ApiError>(found.map(|(pool, has_domain)| build_document(&app, &pool, has_domain)))
    });
    match found.await {
        Ok(Ok(Some(document))) => router::json_response(StatusCode::OK, &document),
        Ok(Ok(None)) => {
            router::json_response(StatusCode::NOT_FOUND, &json!({ "message": missing }))
        }
        Ok(Err(_)) | Err(_) => router::json_response(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({ "message": "Internal Server Error" }),
        ),
    }
}
