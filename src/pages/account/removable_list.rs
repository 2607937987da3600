//! A list of the user's passkeys or devices, with a button to remove each entry.

use leptos::prelude::*;
use ui_texts::Message;

use super::section::{ErasedSignal, SectionLoader, focus_next_frame, heading_id, row, row_button};
use crate::auth::AuthContext;
use crate::browser::{LocalBoxFuture, document};
use crate::components::{ErrorNotice, Notice, message_text, reactive};
use crate::pages::submission::{Submission, SubmissionResult, submit_task};

/// One entry of the list.
#[derive(Clone)]
pub(super) struct Item {
    /// The id under which the pool knows the entry.
    pub(super) id: String,
    /// The name that is shown.
    pub(super) title: String,
    /// Further details that are shown.
    pub(super) details: String,
}

/// The loaded entries, or the reason why the pool has none.
pub(super) enum Items {
    /// The entries, which can be none.
    List(Vec<Item>),
    /// The pool does not support this kind of entry. The text says why.
    Unsupported(Message),
}

/// The texts and operations of a list.
pub(super) struct ListConfig {
    /// The heading of the section.
    pub(super) title: &'static str,
    /// The text below the heading that explains the section.
    pub(super) description: &'static str,
    /// The text that is shown if the list is empty.
    pub(super) empty_text: &'static str,
    /// The label of the button that removes an entry.
    pub(super) remove_label: &'static str,
    /// The confirmation before an entry is removed: the question, the label of the button that keeps the entry, and the
    /// label of the button that removes it. `None` if an entry is removed at once.
    pub(super) confirmation: Option<(&'static str, &'static str, &'static str)>,
    /// Loads the entries. The error is the message for the user.
    pub(super) load: fn(AuthContext) -> LocalBoxFuture<Result<Items, Message>>,
    /// Removes the entry with this id and returns the success message. The error is the message for the user.
    pub(super) remove: fn(AuthContext, String) -> LocalBoxFuture<Result<&'static str, Message>>,
}

/// A list and its state. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct RemovableList {
    pub(super) auth: AuthContext,
    config: &'static ListConfig,
    items: ErasedSignal,
    loader: SectionLoader,
    pub(super) submission: Submission,
    /// The id of the entry whose removal the user is asked to confirm.
    confirming: RwSignal<Option<String>>,
    status_message: RwSignal<String>,
}

/// The id of the button that keeps the entry. Only one row asks for confirmation at a time, so one id is enough.
const CANCEL_ID: &str = "keep";

impl RemovableList {
    pub(super) fn new(auth: AuthContext, config: &'static ListConfig) -> Self {
        let items = ErasedSignal::new();
        let loader = SectionLoader::new(move || {
            let loading = (config.load)(auth);
            submit_task(async move {
                match loading.await {
                    Ok(loaded) => {
                        items.set(loaded);
                        SubmissionResult::Done
                    }
                    Err(message) => SubmissionResult::FormError(message),
                }
            })
        });
        Self {
            auth,
            config,
            items,
            loader,
            submission: Submission::new(),
            confirming: RwSignal::new(None),
            status_message: RwSignal::new(String::new()),
        }
    }

    /// Renders the list. `footer` is rendered below it if the pool supports this kind of entry.
    pub(super) fn view(self, footer: Option<fn(Self) -> AnyView>) -> AnyView {
        let rows = self.loader.view(Box::new(move || {
            let items = self.items.get::<Items>()?;
            Some(match &*items {
                Items::Unsupported(message) => message_text(message),
                Items::List(items) => {
                    let empty = items
                        .is_empty()
                        .then(|| status_text(self.config.empty_text.to_owned()));
                    let rows = items.iter().cloned().map(|item| self.row(item));
                    let rows = rows.collect::<Vec<_>>();
                    view! { {empty}{rows}{footer.map(|footer| footer(self))} }.into_any()
                }
            })
        }));
        view! {
            <p>{self.config.description}</p>
            <Notice text=self.status_message.into()/>
            <ErrorNotice message=self.submission.error()/>
            {rows}
        }
        .into_any()
    }

    fn row(self, item: Item) -> AnyView {
        reactive(move || {
            let is_confirming = self.confirming.with(|id| id.as_deref() == Some(&*item.id));
            match self.config.confirmation {
                Some(question) if is_confirming => self.confirmation_view(&item, question),
                _ => self.item_view(&item),
            }
        })
    }

    fn item_view(self, item: &Item) -> AnyView {
        let details = view! { <span class="muted">{item.details.clone()}</span> }.into_any();
        let id = item.id.clone();
        let on_click = if self.config.confirmation.is_some() {
            Box::new(move || {
                self.status_message.set(String::new());
                self.confirming.set(Some(id.clone()));
                focus_next_frame(CANCEL_ID);
            })
        } else {
            self.remove_handler(id)
        };
        row(
            item.title.clone(),
            details,
            self.entry_button(item, self.config.remove_label, on_click),
        )
    }

    /// Renders the confirmation in the row of the entry.
    fn confirmation_view(
        self,
        item: &Item,
        (question, keep, remove): (&'static str, &'static str, &'static str),
    ) -> AnyView {
        let question = view! { <span>{question}</span> }.into_any();
        let button_id = self.button_id(item);
        let cancel = Box::new(move || {
            self.confirming.set(None);
            focus_next_frame(button_id.clone());
        });
        let busy = self.submission.is_busy();
        let keep = row_button(CANCEL_ID.to_owned(), keep, &item.title, busy, cancel);
        let remove = self.entry_button(item, remove, self.remove_handler(item.id.clone()));
        row(
            item.title.clone(),
            question,
            view! { {keep}{remove} }.into_any(),
        )
    }

    fn entry_button(
        self,
        item: &Item,
        label: &'static str,
        on_click: Box<dyn Fn() + Send>,
    ) -> AnyView {
        let id = self.button_id(item);
        row_button(id, label, &item.title, self.submission.is_busy(), on_click)
    }

    fn button_id(self, item: &Item) -> String {
        format!("{}-{}", self.config.remove_label, item.id)
    }

    fn remove_handler(self, id: String) -> Box<dyn Fn() + Send> {
        self.submission.on_submit(move || {
            self.status_message.set(String::new());
            let removed = (self.config.remove)(self.auth, id.clone());
            submit_task(async move {
                match removed.await {
                    Ok(status_message) => self.show_status_and_reload(status_message),
                    Err(message) => SubmissionResult::FormError(message),
                }
            })
        })
    }

    /// Shows the success message and loads the list again.
    pub(super) fn show_status_and_reload(self, status_message: &str) -> SubmissionResult {
        let _ = self.confirming.try_set(None);
        let _ = self.status_message.try_set(status_message.to_owned());
        if self.submission.is_mounted() {
            // The row is rendered again, so the button that had the focus is gone.
            document::focus(&heading_id(self.config.title));
        }
        self.loader.reload();
        SubmissionResult::Done
    }

    /// Removes the success message of the last action, before another action starts.
    pub(super) fn clear_status(self) {
        self.status_message.set(String::new());
    }
}

fn status_text(text: String) -> AnyView {
    view! { <p role="status" class="muted">{text}</p> }.into_any()
}
