//! What the registration form held, for a user who comes back to it from the page for the code.

use cognito_proto::ids::{AttributeName, Username};
use leptos::prelude::*;

/// The draft. The app provides it; it is kept in memory while the user is on `/register` or `/verify`. Copied freely.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationDraft(StoredValue<Option<Draft>>);

/// What was sent, without the password.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) username: Username,
    pub(super) attributes: Vec<(AttributeName, String)>,
}

/// The [`RegistrationDraft`] that the app provides.
///
/// # Panics
/// Outside the app.
pub(super) fn use_registration_draft() -> RegistrationDraft {
    expect_context()
}

impl RegistrationDraft {
    /// An empty one.
    pub fn provide() -> Self {
        let draft = Self(StoredValue::new(None));
        provide_context(draft);
        draft
    }

    /// Forgets it.
    pub fn clear(self) {
        self.0.set_value(None);
    }

    pub(super) fn keep(self, draft: Draft) {
        self.0.set_value(Some(draft));
    }

    /// Whether this user was registered with it.
    pub(super) fn is_of(self, username: &Username) -> bool {
        self.0.with_value(|draft| {
            draft
                .as_ref()
                .is_some_and(|draft| draft.username == *username)
        })
    }

    pub(super) fn get(self) -> Option<Draft> {
        self.0.get_value()
    }
}
