use leptos::prelude::*;
use ui_texts::session;

use crate::components::{Page, link_as_button};
use crate::routes::PagePath;

/// Renders the page for an address that the app does not know.
pub fn not_found_page() -> AnyView {
    view! {
        <Page title=session::NOT_FOUND_TITLE>
            <p>{session::NOT_FOUND}</p>
            <p class="actions">{link_as_button(PagePath::Home.as_str(), session::HOME, true)}</p>
        </Page>
    }
    .into_any()
}
