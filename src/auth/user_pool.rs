//! Carries an action to the user pool and its answer back.

use cognito_proto::action::{Action, CONTENT_TYPE, ReplyError, read_reply, target};
use cognito_proto::config::Config;

use super::errors::CallError;
use crate::browser::Task;
use crate::browser::fetch::{self, Method, Request};

/// Sends one action. A press is a request: nothing is sent a second time from here.
pub(super) fn send<A: Action>(config: &Config, action: &A) -> Task<Result<A::Answer, CallError>>
where
    A::Answer: 'static,
{
    let sent = fetch::send(Request {
        method: Method::POST,
        url: config.endpoint.as_str(),
        headers: &[
            ("content-type", CONTENT_TYPE),
            ("x-amz-target", &target::<A>()),
        ],
        body: Some(action.body().to_string()),
    });
    Box::pin(async move {
        let answer = sent.await.map_err(CallError::Fetch)?;
        read_reply::<A>(answer.status, answer.error_type.as_deref(), &answer.body).map_err(
            |error| match error {
                ReplyError::Refused(refusal) => CallError::Refused(refusal),
                ReplyError::Malformed(malformed) => CallError::Malformed(malformed),
            },
        )
    })
}
