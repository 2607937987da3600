//! A question of the service to the user or the browser. Its answer consumes it. If it stays open after an error,
//! [`AuthRequest::on_error`](super::Round::refused) returns it.

use super::context::FlowContext;

/// A question of the service, with the data that its answer needs.
#[derive(Debug)]
pub struct OpenChallenge<Q> {
    pub(super) context: Box<FlowContext>,
    /// The question.
    pub challenge: Q,
}

impl<Q> OpenChallenge<Q> {
    pub(super) fn new(conversation: Box<FlowContext>, question: Q) -> Self {
        Self {
            context: conversation,
            challenge: question,
        }
    }
}
