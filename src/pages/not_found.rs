use leptos::prelude::*;

use crate::components::{Page, link_as_button};
use crate::routes::Route;

/// The page for an address that the app does not know.
pub fn not_found_page() -> AnyView {
    view! {
        <Page title="There is nothing here">
            <p>"The address may be mistyped, or the page may have moved."</p>
            <p class="actions">{link_as_button(Route::Home.path(), "Go to the start page", true)}</p>
        </Page>
    }
    .into_any()
}
