//! The field for a new password, with the known password rules.

use cognito_proto::password_policy::{PasswordRule, learn_rule};
use cognito_proto::secret::Password;
use leptos::prelude::*;
use leptos_cognito::use_auth;
use ui_texts::validation;

use super::submission::{Field, Validated};
use crate::components::{ErrorSignal, PasswordChecklist, PasswordField, PasswordUse};
use crate::messages;

/// The ID of the list of password rules.
const RULES_LIST_ID: &str = "password-rules";

/// The field for a new password and the rules for it: those of `config.js`, and those that the pool has named in errors
/// since.
#[derive(Clone, Copy)]
pub(super) struct NewPassword {
    value: RwSignal<String>,
    error: ErrorSignal,
    rules: RwSignal<Vec<PasswordRule>>,
}

impl NewPassword {
    pub(super) fn new() -> Self {
        let rules = use_auth().config().password_rules.clone();
        Self {
            value: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            rules: RwSignal::new(rules),
        }
    }

    pub(super) fn field(self) -> Field {
        Field {
            id: "password",
            error: self.error,
        }
    }

    /// Returns the new password. If it breaks a known rule, shows an error at the field and returns the field's ID.
    pub(super) fn validate(self) -> Validated<Password> {
        let password = self.value.get_untracked();
        let broken = |rule: &PasswordRule| rule.is_satisfied_by(&password) == Some(false);
        let text = if password.is_empty() {
            &validation::NEW_PASSWORD
        } else if password.trim() != password {
            &validation::PASSWORD_SPACES
        } else if password.chars().count() > 256 {
            &validation::PASSWORD_TOO_LONG
        } else if self.rules.with_untracked(|rules| rules.iter().any(broken)) {
            &validation::PASSWORD_RULES
        } else {
            return Validated(Ok(Password::new(password)));
        };
        Validated::invalid(self.field(), text)
    }

    /// Adds the password rule that the pool has reported in the error message `refusal`, so that the list shows it.
    pub(super) fn add_rule_from_error(self, refusal: &str) {
        let Some(password) = self.value.try_get_untracked() else {
            return;
        };
        let _ = self
            .rules
            .try_update(|rules| learn_rule(rules, &password, refusal));
    }

    /// Clears the field for the new password.
    pub(super) fn clear(self) {
        let _ = self.value.try_set(String::new());
    }
}

/// The field for a new password, and the list of the known password rules.
#[component]
pub(super) fn NewPasswordField(password: NewPassword) -> impl IntoView {
    view! {
        <PasswordField usage=PasswordUse::New(RULES_LIST_ID) value=password.value error=password.error/>
        <PasswordChecklist
            id=RULES_LIST_ID
            rules=password.rules
            password=password.value
            rule_text=messages::password_rule
        />
    }
}
