//! A question of the service to the user or the browser. Its answer consumes it. If it stays open after an error,
//! [`Round::refused`](super::Round::refused) returns it.

use super::conversation::Conversation;

/// A question of the service, with the data that its answer needs.
#[derive(Debug)]
pub struct Asked<Q> {
    pub(super) conversation: Box<Conversation>,
    /// The question.
    pub question: Q,
}

impl<Q> Asked<Q> {
    pub(super) fn new(conversation: Box<Conversation>, question: Q) -> Self {
        Self {
            conversation,
            question,
        }
    }
}
