use leptos::prelude::*;
use ui_texts::session;

use crate::components::{LinkAsButton, Page};
use crate::routes::PagePath;

/// The page for an address that the app does not know.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title=session::NOT_FOUND_TITLE>
            <p>{session::NOT_FOUND}</p>
            <p class="actions"><LinkAsButton href=PagePath::Home.as_str() label=session::HOME is_primary=true/></p>
        </Page>
    }
}
