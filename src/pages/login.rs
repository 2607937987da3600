use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::Page;
use crate::routes;

/// `/login`: where the pool's hosted pages come back to. Whoever comes here by another way finds the way on.
#[component]
pub fn LoginPage() -> impl IntoView {
    view! {
        <Page title="No sign-in under way">
            <p>"This address finishes a sign-in that began elsewhere, and none has begun in this tab."</p>
            <p class="actions">
                <A href=routes::SIGN_IN attr:class="button primary">"Sign in"</A>
            </p>
        </Page>
    }
}
