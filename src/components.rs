//! Parts that know nothing of signing in: they read signals and send intents.

mod code_field;
mod nav_bar;
mod notice;
mod page;
mod password_checklist;
mod password_field;
mod submit_button;
mod text_field;

pub use code_field::CodeField;
pub use nav_bar::NavBar;
pub use notice::{Notice, Tone};
pub use page::Page;
pub use password_checklist::PasswordChecklist;
pub use password_field::{PasswordField, PasswordUse};
pub use submit_button::SubmitButton;
pub use text_field::TextField;

use leptos::prelude::*;

/// A field's complaint: nothing while it is well.
pub type FieldError = RwSignal<Option<String>>;

/// What is wrong with a field, beside it and announced when it appears.
#[component]
fn Complaint(
    /// The element's id, which the field names in `aria-describedby`.
    id: String,
    error: FieldError,
) -> impl IntoView {
    view! { <p id=id class="field-error" aria-live="polite">{move || error.get()}</p> }
}
