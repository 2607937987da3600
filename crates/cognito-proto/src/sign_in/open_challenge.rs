//! A challenge of the service to the user or the browser. Its answer consumes it. If it stays open after an error,
//! [`AuthRequest::on_error`](super::AuthRequest::on_error) returns it.

use super::context::FlowContext;

/// A challenge of the service, with the data that its answer needs.
#[derive(Debug)]
pub struct OpenChallenge<C> {
    pub(super) context: Box<FlowContext>,
    /// What the service asks for.
    pub challenge: C,
}

impl<C> OpenChallenge<C> {
    pub(super) fn new(context: Box<FlowContext>, challenge: C) -> Self {
        Self { context, challenge }
    }
}
