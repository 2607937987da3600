//! Sends actions to the user-pool API and returns their responses.

use cognito_proto::action::{
    Action, CONTENT_TYPE, MemberError, ResponseError, parse_http_response, target_header,
};
use cognito_proto::config::Config;
use cognito_proto::json::Json;

use super::errors::CallError;
use crate::browser::LocalBoxFuture;
use crate::browser::fetch::{self, Method, Request};

/// Sends one action, once. This module never retries.
pub(super) fn send_action<A: Action>(
    config: &Config,
    action: &A,
) -> LocalBoxFuture<Result<A::Response, CallError>>
where
    A::Response: 'static,
{
    let sent = send_raw(config, &target_header::<A>(), action.request_body());
    Box::pin(async move { A::parse_response(&sent.await?).map_err(CallError::Malformed) })
}

/// Sends any action and returns its JSON response. It is not generic, so that the download contains it only once.
pub(super) fn send_raw(
    config: &Config,
    target: &str,
    body: Json,
) -> LocalBoxFuture<Result<Json, CallError>> {
    let sent = fetch::send(Request {
        method: Method::POST,
        url: config.endpoint.as_str(),
        headers: &[("content-type", CONTENT_TYPE), ("x-amz-target", target)],
        body: Some(body.to_string()),
    });
    Box::pin(async move {
        let response = sent.await.map_err(CallError::Fetch)?;
        parse_http_response::<RawAction>(
            response.status,
            response.error_type.as_deref(),
            &response.body,
        )
        .map_err(|error| match error {
            ResponseError::Refused(refusal) => CallError::Refused(refusal),
            ResponseError::Malformed(malformed) => CallError::Malformed(malformed),
        })
    })
}

/// The response of any action, as JSON that is not parsed further.
struct RawAction;

impl Action for RawAction {
    const OPERATION: &'static str = "";
    type Response = Json;

    fn request_body(&self) -> Json {
        Json::Null
    }

    fn parse_response(response: &Json) -> Result<Json, MemberError> {
        Ok(response.clone())
    }
}
