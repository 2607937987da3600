use leptos::prelude::*;

/// The bar on top of every page: the way home, and whatever belongs to it.
#[component]
pub fn NavBar(children: Children) -> AnyView {
    view! {
        <header class="bar">
            <a class="brand" href="/">
                <img src="/icon.svg" alt="" width="28" height="28"/>
                <span class="brand-name">"Poolgate"</span>
            </a>
            <nav aria-label="Main">{children()}</nav>
        </header>
    }
    .into_any()
}

/// A link of the bar, which knows whether its page is the one that is shown.
#[component]
pub fn NavLink(href: &'static str, words: &'static str, path: Signal<String>) -> AnyView {
    let current = Signal::derive(move || {
        if path.with(|path| path == href) {
            "page"
        } else {
            "false"
        }
        .to_owned()
    });
    view! { <a href=href aria-current=current>{words}</a> }.into_any()
}

/// A link that looks like a button: the page's next step.
pub fn go_link(href: &str, words: &'static str, is_primary: bool) -> AnyView {
    let href = href.to_owned();
    let class = if is_primary {
        "button primary"
    } else {
        "button"
    };
    view! { <a class=class href=href>{words}</a> }.into_any()
}

/// A way on beneath a form.
pub enum Way {
    /// A word before a link, the link's address and its words.
    Link(&'static str, Signal<String>, &'static str),
    /// Something else to press.
    Button(AnyView),
}

/// The ways on beneath a form.
#[component]
pub fn Ways(ways: Vec<Way>) -> AnyView {
    let row = |way| {
        let view = match way {
            Way::Link(before, href, words) => view! { {before}<a href=href>{words}</a> }.into_any(),
            Way::Button(button) => button,
        };
        view! { <li>{view}</li> }
    };
    view! { <ul class="ways">{ways.into_iter().map(row).collect::<Vec<_>>()}</ul> }.into_any()
}
