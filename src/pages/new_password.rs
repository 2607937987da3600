//! Choosing a password: the field, and the rules as far as they are known.

use cognito_proto::password_policy::PasswordRule;
use cognito_proto::secret::Password;
use leptos::prelude::*;

use super::attempt::{Checked, Field};
use crate::auth::use_auth;
use crate::components::{PasswordChecklist, PasswordField, PasswordUse};
use crate::words;

/// The id of the list of rules.
const RULES: &str = "password-rules";

/// A password to be, and the rules for it: what `config.js` says, and what the pool has complained of since.
#[derive(Clone, Copy)]
pub(super) struct NewPassword {
    value: RwSignal<String>,
    error: RwSignal<Option<String>>,
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

    /// The password, unless a rule that we know is broken.
    pub(super) fn check(self) -> Checked<Password> {
        let password = self.value.get_untracked();
        let broken = |rule: &PasswordRule| rule.is_kept_by(&password) == Some(false);
        let words = if password.is_empty() {
            words::NEW_PASSWORD_NEEDED
        } else if password.trim() != password {
            words::PASSWORD_EDGES
        } else if password.chars().count() > 256 {
            words::PASSWORD_TOO_LONG
        } else if self.rules.with_untracked(|rules| rules.iter().any(broken)) {
            words::PASSWORD_RULES
        } else {
            return Checked(Ok(Password::new(password)));
        };
        Checked::wrong(self.field(), words)
    }

    /// Learns the rule of a refusal, so that the list shows it from now on. Where `config.js` states
    /// a milder one, the pool's word counts: the list must not say that all is well.
    pub(super) fn learn(self, refusal: &str) {
        let Some(rule) = PasswordRule::from_refusal(refusal) else {
            return;
        };
        let Some(password) = self.value.try_get_untracked() else {
            return;
        };
        let _ = self.rules.try_update(|rules| {
            let is_milder = |known: &PasswordRule| {
                known.is_same_kind(rule) && known.is_kept_by(&password) == Some(true)
            };
            rules.retain(|known| !is_milder(known));
            if !rules.iter().any(|known| known.is_same_kind(rule)) {
                rules.push(rule);
            }
        });
    }

    /// Forgets what was typed.
    pub(super) fn clear(self) {
        let _ = self.value.try_set(String::new());
    }

    pub(super) fn view(self) -> AnyView {
        view! {
            <PasswordField usage=PasswordUse::New(RULES) value=self.value error=self.error/>
            <PasswordChecklist id=RULES rules=self.rules password=self.value words=words::password_rule/>
        }
        .into_any()
    }
}
