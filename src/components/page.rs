use leptos::prelude::*;

use crate::browser::document;

/// The `<main>` element of one page. It sets the document title. When the user comes from another page of the app, it
/// moves the focus to the heading, because the browser does so only for a new document.
#[component]
pub fn Page(#[prop(into)] title: String, children: Children) -> impl IntoView {
    document::set_title(&format!("{title} · Poolgate"));
    request_animation_frame(|| document::focus_heading("title"));
    view! {
        <main class="card">
            <h1 id="title" tabindex="-1">{title}</h1>
            {children()}
        </main>
    }
}
