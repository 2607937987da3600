//! A request to a hosted page or an OAuth endpoint, and the reasons for which its handling ends early.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::parameters::UrlEncodedParameters;
use crate::actions::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::domain::UserPoolDomain;
use crate::pool::{AppClient, UserPool};
use crate::router::{self, BaseUrl, ServerState};

/// A request to a hosted page or an OAuth endpoint, with its whole body.
pub(super) struct PageRequest {
    pub(super) app: Arc<ServerState>,
    /// The URL at which the request reached the pool.
    pub(super) base_url: Arc<str>,
    /// The base URL with which the issuers of tokens begin.
    pub(super) issuer_base: Arc<str>,
    /// The time at which the request arrived.
    pub(super) now: UnixTime,
    /// The query of the URL as received, without `?`.
    pub(super) query: String,
    headers: HeaderMap,
    body: Bytes,
    ip: IpAddr,
}

/// The reason why the handling of a request to a hosted page ended early.
pub(super) enum PageRejection {
    /// This response ends the handling of the request, for example an error page or a redirect.
    Response(Box<Response>),
    /// An internal error.
    Internal(ApiError),
}

impl From<ApiError> for PageRejection {
    fn from(error: ApiError) -> Self {
        Self::Internal(error)
    }
}

impl From<Response> for PageRejection {
    fn from(response: Response) -> Self {
        Self::Response(Box::new(response))
    }
}

impl FromRequest<Arc<ServerState>> for PageRequest {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<ServerState>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let broken = || router::empty_response(StatusCode::INTERNAL_SERVER_ERROR);
        let base_url = parts.extensions.get::<BaseUrl>().ok_or_else(broken)?;
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .ok_or_else(broken)?;
        let (base_url, ip) = (Arc::clone(&base_url.0), peer.0.ip());
        let issuer_base = app.hosts.issuer_base(&base_url).into();
        let body = Bytes::from_request(Request::new(body), app)
            .await
            .map_err(|_| broken())?;
        Ok(Self {
            now: app.clock.now(),
            app: Arc::clone(app),
            base_url,
            issuer_base,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
            ip,
        })
    }
}

impl PageRequest {
    /// Returns the service, which has the actions, the database and the keys.
    pub(super) fn service(&self) -> &UserPoolService {
        &self.app.service
    }

    /// Returns the data about the caller that actions of the user-pool API need: addresses, time and IP address.
    pub(super) fn caller(&self) -> ActionCaller<'_> {
        ActionCaller {
            base_url: &self.base_url,
            issuer_base: &self.issuer_base,
            now: self.now,
            ip: self.ip,
        }
    }

    /// Returns the value of a header, or `None` if it is missing or not text.
    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the value of a cookie, or `None` if the browser sent none with this name.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    /// Returns true if the caller reached the pool over https. Cookies are then limited to https.
    pub(super) fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Returns the parameters of the URL's query.
    pub(super) fn query_parameters(&self) -> UrlEncodedParameters {
        UrlEncodedParameters::parse(self.query.as_bytes())
    }

    /// Returns the fields of a form in the body, or `None` if the body is not a form.
    pub(super) fn parse_form(&self) -> Option<UrlEncodedParameters> {
        let kind = self.header(CONTENT_TYPE)?.split(';').next()?.trim();
        kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
            .then(|| UrlEncodedParameters::parse(&self.body))
    }

    /// Loads the pool and the app client with this client ID. Returns `None` if the client does not exist or if its
    /// pool has no domain.
    pub(super) fn find_client(
        &self,
        client_id: &str,
    ) -> Result<Option<(UserPool, AppClient)>, ApiError> {
        self.service()
            .store()
            .run_query(|connection| find_client_with_domain(connection, client_id))
    }

    /// Calls an action of the user-pool API for this client, with the action's rules, limits and error texts.
    ///
    /// Returns the response, or null for an action with an empty response body.
    pub(super) fn call_action(
        &self,
        operation: &str,
        client: &AppClient,
        username: &str,
        mut request: Value,
    ) -> Result<Value, ApiError> {
        request["ClientId"] = json!(client.id);
        request["Username"] = json!(username);
        if let Some(hash) = client.compute_secret_hash(username) {
            request["SecretHash"] = json!(hash);
        }
        match self.service().call_action(
            operation,
            request.to_string().as_bytes(),
            &self.caller(),
        )? {
            ActionResponse::Json(value) => Ok(value),
            ActionResponse::EmptyBody => Ok(Value::Null),
        }
    }
}

/// Loads the app client with this client ID and its pool. Returns `None` if the client does not exist or if its pool
/// has no domain.
fn find_client_with_domain(
    connection: &Connection,
    client_id: &str,
) -> Result<Option<(UserPool, AppClient)>, ApiError> {
    let Some(client) = AppClient::find_client(connection, client_id)? else {
        return Ok(None);
    };
    let pool = UserPool::load_pool(connection, &client.pool_id)?;
    let has_domain = UserPoolDomain::find_domain_of_pool(connection, &pool.id)?.is_some();
    Ok(has_domain.then_some((pool, client)))
}
