use cognito_proto::password_policy::PasswordRule;
use leptos::prelude::*;
use ui_texts::validation;

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
) -> impl IntoView {
    let is_satisfied = move |rule: PasswordRule| {
        password.with(|password| rule.is_satisfied_by(password)) == Some(true)
    };
    let row = move |rule: PasswordRule| {
        let state = move || {
            if is_satisfied(rule) {
                validation::RULE_MET
            } else {
                validation::RULE_NOT_MET
            }
        };
        view! {
            <li class=move || if is_satisfied(rule) { "met" } else { "" }>
                {rule_text(rule)} <span class="visually-hidden">{move || state()}</span>
            </li>
        }
    };
    view! {
        <ul id=id class="checklist">
            <For each=move || rules.get() key=move |rule| rule_text(*rule) children=row/>
        </ul>
    }
}
