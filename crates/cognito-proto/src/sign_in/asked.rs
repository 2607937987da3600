//! A question: what the service asks of a person or a browser. It is consumed by its answer, and given back by
//! [`Round::refused`](super::Round::refused) where it stays open.

use super::conversation::Conversation;

/// A question, with all that its answer is sent with.
#[derive(Debug)]
pub struct Asked<Q> {
    pub(super) conversation: Box<Conversation>,
    /// What is asked.
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
