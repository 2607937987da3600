use cognito_proto::password_policy::PasswordRule;
use leptos::prelude::*;
use ui_texts::validation;

use super::reactive;

/// The list of the rules for a new password. While the user types, each rule that the password satisfies is marked as
/// done.
#[component]
pub fn PasswordChecklist(
    /// The ID of the list element.
    id: &'static str,
    rules: RwSignal<Vec<PasswordRule>>,
    password: RwSignal<String>,
    /// The function that returns the text of a rule.
    rule_text: fn(PasswordRule) -> String,
) -> AnyView {
    let row = move |rule: PasswordRule| {
        let is_satisfied = password.with(|password| rule.is_satisfied_by(password)) == Some(true);
        let (class, state) = if is_satisfied {
            ("met", validation::RULE_MET)
        } else {
            ("", validation::RULE_NOT_MET)
        };
        view! { <li class=class>{rule_text(rule)} <span class="visually-hidden">{state}</span></li> }
    };
    let rows = move || {
        rules
            .get()
            .into_iter()
            .map(row)
            .collect::<Vec<_>>()
            .into_any()
    };
    view! { <ul id=id class="checklist">{reactive(rows)}</ul> }.into_any()
}
