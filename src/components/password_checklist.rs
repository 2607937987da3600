use cognito_proto::password_policy::PasswordRule;
use leptos::prelude::*;

/// The rules a new password keeps, ticked off while it is typed.
#[component]
pub fn PasswordChecklist(
    rules: RwSignal<Vec<PasswordRule>>,
    password: RwSignal<String>,
    /// A rule in words.
    words: fn(PasswordRule) -> String,
) -> impl IntoView {
    let row = move |rule: PasswordRule| {
        let kept = move || password.with(|password| rule.is_kept_by(password)) == Some(true);
        view! {
            <li class:kept=kept>
                {words(rule)}
                <span class="visually-hidden">{move || if kept() { " (done)" } else { " (not yet)" }}</span>
            </li>
        }
    };
    view! {
        <ul id="password-rules" class="checklist">
            {move || rules.get().into_iter().map(row).collect_view()}
        </ul>
    }
}
