use leptos::prelude::*;
use ui_texts::labels;

/// The navigation bar at the top of every page: a link to the start page, and the given children.
#[component]
pub fn NavBar(children: Children) -> AnyView {
    view! {
        <header class="bar">
            <a class="brand" href="/">
                <img src="/icon.svg" alt="" width="28" height="28"/>
                <span class="brand-name">"Poolgate"</span>
            </a>
            <nav aria-label=labels::MAIN_NAVIGATION>{children()}</nav>
        </header>
    }
    .into_any()
}

/// A link of the navigation bar. It has `aria-current="page"` while its page is shown.
#[component]
pub fn NavLink(href: &'static str, label: &'static str, path: Signal<String>) -> AnyView {
    let current = Signal::derive(move || {
        if path.with(|path| path == href) {
            "page"
        } else {
            "false"
        }
        .to_owned()
    });
    view! { <a href=href aria-current=current>{label}</a> }.into_any()
}

/// A link with the style of a button, for the next step of a page.
pub fn link_as_button(href: &str, label: &str, is_primary: bool) -> AnyView {
    let (href, label) = (href.to_owned(), label.to_owned());
    let class = if is_primary {
        "button primary"
    } else {
        "button"
    };
    view! { <a class=class href=href>{label}</a> }.into_any()
}

/// One entry of the list of links below a form.
pub enum FormLink {
    /// A link: the text in front of it, its address, and the text of the link.
    Link(&'static str, Signal<String>, &'static str),
    /// Another control below a form, such as a [`LinkButton`](super::LinkButton).
    Button(AnyView),
}

/// The list of links and buttons below a form.
#[component]
pub fn FormLinks(links: Vec<FormLink>) -> AnyView {
    let row = |way| {
        let view = match way {
            FormLink::Link(before, href, label) => {
                view! { {before}<a href=href>{label}</a> }.into_any()
            }
            FormLink::Button(button) => button,
        };
        view! { <li>{view}</li> }
    };
    view! { <ul class="form-links">{links.into_iter().map(row).collect::<Vec<_>>()}</ul> }
        .into_any()
}
