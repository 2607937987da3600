use leptos::prelude::*;

use crate::components::{Page, go_link};
use crate::routes::Route;

/// `/login`: where the pool's hosted pages come back to. Whoever comes here by another way finds the way on.
pub fn login_page() -> AnyView {
    view! {
        <Page title="No sign-in under way">
            <p>"This address finishes a sign-in that began elsewhere, and none has begun in this tab."</p>
            <p class="actions">{go_link(Route::SignIn.path(), "Sign in", true)}</p>
        </Page>
    }
    .into_any()
}
