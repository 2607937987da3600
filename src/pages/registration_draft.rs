//! The values that the user has entered on the registration form, for a user who comes back to it from the page for the
//! code.

use cognito_proto::ids::{AttributeName, Username};
use leptos::prelude::*;

/// The values of the registration form that the app keeps in memory while the user is on `/register` or `/verify`. It
/// is `Copy`, because it only holds a handle.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationDraft(StoredValue<Option<Draft>>);

/// The values that the user submitted on the registration form, without the password.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) username: Username,
    pub(super) attributes: Vec<(AttributeName, String)>,
}

/// Returns the [`RegistrationDraft`] that the app provides.
///
/// # Panics
/// Outside the app.
pub fn use_registration_draft() -> RegistrationDraft {
    expect_context()
}

impl RegistrationDraft {
    /// Provides an empty [`RegistrationDraft`] as a Leptos context.
    pub fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    /// Removes the values of the registration form from memory.
    pub fn clear(self) {
        self.0.set_value(None);
    }

    pub(super) fn set(self, draft: Draft) {
        self.0.set_value(Some(draft));
    }

    /// Returns true if the values in memory have this username.
    pub(super) fn has_username(self, username: &Username) -> bool {
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
