//! A list of the user's passkeys or devices, with a button to remove each entry.

use core::future::Future;
use core::hash::Hash;
use std::fmt::Display;

use leptos::either::Either;
use leptos::prelude::*;
use leptos_cognito::AuthContext;
use ui_texts::Message;

use super::section::{LoadedSection, Row, RowButton, SectionData, focus_next_frame, heading_id};
use crate::browser::document;
use crate::components::{ErrorNotice, MessageText, Notice};
use crate::pages::submission::{Submission, SubmissionResult, submit_task};

/// What a list on the account page contains: passkeys or devices. It has the texts and operations of the list.
pub(super) trait ListKind: Send + Sync + 'static {
    /// The ID under which the pool knows an entry of the list.
    type Id: Clone + PartialEq + Eq + Hash + Display + Send + Sync + 'static;

    /// The heading of the list's section.
    const TITLE: &'static str;
    /// The text below the heading that explains the section.
    const DESCRIPTION: &'static str;
    /// The text that is shown if the list is empty.
    const EMPTY_TEXT: &'static str;
    /// The label of the button that removes an entry.
    const REMOVE_LABEL: &'static str;
    /// The success message after an entry is removed.
    const REMOVED_TEXT: &'static str;
    /// The question before an entry is removed. If it is `None`, an entry is removed at once.
    const CONFIRMATION: Option<Confirmation>;

    /// Loads the entries of the list. The error is the message for the user.
    fn load(auth: AuthContext) -> impl Future<Output = Result<Items<Self::Id>, Message>>;

    /// Removes an entry of the list. The error is the message for the user.
    fn remove(auth: AuthContext, id: Self::Id) -> impl Future<Output = Result<(), Message>>;
}

/// The texts of the question before an entry is removed.
pub(super) struct Confirmation {
    /// The question to the user.
    pub(super) question: &'static str,
    /// The label of the button that keeps the entry.
    pub(super) keep_label: &'static str,
}

/// One entry of a list of passkeys or devices.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Item<Id> {
    /// The ID under which the pool knows the entry.
    pub(super) id: Id,
    /// The name of the entry that the page shows.
    pub(super) title: String,
    /// Further details of the entry that the page shows.
    pub(super) details: String,
}

/// The entries of a list after it was loaded, or the reason why the pool has none.
#[derive(Clone, PartialEq)]
pub(super) enum Items<Id> {
    /// The entries of the list. There can be none.
    List(Vec<Item<Id>>),
    /// The pool does not support this kind of entry. The text says why.
    Unsupported(Message),
}

/// The ID of the button that keeps an entry. Only one row asks for confirmation at a time, so one ID is enough.
const CANCEL_ID: &str = "keep";

/// The state of a list of passkeys or devices. It is `Copy`, because it only holds handles.
pub(super) struct ListState<K: ListKind> {
    pub(super) auth: AuthContext,
    items: SectionData<Items<K::Id>>,
    pub(super) submission: Submission,
    /// The ID of the entry whose removal the user is asked to confirm.
    confirming: RwSignal<Option<K::Id>>,
    status_message: RwSignal<String>,
}

impl<K: ListKind> Clone for ListState<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: ListKind> Copy for ListState<K> {}

impl<K: ListKind> ListState<K> {
    /// Creates the state of a list and starts to load its entries.
    pub(super) fn new(auth: AuthContext) -> Self {
        Self {
            auth,
            items: SectionData::new(move || K::load(auth)),
            submission: Submission::new(),
            confirming: RwSignal::new(None),
            status_message: RwSignal::new(String::new()),
        }
    }

    /// Returns the entries of the list. There are none while the list is not loaded.
    fn entries(self) -> Vec<Item<K::Id>> {
        let entries = self.items.with(|items| match items {
            Items::List(items) => items.clone(),
            Items::Unsupported(_) => Vec::new(),
        });
        entries.unwrap_or_default()
    }

    /// Returns the ID of the button that removes an entry, or that asks for the confirmation.
    fn button_id(self, id: &K::Id) -> String {
        format!("{}-{id}", K::REMOVE_LABEL)
    }

