use leptos::prelude::*;
use leptos_router::components::A;

/// The bar on top of every page: the way home, and whatever belongs to it.
#[component]
pub fn NavBar(children: Children) -> impl IntoView {
    view! {
        <header class="bar">
            <A href="/" exact=true attr:class="brand">
                <img src="/icon.svg" alt="" width="28" height="28"/>
                "Poolgate"
            </A>
            <nav aria-label="Main">{children()}</nav>
        </header>
    }
}
