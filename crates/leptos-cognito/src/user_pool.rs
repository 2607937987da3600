//! Sends actions to the user-pool API and returns their responses.

use cognito_proto::action::{Action, CONTENT_TYPE, RevokeToken, target_header};
use cognito_proto::config::Config;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::secret::RefreshToken;

use crate::browser::LocalBoxFuture;
use crate::browser::fetch::{self, Method, Request};
use crate::errors::CallError;

/// Sends one action of the user-pool API, once. This module never retries.
pub(crate) fn send_action<A: Action>(
    config: &Config,
    action: &A,
) -> LocalBoxFuture<Result<A::Response, CallError>>
where
    A::Response: 'static,
{
    let sent = send_raw(config, &target_header::<A>(), action.request_body());
    Box::pin(async move { A::parse_response(&sent.await?).map_err(CallError::Malformed) })
}

/// Sends the request body of any action and returns the body of its response. It is not generic, so that the download
/// contains it only once.
pub(crate) fn send_raw(
    config: &Config,
    target: &str,
    body: String,
) -> LocalBoxFuture<Result<String, CallError>> {
    let sent = fetch::send(Request {
        method: Method::POST,
        url: config.endpoint.as_str(),
        headers: &[("content-type", CONTENT_TYPE), ("x-amz-target", target)],
        body: Some(body),
    });
    Box::pin(async move {
        let response = sent.await.map_err(CallError::Fetch)?;
        if response.status == 200 {
            return Ok(response.body);
        }
        Err(CallError::Refused(ServiceError::from_response(
            response.status,
            response.error_type.as_deref(),
            &response.body,
        )))
    })
}

/// Revokes a refresh token and the access tokens that were issued with it.
pub(crate) fn revoke(
    config: &Config,
    refresh_token: &RefreshToken,
) -> LocalBoxFuture<Result<(), CallError>> {
    let sent = send_action(
        config,
        &RevokeToken {
            client: &config.client,
            refresh_token,
        },
    );
    Box::pin(async move {
        match sent.await {
            // The app client has token revocation turned off, so there is nothing to revoke.
            Err(CallError::Refused(ServiceError {
                kind: ErrorKind::UnsupportedOperation,
                ..
            })) => Ok(()),
            response => response,
        }
    })
}