    fn remove_handler(self, id: K::Id) -> Callback<()> {
        self.submission.on_submit(move || {
            self.clear_status();
            let removed = K::remove(self.auth, id.clone());
            submit_task(async move {
                match removed.await {
                    Ok(()) => self.show_status_and_reload(K::REMOVED_TEXT),
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
            // The row is about to be removed, with the button that has the focus.
            document::focus(&heading_id(K::TITLE));
        }
        self.items.reload();
        SubmissionResult::Done
    }

    /// Removes the success message of the user's last action, before another action starts.
    pub(super) fn clear_status(self) {
        self.status_message.set(String::new());
    }
}

/// A list of passkeys or devices. The children are rendered below it if the pool supports this kind of entry.
#[component]
pub(super) fn RemovableList<K: ListKind>(
    list: ListState<K>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let unsupported = Memo::new(move |_| {
        let message = list.items.with(|items| match items {
            Items::List(_) => None,
            Items::Unsupported(message) => Some(message.clone()),
        });
        message.flatten()
    });
    let children = StoredValue::new(children);
    let body = move || match unsupported.get() {
        Some(message) => Either::Left(view! { <MessageText message/> }),
        None => Either::Right(view! {
            <Show when=move || list.entries().is_empty()>
                <p role="status" class="muted">{K::EMPTY_TEXT}</p>
            </Show>
            // The key is the whole entry, so that a changed entry is rendered again.
            <For each=move || list.entries() key=Item::clone children=move |item| view! { <ItemRow list item/> }/>
            {children.with_value(|children| children.as_ref().map(|children| children()))}
        }),
    };
    view! {
        <p>{K::DESCRIPTION}</p>
        <Notice text=list.status_message/>
        <ErrorNotice message=list.submission.error()/>
        <LoadedSection data=list.items>{body}</LoadedSection>
    }
}

#[component]
fn ItemRow<K: ListKind>(list: ListState<K>, item: Item<K::Id>) -> impl IntoView {
    let is_confirming = Memo::new({
        let id = item.id.clone();
        move |_| {
            list.confirming
                .with(|confirming| confirming.as_ref() == Some(&id))
        }
    });
    move || {
        let item = item.clone();
        match K::CONFIRMATION {
            Some(confirmation) if is_confirming.get() => {
                Either::Left(view! { <ConfirmationRow list item confirmation/> })
            }
            _ => Either::Right(view! { <EntryRow list item/> }),
        }
    }
}

#[component]
fn EntryRow<K: ListKind>(list: ListState<K>, item: Item<K::Id>) -> impl IntoView {
    let id = item.id.clone();
    let on_click = if K::CONFIRMATION.is_some() {
        Callback::new(move |()| {
            list.clear_status();
            list.confirming.set(Some(id.clone()));
            focus_next_frame(CANCEL_ID);
        })
    } else {
        list.remove_handler(id)
    };
    view! {
        <Row name=item.title.clone() value=view! { <span class="muted">{item.details}</span> }>
            <RowButton
                id=list.button_id(&item.id)
                label=K::REMOVE_LABEL
                row_name=item.title
                busy=list.submission.is_busy()
                on_click
            />
        </Row>
    }
}

/// The question, in the row of an entry, whether to remove the entry.
#[component]
fn ConfirmationRow<K: ListKind>(
    list: ListState<K>,
    item: Item<K::Id>,
    confirmation: Confirmation,
) -> impl IntoView {
    let busy = list.submission.is_busy();
    let button_id = list.button_id(&item.id);
    let cancel = {
        let button_id = button_id.clone();
        move || {
            list.confirming.set(None);
            focus_next_frame(button_id.clone());
        }
    };
    let remove = list.remove_handler(item.id);
    view! {
        <Row name=item.title.clone() value=view! { <span>{confirmation.question}</span> }>
            <RowButton
                id=CANCEL_ID
                label=confirmation.keep_label
                row_name=item.title.clone()
                busy
                on_click=cancel
            />
            <RowButton id=button_id label=K::REMOVE_LABEL row_name=item.title busy on_click=remove/>
        </Row>
    }
}
