use leptos::prelude::*;
use ui_texts::labels;

/// The navigation bar at the top of every page: a link to the start page, and the given children.
#[component]
pub fn NavBar(children: Children) -> impl IntoView {
    view! {
        <header class="bar">
            <a class="brand" href="/">
                <img src="/icon.svg" alt="" width="28" height="28"/>
                <span class="brand-name">"Poolgate"</span>
            </a>
            <nav aria-label=labels::MAIN_NAVIGATION>{children()}</nav>
        </header>
    }
}

/// A link of the navigation bar. It has `aria-current="page"` while its page is shown.
#[component]
pub fn NavLink(
    href: &'static str,
    label: &'static str,
    /// The path of the page that is shown.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let current = Signal::derive(move || {
        if path.with(|path| path == href) {
            "page"
        } else {
            "false"
        }
        .to_owned()
    });
    view! { <a href=href aria-current=current>{label}</a> }
}

/// A link with the style of a button, for the next step of a page.
#[component]
pub fn LinkAsButton(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] is_primary: bool,
) -> impl IntoView {
    let class = if is_primary {
        "button primary"
    } else {
        "button"
    };
    view! { <a class=class href=href>{label}</a> }
}

/// The list of links and buttons below a form. Its children are `<li>` elements or [`FormLink`]s.
#[component]
pub fn FormLinks(children: Children) -> impl IntoView {
    view! { <ul class="form-links">{children()}</ul> }
}

/// A link in the list below a form.
#[component]
pub fn FormLink(
    /// The text in front of the link.
    #[prop(optional)]
    before: &'static str,
    #[prop(into)] href: Signal<String>,
    label: &'static str,
) -> impl IntoView {
    view! { <li>{before}<a href=href>{label}</a></li> }
}
