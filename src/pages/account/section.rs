//! Shared building blocks of the account page's sections: collapsible sections, loaded data, and rows.

use core::any::Any;
use std::sync::Arc;

use leptos::prelude::*;
use ui_texts::labels;

use crate::browser::document;
use crate::components::{ErrorNotice, link_button, reactive};
use crate::pages::retry::retry_when_back_online;
use crate::pages::submission::{Submission, SubmitTask};

/// A section that is collapsed at first. Its body is rendered, and its data is loaded, when the user opens it. The
/// heading is a button, as in the accordion pattern: <https://www.w3.org/WAI/ARIA/apg/patterns/accordion/>.
pub(super) fn accordion_section(
    title: &'static str,
    render: Box<dyn Fn() -> AnyView + Send>,
) -> AnyView {
    let open = RwSignal::new(false);
    let expanded = Signal::derive(move || open.get().to_string());
    let body = reactive(move || if open.get() { render() } else { ().into_any() });
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
pub(super) struct ErasedSignal(RwSignal<Option<Arc<dyn Any + Send + Sync>>>);

impl ErasedSignal {
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

/// Returns the view that `render` makes. It is rendered again only when the value of `key` changes, and not when other
/// signals change that `render` reads.
pub(super) fn keyed_view(
    key: Box<dyn Fn() -> Option<String> + Send + Sync>,
    render: Box<dyn Fn() -> AnyView + Send>,
) -> AnyView {
    let key = Memo::new(move |_| key());
    // The read of the value is required: a memo computes its value only when it is read, not when it is only tracked.
    reactive(move || key.with(|_| untrack(&render)))
}

/// Returns the id of a section's heading. The heading gets the focus when the element that had it is removed.
pub(super) fn heading_id(title: &str) -> String {
    format!("part-{}", title.replace(' ', "-"))
}

/// Loads the data of a section, and shows the error if that fails. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct SectionLoader {
    submission: Submission,
    load: StoredValue<Box<dyn Fn() + Send>, LocalStorage>,
}

impl SectionLoader {
    /// Starts the request immediately. `load` must store the data where the section reads it.
    pub(super) fn new(load: impl Fn() -> Option<SubmitTask> + Send + 'static) -> Self {
        let submission = Submission::new();
        let load = submission.on_submit(load);
        load();
        let loader = Self {
            submission,
            load: StoredValue::new_local(load),
        };
        retry_when_back_online(Box::new(move || {
            if submission.error().with_untracked(Option::is_some) {
                loader.reload();
            }
        }));
        loader
    }

    /// Sends the request again. It does nothing if the page is gone.
    pub(super) fn reload(self) {
        let _ = self.load.try_with_value(|load| load());
    }

    /// Renders the data and the error of the last request. `render` returns `None` while there is no data.
    pub(super) fn view(self, render: Box<dyn Fn() -> Option<AnyView> + Send>) -> AnyView {
        let busy = self.submission.is_busy();
        let error = self.submission.error();
        let retry_button = reactive(move || {
            if error.with(Option::is_none) {
                return ().into_any();
            }
            view! { <p class="inline-actions">{link_button(labels::TRY_AGAIN, Box::new(move || self.reload()))}</p> }
                .into_any()
        });
        let body = reactive(move || match render() {
            Some(view) => view,
            None => loading_text(busy),
        });
        view! {
            <ErrorNotice message=error/>
            {retry_button}
            {body}
        }
        .into_any()
    }
}

fn loading_text(busy: Signal<bool>) -> AnyView {
    let text = Signal::derive(move || if busy.get() { labels::LOADING } else { "" }.to_owned());
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
    row_name: &str,
    busy: Signal<bool>,
    on_click: Box<dyn Fn() + Send>,
) -> AnyView {
    let accessible_name = labels::label_in_row(label, row_name);
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button
            type="button"
            class="ghost"
            id=id
            aria-label=accessible_name
            aria-disabled=disabled
            on:click=move |_| on_click()
        >
            {label}
        </button>
    }
    .into_any()
}

/// Moves the focus to an element that is about to be rendered.
pub(super) fn focus_next_frame(id: impl Into<String>) {
    let id = id.into();
    document::next_frame(move || document::focus(&id));
}
