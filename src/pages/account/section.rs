//! The parts that the sections of the account page have in common: collapsible sections, loaded data, and rows.

use core::future::Future;

use leptos::prelude::*;
use ui_texts::{Message, labels};

use crate::browser::document;
use crate::components::{ErrorNotice, LinkButton};
use crate::pages::retry::retry_when_back_online;
use crate::pages::submission::{Submission, SubmissionResult, submit_task};

/// A section of the account page that is collapsed at first. Its content is rendered, and its data is loaded, when the
/// user opens it. The heading is a button, as in the accordion pattern:
/// <https://www.w3.org/WAI/ARIA/apg/patterns/accordion/>.
#[component]
pub(super) fn AccordionSection(title: &'static str, children: ChildrenFn) -> impl IntoView {
    let is_open = RwSignal::new(false);
    view! {
        <section class="section accordion">
            <h2>
                <button
                    type="button"
                    id=heading_id(title)
                    aria-expanded=move || is_open.get().to_string()
                    on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                >
                    {title}
                </button>
            </h2>
            <Show when=move || is_open.get()>{children()}</Show>
        </section>
    }
}

/// Returns the ID of a section's heading. The heading gets the focus when the element that had it is removed.
pub(super) fn heading_id(title: &str) -> String {
    format!("part-{}", title.replace(' ', "-"))
}

/// The data of a section, and the request that loads it. It is `Copy`, because it only holds handles.
pub(super) struct SectionData<T: Send + Sync + 'static> {
    /// The data that was loaded, or `None` until the first request has succeeded.
    value: RwSignal<Option<T>>,
    submission: Submission,
    load: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for SectionData<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for SectionData<T> {}

impl<T: Send + Sync + 'static> SectionData<T> {
    /// Starts to load the data of a section. The error of `load` is the message for the user. If the request fails, it
    /// is repeated when the browser is online again.
    pub(super) fn new<F>(load: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, Message>> + 'static,
    {
        let value = RwSignal::new(None);
        let submission = Submission::new();
        let load = submission.on_submit(move || {
            let loading = load();
            submit_task(async move {
                match loading.await {
                    Ok(loaded) => {
                        // The page can be gone by now.
                        let _ = value.try_set(Some(loaded));
                        SubmissionResult::Done
                    }
                    Err(message) => SubmissionResult::FormError(message),
                }
            })
        });
        load.run(());
        let data = Self {
            value,
            submission,
            load,
        };
        retry_when_back_online(Callback::new(move |()| {
            if submission.error().with_untracked(Option::is_some) {
                data.reload();
            }
        }));
        data
    }

    /// Loads the data again. The old data is shown until the response arrives. It does nothing if the page is gone.
    pub(super) fn reload(self) {
        let _ = self.load.try_run(());
    }

    /// Replaces the data of the section. It does nothing if the page is gone.
    pub(super) fn set(self, value: T) {
        let _ = self.value.try_set(Some(value));
    }

    /// Calls `read` with the data and returns its result, or `None` if the data is not loaded. For views and memos.
    pub(super) fn with<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        self.value.with(|value| value.as_ref().map(read))
    }

    /// Calls `read` with the data and returns its result, or `None` if the data is not loaded. For event handlers.
    pub(super) fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        self.value.with_untracked(|value| value.as_ref().map(read))
    }
}

/// The content of a section whose data is loaded: the error of the last request with a button to try again, and the
/// children as soon as the data is there.
#[component]
pub(super) fn LoadedSection<T>(data: SectionData<T>, children: ChildrenFn) -> impl IntoView
where
    T: Send + Sync + 'static,
{
    let busy = data.submission.is_busy();
    let error = data.submission.error();
    view! {
        <ErrorNotice message=error/>
        <Show when=move || error.with(Option::is_some)>
            <p class="inline-actions">
                <LinkButton label=labels::TRY_AGAIN on_click=move || data.reload()/>
            </p>
        </Show>
        <Show
            when=move || data.value.with(Option::is_some)
            fallback=move || view! {
                <p role="status" class="muted">{move || if busy.get() { labels::LOADING } else { "" }}</p>
            }
        >
            {children()}
        </Show>
    }
}

/// A row of a section: a name, a value, and buttons as children.
#[component]
pub(super) fn Row(
    #[prop(into)] name: String,
    value: impl IntoView + 'static,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="row">
            <div class="row-text">
                <span class="row-name">{name}</span>
                {value}
            </div>
            <div class="row-buttons">{children()}</div>
        </div>
    }
}

/// A button of a row. Many rows have buttons with the same visible label, so the accessible name adds the name of the
/// row. The accessible name starts with the visible label, as speech control requires (WCAG 2.2, 2.5.3).
#[component]
pub(super) fn RowButton(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<&'static str>,
    #[prop(into)] row_name: String,
    busy: Signal<bool>,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ghost"
            id=id
            aria-label=move || labels::label_in_row(label.get(), &row_name)
            aria-disabled=move || busy.get().to_string()
            on:click=move |_| on_click.run(())
        >
            {move || label.get()}
        </button>
    }
}

/// Moves the focus to an element that is about to be rendered.
pub(super) fn focus_next_frame(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || document::focus(&id));
}
