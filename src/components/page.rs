use leptos::prelude::*;

use crate::browser::page;

/// One page: names itself in the tab, and takes the focus to its heading when one arrives from
/// another page, as a browser does for a whole new document.
#[component]
pub fn Page(#[prop(into)] title: String, children: Children) -> AnyView {
    page::set_title(&format!("{title} · Poolgate"));
    page::after_drawing(|| page::focus_heading("title"));
    view! {
        <main class="card">
            <h1 id="title" tabindex="-1">{title}</h1>
            {children()}
        </main>
    }
    .into_any()
}
