//! A list of the user's passkeys or devices, with a button to remove each entry.

use leptos::prelude::*;

use super::part::{Held, Loading, go_to, heading_id, row, row_button};
use crate::auth::AuthContext;
use crate::browser::{LocalBoxFuture, document};
use crate::components::{Notice, Tone, dynamic};
use crate::pages::attempt::{Attempt, Outcome, work};

/// One entry of the list.
#[derive(Clone)]
pub(super) struct Thing {
    /// The id under which the pool knows the entry.
    pub(super) id: String,
    /// The name that is shown.
    pub(super) called: String,
    /// Further details that are shown.
    pub(super) told: String,
}

/// The result of loading the list.
pub(super) enum Things {
    /// The entries, which can be none.
    These(Vec<Thing>),
    /// The pool does not support this kind of entry. The text says why.
    Never(String),
}

/// The texts and operations of a list.
pub(super) struct Kind {
    /// The heading of the section.
    pub(super) title: &'static str,
    /// The introduction of the section.
    pub(super) about: &'static str,
    /// The text that is shown if the list is empty.
    pub(super) none: &'static str,
    /// The label of the button that removes an entry.
    pub(super) remove: &'static str,
    /// The confirmation before an entry is removed: the question, the label that keeps the entry, and the label that
    /// removes it. Without it, an entry is removed at once.
    pub(super) question: Option<(&'static str, &'static str, &'static str)>,
    /// Loads the entries. The error is the message for the user.
    pub(super) ask: fn(AuthContext) -> LocalBoxFuture<Result<Things, String>>,
    /// Removes the entry with this id and returns the success message. The error is the message for the user.
    pub(super) take_away: fn(AuthContext, String) -> LocalBoxFuture<Result<&'static str, String>>,
}

/// A list and its state. It is `Copy`, because it only holds handles.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) auth: AuthContext,
    kind: &'static Kind,
    things: Held,
    loading: Loading,
    pub(super) attempt: Attempt,
    /// The id of the entry whose removal the user is asked to confirm.
    asked: RwSignal<Option<String>>,
    news: RwSignal<Option<String>>,
}

/// The id of the button that keeps the entry. Only one row asks for confirmation at a time, so one id is enough.
const KEEP: &str = "keep";

impl List {
    pub(super) fn new(auth: AuthContext, kind: &'static Kind) -> Self {
        let things = Held::new();
        let loading = Loading::new(move || {
            let asked = (kind.ask)(auth);
            work(async move {
                match asked.await {
                    Ok(told) => {
                        things.set(told);
                        Outcome::Done
                    }
                    Err(text) => Outcome::Refused(text),
                }
            })
        });
        Self {
            auth,
            kind,
            things,
            loading,
            attempt: Attempt::new(),
            asked: RwSignal::new(None),
            news: RwSignal::new(None),
        }
    }

    /// Renders the list. `more` is rendered below it if the pool supports this kind of entry.
    pub(super) fn view(self, more: Option<fn(Self) -> AnyView>) -> AnyView {
        let rows = self.loading.view(Box::new(move || {
            let things = self.things.get::<Things>()?;
            Some(match &*things {
                Things::Never(text) => said(text.clone()),
                Things::These(things) => {
                    let none = things.is_empty().then(|| said(self.kind.none.to_owned()));
                    let rows = things.iter().cloned().map(|thing| self.row(thing));
                    let rows = rows.collect::<Vec<_>>();
                    view! { {none}{rows}{more.map(|more| more(self))} }.into_any()
                }
            })
        }));
        view! {
            <p>{self.kind.about}</p>
            <Notice tone=Tone::Calm text=self.news.into()/>
            <Notice tone=Tone::Trouble text=self.attempt.trouble()/>
            {rows}
        }
        .into_any()
    }

    fn row(self, thing: Thing) -> AnyView {
        dynamic(move || {
            let is_asked = self
                .asked
                .with(|asked| asked.as_deref() == Some(&*thing.id));
            match self.kind.question {
                Some(question) if is_asked => self.asking(&thing, question),
                _ => self.shown(&thing),
            }
        })
    }

    fn shown(self, thing: &Thing) -> AnyView {
        let told = view! { <span class="muted">{thing.told.clone()}</span> }.into_any();
        let id = thing.id.clone();
        let on_press = if self.kind.question.is_some() {
            Box::new(move || {
                self.news.set(None);
                self.asked.set(Some(id.clone()));
                go_to(KEEP);
            })
        } else {
            self.taking_away(id)
        };
        row(
            thing.called.clone(),
            told,
            self.button(thing, self.kind.remove, on_press),
        )
    }

    /// Renders the confirmation in the row of the entry.
    fn asking(
        self,
        thing: &Thing,
        (question, keep, remove): (&'static str, &'static str, &'static str),
    ) -> AnyView {
        let question = view! { <span>{question}</span> }.into_any();
        let button_id = self.button_id(thing);
        let leave = Box::new(move || {
            self.asked.set(None);
            go_to(button_id.clone());
        });
        let busy = self.attempt.is_busy();
        let keep = row_button(KEEP.to_owned(), keep, &thing.called, busy, leave);
        let remove = self.button(thing, remove, self.taking_away(thing.id.clone()));
        row(
            thing.called.clone(),
            question,
            view! { {keep}{remove} }.into_any(),
        )
    }

    fn button(self, thing: &Thing, label: &'static str, on_press: Box<dyn Fn() + Send>) -> AnyView {
        let id = self.button_id(thing);
        row_button(id, label, &thing.called, self.attempt.is_busy(), on_press)
    }

    fn button_id(self, thing: &Thing) -> String {
        format!("{}-{}", self.kind.remove, thing.id)
    }

    fn taking_away(self, id: String) -> Box<dyn Fn() + Send> {
        self.attempt.on_press(move || {
            self.news.set(None);
            let gone = (self.kind.take_away)(self.auth, id.clone());
            work(async move {
                match gone.await {
                    Ok(news) => self.follow(news),
                    Err(text) => Outcome::Refused(text),
                }
            })
        })
    }

    /// Shows the success message and loads the list again.
    pub(super) fn follow(self, news: &str) -> Outcome {
        let _ = self.asked.try_set(None);
        let _ = self.news.try_set(Some(news.to_owned()));
        if self.attempt.is_there() {
            // The row is rendered again, so the button that had the focus is gone.
            document::focus(&heading_id(self.kind.title));
        }
        self.loading.again();
        Outcome::Done
    }

    /// Removes the success message of the last action, before another action starts.
    pub(super) fn begin(self) {
        self.news.set(None);
    }
}

fn said(text: String) -> AnyView {
    view! { <p role="status" class="muted">{text}</p> }.into_any()
}
