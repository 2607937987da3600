//! Sends actions to the user-pool API and returns their responses.

use cognito_proto::action::{Action, CONTENT_TYPE, Malformed, ReplyError, read_reply, target};
use cognito_proto::config::Config;
use cognito_proto::json::Json;

use super::errors::CallError;
use crate::browser::LocalBoxFuture;
use crate::browser::fetch::{self, Method, Request};

/// Sends one action, once. This module never retries.
pub(super) fn send<A: Action>(
    config: &Config,
    action: &A,
) -> LocalBoxFuture<Result<A::Answer, CallError>>
where
    A::Answer: 'static,
{
    let sent = send_raw(config, &target::<A>(), action.body());
    Box::pin(async move { A::read(&sent.await?).map_err(CallError::Malformed) })
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
        read_reply::<RawAction>(
            response.status,
            response.error_type.as_deref(),
            &response.body,
        )
        .map_err(|error| match error {
            ReplyError::Refused(refusal) => CallError::Refused(refusal),
            ReplyError::Malformed(malformed) => CallError::Malformed(malformed),
        })
    })
}

/// The response of any action, as JSON that is not parsed further.
struct RawAction;

impl Action for RawAction {
    const OPERATION: &'static str = "";
    type Answer = Json;

    fn body(&self) -> Json {
        Json::Null
    }

    fn read(response: &Json) -> Result<Json, Malformed> {
        Ok(response.clone())
    }
}
