use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::Page;
use crate::routes;

/// Any address that is none of ours.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title="There is nothing here">
            <p>"The address may be mistyped, or the page may have moved."</p>
            <p class="actions">
                <A href=routes::HOME attr:class="button primary">"Go to the start page"</A>
            </p>
        </Page>
    }
}
