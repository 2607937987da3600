//! Shared building blocks of the account page's sections: collapsible sections, loaded data, and rows.

use core::any::Any;
use std::sync::Arc;

use leptos::prelude::*;

use crate::browser::document;
use crate::components::{Notice, Tone, dynamic, link_button};
use crate::messages;
use crate::pages::attempt::{Attempt, Work};
use crate::pages::recovery::on_recovery;

/// A section that is collapsed at first. Its body is rendered, and its data is loaded, when the user opens it. The
/// heading is a button, as in the accordion pattern: <https://www.w3.org/WAI/ARIA/apg/patterns/accordion/>.
pub(super) fn fold(title: &'static str, draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let open = RwSignal::new(false);
    let expanded = Signal::derive(move || open.get().to_string());
    let body = dynamic(move || if open.get() { draw() } else { ().into_any() });
    view! {
        <section class="section accordion">
            <h2>
                <button type="button" id=heading_id(title) aria-expanded=expanded on:click=move |_| open.update(|open| *open = !*open)>
                    {title}
                </button>
            </h2>
            {body}
        </section>
    }
    .into_any()
}

/// A type-erased signal for the data of a section. There is one `RwSignal` type instead of one for each `T`, because
/// each adds about 1 kB to the download. It is `Copy`, because it only holds a handle.
#[derive(Clone, Copy)]
pub(super) struct Held(RwSignal<Option<Arc<dyn Any + Send + Sync>>>);

impl Held {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Stores a value. It does nothing if the page is gone.
    pub(super) fn set<T: Send + Sync + 'static>(self, value: T) {
        let _ = self.0.try_set(Some(Arc::new(value)));
    }

    /// Returns the stored value if it is a `T`. A view or an effect that calls this runs again when another value is
    /// stored.
    pub(super) fn get<T: Send + Sync + 'static>(self) -> Option<Arc<T>> {
        self.0.get()?.downcast().ok()
    }

    /// Removes the stored value.
    pub(super) fn clear(self) {
        let _ = self.0.try_set(None);
    }
}

/// Renders `draw` again only when `key` changes, and not when signals that `draw` reads change.
pub(super) fn drawn_by(
    key: Box<dyn Fn() -> Option<String> + Send + Sync>,
    draw: Box<dyn Fn() -> AnyView + Send>,
) -> AnyView {
    let key = Memo::new(move |_| key());
    // The read of the value is required: a memo computes its value only when it is read, not when it is only tracked.
    dynamic(move || key.with(|_| untrack(&draw)))
}

/// Returns the id of a section's heading. The heading gets the focus when the element that had it is removed.
pub(super) fn heading_id(title: &str) -> String {
    format!("part-{}", title.replace(' ', "-"))
}

/// The request for the data of a section. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct Loading {
    attempt: Attempt,
    load: StoredValue<Box<dyn Fn() + Send>, LocalStorage>,
}

impl Loading {
    /// Starts the request immediately. `load` must store the data where the section reads it.
    pub(super) fn new(load: impl Fn() -> Option<Work> + Send + 'static) -> Self {
        let attempt = Attempt::new();
        let load = attempt.on_press(load);
        load();
        let loading = Self {
            attempt,
            load: StoredValue::new_local(load),
        };
        on_recovery(Box::new(move || {
            if attempt.trouble().with_untracked(Option::is_some) {
                loading.again();
            }
        }));
        loading
    }

    /// Sends the request again. It does nothing if the page is gone.
    pub(super) fn again(self) {
        let _ = self.load.try_with_value(|load| load());
    }

    /// Renders the data and the error of the last request. `draw` returns `None` while there is no data.
    pub(super) fn view(self, draw: Box<dyn Fn() -> Option<AnyView> + Send>) -> AnyView {
        let busy = self.attempt.is_busy();
        let trouble = self.attempt.trouble();
        let again = dynamic(move || {
            if trouble.with(Option::is_none) {
                return ().into_any();
            }
            view! { <p class="inline-actions">{link_button("Try again", Box::new(move || self.again()))}</p> }
                .into_any()
        });
        let body = dynamic(move || match draw() {
            Some(view) => view,
            None => asking(busy),
        });
        view! {
            <Notice tone=Tone::Trouble text=trouble/>
            {again}
            {body}
        }
        .into_any()
    }
}

fn asking(busy: Signal<bool>) -> AnyView {
    let text = Signal::derive(move || if busy.get() { messages::ASKING } else { "" }.to_owned());
    view! { <p role="status" class="muted">{text}</p> }.into_any()
}

/// Renders a row: a name, a value, and buttons.
pub(super) fn row(name: String, value: AnyView, buttons: AnyView) -> AnyView {
    view! {
        <div class="row">
            <div class="row-text">
                <span class="row-name">{name}</span>
                {value}
            </div>
            <div class="row-buttons">{buttons}</div>
        </div>
    }
    .into_any()
}

/// A button of a row. Many rows have buttons with the same visible label, so the accessible name adds the name of the
/// row. The accessible name starts with the visible label, as speech control requires (WCAG 2.2, 2.5.3).
pub(super) fn row_button(
    id: String,
    label: &'static str,
    what: &str,
    busy: Signal<bool>,
    on_press: Box<dyn Fn() + Send>,
) -> AnyView {
    let accessible_name = format!("{label}: {what}");
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button
            type="button"
            class="ghost"
            id=id
            aria-label=accessible_name
            aria-disabled=disabled
            on:click=move |_| on_press()
        >
            {label}
        </button>
    }
    .into_any()
}

/// Moves the focus to an element that is about to be rendered.
pub(super) fn go_to(id: impl Into<String>) {
    let id = id.into();
    document::next_frame(move || document::focus(&id));
}
