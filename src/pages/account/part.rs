//! What the parts of the page share: folding up, waiting for what they draw, and rows.

use core::any::Any;
use std::sync::Arc;

use leptos::prelude::*;

use crate::browser::page;
use crate::components::{Notice, Tone, dynamic, link_button};
use crate::pages::attempt::{Attempt, Work};
use crate::pages::recovery::on_recovery;
use crate::words;

/// A part that is folded up until somebody opens it; what it needs is asked for then. The heading is a button, as the
/// pattern for accordions has it: <https://www.w3.org/WAI/ARIA/apg/patterns/accordion/>.
pub(super) fn fold(title: &'static str, draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let open = RwSignal::new(false);
    let expanded = Signal::derive(move || open.get().to_string());
    let body = dynamic(move || if open.get() { draw() } else { ().into_any() });
    view! {
        <section class="part fold">
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

/// Something that a part has been told, of any type, to be drawn. There is one kind for all of them, since each kind of
/// signal weighs a kilobyte in the download. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Held(RwSignal<Option<Arc<dyn Any + Send + Sync>>>);

impl Held {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Where the page is gone, nobody wants to know.
    pub(super) fn set<T: Send + Sync + 'static>(self, value: T) {
        let _ = self.0.try_set(Some(Arc::new(value)));
    }

    /// What is held, if it is a `T`. Whoever draws by it is drawn anew when another is held.
    pub(super) fn get<T: Send + Sync + 'static>(self) -> Option<Arc<T>> {
        self.0.get()?.downcast().ok()
    }

    /// Holds nothing any more.
    pub(super) fn clear(self) {
        let _ = self.0.try_set(None);
    }
}

/// Draws its part anew when `key` changes, and for nothing else.
pub(super) fn drawn_by(
    key: Box<dyn Fn() -> Option<String> + Send + Sync>,
    draw: Box<dyn Fn() -> AnyView + Send>,
) -> AnyView {
    let key = Memo::new(move |_| key());
    // Reading it, not tracking alone, is what makes a memo look at what it is made of.
    dynamic(move || key.with(|_| untrack(&draw)))
}

/// The id of a part's heading, where one can go when what had the focus is gone.
pub(super) fn heading_id(title: &str) -> String {
    format!("part-{}", title.replace(' ', "-"))
}

/// What a part asks for before it can be drawn. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Loading {
    attempt: Attempt,
    load: StoredValue<Box<dyn Fn() + Send>, LocalStorage>,
}

impl Loading {
    /// Begins at once. `load` puts what it gets where the part is drawn from.
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

    /// Asks once more. Where the page is gone, nobody wants to know.
    pub(super) fn again(self) {
        let _ = self.load.try_with_value(|load| load());
    }

    /// What is there, with what went wrong since; `draw` gives `None` until there is something.
    pub(super) fn view(self, draw: Box<dyn Fn() -> Option<AnyView> + Send>) -> AnyView {
        let busy = self.attempt.is_busy();
        let trouble = self.attempt.trouble();
        let again = dynamic(move || {
            if trouble.with(Option::is_none) {
                return ().into_any();
            }
            view! { <p class="ways-on">{link_button("Try again", Box::new(move || self.again()))}</p> }
                .into_any()
        });
        let body = dynamic(move || match draw() {
            Some(view) => view,
            None => asking(busy),
        });
        view! {
            <Notice tone=Tone::Trouble words=trouble/>
            {again}
            {body}
        }
        .into_any()
    }
}

fn asking(busy: Signal<bool>) -> AnyView {
    let words = Signal::derive(move || if busy.get() { words::ASKING } else { "" }.to_owned());
    view! { <p role="status" class="quiet-words">{words}</p> }.into_any()
}

/// A row: what it is called, what it is, and what can be done with it.
pub(super) fn row(name: String, value: AnyView, buttons: AnyView) -> AnyView {
    view! {
        <div class="row">
            <div class="row-words">
                <span class="row-name">{name}</span>
                {value}
            </div>
            <div class="row-buttons">{buttons}</div>
        </div>
    }
    .into_any()
}

/// A button of a row. Many say the same, so who cannot see the row is told what it is for; both begin alike, for who
/// says aloud what they see.
pub(super) fn row_button(
    id: String,
    words: &'static str,
    what: &str,
    busy: Signal<bool>,
    on_press: Box<dyn Fn() + Send>,
) -> AnyView {
    let label = format!("{words}: {what}");
    let disabled = Signal::derive(move || busy.get().to_string());
    view! {
        <button
            type="button"
            class="quiet"
            id=id
            aria-label=label
            aria-disabled=disabled
            on:click=move |_| on_press()
        >
            {words}
        </button>
    }
    .into_any()
}

/// Takes the person to what has just been drawn.
pub(super) fn go_to(id: impl Into<String>) {
    let id = id.into();
    page::after_drawing(move || page::focus(&id));
}
